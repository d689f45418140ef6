// Package serve answers requests for the documents of a newsletter over HTTP:
// the one handler behind package feed/feedhttp's and package feed/site's. What a request
// costs is little: the bytes and headers of a document are made once for each
// state of the newsletter.
package serve

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/format"
)

// A Document is what there is at one address.
type Document struct {
	Path       string // below the handler's, without a slash before it
	Format     format.Format
	MediaType  string            // in the place of the format's
	Header     map[string]string // beside those of every document; headers that are set already stay
	Stylesheet string            // URL of what a browser shows it by: it gets the document under a media type that it shows
	Write      func(w io.Writer) error
}

// Options say what a handler serves, and how.
type Options struct {
	// Source returns the newsletter as it is now.
	Source func(context.Context) (*newsletter.Newsletter, error)
	// Documents returns what is served of a newsletter.
	Documents func(*newsletter.Newsletter) ([]Document, error)
	// Offers are the formats that the root is negotiated among, the preferred
	// one first. Documents has one under the file name of each.
	Offers []format.Format
	MaxAge time.Duration // 0 is defaultMaxAge; a negative one has the client ask each time
	Logger *slog.Logger
}

// defaultMaxAge is for how long a client may use an answer before it asks again.
const defaultMaxAge = 5 * time.Minute

// New returns the handler. See [feedhttp.Handler] for what it does.
//
// [feedhttp.Handler]: https://pkg.go.dev/github.com/automationregion/newsletter/feed/feedhttp#Handler
func New(o Options) http.Handler {
	age := max(0, cmp.Or(o.MaxAge, defaultMaxAge))
	return &handler{Options: o, cacheControl: []string{"max-age=" + strconv.FormatInt(int64(age/time.Second), 10)}}
}

type handler struct {
	Options
	cacheControl []string

	mu      sync.Mutex // one new edition at a time
	current atomic.Pointer[edition]
	said    atomic.Pointer[string] // the source's error that was logged last, nil since it answered
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !ReadOnly(w, r) {
		return
	}
	n, err := h.Source(r.Context())
	if err == nil && n == nil {
		err = errors.New("the source returned no newsletter")
	}
	h.heard(r, err)
	if err != nil {
		unavailable(w)
		return
	}
	e := h.edition(n)
	if err := e.prepare(); err != nil {
		h.refused(r, e, err)
		unavailable(w)
		return
	}
	d := h.find(w, r, e)
	if d == nil {
		return
	}
	if err := d.render(); err != nil {
		h.refused(r, e, err)
		unavailable(w)
		return
	}
	if d.shown != nil {
		if header := w.Header(); header.Get("Vary") != "Accept" {
			header.Add("Vary", "Accept")
		}
		if asksForPages(r.Header["Accept"], d.format) {
			d = d.shown()
		}
	}
	h.send(w, r, d)
}

// find returns the document that the request is for. If there is none it has
// answered.
func (h *handler) find(w http.ResponseWriter, r *http.Request, e *edition) *document {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if d := e.documents[name]; d != nil {
		return d
	}
	if name == "" {
		w.Header().Add("Vary", "Accept")
		f, ok := negotiate(r.Header["Accept"], h.Offers)
		if !ok {
			h.notAcceptable(w)
			return nil
		}
		return e.documents[format.Of(f).FileName]
	}
	index := format.Of(format.HTML).FileName
	if strings.HasSuffix(name, "/") {
		if d := e.documents[name+index]; d != nil {
			return d
		}
	} else if e.documents[name+"/"+index] != nil {
		redirect(w, r)
		return nil
	}
	http.NotFound(w, r)
	return nil
}

// send answers with the document. The two answers that nearly all requests get
// are given from what is ready; net/http gives the others.
func (h *handler) send(w http.ResponseWriter, r *http.Request, d *document) {
	header := w.Header()
	if _, set := header["Cache-Control"]; !set {
		header["Cache-Control"] = h.cacheControl
	}
	for key, value := range d.more {
		if _, set := header[key]; !set {
			header[key] = value
		}
	}
	header["X-Content-Type-Options"] = nosniff
	header["Etag"] = d.etag
	switch d.answer(r.Header) {
	case http.StatusNotModified:
		w.WriteHeader(http.StatusNotModified)
	case http.StatusOK:
		header["Content-Type"] = d.contentType
		if header.Get("Content-Encoding") == "" {
			header["Content-Length"] = d.length
		}
		header["Accept-Ranges"] = acceptRanges
		if d.modified != nil {
			header["Last-Modified"] = d.modified
		}
		if r.Method == http.MethodGet {
			w.Write(d.body) // an error is that the client went away
		} else {
			w.WriteHeader(http.StatusOK)
		}
	default:
		header["Content-Type"] = d.contentType
		http.ServeContent(w, r, "", d.updated, bytes.NewReader(d.body))
	}
}

// Values of headers that are the same each time. Nobody changes what a header
// map holds in place.
var (
	nosniff      = []string{"nosniff"}
	acceptRanges = []string{"bytes"}
)

// answer returns the status of an answer that needs no thought, else 0.
func (d *document) answer(request http.Header) int {
	for _, key := range [...]string{"Range", "If-Match", "If-Unmodified-Since"} {
		if _, asked := request[key]; asked {
			return 0
		}
	}
	tags, asked := request["If-None-Match"]
	if !asked {
		if _, asked := request["If-Modified-Since"]; asked {
			return 0
		}
		return http.StatusOK
	}
	if len(tags) == 1 && strings.TrimPrefix(tags[0], "W/") == d.etag[0] {
		return http.StatusNotModified
	}
	return 0
}

// heard logs an error of the source, once until it says something else.
func (h *handler) heard(r *http.Request, err error) {
	if err == nil {
		if h.said.Load() != nil {
			h.said.Store(nil)
		}
		return
	}
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // the client went away
	}
	text := err.Error()
	if before := h.said.Swap(&text); before == nil || *before != text {
		h.log().ErrorContext(r.Context(), "the newsletter's source failed", "path", r.URL.Path, "error", text)
	}
}

// refused logs why a newsletter can't be written, once for each newsletter.
func (h *handler) refused(r *http.Request, e *edition, err error) {
	e.said.Do(func() {
		h.log().ErrorContext(r.Context(), "the newsletter can't be served", "path", r.URL.Path, "newsletter", e.n.Title, "error", err.Error(),
			"advice", "set the fields that are named, or have the newsletter's Repair do it before the source returns it")
	})
}

func (h *handler) log() *slog.Logger {
	if h.Logger == nil {
		return slog.Default()
	}
	return h.Logger
}

// unavailable says that there was an error, and not which.
func unavailable(w http.ResponseWriter) {
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

func (h *handler) notAcceptable(w http.ResponseWriter) {
	var b strings.Builder
	b.WriteString("This newsletter is here as:\n")
	for _, f := range h.Offers {
		row := format.Of(f)
		fmt.Fprintf(&b, "%s %s\n", row.MediaType(), row.FileName)
	}
	http.Error(w, b.String(), http.StatusNotAcceptable)
}

// edition returns what is kept of the newsletter.
func (h *handler) edition(n *newsletter.Newsletter) *edition {
	if e := h.current.Load(); e != nil && e.n == n {
		return e
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	e := h.current.Load()
	if e == nil || e.n != n {
		e = h.newEdition(n)
		h.current.Store(e)
	}
	return e
}

// An edition is one state of a newsletter: its documents, each written when it
// is first asked for. It holds on to the newsletter, so that no other can come
// to have its address.
type edition struct {
	n         *newsletter.Newsletter
	prepare   func() error // fills in documents; safe to call by several goroutines
	documents map[string]*document
	said      sync.Once
}

// A document is the bytes at one address, and the headers that go with them.
type document struct {
	format      format.Format
	contentType []string
	shown       func() *document // the same as browsers show it, once it is rendered; nil for the same
	more        http.Header
	updated     time.Time
	modified    []string
	render      func() error // fills in what follows; safe to call by several goroutines
	body        []byte
	length      []string
	etag        []string
}

func (h *handler) newEdition(n *newsletter.Newsletter) *edition {
	e := &edition{n: n}
	e.prepare = sync.OnceValue(func() error {
		list, err := h.Documents(n)
		if err != nil {
			return err
		}
		e.documents = make(map[string]*document, len(list))
		for _, d := range list {
			e.documents[d.Path] = newDocument(d, n.Updated)
		}
		return nil
	})
	return e
}

func newDocument(from Document, updated time.Time) *document {
	mediaType := from.MediaType
	if mediaType == "" {
		mediaType = format.Of(from.Format).MediaType()
	}
	d := &document{format: from.Format, contentType: []string{mediaType + "; charset=utf-8"}, updated: updated}
	if from.Stylesheet != "" {
		d.shown = sync.OnceValue(func() *document { return d.inBrowser(from.Stylesheet) })
	}
	if len(from.Header) > 0 {
		d.more = make(http.Header, len(from.Header))
		for key, value := range from.Header {
			d.more.Set(key, value)
		}
	}
	if !updated.IsZero() && !updated.Equal(time.Unix(0, 0)) {
		d.modified = []string{updated.UTC().Format(http.TimeFormat)}
	}
	d.render = sync.OnceValue(func() error {
		var b bytes.Buffer
		if err := from.Write(&b); err != nil {
			return err
		}
		d.body = bytes.Clone(b.Bytes())
		d.length = []string{strconv.Itoa(len(d.body))}
		sum := sha256.Sum256(d.body)
		d.etag = []string{`"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`}
		return nil
	})
	return d
}
