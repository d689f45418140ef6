// Package preview shows a folder of letters while it is written: a server of what it would be
// published as, and a watch over its files.
package preview

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html"
	"html/template"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/automationregion/newsletter/cmd/newsletter/internal/fault"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/output"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/say"
	"github.com/automationregion/newsletter/internal/plaintext"
	"github.com/automationregion/newsletter/internal/serve"
)

//go:embed banner.css banner.html nothing.html reload.js
var files embed.FS

var templates = template.Must(template.ParseFS(files, "*.html"))

// Events is where a page hears that there is another version. No letter
// has an address that is hidden.
const Events = "/.newsletter/version"

// A Version is what a folder would be published as.
type Version struct {
	Name    string // apart from all others
	Home    string // path of the newsletter's URL, with a slash at its end
	Faults  []fault.Fault
	Refused bool // build would refuse it for some of them
	Files   output.Files
}

// A Server answers with the version that is shown.
type Server struct {
	Host string // as the address that it listens on was stated

	shown   atomic.Pointer[Version]
	mu      sync.Mutex
	changed chan struct{} // closed when shown is another
}

// Shown is the version that is shown, nil before there is one.
func (s *Server) Shown() *Version { return s.shown.Load() }

// Show shows another version, and tells who waits for one.
func (s *Server) Show(v *Version) {
	s.shown.Store(v)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed != nil {
		close(s.changed)
	}
	s.changed = make(chan struct{})
}

// waits returns what is closed when there is something else to see.
func (s *Server) waits() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	switch {
	case !s.isOwn(r.Host):
		http.Error(w, "Preview answers to its IP address, to localhost, and to the host of --addr.", http.StatusForbidden)
	case !serve.ReadOnly(w, r): // answered
	case r.URL.Path == Events:
		s.events(w, r)
	default:
		s.file(w, r, s.shown.Load())
	}
}

// isOwn reports whether a request is meant for this server. A site on the web
// whose name leads here must not read drafts.
func (s *Server) isOwn(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	name = strings.ToLower(name)
	_, err = netip.ParseAddr(name)
	return err == nil || name == "localhost" || strings.HasSuffix(name, ".localhost") || s.Host != "" && strings.EqualFold(name, s.Host)
}

// pulse is how often a connection is used, so that one that is dead ends.
const pulse = 20 * time.Second

// events tells a page the version that there is to see, and each that comes.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	control := http.NewResponseController(w)
	ticker := time.NewTicker(pulse)
	defer ticker.Stop()
	for {
		next := s.waits()
		if _, err := fmt.Fprintf(w, "retry: 500\nevent: version\ndata: %s\n\n", s.shown.Load().Name); err != nil {
			return
		}
		if control.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-next:
		case <-ticker.C:
		}
	}
}

// file answers with a file: below the path of the newsletter's URL, or at the
// root for those who look for it there.
func (s *Server) file(w http.ResponseWriter, r *http.Request, now *Version) {
	if r.URL.Path == "/" && now.Home != "/" {
		redirect(w, now.Home)
		return
	}
	name, below := strings.CutPrefix(r.URL.Path, now.Home)
	if !below {
		name = strings.TrimPrefix(r.URL.Path, "/")
	}
	for _, candidate := range [...]string{name, path.Join(name, "index.html")} {
		c, ok := now.Files[candidate]
		switch {
		case !ok:
			continue
		case candidate != name && name != "" && !strings.HasSuffix(name, "/"):
			redirect(w, r.URL.Path+"/")
			return
		case c.File != "":
			serve.FolderFile(w, r, c.Dir, c.File)
			return
		}
		c, err := c.Written(new(bytes.Buffer))
		if err != nil {
			s.nothing(w, now, http.StatusInternalServerError, "This can't be shown", err.Error())
			return
		}
		s.send(w, now, http.StatusOK, mediaType(candidate), c.Data)
		return
	}
	if len(now.Files) == 0 {
		s.nothing(w, now, http.StatusServiceUnavailable, "Nothing to show yet", "The newsletter is here as soon as its faults are mended.")
		return
	}
	s.nothing(w, now, http.StatusNotFound, "There is no such page", "No letter or file of the newsletter has the address "+r.URL.Path+".")
}

// mediaType is the type that a server of plain files gives a name.
func mediaType(name string) string {
	switch t := mime.TypeByExtension(path.Ext(name)); path.Ext(name) {
	case ".xml", ".opml": // those of feeds make browsers save them
		return "application/xml; charset=utf-8"
	case ".json":
		return "application/json; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	default:
		return t
	}
}

// redirect leads to another path of this server.
func redirect(w http.ResponseWriter, to string) {
	w.Header().Set("Location", (&url.URL{Path: to}).EscapedPath())
	w.WriteHeader(http.StatusTemporaryRedirect)
}

// nothing answers with a page that says why there is no other.
func (s *Server) nothing(w http.ResponseWriter, now *Version, status int, title, text string) {
	data := struct{ Title, Text, Home string }{title, plaintext.Line(text), ""}
	if len(now.Files) > 0 {
		data.Home = now.Home
	}
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, "nothing.html", data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	s.send(w, now, status, "text/html; charset=utf-8", b.Bytes())
}

// send answers with a document; a page also says what is wrong, and is loaded
// again when there is another.
func (s *Server) send(w http.ResponseWriter, now *Version, status int, mediaType string, data []byte) {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	if strings.Contains(mediaType, "xml") {
		h.Set("Content-Security-Policy", serve.Feed)
	}
	if strings.HasPrefix(mediaType, "text/html") {
		var policy string
		var err error
		if data, policy, err = withBanner(data, now); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		h.Set("Content-Security-Policy", policy)
	}
	w.WriteHeader(status)
	w.Write(data)
}

// fileOf returns a file that goes into pages.
func fileOf(name string) string {
	data, _ := files.ReadFile(name) // they are embedded
	return string(data)
}

var (
	bannerStyle  = fileOf("banner.css")
	bannerScript = fileOf("reload.js")
)

// maxBannerFaults is how many faults a page shows.
const maxBannerFaults = 20

// countOf says how many faults there are, and how many of them refuse nothing.
func countOf(all []fault.Fault) string {
	warnings := 0
	for _, f := range all {
		if f.IsWarning() {
			warnings++
		}
	}
	switch {
	case warnings == 0:
		return say.Count(len(all), "fault")
	case warnings == len(all):
		return say.Count(warnings, "warning")
	}
	return say.Count(len(all)-warnings, "fault") + ", " + say.Count(warnings, "warning")
}

// withBanner adds to a page what preview says. The policy that stands in the page
// becomes one that allows the banner's style and script, and those alone, beside
// what it allowed.
func withBanner(page []byte, now *Version) (with []byte, policy string, err error) {
	type line struct{ Place, Message string }
	data := struct {
		Version string
		Count   string
		Faults  []line
		More    int
		Refused bool
	}{Version: now.Name, Count: countOf(now.Faults), Refused: now.Refused}
	for _, f := range now.Faults[:min(len(now.Faults), maxBannerFaults)] {
		said := f.String()
		message := plaintext.Line(f.Message)
		place, _ := strings.CutSuffix(strings.TrimSuffix(said, message), ": ")
		data.Faults = append(data.Faults, line{place, message})
	}
	data.More = len(now.Faults) - len(data.Faults)
	var banner bytes.Buffer
	if err := templates.ExecuteTemplate(&banner, "banner.html", data); err != nil {
		return nil, "", err
	}
	banner.WriteString("<style>" + bannerStyle + "</style><script>" + bannerScript + "</script>\n")
	page, policy = withoutPolicy(page)
	policy = allow(policy, "style-src", "'"+hashSource(bannerStyle)+"'")
	policy = allow(policy, "script-src", "'"+hashSource(bannerScript)+"'")
	policy = allow(policy, "connect-src", "'self'")
	at := bytes.LastIndex(page, []byte("</body>"))
	if at < 0 {
		at = len(page)
	}
	return bytes.Join([][]byte{page[:at], banner.Bytes(), page[at:]}, nil), policy, nil
}

const (
	policyStart = `<meta http-equiv="Content-Security-Policy" content="`
	policyEnd   = `">`
)

// withoutPolicy takes the policy out of a page: a second one allows no more.
func withoutPolicy(page []byte) (rest []byte, policy string) {
	before, after, found := bytes.Cut(page, []byte(policyStart))
	value, after, ended := bytes.Cut(after, []byte(policyEnd))
	if !found || !ended {
		return page, "default-src 'none'; img-src * data:; style-src 'unsafe-inline'"
	}
	return append(bytes.Clone(before), after...), html.UnescapeString(string(value))
}

// allow adds a source to a directive of a policy.
func allow(policy, directive, source string) string {
	directives := strings.Split(policy, ";")
	for i, d := range directives {
		if name, values, _ := strings.Cut(strings.TrimSpace(d), " "); name == directive {
			if strings.Contains(values, "'unsafe-inline'") { // which a hash would take back
				return policy
			}
			directives[i] = " " + name + " " + strings.TrimSpace(strings.TrimPrefix(values, "'none'")+" "+source)
			return strings.TrimSpace(strings.Join(directives, ";"))
		}
	}
	return policy + "; " + directive + " " + source
}

// hashSource names an element's text to a content security policy.
func hashSource(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
