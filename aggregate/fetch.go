package aggregate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	silentVisits = 3 // visits that a host leaves unanswered before the rest of its feeds wait for another run
	giveUpMove   = 3 // failures in a row after which the configured address is asked again
)

// fetchConfig is what an Aggregator hands to its fetcher.
type fetchConfig struct {
	Client       *http.Client // taken as it is; nil is our own, which refuses private addresses
	AllowPrivate bool
	URL          string // of the newsletter, for the User-Agent
	Limits       Limits
	Policy       Policy
	Now          func() time.Time // nil is time.Now
	Chance       func() float64   // from 0 to 1, for jitter, by several goroutines at once; nil is rand.Float64
}

// A fetcher visits partners. It may be used by several goroutines at once.
type fetcher struct {
	fetchConfig
	client        *http.Client
	checkRedirect func(*http.Request, []*http.Request) error
	own           *http.Transport // nil for a caller's client
	hosts         *hosts
	rateWindow    time.Duration // over which Limits.MinRate is counted
	gzip          gzipReaders
	buffers       bufferPool
}

func newFetcher(c fetchConfig) *fetcher {
	c.Limits = withDefaults(c.Limits)
	c.Policy = c.Policy.withDefaults()
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Chance == nil {
		c.Chance = rand.Float64
	}
	f := &fetcher{fetchConfig: c, hosts: newHosts(c.Limits), rateWindow: 10 * time.Second, client: &http.Client{}}
	if c.Client != nil {
		*f.client = *c.Client
		f.checkRedirect = c.Client.CheckRedirect
	} else {
		f.own = newTransport(f.Limits, c.AllowPrivate)
		f.client.Transport = f.own
	}
	// Redirects are followed here, where it matters which of them are permanent.
	f.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return f
}

// close lets go of connections that nobody uses.
func (f *fetcher) close() {
	if f.own != nil {
		f.own.CloseIdleConnections()
	}
}

// each calls do for every partner, politely: see [hosts.each].
func (f *fetcher) each(ctx context.Context, partners []Partner, do func(ctx context.Context, i int)) error {
	f.hosts.startRun()
	return f.hosts.each(ctx, f.Limits.Concurrency, len(partners), func(i int) string { return hostOf(partners[i].address()) }, do)
}

// fetch visits a partner if it is due, or if force says so, and returns what it
// brought and what to remember. Call it from each. What it brought may turn out
// not to be readable: then remember what unreadable returns. A visit that ctx
// cut short leaves the state as it was.
func (f *fetcher) fetch(ctx context.Context, p *Partner, st FetchState, force bool) (outcome, FetchState) {
	now := f.Now()
	if !force && !st.isDue(now) {
		return outcome{Status: NotDue, URL: st.address(p)}, st
	}
	next := st
	asking := ctx
	if f.Limits.Visit > 0 {
		var cancel context.CancelFunc
		asking, cancel = context.WithTimeout(ctx, f.Limits.Visit)
		defer cancel()
	}
	v := f.ask(asking, p, &next, st.address(p))
	if v.out.Err == nil && p.FeedURL == "" && next.DiscoveredURL == "" {
		v = f.discover(asking, p, &next, v)
	}
	if ctx.Err() != nil {
		v.out.release()
		return outcome{Status: Failed, URL: v.out.URL, Err: explain(v.out.URL, 0, context.Cause(ctx))}, st
	}
	v.out.Duration = f.Now().Sub(now)
	if v.out.Err == nil {
		f.succeed(&next, &v, now)
	} else {
		f.fail(&next, &v.out, v.rest, now)
	}
	return v.out, next
}

// address is where the partner's feed, or else its home page, is asked for.
func (s *FetchState) address(p *Partner) string {
	switch {
	case s.PermanentURL != "":
		return s.PermanentURL
	case p.FeedURL == "" && s.DiscoveredURL != "":
		return s.DiscoveredURL
	}
	return withoutUser(p.address())
}

// A visit is the outcome of asking one address, and how it came about.
type visit struct {
	out    outcome
	chain  *chain
	header http.Header
	rest   time.Duration // that the host asked for
}

// ask asks for one address, and follows where it leads.
func (f *fetcher) ask(ctx context.Context, p *Partner, st *FetchState, address string) (v visit) {
	v.chain = newChain(address, f.Limits.MaxRedirects)
	var held string // host whose place is taken
	var via []*http.Request
	defer func() {
		if held != "" {
			f.hosts.release(held)
		}
	}()
	fail := func(e *fetchError) visit {
		v.out.Status, v.out.URL, v.out.Err = Failed, e.URL, e
		return v
	}
	for {
		at := v.chain.url
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
		if err != nil || req.URL.Host == "" || req.URL.Scheme != "http" && req.URL.Scheme != "https" {
			return fail(&fetchError{URL: at, Message: "not an address of http or https", Err: err})
		}
		if len(via) > 0 && f.checkRedirect != nil {
			if err := f.checkRedirect(req, via); err != nil {
				return fail(&fetchError{URL: at, Message: errUnfollow.Error() + ": " + err.Error(), Err: err})
			}
		}
		via = append(via, req)
		if host := hostOf(at); host != held {
			if held != "" {
				f.hosts.release(held)
				held = ""
			}
			if err := f.hosts.acquire(ctx, host); err != nil {
				return fail(explain(at, 0, err))
			}
			held = host
		}
		if until, why := f.hosts.resting(held, f.Now()); why != nil { // not asked, so no pause
			f.hosts.free(held)
			held = ""
			v.out.Status, v.out.URL, v.out.Err = Held, at, &fetchError{URL: at, Message: why.Message, Advice: why.Advice, Err: why}
			if !until.IsZero() {
				v.rest = until.Sub(f.Now())
			}
			return v
		}
		req.Header = f.header(p, st, at)
		if e := headerFault(req.Header, at); e != nil {
			return fail(e)
		}

		a, err := f.exchange(ctx, req)
		v.out.Code, v.header = a.code, a.header
		v.out.Bytes += a.bytes
		if err != nil {
			e := explain(at, a.code, err)
			if a.code == 0 && ctx.Err() == nil {
				f.hosts.silent(held, e)
			}
			return fail(e)
		}
		f.hosts.answered(held)
		if isRedirect(a.code) {
			if err := v.chain.follow(a.code, a.header.Get("Location")); err != nil {
				return fail(explain(at, a.code, err))
			}
			continue
		}
		v.out.URL = at
		f.judge(&v, req, a, held)
		return v
	}
}

// judge says what an answer that is no redirect means.
func (f *fetcher) judge(v *visit, req *http.Request, a answer, host string) {
	at, out := v.out.URL, &v.out
	conditional := req.Header.Get("If-None-Match")+req.Header.Get("If-Modified-Since") != ""
	fail := func(e *fetchError) {
		out.Status, out.Err = Failed, e
		if a.body != nil {
			f.buffers.put(a.body)
		}
	}
	switch {
	case a.code == http.StatusNotModified && conditional:
		out.Status = NotModified
	case a.code == http.StatusNotModified,
		a.code == http.StatusIMUsed && (req.Header.Get("A-IM") == "" || !strings.Contains(strings.ToLower(strings.Join(a.header.Values("IM"), ",")), "feed")):
		fail(explain(at, a.code, errUnasked))
	case hasFeed(a.code) && len(strings.TrimSpace(string(a.body.Bytes()[:min(a.body.Len(), 1024)]))) == 0:
		fail(explain(at, a.code, errEmpty))
	case hasFeed(a.code):
		out.Status = Fetched
		out.Partial = a.code == http.StatusIMUsed
		out.Body = a.body.Bytes()
		out.free = func() { f.buffers.put(a.body) }
		if _, params, err := mime.ParseMediaType(a.header.Get("Content-Type")); err == nil {
			out.Charset = params["charset"]
		}
	default:
		e := statusError(at, a.code)
		fail(e)
		if a.code == http.StatusTooManyRequests || a.code == http.StatusServiceUnavailable {
			rest, ok := retryAfter(a.header, f.Now())
			if !ok && a.code == http.StatusTooManyRequests {
				rest = f.Policy.Floor
			}
			if rest > 0 {
				v.rest = rest
				f.hosts.rest(host, f.Now().Add(rest), e)
			}
		}
		if a.code == http.StatusGone && v.chain.url == v.chain.upgraded { // no word of another address
			out.Status = Gone
		}
	}
}

// succeed notes a visit that went well.
func (f *fetcher) succeed(st *FetchState, v *visit, now time.Time) {
	st.LastAttempt, st.LastSuccess = now, now
	st.Failures, st.LastError, st.HeldUntil, st.Gone = 0, "", time.Time{}, false
	v.chain.remember(st, now)
	if v.out.Status == NotModified {
		// It names validators only where they changed, or out of kindness.
		if etag := validator(v.header, "ETag"); etag != "" {
			st.ETag = etag
		}
		if modified := validator(v.header, "Last-Modified"); modified != "" {
			st.LastModified = modified
		}
	} else {
		st.ETag, st.LastModified = validator(v.header, "ETag"), validator(v.header, "Last-Modified")
		st.ValidFor = ""
		if st.ETag+st.LastModified != "" {
			st.ValidFor = v.out.URL
		}
	}
	if v.out.Status == Fetched {
		sum := sha256.Sum256(v.out.Body)
		hash := hex.EncodeToString(sum[:])
		switch {
		case v.out.Partial: // the hash stays that of a whole body
		case hash == st.BodyHash:
			v.out.Status = SameBody
			v.out.release()
		default:
			st.BodyHash = hash
			st.Hints = feedHints(v.out.Body)
		}
	}
	if v.out.Status != NotModified || saysFresh(v.header) {
		st.Hints.MaxAge = fresh(v.header, now)
	}
	st.Due, st.DueReason = schedule(*st, f.Policy, now, f.Chance)
}

// fail notes a visit that went wrong, or was put off.
func (f *fetcher) fail(st *FetchState, out *outcome, rest time.Duration, now time.Time) {
	if rest > 0 {
		st.HeldUntil = now.Add(rest)
	}
	if out.Status == Held {
		// Nobody asked, so nobody failed; but it is no use to ask soon.
		waiting := *st
		if rest == 0 {
			waiting.Failures = max(1, st.Failures)
		}
		st.Due, st.DueReason = schedule(waiting, f.Policy, now, f.Chance)
		if rest == 0 {
			st.DueReason = "its host did not answer for other feeds: " + out.Err.Message
		}
		return
	}
	if out.Status == Gone && st.DiscoveredURL+st.PermanentURL != "" {
		out.Status = Failed // the address that the owner gave may know of another by now
		st.DiscoveredURL, st.PermanentURL = "", ""
	}
	st.LastAttempt, st.LastError = now, out.Err.Message
	st.Failures++
	if st.Failures >= giveUpMove {
		st.PermanentURL, st.DiscoveredURL, st.Move = "", "", nil
	}
	if refused := out.Code >= 400 && out.Code < 500; errors.Is(out.Err, errUnasked) || refused && st.Failures >= giveUpMove {
		st.forgetValidators() // it may be conditions that the server can't take
	}
	st.Gone = out.Status == Gone
	st.Due, st.DueReason = schedule(*st, f.Policy, now, f.Chance)
}

// unreadable turns a visit into a failure because what it brought is no feed
// that can be read. before is the state from before the visit: its validators
// are those of the last feed that could be read.
func (f *fetcher) unreadable(before FetchState, out outcome, err error) (outcome, FetchState) {
	out.release()
	out.Status = Failed
	out.Err = readError(out.URL, out.Code, err)
	f.fail(&before, &out, 0, f.Now())
	return out, before
}

// holds returns the hosts that asked for a rest, and until when. It outlasts
// the run: hand it to hold in the next.
func (f *fetcher) holds() map[string]time.Time { return f.hosts.rests(f.Now()) }

// hold is told what holds returned in an earlier run.
func (f *fetcher) hold(holds map[string]time.Time) {
	latest := f.Now().Add(longestRest)
	for name, until := range holds {
		if until.After(latest) {
			continue // the clock was wrong
		}
		f.hosts.rest(name, until, &fetchError{URL: name, Message: "its host asked for a rest in an earlier run"})
	}
}

// validator returns a header as it came, or "" if it could not be sent back.
func validator(h http.Header, name string) string {
	value := h.Get(name)
	if len(value) > 1024 {
		return ""
	}
	return fromWire(value)
}

// hostOf returns the host of a URL, to which politeness is due.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// withoutUser returns a URL without its name and password, which go in a header
// and not in reports.
func withoutUser(address string) string {
	if userOf(address) == nil {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.User = nil
	return u.String()
}
