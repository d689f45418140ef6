package aggregate

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/internal/weburl"
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

// WithSecrets returns the partners as they are sent for, where header values
// name secrets as ${NAME}, as newsletter.yaml has them: lookup (such as
// [os.LookupEnv]) fills those in. One that it doesn't know, or that no header
// can hold, is an error.
func WithSecrets(list []Partner, lookup func(string) (string, bool)) ([]Partner, error) {
	partners := make([]Partner, len(list))
	var faults []error
	for i, c := range list {
		p := c
		p.Header = nil
		for _, name := range slices.Sorted(maps.Keys(c.Header)) {
			for _, v := range c.Header[name] {
				v = variable.ReplaceAllStringFunc(v, func(ref string) string {
					value, ok := lookup(ref[2 : len(ref)-1])
					if !ok {
						faults = append(faults, fmt.Errorf("partner %s: header %s: %s is not set in the environment", cmp.Or(p.Name, weburl.WithoutUser(p.address())), name, ref))
					}
					return value
				})
				if v = strings.TrimSpace(v); !httpguts.ValidHeaderFieldValue(v) {
					faults = append(faults, fmt.Errorf("partner %s: header %s: its value can't be sent, with what the environment has for it", cmp.Or(p.Name, weburl.WithoutUser(p.address())), name))
				}
				if p.Header == nil {
					p.Header = http.Header{}
				}
				p.Header.Add(name, v)
			}
		}
		partners[i] = p
	}
	return partners, errors.Join(faults...)
}

// variable is a reference to the environment, as in "Bearer ${TOKEN}".
var variable = regexp.MustCompile(`\$\{[A-Za-z_][A-Za-z0-9_]*\}`)
