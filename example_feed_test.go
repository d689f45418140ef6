package newsletter_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/parse"
)

// Read a feed, whatever its state, and publish it as another.
func Example_feeds() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `<rss version="0.91"><channel><title>Example letters</title><link>https://example.org/</link>
			<item><title>Robots</title><link>https://example.org/robots</link><author>ann@example.org (Ann Öberg)</author>
			<pubDate>Fri, 17 May 2024 09:00:00 GMT</pubDate></item></channel></rss>`)
	}))
	defer server.Close()
	publish := func(url string, w io.Writer) error {
		resp, err := http.Get(url)
		if err != nil {
			return err
		}
		defer resp.Body.Close()

		n, err := parse.Feed(resp.Body, parse.Options{BaseURL: url})
		if err != nil {
			return err
		}
		for _, l := range n.Letters {
			fmt.Println(l.Published.Format(time.DateOnly), l.Title, newsletter.Byline(l.Authors))
		}
		n.Repair() // mends what no format can hold
		return feed.Write(w, n, feed.Atom)
	}
	var atom strings.Builder
	if err := publish(server.URL, &atom); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	fmt.Println(strings.Contains(atom.String(), `<feed xmlns="http://www.w3.org/2005/Atom"`))
	// Output:
	// 2024-05-17 Robots Ann Öberg
	// true
}
