package browser

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/internal/sample"
)

// Who opens a feed in a browser sees what it is and what is in it: what the newsletter
// is called, the titles of its letters, and no HTML as text. What an element of a feed
// says to a browser, it doesn't do. With $NEWSLETTER_PICTURES, a folder, pictures of
// both are put there.
func TestFeedsAreShown(t *testing.T) {
	b := newBrowser(t)
	n := sample.Village()
	n.URL, n.FeedURL = siteURL, siteURL+"rss.xml"
	n.Letters[2].Summary = "" // its description is HTML
	n.Letters = append(n.Letters, &newsletter.Letter{
		ID: "tag:byn.example,2022:fult", Title: "Ett fult brev", Published: n.Letters[0].Published, Content: "<p>HTML som ingen vill läsa</p>",
		Extensions: newsletter.Extensions{Elements: []newsletter.Extension{
			{Namespace: "http://www.w3.org/1999/xhtml", Prefix: "h", Name: "script", Text: "document.documentElement.setAttribute('ran', '')"},
		}},
	})
	h := site.Handler(func(context.Context) (*newsletter.Newsletter, error) { return n, nil })
	const accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for _, path := range []string{"rss.xml", "atom.xml", "feed.css"} {
		r := httptest.NewRequest(http.MethodGet, "/"+path, nil)
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, http.StatusOK, w.Code)
		b.pages["/n/"+path] = servedPage{header: w.Header(), body: w.Body.Bytes()}
	}
	for _, path := range []string{"rss.xml", "atom.xml"} {
		t.Run(path, func(t *testing.T) {
			tab, cancel := chromedp.NewContext(b.ctx)
			defer cancel()
			require.NoError(t, chromedp.Do(tab))
			loaded := make(chan struct{}, 8)
			require.NoError(t, chromedp.Listen(tab, func(event any) {
				if _, ok := event.(*page.EventLoadEventFired); ok {
					loaded <- struct{}{}
				}
			}))
			_, err := chromedp.Call(tab, page.Navigate, page.NavigateParams{URL: siteURL + path})
			require.NoError(t, err)
			<-loaded
			yes := true
			result, err := chromedp.Call(tab, runtime.Evaluate, runtime.EvaluateParams{ReturnByValue: &yes, Expression: `(() => {
				const root = document.documentElement;
				const seen = [...document.querySelectorAll("*")].filter(e => {
					for (let up = e; up; up = up.parentElement) if (getComputedStyle(up).display === "none") return false;
					return e.getClientRects().length > 0;
				});
				const texts = seen.filter(e => !e.children.length).map(e => e.textContent.trim());
				return {root: root.localName, ran: root.hasAttribute("ran"), says: getComputedStyle(root, "::before").content,
					texts, wide: root.scrollWidth > innerWidth, styles: document.styleSheets.length};
			})()`})
			require.NoError(t, err)
			var shown struct {
				Root, Says string
				Texts      []string
				Ran, Wide  bool
				Styles     int
			}
			require.NoError(t, json.Unmarshal(result.Result.Value, &shown), result.Result.Description)
			assert.Equal(t, map[string]string{"rss.xml": "rss", "atom.xml": "feed"}[path], shown.Root, "the browser takes it for XML")
			assert.Equal(t, 1, shown.Styles)
			assert.Contains(t, shown.Says, "Kopiera sidans adress till din flödesläsare")
			assert.Contains(t, shown.Texts, n.Title)
			assert.Contains(t, shown.Texts, n.Description)
			for _, l := range n.Letters {
				if !strings.Contains(l.Title, "<") { // which stands there as HTML
					assert.Contains(t, append(shown.Texts, ""), l.Title)
				}
			}
			assert.Contains(t, shown.Texts, n.Letters[1].Summary)
			for _, text := range shown.Texts {
				assert.NotContains(t, text, "<p>", "HTML is not for reading")
				assert.NotContains(t, text, "urn:", "nor what is for programs")
				assert.NotContains(t, text, "tag:")
			}
			assert.False(t, shown.Ran, "a script in a feed ran")
			assert.False(t, shown.Wide)
			if dir := os.Getenv("NEWSLETTER_PICTURES"); dir != "" {
				picture, err := chromedp.Call(tab, page.CaptureScreenshot, page.CaptureScreenshotParams{})
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(dir+"/"+path+".png", []byte(picture.Data), 0o644))
			}
		})
	}
}
