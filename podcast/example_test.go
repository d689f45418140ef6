package podcast_test

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/podcast"
)

func Example() {
	l := &newsletter.Letter{
		Title: "Robots on the farm", URL: "https://example.org/1", Published: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC),
		Attachments: []newsletter.Attachment{{URL: "https://example.org/1.mp3", MediaType: "audio/mpeg", Length: 1_234_567}},
	}
	podcast.Episode{Duration: 20 * time.Minute, Season: podcast.Season{Number: 1}, Number: podcast.Number{Value: 1}}.Set(l)
	n := &newsletter.Newsletter{Title: "The region talks", Description: "A talk a month", URL: "https://example.org/", Language: "en", Letters: []*newsletter.Letter{l}}
	podcast.Show{
		Author: "Example Region", Image: "https://example.org/cover.jpg",
		Categories: []podcast.Category{{Name: "Business"}}, Explicit: podcast.NotExplicit,
	}.Set(n)
	var document bytes.Buffer
	if err := feed.Write(&document, n, feed.RSS); err != nil {
		panic(err)
	}
	for line := range strings.Lines(document.String()) {
		if strings.Contains(line, "<itunes:") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	// Output:
	// <itunes:author>Example Region</itunes:author>
	// <itunes:image href="https://example.org/cover.jpg"/>
	// <itunes:category text="Business"/>
	// <itunes:explicit>false</itunes:explicit>
	// <itunes:duration>1200</itunes:duration>
	// <itunes:season>1</itunes:season>
	// <itunes:episode>1</itunes:episode>
}
