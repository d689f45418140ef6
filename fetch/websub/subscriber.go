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
	// ErrPlain says that a hub or a callback has no https URL.
	ErrPlain = errors.New("not an https URL")

	// ErrRefused says that a hub answered with a status that is no success, or
	// with a redirect that is not followed.
	ErrRefused = errors.New("the hub refused")
)

const (
	defaultLease  = 10 * 24 * time.Hour
	longestLease  = 365 * 24 * time.Hour
	verifyWithin  = 24 * time.Hour // from a request to the hub's verification
	firstRetry    = time.Minute
	longestRetry  = 24 * time.Hour
	requestTime   = 30 * time.Second
	defaultBody   = 4 << 20
	defaultBodies = 8
	keptDigests   = 16
)

// A Subscriber hears of new letters from hubs. Its methods may be called by
// several goroutines at once; its fields must not change once one was.
type Subscriber struct {
	// PublicURL is where hubs reach ServeHTTP: an https URL. Each subscription has
	// a path of its own below it, which nobody can guess.
	PublicURL string

	// OnPush is told of each push that is genuine and new. After an error the hub
	// is asked to send it again.
	OnPush func(ctx context.Context, push Push) error

	// Save, if not nil, is told of each subscription that changed, one at a time.
	// It must not call the subscriber. What it keeps goes into Restore, and holds
	// secrets. A push or a verification that can't be saved is answered with 500.
	Save func(Subscription) error

	Client  *http.Client     // asks hubs, its CheckRedirect isn't used; nil is one that refuses private addresses
	Lease   time.Duration    // to ask hubs for, which may give another; 0 is 10 days
	MaxBody int64            // bytes of a push; 0 is 4 MiB
	Bodies  int              // pushes read at once; 0 is 8
	Now     func() time.Time // nil is time.Now

	once   sync.Once
	client *http.Client
	wake   chan struct{}
	seats  chan struct{}

	mu   sync.Mutex
	subs map[string]*Subscription // by ID
}

// A Push is what a hub sent of a topic.
type Push struct {
	Topic       string
	ContentType string // as the hub says
	Body        []byte // mostly the whole feed; some hubs send what is new
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
	Error    string    `json:"error,omitempty"`   // of the last, or why the hub denied it
	Method   string    `json:"method,omitempty"`  // best signature that the hub used
	Pushed   time.Time `json:"pushed,omitzero"`   // last genuine push
	Digests  []string  `json:"digests,omitempty"` // of the last pushes
}

func (s *Subscriber) init() {
	s.once.Do(func() {
		s.client = &http.Client{Timeout: requestTime}
		if s.Client != nil {
			*s.client = *s.Client
		} else {
			s.client.Transport = fetch.Transport()
		}
		s.client.CheckRedirect = checkRedirect
		s.wake = make(chan struct{}, 1)
		s.seats = make(chan struct{}, cmp.Or(max(s.Bodies, 0), defaultBodies))
		s.subs = map[string]*Subscription{}
	})
}

func (s *Subscriber) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// Restore takes over what Save was told of before a restart.
func (s *Subscriber) Restore(list ...Subscription) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sub := range list {
		if sub.ID != "" && sub.Secret != "" {
			sub.Digests = slices.Clone(sub.Digests)
			s.subs[sub.ID] = &sub
		}
	}
	s.nudge()
}

// Follow asks for a subscription to topic at hub, which Run requests. One that is
// there stays as it is. Another hub of the same topic is given up.
func (s *Subscriber) Follow(topic, hub string) error {
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
	sub := &Subscription{ID: rand.Text(), Secret: rand.Text() + rand.Text(), Topic: topic, Hub: hub, Due: s.now()}
	s.subs[sub.ID] = sub
	s.nudge()
	return errors.Join(err, s.save(sub))
}

// Unfollow ends the subscription to a topic, which Run tells its hub of. Pushes
// of it are refused from now on.
func (s *Subscriber) Unfollow(topic string) error {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.nudge()
	return s.leave(topic)
}

func (s *Subscriber) leave(topic string) error {
	var errs []error
	for _, sub := range s.subs {
		if sub.Topic == topic && !sub.Leaving {
			sub.Leaving, sub.Pending, sub.Failures, sub.Due = true, "", 0, s.now()
			errs = append(errs, s.save(sub))
		}
	}
	return errors.Join(errs...)
}

// Active says whether a hub confirmed that it pushes a topic, and its lease is
// not over.
func (s *Subscriber) Active(topic string) bool {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sub := range s.subs {
		if sub.Topic == topic && !sub.Leaving && sub.Expires.After(s.now()) {
			return true
		}
	}
	return false
}

// Subscriptions returns what is known of each, in the order of topic and hub.
func (s *Subscriber) Subscriptions() []Subscription {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Subscription
	for _, sub := range s.subs {
		c := *sub
		c.Digests = slices.Clone(c.Digests)
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b Subscription) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Hub, b.Hub), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// Run asks hubs for what is to be subscribed, renewed or given up, when it is
// due, until ctx is done. It returns nil.
func (s *Subscriber) Run(ctx context.Context) error {
	s.init()
	for ctx.Err() == nil {
		sub, wait := s.next()
		if sub != nil {
			s.request(ctx, *sub)
			continue
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

// next returns a copy of what is due, marked as pending, or how long to wait.
func (s *Subscriber) next() (*Subscription, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, wait := s.now(), time.Hour // somebody may set the clock
	for id, sub := range s.subs {
		if sub.Over {
			delete(s.subs, id)
			continue
		}
		if until := sub.Due.Sub(now); until > 0 {
			wait = min(wait, until)
			continue
		}
		if sub.Leaving && sub.Failures >= 3 { // the hub's lease ends by itself
			sub.Over = true
			s.save(sub)
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
		if err := s.save(sub); err != nil {
			sub.Error = err.Error()
			continue
		}
		c := *sub
		return &c, 0
	}
	return nil, max(wait, time.Millisecond)
}

// request asks a hub, without the lock.
func (s *Subscriber) request(ctx context.Context, sub Subscription) {
	form := url.Values{
		"hub.mode": {sub.Pending}, "hub.topic": {sub.Topic}, "hub.secret": {sub.Secret},
		"hub.callback":      {strings.TrimSuffix(s.PublicURL, "/") + "/" + sub.ID},
		"hub.lease_seconds": {fmt.Sprint(int(cmp.Or(s.Lease, defaultLease) / time.Second))},
	}
	err := post(ctx, s.client, sub.Hub, form)
	if err == nil || ctx.Err() != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.subs[sub.ID]; now != nil {
		now.Error = err.Error()
		s.save(now)
	}
}

func (s *Subscriber) save(sub *Subscription) error {
	if s.Save == nil {
		return nil
	}
	c := *sub
	c.Digests = slices.Clone(c.Digests)
	return s.Save(c)
}

func (s *Subscriber) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func secure(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%q: %w", address, ErrPlain)
	}
	return nil
}
