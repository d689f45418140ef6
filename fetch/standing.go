package fetch

import (
	"net"
	"net/url"
	"strings"
	"sync"
	"time"
)

// silentVisits is how many requests of one who was configured a server leaves
// unanswered before the rest of theirs wait for another run.
const silentVisits = 3

// serverOf returns the server that a URL names: its host, with the port if it is
// not the scheme's own.
func serverOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	switch p := port(u); {
	case p == "443" && u.Scheme == "https", p == "80" && u.Scheme == "http":
		return host
	default:
		return net.JoinHostPort(host, p)
	}
}

// hostOf returns the host of a server as serverOf has it.
func hostOf(server string) string {
	if host, _, err := net.SplitHostPort(server); err == nil {
		return host
	}
	return server
}

// A charge says to whom it is counted what a server does: to the server that a
// request was configured for. Where redirects led elsewhere, that counts for the
// feeds of who is there as little as for those of anybody else.
type charge struct {
	to string // server of the configured address
	at string // server that was asked
}

func (c charge) own() bool { return c.to == c.at }

// A standing is what a server said or left unsaid.
type standing struct {
	until  time.Time // a rest that it asked for
	silent int       // requests in a row that got no answer out of it
	why    *Error
}

// standings are those of all servers. The zero value has none.
type standings struct {
	mu sync.Mutex
	of map[charge]*standing // only those with something to remember
}

// get returns a standing to be changed; the caller holds mu.
func (ss *standings) get(c charge) *standing {
	s := ss.of[c]
	if s == nil {
		if ss.of == nil {
			ss.of = map[charge]*standing{}
		}
		s = &standing{}
		ss.of[c] = s
	}
	return s
}

// rest notes that a server wants no request before a time, and in which words.
func (ss *standings) rest(c charge, until time.Time, why *Error) {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	if s := ss.get(c); until.After(s.until) {
		s.until, s.why = until, why
	}
}

// rests returns the servers that want no request now, and until when.
func (ss *standings) rests(now time.Time) map[string]time.Time {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	rests := map[string]time.Time{}
	for c, s := range ss.of {
		if c.own() && s.until.After(now) {
			rests[c.at] = s.until
		}
	}
	return rests
}

// silent notes that a request got no answer out of a server.
func (ss *standings) silent(c charge, why *Error) {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	s := ss.get(c)
	s.silent++
	if s.until.IsZero() {
		s.why = why
	}
}

// answered notes that a server answered, whatever it was.
func (ss *standings) answered(c charge) {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	if s := ss.of[c]; s != nil {
		s.silent = 0
		ss.forget(c, s)
	}
}

// begin forgets which servers of a host were silent in the last run, and the rests that
// are over.
func (ss *standings) begin(host string, now time.Time) {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	for c, s := range ss.of {
		if hostOf(c.to) != host {
			continue
		}
		if s.silent = 0; !s.until.After(now) {
			s.until = time.Time{}
		}
		ss.forget(c, s)
	}
}

// forget drops a standing with nothing to remember; the caller holds mu.
func (ss *standings) forget(c charge, s *standing) {
	if s.until.IsZero() && s.silent == 0 {
		delete(ss.of, c)
	}
}

// resting says whether a server is to be left alone, and why: until a time, or,
// if that is zero, for the rest of the run. What its own feeds met counts for all.
func (ss *standings) resting(c charge, now time.Time) (until time.Time, why *Error) {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	for _, c := range []charge{c, {c.at, c.at}} {
		switch s := ss.of[c]; {
		case s == nil:
		case now.Before(s.until):
			return s.until, s.why
		case s.silent >= silentVisits:
			return time.Time{}, s.why
		}
	}
	return time.Time{}, nil
}
