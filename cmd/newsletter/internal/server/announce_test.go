package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter"
)

func TestHubsAreToldOfWhatChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var current atomic.Pointer[newsletter.Newsletter]
		var mu sync.Mutex // of told and failures
		var told []string
		start, failures := time.Now(), 2
		a := &announcer{
			source: func(context.Context) (*newsletter.Newsletter, error) {
				if n := current.Load(); n != nil {
					return n, nil
				}
				return nil, errors.New("nothing yet")
			},
			ping: func(_ context.Context, hub string, topics ...string) error {
				mu.Lock()
				defer mu.Unlock()
				told = append(told, fmt.Sprint(time.Since(start), " ", hub, " ", topics))
				if hub == "b" && failures > 0 {
					failures--
					return errors.New("out of order")
				}
				return nil
			},
			logger: slog.New(slog.DiscardHandler),
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { a.run(ctx); close(ended) }()
		publish := func() {
			current.Store(&newsletter.Newsletter{URL: "https://example.org/p/", Hubs: []string{"a", "b"}})
		}
		time.Sleep(time.Minute + time.Second)
		publish()
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Empty(t, told, "what was remembered is no news")
		publish()
		time.Sleep(time.Hour)
		synctest.Wait()
		const topics = "[https://example.org/p/rss.xml https://example.org/p/atom.xml https://example.org/p/feed.json]"
		assert.ElementsMatch(t, []string{"2m5s a " + topics, "2m5s b " + topics, "2m35s b " + topics, "3m35s b " + topics}, told)

		told, failures = nil, 100
		publish()
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.Len(t, told, 1+pingTries, "a hub that is gone is let be")

		told = nil
		publish()
		time.Sleep(20 * time.Second)
		publish()
		time.Sleep(40 * time.Second)
		synctest.Wait()
		asked := 0
		for _, hub := range told {
			if strings.Contains(hub, " a ") {
				asked++
			}
		}
		assert.Equal(t, 2, asked, "it keeps no news from the others")
		stop()
		<-ended
	})
}
