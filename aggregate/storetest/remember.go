package storetest

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/internal/state"
	"github.com/automationregion/newsletter/fetch"
)

func (s *suite) unknown() {
	st, err := s.store.Load(s.Context(), "alpha-1")
	require.NoError(s, err)
	s.equal(&aggregate.State{Key: "alpha-1"}, st, "the key alone")
	assert.Zero(s, st.Epoch)
	list, err := s.store.Letters(s.Context(), "alpha-1", -1)
	require.NoError(s, err)
	assert.Empty(s, list)

	st, claimed, err := s.store.Claim(s.Context(), "alpha-1", s.claim(false))
	require.NoError(s, err)
	assert.True(s, claimed, "it is due")
	s.equal(&aggregate.State{Key: "alpha-1"}, st, "the key alone")
	require.NoError(s, s.store.Unclaim(s.Context(), st))
	s.equal(&aggregate.State{Key: "alpha-1"}, s.get("alpha-1"), "as it was")
}

// Full returns a state in which every field says something, of the partner
// with this key.
func Full(key string) *aggregate.State {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.FixedZone("", 2*3600))
	author := newsletter.Author{Name: "Kim", Organization: "Alpha", Email: "kim@alpha.example", URL: "https://alpha.example/kim", Avatar: "https://alpha.example/kim.png"}
	r := &aggregate.Record{
		GUID: "1", FirstSeen: at, Left: at.Add(time.Hour), Seen: "s", Text: "t", Edits: 2, Held: "a flood", Closed: true,
		Letter: newsletter.Letter{
			ID: "urn:x:1", URL: "https://alpha.example/1", Title: "A & B", Kind: "Report", Language: "sv",
			Authors: []newsletter.Author{author}, Published: at, Updated: at.Add(time.Minute), Summary: "<s>", Rights: "R",
			Content:     "<p class=\"x\">å</p>\n",
			Categories:  []newsletter.Category{{Term: "c", Scheme: "https://c.example/", Label: "C"}},
			Image:       "https://alpha.example/1.png",
			Attachments: []newsletter.Attachment{{URL: "https://alpha.example/1.pdf", MediaType: "application/pdf", Length: 7, Duration: time.Minute, Title: "pdf"}},
			Source:      newsletter.Source{ID: "urn:s", Title: "S", URL: "https://s.example/", FeedURL: "https://s.example/feed", Updated: at},
			Links:       []newsletter.Link{{Rel: "related", URL: "https://r.example/", MediaType: "text/html", Language: "en", Title: "R"}},
			Extensions: newsletter.Extensions{
				Elements: []newsletter.Extension{
					{Namespace: "https://e.example/ns", Prefix: "e", Name: "film", Attrs: []newsletter.Attr{{Name: "a", Value: "1"}, {Namespace: "https://f.example/", Prefix: "f", Name: "b", Value: "<&\""}},
						Text: " å\n", Children: []newsletter.Extension{{Name: "empty", Tail: " ö"}, {Namespace: "https://e.example/ns", Prefix: "e", Name: "x", Text: "y"}}},
					{In: newsletter.Place{List: "Links", Index: 1, Name: "URL"}, Namespace: "https://e.example/ns", Prefix: "e", Name: "of"},
				},
				Attributes: []newsletter.Attribute{{In: newsletter.Place{List: "Authors", Index: 1, Name: "Name"}, Attr: newsletter.Attr{Namespace: "https://e.example/ns", Prefix: "e", Name: "a", Value: "true"}}},
				Members:    []newsletter.Member{{In: newsletter.Place{List: "Authors", Index: 1, Name: "URL"}, Name: "_e", JSON: `{"n":1.50,"s":["<"]}`}},
			},
		},
	}
	st := &aggregate.State{
		Schema: state.Schema, Key: key, Name: "Alpha", Warning: "w", LastCode: 503, LastAdvice: "a", Most: 3, Flood: aggregate.Flood{At: at, Held: 1, Reason: "a flood"},
		Feed:    aggregate.Feed{ID: "urn:f", Title: "F", URL: "https://alpha.example/", Language: "sv", Rights: "R", Authors: []newsletter.Author{author}},
		Letters: append([]*aggregate.Record{r}, letters("2", "3")...),
		Told:    map[string]time.Time{"urn:x:2": at, "urn:x:3": at.Add(time.Second), "urn:x:1": at},
	}
	st.Fetch.ETag, st.Fetch.LastModified, st.Fetch.ValidFor = `W/"x"`, "Wed, 04 Mar 2026 03:06:07 GMT", "https://alpha.example/feed"
	st.Fetch.Due, st.Fetch.DueReason, st.Fetch.Failures = at, "r", 1
	st.Fetch.LastAttempt, st.Fetch.LastSuccess, st.Fetch.RestUntil = at, at.Add(-time.Hour), at.Add(time.Hour)
	st.Fetch.BodyHash, st.Fetch.LastError, st.Fetch.Gone = "h", "e", true
	st.Fetch.Blocked = netip.MustParseAddr("192.168.1.1")
	st.Fetch.PermanentURL, st.Fetch.DiscoveredURL = "https://alpha.example/p", "https://alpha.example/d"
	st.Fetch.Move = &fetch.Move{To: "https://alpha.example/m", Since: at}
	st.Fetch.Topic, st.Fetch.Hubs = "https://alpha.example/t", []string{"https://hub.example/"}
	st.Fetch.Hints = fetch.Hints{MaxAge: 90, TTL: 60, Period: 30, SkipHours: []int{3, 4}, SkipDays: []string{"Sunday"}}
	return st
}

func (s *suite) everything() {
	want := Full("alpha-1")
	s.put(want)
	other := Full("beta-2")
	other.Name, other.Letters = "Beta", letters("x")
	s.put(other)
	got := s.get("alpha-1")
	s.equal(want, got, "as it was recorded")
	assert.Equal(s, want.Schema, got.Schema)
	require.Len(s, got.Letters, 3)
	assert.Equal(s, want.Letters[0].Letter.Content, got.Letters[0].Letter.Content)
	assert.True(s, want.Letters[0].Letter.Published.Equal(got.Letters[0].Letter.Published))
	s.equal(other, s.get("beta-2"), "partners are kept apart")

	s.put(got)
	s.equal(want, s.get("alpha-1"), "and once more")
	want.Letters = want.Letters[1:]
	want.Feed, want.Name = aggregate.Feed{}, ""
	s.put(want)
	s.equal(want, s.get("alpha-1"), "what is gone is gone")
	want.Letters = nil
	s.put(want)
	s.equal(want, s.get("alpha-1"), "no letters at all")
	s.equal(other, s.get("beta-2"), "nor does one change the other")
}

func (s *suite) order() {
	for _, list := range [][]string{{"c", "a", "b"}, {"new", "c", "a", "b"}, {"b", "a", "c", "new"}, {"a"}} {
		s.put(&aggregate.State{Schema: state.Schema, Key: "alpha-1", Letters: letters(list...)})
		assert.Equal(s, list, titles(s.get("alpha-1").Letters))
		for n := range len(list) + 2 {
			first, err := s.store.Letters(s.Context(), "alpha-1", n)
			require.NoError(s, err)
			assert.Equal(s, list[:min(n, len(list))], titles(first), "the first %d", n)
		}
		all, err := s.store.Letters(s.Context(), "alpha-1", -1)
		require.NoError(s, err)
		assert.Equal(s, list, titles(all))
	}

	// Two letters may have one ID, or none.
	same := letters("a", "a", "b")
	same[2].Letter.ID, same[2].GUID = "", ""
	s.put(&aggregate.State{Schema: state.Schema, Key: "alpha-1", Letters: same})
	assert.Equal(s, []string{"a", "a", "b"}, titles(s.get("alpha-1").Letters))
}

func (s *suite) nothingShared() {
	st := Full("alpha-1")
	s.put(st)
	st.Name, st.Fetch.ETag, st.Letters[0].Letter.Title, st.Letters[1] = "changed", "changed", "changed", letters("changed")[0]
	s.equal(Full("alpha-1"), s.get("alpha-1"), "the store keeps nothing of what it was given")
	got := s.get("alpha-1")
	got.Letters[0].Letter.Title, got.Letters[1].Held, got.Fetch.ETag = "changed", "changed", "changed"
	s.equal(Full("alpha-1"), s.get("alpha-1"), "what it returns is the caller's")
}

func (s *suite) visitAlone() {
	want := Full("alpha-1")
	s.put(want)
	for i := range 3 {
		st := s.mustClaim("alpha-1")
		st.Fetch.ETag = fmt.Sprintf(`"%d"`, i)
		st.Fetch.LastAttempt = s.now.Add(time.Duration(i) * time.Hour)
		want.Fetch = st.Fetch
		visit := &aggregate.State{Key: "alpha-1", Epoch: st.Epoch, Fetch: st.Fetch} // the rest is not looked at
		require.NoError(s, s.store.RecordVisit(s.Context(), visit))
		s.equal(want, s.get("alpha-1"), "how it was fetched, and nothing else")
	}
	want.Most = 17
	s.put(want)
	s.equal(want, s.get("alpha-1"), "a record has the last word")
}

func (s *suite) large() {
	st := &aggregate.State{Schema: state.Schema, Key: "alpha-1", Letters: letters("long", "short")}
	st.Letters[0].Letter.Content = strings.Repeat("<p>Spring has come to the region & with it “boats”.</p>\n", 150_000) // 8 MiB
	s.put(st)
	got := s.get("alpha-1")
	require.Len(s, got.Letters, 2)
	assert.True(s, st.Letters[0].Letter.Content == got.Letters[0].Letter.Content)

	many := make([]string, 5_000)
	for i := range many {
		many[i] = fmt.Sprint("letter ", i)
	}
	s.put(&aggregate.State{Schema: state.Schema, Key: "beta-2", Letters: letters(many...)})
	assert.Equal(s, many, titles(s.get("beta-2").Letters))
	first, err := s.store.Letters(s.Context(), "beta-2", 3)
	require.NoError(s, err)
	assert.Equal(s, many[:3], titles(first))
}

// What a stranger wrote never keeps a partner from being remembered.
func (s *suite) damaged() {
	for name, text := range map[string]string{
		"a zero byte":        "a\x00b",
		"control characters": "\x01\x1b[2J\x7f\r\n\t",
		"not UTF-8":          "a\xffb",
		"half a character":   "å"[:1],
		"line separators":    "a\u2028b\ufeff",
		"JSON":               `"]},{"letters":[`,
		"SQL":                `'); DROP TABLE letters; --`,
		"an escape":          `\u0000 \x00 %s $1 ?`,
	} {
		want := strings.ToValidUTF8(text, "\uFFFD")
		st := &aggregate.State{Schema: state.Schema, Key: "alpha-1", Name: text, Warning: text, Letters: letters("a", "b")}
		st.Fetch.ETag, st.Fetch.LastError, st.Feed.Title = text, text, text
		l := &st.Letters[0].Letter
		l.ID, l.Title, l.Content, l.Summary, l.URL, st.Letters[0].GUID, st.Letters[0].Text = text, text, text, text, text, text, text
		s.put(st)
		got := s.get("alpha-1")
		valid := func(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
		require.Len(s, got.Letters, 2, name)
		g := got.Letters[0]
		for i, have := range []string{got.Name, got.Fetch.ETag, got.Feed.Title, g.Letter.ID, g.Letter.Title, g.Letter.Content, g.Letter.URL, g.GUID, g.Text} {
			assert.Equal(s, want, valid(have), "%s in place %d", name, i)
		}
		assert.Equal(s, "b", got.Letters[1].Letter.Title, name)
	}
}

func (s *suite) rests() {
	rests, err := s.store.Rests(s.Context())
	require.NoError(s, err)
	assert.Empty(s, rests)
	in := func(hours int) time.Time { return s.now.Add(time.Duration(hours) * time.Hour) }
	record := func(now time.Time, rests map[string]time.Time) {
		s.Helper()
		require.NoError(s, s.store.RecordRests(s.Context(), now, rests))
	}
	until := func() map[string]time.Time {
		s.Helper()
		rests, err := s.store.Rests(s.Context())
		require.NoError(s, err)
		utc := map[string]time.Time{}
		for host, t := range rests {
			if t.After(s.now) {
				utc[host] = t.UTC()
			}
		}
		return utc
	}
	record(s.now, map[string]time.Time{"slow.example": in(2), "tired.example": in(5)})
	record(s.now, map[string]time.Time{"slow.example": in(1), "tired.example": in(6)})
	record(s.now, nil)
	assert.Equal(s, map[string]time.Time{"slow.example": in(2), "tired.example": in(6)}, until(), "the later counts")
	s.now = in(3)
	record(s.now, map[string]time.Time{"other.example": in(1)})
	assert.Equal(s, map[string]time.Time{"tired.example": s.now.Add(3 * time.Hour), "other.example": in(1)}, until())
}
