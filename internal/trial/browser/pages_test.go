package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed/site"
)

// The control: the cases do what they are here for in a page that has no policy
// and is not cleaned.
func TestWithoutPolicyScriptsRun(t *testing.T) {
	b := newBrowser(t)
	tab := b.tab(t)
	// Until it is seen: a busy machine may look away too early.
	seen := func(body string, signs func(visit) int) {
		t.Helper()
		var v visit
		for range 20 {
			var err error
			v, err = b.open(tab, "control.html", servedPage{body: []byte("<!doctype html>" + body)})
			require.NoError(t, err)
			if signs(v) > 0 {
				return
			}
		}
		t.Errorf("%s: nothing was seen of it: %+v", body, v)
	}
	for _, content := range []string{
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<a href="javascript:alert(1)">x</a>`, `<svg onload=alert(1)>`,
	} {
		seen("<body>"+content, func(v visit) int { return len(v.Scripts) })
	}
	for _, content := range []string{`<meta http-equiv=refresh content="0;url=http://refresh.example/">`, `<img src=x>`, `<link rel=stylesheet href=//css.example/>`} {
		seen("<body>"+content, func(v visit) int { return len(v.Requests) })
	}
	seen("<link rel=preconnect href=https://preconnect.example>", func(visit) int { return len(b.strays()) }) // a connection made in advance
}

// A stranger's feed becomes a page in which nothing of it acts, with the page's
// policy and without it: cleaning does not lean on the policy.
func TestStrangers(t *testing.T) {
	b := newBrowser(t)
	cases := allCases(t)
	if !full {
		cases = everyNth(cases, 6)
	}
	run := buildCommand(t)
	dir := t.TempDir()

	pages := map[string][]byte{}
	for i, chunk := range chunks(cases, 250) {
		name := filepath.Join(dir, fmt.Sprintf("feed%d.json", i))
		require.NoError(t, os.WriteFile(name, strangersFeed(t, chunk), 0o644))
		pages[fmt.Sprintf("convert/%d.html", i)] = run.must(t, "convert", name, "--to", "html", "--quiet")
	}

	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer server.Close()
	var opml bytes.Buffer
	opml.WriteString(`<opml version="2.0"><body>`)
	for i := range chunks(cases, 250) {
		fmt.Fprintf(&opml, `<outline type="rss" text="Partner %d" xmlUrl="%s/feed%d.json"/>`, i, server.URL, i)
	}
	opml.WriteString(`</body></opml>`)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "partners.opml"), opml.Bytes(), 0o644))
	out := filepath.Join(dir, "public")
	run.must(t, "aggregate", filepath.Join(dir, "partners.opml"), "-o", out, "--state", filepath.Join(dir, "state"), "--allow-private",
		"--pause", "-1ns", "--days", "-1", "--letters", "-1", "--title", "All", "--url", siteURL, "--quiet", "--now", "2026-11-01")
	for path, data := range readPages(t, out) {
		pages["aggregate/"+path] = data
	}

	for path, data := range serveAll(t, model(t, everyNth(cases, 60)), site.Options{}) {
		pages["handler/"+path] = data.body
	}
	for i, chunk := range chunks(cases, 250) { // letters without a page stand whole in the newsletter's
		n := model(t, chunk)
		for _, l := range n.Letters {
			l.URL = ""
		}
		pages[fmt.Sprintf("whole/%d.html", i)] = serveAll(t, n, site.Options{})["index.html"].body
	}
	articles := 0
	for path, data := range pages {
		if strings.HasPrefix(path, "aggregate/") {
			articles += bytes.Count(data, []byte("<article"))
		}
	}
	require.Greater(t, articles, len(cases)/2, "most cases come through aggregate")

	served := map[string]servedPage{}
	for path, data := range pages {
		assert.Contains(t, string(data), `<meta http-equiv="Content-Security-Policy"`, path)
		served[path] = servedPage{body: data}
		served["bare/"+path] = servedPage{body: policies.ReplaceAll(data, nil)}
	}
	b.check(t, served, func(r request) bool { return r.Type == "Image" && strings.HasPrefix(r.URL, "https://") }, true)
}

// Letters of one's own folder and a newsletter whose HTML is trusted may hold
// anything: the page's policy keeps it from acting, whether it is a header or
// stands in the page, and a refresh, which no policy stops, is taken out.
func TestTrusted(t *testing.T) {
	b := newBrowser(t)
	cases := allCases(t)
	run := buildCommand(t)
	step := 60
	if full {
		step = 20
	}
	cases = everyNth(cases, step)
	served := map[string]servedPage{}

	n := model(t, cases)
	for path, p := range serveAll(t, n, site.Options{TrustHTML: true}) {
		served["handler/"+path] = servedPage{header: p.header, body: policies.ReplaceAll(p.body, nil)}
	}
	served["handler/index.html"] = servedPage{body: serveAll(t, n, site.Options{TrustHTML: true})["index.html"].body}

	dir := t.TempDir()
	folder := filepath.Join(dir, "letters")
	require.NoError(t, os.Mkdir(folder, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "newsletter.yaml"), []byte("title: Own\nurl: "+siteURL+"\nlanguage: en\nauthors: [Own]\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "x"), nil, 0o644))
	for i, content := range cases {
		text := fmt.Sprintf("---\ntitle: Case %d\ndate: 2026-01-01\n---\n%s\n", i, content)
		require.NoError(t, os.WriteFile(filepath.Join(folder, fmt.Sprintf("case%d.md", i)), []byte(text), 0o644))
	}
	for i, flag := range []string{"--rawHTML=false", "--rawHTML=true"} {
		out := filepath.Join(dir, fmt.Sprint("public", i))
		built := buildWhatCanBe(t, run, folder, out, flag)
		t.Logf("build %s: %d of %d letters; the others are refused as faulty", flag, built, len(cases))
		for path, data := range readPages(t, out) {
			served[fmt.Sprintf("build%d/%s", i, path)] = servedPage{body: data}
		}
	}
	b.check(t, served, func(r request) bool {
		return r.Type == "Image" || r.Type == "Media" || r.Type == "Document" && strings.HasPrefix(r.URL, "https://frame")
	}, false)
}

// check opens all pages and reports what scripts ran and which requests were
// made that are not allowed.
func (b *browser) check(t *testing.T, served map[string]servedPage, allowed func(request) bool, cleaned bool) {
	var paths []string
	for path := range served {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	queue := make(chan string)
	var done sync.WaitGroup
	var mu sync.Mutex
	scripts, requests, refused := 0, 0, 0
	var connected []string // in advance of a request that is allowed
	for range 3 {
		tab := b.tab(t)
		done.Go(func() {
			for path := range queue {
				v, err := b.open(tab, path, served[path])
				mu.Lock()
				assert.NoError(t, err)
				assert.Empty(t, v.Scripts, "%s: scripts ran", path)
				scripts += len(v.Scripts)
				for _, r := range v.Requests {
					requests++
					if !assert.True(t, allowed(r), "%s: requested %s %.200s", path, r.Type, r.URL) {
						refused++
					} else if u, err := url.Parse(r.URL); err == nil {
						connected = append(connected, "CONNECT //"+u.Hostname()+":443")
					}
				}
				if cleaned {
					assert.Empty(t, v.Odd, "%s: can act", path)
				}
				mu.Unlock()
			}
		})
	}
	for _, path := range paths {
		queue <- path
	}
	close(queue)
	done.Wait()
	strays := slices.DeleteFunc(b.strays(), func(s string) bool { return slices.Contains(connected, s) })
	assert.Empty(t, strays, "connections for no request that is allowed")
	t.Logf("%d pages: %d scripts ran; %d requests that the policy allows, %d that it doesn't", len(paths), scripts, requests-refused, refused)
}

// policies are the page's own statements of its policies.
var policies = regexp.MustCompile(`<meta (http-equiv="Content-Security-Policy"|name="referrer")[^>]*>\n`)

// strangersFeed is a JSON Feed with the cases in every field that a page shows.
func strangersFeed(t *testing.T, cases []string) []byte {
	type object = map[string]any
	var items []object
	for i, c := range cases {
		address := "javascript:alert(1)//" + fmt.Sprint(i)
		if i%2 == 0 {
			address = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
		}
		items = append(items, object{
			"id": fmt.Sprintf("https://partner.example/%d/%d", len(c), i), "url": address, "title": fmt.Sprint(i, " ", c), "summary": c, "content_html": c,
			"date_published": "2026-01-01T00:00:00Z", "image": address, "banner_image": "http://127.0.0.1/banner.png", "tags": []string{c}, "external_url": address,
			"authors":     []object{{"name": c, "url": address, "avatar": "http://avatar.example/pixel.gif"}, {"name": "B", "avatar": address}},
			"attachments": []object{{"url": address, "mime_type": `text/html" onclick="alert(1)`, "title": c, "size_in_bytes": 1}},
		})
	}
	data, err := json.Marshal(object{
		"version": "https://jsonfeed.org/version/1.1", "title": `Partner <script>alert(1)</script>`, "home_page_url": "https://partner.example/",
		"description": `"><img src=x onerror=alert(1)>`, "icon": "http://icon.example/x.png", "favicon": "data:image/svg+xml,<svg onload='alert(1)'/>",
		"language": `en"><script>alert(1)</script>`, "authors": []object{{"name": "<b onclick=alert(1)>", "url": "javascript:alert(1)", "avatar": "data:image/png;base64,AAAA"}},
		"items": items,
	})
	require.NoError(t, err)
	return data
}

// model is a newsletter that a program made of the cases, each letter with a page
// of its own.
func model(t *testing.T, cases []string) *newsletter.Newsletter {
	n := &newsletter.Newsletter{Title: "<script>alert(1)</script>", URL: siteURL, Language: "en", Image: "http://logo.example/x.png", Icon: "data:image/svg+xml,<svg onload='alert(1)'/>"}
	for i, c := range cases {
		address := fmt.Sprintf("%s%d.html", siteURL, i)
		n.Letters = append(n.Letters, &newsletter.Letter{
			ID: address, URL: address, Title: fmt.Sprint(i, " ", c), Summary: c, Content: c, Kind: c,
			Authors: []newsletter.Author{{Name: "A <script>", Organization: c, URL: "https://author.example/", Avatar: "http://avatar.example/pixel.gif"}},
			Image:   "http://127.0.0.1/letter.png", Links: []newsletter.Link{{URL: "https://link.example/", Title: c}},
			Categories: []newsletter.Category{{Term: c}},
		})
	}
	n.Repair()
	return n
}

// serveAll returns the pages that the site's handler serves of a newsletter.
func serveAll(t *testing.T, n *newsletter.Newsletter, o site.Options) map[string]servedPage {
	h := site.Handler(func(context.Context) (*newsletter.Newsletter, error) { return n, nil }, o)
	pages := map[string]servedPage{}
	files, err := site.Files(n, o)
	require.NoError(t, err)
	for _, f := range files {
		if f.MediaType != "text/html" {
			continue
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+f.Path, nil))
		require.Equal(t, http.StatusOK, w.Code, f.Path)
		header := http.Header{}
		for _, name := range []string{"Content-Security-Policy", "Referrer-Policy"} {
			header.Set(name, w.Header().Get(name))
		}
		pages[f.Path] = servedPage{header: header, body: w.Body.Bytes()}
	}
	require.NotEmpty(t, pages)
	return pages
}

// A command runs the command, and returns what it prints.
type command func(args ...string) (stdout []byte, stderr string, err error)

// buildBinary builds the command, and returns where it is.
func buildBinary(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "newsletter")
	out, err := exec.Command("go", "build", "-o", path, "github.com/automationregion/newsletter/cmd/newsletter").CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

func buildCommand(t *testing.T) command {
	path := buildBinary(t)
	return func(args ...string) ([]byte, string, error) {
		var stderr bytes.Buffer
		cmd := exec.CommandContext(t.Context(), path, args...)
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		return out, stderr.String(), err
	}
}

func (c command) must(t *testing.T, args ...string) []byte {
	out, stderr, err := c(args...)
	require.NoError(t, err, stderr)
	return out
}

// faulty finds the letter in a line that says what is wrong with it.
var faulty = regexp.MustCompile(`(?m)^(\S+?\.md):`)

// buildWhatCanBe builds the folder without the letters that are faulty, and
// returns how many are not.
func buildWhatCanBe(t *testing.T, c command, folder, out, flag string) int {
	for range 10 {
		_, stderr, err := c("build", folder, "-o", out, "--now", "2026-11-01", flag)
		if err == nil {
			left, err := filepath.Glob(filepath.Join(folder, "*.md"))
			require.NoError(t, err)
			return len(left)
		}
		letters := faulty.FindAllStringSubmatch(stderr, -1)
		require.NotEmpty(t, letters, stderr)
		for _, m := range letters {
			os.Remove(m[1])
		}
	}
	t.Fatal("the folder stays faulty")
	return 0
}

// readPages returns the HTML files below a folder.
func readPages(t *testing.T, dir string) map[string][]byte {
	pages := map[string][]byte{}
	require.NoError(t, filepath.Walk(dir, func(path string, _ os.FileInfo, err error) error {
		if err != nil || !strings.HasSuffix(path, ".html") {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		pages[filepath.ToSlash(rel)], err = os.ReadFile(path)
		return err
	}))
	require.NotEmpty(t, pages)
	return pages
}

func chunks(all []string, n int) (list [][]string) { return slices.Collect(slices.Chunk(all, n)) }

func everyNth(all []string, n int) (some []string) {
	for i := 0; i < len(all); i += n {
		some = append(some, all[i])
	}
	return some
}
