package feed_test

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
)

func ExampleWrite() {
	day := time.Date(2021, 12, 22, 9, 0, 0, 0, time.FixedZone("", 3600))
	n := &newsletter.Newsletter{
		ID:       "https://example.org/",
		Title:    "Letters from the region",
		URL:      "https://example.org/",
		FeedURL:  "https://example.org/atom.xml",
		Language: "en",
		Authors:  []newsletter.Author{{Name: "Editorial staff", Organization: "Example Region"}},
		Updated:  day,
		Letters: []*newsletter.Letter{{
			ID:        "https://example.org/letters/snow",
			URL:       "https://example.org/letters/snow",
			Title:     "Snow & ice",
			Kind:      "Report",
			Published: day,
			Updated:   day,
			Content:   "<p>The <em>winter</em> is here.</p>",
		}},
	}
	if err := feed.Write(os.Stdout, n, feed.Atom); err != nil {
		fmt.Println(err)
	}
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:schema="https://schema.org/" xml:lang="en">
	//   <id>https://example.org/</id>
	//   <title>Letters from the region</title>
	//   <updated>2021-12-22T09:00:00+01:00</updated>
	//   <link rel="alternate" type="text/html" href="https://example.org/"/>
	//   <link rel="self" type="application/atom+xml" href="https://example.org/atom.xml"/>
	//   <author>
	//     <name>Editorial staff</name>
	//     <schema:affiliation>Example Region</schema:affiliation>
	//   </author>
	//   <entry>
	//     <id>https://example.org/letters/snow</id>
	//     <title>Snow &#x26; ice</title>
	//     <link rel="alternate" type="text/html" href="https://example.org/letters/snow"/>
	//     <published>2021-12-22T09:00:00+01:00</published>
	//     <updated>2021-12-22T09:00:00+01:00</updated>
	//     <category term="Report" scheme="https://schema.org/articleSection"/>
	//     <content type="html"><![CDATA[<p>The <em>winter</em> is here.</p>]]></content>
	//   </entry>
	// </feed>
}

// What a format requires and can't be derived is asked for.
func ExampleWrite_refused() {
	n := &newsletter.Newsletter{Title: "Letters", Letters: []*newsletter.Letter{{Title: "Undated"}}}
	fmt.Println(feed.Write(io.Discard, n, feed.RSS))
	fmt.Println(feed.Write(io.Discard, n, feed.Atom))
	fmt.Println(feed.Write(io.Discard, n, feed.Atom, feed.Options{Undated: time.Date(2024, 5, 17, 0, 0, 0, 0, time.UTC)}))
	// Output:
	// newsletter: URL: RSS requires the address of a home page, and there is none to derive it from: state it, or where the feed was had (convert --url)
	// letter 0: Updated: Atom requires a date, and none is known of any letter: state it, or what to take instead (Options.Undated, convert --undated)
	// <nil>
}

// A title, an address and some letters are all that a program has to know.
func ExampleWrite_small() {
	n := &newsletter.Newsletter{
		Title: "Letters from the region",
		URL:   "https://letters.example.org/",
		Letters: []*newsletter.Letter{
			{Title: "Robots", URL: "https://letters.example.org/robots", Content: "<p>Two robots.</p>"},
			{Title: "Towns", URL: "https://letters.example.org/towns", Content: "<p>One town.</p>"},
		},
	}
	if err := feed.Write(os.Stdout, n, feed.JSON); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {
	//   "version": "https://jsonfeed.org/version/1.1",
	//   "title": "Letters from the region",
	//   "home_page_url": "https://letters.example.org/",
	//   "_newsletter": {
	//     "about": "https://pkg.go.dev/github.com/automationregion/newsletter/feed"
	//   },
	//   "items": [
	//     {
	//       "id": "https://letters.example.org/robots",
	//       "url": "https://letters.example.org/robots",
	//       "title": "Robots",
	//       "content_html": "<p>Two robots.</p>"
	//     },
	//     {
	//       "id": "https://letters.example.org/towns",
	//       "url": "https://letters.example.org/towns",
	//       "title": "Towns",
	//       "content_html": "<p>One town.</p>"
	//     }
	//   ]
	// }
}

func ExampleWriteOPML() {
	partners := []*newsletter.Newsletter{{
		Title:      "Works & days",
		URL:        "https://works.example.com/",
		FeedURL:    "https://works.example.com/feed",
		Language:   "en",
		Categories: []newsletter.Category{{Term: "Industry"}},
	}}
	if err := feed.WriteOPML(os.Stdout, "Partners", partners); err != nil {
		fmt.Println(err)
	}
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?><opml version="2.0">
	//   <head>
	//     <title>Partners</title>
	//   </head>
	//   <body>
	//     <outline type="rss" text="Works &#x26; days" title="Works &#x26; days" language="en" xmlUrl="https://works.example.com/feed" htmlUrl="https://works.example.com/" category="Industry"/>
	//   </body>
	// </opml>
}
