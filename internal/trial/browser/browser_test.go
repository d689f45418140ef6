package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/debugger"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// siteURL is where the pages are, as the browser has it. All that it asks for
// comes to this test, whatever the host.
const siteURL = "http://site.example/n/"

// faviconURL is what a browser asks for of its own accord where a page has no
// icon.
const faviconURL = "http://site.example/favicon.ico"

// chromium says whether Chromium has to be there, and all cases go along all
// ways ("required"), or it is not to be started ("none").
var chromium = os.Getenv("NEWSLETTER_CHROMIUM")

var full = chromium == "required"

// A browser is Chromium with a network that ends in this test.
type browser struct {
	ctx   context.Context
	mu    sync.Mutex
	pages map[string]servedPage // by path
	stray []string              // requests that no page was seen to make

	forward map[string]bool // hosts that requests are sent on to
}

type servedPage struct {
	header http.Header
	body   []byte
}

func newBrowser(t *testing.T) *browser {
	if chromium == "none" {
		t.Skip("NEWSLETTER_CHROMIUM is none")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if full {
			t.Fatal("NEWSLETTER_CHROMIUM is required, and there is no chromium")
		}
		t.Skip("no chromium is installed: nothing is known of what pages do in a browser")
	}
	b := &browser{pages: map[string]servedPage{}}
	proxy := httptest.NewServer(http.HandlerFunc(b.answer))
	t.Cleanup(proxy.Close)
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.ProxyServer(proxy.URL), chromedp.Flag("proxy-bypass-list", "<-loopback>"),
		chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(t.TempDir()))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx), "chromium doesn't start")
	b.ctx = ctx
	return b
}

// ownHosts are those that Chromium asks of its own accord.
var ownHosts = []string{"google.com", "googleapis.com", "gvt1.com", "gstatic.com", "chromium.org"}

// answer is the network of the browser.
func (b *browser) answer(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	forward := b.forward[r.URL.Host]
	b.mu.Unlock()
	if forward { // for as long as it takes
		(&httputil.ReverseProxy{Rewrite: func(*httputil.ProxyRequest) {}, FlushInterval: -1}).ServeHTTP(w, r)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	p, ok := b.pages[r.URL.Path]
	if ok && r.URL.Host == "site.example" {
		for name, values := range p.header {
			w.Header()[name] = values
		}
		if w.Header().Get("Content-Type") == "" {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		w.Write(p.body)
		return
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	if r.URL.String() != faviconURL && !slices.ContainsFunc(ownHosts, func(own string) bool { return host == own || strings.HasSuffix(host, "."+own) }) {
		b.stray = append(b.stray, r.Method+" "+r.URL.String())
	}
	w.WriteHeader(http.StatusBadGateway)
}

// A request is one that a page makes beside the one for itself.
type request struct{ Type, URL string }

// A visit is what a page did while it was open.
type visit struct {
	Scripts  []string // where the scripts are that ran, or were to run
	Requests []request
	Odd      []string // elements and attributes that can act
}

// settle is how long a page has after it was loaded: one that sends its readers
// on does so at once.
const settle = 40 * time.Millisecond

// open opens a page, does to it what readers might, and returns what it did.
func (b *browser) open(tab context.Context, path string, p servedPage) (v visit, err error) {
	address := siteURL + (&url.URL{Path: path}).EscapedPath()
	b.mu.Lock()
	b.pages["/n/"+path] = p
	b.mu.Unlock()
	ctx, cancel := context.WithCancel(tab) // ends the listening, not the tab
	defer cancel()
	lines := bytes.Split(p.body, []byte("\n"))
	var mu sync.Mutex
	loads := 0
	loaded := make(chan struct{}, 8)
	var answers sync.WaitGroup
	err = chromedp.Listen(ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := event.(type) {
		case *debugger.EventScriptParsed:
			if e.URL == pokeURL || strings.HasPrefix(e.URL, "chrome") {
				return
			}
			where := e.URL
			if e.URL == address && e.StartLine < int64(len(lines)) {
				where = excerpt(lines[e.StartLine], int(e.StartColumn))
			}
			v.Scripts = append(v.Scripts, where)
		case *page.EventJavascriptDialogOpening:
			v.Scripts = append(v.Scripts, "dialog "+e.Message)
			answers.Go(func() {
				chromedp.Call(tab, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
			})
		case *page.EventLoadEventFired:
			select {
			case loaded <- struct{}{}:
			default:
			}
		case *fetch.EventRequestPaused:
			if e.Request.URL == address && e.ResourceType == network.ResourceTypeDocument && loads == 0 {
				loads++
				answers.Go(func() {
					chromedp.Call(tab, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: e.RequestID})
				})
				return
			}
			if e.Request.URL != faviconURL {
				v.Requests = append(v.Requests, request{string(e.ResourceType), e.Request.URL + e.Request.URLFragment})
			}
			answers.Go(func() {
				chromedp.Call(tab, fetch.FailRequest, fetch.FailRequestParams{RequestID: e.RequestID, ErrorReason: network.ErrorReasonBlockedByClient})
			})
		}
	})
	if err != nil {
		return visit{}, err
	}
	err = b.visit(tab, address, &mu, &v, loaded)
	cancel()
	answers.Wait()
	mu.Lock()
	defer mu.Unlock()
	return v, err
}

// visit loads a page and pokes it, while what it does is added to v.
func (b *browser) visit(tab context.Context, address string, mu *sync.Mutex, v *visit, loaded <-chan struct{}) error {
	answer, err := chromedp.Call(tab, page.Navigate, page.NavigateParams{URL: address})
	if err != nil || answer.ErrorText != "" {
		return fmt.Errorf("%s: %s %w", address, answer.ErrorText, err)
	}
	select {
	case <-loaded:
	case <-time.After(10 * time.Second):
		return fmt.Errorf("%s: is not loaded after 10 seconds", address)
	}
	time.Sleep(settle)
	mu.Lock()
	requests := len(v.Requests)
	mu.Unlock()
	byValue := true
	result, err := chromedp.Call(tab, runtime.Evaluate, runtime.EvaluateParams{Expression: poke, ReturnByValue: &byValue})
	if err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	time.Sleep(settle)
	mu.Lock()
	defer mu.Unlock()
	v.Requests = v.Requests[:requests] // what a click does is the reader's wish
	var odd []string
	if err := json.Unmarshal(result.Result.Value, &odd); err != nil {
		return fmt.Errorf("%s: %w: %s", address, err, result.Result.Description)
	}
	v.Odd = odd
	return nil
}

func excerpt(line []byte, column int) string {
	column = min(column, len(line))
	return string(line[max(0, column-120):min(len(line), column+120)])
}

const pokeURL = "poke:"

// poke sends every element the events that it has an attribute for, and follows
// the links that can be a script. It returns what can act.
const poke = `(() => {
	const odd = [];
	const acting = new Set("script,iframe,frame,frameset,object,embed,applet,base,meta,link,form,input,button,textarea,select,svg,math,template,portal,style,noscript,audio,video,source,dialog,marquee,plaintext,xmp,slot".split(","));
	const walk = (root) => {
		for (const e of root.querySelectorAll("*")) {
			if (acting.has(e.localName) && !document.head.contains(e)) odd.push(e.localName);
			for (const a of [...e.attributes]) {
				if (a.name.startsWith("on") || a.name === "srcdoc" || a.name === "ping") {
					odd.push(e.localName + " " + a.name);
					try { e.dispatchEvent(new Event(a.name.slice(2))); } catch {}
				}
				if (/^[\s\x00-\x20]*(javascript|data|vbscript|blob|filesystem|file):/i.test(a.value.replace(/[\t\n\r]/g, "")) && ["href", "xlink:href", "src", "action", "formaction", "data", "poster", "background", "cite"].includes(a.name)) {
					odd.push(e.localName + " " + a.name + "=" + a.value.slice(0, 40));
					try { e.dispatchEvent(new MouseEvent("click", {cancelable: true, bubbles: true})); } catch {}
				}
			}
			if (e.shadowRoot) { odd.push("shadow root"); walk(e.shadowRoot); }
		}
	};
	walk(document);
	return odd;
})()
//# sourceURL=` + pokeURL

// tab opens a tab that tells all that its pages do.
func (b *browser) tab(t *testing.T) context.Context {
	ctx, cancel := chromedp.NewContext(b.ctx)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx))
	_, err := chromedp.Call(ctx, debugger.Enable, debugger.EnableParams{})
	require.NoError(t, err)
	_, err = chromedp.Call(ctx, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: "*"}}})
	require.NoError(t, err)
	return ctx
}

// strays returns the requests that came to the network and that no page was seen
// to make, such as a connection that is made in advance.
func (b *browser) strays() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.stray
}
