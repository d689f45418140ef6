// Package feedhttp serves a newsletter's feeds over HTTP.
//
// It is apart from package feed so that a program that only writes feeds links no
// server. Package feed/site has a [site.Handler] that serves the pages too.
//
// [site.Handler]: https://pkg.go.dev/github.com/automationregion/newsletter/feed/site#Handler
package feedhttp

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/serve"
)

// A Source returns the newsletter as it is now. It is called for each request,
// by several goroutines at once, with the request's context, and is expected to
// answer from memory.
//
// A newsletter that it returned is not changed any more: one with news in it is
// another value, with another address. As long as the address is the same,
// nothing is written again.
type Source func(context.Context) (*newsletter.Newsletter, error)

// Options say how a newsletter's feeds are served. The zero value is of use.
type Options struct {
	// Feed is how they are written.
	Feed feed.Options

	// Logger is told of errors of a source, and of newsletters that can't be
	// written. Without it they go to [slog.Default].
	Logger *slog.Logger

	// MaxAge is for how long a client may use a response before it asks again: five
	// minutes if it is 0. With a negative one it asks each time, which is cheap: an
	// unchanged newsletter is answered with 304 and no body.
	MaxAge time.Duration
}

// Handler serves a newsletter's feeds below the path that it is mounted at,
// which is the path of the newsletter's URL; [http.StripPrefix] takes that path
// away where it is not "/".
//
//	rss.xml, atom.xml, feed.json   the newsletter in that format
//	/                              in the format that Accept prefers
//
// Where the pages are served by something else, mount it at the paths of its three
// files.
//
// The FeedURL of each format is the one that [feed.At] gives it. GET and HEAD are
// answered, with a strong ETag over the bytes, Last-Modified from the
// newsletter's Updated, and conditional and range requests as RFC 9110 has
// them; other methods get 405. "/" varies with Accept: without it, or where two
// formats please the same, RSS comes before Atom and JSON Feed, and where none
// will do the answer is 406 with a list of them (RFC 9110, section 12.4.1).
//
// An error of the source, and a newsletter that [feed.Write] refuses, give a 500 that
// says no more than that. The logger of the options is told which letter and
// field it was, once for each newsletter and not for each request.
//
// A feed with a stylesheet (Stylesheet of [feed.Options]) is served as application/xml
// to clients that ask for pages and not for feeds, as browsers do: they show no other
// by its stylesheet. It comes with a content security policy under which no script runs
// in it, and varies with Accept.
//
// A Cache-Control header that is set before the handler is called stays.
// Compression is left to the server in front.
//
// The handler keeps what it wrote for the newsletter that the source returned
// last, at most one document for each address above.
func Handler(source Source, opts ...Options) http.Handler {
	var o Options
	if len(opts) > 0 {
		o = opts[0]
	}
	var offers []format.Format
	for f := range feed.Formats() {
		offers = append(offers, format.Format(f))
	}
	return serve.New(serve.Options{
		Offers: offers, Source: source, Logger: o.Logger, MaxAge: o.MaxAge,
		Documents: func(n *newsletter.Newsletter) ([]serve.Document, error) {
			if err := o.Feed.Dated(n).Validate(); err != nil {
				return nil, err
			}
			var documents []serve.Document
			for f := range feed.Formats() {
				documents = append(documents, serve.Document{
					Path: f.FileName(), Format: format.Format(f), Stylesheet: stylesheetOf(f, o.Feed),
					Write: func(w io.Writer) error { return feed.Write(w, feed.At(n, f), f, o.Feed) },
				})
			}
			return documents, nil
		},
	})
}

// stylesheetOf returns the stylesheet of feeds of a format.
func stylesheetOf(f feed.Format, o feed.Options) string {
	if f == feed.JSON {
		return ""
	}
	return o.Stylesheet
}
