package aggregate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/fetch/websub"
	"github.com/automationregion/newsletter/internal/ctxio"
	"github.com/automationregion/newsletter/internal/weburl"
	"github.com/automationregion/newsletter/parse"
)

// errSlow says that reading and cleaning what a partner sent took longer than
// [Limits] allow.
var errSlow = errors.New("reading the feed takes too long")

// errPanic says that what reads feeds panicked at what a partner sent. That is a
// fault of this library: the log has the stack, and it costs that partner alone
// its visit.
var errPanic = errors.New("the reader broke at this feed, please report it")

// read takes in the feed that came, or says why it can't be read: because that takes too
// much time or breaks the reader, too. Another error is of the store or ctx's.
func (v *partnerVisit) read(ctx context.Context) (unreadable, err error) {
	select {
	case v.visitor.reading <- struct{}{}:
		defer func() { <-v.visitor.reading }()
	case <-ctx.Done():
		return nil, v.giveUp(ctx)
	}
	slow := fmt.Errorf("%w: more than %s", errSlow, v.limits.Time)
	inTime, cancel := context.WithTimeoutCause(ctx, v.limits.Time, slow)
	defer cancel()

	var feed *newsletter.Newsletter
	var cut error
	var how parse.Reading
	body := v.out.Body
	options := parse.Options{BaseURL: v.out.URL, Charset: v.out.Charset, MaxLetters: remembered, Report: func(r parse.Reading) { how = r }}
	readFeed := feedReader(parse.Feed)
	if v.readFeed != nil {
		readFeed = v.readFeed
	}
	failed := v.within(inTime, func() error {
		feed, cut = readFeed(ctxio.NewReader(inTime, bytes.NewReader(body)), options)
		return nil
	})
	switch {
	case ctx.Err() != nil:
		return nil, v.giveUp(ctx)
	case inTime.Err() != nil:
		return slow, nil
	case failed != nil:
		return failed, nil
	case cut != nil && (feed == nil || len(feed.Letters) == 0):
		return cut, nil
	}
	err = v.remember(ctx, inTime, feed, &how, cut)
	if errors.Is(err, errSlow) || errors.Is(err, errPanic) {
		return err, v.forget(ctx)
	}
	return nil, err
}

// within calls a function that looks at its context as it works, and returns when
// it has come to its end: nothing that a visit began goes on after it. A panic is an
// error that is [errPanic].
func (v *partnerVisit) within(ctx context.Context, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			v.logger.ErrorContext(ctx, "the reader broke", "key", v.state.Key, "url", v.out.URL, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	return f()
}

// remember takes in a feed that was read so, which may come with an error that says
// where it ends.
func (v *partnerVisit) remember(ctx, inTime context.Context, feed *newsletter.Newsletter, how *parse.Reading, cut error) error {
	lost, err := v.claimedWhole(ctx, v.state)
	if err != nil {
		return err
	}
	switch {
	case lost && v.out.Partial:
		v.amend = forget
	case errors.Is(cut, parse.ErrTruncated):
		v.amend = forgetBody // the rest may be there next time
	}
	v.named = newsletter.Newsletter{FeedURL: feed.FeedURL, Hubs: feed.Hubs} // what follows changes the feed
	state := v.state
	d := newDelivery(v.partner, feed, v.out.URL, &v.limits)
	d.partial, d.now, d.oldest = v.out.Partial || cut != nil, v.now, v.oldest
	d.own, d.release, d.wire, d.Choice = v.visitor.own, v.Release, v.out.Bytes, v.visitor.vocabularies
	var c counts
	err = v.within(inTime, func() (err error) {
		c, err = state.remember(inTime, &d)
		return err
	})
	if ctx.Err() != nil {
		return v.giveUp(ctx)
	} else if err != nil {
		return err
	}
	v.report.New, v.report.Changed, v.report.Known, v.report.Own = c.new, c.changed, c.known, c.own
	v.report.LeftOut = leftOut(d.LeftOut)
	v.state.Warning = d.saidCuts()
	if left := how.Unpublished(); left != "" {
		v.state.Warning = joined(left+": who publishes them there and exports anew, or has the feed of the site listed instead, has them here", v.state.Warning)
	}
	if cut != nil {
		v.state.Warning = joined(cut.Error(), v.state.Warning)
	}
	v.changed = true
	return nil
}

// forget has what taking in a feed began to change count for nothing.
func (v *partnerVisit) forget(ctx context.Context) error {
	claimed := State{Key: v.state.Key, Epoch: v.state.Epoch}
	fresh, err := v.store.Load(ctx, claimed.Key)
	if err != nil {
		return errors.Join(err, v.unclaim(ctx, &claimed))
	}
	fresh.Epoch = claimed.Epoch
	v.state, v.changed = fresh, false
	return nil
}

// giveUp ends the claim of a visit that ctx cuts short.
func (v *partnerVisit) giveUp(ctx context.Context) error {
	return errors.Join(context.Cause(ctx), v.unclaim(ctx, v.state))
}

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
	if _, ok := weburl.Web(topic); !ok || len(topic) > longestHubURL {
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
