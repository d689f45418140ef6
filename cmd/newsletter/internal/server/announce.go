package server

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/fetch/websub"
)

const (
	lookForNews = 5 * time.Second // between two looks at whether the newsletter changed
	pingTries   = 4
	pingAgain   = 30 * time.Second // after a try that failed; twice as long each time
)

// An announcer tells the newsletter's WebSub hubs that its feeds changed.
type announcer struct {
	source func(context.Context) (*newsletter.Newsletter, error)
	ping   func(ctx context.Context, hub string, topics ...string) error
	logger *slog.Logger
	told   *newsletter.Newsletter // no news; if it is nil, the first that there is
}

func pingWith(client *http.Client) func(ctx context.Context, hub string, topics ...string) error {
	return func(ctx context.Context, hub string, topics ...string) error {
		return websub.Ping(ctx, client, hub, topics...)
	}
}

// run announces what changes until ctx is done. The first newsletter that it finds
// is what was remembered, unless told is set.
func (a *announcer) run(ctx context.Context) {
	ticker := time.NewTicker(lookForNews)
	defer ticker.Stop()
	for {
		if n, err := a.source(ctx); err == nil && n != a.told {
			if a.told != nil {
				a.announce(ctx, n)
			}
			a.told = n
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// announce tells all hubs at once, and those that fail again, until there is
// something newer to tell.
func (a *announcer) announce(ctx context.Context, n *newsletter.Newsletter) {
	topics := feedURLs(n.URL)
	left := n.Hubs
	if len(topics) == 0 {
		return
	}
	for try, wait := 1, pingAgain; len(left) > 0; try, wait = try+1, 2*wait {
		errs := make([]error, len(left))
		var asking sync.WaitGroup
		for i, hub := range left {
			asking.Go(func() { errs[i] = a.ping(ctx, hub, topics...) })
		}
		asking.Wait()
		if ctx.Err() != nil {
			return
		}
		var failed []string
		for i, hub := range left {
			if errs[i] != nil {
				failed = append(failed, hub)
				a.logger.Warn("a hub was not told that the newsletter changed", "hub", hub, "try", try, "of", pingTries, "error", errs[i])
				continue
			}
			a.logger.Info("a hub was told that the newsletter changed", "hub", hub)
		}
		if left = failed; len(left) == 0 || try == pingTries {
			return
		}
		if sleep(ctx, wait); ctx.Err() != nil {
			return
		}
		if newer, err := a.source(ctx); err == nil && newer != n {
			return
		}
	}
}

// feedURLs returns where the feeds of a newsletter with this home page are.
func feedURLs(home string) []string {
	folder := feed.Folder(home)
	if folder == nil {
		return nil
	}
	var urls []string
	for f := range feed.Formats() {
		urls = append(urls, folder.JoinPath(f.FileName()).String())
	}
	return urls
}
