package feed_test

import (
	"time"

	"github.com/automationregion/newsletter"
)

var cet = time.FixedZone("", 3600)

// fullNewsletter returns a newsletter with every field set, most of them to
// something that is easily lost on the way.
func fullNewsletter() *newsletter.Newsletter {
	day := time.Date(2021, 12, 22, 9, 30, 0, 0, cet)
	return &newsletter.Newsletter{
		ID:          "tag:letters.example.org,2021-01-01:all",
		Title:       "Letters & <b> notes",
		Description: "What the regions wrote, &lt;unabridged&gt;",
		URL:         "https://letters.example.org/",
		FeedURL:     "https://letters.example.org/feed?page=2&size=50",
		Language:    "sv",
		Authors: []newsletter.Author{
			{Name: "Editorial staff", Organization: "Example Region", Email: "letters@example.org", URL: "https://letters.example.org/staff", Avatar: "https://letters.example.org/staff.png"},
			{Name: "Åsa Öberg"},
		},
		Rights:     "© 2021 Example Region, some <em>rights</em> reserved",
		Image:      "https://letters.example.org/logo.png",
		Icon:       "https://letters.example.org/icon.svg",
		Categories: []newsletter.Category{{Term: "R&D"}, {Term: "industry", Scheme: "https://letters.example.org/subjects"}},
		Updated:    time.Date(2021, 12, 22, 9, 30, 0, 500_000_000, cet),
		Generator:  newsletter.Generator{Name: "newsletter"},
		Hubs:       []string{"https://hub.example.org/", "https://hub.example.net/?a=1&b=2"},
		Paging: newsletter.Paging{
			First:           "https://letters.example.org/feed",
			Previous:        "https://letters.example.org/feed?page=1",
			Next:            "https://letters.example.org/feed?page=3",
			Last:            "https://letters.example.org/feed?page=9",
			Current:         "https://letters.example.org/feed",
			PreviousArchive: "https://letters.example.org/2020",
			NextArchive:     "https://letters.example.org/2022",
			Archive:         true,
		},
		Letters: []*newsletter.Letter{
			{
				ID:       "https://letters.example.org/report",
				URL:      "https://letters.example.org/report",
				Title:    "Why <b>bold</b> is &lt;b&gt;, AT&T, and a < b",
				Kind:     "Report",
				Language: "en-GB",
				Authors: []newsletter.Author{
					{Name: "Ada Example", Organization: "Example Works", Email: "ada@example.com", URL: "https://example.com/ada", Avatar: "https://example.com/ada.jpg"},
					{Name: "Bo Exempel", Organization: "Exempelverket"},
				},
				Published: time.Date(2021, 12, 21, 23, 59, 59, 123_456_789, time.UTC),
				Updated:   day,
				Summary:   "Less < more,\nand <i>so</i> on & on.",
				Content:   "<p>A section ends with ]]&gt; or ]]> in XML,\r\nand a <a href=\"https://example.com/?a=1&amp;b=2\">link</a> does not.</p>",
				Rights:    "CC BY & more",
				Categories: []newsletter.Category{
					{Term: "Robots"}, {Term: "AI & law", Scheme: "https://letters.example.org/subjects"},
				},
				Image: "https://letters.example.org/report.jpg",
				Attachments: []newsletter.Attachment{
					{URL: "https://letters.example.org/report.mp3", MediaType: "audio/mpeg", Length: 3_000_000_000, Duration: 754 * time.Second, Title: "The report, read <b>aloud</b>"},
					{URL: "https://letters.example.org/report.pdf", MediaType: "application/pdf", Length: 12345, Title: "The report"},
					{URL: "https://letters.example.org/data.csv", MediaType: "text/csv"},
				},
				Source: newsletter.Source{
					ID: "https://works.example.com/feed", Title: "Works & days", URL: "https://works.example.com/",
					FeedURL: "https://works.example.com/feed", Updated: day.Add(-time.Hour),
				},
				Links: []newsletter.Link{
					{Rel: "related", URL: "https://works.example.com/plan", MediaType: "text/html", Language: "sv", Title: "The plan & its < cost"},
					{Rel: "replies", URL: "https://letters.example.org/report#replies"},
					{Rel: "via", URL: "https://works.example.com/post"},
					{Rel: "license", URL: "https://creativecommons.org/licenses/by/4.0/"},
					{Rel: "alternate", URL: "https://letters.example.org/rapport", MediaType: "text/html", Language: "sv"},
				},
			},
			{
				ID:          "urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6",
				Title:       "Write to <ada@example.com>",
				Updated:     day,
				Published:   day,
				Summary:     "A summary, and no page.",
				Attachments: []newsletter.Attachment{{URL: "https://letters.example.org/a.pdf", MediaType: "application/pdf", Length: 1}},
				Source:      newsletter.Source{Title: "No feed", URL: "https://example.net/"},
			},
			{
				ID:      "tag:letters.example.org,2021-12-22:untitled",
				URL:     "https://letters.example.org/untitled",
				Updated: day,
				Content: "<p>No title.</p>",
				Source:  newsletter.Source{FeedURL: "https://example.net/feed"},
			},
			{
				ID:      "tag:letters.example.org,2021-12-22:empty",
				URL:     "https://letters.example.org/empty",
				Title:   "Only a title",
				Updated: day.In(time.FixedZone("", 5*3600+45*60)),
			},
		},
	}
}

// smallNewsletter returns the least that is valid.
func smallNewsletter() *newsletter.Newsletter {
	return &newsletter.Newsletter{
		ID:      "https://example.org/",
		Title:   "Letters",
		URL:     "https://example.org/",
		FeedURL: "https://example.org/feed",
		Authors: []newsletter.Author{{Name: "Ada"}},
		Updated: time.Date(2021, 12, 22, 0, 0, 0, 0, time.UTC),
	}
}

// partners returns newsletters as a list of subscriptions holds them.
func partners() []*newsletter.Newsletter {
	return []*newsletter.Newsletter{
		{
			Title: "Works & <b> days", Description: "What the works wrote", URL: "https://works.example.com/",
			FeedURL: "https://works.example.com/feed?a=1&b=2", Language: "en",
			Categories: []newsletter.Category{{Term: "Industry"}, {Term: "/Regions/North"}},
		},
		{Title: "Brev", FeedURL: "https://brev.example.se/rss.xml"},
	}
}
