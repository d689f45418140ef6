package aggregate

import (
	"net/http"
	"net/url"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/fetch/websub"
)

// longestHubURL is how long the URL of a topic or a hub may be: it is remembered,
// sent and logged, and a stranger wrote it.
const longestHubURL = 2_000

// noteHubs remembers the topic and the hubs that the feed names. named is what the
// feed itself says; nil is what it said before, which an answer without a body
// doesn't change.
func (v *partnerVisit) noteHubs(named *newsletter.Newsletter) {
	if named == nil {
		named = &newsletter.Newsletter{FeedURL: v.next.Topic, Hubs: v.next.Hubs}
	}
	topic, hubs := websub.Discover(v.out.URL, http.Header{"Link": v.out.Links}, named)
	v.next.Topic, v.next.Hubs = "", nil
	if u, err := url.Parse(topic); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(topic) > longestHubURL {
		return
	}
	for _, hub := range hubs {
		if len(hub) <= longestHubURL {
			v.next.Hubs = append(v.next.Hubs, hub)
		}
	}
	if len(v.next.Hubs) > 0 {
		v.next.Topic = topic
	}
}
