package main

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
	"time"

	"github.com/automationregion/newsletter/cmd/newsletter/internal/say"
	"github.com/automationregion/newsletter/internal/plaintext"
	"github.com/automationregion/newsletter/internal/serve"
)

//go:embed preview
var previewFiles embed.FS

var previewTemplates = template.Must(template.ParseFS(previewFiles, "preview/*.html"))

// previewEvents is where a page hears that there is another version. No letter
// has an address that is hidden.
const previewEvents = "/.newsletter/version"

// A previewServer answers with what the previewer shows.
type previewServer struct {
	p    *previewer
	host string // address that it listens on,
	name string // and the host as it was stated
}

func (s *previewServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	switch {
	case !s.isOwn(r.Host):
		http.Error(w, "Preview answers to its IP address, to localhost, and to the host of --addr.", http.StatusForbidden)
	case !serve.ReadOnly(w, r): // answered
	case r.URL.Path == previewEvents:
		s.events(w, r)
	default:
		s.file(w, r, s.p.shown.Load())
	}
}

// isOwn reports whether a request is meant for this server. A site on the web
// whose name leads here must not read drafts.
func (s *previewServer) isOwn(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	name = strings.ToLower(name)
	_, err = netip.ParseAddr(name)
	return err == nil || name == "localhost" || strings.HasSuffix(name, ".localhost") || s.name != "" && strings.EqualFold(name, s.name)
}

// previewPulse is how often a connection is used, so that one that is dead ends.
const previewPulse = 20 * time.Second

// events tells a page the version that there is to see, and each that comes.
func (s *previewServer) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	control := http.NewResponseController(w)
	pulse := time.NewTicker(previewPulse)
	defer pulse.Stop()
	for {
		next := s.p.waits()
		if _, err := fmt.Fprintf(w, "retry: 500\nevent: version\ndata: %s\n\n", s.p.shown.Load().version); err != nil {
			return
		}
		if control.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-next:
		case <-pulse.C:
		}
	}
}

// file answers with a file: below the path of the newsletter's URL, or at the
// root for those who look for it there.
func (s *previewServer) file(w http.ResponseWriter, r *http.Request, now *previewed) {
	if r.URL.Path == "/" && now.home != "/" {
		redirect(w, now.home)
		return
	}
	name, below := strings.CutPrefix(r.URL.Path, now.home)
	if !below {
		name = strings.TrimPrefix(r.URL.Path, "/")
	}
	for _, candidate := range [...]string{name, path.Join(name, "index.html")} {
		c, ok := now.files[candidate]
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
	if len(now.files) == 0 {
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
func (s *previewServer) nothing(w http.ResponseWriter, now *previewed, status int, title, text string) {
	data := struct{ Title, Text, Home string }{title, plaintext.Line(text), ""}
	if len(now.files) > 0 {
		data.Home = now.home
	}
	var b bytes.Buffer
	if err := previewTemplates.ExecuteTemplate(&b, "nothing.html", data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	s.send(w, now, status, "text/html; charset=utf-8", b.Bytes())
}

// send answers with a document; a page also says what is wrong, and is loaded
// again when there is another.
func (s *previewServer) send(w http.ResponseWriter, now *previewed, status int, mediaType string, data []byte) {
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

// previewFile returns a file that goes into pages.
func previewFile(name string) string {
	data, _ := previewFiles.ReadFile("preview/" + name) // they are embedded
	return string(data)
}

var (
	bannerStyle  = previewFile("banner.css")
	bannerScript = previewFile("reload.js")
)

// maxBannerFaults is how many faults a page shows.
const maxBannerFaults = 20

// withBanner adds to a page what preview says. The policy that stands in the page
// becomes one that allows the banner's style and script, and those alone, beside
// what it allowed.
func withBanner(page []byte, now *previewed) (with []byte, policy string, err error) {
	type line struct{ Place, Message string }
	data := struct {
		Version string
		Count   string
		Faults  []line
		More    int
		Refused bool
	}{Version: now.version, Count: say.Count(len(now.faults), "fault"), Refused: now.refused}
	for _, f := range now.faults[:min(len(now.faults), maxBannerFaults)] {
		said := f.String()
		message := plaintext.Line(f.Message)
		place, _ := strings.CutSuffix(strings.TrimSuffix(said, message), ": ")
		data.Faults = append(data.Faults, line{place, message})
	}
	data.More = len(now.faults) - len(data.Faults)
	var banner bytes.Buffer
	if err := previewTemplates.ExecuteTemplate(&banner, "banner.html", data); err != nil {
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
