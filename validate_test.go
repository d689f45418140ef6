package newsletter_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
)

// complete returns a newsletter with every field set that passes Validate.
func complete() *newsletter.Newsletter {
	written := time.Date(2024, 5, 17, 9, 30, 0, 0, time.FixedZone("", 2*60*60))
	return &newsletter.Newsletter{
		ID:          "tag:letters.example.org,2024-01-01:newsletter",
		Title:       "Letters from the regions & towns",
		Description: "What changed, <where> and why",
		URL:         "https://letters.example.org/",
		FeedURL:     "https://letters.example.org/atom.xml",
		Language:    "sv-SE",
		Authors: []newsletter.Author{{
			Name: "Editorial staff", Organization: "Example Region", Email: "staff@letters.example.org",
			URL: "https://letters.example.org/staff", Avatar: "https://letters.example.org/staff.png",
		}},
		Rights:     "© 2024 Example Region",
		Image:      "https://letters.example.org/logo.svg",
		Icon:       "https://letters.example.org/icon.png",
		Categories: []newsletter.Category{{Term: "R&D", Scheme: "https://letters.example.org/subjects"}},
		Updated:    written,
		Generator:  newsletter.Generator{Name: "newsletter 1.0"},
		Hubs:       []string{"https://hub.example.org/"},
		Paging: newsletter.Paging{
			Current: "https://letters.example.org/atom.xml", PreviousArchive: "https://letters.example.org/2023.xml",
		},
		Letters: []*newsletter.Letter{
			{
				ID:        "https://letters.example.org/2024/robots",
				URL:       "https://letters.example.org/2024/robots",
				Title:     "Robots that <b>help</b>",
				Kind:      "Report",
				Language:  "en",
				Authors:   []newsletter.Author{{Name: "Ann Öberg"}, {Name: "Bo Lind", Organization: "Example Works"}},
				Published: written,
				Updated:   written.Add(time.Hour),
				Summary:   "Two robots.\n\nOne town.",
				Content:   "<p>Two robots.</p>",
				Rights:    "CC BY 4.0",
				Categories: []newsletter.Category{
					{Term: "Robots"}, {Term: "Towns", Scheme: "tag:letters.example.org,2024:towns"},
				},
				Image: "https://letters.example.org/2024/robots.webp",
				Attachments: []newsletter.Attachment{
					{URL: "https://letters.example.org/2024/robots.mp3", MediaType: `audio/mpeg; codecs="mp3"`, Length: 12345, Duration: 90 * time.Second, Title: "The report, read aloud"},
					{URL: "ftp://letters.example.org/robots.pdf", MediaType: "application/pdf"},
				},
				Source: newsletter.Source{
					ID: "urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6", Title: "Works", URL: "https://works.example.com/",
					FeedURL: "https://works.example.com/feed", Updated: written,
				},
				Links: []newsletter.Link{
					{Rel: "related", URL: "https://works.example.com/robots", MediaType: "text/html", Language: "en", Title: "The robots"},
					{Rel: "alternate", URL: "https://letters.example.org/2024/robotar", Language: "sv"},
					{Rel: "https://works.example.com/rel/photo", URL: "mailto:photo@works.example.com"},
				},
			},
			{ID: "tag:letters.example.org,2024-01-01:2", Title: "Only a title", Updated: written},
			{ID: "tag:letters.example.org,2024-01-01:3", Content: "<p>Only content</p>", Updated: written},
		},
	}
}

func TestValidateAcceptsEveryField(t *testing.T) {
	assert.NoError(t, complete().Validate())
}

func TestValidateAcceptsOrdinaryThings(t *testing.T) {
	tests := map[string]func(*newsletter.Newsletter, *newsletter.Letter){
		"no letters": func(n *newsletter.Newsletter, l *newsletter.Letter) { n.Letters = nil },
		"no authors of the newsletter where every letter has its own": func(n *newsletter.Newsletter, l *newsletter.Letter) {
			n.Authors, n.Letters = nil, n.Letters[:1]
		},
		"space around a title":         func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Title = "  Robots\n" },
		"markup in a title":            func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Title = "The <b> element & </b>" },
		"an address in a title":        func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Title = "Write to Ann <ann@example.org>" },
		"a name that is an address":    func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Authors[0].Name = "ann@example.org" },
		"an author's name with a sign": func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Authors[0].Name = "R&D <3" },
		"any HTML":                     func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Content = "<p>\uFFFD<unknown>&\r\n" },
		"a letter from before the web": func(n *newsletter.Newsletter, l *newsletter.Letter) {
			l.Published = time.Date(1921, 1, 2, 0, 0, 0, 0, time.UTC)
		},
		"a zone of a quarter": func(n *newsletter.Newsletter, l *newsletter.Letter) {
			l.Published = time.Date(2021, 1, 2, 0, 0, 0, 0, time.FixedZone("", 20700))
		},
		"a host that is escaped": func(n *newsletter.Newsletter, l *newsletter.Letter) {
			l.URL = "https://%C3%A5.example/%C3%A5?a=%5B1%5D#x"
		},
		"a port and a user":            func(n *newsletter.Newsletter, l *newsletter.Letter) { l.URL = "http://ann@example.org:8080" },
		"no URL":                       func(n *newsletter.Newsletter, l *newsletter.Letter) { l.URL, l.Links = "", nil },
		"an ID in Swedish":             func(n *newsletter.Newsletter, l *newsletter.Letter) { l.ID = "https://example.org/%C3%A5r" },
		"an ID that is a URN":          func(n *newsletter.Newsletter, l *newsletter.Letter) { l.ID = "urn:isbn:9789100000000" },
		"a language with a script":     func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Language = "zh-Hant-TW" },
		"a language with a variant":    func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Language = "de-CH-1996" },
		"a language with an extension": func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Language = "sv-SE-u-co-trad-x-letters" },
		"a language of three letters":  func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Language = "smj" },
		"a file of unknown length":     func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Attachments[0].Length = 0 },
		"a page of replies":            func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Links[0].Rel = "replies" },
		"nothing but a title and a page": func(n *newsletter.Newsletter, l *newsletter.Letter) {
			*n = newsletter.Newsletter{Title: "T", URL: "https://example.org/", Letters: []*newsletter.Letter{{Title: "L", URL: "https://example.org/l"}}}
		},
		"a number for an ID":        func(n *newsletter.Newsletter, l *newsletter.Letter) { l.ID = "17" },
		"an ID in no normal form":   func(n *newsletter.Newsletter, l *newsletter.Letter) { l.ID = "HTTP://Example.org:80/../%7e å" },
		"IDs that differ in a case": func(n *newsletter.Newsletter, l *newsletter.Letter) { l.ID, n.Letters[1].ID = "a", "A" },
		"a letter of a file": func(n *newsletter.Newsletter, l *newsletter.Letter) {
			*l = newsletter.Letter{Attachments: []newsletter.Attachment{{URL: "https://example.org/a.mp3"}}}
		},
		"an address in a name":                func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Authors[1].Name = "Bo <bo@example.org>" },
		"text that was spoilt":                func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Kind = "MalmÃ¶ \uFFFD" },
		"an address without a dot":            func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Authors[0].Email = "ann@localhost" },
		"a URL with a sign that is no escape": func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Image = "https://example.org/a%20b,100%.png" },
		"an ID with spaces and quotes":        func(n *newsletter.Newsletter, l *newsletter.Letter) { l.ID = `https://example.org/a "b" [c]` },
		"a host beyond ASCII":                 func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Image = "https://bücher.example/å" },
		"a host that is a number":             func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Image = "https://[::1]:8080/" },
		"such a host with a zone":             func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Image = "http://ann@[fe80::1%25eth0]?a=b" },
		"a scheme that few know":              func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Attachments[0].URL = "magnet:?xt=urn:btih:1" },
		"a media type that is none":           func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Attachments[0].MediaType = "pdf" },
		"a language that nobody speaks":       func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Language = "jp" },
		"a complete document": func(n *newsletter.Newsletter, l *newsletter.Letter) {
			n.Paging = newsletter.Paging{Complete: true, Archive: true, Current: n.FeedURL}
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			n := complete()
			change(n, n.Letters[0])
			assert.NoError(t, n.Validate())
		})
	}
}

func TestValidateNamesTheFieldAndWhatIsExpected(t *testing.T) {
	const first = "letter 0 (https://letters.example.org/2024/robots): "
	tests := map[string]struct {
		change func(*newsletter.Newsletter, *newsletter.Letter)
		want   string
	}{
		"a relative URL": {func(n *newsletter.Newsletter, l *newsletter.Letter) { n.URL = "/news" }, `newsletter: URL: an absolute URL is required, not "/news"`},
		"JSON in an element": {func(n *newsletter.Newsletter, l *newsletter.Letter) {
			n.Extensions.Elements = []newsletter.Extension{{Name: "a", Children: []newsletter.Extension{{Name: "x/><item>"}}}}
		}, `newsletter: Extensions.Elements[0]: an XML name without a prefix is required, not "x/><item>"`},
		"a letter that only XML 1.0's fifth edition has": {func(n *newsletter.Newsletter, l *newsletter.Letter) {
			n.Extensions.Elements = []newsletter.Extension{{Name: "\uA64F"}}
		}, `newsletter: Extensions.Elements[0]: an XML name without a prefix is required, not "ꙏ"`},
		"a host without its end":       {func(n *newsletter.Newsletter, l *newsletter.Letter) { n.URL = "http://[2001:db8::1/x" }, `newsletter: URL: an absolute URL is required, not "http://[2001:db8::1/x"`},
		"a host without its beginning": {func(n *newsletter.Newsletter, l *newsletter.Letter) { n.URL = "http://2001:db8::1]/x" }, `newsletter: URL: an absolute URL is required, not "http://2001:db8::1]/x"`},
		"brackets around a name":       {func(n *newsletter.Newsletter, l *newsletter.Letter) { n.URL = "http://[a.example]/x" }, `newsletter: URL: an absolute URL is required, not "http://[a.example]/x"`},
		"no number for a port":         {func(n *newsletter.Newsletter, l *newsletter.Letter) { n.URL = "http://[::1]8080/x" }, `newsletter: URL: an absolute URL is required, not "http://[::1]8080/x"`},
		"a URL with a space":           {func(n *newsletter.Newsletter, l *newsletter.Letter) { n.URL = "https://example.org/a b" }, `newsletter: URL: an address whose spaces, quotes and brackets are percent-encoded is required, not "https://example.org/a b"`},
		"a URL with brackets":          {func(n *newsletter.Newsletter, l *newsletter.Letter) { n.FeedURL = "https://[::1]/?a[]=1" }, `newsletter: FeedURL: an address whose spaces, quotes and brackets are percent-encoded is required, not "https://[::1]/?a[]=1"`},
		"a feed by mail":               {func(n *newsletter.Newsletter, l *newsletter.Letter) { n.FeedURL = "mailto:a@example.org" }, `newsletter: FeedURL: an absolute URL of a web page is required, not "mailto:a@example.org"`},
		"an underscore":                {func(n *newsletter.Newsletter, l *newsletter.Letter) { n.Language = "en_GB" }, `newsletter: Language: a BCP 47 language tag is required, not "en_GB"`},
		"an open tag":                  {func(n *newsletter.Newsletter, l *newsletter.Letter) { n.Language = "en-u" }, `newsletter: Language: a BCP 47 language tag is required, not "en-u"`},
		"no hub":                       {func(n *newsletter.Newsletter, l *newsletter.Letter) { n.Hubs = []string{"", "hub"} }, "newsletter: Hubs[0]: an absolute URL is required\nnewsletter: Hubs[1]: an absolute URL is required, not \"hub\""},
		"an author of nothing": {func(n *newsletter.Newsletter, l *newsletter.Letter) { n.Authors[0] = newsletter.Author{} },
			"newsletter: Authors[0]: a name is required, or something else that is known of the author"},
		"an ID of two lines": {func(n *newsletter.Newsletter, l *newsletter.Letter) { l.ID = "a\nb" },
			"letter 0 (a\nb): ID: an ID without control characters, and without white space around it is required, not \"a\\nb\""},
		"a letter of nothing": {func(n *newsletter.Newsletter, l *newsletter.Letter) { *n.Letters[1] = newsletter.Letter{ID: " "} },
			"letter 1 ( ): Letter: something is required, and there is nothing that can be written"},
		"an ID twice": {func(n *newsletter.Newsletter, l *newsletter.Letter) { n.Letters[1].ID = l.ID },
			"letter 1 (https://letters.example.org/2024/robots): ID: an ID of its own is required, letter 0 has it too"},
		"a letter that is nil":  {func(n *newsletter.Newsletter, l *newsletter.Letter) { n.Letters[1] = nil }, "letter 1: Letter: a letter is required, not nil"},
		"only white space":      {func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Title = " \u00a0\n" }, first + "Title: more than white space is required, or nothing"},
		"a control character":   {func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Title = "Robots\x00" }, first + `Title: text without control characters is required, not "Robots\x00"`},
		"a C1 control":          {func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Title = "\u0093Robots\u0094" }, first + `Title: text without control characters is required, not "\u0093Robots\u0094"`},
		"HTML that is no UTF-8": {func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Content = "<p>\xff" }, first + `Content: HTML of characters that XML can hold is required, not "<p>\xff"`},
		"a year too far":        {func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Updated = l.Updated.AddDate(9000, 0, 0) }, first + "Updated: a year from 2 to 9999 and a zone of whole minutes within 15 hours of UTC are required"},
		"a zone of seconds": {func(n *newsletter.Newsletter, l *newsletter.Letter) {
			l.Published = l.Published.In(time.FixedZone("", 1))
		}, first + "Published: a year from 2 to 9999 and a zone of whole minutes within 15 hours of UTC are required"},
		"a script for a URL":   {func(n *newsletter.Newsletter, l *newsletter.Letter) { l.URL = "javascript:alert(1)" }, first + `URL: an absolute URL is required, not "javascript:alert(1)"`},
		"a URL without a host": {func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Image = "https:///a.png" }, first + `Image: an absolute URL is required, not "https:///a.png"`},
		"a size below zero":    {func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Attachments[0].Length = -1 }, first + "Attachments[0].Length: a size in bytes is required, or 0 if it is not known"},
		"half a second": {func(n *newsletter.Newsletter, l *newsletter.Letter) {
			l.Attachments[0].Duration = 1500 * time.Millisecond
		}, first + "Attachments[0].Duration: whole seconds are required, or 0 if it is not known"},
		"a subject without a word": {func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Categories[0].Term = "" }, first + "Categories[0].Term: a term is required"},
		"no relation":              {func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Links[0].Rel = "my friend" }, first + `Links[0].Rel: the name of a link relation or an absolute IRI is required, not "my friend"`},
		"a second page of its own": {func(n *newsletter.Newsletter, l *newsletter.Letter) { l.Links[1].Language = "" },
			first + "Links[1]: an alternate is required to differ from the letter in media type or language"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			n := complete()
			test.change(n, n.Letters[0])
			assert.EqualError(t, n.Validate(), test.want)
		})
	}
}

func TestValidateReportsEveryFaultAtOnceInOrder(t *testing.T) {
	n := complete()
	n.Title = "\x00"
	n.Letters[2].URL = "3"
	n.Letters[0].Authors[1].Email = "bo"
	n.Letters[0].Language = "?"

	err := n.Validate()

	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	var faults []newsletter.FieldError
	for _, err := range joined.Unwrap() {
		var fault *newsletter.FieldError
		require.ErrorAs(t, err, &fault)
		faults = append(faults, *fault)
	}
	assert.Equal(t, []newsletter.FieldError{
		{Letter: -1, Field: "Title", Reason: `text without control characters is required, not "\x00"`},
		{Letter: 0, ID: n.Letters[0].ID, Field: "Language", Reason: `a BCP 47 language tag is required, not "?"`},
		{Letter: 0, ID: n.Letters[0].ID, Field: "Authors[1].Email", Reason: `an e-mail address is required, not "bo"`},
		{Letter: 2, ID: n.Letters[2].ID, Field: "URL", Reason: `an absolute URL is required, not "3"`},
	}, faults)
}

func TestValidateOfNothing(t *testing.T) {
	var n *newsletter.Newsletter
	var fault *newsletter.FieldError
	require.True(t, errors.As(n.Validate(), &fault))
	assert.Equal(t, "Newsletter", fault.Field)
	assert.Empty(t, n.Repair())
}

func TestValidateCutsShortWhatItQuotes(t *testing.T) {
	n := complete()
	n.URL = strings.Repeat("å", 1000)
	assert.Less(t, len(n.Validate().Error()), 300)
}
