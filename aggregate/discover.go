package aggregate

import (
	"bytes"
	"context"
	"golang.org/x/net/html"
	"net/url"
	"strings"

	"github.com/automationregion/newsletter/parse"
)

// discover reads the partner's home page, which home brought, and asks for the
// feed that it links to. A home page that is a feed itself is the feed.
func (f *fetcher) discover(ctx context.Context, p *Partner, st *FetchState, home visit) visit {
	if home.out.Status != Fetched {
		return home
	}
	page := homePage(home.out.Body, home.out.URL)
	if page == nil {
		return home
	}
	at, code, came := home.out.URL, home.out.Code, home.out.Bytes
	home.out.release()
	if len(page.Feeds) == 0 {
		home.out.Status = Failed
		home.out.Err = &FetchError{
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

// homePage returns the feeds that an HTML page links to, nil if it is none.
func homePage(body []byte, base string) *parse.NotFeedError {
	page := &parse.NotFeedError{What: "an HTML page"}
	at, _ := url.Parse(base)
	z := html.NewTokenizer(bytes.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return page
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch t.Data {
			case "rss", "feed", "rdf:rdf":
				return nil
			case "link":
				attr := map[string]string{}
				for _, a := range t.Attr {
					attr[a.Key] = a.Val
				}
				if u, err := at.Parse(attr["href"]); err == nil && attr["rel"] == "alternate" &&
					(strings.Contains(attr["type"], "rss") || strings.Contains(attr["type"], "atom") || strings.Contains(attr["type"], "feed+json")) {
					page.Feeds = append(page.Feeds, u.String())
				}
			}
		}
	}
}
