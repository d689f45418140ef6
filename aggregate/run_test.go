package aggregate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/clean"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/fetch"
)

// A world has partners on one server, a clock that the test moves, and a memory
// between runs.
type world struct {
	*testing.T
	Aggregator
	server *httptest.Server
	dir    string
	now    time.Time
	log    bytes.Buffer

	mu       sync.Mutex
	pages    map[string]string // by path, "alpha/feed.xml"
	requests int
	partners []Partner
}

func newWorld(t *testing.T) *world {
	w := &world{T: t, dir: t.TempDir(), pages: map[string]string{}, now: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)}
	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		body, ok := w.pages[strings.TrimPrefix(r.URL.Path, "/")]
		w.requests++
		w.mu.Unlock()
		if !ok {
			http.NotFound(rw, r)
			return
		}
		rw.Header().Set("Content-Type", "application/rss+xml")
		http.ServeContent(rw, r, "", time.Time{}, strings.NewReader(body))
	}))
	t.Cleanup(w.server.Close)
	w.Aggregator = Aggregator{
		Newsletter: newsletter.Newsletter{
			ID: "tag:region.example,2026:partners", Title: "Partners of the region",
			URL: "https://region.example/partners/", FeedURL: "https://region.example/partners/atom.xml",
		},
		Fetch: fetch.Options{
			AllowPrivate: true, Limits: fetch.Limits{Pause: -1, PerHost: -1}, Chance: func() float64 { return 0.5 },
		},
		Now:    func() time.Time { return w.now },
		Logger: slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	return w
}

// partner adds a partner with a feed of these items.
func (w *world) partner(name string, items ...string) *Partner {
	w.partners = append(w.partners, Partner{Name: strings.ToUpper(name[:1]) + name[1:], FeedURL: w.server.URL + "/" + name + "/feed.xml"})
	w.serve(name, items...)
	return &w.partners[len(w.partners)-1]
}

// serve gives a partner's feed these items.
func (w *world) serve(name string, items ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages[name+"/feed.xml"] = fmt.Sprintf(
		`<rss version="2.0"><channel><title>The %[1]s feed</title><link>https://%[1]s.example/</link><description/>%[2]s</channel></rss>`,
		name, strings.Join(items, "\n"))
}

// post returns an item with the guid, link, title and day of April 2026, empty
// or 0 for none, and more elements.
func post(guid, link, title string, day int, more ...string) string {
	var b strings.Builder
	b.WriteString("<item>")
	if guid != "" {
		fmt.Fprintf(&b, `<guid isPermaLink="false">%s</guid>`, guid)
	}
	if link != "" {
		fmt.Fprintf(&b, "<link>%s</link>", link)
	}
	if title != "" {
		fmt.Fprintf(&b, "<title>%s</title>", title)
	}
	if day > 0 {
		fmt.Fprintf(&b, "<pubDate>%s</pubDate>", time.Date(2026, 4, day, 8, 0, 0, 0, time.UTC).Format(time.RFC1123Z))
	}
	return b.String() + strings.Join(more, "") + "</item>"
}

func text(html string) string { return "<description><![CDATA[" + html + "]]></description>" }

// run runs the aggregator on the world's folder, and checks what holds after
// every run.
func (w *world) run() *Result {
	w.Helper()
	r, err := w.tryRun()
	require.NoError(w, err)
	return r
}

func (w *world) tryRun() (*Result, error) {
	w.Helper()
	a := w.Aggregator
	if a.Store == nil {
		s, err := OpenDir(w.dir, w.Logger)
		require.NoError(w, err)
		defer s.Close()
		a.Store = s
	}
	w.mu.Lock()
	w.requests = 0
	w.mu.Unlock()
	r, err := a.Run(w.Context(), w.partners)
	if r != nil {
		assert.NoError(w, r.Newsletter.Validate())
	}
	return r, err
}

// later lets some hours pass, so that all partners are due, and runs.
func (w *world) later() *Result {
	w.Helper()
	w.now = w.now.Add(25 * time.Hour)
	return w.run()
}

func titles(r *Result) []string {
	var list []string
	for _, l := range r.Newsletter.Letters {
		list = append(list, l.Title)
	}
	return list
}

// only returns the letter with this title.
func only(t testing.TB, r *Result, title string) *newsletter.Letter {
	t.Helper()
	var found []*newsletter.Letter
	for _, l := range r.Newsletter.Letters {
		if l.Title == title {
			found = append(found, l)
		}
	}
	require.Len(t, found, 1, "letters titled %q among %q", title, titles(r))
	return found[0]
}

const long = "Spring has come to the region, and with it the first boats, the first visitors and a programme that fills the whole harbour."

func TestRunMergesPartners(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("a1", "https://alpha.example/1", "Boats", 3, text("<p>"+long+"</p>")))
	w.partner("beta", post("b1", "https://beta.example/1", "Trains", 5, text("<p onclick=x>By rail</p>"), "<author>kim@beta.example (Kim)</author>"))
	w.partners[1].Categories = []newsletter.Category{{Term: "Transport"}}
	r := w.run()

	assert.Equal(t, []string{"Trains", "Boats"}, titles(r))
	boats, trains := only(t, r, "Boats"), only(t, r, "Trains")
	assert.Equal(t, "Alpha", boats.Source.Title)
	assert.Equal(t, "https://alpha.example/", boats.Source.URL)
	assert.Equal(t, w.partners[0].FeedURL, boats.Source.FeedURL)
	assert.NotEmpty(t, boats.Source.ID)
	assert.Equal(t, []newsletter.Author{{Name: "Alpha"}}, boats.Authors, "a letter without author is its partner's")
	assert.Equal(t, "Kim", trains.Authors[0].Name, "an author stays its author")
	assert.Equal(t, "<p>By rail</p>", trains.Content)
	assert.Contains(t, trains.Categories, newsletter.Category{Term: "Transport"})
	assert.Equal(t, trains.Updated, r.Newsletter.Updated)
	assert.Equal(t, fetch.Fetched, r.Partners[0].Status)
	assert.Equal(t, 200, r.Partners[0].Code)
	assert.Equal(t, 1, r.Partners[0].New)
	assert.NotZero(t, r.Partners[0].Due)
	assert.Contains(t, r.Partners[0].String(), "1 new letter")
}

func TestRunTwiceWithNothingNew(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("a1", "https://alpha.example/1", "Boats", 3, text(long)), post("", "", "Undated", 0, text("x")))
	w.partner("beta", post("b1", "https://beta.example/1", "Trains", 5, text(`<p>By rail</p><img src="/t.jpg">`)))
	write := func(r *Result) string {
		var b bytes.Buffer
		for _, f := range []feed.Format{feed.Atom, feed.RSS, feed.JSON} {
			require.NoError(t, feed.Write(&b, r.Newsletter, f))
		}
		require.NoError(t, r.WriteHTML(&b))
		return b.String()
	}
	before := func(s string) string {
		feeds, _, found := strings.Cut(s, "<!doctype html>")
		require.True(t, found)
		return feeds
	}
	first := write(w.run())
	assert.Equal(t, 2, w.requests)
	assert.Equal(t, first, write(w.run()))
	assert.Zero(t, w.requests, "nobody is due")
	r := w.later()
	assert.Equal(t, 2, w.requests)
	assert.Equal(t, fetch.SameBody, r.Partners[0].Status)
	again := write(r)
	assert.Equal(t, before(first), before(again), "but for the page that says when partners were visited")
	w.Offline = true
	assert.Equal(t, again, write(w.run()))
	assert.Zero(t, w.requests)
}

func TestIdentity(t *testing.T) {
	page := func(n int) string { return fmt.Sprintf("https://alpha.example/%d", n) }
	tests := []struct {
		name          string
		before, after []string
		want          []string // titles after the second run
		counts        [3]int   // new, changed, known
	}{
		{"unchanged", []string{post("1", page(1), "A", 1)}, []string{post("1", page(1), "A", 1)}, []string{"A"}, [3]int{}},
		{"an edit", []string{post("1", page(1), "A", 1)}, []string{post("1", page(1), "A, corrected", 1)}, []string{"A, corrected"}, [3]int{0, 1, 0}},
		{"same ID, different pages in one feed",
			[]string{post("1", page(1), "A", 1), post("1", page(2), "B", 2)},
			[]string{post("1", page(2), "B", 2), post("1", page(1), "A", 1), post("9", page(9), "C", 9)},
			[]string{"C", "B", "A"}, [3]int{1, 0, 2}},
		{"an ID is used again",
			[]string{post("1", page(1), "A", 1, text("x"))}, []string{post("1", page(2), "B", 2, text("y"))},
			[]string{"B", "A"}, [3]int{1, 0, 0}},
		{"ID from http to https",
			[]string{post("http://alpha.example/1", page(1), "A", 1)}, []string{post("https://alpha.example/1", page(1), "A", 1)},
			[]string{"A"}, [3]int{0, 0, 1}},
		{"new IDs and dates",
			[]string{post("1", page(1), "A", 1), post("2", page(2), "B", 2)},
			[]string{post("x1", page(1)+"?utm_source=rss", "A", 20), post("x2", page(2), "B", 20)},
			[]string{"B", "A"}, [3]int{0, 0, 2}},
		{"new IDs, pages and dates",
			[]string{post("1", page(1), "A", 1, text("<p>"+long))},
			[]string{post("x1", "https://alpha.example/new/a", "A", 20, text("<div>"+long+"</div>"))},
			[]string{"A"}, [3]int{0, 0, 1}},
		{"all items link to the home page",
			[]string{post("1", "https://alpha.example/", "A", 1)},
			[]string{post("2", "https://alpha.example/", "A", 1), post("1", "https://alpha.example/", "A", 1)},
			[]string{"A", "A"}, [3]int{1, 0, 1}},
		{"no ID", []string{post("", page(1), "A", 1)}, []string{post("", page(1), "A!", 1)}, []string{"A!"}, [3]int{0, 1, 0}},
		{"no ID and no page", []string{post("", "", "A", 1, text("x"))}, []string{post("", "", "A", 1, text("y"))}, []string{"A"}, [3]int{0, 1, 0}},
		{"twice in one feed", []string{post("1", page(1), "A", 1), post("1", page(1), "A", 1)}, []string{post("1", page(1), "A", 1)}, []string{"A"}, [3]int{0, 0, 1}},
		{"the feed shrinks to nothing", []string{post("1", page(1), "A", 1)}, nil, []string{"A"}, [3]int{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.partner("alpha", tt.before...)
			before := w.run()
			w.serve("alpha", tt.after...)
			r := w.later()
			assert.Equal(t, tt.want, titles(r))
			assert.Equal(t, tt.counts, [3]int{r.Partners[0].New, r.Partners[0].Changed, r.Partners[0].Known})
			for _, l := range before.Newsletter.Letters {
				for _, k := range r.Newsletter.Letters {
					if l.ID == k.ID {
						assert.Equal(t, l.Published, k.Published, "a letter keeps its place")
					}
				}
			}
		})
	}
}

func TestDates(t *testing.T) {
	w := newWorld(t)
	future := "<pubDate>Mon, 01 Jun 2026 08:00:00 GMT</pubDate>"
	start := w.now
	w.partner("alpha",
		post("1", "https://alpha.example/1", "Undated", 0, text("x")),
		post("2", "https://alpha.example/2", "Future", 0, text("x"), future),
		post("3", "https://alpha.example/3", "Epoch", 0, text("x"), "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>"))
	r := w.run()
	for _, title := range []string{"Undated", "Future", "Epoch"} {
		assert.Equal(t, start, only(t, r, title).Published, title)
	}
	w.now = time.Date(2026, 6, 2, 0, 0, 0, 0, time.UTC)
	w.serve("alpha",
		post("1", "https://alpha.example/1", "Undated", 0, text("y")),
		post("2", "https://alpha.example/2", "Future", 0, text("x"), future, "<category>c</category>"))
	r = w.run()
	edited, later := only(t, r, "Undated"), only(t, r, "Future")
	assert.Equal(t, start, edited.Published)
	assert.Equal(t, w.now, edited.Updated, "an edit shows")
	assert.Equal(t, start, later.Published, "although its date has come")
	assert.Equal(t, start, later.Updated)
	assert.Equal(t, 1, r.Partners[0].Changed)
}

func TestNoiseIsNoEdit(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha")
	serve := func(visits int) {
		w.serve("alpha", post("1", "https://alpha.example/1", "Counter", 3, text(fmt.Sprintf("<p>Seen %d times</p>", visits))))
	}
	serve(0)
	w.run()
	changed := 0
	var r *Result
	for i := 1; i <= 8; i++ {
		serve(i)
		r = w.later()
		changed += r.Partners[0].Changed
	}
	assert.Equal(t, restless, changed)
	noisy := only(t, r, "Counter")
	assert.Equal(t, noisy.Published, noisy.Updated, "what was taken for edits is none")
	serve(9)
	assert.Equal(t, noisy, only(t, w.later(), "Counter"))

	// A letter that comes to rest is believed again.
	w.serve("alpha", post("1", "https://alpha.example/1", "Counter", 3, text("<p>Corrected</p>")))
	w.later()
	w.serve("alpha", post("1", "https://alpha.example/1", "Counter", 3, text("<p>Corrected</p>")), post("2", "", "Other", 4))
	assert.Equal(t, "<p>Corrected</p>", only(t, w.later(), "Counter").Content)
}

func TestFlood(t *testing.T) {
	many := func(prefix string, n int) []string {
		var items []string
		for i := range n {
			items = append(items, post(fmt.Sprint(prefix, i), fmt.Sprintf("https://alpha.example/%s/%d", prefix, i), fmt.Sprint(prefix, " ", i), 1+i%28))
		}
		return items
	}
	t.Run("a first fetch is none", func(t *testing.T) {
		w := newWorld(t)
		w.partner("alpha", many("a", 500)...)
		assert.Len(t, w.run().Newsletter.Letters, 500)
	})
	t.Run("held, and let in after seven quiet days", func(t *testing.T) {
		w := newWorld(t)
		w.partner("alpha", many("a", 5)...)
		w.run()
		w.serve("alpha", append(many("a", 5), many("b", 500)...)...)
		r := w.later()
		assert.Len(t, r.Newsletter.Letters, 5)
		assert.Equal(t, 500, r.Partners[0].Held)
		assert.Contains(t, r.Partners[0].HeldReason, "500 new letters at once")
		assert.Contains(t, r.Partners[0].String(), "500 letters held back")
		assert.Contains(t, r.Partners[0].String(), "--release")
		assert.Len(t, w.run().Newsletter.Letters, 5, "a run in which it wasn't asked")
		until := w.now.Add(7 * 24 * time.Hour)
		for range 6 {
			r = w.later()
			assert.Len(t, r.Newsletter.Letters, 5)
			assert.Equal(t, 500, r.Partners[0].Held)
			assert.Equal(t, until, r.Partners[0].HeldUntil)
			assert.Contains(t, r.Partners[0].HeldReason, "500 new letters at once")
		}
		r = w.later()
		assert.Len(t, r.Newsletter.Letters, 505)
		assert.Zero(t, r.Partners[0].Held)
		assert.Zero(t, r.Partners[0].HeldUntil)

		// Nobody looked: as many at once are a flood still.
		w.serve("alpha", append(many("a", 5), many("c", 500)...)...)
		assert.Equal(t, 500, w.later().Partners[0].Held)
	})
	t.Run("another flood begins the seven days anew", func(t *testing.T) {
		w := newWorld(t)
		w.partner("alpha", many("a", 5)...)
		w.run()
		w.serve("alpha", append(many("a", 5), many("b", 50)...)...)
		w.later()
		w.now = w.now.Add(6 * 24 * time.Hour)
		w.serve("alpha", slices.Concat(many("a", 5), many("b", 50), many("c", 60))...)
		assert.Equal(t, 110, w.run().Partners[0].Held)
		w.now = w.now.Add(6 * 24 * time.Hour)
		assert.Equal(t, 110, w.run().Partners[0].Held)
		w.serve("alpha", slices.Concat(many("a", 5), many("b", 50), many("c", 60), many("d", 1))...)
		r := w.later()
		assert.Zero(t, r.Partners[0].Held, "a letter or two are none")
		assert.Len(t, r.Newsletter.Letters, 116)
	})
	t.Run("what is taken away again never appears", func(t *testing.T) {
		w := newWorld(t)
		w.partner("alpha", many("a", 5)...)
		w.run()
		w.serve("alpha", append(many("a", 5), many("spam", 50)...)...)
		w.later()
		w.serve("alpha", many("a", 5)...)
		r := w.later()
		assert.Len(t, r.Newsletter.Letters, 5)
		assert.Zero(t, r.Partners[0].Held)
	})
	t.Run("what comes every time is held until somebody looked", func(t *testing.T) {
		w := newWorld(t)
		w.partner("alpha", many("a", 5)...)
		w.run()
		flood := func(visit int) *Result {
			var items []string
			for i := range 25 {
				items = append(items, post(fmt.Sprint(visit, " ", i), "", fmt.Sprint(visit, " ", i), 5+visit))
			}
			w.serve("alpha", items...)
			return w.later()
		}
		for visit := range 20 {
			assert.Len(t, flood(visit).Newsletter.Letters, 5, "visit %d", visit)
		}
		w.Release = true
		n := len(w.run().Newsletter.Letters)
		assert.Greater(t, n, 25)
		w.Release = false
		assert.Len(t, flood(20).Newsletter.Letters, n+25, "as many at once are none from then on")
	})
	t.Run("a feed whose letters are all others, and none newer", func(t *testing.T) {
		others := func(prefix string, n, day int) (items []string) {
			for i := range n {
				items = append(items, post(fmt.Sprint(prefix, i), fmt.Sprintf("https://alpha.example/%s/%d", prefix, i), fmt.Sprint(prefix, " ", i), day))
			}
			return items
		}
		for _, tt := range []struct {
			name         string
			before       int
			after        []string
			held         int
			saysOfTheOld string
		}{
			{"replaced", 12, others("b", 12, 10), 12, "all 12 letters of the feed were gone, and 12 others there"},
			{"by older ones", 12, others("b", 15, 3), 15, "none of them newer"},
			{"by newer ones", 12, others("b", 12, 11), 0, ""},
			{"by one that is newer", 12, append(others("b", 11, 3), others("c", 1, 11)...), 0, ""},
			{"by some without a date", 12, append(others("b", 11, 3), post("x", "", "X", 0)), 0, ""},
			{"but for one", 12, append(others("b", 12, 3), others("a", 1, 10)...), 0, ""},
			{"by fewer", 12, others("b", 11, 3), 0, ""},
			{"a short feed", 9, others("b", 12, 3), 0, ""},
		} {
			w := newWorld(t)
			w.partner("alpha", others("a", tt.before, 10)...)
			w.run()
			w.serve("alpha", tt.after...)
			r := w.later()
			assert.Equal(t, tt.held, r.Partners[0].Held, tt.name)
			assert.Contains(t, r.Partners[0].HeldReason, tt.saysOfTheOld, tt.name)
			assert.Len(t, r.Newsletter.Letters, tt.before+len(tt.after)-tt.held-strings.Count(strings.Join(tt.after, ""), "<title>a "), tt.name)
		}
	})
	t.Run("what is held takes no letter's place", func(t *testing.T) {
		w := newWorld(t)
		w.Limits.Memory, w.Limits.Partner = 10_000, -1
		w.partner("alpha", post("a", "https://alpha.example/a", "A", 1, text(strings.Repeat("word ", 1000))))
		w.run()
		var items []string
		for i := range 50 {
			items = append(items, post(fmt.Sprint(i), "", fmt.Sprint("Spam ", i), 28, text(strings.Repeat("spam ", 1000))))
		}
		w.serve("alpha", items...)
		r := w.later()
		assert.Equal(t, 50, r.Partners[0].Held)
		assert.Equal(t, []string{"A"}, titles(r))
	})
	t.Run("what made room for others is not lost", func(t *testing.T) {
		w := newWorld(t)
		w.partner("alpha", many("a", 5)...)
		w.run()
		old := many("old", 30)
		for i := range old {
			old[i] = post(fmt.Sprint("old", i), "", fmt.Sprint("old ", i), 1)
		}
		w.serve("alpha", old...)
		w.later()
		w.serve("alpha", post("n", "", "New", 20))
		assert.Len(t, w.later().Newsletter.Letters, 6)
		w.now = w.now.Add(7 * 24 * time.Hour)
		assert.Len(t, w.run().Newsletter.Letters, 36)
	})
	t.Run("let in by the flag", func(t *testing.T) {
		w := newWorld(t)
		w.partner("alpha", many("a", 5)...)
		w.run()
		w.serve("alpha", many("b", 100)...)
		w.later()
		w.Release = true
		r := w.run()
		assert.Zero(t, w.requests)
		assert.Len(t, r.Newsletter.Letters, 105)
		w.Release = false
		assert.Len(t, w.run().Newsletter.Letters, 105, "and they stay")
	})
}

// What is kept of a partner is bounded in bytes too.
func TestPartnerWithTooMuchText(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds, and no goroutine shares anything")
	}
	w := newWorld(t)
	w.Fetch.Limits.MaxBody, w.Fetch.Limits.MaxTransfer = -1, -1
	const keptBytes = 32 << 20
	w.Limits = Limits{Memory: keptBytes, Partner: -1}
	var items []string
	for i := range 40 {
		items = append(items, post(fmt.Sprint(i), "", fmt.Sprint("A", i), 28-i/2, text(strings.Repeat("word ", clean.MaxBytes/5))))
	}
	w.partner("alpha", items...)
	r := w.run()
	assert.Len(t, r.Newsletter.Letters, keptBytes/clean.MaxBytes-1, "the newest")
	assert.Contains(t, titles(r), "A0")
	info, err := os.Stat(filepath.Join(w.dir, w.partners[0].Key()+".json"))
	require.NoError(t, err)
	assert.Less(t, info.Size(), int64(2*keptBytes))
	assert.Equal(t, titles(r), titles(w.later()))
}

func TestLettersStayUntilTheWindowCloses(t *testing.T) {
	w := newWorld(t)
	w.Window = 30 * 24 * time.Hour
	a, b := post("1", "https://alpha.example/1", "A", 20), post("2", "https://alpha.example/2", "B", 30)
	old := post("0", "https://alpha.example/0", "Old", 1)
	w.partner("alpha", a, b, old)
	assert.Equal(t, []string{"B", "A"}, titles(w.run()))
	w.serve("alpha", b)
	assert.Equal(t, []string{"B", "A"}, titles(w.later()), "A left the feed")
	w.serve("alpha", a, b)
	r := w.later()
	assert.Equal(t, []string{"B", "A"}, titles(r))
	assert.Zero(t, r.Partners[0].New, "a letter that was brought back is not new")
	w.now = time.Date(2026, 5, 25, 0, 0, 0, 0, time.UTC)
	assert.Equal(t, []string{"B"}, titles(w.run()))
	w.serve("alpha", a, b, post("3", "", "C", 29, text("x")))
	r = w.later()
	assert.Equal(t, []string{"B", "C"}, titles(r), "what is out of the window does not come back")
	assert.Equal(t, 1, r.Partners[0].New)
}

func TestLimitsAndFilters(t *testing.T) {
	items := []string{
		post("1", "", "Annual meeting", 1, text("<p>The board invites.</p>")),
		post("2", "", "Advertisement", 2, text("<p>Buy <b>now</b>!</p>"), "<category>Ads</category>"),
		post("3", "", "Nyheter", 3, text("<p>Våren är här</p>"), `<dc:language xmlns:dc="http://purl.org/dc/elements/1.1/">sv-FI</dc:language>`),
	}
	tests := []struct {
		name  string
		set   func(p *Partner)
		want  []string
		total int
	}{
		{"all", func(p *Partner) {}, []string{"Nyheter", "Advertisement", "Annual meeting"}, 0},
		{"newest", func(p *Partner) { p.MaxLetters = 1 }, []string{"Nyheter"}, 2},
		{"a word in the content", func(p *Partner) { p.Include.Words = []string{"BOARD"} }, []string{"Annual meeting"}, 2},
		{"part of a word", func(p *Partner) { p.Include.Words = []string{"boar"} }, nil, 3},
		{"words over markup", func(p *Partner) { p.Exclude.Words = []string{"buy now"} }, []string{"Nyheter", "Annual meeting"}, 1},
		{"a category", func(p *Partner) { p.Exclude.Categories = []string{"ads"} }, []string{"Nyheter", "Annual meeting"}, 1},
		{"a word or a category", func(p *Partner) { p.Include = Filter{Words: []string{"våren"}, Categories: []string{"ADS"}} }, []string{"Nyheter", "Advertisement"}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			tt.set(w.partner("alpha", items...))
			r := w.run()
			assert.Equal(t, tt.want, titles(r))
			assert.Equal(t, tt.total, r.Partners[0].Filtered)
		})
	}
	w := newWorld(t)
	w.partner("alpha", items...)
	w.partner("beta", post("9", "", "Newest", 9))
	w.MaxLetters = 2
	assert.Equal(t, []string{"Newest", "Nyheter"}, titles(w.run()))
}

func TestOneFailingPartnerHarmsNobody(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "", "A", 1))
	w.partner("gone")
	w.run()
	w.serve("alpha", post("1", "", "A", 1), post("2", "", "B", 2))
	delete(w.pages, "gone/feed.xml")
	r := w.later()
	assert.Equal(t, []string{"B", "A"}, titles(r))
	assert.Equal(t, fetch.Failed, r.Partners[1].Status)
	assert.Equal(t, 404, r.Partners[1].Code)
	assert.NotEmpty(t, r.Partners[1].Error)
	assert.NotEmpty(t, r.Partners[1].Advice)
	assert.Contains(t, r.Partners[1].String(), r.Partners[1].Advice)
	w.Offline = true
	assert.Contains(t, w.run().Partners[1].String(), "nobody was asked. Last time the feed could not be read: there is nothing at this address")
	w.Offline = false

	w.Strict = true
	w.now = w.now.Add(72 * time.Hour)
	_, err := w.tryRun()
	assert.ErrorIs(t, err, ErrPartner)
	w.Strict = false
	delete(w.pages, "alpha/feed.xml")
	w.now = w.now.Add(72 * time.Hour)
	r, err = w.tryRun()
	assert.ErrorIs(t, err, ErrAllFailed)
	assert.Equal(t, []string{"B", "A"}, titles(r), "what is remembered is still published")
}

func TestNoFeedIsNoHarm(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "", "A", 1))
	w.partner("beta", post("2", "", "B", 2))
	w.run()
	for _, body := range []string{"<html><body><form>Log in</form></body></html>", "", "\x00\x01", "{}"} {
		w.pages["alpha/feed.xml"] = body
		w.now = w.now.Add(25 * time.Hour)
		w.All = true
		r := w.run()
		assert.Equal(t, fetch.Failed, r.Partners[0].Status, "%q", body)
		assert.Equal(t, []string{"B", "A"}, titles(r))
	}
	w.serve("alpha", post("1", "", "A", 1))
	assert.Equal(t, 0, w.later().Partners[0].New)
}

// A server that sends only what is new (RFC 3229) takes nothing away.
func TestDeltaFeed(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "https://alpha.example/1", "A", 1, text("a")), post("2", "https://alpha.example/2", "B", 2, text("b")))
	whole := w.pages["alpha/feed.xml"]
	w.serve("alpha", post("3", "https://alpha.example/3", "C", 3, text("c")))
	delta := w.pages["alpha/feed.xml"]
	var asked []string
	w.server.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		etag := r.Header.Get("If-None-Match")
		asked = append(asked, etag+" "+r.Header.Get("A-IM"))
		switch etag {
		case `"2"`:
			rw.Header().Set("ETag", `"3"`)
			rw.Header().Set("IM", "feed")
			rw.WriteHeader(http.StatusIMUsed)
			io.WriteString(rw, delta)
		case `"3"`:
			rw.WriteHeader(http.StatusNotModified)
		default:
			rw.Header().Set("ETag", `"2"`)
			io.WriteString(rw, whole)
		}
	})
	w.run()
	r := w.later()
	assert.Equal(t, []string{"C", "B", "A"}, titles(r))
	assert.Equal(t, 226, r.Partners[0].Code)
	assert.Equal(t, [3]int{1, 0, 0}, [3]int{r.Partners[0].New, r.Partners[0].Changed, r.Partners[0].Known})
	assert.NotContains(t, stateFiles(t, w.dir)[w.partners[0].Key()+".json"], `"left"`, "nobody said that they are gone")
	assert.Equal(t, fetch.NotModified, w.later().Partners[0].Status)
	assert.Equal(t, []string{" ", `"2" feed`, `"3" feed`}, asked)
}

// Two workers that share a store visit each partner once between them.
func TestTwoWorkersShareAStore(t *testing.T) {
	w := newWorld(t)
	for i := range 30 {
		w.partner(fmt.Sprintf("p%d", i), post("1", "", fmt.Sprint("A", i), 1, text("a")))
	}
	w.Store = &memStore{}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			_, err := w.Aggregator.Run(t.Context(), w.partners)
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	assert.Equal(t, 30, w.requests)
	_, claimed, err := w.Store.Claim(t.Context(), w.partners[0].Key(), Claim{Now: w.now, Lease: lease, All: true})
	require.NoError(t, err)
	require.True(t, claimed)
	w.All = true
	r := w.run()
	assert.Equal(t, Claimed, r.Partners[0].Status)
	assert.Equal(t, 29, w.requests)
	assert.Len(t, r.Newsletter.Letters, 30)
	w.All = false
	assert.Len(t, w.run().Newsletter.Letters, 30)
	assert.Zero(t, w.requests)
}

// A run that was stopped for longer than its lease says so, and leaves alone
// what the one remembered that came after it.
func TestOvertaken(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "", "Old", 1, text("a")))
	w.partner("beta", post("1", "", "B", 2, text("b")))
	w.Store = &memStore{}
	stopped := false
	outer := w.Aggregator
	outer.Fetch.Client = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		resp, err := http.DefaultTransport.RoundTrip(r)
		if !stopped && strings.Contains(r.URL.Path, "alpha") {
			stopped = true
			w.now = w.now.Add(2 * time.Hour)
			w.serve("alpha", post("2", "", "New", 3, text("c")))
			inner := w.run()
			assert.Equal(t, fetch.Fetched, inner.Partners[0].Status)
		}
		return resp, err
	})}
	outer.Fetch.Limits.Concurrency = 1
	r, err := outer.Run(t.Context(), w.partners)
	require.NoError(t, err)
	assert.Equal(t, takenOver, r.Partners[0].Status)
	assert.Contains(t, r.Partners[0].String(), "another run took it over")
	assert.Equal(t, []string{"New", "B"}, titles(r))
	assert.Equal(t, []string{"New", "B"}, titles(w.run()))
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestDryRunChangesNothing(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "", "A", 1, text("x")))
	w.DryRun = true
	assert.Equal(t, []string{"A"}, titles(w.run()))
	assert.Empty(t, stateFiles(t, w.dir))
	w.DryRun = false
	w.run()
	before := stateFiles(t, w.dir)
	w.serve("alpha", post("1", "", "A", 1, text("y")), post("2", "", "B", 2, text("z")))
	w.DryRun = true
	assert.Equal(t, []string{"B", "A"}, titles(w.later()))
	assert.Equal(t, before, stateFiles(t, w.dir))
}

func TestListedTwice(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "", "A", 1))
	w.partners = append(w.partners, w.partners[0])
	r := w.run()
	assert.Equal(t, []string{"A"}, titles(r))
	assert.Equal(t, Twice, r.Partners[1].Status)
}

func TestCancel(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "", "A", 1))
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stop)
	_, err := w.Aggregator.Run(ctx, w.partners)
	assert.ErrorIs(t, err, stop)
}

// What a run learned of hosts that want a rest outlasts it, however it ends.
func TestARestOutlastsACancelledRun(t *testing.T) {
	w := newWorld(t)
	hang := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	w.server.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/busy/feed.xml" {
			rw.Header().Set("Retry-After", "86400")
			rw.WriteHeader(http.StatusTooManyRequests)
			return
		}
		time.AfterFunc(100*time.Millisecond, cancel)
		<-hang
	})
	defer close(hang)
	w.partner("busy")
	w.partner("hangs").FeedURL = strings.Replace(w.server.URL, "127.0.0.1", "localhost", 1) + "/hangs/feed.xml"
	store, err := OpenDir(w.dir, nil)
	require.NoError(t, err)
	defer store.Close()
	w.Store = store
	_, err = w.Aggregator.Run(ctx, w.partners)
	assert.ErrorIs(t, err, context.Canceled)
	rests, err := store.Rests(t.Context())
	require.NoError(t, err)
	server := w.server.Listener.Addr().String() // not on a port of http, so with it
	assert.Contains(t, rests, server)

	// Another worker's word takes nothing away.
	require.NoError(t, store.RecordRests(t.Context(), w.now, map[string]time.Time{"x.example": w.now.Add(time.Hour), server: w.now.Add(time.Minute)}))
	rests, err = store.Rests(t.Context())
	require.NoError(t, err)
	assert.Len(t, rests, 2)
	assert.Greater(t, rests[server].Sub(w.now), 23*time.Hour)
}

// A clock that was ahead once silences nobody.
func TestAClockThatWasAhead(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "", "A", 1, text("a")))
	right := w.now
	w.now = right.AddDate(5, 0, 0)
	w.run()
	w.now = right
	w.run()
	assert.Equal(t, 1, w.requests)
	w.run()
	assert.Zero(t, w.requests)
}

// Names and passwords go to the partner's host and nowhere else.
func TestPasswordsAreNotPublished(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "", "A", 1, text("a")))
	w.pages["alpha/feed.xml"] = strings.Replace(w.pages["alpha/feed.xml"], "<link>https://alpha.example/</link>", "", 1)
	secret := strings.Replace(w.server.URL, "http://", "http://user:sekret@", 1)
	w.partners[0].URL = secret + "/alpha/"
	w.partners = append(w.partners, Partner{Name: "Home", URL: secret + "/none/"})
	r := w.run()
	var b bytes.Buffer
	for _, f := range []feed.Format{feed.Atom, feed.RSS, feed.JSON} {
		require.NoError(t, feed.Write(&b, r.Newsletter, f))
	}
	require.NoError(t, site.Write(&b, r.Newsletter, site.Options{TrustHTML: true}))
	require.NoError(t, r.WriteHTML(&b))
	require.NoError(t, feed.WriteOPML(&b, "All", r.Subscriptions(w.partners)))
	report, err := json.Marshal(r.Partners)
	require.NoError(t, err)
	assert.NotContains(t, b.String()+string(report), "sekret")
	for name, data := range stateFiles(t, w.dir) {
		assert.NotContains(t, data, "sekret", name)
	}
}

func TestProgress(t *testing.T) {
	w := newWorld(t)
	for i := range 9 {
		w.partner(fmt.Sprintf("p%d", i), post("1", "", "A", 1))
	}
	var seen []string
	w.Progress = func(r PartnerReport) { seen = append(seen, r.Name) }
	w.run()
	assert.Len(t, seen, 9)
}

func TestPartnersPage(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "", "A", 1))
	w.partner("beta", post("1", "", "B", 1))
	w.partners[1].Name = "<script>x</script>"
	w.run()
	delete(w.pages, "beta/feed.xml")
	var b strings.Builder
	r := w.later()
	require.NoError(t, r.WriteHTML(&b))
	html := b.String()
	assert.Contains(t, html, "2 partners, 1 failing.")
	assert.Less(t, strings.Index(html, "&lt;script&gt;x"), strings.Index(html, "Alpha"), "trouble comes first")
	assert.Contains(t, html, "There is nothing at this address (404 Not Found). Put the feed back")
	assert.Contains(t, html, "1 letter, the newest of 1 April 2026")
	assert.NotContains(t, html, "<script>")

	var again strings.Builder
	r = w.run()
	assert.Equal(t, fetch.NotDue, r.Partners[1].Status)
	require.NoError(t, r.WriteHTML(&again))
	assert.Equal(t, html, again.String(), "nobody was visited")
}

// A partner's pictures watch no reader, and ask nothing of the devices beside them.
func TestPicturesOfPartners(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha")
	w.pages["alpha/feed.xml"] = `{"version": "https://jsonfeed.org/version/1.1", "title": "Alpha", "items": [
		{"id": "1", "title": "Good", "content_html": "x", "image": "http://alpha.example/1.png", "authors": [{"name": "Kim", "avatar": "https://alpha.example/kim.png"}]},
		{"id": "2", "title": "Bad", "content_html": "x", "image": "http://192.168.1.1/1.png", "authors": [{"name": "Kim", "avatar": "data:image/png;base64,AAAA"}]},
		{"id": "3", "title": "Worse", "content_html": "x", "image": "https://pixel.wp.com/b.gif?1", "authors": [{"name": "Kim", "avatar": "https://printer/"}]}]}`
	r := w.run()
	l := only(t, r, "Good")
	assert.Equal(t, "https://alpha.example/1.png", l.Image)
	assert.Equal(t, "https://alpha.example/kim.png", l.Authors[0].Avatar)
	for _, title := range []string{"Bad", "Worse"} {
		assert.Empty(t, only(t, r, title).Image)
		assert.Equal(t, []newsletter.Author{{Name: "Kim"}}, only(t, r, title).Authors)
	}
}

// Whatever partners send, the newsletter can be written: run checks it.
func TestWhatComesOutIsValid(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha",
		post("12345", "https://alpha.example/a b", "Number as ID", 1, text("x")),
		post("HTTP://Alpha.Example/%7efoo", "https://alpha.example/2", "ID not in normal form", 1),
		post("urn:x:1", "javascript:alert(1)", "Script as page", 1, text(`<a href="javascript:alert(1)">x</a>`)),
		post("", "", "", 0, text("<script>nothing else</script>")),
		post("same", "https://alpha.example/3", "First", 1), post("same", "https://alpha.example/4", "Second", 1),
		post("e", "https://alpha.example/5", "Enclosed", 1, `<enclosure url="javascript:x" length="-1" type="nonsense"/><author>nobody</author><category/>`))
	w.pages["alpha/feed.xml"] = strings.Replace(w.pages["alpha/feed.xml"], "<description/>", "<description/><language>not a language!</language>", 1)
	w.pages["alpha/feed.xml"] = strings.Replace(w.pages["alpha/feed.xml"], "https://alpha.example/<", "https://al pha.example/<", 1)
	w.partners[0].Name, w.partners[0].URL = "A\x00\u0085 name", "no address"
	w.partners[0].Categories = []newsletter.Category{{Scheme: "x y"}, {Term: " "}}
	r := w.run()
	assert.GreaterOrEqual(t, len(r.Newsletter.Letters), 6)
	assert.Empty(t, only(t, r, "Script as page").URL)
	assert.Equal(t, "<a>x</a>", only(t, r, "Script as page").Content)
	assert.Empty(t, only(t, r, "Enclosed").Attachments)
	assert.NotEqual(t, only(t, r, "First").ID, only(t, r, "Second").ID)
	var b bytes.Buffer
	for _, f := range []feed.Format{feed.Atom, feed.RSS, feed.JSON} {
		require.NoError(t, feed.Write(&b, r.Newsletter, f))
	}
	require.NoError(t, site.Write(&b, r.Newsletter, site.Options{TrustHTML: true}))
	assert.Equal(t, r.Newsletter, w.run().Newsletter)
	assert.NoError(t, r.Newsletter.Validate())
}
