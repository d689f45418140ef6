// Serve publishes a folder of letters over HTTP: the feeds, a page for the
// newsletter and one for each letter.
//
//	go run ./examples/serve examples/letters
package main

import (
	"context"
	"flag"
	"log"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/parse"
)

func main() {
	addr := flag.String("addr", "localhost:8080", "address to listen on")
	flag.Parse()
	dir := "examples/letters"
	if flag.NArg() > 0 {
		dir = flag.Arg(0)
	}
	folder, err := parse.ReadFolder(os.DirFS(dir), parse.FolderOptions{Now: time.Now()})
	if err != nil {
		log.Fatal(err)
	}
	n := folder.Newsletter
	home, err := url.Parse(n.URL)
	if err != nil {
		log.Fatal(err)
	}
	source := func(context.Context) (*newsletter.Newsletter, error) { return n, nil }
	mux := http.NewServeMux()
	mux.Handle(home.Path, http.StripPrefix(home.Path, feed.Handler(source, feed.Logger(slog.Default()))))
	server := &http.Server{Addr: *addr, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	log.Printf("%d letters at http://%s%s", len(n.Letters), *addr, home.Path)
	log.Fatal(server.ListenAndServe())
}
