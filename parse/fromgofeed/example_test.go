package fromgofeed_test

import (
	"fmt"
	"log"

	"github.com/mmcdole/gofeed"

	"github.com/automationregion/newsletter/parse/fromgofeed"
)

func ExampleNewsletter() {
	f, err := gofeed.NewParser().ParseString(`<rss version="2.0"><channel><title>Letters</title><link>https://example.org/</link>
<item><title>June</title><guid>june</guid><link>/june</link><description>&lt;p>All about June.&lt;/p></description></item>
</channel></rss>`)
	if err != nil {
		log.Fatal(err)
	}
	n := fromgofeed.Newsletter(f)
	for _, l := range n.Letters {
		fmt.Println(n.Title, l.ID, l.Title, l.URL, l.Content)
	}
	// Output: Letters june June https://example.org/june <p>All about June.</p>
}
