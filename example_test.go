package newsletter_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
)

// A newsletter is plain data: what is not known is left out. What a feed format
// requires its writer derives.
func Example() {
	n := &newsletter.Newsletter{
		Title:   "Letters from the region",
		URL:     "https://letters.example.org/",
		FeedURL: "https://letters.example.org/atom.xml",
		Authors: []newsletter.Author{{Name: "Editorial staff", Organization: "Example Region"}},
		Letters: []*newsletter.Letter{{
			URL:       "https://letters.example.org/robots",
			Title:     "Robots that help",
			Published: time.Date(2024, 5, 17, 9, 0, 0, 0, time.UTC),
			Content:   "<p>Two robots, one town.</p>",
		}},
	}
	fmt.Println(n.Validate())
	// Output: <nil>
}

func ExampleNewsletter_Validate() {
	n := &newsletter.Newsletter{
		ID:      "tag:letters.example.org,2024-01-01:newsletter",
		URL:     "https://letters.example.org/",
		FeedURL: "atom.xml",
		Updated: time.Date(2024, 5, 17, 9, 0, 0, 0, time.UTC),
		Letters: []*newsletter.Letter{{
			ID:      "tag:letters.example.org,2024-05-17:robots",
			Authors: []newsletter.Author{{Name: "Ann Öberg", Email: "ann"}},
			Updated: time.Date(2024, 5, 17, 9, 0, 0, 0, time.UTC),
		}},
	}
	err := n.Validate()
	fmt.Println(err)

	if fault, ok := errors.AsType[*newsletter.FieldError](err); ok {
		fmt.Println("the first is in", fault.Field)
	}
	// Output:
	// newsletter: FeedURL: an absolute URL of a web page is required, not "atom.xml"
	// letter 0 (tag:letters.example.org,2024-05-17:robots): Authors[0].Email: an e-mail address is required, not "ann"
	// the first is in FeedURL
}

func ExampleNewsletter_Repair() {
	n := &newsletter.Newsletter{
		ID:       "tag:letters.example.org,2024-01-01:newsletter",
		Title:    "Malmö letters",
		URL:      "https://letters.example.org/",
		FeedURL:  "https://letters.example.org/atom.xml",
		Language: "sv_SE",
		Updated:  time.Date(2024, 5, 17, 9, 0, 0, 0, time.UTC),
	}
	for _, change := range n.Repair() {
		fmt.Println(change)
	}
	// Output:
	// newsletter: Language: "sv_SE" is now "sv-SE": not a BCP 47 language tag
}

// Whoever walks over all that a letter says takes its fields from here, and need
// not know which there are.
func ExampleLetter_Fields() {
	l := &newsletter.Letter{
		Title:       "Robots that help",
		Authors:     []newsletter.Author{{Name: "Ann Öberg", URL: "http://letters.example.org/ann"}},
		Attachments: []newsletter.Attachment{{URL: "http://letters.example.org/robots.pdf", Length: 12345}},
	}
	for f := range l.Fields() {
		if f.Type() == newsletter.TypeURL {
			*f.Text() = strings.Replace(*f.Text(), "http:", "https:", 1)
		}
		if !f.IsZero() {
			fmt.Println(f, "=", f.Format())
		}
	}
	// Output:
	// Title = Robots that help
	// Authors[0].Name = Ann Öberg
	// Authors[0].URL = https://letters.example.org/ann
	// Attachments[0].URL = https://letters.example.org/robots.pdf
	// Attachments[0].Length = 12345
}

// An element of a vocabulary that the model has no field for is kept as it is.
func ExampleExtension() {
	const itunes = "http://www.itunes.com/dtds/podcast-1.0.dtd"
	l := newsletter.Letter{Extensions: newsletter.Extensions{
		Elements: []newsletter.Extension{{Namespace: itunes, Prefix: "itunes", Name: "season", Text: "2"}},
	}}
	if e := l.Extensions.First(itunes, "season"); e != nil {
		fmt.Println("season", e.Text)
	}
	// Output: season 2
}

func ExampleNewsletter_Sort() {
	n := &newsletter.Newsletter{Letters: []*newsletter.Letter{
		{Title: "Spring", Published: time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC)},
		{Title: "Summer", Published: time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC)},
	}}
	n.Sort()
	for _, l := range n.Letters {
		fmt.Println(l.Title)
	}
	// Output:
	// Summer
	// Spring
}

func ExampleTagURI() {
	id, err := newsletter.TagURI("https://letters.example.org/", time.Date(2024, 5, 17, 9, 0, 0, 0, time.UTC), "Åsa's robots")
	fmt.Println(id, err)
	// Output: tag:letters.example.org,2024-05-17:%C3%85sa's%20robots <nil>
}

func ExampleParseByline() {
	for _, a := range newsletter.ParseByline("Ann Öberg, Example Works; Bo Lind") {
		fmt.Printf("%s of %q\n", a.Name, a.Organization)
	}
	// Output:
	// Ann Öberg of "Example Works"
	// Bo Lind of ""
}

func ExampleByline() {
	fmt.Println(newsletter.Byline([]newsletter.Author{
		{Name: "Ann Öberg", Organization: "Example Works"}, {Name: "Bo Lind"},
	}))
	// Output: Ann Öberg, Example Works; Bo Lind
}
