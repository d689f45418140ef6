package fetch

import (
	"context"
	"net/http"
	"time"

	"github.com/automationregion/newsletter/internal/bufferpool"
)

// A Client asks for feeds, and remembers in a [State] for each what it has to
// know next time. It may be used by several goroutines at once.
type Client struct {
	o             Options // with defaults
	client        *http.Client
	checkRedirect func(*http.Request, []*http.Request) error
	own           *http.Transport // nil for a caller's client
	hosts         *hosts
	standings     standings
	rateWindow    time.Duration // over which Limits.MinRate is counted
	gzip          gzipReaders
	buffers       bufferpool.Pool
}

// NewClient returns a client with these options: at most one, and without one the zero
// value. Close it after use.
func NewClient(opts ...Options) *Client {
	o := one(opts)
	f := &Client{o: o, hosts: newHosts(o.Limits), rateWindow: 10 * time.Second, client: &http.Client{}}
	if o.Client != nil {
		*f.client = *o.Client
		f.checkRedirect = o.Client.CheckRedirect
	} else {
		f.own = Transport(o)
		f.client.Transport = f.own
	}
	// Redirects are followed here, where it matters which of them are permanent.
	f.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return f
}

// Options returns the options that hold: with their defaults, in Limits and Policy too.
func (f *Client) Options() Options { return f.o }

// Close lets go of connections that nobody uses.
func (f *Client) Close() {
	if f.own != nil {
		f.own.CloseIdleConnections()
	}
}

// Fetch asks for a feed if it is due, and returns what came and what to remember
// of it. before is what was remembered the last time, the zero State at first.
// What came may turn out not to be readable: let [Request.Read] say so. A request that
// ctx cut short leaves the state as it was, with the cause of ctx as its error.
func (f *Client) Fetch(ctx context.Context, r Request, before State) (Outcome, State) {
	now := f.o.Now()
	if !r.Force && !before.IsDue(now) {
		return Outcome{Status: NotDue, URL: before.Address(r)}, before
	}
	next := before
	asking := ctx
	if f.o.Limits.Visit > 0 {
		var cancel context.CancelFunc
		asking, cancel = context.WithTimeout(ctx, f.o.Limits.Visit)
		defer cancel()
	}
	v := f.ask(asking, &r, &next, before.Address(r))
	if v.out.Err == nil && r.URL == "" && next.DiscoveredURL == "" {
		v = f.discover(asking, &r, &next, v)
	}
	cutShort := func() (Outcome, State) {
		v.out.close()
		return Outcome{Status: Failed, URL: v.out.URL, Err: explain(v.out.URL, 0, context.Cause(ctx))}, before
	}
	if ctx.Err() != nil {
		return cutShort()
	}
	v.out.Duration = f.o.Now().Sub(now)
	if v.out.Err != nil {
		f.fail(&next, &v.out, v.rest, now)
		return v.out, next
	}
	f.succeed(&next, &v, now)
	if v.out.Status != Fetched || r.Read == nil {
		return v.out, next
	}
	err := r.Read(&v.out)
	switch v.out.close(); {
	case err == nil:
		return v.out, next
	case ctx.Err() != nil:
		return cutShort()
	}
	v.out.Status, v.out.Err = Failed, readError(v.out.URL, v.out.Code, err)
	f.fail(&before, &v.out, 0, f.o.Now()) // its validators are those of what could be read
	return v.out, before
}

// Free says whether a host may be asked now, or is busy with requests and the pauses
// after them, and has a channel that is closed when that may be another. It is for
// programs that have many feeds to choose from.
func (f *Client) Free(host string) (free bool, changed <-chan struct{}) { return f.hosts.isFree(host) }

// Begin lets a host be asked again that left requests without an answer, and forgets
// its rest if that is over. A program that runs for a long time calls it before it
// visits a host.
func (f *Client) Begin(host string) { f.standings.begin(host, f.o.Now()) }

// Rests returns the servers that asked for a rest, and until when: the host, with
// its port if it is not the one of http or https. It lets those rest too that are known
// from an earlier client or another process, where it returned them.
func (f *Client) Rests(known map[string]time.Time) map[string]time.Time {
	now := f.o.Now()
	latest := now.Add(longestRest)
	for name, until := range known {
		if until.After(latest) {
			continue // the clock was wrong
		}
		f.standings.rest(charge{name, name}, until, &Error{URL: name, Message: "its host asked for a rest in an earlier run"})
	}
	return f.standings.rests(now)
}
