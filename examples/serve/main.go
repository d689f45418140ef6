// Serve publishes a folder of letters over HTTP: the feeds, a page for the
// newsletter and one for each letter, with their pictures and attachments.
//
//	go run ./examples/serve examples/letters
package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/parse/letters"
)

func main() {
	addr := flag.String("addr", "localhost:8080", "address to listen on")
	flag.Parse()
	dir := "examples/letters"
	if flag.NArg() > 0 {
		dir = flag.Arg(0)
	}
	dirFS := os.DirFS(dir)
	folder, err := letters.ReadFolder(context.Background(), dirFS, letters.Options{Now: time.Now()})
	if err != nil {
		log.Fatal(err)
	}
	n := folder.Newsletter
	home, err := url.Parse(n.URL)
	if err != nil {
		log.Fatal(err)
	}
	home = home.JoinPath("/")
	source := func(context.Context) (*newsletter.Newsletter, error) { return n, nil }
	mux := http.NewServeMux()
	// The letters are the publisher's own, so their HTML is trusted.
	mux.Handle(home.Path, http.StripPrefix(home.Path, site.Handler(source, site.Options{TrustHTML: true})))
	for _, asset := range folder.Assets { // pictures and attachments
		mux.HandleFunc("GET "+home.JoinPath(asset.Path).EscapedPath(), func(w http.ResponseWriter, r *http.Request) {
			http.ServeFileFS(w, r, dirFS, asset.File)
		})
	}
	server := &http.Server{Addr: *addr, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	log.Printf("%d letters at http://%s%s", len(n.Letters), *addr, home.Path)
	log.Fatal(server.ListenAndServe())
}
