package browser

import (
	"bufio"
	"context"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Who writes a letter with the preview open sees what is saved, and what is wrong with
// it, without a hand on the browser.
func TestPreviewShowsWhatIsSaved(t *testing.T) {
	b := newBrowser(t)
	dir := t.TempDir()
	letter := filepath.Join(dir, "first.md")
	save := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	save("newsletter.yaml", "title: Letters\nurl: https://example.org/letters/\nlanguage: en\nauthors: [Staff, Example Region]\n")
	save("first.md", "---\ntitle: First\ndate: 2026-01-02\n---\nOne thought.\n")
	save("draft.md", "---\ntitle: Sketch\ndate: 2026-01-03\ndraft: true\n---\nNot yet.\n")
	save("future.md", "---\ntitle: Tomorrow\ndate: 2099-01-01\n---\nSoon.\n")
	preview := startPreview(t, buildBinary(t), dir)
	b.mu.Lock()
	b.forward = map[string]bool{preview.address.Host: true}
	b.mu.Unlock()

	tab, cancel := chromedp.NewContext(b.ctx)
	defer cancel()
	require.NoError(t, chromedp.Do(tab))
	_, err := chromedp.Call(tab, page.BringToFront, cdp.Empty{})
	require.NoError(t, err)
	open := func(path string) {
		_, err := chromedp.Call(tab, page.Navigate, page.NavigateParams{URL: preview.address.JoinPath(path).String()})
		require.NoError(t, err)
	}

	open("/")
	text := awaitText(t, tab, "First")
	assert.Regexp(t, `(?i)a draft\s+Sketch`, text, "a draft is marked")
	assert.Regexp(t, `(?i)dated 2099-01-01\s+Tomorrow`, text, "so is a letter of the future")

	open("/first/")
	awaitText(t, tab, "One thought.")
	save("first.md", "---\ntitle: First\ndate: 2026-01-02\n---\nOne thought. A second thought.\n")
	awaitText(t, tab, "A second thought.")

	save("first.md", "---\ntitle: First\ndate: yesterday\n---\nOne thought. A second thought.\n")
	text = awaitText(t, tab, "first.md:3:7")
	assert.Contains(t, text, `found "yesterday"`)
	assert.Contains(t, text, "A second thought.", "the page is there still")
	assert.Eventually(t, func() bool { return strings.Contains(preview.said(), "first.md:3:7") }, 10*time.Second, 20*time.Millisecond, "the terminal says it too")

	save("first.md", "---\ntitle: First\ndate: 2026-01-05\n---\nOne thought. A third one.\n")
	text = awaitText(t, tab, "A third one.")
	assert.NotContains(t, text, "first.md", "what is mended is said no more")
	assert.FileExists(t, letter)

	open("/rss.xml")
	text = awaitText(t, tab, "First")
	assert.NotContains(t, text, "Sketch", "the feed is as it will be published")

	start := time.Now()
	require.NoError(t, preview.cmd.Process.Signal(syscall.SIGINT))
	require.NoError(t, preview.cmd.Wait())
	assert.Less(t, time.Since(start), 5*time.Second, "an open page doesn't hold it up")
}

// A preview is one that runs.
type preview struct {
	cmd     *exec.Cmd
	address *url.URL
	mu      sync.Mutex
	stderr  strings.Builder
}

func (p *preview) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.Write(b)
}

// said is what it said on standard error.
func (p *preview) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.String()
}

func startPreview(t *testing.T, binary, dir string) *preview {
	p := &preview{}
	p.cmd = exec.Command(binary, "preview", dir, "--addr", "127.0.0.1:0")
	p.cmd.Stderr = p
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() { p.cmd.Process.Kill() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err, p.said())
	p.address, err = url.Parse(strings.TrimSpace(line))
	require.NoError(t, err)
	return p
}

// awaitText waits until the page that is open shows a text, and returns all that it
// shows.
func awaitText(t *testing.T, tab context.Context, want string) (text string) {
	t.Helper()
	yes := true
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		// A page that is just left has no answer.
		result, err := chromedp.Call(tab, runtime.Evaluate, runtime.EvaluateParams{ReturnByValue: &yes, Expression: `(document.body ?? document.documentElement)?.innerText ?? document.documentElement?.textContent ?? ""`})
		if err == nil && json.Unmarshal(result.Result.Value, &text) == nil && strings.Contains(text, want) {
			return text
		}
	}
	require.Fail(t, "the page doesn't show what is expected", "expected %q, found:\n%s", want, text)
	return ""
}

// What lies beside the letters of somebody else's pull request runs nothing in the
// preview, and reads no draft; its styles and pictures show.
func TestPreviewRunsNothingOfFilesBesideTheLetters(t *testing.T) {
	b := newBrowser(t)
	dir := t.TempDir()
	save := func(name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	save("newsletter.yaml", "title: Letters\nurl: https://example.org/letters/\nlanguage: en\nauthors: [Staff, Example Region]\n")
	save("first.md", "---\ntitle: First\ndate: 2026-01-02\n---\n[beside](beside.svg)\n")
	save("draft.md", "---\ntitle: Sketch\ndate: 2026-01-03\ndraft: true\n---\nThe secret.\n")
	const script = `const r = document.documentElement; r.setAttribute("ran", ""); fetch("/letters/draft/").then(a => a.text()).then(t => r.setAttribute("read", t), e => r.setAttribute("read", e))`
	const frame = `<iframe xmlns="http://www.w3.org/1999/xhtml" src="/letters/draft/"></iframe>`
	svg := `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload='` + script + `'><style>rect{fill:rgb(1,2,3)}</style><rect width="9" height="9"/><script>` + script + `</script><foreignObject>` + frame + `</foreignObject></svg>`
	html := `<!DOCTYPE html><style>body{color:rgb(1,2,3)}</style><body onload='` + script + `'>shown<script>` + script + `</script><img src=x onerror='` + script + `'>` + frame
	xml := `<html xmlns="http://www.w3.org/1999/xhtml"><body>shown<script>` + strings.ReplaceAll(script, "=>", "=&gt;") + `</script>` + frame + `</body></html>`
	svg = strings.ReplaceAll(svg, "=>", "=&gt;")
	files := map[string]string{"beside.svg": svg, "static/a.svg": svg, "static/a.html": html, "static/a.xhtml": xml, "static/a.xml": xml, "static/a": html, "static/a.qqq": xml}
	for name, text := range files {
		save(name, text)
	}
	preview := startPreview(t, buildBinary(t), dir)
	b.mu.Lock()
	b.forward = map[string]bool{preview.address.Host: true}
	b.mu.Unlock()
	for name := range files {
		t.Run(name, func(t *testing.T) {
			tab, cancel := chromedp.NewContext(b.ctx)
			defer cancel()
			require.NoError(t, chromedp.Do(tab))
			address := preview.address.JoinPath(strings.TrimPrefix(name, "static/")).String()
			answer, err := chromedp.Call(tab, page.Navigate, page.NavigateParams{URL: address})
			require.NoError(t, err)
			if answer.ErrorText != "" {
				assert.Contains(t, answer.ErrorText, "ERR_ABORTED", "it is saved, and not shown")
				return
			}
			time.Sleep(500 * time.Millisecond)
			yes := true
			result, err := chromedp.Call(tab, runtime.Evaluate, runtime.EvaluateParams{ReturnByValue: &yes, Expression: `(() => {
				const r = document.documentElement, e = r.querySelector("rect") ?? r.querySelector("body");
				return {url: location.href, origin: self.origin, ran: r.hasAttribute("ran"), read: r.getAttribute("read") ?? "", color: e && getComputedStyle(e).fill + getComputedStyle(e).color, framed: [...document.querySelectorAll("iframe")].some(f => f.contentDocument)};
			})()`})
			require.NoError(t, err)
			var did struct {
				URL, Origin, Read, Color string
				Ran, Framed              bool
			}
			require.NoError(t, json.Unmarshal(result.Result.Value, &did), result.Result.Description)
			require.Equal(t, address, did.URL, "it is shown")
			assert.False(t, did.Ran)
			assert.Empty(t, did.Read)
			assert.False(t, did.Framed)
			assert.Equal(t, "null", did.Origin)
			if strings.Contains(name, "svg") || strings.Contains(name, "html") && !strings.Contains(name, "xhtml") {
				assert.Contains(t, did.Color, "rgb(1, 2, 3)", "styles show")
			}
		})
	}
}
