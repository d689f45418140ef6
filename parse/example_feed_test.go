package parse_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/automationregion/newsletter/parse"
)

func ExampleFeed() {
	const rss = `<rss version="2.0"><channel>
		<title>Example letters</title>
		<link>https://letters.example.org/</link>
		<item>
			<title>Robots &amp;amp; people</title>
			<link>/robots</link>
			<author>ann@example.org (Ann Example)</author>
			<pubDate>Fri, 28 May 2004 23:31:15 +0200</pubDate>
		</item>
	</channel></rss>`
	n, err := parse.Feed(strings.NewReader(rss))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range n.Letters {
		fmt.Println(l.Title, l.URL, l.Authors[0].Name, l.Published.Format("2006-01-02"))
	}
	// Output: Robots & people https://letters.example.org/robots Ann Example 2004-05-28
}

func ExampleFeed_page() {
	const page = `<!DOCTYPE html><title>Example letters</title>
		<link rel="alternate" type="application/rss+xml" href="rss.xml">`
	_, err := parse.Feed(strings.NewReader(page), parse.Options{BaseURL: "https://letters.example.org/"})

	var not *parse.NotFeedError
	if errors.As(err, &not) {
		fmt.Println(not.What, not.Feeds)
	}
	// Output: an HTML page [https://letters.example.org/rss.xml]
}
