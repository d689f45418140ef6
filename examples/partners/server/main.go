// Server plays the web sites of some partners, most of them in an odd state, so
// that aggregation can be tried without the network.
//
//	go run ./examples/partners/server &
//	go run ./cmd/newsletter aggregate examples/partners/partners.opml \
//		-o public --state state --allow-private \
//		--title "Partners of Example Region" --url https://example.org/partners/
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/feedhttp"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8099", "address to listen on")
	flag.Parse()
	server := &http.Server{Addr: *addr, Handler: partners("http://"+*addr, time.Now()), ReadHeaderTimeout: 5 * time.Second}
	log.Printf("partners at http://%s", *addr)
	log.Fatal(server.ListenAndServe())
}

// partners serves the partners' sites, with letters from the days before now.
func partners(home string, now time.Time) http.Handler {
	now = now.UTC().Truncate(time.Hour)
	mux := http.NewServeMux()

	// Robotics answers as it should: with an ETag, and with 304 when asked again.
	robotics := site(home+"/robotics/", "Robotics Valley",
		letter("A cell that packs itself", "<p>Our members built a <em>packing cell</em> in six weeks.</p>", now.AddDate(0, 0, -2)),
		letter("Open house in May", `<p>Come and see us.</p><script>alert("no")</script><img src="hall.jpg" alt="The hall">`, now.AddDate(0, 0, -9)))
	mux.Handle("/robotics/", http.StripPrefix("/robotics", feedhttp.Handler(
		func(context.Context) (*newsletter.Newsletter, error) { return robotics, nil })))

	// Sensors publishes a letter of Robotics again, and one of its own.
	sensors := site(home+"/sensors/", "Sensor Alliance",
		letter("Sensors for saw mills", "<p>Dust is no longer a reason to stop.</p>", now.AddDate(0, 0, -1)))
	shared := *robotics.Letters[0]
	shared.Source = newsletter.Source{ID: robotics.ID, Title: robotics.Title, URL: robotics.URL, FeedURL: robotics.FeedURL, Updated: robotics.Updated}
	sensors.Letters = append(sensors.Letters, &shared)
	mux.Handle("/sensors/feed.json", document(sensors, feed.JSON))

	// Academy has only a home page, which links to its feed.
	academy := site(home+"/academy/", "Automation Academy",
		letter("Kurs i intraprenörskap", "<p>Anmäl er senast på fredag.</p>", now.AddDate(0, 0, -4)))
	academy.Language = "sv"
	mux.Handle("/academy/{$}", text("text/html; charset=utf-8",
		`<!doctype html><title>Academy</title><link rel="alternate" type="application/atom+xml" href="news.atom">`))
	mux.Handle("/academy/news.atom", document(academy, feed.Atom))

	// Moved is somewhere else now, for good.
	mux.Handle("/moved/rss.xml", http.RedirectHandler("/academy/news.atom", http.StatusMovedPermanently))
	// Cut ends in the middle of its second letter.
	cut := document(site(home+"/cut/", "Cut Short",
		letter("The letter before the cut", "<p>It arrived.</p>", now.AddDate(0, 0, -3)),
		letter("The letter that was cut", "<p>It did not arrive.</p>", now.AddDate(0, 0, -5))), feed.RSS)
	mux.Handle("/cut/rss.xml", cut[:bytes.Index(cut, []byte("did not arrive"))])
	// Legacy says that it is UTF-8, and is not.
	mux.Handle("/legacy/rss.xml", text("application/rss+xml; charset=utf-8", fmt.Sprintf(
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"><channel><title>F\xf6retagsbyn</title><link>%s/legacy/</link>"+
			"<item><title>R\xe4ksm\xf6rg\xe5sens dag</title><pubDate>%s</pubDate></item></channel></rss>",
		home, now.AddDate(0, 0, -6).Format(time.RFC1123Z))))

	mux.Handle("/login/rss.xml", text("text/html", "<!doctype html><title>Log in</title><form></form>"))
	mux.HandleFunc("/gone/rss.xml", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "The association was dissolved.", http.StatusGone)
	})
	mux.HandleFunc("/busy/rss.xml", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "The server is down for maintenance.", http.StatusInternalServerError)
	})
	return mux
}

func site(url, title string, letters ...*newsletter.Letter) *newsletter.Newsletter {
	n := &newsletter.Newsletter{
		Title: title, URL: url, Language: "en",
		Authors: []newsletter.Author{{Name: "Editorial staff", Organization: title}},
		Letters: letters,
	}
	for i, l := range letters {
		l.URL = fmt.Sprintf("%sletter-%d/", url, i+1)
	}
	n.Repair()
	return n
}

func letter(title, content string, published time.Time) *newsletter.Letter {
	return &newsletter.Letter{Title: title, Content: content, Published: published}
}

// A bytesHandler is served as it is; the Content-Type is found by sight.
type bytesHandler []byte

func (b bytesHandler) ServeHTTP(w http.ResponseWriter, _ *http.Request) { w.Write(b) }

func document(n *newsletter.Newsletter, format feed.Format) bytesHandler {
	var b bytes.Buffer
	if err := feed.Write(&b, feed.At(n, format), format); err != nil {
		log.Fatal(err)
	}
	return b.Bytes()
}

func text(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		fmt.Fprint(w, body)
	}
}
