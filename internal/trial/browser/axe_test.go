package browser

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/internal/sample"
)

// longLetter is a newsletter with a letter that has a table of contents.
func longLetter() *newsletter.Newsletter {
	n := sample.Village()
	paragraph := "<p>" + strings.Repeat("Varje företag fick låna maskinerna en vecka. ", 30) + "</p>"
	n.Letters[1].Content = "<h2>Vad vi gjorde</h2>" + paragraph + "<h3>Siffror</h3>" + paragraph + "<h2>Vad det kostade</h2>" + paragraph
	return n
}

// What axe-core can tell of WCAG 2.2 AA, it finds no fault with in any page.
// $NEWSLETTER_AXE is the path of its axe.min.js.
func TestAccessible(t *testing.T) {
	name := os.Getenv("NEWSLETTER_AXE")
	if name == "" {
		t.Skip("NEWSLETTER_AXE names no axe.min.js: nothing is known of who can't read the pages")
	}
	axe, err := os.ReadFile(name)
	require.NoError(t, err)
	b := newBrowser(t)
	tab := b.tab(t)
	pages := serveAll(t, sample.Full(), site.Options{TrustHTML: true, PageSize: 2, Lists: []site.ListBy{site.ByKind, site.ByCategory, site.ByAuthor, site.ByLanguage}})
	for path, p := range serveAll(t, longLetter(), site.Options{}) {
		if path == "rapport.html" {
			require.Contains(t, string(p.body), `<nav class="contents"`)
			pages["long/"+path] = p
		}
	}
	pages["control"] = servedPage{body: []byte("<!doctype html><title></title><p style='color:#eee;background:#fff'>x<img src=x>")}
	command := buildCommand(t)
	for _, look := range []string{"harbour", "board"} {
		out := filepath.Join(t.TempDir(), look)
		command.must(t, "build", "../../../examples/looks/"+look, "-o", out)
		for path, page := range readPages(t, out) {
			pages[look+"/"+path] = servedPage{body: page}
		}
	}
	rules := map[string]bool{}
	for path, p := range pages {
		for _, view := range []struct {
			scheme string
			width  int64
		}{{"light", 1280}, {"dark", 360}, {"light", 360}, {"dark", 1280}} {
			scheme := view.scheme
			if view.width == 360 && !strings.Contains(path, "/") {
				continue
			}
			_, err = chromedp.Call(tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: view.width, Height: 800, DeviceScaleFactor: 1, Mobile: view.width < 500})
			require.NoError(t, err)
			_, err := chromedp.Call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			require.NoError(t, err)
			_, err = b.open(tab, path, p)
			require.NoError(t, err)
			_, err = chromedp.Call(tab, runtime.Evaluate, runtime.EvaluateParams{Expression: string(axe) + ";0"})
			require.NoError(t, err)
			yes := true
			result, err := chromedp.Call(tab, runtime.Evaluate, runtime.EvaluateParams{AwaitPromise: &yes, ReturnByValue: &yes, Expression: `
			axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"]})
				.then(r => ({passes: r.passes.map(p => p.id), violations: r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).join(" | "))}))`})
			require.NoError(t, err)
			media, err := chromedp.Call(tab, runtime.Evaluate, runtime.EvaluateParams{ReturnByValue: &yes, Expression: `matchMedia("(prefers-color-scheme: ` + scheme + `)").matches`})
			require.NoError(t, err)
			require.Equal(t, "true", string(media.Result.Value), "the browser shows the page as it was told")
			wide, err := chromedp.Call(tab, runtime.Evaluate, runtime.EvaluateParams{ReturnByValue: &yes, Expression: "document.documentElement.scrollWidth <= innerWidth"})
			require.NoError(t, err)
			assert.True(t, path == "control" || string(wide.Result.Value) == "true", "%s is wider than %d pixels", path, view.width)
			var found struct{ Passes, Violations []string }
			require.NoError(t, json.Unmarshal(result.Result.Value, &found), result.Result.Description)
			if path == "control" {
				assert.NotEmpty(t, found.Violations, "the control has faults")
				continue
			}
			assert.Empty(t, found.Violations, "%s, %s, %d pixels", path, scheme, view.width)
			for _, rule := range found.Passes {
				rules[rule] = true
			}
		}
	}
	t.Logf("%d pages in light and dark, %d rules passed", len(pages)-1, len(rules))
}
