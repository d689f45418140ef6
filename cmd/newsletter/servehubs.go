package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
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
}

// run announces what changes after the first newsletter that is published, which
// is what was remembered, until ctx is done.
func (a *announcer) run(ctx context.Context) {
	ticker := time.NewTicker(lookForNews)
	defer ticker.Stop()
	var told *newsletter.Newsletter
	for {
		if n, err := a.source(ctx); err == nil && n != told {
			if told != nil {
				a.announce(ctx, n)
			}
			told = n
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// announce tells each hub, and those that fail again. What changes meanwhile is
// told after it.
func (a *announcer) announce(ctx context.Context, n *newsletter.Newsletter) {
	topics := feedURLs(n.URL)
	left := n.Hubs
	if len(topics) == 0 {
		return
	}
	for try, wait := 1, pingAgain; len(left) > 0; try, wait = try+1, 2*wait {
		var failed []string
		for _, hub := range left {
			err := a.ping(ctx, hub, topics...)
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				failed = append(failed, hub)
				a.logger.Warn("a hub was not told that the newsletter changed", "hub", hub, "try", try, "of", pingTries, "error", err)
			default:
				a.logger.Info("a hub was told that the newsletter changed", "hub", hub)
			}
		}
		if left = failed; len(left) == 0 || try == pingTries {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
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
