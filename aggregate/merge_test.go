package aggregate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
)

// source returns the element with which an item says where it is from.
func source(title, feedURL string) string {
	return fmt.Sprintf(`<source url="%s">%s</source>`, feedURL, title)
}

func TestTheSameLetterFromTwoPartners(t *testing.T) {
	page := "https://beta.example/boats"
	words := text("<p>" + long + "</p>")
	tests := []struct {
		name        string
		alpha, beta string // what each partner has
		from        string // title of the source
		related     string // where the other one is; empty if there are two letters
	}{
		{"same page: the one on whose site it is",
			post("a1", page+"?utm_source=alpha#top", "Boats", 1, text("a")), post("b1", page, "Boats", 3, text("b")),
			"Beta", "https://alpha.example/"},
		{"same page elsewhere: the older one",
			post("a1", "https://x.example/boats/", "Boats", 3), post("b1", "HTTP://X.example:80/boats", "Boats!", 1),
			"Beta", "https://alpha.example/"},
		{"same words on other pages: the older one",
			post("a1", "https://alpha.example/boats", "Boats", 1, words), post("b1", page, "Boats", 3, text("<div>"+long)),
			"Alpha", page},
		{"a declared source",
			post("a1", "https://x.example/boats", "Boats", 1, source("Gamma", "https://gamma.example/feed")), post("b1", "https://x.example/boats", "Boats", 3),
			"Gamma", "https://beta.example/"},
		{"few words that are the same", post("a1", "https://alpha.example/1", "Boats", 1, text("Read more")), post("b1", page, "Boats", 3, text("Read more")), "", ""},
		{"same words, other titles", post("a1", "https://alpha.example/1", "Boats", 1, words), post("b1", page, "Trains", 3, words), "", ""},
		{"same ID", post("1", "https://alpha.example/1", "Boats", 1), post("1", page, "Boats", 3), "", ""},
		{"no page and no words", post("1", "", "Boats", 1), post("2", "", "Boats", 1), "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.partner("alpha", tt.alpha)
			w.partner("beta", tt.beta)
			r := w.run()
			if tt.related == "" {
				assert.Len(t, r.Newsletter.Letters, 2)
				return
			}
			if !assert.Len(t, r.Newsletter.Letters, 1) {
				return
			}
			l := r.Newsletter.Letters[0]
			assert.Equal(t, tt.from, l.Source.Title)
			var related []string
			for _, k := range l.Links {
				if k.Rel == "related" {
					related = append(related, k.URL)
				}
			}
			assert.Equal(t, []string{tt.related}, related)
		})
	}
}

func TestAPartnerCannotTakeAnothersPlace(t *testing.T) {
	w := newWorld(t)
	id := "https://beta.example/1"
	w.partner("alpha", post(id, "https://alpha.example/fake", "Fake", 1, text("fake")),
		post("x", "https://beta.example/2", "Overwritten", 1, text("fake")))
	w.partner("beta", post(id, id, "Real", 3, text("real")), post("y", "https://beta.example/2", "Real too", 3, text("real")))
	r := w.run()
	assert.Equal(t, id, only(t, r, "Real").ID)
	fake := only(t, r, "Fake")
	assert.True(t, strings.HasPrefix(fake.ID, "urn:uuid:"), fake.ID)
	assert.Equal(t, "real", only(t, r, "Real too").Content)

	// The derived ID stays, also when the other letter is gone.
	w.partners = w.partners[:1]
	assert.Equal(t, fake.ID, only(t, w.run(), "Fake").ID)
}

// The words of one letter under the address of another make neither vanish.
func TestLettersOfOnePartnerAreNeverTheSame(t *testing.T) {
	other := text("<p>" + strings.Replace(long, "Spring", "Autumn", 1) + "</p>")
	bridge := post("b", "https://alpha.example/1", "Two", 4, other)
	for _, first := range []string{"alpha", "beta"} {
		w := newWorld(t)
		w.Fetch.Limits.Concurrency = 1
		both := map[string][]string{
			"alpha": {post("1", "https://alpha.example/1", "One", 1, text("<p>"+long+"</p>")), post("2", "https://alpha.example/2", "Two", 2, other)},
			"beta":  {bridge},
		}
		w.partner(first, both[first]...)
		delete(both, first)
		for name, items := range both {
			w.partner(name, items...)
		}
		assert.Equal(t, []string{"Two", "One"}, titles(w.run()), "%s first", first)
	}
}

// IDs that are one but for http and https are two letters if their pages are,
// and stay in their places whatever is asked of them.
func TestIDsOfOnePartnerThatAreNearlyTheSame(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("http://alpha.example/1", "https://alpha.example/a", "A keep", 0, text("a")),
		post("https://alpha.example/1", "https://alpha.example/b", "B keep", 0, text("b"))).Include.Words = []string{"keep"}
	w.partner("beta", post("https://alpha.example/1", "https://beta.example/1", "C", 0, text("c")), post("2", "https://beta.example/2", "D", 0, text("d"))).MaxLetters = 1
	want := w.run()
	assert.ElementsMatch(t, []string{"A keep", "B keep", "C"}, titles(want))
	for range 3 {
		assert.Equal(t, want.Newsletter, w.later().Newsletter)
	}
	w.serve("beta", post("https://alpha.example/1", "https://beta.example/1", "C", 0, text("c, edited")), post("2", "https://beta.example/2", "D", 0, text("d")))
	assert.ElementsMatch(t, []string{"A keep", "B keep", "C"}, titles(w.later()))
}

// A partner that says that it lives where another lives gains nothing.
func TestAPartnerCannotMoveIntoAnothersHome(t *testing.T) {
	w := newWorld(t)
	id := "https://beta.example/1"
	w.partner("alpha", post(id, "https://alpha.example/fake", "Fake", 1, text("fake")), post("x", "https://beta.example/2", "Real too", 1, text("fake")))
	w.pages["alpha/feed.xml"] = strings.Replace(w.pages["alpha/feed.xml"], "https://alpha.example/<", "https://beta.example/<", 1)
	w.partner("beta", post(id, id, "Real", 3, text("real")), post("y", "https://beta.example/2", "Real too", 3, text("real"))).URL = "https://beta.example/"
	r := w.run()
	assert.Equal(t, id, only(t, r, "Real").ID)
	assert.Equal(t, "real", only(t, r, "Real too").Content)
}

// A feed that names itself as the source of its letters is their source.
func TestASourceThatIsTheFeedItself(t *testing.T) {
	w := newWorld(t)
	feedURL := w.server.URL + "/alpha/feed.xml"
	w.partner("alpha", post("1", "https://alpha.example/1", "Boats", 3, text("real"), source("Alpha", feedURL)))
	w.partner("beta", post("2", "https://alpha.example/1", "Boats", 1, text("altered"), source("Alpha", feedURL)))
	l := only(t, w.run(), "Boats")
	assert.Equal(t, "real", l.Content)
	assert.Equal(t, feedURL, l.Source.FeedURL)
	assert.Equal(t, []newsletter.Link{{Rel: "related", URL: "https://beta.example/", Title: "Beta"}}, l.Links)
}

func TestOurOwnNewsletterComesBack(t *testing.T) {
	w := newWorld(t)
	own := &newsletter.Letter{
		ID: "tag:region.example,2026:1", URL: "https://region.example/1", Title: "Our own", Published: time.Date(2026, 4, 9, 0, 0, 0, 0, time.UTC),
		Authors: []newsletter.Author{{Name: "Editorial staff"}}, Content: "<p>" + long + "</p>",
	}
	w.Newsletter.Letters = []*newsletter.Letter{own}
	w.partner("alpha",
		post("1", "https://alpha.example/1", "Theirs", 1),
		post("2", "https://region.example/1?utm_source=x", "Ours by page", 2),
		post("3", "https://alpha.example/3", "Ours by source", 3, source("Region", w.Newsletter.FeedURL)),
		post("5", "https://alpha.example/5", "Ours in another format", 3, source("Region", strings.Replace(w.Newsletter.FeedURL, "atom.xml", "rss.xml", 1))),
		post("4", "https://alpha.example/4", "Our own", 4, text("<div>"+long+"</div>")))
	r := w.run()
	assert.Equal(t, []string{"Our own", "Theirs"}, titles(r))
	l := only(t, r, "Our own")
	assert.Equal(t, own.ID, l.ID)
	assert.Empty(t, l.Source)
	assert.Equal(t, []newsletter.Link{{Rel: "related", URL: "https://alpha.example/4", Title: "Alpha"}}, l.Links)
	assert.Equal(t, 3, r.Partners[0].Own)
	assert.Empty(t, own.Links, "the caller's letter is left alone")

	w.Newsletter.FeedURL = w.partners[0].FeedURL
	w.now = w.now.Add(25 * time.Hour)
	w.serve("alpha", post("9", "https://alpha.example/9", "More of ours", 9))
	r = w.run()
	assert.NotContains(t, titles(r), "More of ours", "a partner that is this newsletter itself")
}

func TestMergeDoesNotDependOnWhoAnsweredFirst(t *testing.T) {
	w := newWorld(t)
	w.Fetch.Limits.Concurrency = 8
	for i := range 12 {
		name := fmt.Sprintf("p%d", i)
		w.partner(name, post("1", fmt.Sprintf("https://x.example/%d", i/3), "Shared", 1+i%4), post("2", "", name, 5, text(long)), post(fmt.Sprint(i), "", "Undated "+name, 0, text("x")))
	}
	want := w.run()
	for range 3 {
		w.dir = t.TempDir()
		got := w.run()
		assert.Equal(t, want.Newsletter, got.Newsletter)
	}
}

// TestMergerIsStable merges random heaps of copies in any order.
func TestMergerIsStable(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	partners := make([]Partner, 6)
	states := make([]*State, len(partners))
	for i := range partners {
		partners[i] = Partner{FeedURL: fmt.Sprintf("https://p%d.example/feed", i)}
		s := &State{Key: partners[i].Key()}
		for j := range 20 {
			at := time.Unix(1_700_000_000+int64(rnd.IntN(5)), 0)
			s.Letters = append(s.Letters, &Record{
				GUID: fmt.Sprint(j), FirstSeen: at, Text: fmt.Sprint("t", rnd.IntN(40)),
				Letter: newsletter.Letter{ID: fmt.Sprintf("urn:x:%d", rnd.IntN(30)+100*j), URL: fmt.Sprintf("https://p%d.example/%d", rnd.IntN(6), rnd.IntN(30)), Title: "x", Published: at, Updated: at},
			})
		}
		states[i] = s
	}
	merge := func() (list []string) {
		m := newMerger(&newsletter.Newsletter{}, partners, make([]PartnerReport, len(partners)), time.Time{}, -1, Limits{}.WithDefaults())
		for _, i := range rnd.Perm(len(partners)) {
			m.add(i, states[i])
		}
		picks, err := m.picks(t.Context(), func(_ context.Context, i int) (*State, error) { return states[i], nil })
		require.NoError(t, err)
		for _, p := range picks {
			run := m.briefs.run(p.brief)
			list = append(list, fmt.Sprint(run.partner, " ", p.brief-run.first, " ", p.rename, " ", len(p.copies)))
		}
		return list
	}
	want := merge()
	for range 20 {
		assert.Equal(t, want, merge())
	}
}

// What a report has in other characters stands in the newsletter as it is.
func TestNamesThatReportsWriteOtherwise(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "", "A", 1, text("a"))).Name = "\u200fשלום\u200e"
	r := w.run()
	assert.Equal(t, "\u200fשלום\u200e", r.Newsletter.Letters[0].Source.Title)
	assert.Equal(t, `\u200fשלום\u200e`, r.Partners[0].Name)
}
