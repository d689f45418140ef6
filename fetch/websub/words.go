package websub

import (
	"fmt"
	"time"
)

// trouble says why a hub doesn't push; "" if it does, or may still come to it.
func trouble(sub *Subscription, now time.Time) string {
	switch {
	case sub.Error != "":
		return sub.Error
	case isActive(sub, now):
		return ""
	case sub.Failures >= unverified:
		return fmt.Sprintf("the hub was asked %d times and has not verified it: it may not reach the public URL", sub.Failures)
	case !sub.Expires.IsZero():
		return leaseEnded
	}
	return ""
}

// tell logs what became of a subscription, once.
func (h *Follower) tell(t *topic, sub *Subscription, now time.Time) {
	args := []any{"hub", shown(t.hub), "partners", t.names}
	said := trouble(sub, now)
	switch {
	case said != "":
		if t.told == said {
			return
		}
		message := "a hub does not push a feed, which is asked when due"
		if isActive(sub, now) {
			message = "a subscription could not be renewed"
		}
		h.Logger.Warn(message, append(args, "reason", said)...)
	case isActive(sub, now):
		if said = "pushes"; t.told == said {
			return
		}
		h.Logger.Info("a hub pushes a feed", append(args, "until", sub.Expires)...)
	default:
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	t.told = said
}

// Says says in words how the hubs of feeds do, by the feeds' keys, without the hubs' own
// words: everybody may read it.
func (h *Follower) Says() map[string]string {
	h.init()
	words, now := map[string]string{}, h.Now()
	for _, sub := range h.subscriber.Subscriptions() {
		if !sub.Leaving && !sub.Over {
			words[sub.Topic] = said(&sub, now)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	says := map[string]string{}
	for key, topic := range h.of {
		if words[topic] != "" {
			says[key] = words[topic]
		}
	}
	return says
}

func said(sub *Subscription, now time.Time) string {
	hub := shown(sub.Hub)
	switch why := trouble(sub, now); {
	case isActive(sub, now):
		return "pushed by " + hub + " until " + sub.Expires.UTC().Format("2 January 2006 15:04 UTC")
	case sub.Error != "":
		return "not pushed by " + hub + ", which refused or did not answer"
	case why != "":
		return "not pushed by " + hub + ": " + why
	}
	return "not pushed by " + hub + " yet"
}
