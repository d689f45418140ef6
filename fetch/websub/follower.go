package websub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// Below is where hubs reach a [Follower], below the public URL.
	Below = "/websub/"

	lookAtHubs   = 2 * time.Second                       // between two looks at what feeds name and hubs did
	unverified   = 3                                     // requests in a row that no hub verified, before that is told
	avoidHub     = 24 * time.Hour                        // for how long another hub of a feed is preferred to one that failed
	mostFollowed = 10_000                                // subscriptions at once
	pushedBytes  = 16 << 20                              // of a push; nobody reads it, but the signature is of all of it
	leaseEnded   = "the lease ended"                     // why a hub doesn't push
	leftIt       = "no partner's feed names it any more" // why a hub is left
)

// errNotYet has a hub push again later, since nobody knows yet whose feed it is.
var errNotYet = errors.New("it is not known yet whose feed this is")

// A Feed is a feed that names hubs.
type Feed struct {
	Key   string   // that a [Follower] names it by
	Name  string   // for people
	URL   string   // where it is asked for
	Topic string   // that it says hubs push, as [Discover] finds it
	Hubs  []string // the preferred one first

	// Unknown says that it can't be read right now what the feed names: what is
	// followed stays so.
	Unknown bool
}

// A Memory keeps subscriptions while no process runs, and may share them among several
// processes. It holds secrets. It may be used by several goroutines at once.
type Memory interface {
	// Load returns all subscriptions at first, and then at least those that others
	// changed since.
	Load(context.Context) ([]Subscription, error)

	// Get returns one that others may have changed, or nil if there is none.
	Get(ctx context.Context, id string) (*Subscription, error)

	// Save keeps a subscription in the place of the one with its ID, or forgets one that
	// is Over.
	Save(Subscription) error

	// Leads says whether this process is the one that asks hubs.
	Leads(context.Context) bool

	// Run does what has to be done meanwhile, until ctx is done, and Close what is left.
	Run(context.Context)
	Close() error
}

// A Follower subscribes to the hubs that feeds name, so that what is new comes at once: it
// chooses one hub of each feed, renews, tries another where one fails, and leaves what no
// feed names any more. A push is only word that a feed is due.
//
//	f := &websub.Follower{PublicURL: "https://example.org", Memory: memory, Feeds: service.Feeds, Pushed: service.Pushed}
//	service.PushedSince = f.Since
//	http.Handle(websub.Below, f)
//	go f.Run(ctx)
//
// Its fields must not change once one of its methods was called.
type Follower struct {
	PublicURL string // https; hubs reach ServeHTTP below [Below] there
	Memory    Memory // such as that of [OpenFile]; nil remembers as long as it runs

	// Feeds returns the feeds that name hubs by now, or false while that isn't known.
	Feeds func() ([]Feed, bool)

	// Pushed is told of a feed by its Key when a hub says that it changed.
	Pushed func(key string) bool

	Client *http.Client     // asks hubs; nil is one that refuses private addresses
	Logger *slog.Logger     // nil discards
	Now    func() time.Time // nil is time.Now

	once       sync.Once
	subscriber *subscriber
	pushes     atomic.Int64

	mu     sync.Mutex
	topics map[string]*topic    // by URL; nil before the first look
	of     map[string]string    // topic of a feed, by its key
	avoid  map[string]time.Time // until when, by topic and hub
	full   bool                 // mostFollowed was told of
}

// A topic is a feed that is, or is to be, pushed.
type topic struct {
	hub   string
	names []string  // of the feeds that name it
	keys  []string  // theirs
	since time.Time // since when the hub pushes it, as far as is known here; zero if it doesn't
	told  string    // what was last said of it
}

// Paths returns the paths below which hubs reach a server of this public URL, or what is
// wrong with the URL: who stands in front may take the URL's own path away, or not.
func Paths(publicURL string) (paths []string, err error) {
	u, err := url.Parse(publicURL)
	switch {
	case err != nil || u.Scheme != "https" || u.Host == "":
		return nil, fmt.Errorf("%q: %w: hubs send secrets there", publicURL, errPlain)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(u.Path, "{}") || u.Path != "" && path.Clean(u.Path) != strings.TrimSuffix(u.Path, "/") && u.Path != "/":
		return nil, fmt.Errorf("%q: expected an address such as https://example.org or https://example.org/partners", publicURL)
	}
	paths = []string{Below}
	if below := strings.TrimSuffix(u.Path, "/"); below != "" {
		paths = append(paths, below+Below)
	}
	return paths, nil
}

func (h *Follower) init() {
	h.once.Do(func() {
		h.Logger = cmp.Or(h.Logger, slog.New(slog.DiscardHandler))
		if h.Now == nil {
			h.Now = time.Now
		}
		if h.Memory == nil {
			h.Memory = nowhere{}
		}
		h.avoid = map[string]time.Time{}
		h.subscriber = &subscriber{
			PublicURL: strings.TrimSuffix(h.PublicURL, "/") + strings.TrimSuffix(Below, "/"),
			OnPush:    h.onPush, Save: h.Memory.Save, Client: h.Client, Now: h.Now,
		}
	})
}

// Run subscribes, renews and gives up until ctx is done. What is subscribed stays
// so: the next process goes on with it. An error is of the public URL, or of what is
// remembered.
func (h *Follower) Run(ctx context.Context) error {
	h.init()
	if _, err := Paths(h.PublicURL); err != nil {
		return err
	}
	list, err := h.Memory.Load(ctx)
	if err != nil {
		return err
	}
	h.subscriber.Restore(list...)
	var running sync.WaitGroup
	defer running.Wait()
	running.Go(func() { h.Memory.Run(ctx) })
	leading, stop := h.Memory.Leads(ctx), func() {}
	lead := func() {
		inner, cancel := context.WithCancel(ctx)
		stop = cancel
		running.Go(func() { h.subscriber.Run(inner) })
	}
	if leading {
		lead()
	}
	ticker := time.NewTicker(lookAtHubs)
	defer ticker.Stop()
	for ctx.Err() == nil {
		if feeds, known := h.Feeds(); known {
			h.look(feeds, leading)
		}
		select {
		case <-ctx.Done():
			stop()
			return nil
		case <-ticker.C:
		}
		if list, err := h.Memory.Load(ctx); err != nil {
			h.Logger.Warn("what others did with subscriptions can't be read", "error", err)
		} else {
			h.subscriber.Restore(list...)
		}
		if leads := h.Memory.Leads(ctx); leads != leading {
			if leading = leads; leads {
				lead()
			} else {
				stop()
			}
		}
	}
	stop()
	return nil
}

// ServeHTTP answers hubs: verifications of intent (section 5.3), denials (5.2) and
// pushes (7). The last segment of a request's path says which subscription it is for.
func (h *Follower) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.init()
	sub, err := h.Memory.Get(r.Context(), path.Base(r.URL.Path))
	if err != nil {
		http.Error(w, "this can't be looked up right now", http.StatusServiceUnavailable)
		return
	}
	if sub != nil {
		h.subscriber.Restore(*sub)
	}
	h.subscriber.ServeHTTP(w, r)
}

// Figures are how many subscriptions hubs confirmed whose lease is not over, and how many
// genuine pushes came here.
func (h *Follower) Figures() (active int, pushes int64) {
	h.init()
	for _, sub := range h.subscriber.Subscriptions() {
		if isActive(&sub, h.Now()) {
			active++
		}
	}
	return active, h.pushes.Load()
}

// onPush tells of the feeds that were pushed. Before it is known whose topic that is the
// hub is asked to send it again.
func (h *Follower) onPush(topic string) error {
	h.mu.Lock()
	if h.topics == nil {
		h.mu.Unlock()
		return errNotYet
	}
	t := h.topics[topic]
	var hub string
	var names, keys []string
	if t != nil {
		hub, names, keys = t.hub, t.names, t.keys
	}
	h.mu.Unlock()
	h.pushes.Add(1)
	for _, key := range keys {
		h.Pushed(key)
	}
	h.Logger.Info("a hub says that a feed changed", "hub", shown(hub), "partners", names)
	return nil
}

// Since returns since when a hub has been pushing the feed of a key, as far as is known
// here; zero if none does.
func (h *Follower) Since(key string) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.topics[h.of[key]]; t != nil {
		return t.since
	}
	return time.Time{}
}

// look follows what the feeds name by now, and tells what became of the subscriptions.
// Who doesn't lead only looks.
func (h *Follower) look(feeds []Feed, leads bool) {
	now := h.Now()
	all := h.subscriber.Subscriptions()
	current := map[string]*Subscription{}
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
	h.topics, h.of = h.wanted(feeds, current, now)
	for url, t := range h.topics {
		if was := before[url]; was != nil && was.hub == t.hub {
			t.since, t.told = was.since, was.told
		}
		t.state(current[url], now)
	}
	topics := h.topics
	h.mu.Unlock()
	if !leads {
		return
	}

	for url, sub := range current {
		if topics[url] == nil {
			args := []any{"hub", shown(sub.Hub), "topic", shown(url), "reason", leftIt}
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
			h.say(h.subscriber.Follow(url, t.hub), "a hub is asked for a subscription", "hub", shown(t.hub), "partners", t.names)
			continue
		}
		h.tell(t, sub, now)
	}
}

// say logs what was done, or why it failed.
func (h *Follower) say(err error, message string, args ...any) {
	if err != nil {
		h.Logger.Warn(message+", and that failed", append(args, "error", err)...)
		return
	}
	h.Logger.Info(message, args...)
}

func (h *Follower) tooMany() {
	if !h.full {
		h.full = true
		h.Logger.Warn("no more hubs are subscribed to: the feeds beyond are asked when due", "most", mostFollowed)
	}
}

// wanted returns the topics that feeds name, each with the hub that is to
// push it, and which of them is whose; the caller holds mu.
//
// A feed may name what it likes, and the topic of another with a hub of its own too.
// The hub counts that the topic's own feed names, else that of the first feed;
// a feed that doesn't name this hub is asked when due.
func (h *Follower) wanted(feeds []Feed, current map[string]*Subscription, now time.Time) (topics map[string]*topic, of map[string]string) {
	topics, of = map[string]*topic{}, map[string]string{}
	own := func(r *Feed) int {
		if r.URL == r.Topic {
			return 0
		}
		return 1
	}
	order := make([]*Feed, 0, len(feeds))
	for i := range feeds {
		r := &feeds[i]
		if sub := current[h.of[r.Key]]; sub != nil && r.Unknown {
			r.Topic, r.Hubs = sub.Topic, []string{sub.Hub}
		}
		if r.Topic != "" && len(r.Hubs) > 0 {
			order = append(order, r)
		}
	}
	slices.SortStableFunc(order, func(a, b *Feed) int { return cmp.Compare(own(a), own(b)) })
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
func (h *Follower) choose(r *Feed, sub *Subscription, now time.Time) string {
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
func isActive(sub *Subscription, now time.Time) bool {
	return !sub.Leaving && !sub.Over && sub.Expires.After(now)
}

// hasFailed says whether a hub denied a subscription, or doesn't come to it.
func hasFailed(sub *Subscription, now time.Time) bool {
	denied := sub.Error != "" && sub.Pending == ""
	return !isActive(sub, now) && (denied || sub.Failures >= unverified)
}

// state notes since when a hub pushes a topic; sub is nil if it isn't subscribed to.
func (t *topic) state(sub *Subscription, now time.Time) {
	switch {
	case sub == nil || sub.Hub != t.hub || !isActive(sub, now):
		t.since = time.Time{}
	case t.since.IsZero():
		t.since = now
	}
}

// shown is the host of an address, which alone is logged: an address may hold secrets.
func shown(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
