package site

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
)

// Files with one digest have the same bytes, whatever was changed; and a change of
// one letter leaves the pages of most others what they were.
func TestSum(t *testing.T) {
	made := func() *newsletter.Newsletter {
		n := &newsletter.Newsletter{
			Title: "N", URL: "https://example.org/l/", Language: "en", Description: "D", Image: "https://example.org/l/i.png",
			Authors: []newsletter.Author{{Name: "S", Email: "s@example.org"}}, Rights: "R",
		}
		for i := range 6 {
			at := time.Date(2026, 3, 10-i, 0, 0, 0, 0, time.UTC)
			n.Letters = append(n.Letters, &newsletter.Letter{
				ID: fmt.Sprint("urn:", i), URL: fmt.Sprintf("https://example.org/l/%d/", i), Title: fmt.Sprint("T", i), Content: fmt.Sprintf("<p>C%d</p>", i),
				Authors: []newsletter.Author{{Name: "A"}}, Published: at, Updated: at, Summary: "S", Categories: []newsletter.Category{{Term: "c"}},
				Attachments: []newsletter.Attachment{{URL: "https://example.org/l/a.pdf", MediaType: "application/pdf", Length: 9}},
			})
		}
		n.Letters[2].Content += `<a href="https://example.org/l/new/">new</a>`
		n.Letters[3].Title = ""
		n.Updated = n.Letters[0].Updated
		return n
	}
	type file struct {
		bytes string
		sum   digest
	}
	written := func(n *newsletter.Newsletter, o Options) map[string]file {
		files, err := Files(n, o)
		require.NoError(t, err)
		all := map[string]file{}
		for _, f := range files {
			var b bytes.Buffer
			_, err := f.WriteTo(&b)
			require.NoError(t, err)
			all[f.Path] = file{b.String(), f.Sum()}
		}
		return all
	}
	o := Options{TrustHTML: true, FeedLetters: 2}
	before := written(made(), o)
	assert.Equal(t, before, written(made(), o), "the same from the same")

	changes := map[string]func(*newsletter.Newsletter){
		"a letter more": func(n *newsletter.Newsletter) {
			l := *n.Letters[5]
			l.ID, l.URL, l.Published = "urn:new", "https://example.org/l/new/", l.Published.AddDate(0, 0, -1)
			n.Letters = append(n.Letters, &l)
		},
		"a letter less":   func(n *newsletter.Newsletter) { n.Letters = n.Letters[1:] },
		"a letter's page": func(n *newsletter.Newsletter) { n.Letters[4].URL = "https://example.org/l/other/" },
		"a date's zone": func(n *newsletter.Newsletter) {
			n.Letters[1].Published = n.Letters[1].Published.In(time.FixedZone("", 3600))
		},
		"an attachment":      func(n *newsletter.Newsletter) { n.Letters[1].Attachments[0].Length++ },
		"a category":         func(n *newsletter.Newsletter) { n.Letters[1].Categories = nil },
		"an author":          func(n *newsletter.Newsletter) { n.Letters[1].Authors[0].Organization = "O" },
		"the author of all":  func(n *newsletter.Newsletter) { n.Authors[0].Name = "X" },
		"an update":          func(n *newsletter.Newsletter) { n.Letters[1].Updated = n.Letters[1].Updated.Add(time.Hour) },
		"the time of update": func(n *newsletter.Newsletter) { n.Updated = n.Updated.Add(time.Hour) },
	}
	for name, fields := range map[string]func(*newsletter.Newsletter) []string{
		"newsletter": func(n *newsletter.Newsletter) (all []string) {
			for f := range n.Fields() {
				all = append(all, f.Place().Name)
			}
			return all
		},
		"letter": func(n *newsletter.Newsletter) (all []string) {
			for f := range n.Letters[3].Fields() {
				all = append(all, f.Place().Name)
			}
			return all
		},
	} {
		for i, field := range fields(made()) {
			if field == "URL" || field == "Language" && name == "newsletter" {
				continue // said above, or by another test's data
			}
			changes[fmt.Sprint(name, " ", i, " ", field)] = func(n *newsletter.Newsletter) {
				seq := n.Fields()
				if name == "letter" {
					seq = n.Letters[3].Fields()
				}
				at := 0
				for f := range seq {
					if text := f.Text(); at == i && text != nil && *text != "" {
						*text += "x"
					}
					at++
				}
			}
		}
	}
	for name, change := range changes {
		n := made()
		change(n)
		if n.Validate() != nil {
			continue
		}
		same := 0
		for path, f := range written(n, o) {
			old, ok := before[path]
			if ok && old.sum == f.sum {
				same++
				assert.Equal(t, old.bytes, f.bytes, "%s: %s", name, path)
			}
		}
		if name == "an attachment" {
			assert.Equal(t, 6, same, "the pages of all other letters, and the stylesheet of feeds")
		}
	}
}
