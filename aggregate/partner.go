package aggregate

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/fetch"
)

// A Partner is an organisation whose feed is gathered, and what is wanted of
// it.
type Partner struct {
	Name       string                // as readers see it; empty if the feed's own title serves
	FeedURL    string                // address of the feed
	URL        string                // home page; without a FeedURL, the feed is looked for there
	Categories []newsletter.Category // added to each of its letters
	Include    Filter                // if not empty, only letters that match are taken
	Exclude    Filter                // letters that match are left out
	MaxLetters int                   // newest letters to take; 0 is all
	Header     http.Header           // sent to the host of FeedURL (or URL), and to no other
}

// A Filter says which letters of a partner are taken, or left out: those that
// any one of its entries matches. The zero Filter is empty and matches none.
type Filter struct {
	Words      []string // in the title, summary or content, as whole words, letter case aside
	Categories []string // terms, letter case aside
	Languages  []string // BCP 47 tags; "sv" matches "sv-FI" too
}

// address is where the owner said that the partner is found.
func (p *Partner) address() string {
	if p.FeedURL != "" {
		return p.FeedURL
	}
	return p.URL
}

// request asks for the partner's feed.
func (p *Partner) request(waits func() func(), force bool) fetch.Request {
	return fetch.Request{URL: p.FeedURL, Home: p.URL, Header: p.Header, Force: force, Waits: waits}
}

// Key names what is remembered of the partner between runs: a few letters of
// its host, for people, and a hash of its configured address. It is a valid
// file name on every system, and stays the same when the feed moves.
func (p *Partner) Key() string {
	sum := sha256.Sum256([]byte(p.address()))
	host := "partner"
	if u, err := url.Parse(p.address()); err == nil && u.Hostname() != "" {
		host = strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
				return r
			}
			if r == '.' {
				return '-'
			}
			return '_'
		}, strings.ToLower(strings.TrimPrefix(u.Hostname(), "www.")))
	}
	if len(host) > 40 {
		host = host[:40]
	}
	return host + "-" + hex.EncodeToString(sum[:6])
}

// Partners returns a partner for each newsletter, such as those that
// [github.com/automationregion/newsletter/parse.OPML] read.
func Partners(list []*newsletter.Newsletter) []Partner {
	partners := make([]Partner, 0, len(list))
	for _, n := range list {
		if n == nil || n.FeedURL == "" && n.URL == "" {
			continue
		}
		partners = append(partners, Partner{
			Name: n.Title, FeedURL: n.FeedURL, URL: n.URL, Categories: n.Categories,
		})
	}
	return partners
}
