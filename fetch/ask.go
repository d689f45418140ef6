package fetch

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/automationregion/newsletter/internal/weburl"
)

// errBusy says that a host's turn did not come within the time of a visit.
var errBusy = errors.New("its host was busy with requests for other feeds")

// A visit is the Outcome of asking one address, and how it came about.
type visit struct {
	out    Outcome
	chain  *chain
	header http.Header
	rest   time.Duration // that the host asked for
}

// ask asks for one address, and follows where it leads.
func (f *Client) ask(ctx context.Context, r *Request, st *State, address string) (v visit) {
	v.chain = newChain(address, f.o.Limits.MaxRedirects)
	var host string // whose seat is taken
	var via []*http.Request
	defer func() {
		if host != "" {
			f.hosts.leave(host)
		}
	}()
	fail := func(e *Error) visit {
		v.out.Status, v.out.URL, v.out.Err = Failed, e.URL, e
		return v
	}
	for {
		at := v.chain.url
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
		if err != nil || req.URL.Host == "" || req.URL.Scheme != "http" && req.URL.Scheme != "https" {
			return fail(&Error{URL: at, Message: "not an address of http or https", Err: err})
		}
		if len(via) > 0 && f.checkRedirect != nil {
			if err := f.checkRedirect(req, via); err != nil {
				return fail(&Error{URL: at, Message: errUnfollow.Error() + ": " + err.Error(), Err: err})
			}
		}
		via = append(via, req)
		if next := weburl.Host(at); next != host {
			if host != "" {
				f.hosts.leave(host)
				host = ""
			}
			if err := f.hosts.acquire(ctx, r.Waits, next); err != nil { // no fault of a server's
				v.out.Status, v.out.URL, v.out.Err = Resting, at, explain(at, 0, fmt.Errorf("%w: %w", errBusy, err))
				return v
			}
			host = next
		}
		c := charge{to: serverOf(r.configured()), at: serverOf(at)}
		if until, why := f.standings.resting(c, f.o.Now()); why != nil { // not asked, so no pause
			f.hosts.free(host)
			host = ""
			v.out.Status, v.out.URL, v.out.Err = Resting, at, &Error{URL: at, Message: why.Message, Advice: why.Advice, Err: why}
			if !until.IsZero() {
				v.rest = until.Sub(f.o.Now())
			}
			return v
		}
		req.Header = f.header(r, st, at)
		if e := headerFault(req.Header, at); e != nil {
			return fail(e)
		}

		a, err := f.exchange(ctx, req)
		v.out.Code, v.header = a.code, a.header
		v.out.Bytes += a.bytes
		if err != nil {
			e := explain(at, a.code, err)
			if errors.Is(err, ErrPrivateAddress) { // nobody was asked, so nobody was silent
				f.hosts.free(host)
				host = ""
			} else if a.code == 0 && ctx.Err() == nil {
				f.standings.silent(c, e)
			}
			return fail(e)
		}
		f.standings.answered(c)
		if isRedirect(a.code) {
			if err := v.chain.follow(a.code, a.header.Get("Location")); err != nil {
				return fail(explain(at, a.code, err))
			}
			continue
		}
		v.out.URL = at
		f.judge(&v, req, a, c)
		return v
	}
}

// judge says what an answer that is no redirect means.
func (f *Client) judge(v *visit, req *http.Request, a answer, c charge) {
	at, out := v.out.URL, &v.out
	conditional := req.Header.Get("If-None-Match")+req.Header.Get("If-Modified-Since") != ""
	fail := func(e *Error) {
		out.Status, out.Err = Failed, e
		if a.body != nil {
			f.buffers.Put(a.body)
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
		out.free = func() { f.buffers.Put(a.body) }
		if _, params, err := mime.ParseMediaType(a.header.Get("Content-Type")); err == nil {
			out.Charset = params["charset"]
		}
	default:
		e := statusError(at, a.code)
		fail(e)
		full := a.code == http.StatusTooManyRequests || a.code == http.StatusServiceUnavailable
		rest, ok := retryAfter(a.header, f.o.Now())
		if !ok && a.code == http.StatusTooManyRequests {
			rest = f.o.Policy.Floor
		}
		v.rest = rest
		if full && rest > 0 { // the server is meant, and not the feed alone
			f.standings.rest(c, f.o.Now().Add(rest), e)
		}
		if a.code == http.StatusGone && v.chain.url == v.chain.upgraded { // no word of another address
			out.Status = Gone
		}
	}
}
