package aggregate

import (
	"io"
	"testing"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/stretchr/testify/assert"
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
