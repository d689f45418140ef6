package aggregate

import (
	"bytes"
	"context"
	"errors"

	"github.com/automationregion/newsletter/parse"
)

// discover reads the partner's home page, which home brought, and asks for the
// feed that it links to. A home page that is a feed itself is the feed.
func (f *fetcher) discover(ctx context.Context, p *Partner, st *FetchState, home visit) visit {
	if home.out.Status != Fetched {
		return home
	}
	_, err := parse.Feed(bytes.NewReader(home.out.Body), parse.BaseURL(home.out.URL), parse.Charset(home.out.Charset), parse.MaxLetters(1))
	var page *parse.NotFeedError
	if !errors.As(err, &page) {
		return home
	}
	at, code, came := home.out.URL, home.out.Code, home.out.Bytes
	home.out.release()
	if len(page.Feeds) == 0 {
		home.out.Status = Failed
		home.out.Err = &fetchError{
			URL: at, Code: code, Err: page, Message: "the home page links to no feed",
			Advice: `Put <link rel="alternate" type="application/rss+xml" href="…"> in the home page's head.`,
		}
		return home
	}
	st.DiscoveredURL = withoutUser(page.Feeds[0])
	found := f.ask(ctx, p, st, st.DiscoveredURL)
	found.out.Bytes += came
	return found
}
