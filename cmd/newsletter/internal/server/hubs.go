package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/fetch/websub"
)

const (
	hubsPath      = "/websub/"                            // below it hubs reach the server
	lookAtHubs    = 2 * time.Second                       // between two looks at what partners name and hubs did
	unverified    = 3                                     // requests in a row that no hub verified, before that is told
	avoidHub      = 24 * time.Hour                        // for how long another hub of a feed is preferred to one that failed
	mostFollowed  = 10_000                                // subscriptions at once
	pushedBytes   = 16 << 20                              // of a push; nobody reads it, but the signature is of all of it
	subscriptions = "websub.json"                         // in the state
	leaseEnded    = "the lease ended"                     // why a hub doesn't push
	leftIt        = "no partner's feed names it any more" // why a hub is left
)

// Hubs that partners' feeds name are subscribed to, so that what is new comes at
// once (WebSub). A push is only word that a feed is due.
type hubs struct {
	subscriber *websub.Subscriber
	file       *subscriptionFile
	logger     *slog.Logger
	paths      []string // that the handler answers below
	reports    func() (partners []aggregate.PartnerReport, known bool)
	pushed     func(key string) bool // tells the service
	now        func() time.Time
	pushes     prometheus.Counter

	mu     sync.Mutex
	topics map[string]*topic    // by URL; nil before the first look
	of     map[string]string    // topic of a partner, by its key
	avoid  map[string]time.Time // until when, by topic and hub
	full   bool                 // mostFollowed was told of
}

// A topic is a feed that is, or is to be, pushed.
type topic struct {
	hub   string
	names []string  // of the partners whose feed names it
	keys  []string  // theirs
	since time.Time // since when the hub pushes it, as far as is known here; zero if it doesn't
	told  string    // what was last said of it
}

// publicURL returns the paths below which hubs reach a server of this URL, or what
// is wrong with the URL.
func publicURL(address string) (paths []string, err error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme != "https" || u.Host == "":
		return nil, fmt.Errorf("--public-url %q: %w: hubs send secrets there", address, websub.ErrPlain)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(u.Path, "{}") || u.Path != "" && path.Clean(u.Path) != strings.TrimSuffix(u.Path, "/") && u.Path != "/":
		return nil, fmt.Errorf("--public-url %q: expected an address such as https://example.org or https://example.org/partners", address)
	}
	paths = []string{hubsPath}
	if below := strings.TrimSuffix(u.Path, "/"); below != "" { // who stands in front may take it away, or not
		paths = append(paths, below+hubsPath)
	}
	return paths, nil
}

// openHubs returns what subscribes for a service, with the subscriptions that are
// remembered in the state. Close it.
func openHubs(o *Options, service *aggregate.Service, client *http.Client) (*hubs, error) {
	file, remembered, err := openSubscriptions(filepath.Join(o.State, subscriptions), o.PublicURL, o.Logger)
	if err != nil {
		return nil, err
	}
	h, err := newHubs(file, client, o.Logger)
	if err != nil {
		return nil, err
	}
	h.subscriber.Restore(remembered...)
	h.pushed = service.Pushed
	h.reports = func() ([]aggregate.PartnerReport, bool) {
		result := service.Result()
		if result == nil { // nothing is published yet
			return nil, false
		}
		return result.Partners, true
	}
	service.PushedSince = h.pushedSince
	return h, nil
}

func newHubs(file *subscriptionFile, client *http.Client, logger *slog.Logger) (*hubs, error) {
	paths, err := publicURL(file.publicURL)
	if err != nil {
		return nil, err
	}
	h := &hubs{
		file: file, logger: logger, paths: paths, now: time.Now,
		pushes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "newsletter_websub_pushes_total", Help: "Genuine pushes of hubs."}),
		avoid: map[string]time.Time{},
	}
	h.subscriber = &websub.Subscriber{
		PublicURL: strings.TrimSuffix(file.publicURL, "/") + strings.TrimSuffix(hubsPath, "/"),
		OnPush:    h.onPush, Save: file.save, Client: client, MaxBody: pushedBytes, Bodies: mostFollowed, NoBody: true,
	}
	return h, nil
}

// register adds the figures.
func (h *hubs) register(registry *prometheus.Registry) {
	registry.MustRegister(h.pushes, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "newsletter_websub_active", Help: "Subscriptions that hubs confirmed, and whose lease is not over."},
		func() (active float64) {
			for _, sub := range h.subscriber.Subscriptions() {
				if isActive(&sub, h.now()) {
					active++
				}
			}
			return active
		}))
}

// run subscribes, renews and gives up until ctx is done. What is subscribed stays
// so: the next process goes on with it.
func (h *hubs) run(ctx context.Context) {
	var running sync.WaitGroup
	running.Go(func() { h.subscriber.Run(ctx) })
	running.Go(func() { h.file.run(ctx) })
	ticker := time.NewTicker(lookAtHubs)
	defer ticker.Stop()
	for ctx.Err() == nil {
		if partners, known := h.reports(); known {
			h.look(partners)
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
	running.Wait()
}

// Close remembers what is not remembered yet.
func (h *hubs) Close() error { return h.file.flush() }

// onPush has the partners asked whose feed was pushed. Before it is known whose that
// is the hub is asked to send it again.
func (h *hubs) onPush(_ context.Context, push websub.Push) error {
	h.mu.Lock()
	if h.topics == nil {
		h.mu.Unlock()
		return aggregate.ErrNotReady
	}
	t := h.topics[push.Topic]
	var hub string
	var names, keys []string
	if t != nil {
		hub, names, keys = t.hub, t.names, t.keys
	}
	h.mu.Unlock()
	h.pushes.Inc()
	for _, key := range keys {
		h.pushed(key)
	}
	h.logger.Info("a hub says that a feed changed", "hub", hostOf(hub), "partners", names)
	return nil
}

// pushedSince is that of the service.
func (h *hubs) pushedSince(key string) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.topics[h.of[key]]; t != nil {
		return t.since
	}
	return time.Time{}
}

// look follows what the partners' feeds name by now, and tells what became of the
// subscriptions.
func (h *hubs) look(partners []aggregate.PartnerReport) {
	now := h.now()
	all := h.subscriber.Subscriptions()
	current := map[string]*websub.Subscription{}
	for i := range all {
		if sub := &all[i]; !sub.Leaving && !sub.Over {
			current[sub.Topic] = sub
		}
	}
	h.mu.Lock()
	for what, until := range h.avoid {
		if !until.After(now) {
			delete(h.avoid, what)
		}
	}
	before := h.topics
	h.topics, h.of = h.wanted(partners, current, now)
	for url, t := range h.topics {
		if was := before[url]; was != nil && was.hub == t.hub {
			t.since, t.told = was.since, was.told
		}
		t.state(current[url], now)
	}
	topics := h.topics
	h.mu.Unlock()

	for url, sub := range current {
		if topics[url] == nil {
			args := []any{"hub", hostOf(sub.Hub), "topic", hostOf(url), "reason", leftIt}
			if was := before[url]; was != nil {
				args = append(args, "partners", was.names)
			}
			h.say(h.subscriber.Unfollow(url), "a hub is left", args...)
		}
	}
	room := mostFollowed - len(all)
	for url, t := range topics {
		sub := current[url]
		if sub == nil || sub.Hub != t.hub {
			if room--; room < 0 {
				h.tooMany()
				continue
			}
			h.say(h.subscriber.Follow(url, t.hub), "a hub is asked for a subscription", "hub", hostOf(t.hub), "partners", t.names)
			continue
		}
		h.tell(t, sub, now)
	}
}

// say logs what was done, or why it failed.
func (h *hubs) say(err error, message string, args ...any) {
	if err != nil {
		h.logger.Warn(message+", and that failed", append(args, "error", err)...)
		return
	}
	h.logger.Info(message, args...)
}

func (h *hubs) tooMany() {
	if !h.full {
		h.full = true
		h.logger.Warn("no more hubs are subscribed to: the feeds beyond are asked when due", "most", mostFollowed)
	}
}

// wanted returns the topics that partners' feeds name, each with the hub that is to
// push it, and which of them is whose; the caller holds mu.
//
// A feed may name what it likes, and the topic of another with a hub of its own too.
// The hub counts that the topic's own feed names, else that of the first partner;
// whose feed doesn't name this hub is asked when due.
func (h *hubs) wanted(partners []aggregate.PartnerReport, current map[string]*websub.Subscription, now time.Time) (topics map[string]*topic, of map[string]string) {
	topics, of = map[string]*topic{}, map[string]string{}
	own := func(r *aggregate.PartnerReport) int {
		if r.FeedURL == r.Topic {
			return 0
		}
		return 1
	}
	order := make([]*aggregate.PartnerReport, 0, len(partners))
	for i := range partners {
		r := &partners[i]
		if sub := current[h.of[r.Key]]; sub != nil && r.Status == aggregate.Unreadable { // the fault is ours
			r.Topic, r.Hubs = sub.Topic, []string{sub.Hub}
		}
		if r.Status != aggregate.Twice && !r.Gone && r.Topic != "" && len(r.Hubs) > 0 {
			order = append(order, r)
		}
	}
	slices.SortStableFunc(order, func(a, b *aggregate.PartnerReport) int { return cmp.Compare(own(a), own(b)) })
	for _, r := range order {
		t := topics[r.Topic]
		if t == nil {
			t = &topic{hub: h.choose(r, current[r.Topic], now)}
			topics[r.Topic] = t
		}
		if slices.Contains(r.Hubs, t.hub) {
			t.names, t.keys = append(t.names, r.Name), append(t.keys, r.Key)
			of[r.Key] = r.Topic
		}
	}
	return topics, of
}

// choose returns which of a feed's hubs is to push it: the one that does, unless
// that failed, else the first that didn't fail lately.
func (h *hubs) choose(r *aggregate.PartnerReport, sub *websub.Subscription, now time.Time) string {
	if sub != nil && slices.Contains(r.Hubs, sub.Hub) {
		if !hasFailed(sub, now) {
			return sub.Hub
		}
		if what := r.Topic + " " + sub.Hub; h.avoid[what].IsZero() {
			h.avoid[what] = now.Add(avoidHub)
		}
	}
	for _, hub := range r.Hubs {
		if h.avoid[r.Topic+" "+hub].IsZero() {
			return hub
		}
	}
	if sub != nil && slices.Contains(r.Hubs, sub.Hub) {
		return sub.Hub
	}
	return r.Hubs[0]
}

// isActive says whether a hub pushes.
func isActive(sub *websub.Subscription, now time.Time) bool {
	return !sub.Leaving && !sub.Over && sub.Expires.After(now)
}

// hasFailed says whether a hub denied a subscription, or doesn't come to it.
func hasFailed(sub *websub.Subscription, now time.Time) bool {
	denied := sub.Error != "" && sub.Pending == ""
	return !isActive(sub, now) && (denied || sub.Failures >= unverified)
}

// state notes since when a hub pushes a topic; sub is nil if it isn't subscribed to.
func (t *topic) state(sub *websub.Subscription, now time.Time) {
	switch {
	case sub == nil || sub.Hub != t.hub || !isActive(sub, now):
		t.since = time.Time{}
	case t.since.IsZero():
		t.since = now
	}
}

// hostOf returns the host of an address, which alone is logged: an address may hold
// secrets.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// errStorePolls says that subscriptions are not for several processes.
var errStorePolls = errors.New("--public-url: with --store partners are asked when due, and hubs are not subscribed to: leave it out, or take --state")
