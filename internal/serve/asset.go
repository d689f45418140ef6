package serve

import (
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/automationregion/newsletter/internal/regular"
)

// Sandbox is the content security policy of a file that somebody laid beside the
// letters and that a browser may show as a page: nothing in it runs, asks for anything or
// is of this host. Styles and pictures that stand in it show.
const Sandbox = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

// Feed is that of a document in XML, such as a feed that a browser is led to.
const Feed = "default-src 'none'; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'"

// Asset answers with a file that nobody vouches for.
func Asset(w http.ResponseWriter, r *http.Request, name string, changed time.Time, content io.ReadSeeker) {
	mediaType := mime.TypeByExtension(path.Ext(name))
	if mediaType == "" {
		head := make([]byte, sniffed)
		n, _ := io.ReadFull(content, head)
		if _, err := content.Seek(0, io.SeekStart); err != nil {
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			return
		}
		if mediaType = http.DetectContentType(head[:n]); !isStill(mediaType) {
			mediaType = "application/octet-stream" // its name doesn't say that it is a page
		}
	}
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("X-Content-Type-Options", "nosniff")
	if !isStill(mediaType) {
		h.Set("Content-Security-Policy", Sandbox)
	}
	http.ServeContent(w, r, name, changed, content)
}

// sniffed is how many bytes tell what a file is.
const sniffed = 512

// stillTypes are those that browsers show without running anything, or save.
var stillTypes = []string{
	"application/epub+zip", "application/gzip", "application/json", "application/msword", "application/octet-stream", "application/pdf", "application/zip",
	"text/calendar", "text/css", "text/csv", "text/markdown", "text/plain", "text/vtt",
}

// isStill reports whether a browser runs nothing of a file of this type.
func isStill(mediaType string) bool {
	essence, _, _ := strings.Cut(strings.ToLower(mediaType), ";")
	essence = strings.TrimSpace(essence)
	kind, name, _ := strings.Cut(essence, "/")
	switch kind {
	case "audio", "font", "image", "video":
		return !strings.HasSuffix(name, "xml")
	}
	return slices.Contains(stillTypes, essence)
}

// activeEndings are of files that browsers show as pages.
var activeEndings = []string{".htm", ".html", ".mht", ".mhtml", ".shtml", ".svg", ".svgz", ".xht", ".xhtml", ".xml", ".xsl", ".xslt"}

// IsActive reports whether some server and browser would run what a file says, by its
// name and, where that says nothing, by how it begins.
func IsActive(name string, content io.Reader) bool {
	ending := strings.ToLower(path.Ext(name))
	if slices.Contains(activeEndings, ending) {
		return true
	}
	if ending != "" && mime.TypeByExtension(ending) != "" {
		return false
	}
	head := make([]byte, sniffed)
	n, _ := io.ReadFull(content, head)
	return !isStill(http.DetectContentType(head[:n]))
}

// FolderFile answers with a regular file in a folder, as [Asset] does.
func FolderFile(w http.ResponseWriter, r *http.Request, dir, name string) {
	file, err := regular.OpenIn(dir, name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		http.NotFound(w, r)
		return
	}
	Asset(w, r, path.Base(name), info.ModTime(), file)
}
