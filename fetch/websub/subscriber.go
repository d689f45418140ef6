package websub

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/automationregion/newsletter/fetch"
)

var (
	// errPlain says that a hub or a callback has no https URL.
	errPlain = errors.New("not an https URL")

	// errRefused says that a hub answered with a status other than success, or with a
	// redirect that is not followed.
	errRefused = errors.New("the hub refused")
)

const (
	wantedLease  = 10 * 24 * time.Hour
	longestLease = 365 * 24 * time.Hour
	verifyWithin = 24 * time.Hour // from a request to the hub's verification
	firstRetry   = time.Minute
	longestRetry = 24 * time.Hour
	requestTime  = 30 * time.Second
	pushTime     = 10 * time.Second // for a push to get its seat, and again for its body to come
	pushLine     = 16               // pushes of one hub that are read or wait for that
	askedAtOnce  = 32               // hubs
	keptDigests  = 16
)

// A subscriber hears of new letters from hubs. Its methods may be called by
// several goroutines at once; its fields must not change once one was.
type subscriber struct {
	// PublicURL is where hubs reach ServeHTTP: an https URL. Each subscription has
	// a path of its own below it, which nobody can guess.
	PublicURL string

	// OnPush is told of the topic of each push that is genuine and new. After an error
	// the hub is asked to send it again.
	OnPush func(topic string) error

	// Save, if not nil, is told of each subscription that changed, one at a time.
	// It must not call the subscriber. What it keeps goes into Restore, and holds
	// secrets. A push or a verification that can't be saved is answered with 500.
	Save func(Subscription) error

	Client *http.Client     // asks hubs, its CheckRedirect isn't used; nil is one that refuses private addresses
	Now    func() time.Time // nil is time.Now

	once   sync.Once
	client *http.Client
	wake   chan struct{}

	mu    sync.Mutex
	subs  map[string]*follow // by ID
	hubs  map[string]*hub    // by host
	asked int                // hubs that are being asked
}

// A follow is a subscription, and the hub that it is at.
type follow struct {
	Subscription
	at *hub
}

// A hub is all that one host is asked and pushes: whatever it does, other hubs
// don't wait for it.
type hub struct {
	subs  int           // subscriptions
	asked bool          // it has not answered yet
	line  chan struct{} // pushes that are read or wait for that
	seat  chan struct{} // the one that is read
}

// A Subscription is what is remembered of one topic at one hub.
type Subscription struct {
	ID      string    `json:"id"` // end of the callback's URL; a secret
	Secret  string    `json:"secret"`
	Topic   string    `json:"topic"`
	Hub     string    `json:"hub"`
	Pending string    `json:"pending,omitempty"` // "subscribe" or "unsubscribe": asked for and not verified
	Asked   time.Time `json:"asked,omitzero"`
	Expires time.Time `json:"expires,omitzero"` // end of the lease; zero if there is none
	Due     time.Time `json:"due,omitzero"`     // when the hub is asked next
	Leaving bool      `json:"leaving,omitempty"`
	Over    bool      `json:"over,omitempty"` // unsubscribed; may be forgotten

	Failures int       `json:"failures,omitzero"` // requests since one was verified
	Error    string    `json:"trouble,omitempty"` // of the last, or that the hub denied it; without a word of the hub's, as "error" once had
	Method   string    `json:"method,omitempty"`  // best signature that the hub used
	Pushed   time.Time `json:"pushed,omitzero"`   // last genuine push
	Digests  []string  `json:"digests,omitempty"` // of the last pushes
}

func (s *subscriber) init() {
	s.once.Do(func() {
		s.client = &http.Client{Timeout: requestTime}
		if s.Client != nil {
			*s.client = *s.Client
		} else {
			s.client.Transport = fetch.Transport()
		}
		s.client.CheckRedirect = checkRedirect
		s.wake = make(chan struct{}, 1)
		s.subs, s.hubs = map[string]*follow{}, map[string]*hub{}
	})
}

func (s *subscriber) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// Restore takes over what Save was told of before a restart.
func (s *subscriber) Restore(list ...Subscription) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sub := range list {
		if sub.ID != "" && sub.Secret != "" {
			sub.Digests = slices.Clone(sub.Digests)
			s.add(sub)
		}
	}
	s.nudge()
}

// Follow asks for a subscription to topic at hub, which Run requests. One that is
// there stays as it is. Another hub of the same topic is given up.
func (s *subscriber) Follow(topic, hub string) error {
	s.init()
	if err := secure(hub); err != nil {
		return err
	}
	if err := secure(s.PublicURL); err != nil {
		return err
	}
	if topic == "" {
		return errors.New("a subscription without a topic")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sub := range s.subs {
		if sub.Topic == topic && sub.Hub == hub && !sub.Leaving && !sub.Over {
			return nil
		}
	}
	err := s.leave(topic)
	sub := s.add(Subscription{ID: rand.Text(), Secret: rand.Text() + rand.Text(), Topic: topic, Hub: hub, Due: s.now()})
	s.nudge()
	return errors.Join(err, s.save(sub))
}

// add puts a subscription among those of its hub; the caller holds mu. One that is known
// keeps its seat there.
func (s *subscriber) add(sub Subscription) *follow {
	if f := s.subs[sub.ID]; f != nil && hostOf(f.Hub) == hostOf(sub.Hub) {
		f.Subscription = sub
		return f
	}
	s.remove(sub.ID)
	name := hostOf(sub.Hub)
	at := s.hubs[name]
	if at == nil {
		at = &hub{line: make(chan struct{}, pushLine), seat: make(chan struct{}, 1)}
		s.hubs[name] = at
	}
	at.subs++
	f := &follow{sub, at}
	s.subs[sub.ID] = f
	return f
}

// remove forgets a subscription, if there is one; the caller holds mu.
func (s *subscriber) remove(id string) {
	f := s.subs[id]
	if f == nil {
		return
	}
	delete(s.subs, id)
	if f.at.subs--; f.at.subs == 0 {
		delete(s.hubs, hostOf(f.Hub))
	}
}

// Unfollow ends the subscription to a topic, which Run tells its hub of. Pushes
// of it are refused from now on.
func (s *subscriber) Unfollow(topic string) error {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.nudge()
	return s.leave(topic)
}

func (s *subscriber) leave(topic string) error {
	var errs []error
	for _, sub := range s.subs {
		if sub.Topic == topic && !sub.Leaving {
			sub.Leaving, sub.Pending, sub.Failures, sub.Due = true, "", 0, s.now()
			errs = append(errs, s.save(sub))
		}
	}
	return errors.Join(errs...)
}

// Subscriptions returns what is known of each, in the order of topic and hub.
func (s *subscriber) Subscriptions() []Subscription {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Subscription
	for _, sub := range s.subs {
		c := sub.Subscription
		c.Digests = slices.Clone(c.Digests)
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b Subscription) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Hub, b.Hub), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// Run asks hubs for what is to be subscribed, renewed or given up, when it is
// due, until ctx is done: several hubs at once, and each for one subscription at a
// time. It returns nil, when all that it asked have answered or were given up.
func (s *subscriber) Run(ctx context.Context) error {
	s.init()
	var asking sync.WaitGroup
	defer asking.Wait()
	for ctx.Err() == nil {
		due, wait := s.next()
		for _, f := range due {
			asking.Go(func() { s.request(ctx, f) })
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-s.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

// next returns copies of what is due, marked as pending, and how long to wait for
// more. What has to wait for another request to end is not due before that.
func (s *subscriber) next() (due []follow, wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	wait = time.Hour // somebody may set the clock
	for id, sub := range s.subs {
		if sub.Over {
			s.remove(id)
			continue
		}
		if until := sub.Due.Sub(now); until > 0 {
			wait = min(wait, until)
			continue
		}
		if sub.Leaving && sub.Failures >= 3 { // the hub's lease ends by itself
			sub.Over, wait = true, 0
			s.save(sub)
			continue
		}
		if sub.at.asked || s.asked == askedAtOnce {
			continue
		}
		sub.Pending, sub.Asked = "subscribe", now
		if sub.Leaving {
			sub.Pending = "unsubscribe"
		}
		// The verification may come before the answer, or never. Asked again later,
		// each time later.
		sub.Failures++
		sub.Due = now.Add(min(firstRetry<<min(sub.Failures-1, 16), longestRetry))
		wait = min(wait, sub.Due.Sub(now))
		if err := s.save(sub); err != nil {
			sub.Error = err.Error()
			continue
		}
		sub.at.asked = true
		s.asked++
		due = append(due, *sub)
	}
	return due, max(wait, time.Millisecond)
}

// request asks a hub, without the lock.
func (s *subscriber) request(ctx context.Context, sub follow) {
	form := url.Values{
		"hub.mode": {sub.Pending}, "hub.topic": {sub.Topic}, "hub.secret": {sub.Secret},
		"hub.callback":      {strings.TrimSuffix(s.PublicURL, "/") + "/" + sub.ID},
		"hub.lease_seconds": {fmt.Sprint(int(wantedLease / time.Second))},
	}
	err := post(ctx, s.client, sub.Hub, form)
	s.mu.Lock()
	defer s.mu.Unlock()
	sub.at.asked = false
	s.asked--
	s.nudge()
	if err == nil || ctx.Err() != nil {
		return
	}
	if now := s.subs[sub.ID]; now != nil {
		now.Error = err.Error()
		s.save(now)
	}
}

func (s *subscriber) save(sub *follow) error {
	if s.Save == nil {
		return nil
	}
	c := sub.Subscription
	c.Digests = slices.Clone(c.Digests)
	return s.Save(c)
}

func (s *subscriber) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func secure(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%q: %w", address, errPlain)
	}
	return nil
}

// hostOf returns the host that a hub is at, whatever its port.
func hostOf(hub string) string {
	u, err := url.Parse(hub)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
