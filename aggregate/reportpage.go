package aggregate

import (
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/automationregion/newsletter/aggregate/internal/intake"
	"github.com/automationregion/newsletter/internal/page"
)

//go:embed template/partners.html
var pages embed.FS

var partnersPage = sync.OnceValues(func() (*template.Template, error) {
	return page.New(pages, "template/partners.html")
})

// The page of partners is made here and not in package feed, which knows nothing
// of partners; what the two share is package page.

type partnersData struct {
	page.Frame
	Home     string
	Summary  string
	Partners []partnerData
}

type partnerData struct {
	Name, URL, FeedURL string
	Mark, Health       string
	Grade              string // bad, fair or good: the class of the two
	Letters            string
	Facts, Words       []string
	order              int
}

// WriteHTML writes a page that shows how each partner does: those with trouble
// first. It is to stand beside the newsletter's own page, and links to it. It
// says what is remembered and nothing of the run itself, so that it stays the
// same, byte for byte, as long as nobody was visited.
func (r *Result) WriteHTML(w io.Writer) error {
	t, err := partnersPage()
	if err != nil {
		return err
	}
	data := partnersData{
		Frame: page.Frame{
			Lang: page.NewLang("en"), Title: "Partners", Site: r.Newsletter.Title,
			Description: "Where the letters of " + r.Newsletter.Title + " come from, and how the partners' feeds do.",
			Generator:   r.Newsletter.Generator.Name,
		},
		Home: "./",
	}
	var marks [4]int
	for i := range r.Partners {
		if r.Partners[i].Status == Twice {
			continue
		}
		p := describe(&r.Partners[i])
		marks[p.order]++
		data.Partners = append(data.Partners, p)
	}
	slices.SortStableFunc(data.Partners, func(a, b partnerData) int { return cmp.Compare(a.order, b.order) })
	parts := []string{count(len(data.Partners), "partner")}
	for i, words := range []string{"%d failing", "%d to look at", "%d not visited yet"} {
		if marks[i] > 0 {
			parts = append(parts, fmt.Sprintf(words, marks[i]))
		}
	}
	if marks[3] == len(data.Partners) && marks[3] > 0 {
		parts = append(parts, "all well")
	}
	data.Summary = strings.Join(parts, ", ") + "."
	return t.Execute(w, data)
}

// describe says in words how a partner does.
func describe(r *PartnerReport) partnerData {
	p := partnerData{Name: r.Name, URL: r.URL, FeedURL: intake.WebAddress(r.FeedURL), Letters: count(r.Letters, "letter"), Mark: "●", Health: "Well", Grade: "good", order: 3}
	if !r.Newest.IsZero() {
		p.Letters += ", the newest of " + day(r.Newest)
	}
	if !r.LastSuccess.IsZero() {
		p.Facts = append(p.Facts, "read "+minute(r.LastSuccess))
	}
	switch {
	case r.Failing():
		p.Mark, p.Health, p.Grade, p.order = "✗", "Failing", "bad", 0
		if r.Failures > 1 {
			p.Health = fmt.Sprintf("Failing, %d times in a row", r.Failures)
		}
		if r.Gone {
			p.Health = "Gone"
		}
		p.Words = append(p.Words, strings.TrimSpace(sentence(r.Error)+" "+r.Advice))
	case r.Held > 0 || r.Warning != "":
		p.Mark, p.Health, p.Grade, p.order = "!", "To look at", "fair", 1
	case r.LastAttempt.IsZero():
		p.Mark, p.Health, p.Grade, p.order = "○", "Not visited yet", "fair", 2
	}
	if r.Held > 0 {
		p.Words = append(p.Words, r.saidHeld())
	}
	if r.Warning != "" {
		p.Words = append(p.Words, sentence("the feed has a fault: "+r.Warning))
	}
	for _, left := range []struct {
		n   int
		why string
	}{{r.Filtered, "left out"}, {r.Old, "too old"}, {r.Beyond + r.BeyondText, "beyond the newsletter's limits"}, {r.Copies, "published as another's"}} {
		if left.n > 0 {
			p.Facts = append(p.Facts, fmt.Sprintf("%d %s", left.n, left.why))
		}
	}
	p.Words = append(p.Words, r.saidBeyond()...)
	if r.Pushes != "" {
		p.Facts = append(p.Facts, plainWords(r.Pushes))
	}
	if !r.Due.IsZero() {
		due := "next visit from " + minute(r.Due)
		if r.DueReason != "" {
			due += " (" + r.DueReason + ")"
		}
		p.Facts = append(p.Facts, due)
	}
	return p
}

// sentence returns s with a capital and a full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}
