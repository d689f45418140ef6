package aggregate

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/intake"
)

// published counts the letters of each partner in the newsletter.
func published(r *Result) map[string]int {
	counts := map[string]int{}
	for _, l := range r.Newsletter.Letters {
		counts[l.Source.Title]++
	}
	return counts
}

// some returns n letters of a partner, the newest of a day.
func some(name string, n, day int, more ...string) (items []string) {
	for i := range n {
		items = append(items, post(fmt.Sprint(name, i), fmt.Sprintf("https://%s.example/%d", name, i), fmt.Sprint(name, " ", i), max(day-i, 1), more...))
	}
	return items
}

// Twenty visits to a partner that has new IDs at each, beside five that write
// little: none of their letters goes, and its own fill what they leave.
func TestNewIDsAtEveryVisit(t *testing.T) {
	for _, memory := range []bool{false, true} {
		w := newWorld(t)
		w.MaxLetters, w.Window = 100, -1
		if memory {
			w.Store = &memStore{}
		}
		quiet := []string{"beta", "gamma", "delta", "epsilon", "zeta"}
		for i, name := range quiet {
			w.partner(name, some(name, 4+4*i, 20)...) // 4, 8, 12, 16, 20: the share is 16
		}
		w.partner("loud")
		var r *Result
		for visit := range 20 {
			var items []string
			for i := range 20 {
				items = append(items, fmt.Sprintf(`<item><guid isPermaLink="false">%d-%d</guid><title>Loud %d</title><pubDate>%s</pubDate></item>`, visit, i, i, w.now.Format(time.RFC1123Z)))
			}
			w.serve("loud", items...)
			r = w.later()
		}
		assert.Len(t, r.Newsletter.Letters, 100)
		assert.Equal(t, map[string]int{"Beta": 4, "Gamma": 8, "Delta": 12, "Epsilon": 16, "Zeta": 16, "Loud": 44}, published(r))
		assert.Equal(t, 6, r.Window.Partners)
		assert.Equal(t, 16, r.Window.Share)
		loud, zeta := &r.Partners[5], &r.Partners[4]
		assert.Equal(t, [2]int{20*20 - 44, 16}, [2]int{loud.Beyond, loud.Share})
		assert.Equal(t, [2]int{4, 16}, [2]int{zeta.Beyond, zeta.Share})
		assert.Equal(t, [2]int{}, [2]int{r.Partners[0].Beyond, r.Partners[0].Share})
		assert.Contains(t, loud.String(), "356 letters left out because the newsletter is full: the newest 16 of this partner stay in any case")
		var page bytes.Buffer
		require.NoError(t, r.WriteHTML(&page))
		assert.Contains(t, page.String(), "356 letters left out because the newsletter is full")
		assert.Contains(t, page.String(), "--letters")
		assert.Equal(t, r.Newsletter.Letters, w.run().Newsletter.Letters)
	}
}

// A flood that came in, released or because it was held for long enough, stays
// within what others leave.
func TestFloodTakesNoOthersPlace(t *testing.T) {
	for _, release := range []bool{false, true} {
		w := newWorld(t)
		for _, name := range []string{"beta", "gamma", "delta", "epsilon", "zeta"} {
			w.partner(name, some(name, 20, 20)...)
		}
		w.partner("loud", some("loud", 3, 28)...)
		w.run()
		w.serve("loud", some("flood", 2000, 28)...)
		assert.Len(t, w.later().Newsletter.Letters, 103)
		if release {
			w.Release = true
			w.later()
		} else {
			w.now = w.now.Add(7 * 24 * time.Hour)
		}
		r := w.run()
		assert.Len(t, r.Newsletter.Letters, 1000)
		counts := published(r)
		for _, name := range []string{"Beta", "Gamma", "Delta", "Epsilon", "Zeta"} {
			assert.Equal(t, 20, counts[name])
		}
	}
}

// A newsletter with more partners than letters has one letter of as many as it can,
// and all of our own.
func TestMorePartnersThanLetters(t *testing.T) {
	w := newWorld(t)
	w.MaxLetters = 1000
	var partners []Partner
	store := &memStore{}
	at := w.now.Add(-time.Hour)
	put := func(i, n int, at time.Time) {
		p := Partner{Name: fmt.Sprint("P", i), FeedURL: fmt.Sprintf("https://p%d.example/feed", i)}
		partners = append(partners, p)
		st, claimed, err := store.Claim(t.Context(), p.Key(), Claim{Now: w.now, Lease: time.Hour, All: true})
		require.NoError(t, err)
		require.True(t, claimed)
		for k := range n {
			st.Letters = append(st.Letters, &Record{GUID: fmt.Sprint(k), FirstSeen: at, Letter: newsletter.Letter{
				ID: fmt.Sprintf("urn:p:%d:%d", i, k), Title: fmt.Sprint(k), Published: at.Add(-time.Duration(k) * time.Second), Updated: at,
			}})
		}
		st.Index = encodeIndex(st.Letters)
		require.NoError(t, store.Record(t.Context(), st))
	}
	for i := range 1999 {
		put(i, 2, at.Add(-time.Duration(i)*time.Hour))
	}
	put(1999, 1000, at.Add(time.Minute))
	w.Newsletter.Letters = []*newsletter.Letter{
		{ID: "urn:own:1", Title: "Own 1", Published: at}, {ID: "urn:own:2", Title: "Own 2", Published: at.Add(-time.Hour)}, {ID: "urn:own:3", Title: "Own 3", Published: at.AddDate(-1, 0, 0)},
	}
	w.Store, w.Offline = store, true
	r, err := w.Aggregator.Run(t.Context(), partners)
	require.NoError(t, err)
	require.Len(t, r.Newsletter.Letters, 1003)
	counts := published(r)
	assert.Equal(t, 3, counts[""], "our own of last year too")
	assert.Equal(t, 1, counts["P1999"])
	for i := range 999 {
		assert.Equal(t, 1, counts[fmt.Sprint("P", i)])
	}
	assert.Equal(t, [2]int{2000, 0}, [2]int{r.Window.Partners, r.Window.Share})
	assert.Equal(t, Omissions{Beyond: 1999 + 1000 + 1999 - 1000}, r.Window.LeftOut)
	assert.Equal(t, 999, r.Partners[1999].Beyond)
	assert.Contains(t, r.Partners[1998].String(), "2 letters left out because the newsletter is full: it has more partners than letters")
}

// One partner's long letters take none of the text that others have a right to.
func TestShareOfText(t *testing.T) {
	w := newWorld(t)
	w.Limits = Limits{Newsletter: 60_000}
	long := text("<p>" + strings.Repeat("word ", 1000) + "</p>")
	w.partner("loud", some("loud", 30, 28, long)...) // 5 kB each
	for _, name := range []string{"beta", "gamma", "delta", "epsilon"} {
		w.partner(name, some(name, 10, 10, text("<p>few words</p>"))...)
	}
	w.partner("huge", post("huge", "https://huge.example/", "Huge", 1, text("<p>"+strings.Repeat("word ", 4000)+"</p>"))) // more than its share
	r := w.run()
	assert.Equal(t, map[string]int{"Loud": 6, "Beta": 10, "Gamma": 10, "Delta": 10, "Epsilon": 10, "Huge": 1}, published(r))
	assert.Equal(t, [2]int{24, 10_000}, [2]int{r.Partners[0].BeyondText, r.Partners[0].ShareText})
	size := 0
	for _, l := range r.Newsletter.Letters {
		size += intake.SizeOf(l)
	}
	assert.LessOrEqual(t, size, 60_000)
}

// Our own letters are there, however old and many, and take no room of partners'.
func TestOwnLettersTakeNoRoom(t *testing.T) {
	w := newWorld(t)
	w.MaxLetters = 10
	for i := range 30 {
		w.Newsletter.Letters = append(w.Newsletter.Letters, &newsletter.Letter{ID: fmt.Sprint("urn:own:", i), Title: fmt.Sprint("Own ", i), Published: w.now.AddDate(-i, 0, -1)})
	}
	w.partner("beta", some("beta", 20, 28)...)
	w.partner("gamma", some("gamma", 20, 28)...)
	r := w.run()
	assert.Equal(t, map[string]int{"": 30, "Beta": 5, "Gamma": 5}, published(r))
	assert.Equal(t, [2]int{2, 5}, [2]int{r.Window.Partners, r.Window.Share})
	assert.Equal(t, Omissions{Beyond: 30}, r.Window.LeftOut)
	assert.Equal(t, "[beyond_letters=30]", r.Window.LeftOut.LogValue().String())
}

// An old letter of our own doesn't have a service publish the same again each minute.
func TestOldOwnLetterLeavesNoWindow(t *testing.T) {
	now := time.Now()
	s := &Service{}
	s.set(&Result{Newsletter: &newsletter.Newsletter{Letters: []*newsletter.Letter{{Published: now.AddDate(-3, 0, 0)}}}}, now)
	r := &serving{service: s, clock: func() time.Time { return now }}
	assert.Equal(t, time.Hour, r.untilWindowMoves())
	s.set(&Result{Newsletter: &newsletter.Newsletter{Letters: []*newsletter.Letter{{Published: now.Add(10*time.Minute - DefaultWindow)}, {Published: now.AddDate(-3, 0, 0)}}}}, now)
	assert.Equal(t, 10*time.Minute+time.Second, r.untilWindowMoves())
}
