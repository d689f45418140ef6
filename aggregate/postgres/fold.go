package postgres

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
)

// Render makes the documents of a newsletter. The same newsletter gives the same
// bytes.
type Render func(*newsletter.Newsletter) ([]Document, error)

// A Publisher folds what visits changed into the published newsletter, and writes
// its documents to the database. One process does so at a time; others wait to
// take its place.
type Publisher struct {
	// OnPublish, if it is set, is called after each fold that changed documents, by
	// the process that folded, with the newsletter that they are of: to tell its hubs,
	// say. The next fold waits for it. What a process that dies right then has
	// published is told to nobody.
	OnPublish func(context.Context, *newsletter.Newsletter)

	store      *Store
	aggregator aggregate.Aggregator
	render     Render
	now        func() time.Time
	records    map[letterID]*cached // of the last newsletter
	rest       time.Time            // when the next letter leaves the window
	first      bool
}

// NewPublisher returns a publisher of the newsletter that the aggregator makes: by
// its Newsletter, Letters, Window and MaxLetters.
func (s *Store) NewPublisher(a *aggregate.Aggregator, render Render) *Publisher {
	p := &Publisher{store: s, aggregator: *a, render: render, now: a.Now, first: true}
	if p.now == nil {
		p.now = time.Now
	}
	return p
}

// foldLock is the advisory lock of who folds.
const foldLock = 0x6e6577736c657474 // "newslett"

// Publish folds whenever there is something to fold, until ctx is done. An error
// of the database is no end: it tries again.
func (p *Publisher) Publish(ctx context.Context) error {
	logger := cmp.Or(p.aggregator.Logger, silent)
	for {
		if _, err := p.Fold(ctx); err != nil && ctx.Err() == nil {
			logger.WarnContext(ctx, "the newsletter could not be published", "error", err)
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return nil
		}
	}
}

// Fold folds what has changed since the last time, if this process is the one to
// do so now. It says whether documents changed.
func (p *Publisher) Fold(ctx context.Context) (changed bool, err error) {
	var n *newsletter.Newsletter
	err = pgx.BeginFunc(ctx, p.store.pool, func(tx pgx.Tx) error {
		var ours bool
		if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock($1)`, int64(foldLock)).Scan(&ours); err != nil || !ours {
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
		if n, err = p.merge(ctx, tx); err != nil {
			return err
		}
		documents, err := p.render(n)
		if err != nil {
			return err
		}
		if changed, err = p.write(ctx, tx, documents); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM change WHERE at < now() - interval '7 days'`)
		return err
	})
	if err != nil {
		p.first = true // what was rolled back is folded anew
		return false, failed(err)
	}
	if changed && p.OnPublish != nil {
		p.OnPublish(ctx, n)
	}
	return changed, nil
}

type letterID struct {
	partner int64
	slot    int32
}

type cached struct {
	digest string
	record *aggregate.Record
}

// merge makes the newsletter as an aggregator does that visits nobody, of those
// partners whose letters may be in it.
func (p *Publisher) merge(ctx context.Context, tx pgx.Tx) (*newsletter.Newsletter, error) {
	a := p.aggregator
	a.Offline, a.DryRun, a.Progress = true, false, nil
	limit := cmp.Or(a.MaxLetters, aggregate.DefaultMaxLetters)
	oldest := int64(math.MinInt64)
	window := cmp.Or(a.Window, aggregate.DefaultWindow)
	if window > 0 {
		oldest = p.now().Add(-window).Unix()
	}
	for want := int64(limit) + int64(limit)/8 + 16; ; want *= 2 {
		if limit < 0 || want < 0 {
			want = math.MaxInt64
		}
		m := &foldStore{Store: p.store, tx: tx, ctx: ctx, logger: cmp.Or(a.Logger, silent), states: map[string]*foldState{}}
		partners, found, err := m.candidates(oldest, want, p.records)
		if err != nil {
			return nil, err
		}
		a.Store = m
		r, err := a.Run(ctx, partners)
		if err != nil {
			return nil, err
		}
		// Filters and copies may have left too little of what was looked at.
		if len(r.Newsletter.Letters) < limit && found == want && limit >= 0 {
			continue
		}
		p.records, p.first = m.records, false
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
		return r.Newsletter, nil
	}
}

// A foldStore is a view of a store, in a transaction, that has what a fold needs.
type foldStore struct {
	*Store
	ctx     context.Context
	tx      pgx.Tx
	logger  *slog.Logger
	states  map[string]*foldState
	records map[letterID]*cached
}

type foldState struct {
	stateRow
	number int64
}

// candidates reads the newest letters, and the partners that have them or others
// that may be the same.
func (m *foldStore) candidates(oldest, want int64, known map[letterID]*cached) (partners []aggregate.Partner, found int64, err error) {
	// The newest letters, without what is known of them already.
	rows, err := m.tx.Query(m.ctx, `
		SELECT l.partner, l.slot, l.digest FROM letter l JOIN state s ON s.number = l.partner JOIN partner p ON p.key = s.key
		WHERE l.open AND l.published >= $1 AND p.listed ORDER BY l.published DESC, p.place, l.slot LIMIT $2`, oldest, want)
	if err != nil {
		return nil, 0, err
	}
	m.records = map[letterID]*cached{}
	var numbers []int64
	var slots []int32
	var missing, missingSlots = []int64{}, []int32{}
	var id letterID
	var digest []byte
	_, err = pgx.ForEachRow(rows, []any{&id.partner, &id.slot, &digest}, func() error {
		found++
		numbers, slots = append(numbers, id.partner), append(slots, id.slot)
		if c := known[id]; c != nil && c.digest == string(digest) {
			m.records[id] = c
		} else {
			missing, missingSlots = append(missing, id.partner), append(missingSlots, id.slot)
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	if err := m.read(missing, missingSlots); err != nil {
		return nil, 0, err
	}
	// The partners of letters that share a name with one of them, and of those that
	// share one with these: from name to name, as thousands may share one, and not by
	// a name that one partner alone uses, however often.
	const named = `(
		SELECT * FROM letter WHERE n.kind = 1 AND open AND published >= $3 AND id = n.name
		UNION ALL
		SELECT * FROM letter WHERE n.kind = 2 AND open AND published >= $3 AND page = n.name AND page <> 0
		UNION ALL
		SELECT * FROM letter WHERE n.kind = 3 AND open AND published >= $3 AND words = n.name AND words <> 0)`
	rows, err = m.tx.Query(m.ctx, `
		WITH RECURSIVE n (kind, name) AS (
			SELECT v.kind, v.name FROM unnest($1::bigint[], $2::int[]) u (partner, slot) JOIN letter l USING (partner, slot)
				CROSS JOIN LATERAL (VALUES (1, l.id), (2, l.page), (3, l.words)) v (kind, name) WHERE v.kind = 1 OR v.name <> 0
			UNION
			SELECT v.kind, v.name FROM n
				CROSS JOIN LATERAL (SELECT o.id, o.page, o.words, min(o.partner) OVER () <> max(o.partner) OVER () AS shared FROM `+named+` o) o
				CROSS JOIN LATERAL (VALUES (1, o.id), (2, o.page), (3, o.words)) v (kind, name)
				WHERE o.shared AND (v.kind = 1 OR v.name <> 0)
		)
		SELECT unnest($1::bigint[]) UNION
		SELECT o.partner FROM n CROSS JOIN LATERAL `+named+` o`, numbers, slots, oldest)
	if err != nil {
		return nil, 0, err
	}
	if numbers, err = pgx.CollectRows(rows, pgx.RowTo[int64]); err != nil {
		return nil, 0, err
	}
	rows, err = m.tx.Query(m.ctx, `SELECT p.config, s.number, s.key, s.epoch, s.visit, s.head, s.index, s.slots
		FROM state s JOIN partner p USING (key) WHERE s.number = ANY($1) AND p.listed ORDER BY p.place, p.key`, numbers)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var config partnerRow
		f := &foldState{}
		if err := rows.Scan(append([]any{&config.config, &f.number}, f.fields()...)...); err != nil {
			return nil, 0, err
		}
		p, err := config.partner()
		if err != nil {
			m.logger.ErrorContext(m.ctx, "a partner's letters are not published: its row in the list can't be read; set the list again", "partner", f.key, "error", err)
			continue
		}
		m.states[f.key] = f
		partners = append(partners, p)
	}
	return partners, found, rows.Err()
}

// read reads letters that aren't known.
func (m *foldStore) read(numbers []int64, slots []int32) error {
	if len(numbers) == 0 {
		return nil
	}
	rows, err := m.tx.Query(m.ctx, `SELECT l.partner, l.slot, l.digest, l.record FROM unnest($1::bigint[], $2::int[]) u (partner, slot) JOIN letter l USING (partner, slot)`, numbers, slots)
	if err != nil {
		return err
	}
	var id letterID
	var digest, data []byte
	_, err = pgx.ForEachRow(rows, []any{&id.partner, &id.slot, &digest, &data}, func() error {
		c := &cached{digest: string(digest), record: new(aggregate.Record)}
		m.records[id] = c
		return c.record.UnmarshalJSON(data)
	})
	return err
}

// Load is described at [aggregate.Store].
func (m *foldStore) Load(ctx context.Context, key string) (*aggregate.State, error) {
	f := m.states[key]
	if f == nil {
		return &aggregate.State{Schema: aggregate.Schema, Key: key}, nil
	}
	st, needsLetters, err := f.state()
	if err == nil && needsLetters {
		st.Letters, err = m.Letters(ctx, key, -1)
	}
	return st, err
}

// Letters is described at [aggregate.Store].
func (m *foldStore) Letters(_ context.Context, key string, n int) ([]*aggregate.Record, error) {
	f := m.states[key]
	if f == nil {
		return nil, nil
	}
	slots := f.slots
	if n >= 0 && n < len(slots) {
		slots = slots[:n]
	}
	var numbers []int64
	var missing []int32
	for _, slot := range slots {
		if m.records[letterID{f.number, slot}] == nil {
			numbers, missing = append(numbers, f.number), append(missing, slot)
		}
	}
	if err := m.read(numbers, missing); err != nil {
		return nil, failed(err)
	}
	letters := make([]*aggregate.Record, 0, len(slots))
	for _, slot := range slots {
		c := m.records[letterID{f.number, slot}]
		if c == nil {
			return nil, fmt.Errorf("%w: %s: a letter is lost", aggregate.ErrStore, key)
		}
		r := *c.record
		letters = append(letters, &r)
	}
	return letters, nil
}

// Rename is described at [aggregate.Renamer].
func (m *foldStore) Rename(key string, ids map[string]string) error {
	f := m.states[key]
	for _, slot := range f.slots {
		c := m.records[letterID{f.number, slot}]
		if c == nil {
			continue
		}
		id, ok := ids[c.record.Letter.ID]
		if !ok {
			continue
		}
		r := *c.record
		r.Letter.ID = id
		rows, err := letterRows([]*aggregate.Record{&r})
		if err != nil {
			return err
		}
		// Not if the letter is another one by now: the next fold will see to it.
		_, err = m.tx.Exec(m.ctx, `UPDATE letter SET record = $3, digest = $4, id = $5 WHERE partner = $1 AND slot = $2 AND digest = $6`,
			f.number, slot, rows[0].data, rows[0].digest, rows[0].id, []byte(c.digest))
		if err != nil {
			return err
		}
	}
	// The index of the letters has the old IDs.
	_, err := m.tx.Exec(m.ctx, `UPDATE state SET index = NULL WHERE number = $1`, f.number)
	return err
}
