package aggregate

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/intake"
	"github.com/automationregion/newsletter/aggregate/internal/sameness"
	"github.com/automationregion/newsletter/clean"
)

// Whatever a partner says has a limit, and what was cut is said.
func TestLimitsOfWhatALetterSays(t *testing.T) {
	w := newWorld(t)
	long := strings.Repeat("word ", 400_000)
	var lists strings.Builder
	for i := range 500 {
		fmt.Fprintf(&lists, `<category>c%d</category><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Author %d %s</dc:creator>`, i, i, strings.Repeat("x", 5000))
	}
	w.partner("alpha",
		post("1"+strings.Repeat("1", 100_000), "https://alpha.example/1", "A "+long, 20, "<description>"+long+"</description>"),
		post("2", "https://alpha.example/"+strings.Repeat("2", 100_000), "B", 19, lists.String(), "<copyright>"+long+"</copyright>", text("<p>x</p>")),
		post("3", "https://alpha.example/3", "C", 18, text("<p>"+long+"</p>")),
	)
	w.mu.Lock()
	page := w.pages["alpha/feed.xml"]
	w.pages["alpha/feed.xml"] = strings.Replace(page, "The alpha feed", "The alpha feed "+long, 1)
	w.mu.Unlock()
	w.partners[0].Name = ""
	r := w.run()
	require.Len(t, r.Newsletter.Letters, 3)
	size := 0
	for _, l := range r.Newsletter.Letters {
		size += intake.SizeOf(l)
		assert.LessOrEqual(t, utf8.RuneCountInString(l.Title), 300+1)
		assert.LessOrEqual(t, len(l.ID), 100)
		assert.LessOrEqual(t, len(l.Categories), 100)
		assert.LessOrEqual(t, len(l.Authors), 100)
		assert.LessOrEqual(t, len(l.Source.Title), 303)
	}
	assert.Less(t, size, 2*clean.MaxBytes)
	assert.Regexp(t, "^A word .* word…$", r.Newsletter.Letters[0].Title)
	assert.Empty(t, r.Newsletter.Letters[1].URL, "no server takes such an address")
	assert.NotContains(t, r.Newsletter.Letters[2].Content, "<", "only the words stay")
	for _, said := range []string{"more than 300 characters were cut (", "more than 100 entries were cut (2)", "more than 4096 bytes were left out (2)", "only the words stay, as far as they fit (2)", `in the letter "A word word`} {
		assert.Contains(t, r.Partners[0].Warning, said)
	}
	assert.Less(t, len(r.Partners[0].String()), 2000)
	info, err := os.Stat(filepath.Join(w.dir, w.partners[0].Key()+".json"))
	require.NoError(t, err)
	assert.Less(t, info.Size(), int64(2*clean.MaxBytes))

	before := r.Newsletter.Letters
	w.now = w.now.AddDate(0, 0, 2)
	r = w.run()
	assert.Equal(t, before, r.Newsletter.Letters, "letters with what was cut are known again")
	assert.Zero(t, r.Partners[0].New+r.Partners[0].Changed)
}

// A partner has its part of the newsletter, and the newsletter an end.
func TestLimitsOfWhatAPartnerBrings(t *testing.T) {
	w := newWorld(t)
	var items []string
	for i := range 10 {
		items = append(items, post(fmt.Sprint(i), fmt.Sprintf("https://alpha.example/%d", i), fmt.Sprint("A", i), 28-i, text("<p>"+strings.Repeat("word ", 200)+"</p>")))
	}
	w.partner("alpha", items...)
	w.partner("beta", post("b", "https://beta.example/", "B", 5, text("<p>b</p>")))
	w.Limits.Partner = 5000
	r := w.run()
	assert.Equal(t, []string{"A0", "A1", "A2", "A3", "B"}, titles(r), "the newest")
	assert.Equal(t, 6, r.Partners[0].Filtered)
	assert.Equal(t, 4, r.Partners[0].Letters)
	assert.Contains(t, r.Partners[0].Warning, "6 letters left out")
	assert.Empty(t, r.Partners[1].Warning)

	w.Limits = Limits{Newsletter: 3000}
	r = w.run()
	assert.Equal(t, []string{"A0", "A1", "B"}, titles(r), "each has its share")
	assert.Equal(t, [2]int{8, 1500}, [2]int{r.Partners[0].BeyondText, r.Partners[0].ShareText})
	assert.Contains(t, r.Partners[0].String(), "8 letters left out because the newsletter has as much text as it may")
	assert.Zero(t, r.Partners[1].BeyondText)

	w.Limits = Limits{Partner: -1, Newsletter: -1}
	assert.Len(t, w.run().Newsletter.Letters, 11, "what was left out is remembered")
}

// What is remembered grows in proportion to what came over the wire.
func TestLimitsOfAVisit(t *testing.T) {
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	s := &State{Key: "alpha"}
	visit := func(wire int64) (open int, warning string) {
		n := &newsletter.Newsletter{ID: "https://alpha.example/"}
		for i := range 12 {
			n.Letters = append(n.Letters, &newsletter.Letter{
				ID: fmt.Sprint("https://alpha.example/", i), URL: fmt.Sprint("https://alpha.example/", i), Title: fmt.Sprint("A", i),
				Published: now.Add(-time.Duration(i) * time.Hour), Content: "<p>" + strings.Repeat("word ", 80_000) + "</p>",
			})
		}
		limits := Limits{}.WithDefaults()
		d := newDelivery(&Partner{FeedURL: "https://alpha.example/feed"}, n, "https://alpha.example/feed", &limits)
		d.wire, d.now, d.own = wire, now, sameness.NewOurselves(&newsletter.Newsletter{})
		c, err := s.remember(t.Context(), &d)
		require.NoError(t, err)
		assert.Equal(t, 12, c.new+c.known)
		assert.Zero(t, c.changed)
		for _, r := range s.Letters {
			if r.Held == "" && !r.Closed {
				open++
			}
		}
		return open, d.saidCuts()
	}
	open, warning := visit(1000)
	assert.Equal(t, 1, open, "three quarters of a megabyte of a kilobyte")
	assert.Contains(t, warning, "11 letters remembered by name only")
	open, _ = visit(1000)
	assert.Equal(t, 2, open, "the rest follows")
	open, warning = visit(1 << 20)
	assert.Equal(t, 12, open)
	assert.Empty(t, warning)
}

// Of a feed that is packed to little only as many letters are cleaned, the newest, as
// there is room for. What counts beside their words is what has to be written of it.
func TestAVisitCleansWhatItHasRoomFor(t *testing.T) {
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	letters := func(n int, say func(l *newsletter.Letter)) (list []*newsletter.Letter) {
		for i := range n {
			id := fmt.Sprint("https://alpha.example/", i)
			l := &newsletter.Letter{ID: id, URL: id, Title: fmt.Sprint("A", i), Published: now.Add(time.Duration(i-n) * time.Minute)}
			say(l)
			list = append(list, l)
		}
		return list
	}
	for name, c := range map[string]struct {
		letters     []*newsletter.Letter
		least, most int // letters that keep what they say
	}{
		"scripts": {letters(900, func(l *newsletter.Letter) { l.Content = strings.Repeat("<script>x</script>", 300) }), 70, 80},
		"marks":   {letters(900, func(l *newsletter.Letter) { l.Content = strings.Repeat("<b>x</b>", 300) }), 70, 120},
		"words":   {letters(900, func(l *newsletter.Letter) { l.Content = strings.Repeat("word ", 480) }), 290, 330},
		"categories": {letters(900, func(l *newsletter.Letter) {
			for i := range 100 {
				l.Categories = append(l.Categories, newsletter.Category{Term: fmt.Sprint(l.ID, i)})
			}
		}), 55, 75},
		"short": {letters(900, func(l *newsletter.Letter) { l.Content = "<p>A few words.</p>" }), 900, 900},
	} {
		t.Run(name, func(t *testing.T) {
			s := &State{Key: "alpha"}
			limits := Limits{}.WithDefaults()
			d := newDelivery(&Partner{FeedURL: "https://alpha.example/feed"}, &newsletter.Newsletter{Letters: c.letters}, "https://alpha.example/feed", &limits)
			d.wire, d.now, d.own = 100_000, now, &sameness.Ourselves{}
			counts, err := s.remember(t.Context(), &d)
			require.NoError(t, err)
			assert.Equal(t, 900, counts.new)
			open := 0
			for i, r := range s.Letters {
				if r.Held == "" && !r.Closed {
					assert.Equal(t, open, i, "the newest, which are the first")
					open++
				}
			}
			assert.GreaterOrEqual(t, open, c.least)
			assert.LessOrEqual(t, open, c.most)
			if open < 900 {
				assert.Contains(t, d.saidCuts(), fmt.Sprintf("%d letters remembered by name only", 900-open))
			}
		})
	}
}

// Of a partner the newest thousand letters are remembered with their text, and it
// is said how many are not.
func TestMoreLettersThanAreRememberedAreSaid(t *testing.T) {
	w := newWorld(t)
	var items []string
	for i := range 1010 {
		items = append(items, post(fmt.Sprint(i), fmt.Sprintf("https://alpha.example/%d", i), fmt.Sprint("A", i), 28-i%28, text("a")))
	}
	w.partner("alpha", items...)
	w.MaxLetters = -1
	r := w.run()
	assert.Equal(t, 1000, r.Partners[0].Letters)
	assert.Contains(t, r.Partners[0].Warning, "10 letters remembered by name only")
}

// Who has no letter in the newsletter, since another partner has the same, reads why.
func TestLettersThatAnotherHasAreSaid(t *testing.T) {
	w := newWorld(t)
	same := post("same", "https://alpha.example/same", "The same", 5, text("<p>the same words in both</p>"))
	w.partner("alpha", same)
	w.partner("beta", same)
	r := w.run()
	require.Len(t, r.Newsletter.Letters, 1)
	assert.Equal(t, 1, r.Partners[0].Letters)
	assert.Zero(t, r.Partners[0].Copies)
	assert.Zero(t, r.Partners[1].Letters)
	assert.Equal(t, 1, r.Partners[1].Copies)
	assert.Contains(t, r.Partners[1].String(), "1 letter in the newsletter as another's")
}
