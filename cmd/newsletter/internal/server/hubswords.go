package server

import (
	"fmt"
	"time"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/fetch/websub"
)

// trouble says why a hub doesn't push; "" if it does, or may still come to it.
func trouble(sub *websub.Subscription, now time.Time) string {
	switch {
	case sub.Error != "":
		return sub.Error
	case isActive(sub, now):
		return ""
	case sub.Failures >= unverified:
		return fmt.Sprintf("the hub was asked %d times and has not verified it: it may not reach --public-url", sub.Failures)
	case !sub.Expires.IsZero():
		return leaseEnded
	}
	return ""
}

// tell logs what became of a subscription, once.
func (h *hubs) tell(t *topic, sub *websub.Subscription, now time.Time) {
	args := []any{"hub", hostOf(t.hub), "partners", t.names}
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
		h.logger.Warn(message, append(args, "reason", said)...)
	case isActive(sub, now):
		if said = "pushes"; t.told == said {
			return
		}
		h.logger.Info("a hub pushes a feed", append(args, "until", sub.Expires)...)
	default:
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	t.told = said
}

// describe says in the reports how the hubs of partners do.
func (h *hubs) describe(reports []aggregate.PartnerReport) {
	now := h.now()
	current := map[string]*websub.Subscription{}
	all := h.subscriber.Subscriptions()
	for i := range all {
		if sub := &all[i]; !sub.Leaving && !sub.Over {
			current[sub.Topic] = sub
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range reports {
		r := &reports[i]
		sub := current[h.of[r.Key]]
		if sub == nil || r.Status == aggregate.Twice {
			continue
		}
		hub := hostOf(sub.Hub)
		switch why := trouble(sub, now); {
		case isActive(sub, now):
			r.Pushes = "pushed by " + hub + " until " + sub.Expires.UTC().Format("2 January 2006 15:04 UTC")
		case sub.Error != "": // not for everybody to read
			r.Pushes = "not pushed by " + hub + ", which refused or did not answer"
		case why != "":
			r.Pushes = "not pushed by " + hub + ": " + why
		default:
			r.Pushes = "not pushed by " + hub + " yet"
		}
	}
}
