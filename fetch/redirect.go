package fetch

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/automationregion/newsletter/internal/weburl"
)

// moveAfter is how long a permanent redirect has to be seen before it is
// trusted, so that a slip of a few hours moves no partner.
const moveAfter = 3 * 24 * time.Hour

var (
	errRedirectLoop     = redirectError("the redirects go round in a circle")
	errTooManyRedirects = redirectError("too many redirects")
	errInsecureRedirect = redirectError("a redirect from https to http")
	errBadRedirect      = redirectError("a redirect to nowhere")
)

// A chain is where one visit was led by redirects.
type chain struct {
	start     string
	upgraded  string // start by https, if the first hop did no more than that
	permanent string // as far as every hop from start was permanent
	url       string // where it is now
	temporary bool   // a hop was
	seen      map[string]bool
	max       int
}

func newChain(start string, limit int) *chain {
	return &chain{start: start, upgraded: start, permanent: start, url: start, max: limit}
}

// isRedirect says whether a status is one that names where to go instead.
func isRedirect(code int) bool {
	switch code {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// follow takes one hop.
func (c *chain) follow(code int, location string) error {
	from, err := url.Parse(c.url)
	if err != nil {
		return err
	}
	to, err := from.Parse(strings.TrimSpace(location))
	switch {
	case location == "":
		return fmt.Errorf("%w: it names no address", errBadRedirect)
	case err != nil:
		return fmt.Errorf("%w: %q", errBadRedirect, location)
	case to.Scheme != "http" && to.Scheme != "https" || to.Host == "":
		return fmt.Errorf("%w: %q is not of http or https", errBadRedirect, location)
	case from.Scheme == "https" && to.Scheme == "http":
		return fmt.Errorf("%w: %s", errInsecureRedirect, to.Redacted())
	}
	to.User, to.Fragment, to.RawFragment = nil, "", ""
	next := weburl.String(to)
	if c.seen == nil {
		c.seen = map[string]bool{c.url: true}
	}
	if c.seen[next] {
		return fmt.Errorf("%w: back to %s", errRedirectLoop, next)
	}
	if len(c.seen) > c.max {
		return fmt.Errorf("%w: more than %d", errTooManyRedirects, c.max)
	}
	c.seen[next] = true

	switch {
	case code != http.StatusMovedPermanently && code != http.StatusPermanentRedirect:
		c.temporary = true
	case !c.temporary:
		if c.permanent == c.start && isUpgrade(from, to) {
			c.upgraded = next
		}
		c.permanent = next
	}
	c.url = next
	return nil
}

// isUpgrade says whether a redirect does no more than turn http to https.
func isUpgrade(from, to *url.URL) bool {
	return from.Scheme == "http" && to.Scheme == "https" &&
		strings.EqualFold(from.Hostname(), to.Hostname()) &&
		from.EscapedPath() == to.EscapedPath() && from.RawQuery == to.RawQuery
}

// remember notes in the state where a visit that succeeded was led.
func (c *chain) remember(st *State, now time.Time) {
	if c.upgraded != c.start {
		st.PermanentURL = c.upgraded
	}
	switch {
	case c.permanent == c.upgraded:
		st.Move = nil
	case st.Move == nil || st.Move.To != c.permanent:
		st.Move = &Move{To: c.permanent, Since: now}
	case now.Sub(st.Move.Since) >= moveAfter:
		st.PermanentURL, st.Move = c.permanent, nil
	}
}

// sameHost says whether b may be sent what is meant for a's host alone: the
// same host and port, or its https where a is http.
func sameHost(a, b string) bool {
	if a == b {
		return true
	}
	ua, errA := url.Parse(a)
	ub, errB := url.Parse(b)
	if errA != nil || errB != nil || !strings.EqualFold(ua.Hostname(), ub.Hostname()) {
		return false
	}
	if ua.Scheme == ub.Scheme {
		return port(ua) == port(ub)
	}
	return ua.Scheme == "http" && ub.Scheme == "https" && port(ua) == "80" && port(ub) == "443"
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}
