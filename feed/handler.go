package feed

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/page"
)

// A Source returns the newsletter as it is now. It is called for each request,
// by several goroutines at once, with the request's context, and is expected to
// answer from memory.
//
// A newsletter that it returned is not changed any more: one with news in it is
// another value, with another address. As long as the address is the same,
// nothing is written again.
type Source func(context.Context) (*newsletter.Newsletter, error)

// A HandlerOption changes what [Handler] does.
type HandlerOption func(*handler)

// Logger receives the errors of the source, and of a newsletter that can't be
// written. Without it they are not logged: the client learns only that there
// was one.
func Logger(log *slog.Logger) HandlerOption {
	return func(h *handler) { h.log = log }
}

// MaxAge is for how long a client may use a response before it asks again, five
// minutes if this option isn't given. 0 has it ask each time, which is cheap: an
// unchanged newsletter is answered with 304 and no body.
func MaxAge(d time.Duration) HandlerOption {
	return func(h *handler) { h.maxAge = max(0, d) }
}

// Handler serves a newsletter below the path that it is mounted at, which is
// the path of the newsletter's URL; [http.StripPrefix] takes that path away
// where it is not "/".
//
//	rss.xml, atom.xml, feed.json, index.html   the newsletter in that format
//	/                                          in the format that Accept prefers
//	spring/, spring.html                       the letter with that URL: see [Pages]
//
// The FeedURL of each format is the one that [At] gives it. GET and HEAD are
// answered, with a strong ETag over the bytes, Last-Modified from the
// newsletter's Updated, and conditional and range requests as RFC 9110 has
// them; other methods get 405. "/" varies with Accept: without it, or where two
// formats please the same, the page comes before RSS, Atom and JSON Feed, and
// where none will do the answer is 406 with a list of them (RFC 9110, section
// 12.4.1). An error of the source, and a newsletter that [Write] refuses, give
// a 500 that says no more than that.
//
// A page comes with a content security policy under which no script runs and no
// form is sent, whatever the letters hold. A Cache-Control or
// Content-Security-Policy header that is set before the handler is called
// stays. Compression is left to the server in front.
//
// The handler keeps what it wrote for the newsletter that the source returned
// last, at most one document for each address above.
func Handler(source Source, options ...HandlerOption) http.Handler {
	h := &handler{source: source, log: slog.New(slog.DiscardHandler), maxAge: 5 * time.Minute}
	for _, option := range options {
		option(h)
	}
	return h
}

type handler struct {
	source Source
	log    *slog.Logger
	maxAge time.Duration

	mu      sync.Mutex
	current *edition
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "This address can only be read.", http.StatusMethodNotAllowed)
		return
	}
	n, err := h.source(r.Context())
	if err == nil && n == nil {
		err = fmt.Errorf("the source returned no newsletter")
	}
	if err != nil {
		h.fail(w, r, err)
		return
	}
	e := h.edition(n)
	if err := e.prepare(); err != nil {
		h.fail(w, r, err)
		return
	}

	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		w.Header().Add("Vary", "Accept")
		format, ok := negotiate(r.Header.Values("Accept"))
		if !ok {
			notAcceptable(w)
			return
		}
		name = format.FileName()
	} else if strings.HasSuffix(name, "/") {
		name += HTML.FileName()
	}
	d, ok := e.documents[name]
	if !ok {
		if _, isFolder := e.documents[name+"/"+HTML.FileName()]; isFolder {
			redirect(w, r)
			return
		}
		http.NotFound(w, r)
		return
	}
	if err := d.render(); err != nil {
		h.fail(w, r, err)
		return
	}
	header := w.Header()
	header.Set("Content-Type", d.contentType)
	header.Set("ETag", d.etag)
	header.Set("X-Content-Type-Options", "nosniff")
	setDefault(header, "Cache-Control", fmt.Sprintf("max-age=%d", int64(h.maxAge/time.Second)))
	if d.isPage {
		setDefault(header, "Content-Security-Policy", policy)
	}
	http.ServeContent(w, r, "", n.Updated, bytes.NewReader(d.body))
}

// policy lets a page show pictures, sound and film from anywhere, and embed
// other pages, but run no script.
var policy = "default-src 'none'; style-src '" + page.StyleHash() + "'; style-src-attr 'unsafe-inline'; " +
	"img-src * data:; media-src *; frame-src https:; base-uri 'none'; form-action 'none'"

// fail says that there was an error, and tells the logger which.
func (h *handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	h.log.ErrorContext(r.Context(), "serving newsletter", "path", r.URL.Path, "error", err)
	http.Error(w, "The newsletter can't be shown right now.", http.StatusInternalServerError)
}

// redirect adds the slash that makes relative addresses right. It leaves out
// what stands before, because only the outside knows where the handler is
// mounted.
func redirect(w http.ResponseWriter, r *http.Request) {
	to := "./" + path.Base(r.URL.EscapedPath()) + "/"
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusMovedPermanently)
}

func notAcceptable(w http.ResponseWriter) {
	var b strings.Builder
	b.WriteString("This newsletter is here as:\n")
	for _, f := range preference {
		fmt.Fprintf(&b, "%s %s\n", f.MediaType(), f.FileName())
	}
	http.Error(w, b.String(), http.StatusNotAcceptable)
}

func setDefault(h http.Header, key, value string) {
	if h.Get(key) == "" {
		h.Set(key, value)
	}
}

// edition returns what is kept of the newsletter.
func (h *handler) edition(n *newsletter.Newsletter) *edition {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.current == nil || h.current.n != n {
		h.current = newEdition(n)
	}
	return h.current
}

// An edition is one state of a newsletter: its documents, each written when it
// is first asked for. It holds on to the newsletter, so that no other can come
// to have its address.
type edition struct {
	n         *newsletter.Newsletter
	prepare   func() error // fills in documents; safe to call by several goroutines
	documents map[string]*document
}

// A document is the bytes at one address.
type document struct {
	contentType string
	isPage      bool
	render      func() error // fills in what follows; safe to call by several goroutines
	body        []byte
	etag        string
}

func newEdition(n *newsletter.Newsletter) *edition {
	e := &edition{n: n}
	e.prepare = sync.OnceValue(func() error {
		pages, err := Pages(At(n, HTML))
		if err != nil {
			return err
		}
		e.documents = make(map[string]*document, len(formats)+len(pages))
		for _, f := range preference {
			e.documents[f.FileName()] = newDocument(f, func(b *bytes.Buffer) error { return Write(b, At(n, f), f) })
		}
		for _, p := range pages {
			e.documents[p.Path] = newDocument(HTML, func(b *bytes.Buffer) error { return p.WriteHTML(b) })
		}
		return nil
	})
	return e
}

func newDocument(f Format, write func(*bytes.Buffer) error) *document {
	d := &document{contentType: f.MediaType() + "; charset=utf-8", isPage: f == HTML}
	d.render = sync.OnceValue(func() error {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return err
		}
		d.body = bytes.Clone(b.Bytes())
		sum := sha256.Sum256(d.body)
		d.etag = `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
		return nil
	})
	return d
}
