package aggregate

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/fetch/websub"
	"github.com/automationregion/newsletter/internal/weburl"
)

// Subscriptions lists the partners of a run as newsletters that
// [github.com/automationregion/newsletter/feed.WriteOPML] takes, under the names
// and with the feeds that they were found to have. It leaves out a partner that
// was listed twice, and one whose feed has no address yet.
func (r *Result) Subscriptions(partners []Partner) []*newsletter.Newsletter {
	var list []*newsletter.Newsletter
	for i := range partners[:min(len(partners), len(r.Partners))] {
		report := &r.Partners[i]
		if u, err := url.Parse(report.FeedURL); report.Status == Twice || err != nil || !u.IsAbs() {
			continue
		}
		n := &newsletter.Newsletter{
			Title: cmp.Or(printable(report.Name), report.FeedURL), URL: printable(weburl.WithoutUser(partners[i].URL)), FeedURL: report.FeedURL,
		}
		for _, c := range partners[i].Categories {
			// A comma parts categories in OPML.
			for term := range strings.SplitSeq(c.Term, ",") {
				if c := (newsletter.Category{Term: printable(term)}); c.Term != "" && !slices.Contains(n.Categories, c) {
					n.Categories = append(n.Categories, c)
				}
			}
		}
		list = append(list, n)
	}
	return list
}

// Feeds returns the partners' feeds that name hubs, for a [websub.Follower]; false from no
// result, before anything is published.
func (r *Result) Feeds() (list []websub.Feed, known bool) {
	if r == nil {
		return nil, false
	}
	for i := range r.Partners {
		p := &r.Partners[i]
		unknown := p.Status == stateUnreadable
		if p.Status != Twice && !p.Gone && (len(p.Hubs) > 0 || unknown) {
			list = append(list, websub.Feed{Key: p.Key, Name: p.Name, URL: p.FeedURL, Topic: p.Topic, Hubs: p.Hubs, Unknown: unknown})
		}
	}
	return list, true
}

// printable returns a text as a line that XML can hold.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}
