package aggregate

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/intake"
	"github.com/automationregion/newsletter/aggregate/internal/sameness"
	"github.com/automationregion/newsletter/aggregate/internal/state"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/internal/useragent"
	"github.com/automationregion/newsletter/internal/weburl"
)

// lease is for how long a run claims a partner. It outlasts a visit within the
// default limits, with every redirect there may be.
const lease = time.Hour

// A Visitor visits partners for a program that knows by itself whose turn it is:
// a queue that several processes share. It asks, learns and records just as
// [Aggregator.Run] does, and merges nothing. It may be used by several goroutines
// at once, and outlasts many visits.
type Visitor struct {
	aggregator Aggregator
	client     *fetch.Client
	own        *sameness.Ourselves
	lease      time.Duration
	reading    chan struct{} // holds one for each feed that is being read

	vocabularies *intake.Choice
}

// NewVisitor returns a visitor with the settings of the aggregator, whose Store it
// leaves alone. lease is for how long it claims a partner: longer than a visit may
// take. An error is of the title page or that of [Vocabularies.Validate]. Close it
// after use.
func (a *Aggregator) NewVisitor(lease time.Duration) (*Visitor, error) {
	vocabularies, err := a.check()
	if err != nil {
		return nil, err
	}
	return &Visitor{
		aggregator: *a, client: a.newClient(), own: sameness.NewOurselves(&a.Newsletter), lease: lease, vocabularies: vocabularies,
		// More would only be read more slowly, each within its own budget, and take more memory.
		reading: make(chan struct{}, runtime.GOMAXPROCS(0)),
	}, nil
}

// newClient returns the client that asks for the partners' feeds.
func (a *Aggregator) newClient() *fetch.Client {
	o := a.Fetch
	o.UserAgent = cmp.Or(o.UserAgent, useragent.Of(a.Newsletter.URL))
	o.Now = a.Now
	return fetch.NewClient(o)
}

// Close lets go of connections that nobody uses.
func (v *Visitor) Close() { v.client.Close() }

// Visit visits those of the partners that are due, one after the other, and hands
// on the report of each, until next returns false. It returns the hosts that
// asked for a rest by now, and until when. An error is of the store or ctx's; a
// visit that ctx cuts short leaves its partner as it was.
func (v *Visitor) Visit(ctx context.Context, store Store, partners []Partner, next func(PartnerReport) bool) (rests map[string]time.Time, err error) {
	a := v.aggregator
	a.Store, a.Progress, a.DryRun = store, nil, false
	known, err := store.Rests(ctx)
	if err != nil {
		return nil, state.Failed(err)
	}
	v.client.Rests(known)
	begun := map[string]bool{}
	for i := range partners {
		if host := weburl.Host(partners[i].address()); !begun[host] {
			begun[host] = true
			v.client.Begin(host)
		}
	}
	for i := range partners {
		report, err := v.visit(ctx, &a, nil, partners[i:i+1])
		if err = errors.Join(err, context.Cause(ctx)); err != nil {
			return v.client.Rests(nil), err
		}
		if !next(report) {
			break
		}
	}
	return v.client.Rests(nil), nil
}

// visit visits a partner if it is due. With an error the report is what the visit
// met, or has the partner's key alone if it met nothing.
func (v *Visitor) visit(ctx context.Context, a *Aggregator, waits func() func(), partner []Partner) (PartnerReport, error) {
	r := a.newRun(partner)
	r.visitor, r.waits = v, waits
	err := r.visit(ctx, 0, func(int, *State) (omitted, error) { return omitted{}, nil })
	return r.reports[0], err
}

// check says what is wrong with the fields, before anybody is visited, or returns
// which vocabularies are chosen.
func (a *Aggregator) check() (*intake.Choice, error) {
	if err := checkTitlePage(&a.Newsletter); err != nil {
		return nil, err
	}
	return intake.Choose(a.Vocabularies)
}

// checkTitlePage says what a newsletter lacks that nobody could make up for it.
func checkTitlePage(n *newsletter.Newsletter) error {
	for _, field := range [...]struct{ name, value string }{{"Title", n.Title}, {"URL", n.URL}} {
		if strings.TrimSpace(field.value) == "" {
			return &newsletter.FieldError{Letter: -1, Field: field.name, Reason: "it is required of the newsletter that partners' letters are gathered in, and nobody else can state it"}
		}
	}
	page := newsletter.Newsletter{Title: n.Title, URL: n.URL, FeedURL: n.FeedURL}
	return page.Validate()
}
