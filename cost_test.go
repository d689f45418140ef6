//go:build unix && !race

package newsletter_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/check"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/parse"
)

// grown are newsletters that have n of something.
var grown = map[string]func(n int) *newsletter.Newsletter{
	"authors": ofLetter(func(l *newsletter.Letter, i int) {
		l.Authors = append(l.Authors, newsletter.Author{Name: fmt.Sprint("Author ", i)})
	}),
	"authors twice": ofLetter(func(l *newsletter.Letter, i int) {
		l.Authors = append(l.Authors, newsletter.Author{Name: fmt.Sprint("Author ", i/2)})
	}),
	"categories": ofLetter(func(l *newsletter.Letter, i int) {
		l.Categories = append(l.Categories, newsletter.Category{Term: fmt.Sprint(i)})
	}),
	"categories with and without labels": ofLetter(func(l *newsletter.Letter, i int) {
		l.Categories = append(l.Categories, newsletter.Category{Term: fmt.Sprint(i), Label: "Label"}, newsletter.Category{Label: fmt.Sprint(i)}, newsletter.Category{Term: fmt.Sprint(i)})
	}),
	"attachments": ofLetter(func(l *newsletter.Letter, i int) {
		l.Attachments = append(l.Attachments, newsletter.Attachment{URL: fmt.Sprint("https://example.org/", i)})
	}),
	"links": ofLetter(func(l *newsletter.Letter, i int) {
		l.Links = append(l.Links, newsletter.Link{URL: fmt.Sprint("https://example.org/", i)})
	}),
	"alternates": ofLetter(func(l *newsletter.Letter, i int) {
		l.Links = append(l.Links, newsletter.Link{Rel: "alternate", URL: fmt.Sprint("https://example.org/", i), MediaType: fmt.Sprint("a/b", i/2)})
	}),
	"hubs": func(n int) *newsletter.Newsletter {
		a := ofLetters(func(*newsletter.Letter, int) {})(1)
		for i := range n {
			a.Hubs = append(a.Hubs, fmt.Sprint("https://hub.example/", i))
		}
		return a
	},
	"letters": ofLetters(func(l *newsletter.Letter, i int) { l.ID, l.Title = fmt.Sprint("u:", i), fmt.Sprint(i) }),
	"letters of one ID": ofLetters(func(l *newsletter.Letter, i int) {
		l.ID, l.Title = "u:1", fmt.Sprint(i)
	}),
	"letters that are the same":                  ofLetters(func(l *newsletter.Letter, _ int) { l.ID, l.Title = "u:1", "A" }),
	"letters that are the same, without an ID":   ofLetters(func(l *newsletter.Letter, _ int) { l.Title = "A" }),
	"letters of one page, without dates and IDs": ofLetters(func(l *newsletter.Letter, _ int) { l.URL, l.Published = "https://example.org/1", time.Time{} }),
	"attributes": ofLetter(func(l *newsletter.Letter, i int) {
		if l.Extensions.Elements == nil {
			l.Extensions.Elements = []newsletter.Extension{{Namespace: "u:z", Prefix: "z", Name: "a"}}
		}
		l.Extensions.Elements[0].Attrs = append(l.Extensions.Elements[0].Attrs, newsletter.Attr{Name: fmt.Sprint("a", i)})
	}),
	"attributes of namespaces": ofLetter(func(l *newsletter.Letter, i int) {
		l.Extensions.Elements = append(l.Extensions.Elements, newsletter.Extension{
			Namespace: "u:z", Prefix: "z", Name: "a", Attrs: []newsletter.Attr{{Namespace: fmt.Sprint("u:", i), Prefix: "p", Name: "a"}},
		})
	}),
	"elements": ofLetter(func(l *newsletter.Letter, _ int) {
		l.Extensions.Elements = append(l.Extensions.Elements, newsletter.Extension{Namespace: "u:z", Prefix: "z", Name: "a", Text: "b"})
	}),
	"elements of namespaces": ofLetter(func(l *newsletter.Letter, i int) {
		l.Extensions.Elements = append(l.Extensions.Elements, newsletter.Extension{Namespace: fmt.Sprint("u:", i), Prefix: "z", Name: "a"})
	}),
	"elements in an element": ofLetter(func(l *newsletter.Letter, _ int) {
		if l.Extensions.Elements == nil {
			l.Extensions.Elements = []newsletter.Extension{{Namespace: "u:z", Prefix: "z", Name: "a"}}
		}
		l.Extensions.Elements[0].Children = append(l.Extensions.Elements[0].Children, newsletter.Extension{Namespace: "u:z", Name: "c", Tail: "b"})
	}),
	"elements within each other": ofLetter(func(l *newsletter.Letter, i int) {
		e := newsletter.Extension{Namespace: "u:z", Prefix: "z", Name: "a", Text: "b"}
		if last := len(l.Extensions.Elements) - 1; i%90 > 0 {
			e.Text, e.Children = "", l.Extensions.Elements[last:last+1:last+1]
			l.Extensions.Elements = append(l.Extensions.Elements[:last:last], e)
			return
		}
		l.Extensions.Elements = append(l.Extensions.Elements, e)
	}),
	"members of JSON": ofLetter(func(l *newsletter.Letter, i int) {
		l.Extensions.Members = append(l.Extensions.Members, newsletter.Member{Name: fmt.Sprint("_", i), JSON: "{}"})
	}),
	"attributes in places": ofLetter(func(l *newsletter.Letter, i int) {
		l.Categories = append(l.Categories, newsletter.Category{Term: fmt.Sprint(i)})
		l.Extensions.Attributes = append(l.Extensions.Attributes, newsletter.Attribute{
			In: newsletter.Place{List: "Categories", Index: i}, Attr: newsletter.Attr{Namespace: "u:z", Prefix: "z", Name: "a"},
		})
	}),
	"authors beside authors": ofLetter(func(l *newsletter.Letter, i int) {
		l.Authors = append(l.Authors, newsletter.Author{Name: fmt.Sprint("Author ", i)})
		l.Extensions.Elements = append(l.Extensions.Elements, newsletter.Extension{Name: "author", Text: "Somebody else"})
	}),
	"keywords beside categories": ofLetter(func(l *newsletter.Letter, i int) {
		l.Categories = append(l.Categories, newsletter.Category{Term: fmt.Sprint(i)})
		l.Extensions.Elements = append(l.Extensions.Elements, newsletter.Extension{Namespace: "http://www.itunes.com/dtds/podcast-1.0.dtd", Prefix: "itunes", Name: "keywords", Text: "word"})
	}),
	"titles of a picture": func(n int) *newsletter.Newsletter {
		a := ofLetters(func(*newsletter.Letter, int) {})(1)
		a.Image = "https://example.org/a.png"
		for range n {
			a.Extensions.Elements = append(a.Extensions.Elements, newsletter.Extension{In: newsletter.Place{Name: "Image"}, Name: "width", Text: "1"})
		}
		for range n {
			a.Extensions.Elements = append(a.Extensions.Elements, newsletter.Extension{In: newsletter.Place{Name: "Image"}, Name: "title", Text: "A"})
		}
		return a
	},
}

// ofLetters is a newsletter of n letters, ofLetter one of a letter with n of what add
// adds.
func ofLetters(change func(l *newsletter.Letter, i int)) func(n int) *newsletter.Newsletter {
	return func(n int) *newsletter.Newsletter {
		a := &newsletter.Newsletter{Title: "T", URL: "https://example.org/", FeedURL: "https://example.org/feed"}
		for i := range n {
			l := &newsletter.Letter{Title: "A", Published: time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)}
			change(l, i)
			a.Letters = append(a.Letters, l)
		}
		return a
	}
}

func ofLetter(add func(l *newsletter.Letter, i int)) func(n int) *newsletter.Newsletter {
	return func(n int) *newsletter.Newsletter {
		return ofLetters(func(l *newsletter.Letter, _ int) {
			l.URL = "https://example.org/1"
			for i := range n {
				add(l, i)
			}
		})(1)
	}
}

// uses are what is done with a newsletter; make makes it anew.
func uses(make func() *newsletter.Newsletter) map[string]func() {
	repaired := make()
	repaired.Repair()
	broken, again := make(), make()
	all := map[string]func(){
		"Validate": func() { broken.Validate() },
		"Repair":   func() { make().Repair() },
		"Same":     func() { newsletter.Same(broken, again) },
		"pages":    func() { site.Write(&bytes.Buffer{}, repaired) },
	}
	for _, f := range feeds {
		var b bytes.Buffer
		feed.Write(&b, repaired, f, undated)
		all["write "+f.String()] = func() { feed.Write(&bytes.Buffer{}, repaired, f, undated) }
		all["read "+f.String()] = func() { parse.Feed(bytes.NewReader(b.Bytes())) }
		all["check "+f.String()] = func() { check.Document(bytes.NewReader(b.Bytes()), check.Options{}) }
	}
	all["aggregate"] = func() { aggregated(atom(repaired)) }
	return all
}

func atom(n *newsletter.Newsletter) []byte {
	var b bytes.Buffer
	feed.Write(&b, n, feed.Atom, undated)
	return b.Bytes()
}

// aggregated merges what two partners have who have the same, and what is remembered of
// it when they have it still.
func aggregated(document []byte) (result *aggregate.Result) {
	a := aggregate.Aggregator{
		Newsletter: newsletter.Newsletter{Title: "All", URL: "https://all.example/", FeedURL: "https://all.example/feed"},
		Store:      aggregate.NewMemStore(), All: true,
		Window: -1, MaxLetters: -1, Limits: aggregate.Limits{List: -1, Extensions: -1, Partner: -1, Newsletter: -1, Memory: -1},
		Fetch: fetch.Options{Client: &http.Client{Transport: answer(document)}, Limits: fetch.Limits{Pause: -1}},
	}
	for range 2 {
		result, _ = a.Run(context.Background(), []aggregate.Partner{{Name: "A", FeedURL: "https://a.example/"}, {Name: "B", FeedURL: "https://b.example/"}})
	}
	return result
}

// An answer is what any address has.
type answer []byte

func (a answer) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(a)), Request: r}, nil
}

// TestCostGrowsWithTheInput uses newsletters of n and of 8n elements in each list: the
// second costs no more than some times eight times as much.
func TestCostGrowsWithTheInput(t *testing.T) {
	const (
		few, many = 500, 8 * 500
		least     = time.Millisecond // what is faster is too fast to be measured
		most      = 3 * many / few   // 64 for what is quadratic
	)
	require.Len(t, aggregated(atom(grown["letters"](3))).Newsletter.Letters, 6, "or nothing is aggregated")
	for _, name := range slices.Sorted(maps.Keys(grown)) {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			small := uses(func() *newsletter.Newsletter { return grown[name](few) })
			large := uses(func() *newsletter.Newsletter { return grown[name](many) })
			for _, use := range slices.Sorted(maps.Keys(small)) {
				var a, b time.Duration
				for range 6 { // the machine may be busy
					a, b = max(a, cpu(t, small[use])), cpu(t, large[use])
					if b <= most*max(a, least) {
						break
					}
				}
				assert.LessOrEqual(t, b, most*max(a, least), "%s: %d cost %v, %d %v", use, few, a, many, b)
			}
		})
	}
}

// cpu returns the time of all processors that f took.
func cpu(t *testing.T, f func()) time.Duration {
	used := func() time.Duration {
		var u syscall.Rusage
		require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	f()
	return used() - before
}
