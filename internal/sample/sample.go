// Package sample has newsletters for the tests of what writes them.
package sample

import (
	"time"

	"github.com/automationregion/newsletter"
)

// CET is the zone of the newsletters.
var CET = time.FixedZone("", 3600)

// Full returns a newsletter with nearly every field set, most of them to
// something that is easily lost on the way. Nothing in it is bad practice.
func Full() *newsletter.Newsletter {
	day := time.Date(2021, 12, 22, 9, 30, 0, 0, CET)
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
		Updated:    time.Date(2021, 12, 22, 9, 30, 0, 500_000_000, CET),
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

// Every returns Full with all the rest: every field is set, and there is an
// extension of each kind. A feed is not one of several pages and complete too.
func Every() *newsletter.Newsletter {
	n := Full()
	n.Generator.Version, n.Generator.URL = "1.0 <beta>", "https://letters.example.org/newsletter?a=1&b=2"
	n.Categories[1].Label = "Industry & <trade>"
	n.Paging.Complete = true
	n.Extensions = extensions()
	l := n.Letters[0]
	l.Categories[1].Label = "AI & <law>"
	l.Extensions = extensions()
	return n
}

func extensions() newsletter.Extensions {
	const ns = "https://letters.example.org/ns"
	return newsletter.Extensions{
		Elements: []newsletter.Extension{
			{Namespace: ns, Prefix: "x", Name: "season", Text: "winter & <spring>", Attrs: []newsletter.Attr{
				{Name: "from", Value: "1 < 2"}, {Namespace: "https://letters.example.org/ns2", Prefix: "y", Name: "to", Value: "\"3\""},
			}},
			{Namespace: ns, Prefix: "x", Name: "plan", Text: " first ", Children: []newsletter.Extension{
				{Namespace: ns, Prefix: "x", Name: "step", Text: "one", Attrs: []newsletter.Attr{{Name: "n", Value: "1"}}, Tail: "then"},
				{Namespace: ns, Prefix: "x", Name: "step"},
			}},
			{In: newsletter.Place{List: "Authors", Index: 1}, Namespace: ns, Prefix: "x", Name: "role", Text: "editor"},
		},
		Attributes: []newsletter.Attribute{
			{In: newsletter.Place{Name: "Title"}, Attr: newsletter.Attr{Namespace: ns, Prefix: "x", Name: "by", Value: "<Ann>"}},
			{In: newsletter.Place{List: "Authors", Index: 1, Name: "Name"}, Attr: newsletter.Attr{Namespace: ns, Prefix: "x", Name: "form", Value: "short"}},
		},
		Members: []newsletter.Member{
			{Name: "_letters", JSON: `{"n":1.50,"list":["<"]}`},
			{In: newsletter.Place{List: "Authors", Index: 1}, Name: "_role", JSON: `"editor"`},
		},
	}
}

// Small returns the least that is valid.
func Small() *newsletter.Newsletter {
	return &newsletter.Newsletter{
		ID:      "https://example.org/",
		Title:   "Letters",
		URL:     "https://example.org/",
		FeedURL: "https://example.org/feed",
		Authors: []newsletter.Author{{Name: "Ada"}},
		Updated: time.Date(2021, 12, 22, 0, 0, 0, 0, time.UTC),
	}
}

// Partners returns newsletters as a list of subscriptions holds them.
func Partners() []*newsletter.Newsletter {
	return []*newsletter.Newsletter{
		{
			Title: "Works & <b> days", Description: "What the works wrote", URL: "https://works.example.com/",
			FeedURL: "https://works.example.com/feed?a=1&b=2", Language: "en",
			Categories: []newsletter.Category{{Term: "Industry"}, {Term: "/Regions/North"}},
		},
		{Title: "Brev", FeedURL: "https://brev.example.se/rss.xml"},
	}
}

// Village returns a newsletter as a region writes it: in Swedish, with a letter
// that has everything, one in English, one without a title and one without a
// page.
func Village() *newsletter.Newsletter {
	at := func(month time.Month, day, hour int) time.Time {
		return time.Date(2022, month, day, hour, 0, 0, 0, CET)
	}
	return &newsletter.Newsletter{
		ID:          "https://byn.example/brev/",
		Title:       "Brev från byn",
		Description: "Vad som händer i verkstäderna.",
		URL:         "https://byn.example/brev/",
		FeedURL:     "https://byn.example/brev/rss.xml",
		Language:    "sv",
		Authors:     []newsletter.Author{{Name: "Redaktionen", Organization: "Byn", URL: "https://byn.example/"}},
		Rights:      "© 2022 Byn",
		Image:       "https://byn.example/logo.png",
		Icon:        "https://byn.example/icon.png",
		Updated:     at(time.March, 18, 9),
		Generator:   newsletter.Generator{Name: "newsletter"},
		Hubs:        []string{"https://hub.example/"},
		Letters: []*newsletter.Letter{
			{
				ID: "tag:byn.example,2022-01-10:notis", URL: "https://byn.example/brev/notis/",
				Published: at(time.January, 10, 8), Updated: at(time.January, 10, 8),
				Content: "<p>Kontoret är stängt på fredag. Den som har bråttom når jouren på det vanliga numret.</p>",
			},
			{
				ID: "tag:byn.example,2022-03-14:rapport", URL: "https://byn.example/brev/rapport.html",
				Title: "Tio verkstäder & <ett> år", Kind: "Rapport",
				Authors: []newsletter.Author{
					{Name: "Åsa Lind", Organization: "Byn", URL: "https://byn.example/asa", Avatar: "https://byn.example/asa.jpg"},
					{Name: "Jon Ek", Organization: "Verkstan", Email: "jon@verkstan.example"},
				},
				Published: at(time.March, 14, 8), Updated: at(time.March, 18, 9),
				Summary:    "Tio företag delade maskiner.",
				Content:    "<h1>Vad vi gjorde</h1><p>Varje företag fick <em>en vecka</em>.<h2>Siffror</h2><table><tr><th>Före</th><td>95 min</td></tr></table><div>",
				Rights:     "CC BY 4.0",
				Categories: []newsletter.Category{{Term: "mikrofabriker"}, {Term: "Rapport", Scheme: "https://schema.org/articleSection"}},
				Image:      "https://byn.example/cell.jpg",
				Attachments: []newsletter.Attachment{
					{URL: "https://byn.example/f/rapport.pdf", MediaType: "application/pdf", Length: 2_345_678, Title: "Hela rapporten"},
					{URL: "https://byn.example/f/samtal.mp3", MediaType: "audio/mpeg", Length: 31_000_000, Duration: 92 * time.Minute},
				},
				Source: newsletter.Source{Title: "Verkstadsbladet", URL: "https://verkstan.example/", FeedURL: "https://verkstan.example/rss"},
				Links: []newsletter.Link{
					{Rel: "related", URL: "https://example.org/program", Title: "Programmet"},
					{Rel: "alternate", URL: "https://example.org/en", Language: "en", Title: "Ten workshops", MediaType: "text/html"},
					{Rel: "replies", URL: "https://example.org/svar/"},
					{Rel: "license", URL: "ftp://example.org/licens", Title: "Licensen"},
				},
			},
			{
				ID: "tag:byn.example,2022-01-05:kort", Title: "Kort om januari", Published: at(time.January, 5, 8), Updated: at(time.January, 5, 10),
				Content:     "<h2>En rubrik</h2><p>Brevet har ingen egen sida.</p>",
				Attachments: []newsletter.Attachment{{URL: "https://byn.example/f/karta.png", MediaType: "image/png"}},
			},
			{
				ID: "tag:byn.example,2022-04-02:open", URL: "https://byn.example/brev/open", Language: "en",
				Title: "Come to the open workshop", Kind: "Invitation", Authors: []newsletter.Author{{Name: "Staff"}},
				Published: at(time.April, 2, 8), Updated: at(time.April, 3, 8),
				Summary: "Bring a part …", Content: "<p>Bring a part that you would like to make in another way.</p>",
			},
			{
				ID: "https://annan.example/brev/1", URL: "https://annan.example/brev/1", Title: "Ett brev från grannen",
				Published: at(time.February, 1, 8), Updated: at(time.February, 1, 8), Summary: "Vi hälsar.",
			},
		},
	}
}
