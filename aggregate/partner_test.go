package aggregate

import (
	"io"
	"net/http"
	"testing"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPartners(t *testing.T) {
	p := Partner{Name: "A", FeedURL: "https://www.a.example/feed?x=1", URL: "https://a.example/"}
	assert.Regexp(t, `^a-example-[0-9a-f]{12}$`, p.Key())
	assert.Equal(t, p.Key(), (&Partner{FeedURL: p.FeedURL}).Key(), "the name has nothing to do with it")
	assert.NotEqual(t, p.Key(), (&Partner{FeedURL: "https://www.a.example/feed?x=2"}).Key())
	assert.Regexp(t, `^partner-`, (&Partner{FeedURL: "../../etc/passwd"}).Key())
	assert.Empty(t, Partners(nil))
	n := &newsletter.Newsletter{Title: p.Name, URL: p.URL, FeedURL: p.FeedURL}
	assert.Equal(t, []Partner{p}, Partners([]*newsletter.Newsletter{n, nil, {}}))
}

func TestWithSecrets(t *testing.T) {
	env := func(name string) (string, bool) { return "s3cret$", name == "TOKEN" }
	list, err := WithSecrets([]Partner{
		{Name: "A", FeedURL: "https://a.example/feed", MaxLetters: 5, Include: Filter{Words: []string{"port"}},
			Header: http.Header{"authorization": {"Bearer ${TOKEN}"}, "X-Cost": {"$5 ${}"}}},
		{URL: "https://b.example/"},
	}, env)
	require.NoError(t, err)
	assert.Equal(t, []Partner{
		{Name: "A", FeedURL: "https://a.example/feed", MaxLetters: 5, Include: Filter{Words: []string{"port"}},
			Header: http.Header{"Authorization": {"Bearer s3cret$"}, "X-Cost": {"$5 ${}"}}},
		{URL: "https://b.example/"},
	}, list)
	_, err = WithSecrets([]Partner{{Name: "A", Header: http.Header{"X": {"${NONE}"}}}}, env)
	assert.EqualError(t, err, "partner A: header X: ${NONE} is not set in the environment")
	broken := func(string) (string, bool) { return "a\nb", true }
	_, err = WithSecrets([]Partner{{Name: "A", Header: http.Header{"X": {"${SECRET}"}}}}, broken)
	assert.EqualError(t, err, "partner A: header X: its value can't be sent, with what the environment has for it")
	ended := func(string) (string, bool) { return "s3cret\n", true }
	list, err = WithSecrets([]Partner{{Header: http.Header{"X": {"${SECRET}"}}}}, ended)
	require.NoError(t, err)
	assert.Equal(t, "s3cret", list[0].Header.Get("X"))
}

// Whatever partners are called, their list can be written.
func TestSubscriptions(t *testing.T) {
	partners := []Partner{
		{Name: "A", FeedURL: "https://a.example/feed", Categories: []newsletter.Category{{Term: "ports, boats"}, {Term: "boats"}, {Term: ","}}},
		{URL: "https://b.example/"}, {FeedURL: "x y"}, {FeedURL: "https://a.example/feed"}, {FeedURL: "https://c.example/"},
	}
	r := &Result{Partners: []PartnerReport{
		{Name: "A\x00 & B", FeedURL: "https://a.example/feed"}, {Name: "b.example", FeedURL: "https://b.example/found.xml"},
		{FeedURL: "x y"}, {FeedURL: "https://a.example/feed", Status: Twice}, {FeedURL: "https://c.example/"},
	}}
	list := r.Subscriptions(partners)
	assert.Equal(t, []*newsletter.Newsletter{
		{Title: "A & B", FeedURL: "https://a.example/feed", Categories: []newsletter.Category{{Term: "ports"}, {Term: "boats"}}},
		{Title: "b.example", URL: "https://b.example/", FeedURL: "https://b.example/found.xml"},
		{Title: "https://c.example/", FeedURL: "https://c.example/"},
	}, list)
	assert.NoError(t, feed.WriteOPML(io.Discard, "All", list))
}
