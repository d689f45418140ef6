package postgres

import (
	"cmp"
	"context"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/internal/schedule"
	"github.com/automationregion/newsletter/aggregate/internal/state"
)

// Publish folds what visits changed into the newsletter that [Store.Newsletter] returns to
// all processes, the one that the aggregator makes by its Newsletter, Letters, Window and
// MaxLetters, whenever there is something to fold, until ctx is done. One process does so
// at a time; others wait to take its place. After an error of the database it tries again.
//
// onPublish, if not nil, is called after each fold that changed the newsletter, by the
// process that folded: to tell its hubs, say. The next fold waits for it. What a process
// that dies right then has published is told to nobody.
func (s *Store) Publish(ctx context.Context, a *aggregate.Aggregator, onPublish func(context.Context, *newsletter.Newsletter)) error {
	p := s.newPublisher(a)
	p.onPublish = onPublish
	logger := cmp.Or(a.Logger, silent)
	var said time.Time
	for {
		if _, err := p.fold(ctx); err != nil && ctx.Err() == nil && time.Since(said) > sayAgain {
			logger.WarnContext(ctx, "the newsletter could not be published, and that is tried each second", "error", err)
			said = time.Now()
		}
		if schedule.Sleep(time.Second, ctx.Done()); ctx.Err() != nil {
			return nil
		}
	}
}

// A publisher folds.
type publisher struct {
	onPublish  func(context.Context, *newsletter.Newsletter)
	store      *Store
	aggregator aggregate.Aggregator
	now        func() time.Time
	records    map[letterID]*cached // of the last newsletter
	rest       time.Time            // when the next letter leaves the window
	first      bool
	body       []byte // of the last newsletter, as it was written
}

func (s *Store) newPublisher(a *aggregate.Aggregator) *publisher {
	p := &publisher{store: s, aggregator: *a, now: a.Now, first: true}
	if p.now == nil {
		p.now = time.Now
	}
	return p
}

// foldLock is the advisory lock of who folds, with the schema, as lock has it.
const foldLock = 0x6e6577736c657474 // "newslett"

// sayAgain is how often an error is said that lasts.
const sayAgain = time.Minute

// fold folds what has changed since the last time, if this process is the one to
// do so now. It says whether the newsletter changed.
func (p *publisher) fold(ctx context.Context) (changed bool, err error) {
	var n *newsletter.Newsletter
	var window aggregate.Window
	var etag string
	err = pgx.BeginFunc(ctx, p.store.pool, func(tx pgx.Tx) error {
		var ours bool
		if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock($1)`, p.store.lock(foldLock)).Scan(&ours); err != nil || !ours {
			return err
		}
		// The one process that moves rows numbers them in the order of the commits.
		tag, err := tx.Exec(ctx, `WITH p AS (DELETE FROM pending WHERE ctid = ANY(ARRAY(SELECT ctid FROM pending LIMIT 50000)) RETURNING partner, slot)
			INSERT INTO change (partner, slot) SELECT partner, slot FROM p ORDER BY partner, slot`)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 && !p.first && (p.rest.IsZero() || p.now().Before(p.rest)) {
			return nil
		}
		if n, window, err = p.merge(ctx, tx); err != nil {
			return err
		}
		if err := n.Validate(); err != nil {
			return err
		}
		if etag, changed, err = p.write(ctx, tx, n); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM change WHERE at < now() - interval '7 days'`)
		return err
	})
	if err != nil {
		p.first = true // what was rolled back is folded anew
		return false, state.Failed(err)
	}
	if changed {
		p.store.published.Set(edition{n, etag})
		p.store.keep(etag, p.body)
		cmp.Or(p.aggregator.Logger, silent).InfoContext(ctx, "published", "letters", len(n.Letters), "own", len(p.aggregator.Newsletter.Letters), "partners", window.Partners, "left_out", window.LeftOut)
		if p.onPublish != nil {
			p.onPublish(ctx, n)
		}
	}
	return changed, nil
}

// merge makes the newsletter as an aggregator does that visits nobody, of those
// partners whose letters may be in it.
func (p *publisher) merge(ctx context.Context, tx pgx.Tx) (*newsletter.Newsletter, aggregate.Window, error) {
	a := p.aggregator
	a.Offline, a.DryRun, a.Progress = true, false, nil
	limit := cmp.Or(a.MaxLetters, aggregate.DefaultMaxLetters)
	oldest := int64(math.MinInt64)
	window := cmp.Or(a.Window, aggregate.DefaultWindow)
	if window > 0 {
		oldest = p.now().Add(-window).Unix()
	}
	known := p.records
	for want := int64(limit) + int64(limit)/8 + 16; ; want *= 4 {
		if limit < 0 || want < 0 {
			want = math.MaxInt64
		}
		m := newFoldStore(p.store, tx, cmp.Or(a.Logger, silent), known)
		partners, horizon, err := m.candidates(ctx, oldest, want)
		if err != nil {
			return nil, aggregate.Window{}, err
		}
		a.Store = m
		r, err := a.Run(ctx, partners)
		if err != nil {
			return nil, aggregate.Window{}, err
		}
		// Partners that were not looked at have letters that are older than the horizon,
		// and none of them is wanted if there are as many newer ones of as many partners.
		// Copies and filters may have left too little.
		if horizon != math.MinInt64 && (r.Window.Partners < limit || r.Window.Oldest.Unix() <= horizon) {
			known = m.picked
			continue
		}
		p.records, p.first = m.picked, false
		p.rest = time.Time{}
		for _, l := range r.Newsletter.Letters {
			dated := l.Published
			if dated.IsZero() {
				dated = l.Updated
			}
			if end := dated.Add(window + time.Second); window > 0 && end.After(p.now()) && (p.rest.IsZero() || end.Before(p.rest)) {
				p.rest = end
			}
		}
		return r.Newsletter, r.Window, nil
	}
}
