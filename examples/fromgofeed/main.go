// Command fromgofeed is the example of gofeed's README with our reader: the
// title of a feed and of its items. Package parse/fromgofeed makes the same newsletter
// of a *gofeed.Feed, for programs that move over step by step.
package main

import (
	"fmt"
	"log"
	"strings"

	"github.com/automationregion/newsletter/parse"
)

func main() {
	n, err := parse.Feed(strings.NewReader(`<rss version="2.0">
<channel>
<title>Sample Feed</title>
<item><title>First</title><author>ada@example.org (Ada)</author></item>
</channel>
</rss>`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(n.Title)
	for _, l := range n.Letters {
		fmt.Println(l.Title, l.Authors[0].Name)
	}
}
