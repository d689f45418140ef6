package aggregate

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// fetchConfig is what an Aggregator hands to its fetcher.
type fetchConfig struct {
	Client       *http.Client // taken as it is; nil is our own, which refuses private addresses
	AllowPrivate bool
	URL          string // of the newsletter, for the User-Agent
	Limits       Limits
	Policy       Policy
	Now          func() time.Time
	Chance       func() float64 // from 0 to 1, for jitter
	Logger       *slog.Logger
}

// A fetcher visits partners. It may be used by several goroutines at once.
type fetcher struct {
	fetchConfig
	hosts *hosts
}

func newFetcher(c fetchConfig) *fetcher {
	c.Limits = withDefaults(c.Limits)
	c.Policy = c.Policy.withDefaults()
	return &fetcher{fetchConfig: c, hosts: newHosts(c.Limits)}
}

// close lets go of connections.
func (f *fetcher) close() {}

// each calls do for every partner, politely: see [hosts.each].
func (f *fetcher) each(ctx context.Context, partners []Partner, do func(ctx context.Context, i int)) error {
	return f.hosts.each(ctx, f.Limits.Concurrency, len(partners), func(i int) string { return hostOf(partners[i].address()) }, do)
}

// fetch visits a partner if it is due, or if force says so, and returns what it
// brought and what to remember. Call it from each. What it brought may turn out
// not to be readable: then remember what unreadable returns.
func (f *fetcher) fetch(ctx context.Context, p *Partner, st FetchState, force bool) (outcome, FetchState) {
	return outcome{Status: Failed, Err: &FetchError{URL: p.address(), Message: "not asked"}}, st
}

// unreadable turns a visit into a failure because what it brought is no feed
// that can be read. before is the state from before the visit.
func (f *fetcher) unreadable(p *Partner, before FetchState, out outcome, err error) (outcome, FetchState) {
	out.Status = Failed
	out.Err = &FetchError{URL: out.URL, Code: out.Code, Message: err.Error(), Err: err}
	return out, before
}

// holds returns the hosts that asked for a rest in this run, and until when.
// It outlasts the run: hand it to hold in the next.
func (f *fetcher) holds() map[string]time.Time {
	f.hosts.mu.Lock()
	defer f.hosts.mu.Unlock()
	holds := map[string]time.Time{}
	for name, h := range f.hosts.byName {
		if !h.until.IsZero() {
			holds[name] = h.until
		}
	}
	return holds
}

// hold is told what holds returned in an earlier run.
func (f *fetcher) hold(holds map[string]time.Time) {
	for name, until := range holds {
		f.hosts.rest(name, until, nil)
	}
}

// hostOf returns the host of a URL, to which politeness is due.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
