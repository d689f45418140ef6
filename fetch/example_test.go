package fetch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/parse"
)

const harbour = `<rss version="2.0"><channel><title>The harbour</title><link>https://harbour.example/</link><ttl>180</ttl>
<item><link>https://harbour.example/boats</link><title>The boats are back</title></item></channel></rss>`

// A web site that links to its feed.
func site() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			io.WriteString(w, `<html><link rel="alternate" type="application/rss+xml" href="feed.xml">`)
			return
		}
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		io.WriteString(w, harbour)
	}))
}

func ExampleFeed() {
	server := site()
	defer server.Close()

	_, err := fetch.Feed(context.Background(), server.URL)
	fmt.Println(errors.Is(err, fetch.ErrPrivateAddress))

	n, err := fetch.Feed(context.Background(), server.URL, fetch.Options{
		AllowPrivate: true, // the server is on this machine
		Limits:       fetch.Limits{Pause: -1},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range n.Letters {
		fmt.Println(n.Title+":", l.Title, l.URL)
	}
	// Output:
	// true
	// The harbour: The boats are back https://harbour.example/boats
}

// A client that comes again brings along what it remembers.
func ExampleClient() {
	server := site()
	defer server.Close()
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	client := fetch.NewClient(fetch.Options{
		AllowPrivate: true,
		Limits:       fetch.Limits{Pause: -1},
		Now:          func() time.Time { return now },
		Chance:       func() float64 { return 0 },
	})
	defer client.Close()

	request := fetch.Request{URL: server.URL + "/feed.xml", Read: func(came *fetch.Outcome) error {
		n, err := parse.Feed(bytes.NewReader(came.Body), parse.Options{BaseURL: came.URL, Charset: came.Charset})
		if err == nil {
			fmt.Println(len(n.Letters), "letter")
		}
		return err
	}}
	var state fetch.State
	for range 3 {
		var out fetch.Outcome
		out, state = client.Fetch(context.Background(), request, state)
		fmt.Println(out.Status, "at", now.Format(time.TimeOnly)+", due at", state.Due.Format(time.TimeOnly))
		now = now.Add(90 * time.Minute)
	}
	// Output:
	// 1 letter
	// fetched at 12:00:00, due at 15:00:00
	// not due at 13:30:00, due at 15:00:00
	// not modified at 15:00:00, due at 18:00:00
}
