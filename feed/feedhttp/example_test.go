package feedhttp_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed/feedhttp"
	"github.com/automationregion/newsletter/internal/sample"
)

func ExampleHandler() {
	n := sample.Village()
	source := func(context.Context) (*newsletter.Newsletter, error) { return n, nil }
	mux := http.NewServeMux()
	mux.Handle("/brev/", http.StripPrefix("/brev", feedhttp.Handler(source)))

	for _, path := range []string{"/brev/", "/brev/feed.json", "/brev/index.html"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(w.Code, path, w.Header().Get("Content-Type"))
	}
	// Output:
	// 200 /brev/ application/rss+xml; charset=utf-8
	// 200 /brev/feed.json application/feed+json; charset=utf-8
	// 404 /brev/index.html text/plain; charset=utf-8
}
