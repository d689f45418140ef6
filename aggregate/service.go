package aggregate

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/schedule"
	"github.com/automationregion/newsletter/aggregate/internal/state"
)

// A Service keeps one newsletter of the feeds of partners up to date for as long
// as it runs: it asks each partner when that is due, publishes what changed, and
// tells of letters that are new.
//
//	s := &aggregate.Service{Aggregator: a}
//	s.SetPartners(partners)
//	http.Handle("/", site.Handler(s.Newsletter, site.Options{Gathered: true}))
//	err := s.Serve(ctx)
//
// Its methods may be called by several goroutines at once. Its fields must not
// change once Serve was called.
//
// # Pushes
//
// Feeds may name hubs, which tell subscribers at once of what is new (WebSub).
// [github.com/automationregion/newsletter/fetch/websub.Follower] subscribes to them:
// [Result.Feeds] tells it which, it calls Pushed, and PushedSince asks it which partners
// are pushed.
//
// # Time
//
// What is due is known by Aggregator.Now. A clock that is set forward, or a machine
// that slept, makes partners due at once; they are asked one after the other, as
// always. When the clock is set back, each partner is asked as many hours after the
// last time as before.
type Service struct {
	// Aggregator says what is gathered, and how. Without a Store the service
	// remembers as long as it runs. All, Offline, DryRun, Strict and Release are
	// of a run, and nothing to a service. Progress is called after each visit.
	Aggregator Aggregator

	// OnLetters, if not nil, is told of letters of partners that were published
	// and are new, or changed in a way that readers should know of. It is called
	// by one goroutine at a time, never while visits wait for it, and again after
	// an error, at first after a second and at last every hour; meanwhile it is
	// told of other partners. What it was told of is remembered in the Store: a
	// letter is told at least once, and again only if the service died, or the
	// store failed, before that was remembered. Letters of one partner come in
	// the order in which they were published.
	//
	// A service that is new to the store tells of all that it publishes.
	OnLetters func(ctx context.Context, news News) error

	// PushedSince, if not nil, returns since when a hub has been pushing the feed of
	// the partner with this [Partner.Key], without a break; zero if no hub does. As
	// long as it doesn't return zero, the partner is asked when [Service.Pushed] says
	// so, and besides every 6 hours, every Policy.Ceiling if that is shorter, or when
	// it is due if that is later. It is asked as all others are if it was not asked
	// after that time, as pushes before may have been missed; if its last visit failed;
	// if the last push brought nothing, as what was pushed may come late; and if
	// something was new that no push had told of, until a push brings something.
	//
	// It is called often, by several goroutines at once. It has to return quickly,
	// and must not call the service.
	PushedSince func(key string) time.Time

	// Grace is for how long visits, and OnLetters, may go on when the service is to
	// stop: 10 seconds if it is 0. After that their context is done.
	Grace time.Duration

	mu      sync.Mutex
	home    *newsletter.Newsletter // title page and own letters; nil is the aggregator's
	list    []Partner              // as they were set
	serving *serving               // nil before Serve
	current *Result                // what was published last; nil before that
	since   time.Time              // when it was published
}

// News is what a [Service] tells of one partner at once.
type News struct {
	Partner Partner
	Letters []*newsletter.Letter // as they are published, oldest first; not to be changed
}

const (
	defaultGrace = 10 * time.Second
	lastGrace    = time.Second // for what doesn't hear that its context is done
)

var (
	// errServing says that a service was to serve twice.
	errServing = errors.New("the service was started before")

	// ErrNotReady says that a service has published nothing yet.
	ErrNotReady = errors.New("nothing is published yet")

	// errStuck says that a service was told to stop, and that OnLetters or a visit
	// did not return although its context was done.
	errStuck = errors.New("the service did not stop in time")
)

// Serve publishes what is remembered, and then asks partners until ctx is done.
// Then it asks nobody any more, lets what is under way come to its end within
// Grace, and returns nil, or an error a second after that.
//
// It returns before that with a [*newsletter.FieldError] if the title page lacks
// something, and with ErrStore if what is remembered can't be read. A store that fails
// later is reported in the log and in [Service.Health], and tried again.
func (s *Service) Serve(ctx context.Context) error {
	r, err := s.begin(ctx)
	if errors.Is(err, ErrStore) && ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	return r.serve(ctx)
}

func (s *Service) begin(ctx context.Context) (*serving, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.serving != nil {
		return nil, errServing
	}
	a := s.Aggregator
	if s.home != nil {
		a.Newsletter = *s.home
	}
	a.All, a.Offline, a.DryRun, a.Strict, a.Release = false, false, false, false, false
	a.Logger = cmp.Or(a.Logger, slog.New(slog.DiscardHandler))
	a.Now = schedule.WallClock(a.Now)
	if a.Store == nil {
		a.Store = &memStore{}
	}
	visitor, err := a.NewVisitor(lease)
	if err != nil {
		return nil, err
	}
	rests, err := a.Store.Rests(ctx)
	if err != nil {
		visitor.Close()
		return nil, state.Failed(err)
	}
	visitor.client.Rests(rests)
	r := newServing(s, a, visitor)
	r.setPartners(s.list)
	s.serving = r
	return r, nil
}

// SetPartners replaces the list of partners, before Serve and while it runs. A partner
// that is new is asked when due, which is at once if nothing is remembered of it. One
// that is gone is asked no more, and its letters are published no more; they stay in
// the store. The list is not to be changed afterwards.
func (s *Service) SetPartners(list []Partner) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = slices.Clone(list)
	if s.serving != nil {
		s.serving.setPartners(s.list)
	}
}

// SetNewsletter replaces the title page, and the letters of our own, that the
// Aggregator came with. An error says what the title page lacks; the one before
// stays then.
func (s *Service) SetNewsletter(n newsletter.Newsletter) error {
	if err := checkTitlePage(&n); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.home = &n
	if s.serving != nil {
		s.serving.setNewsletter(n)
	}
	return nil
}

// Newsletter returns what was published last, or ErrNotReady. It is a
// [github.com/automationregion/newsletter/feed/feedhttp.Source]: as long as nothing
// changed it is the same value, and it is not to be changed.
func (s *Service) Newsletter(context.Context) (*newsletter.Newsletter, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return nil, ErrNotReady
	}
	return s.current.Newsletter, nil
}

// Result returns what was published last, with what is known of each partner by
// now. It is nil before anything was published.
func (s *Service) Result() *Result {
	s.mu.Lock()
	current, r := s.current, s.serving
	s.mu.Unlock()
	if current == nil {
		return nil
	}
	result := &Result{Newsletter: current.Newsletter, Partners: slices.Clone(current.Partners)}
	for i := range result.Partners {
		r.latest(&result.Partners[i])
	}
	return result
}

// Health says how a service is doing.
type Health struct {
	Ready     bool          // something is published
	Published time.Time     // when; the newsletter may have been the same since
	Letters   int           // published
	Partners  int           // each once
	Failing   int           // of them
	Gone      int           // of them, that are not asked any more
	Visiting  int           // being asked now
	Overdue   int           // due, and waiting for their turn
	Lag       time.Duration // for how long the first of these has been due
	Rests     int           // servers that asked for a rest
	Untold    int           // letters that OnLetters is yet to be told of
	Err       error         // of the store or of publishing, while it lasts
}

// Health returns how the service is doing.
func (s *Service) Health() Health {
	s.mu.Lock()
	r, current := s.serving, s.current
	st := Health{Ready: current != nil, Published: s.since, Partners: len(s.list)}
	s.mu.Unlock()
	if current != nil {
		st.Letters = len(current.Newsletter.Letters)
	}
	if r != nil {
		r.health(&st)
	}
	return st
}
