package fetch

import (
	"bytes"
	"context"
	"errors"

	"github.com/automationregion/newsletter/internal/ctxio"
	"github.com/automationregion/newsletter/internal/weburl"
	"github.com/automationregion/newsletter/parse"
)

// discoveries bounds how many of the feeds that a home page links to are asked
// for, until one is there.
const discoveries = 3

// discover reads the home page, which home brought, and asks for the
// feed that it links to. A home page that is a feed itself is the feed.
func (f *Client) discover(ctx context.Context, r *Request, st *State, home visit) visit {
	if home.out.Status != Fetched {
		return home
	}
	_, err := parse.Feed(ctxio.NewReader(ctx, bytes.NewReader(home.out.Body)), parse.Options{BaseURL: home.out.URL, Charset: home.out.Charset, MaxLetters: 1})
	var page *parse.NotFeedError
	if !errors.As(err, &page) {
		return home
	}
	at, code, came := home.out.URL, home.out.Code, home.out.Bytes
	home.out.close()
	if len(page.Feeds) == 0 {
		home.out.Status = Failed
		home.out.Err = &Error{
			URL: at, Code: code, Err: page, Message: "the home page links to no feed",
			Advice: `Put <link rel="alternate" type="application/rss+xml" href="…"> in the home page's head.`,
		}
		return home
	}
	var found visit
	for _, feed := range page.Feeds[:min(len(page.Feeds), discoveries)] {
		st.DiscoveredURL = weburl.WithoutUser(feed)
		found.out.close()
		found = f.ask(ctx, r, st, st.DiscoveredURL)
		came += found.out.Bytes
		if found.out.Err == nil || found.out.Status == Resting || ctx.Err() != nil {
			break
		}
	}
	if found.out.Err != nil {
		st.DiscoveredURL = "" // the home page may link to another next time
	}
	found.out.Bytes = came
	return found
}
