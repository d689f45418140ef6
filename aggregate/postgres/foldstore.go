package postgres

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/internal/state"
)

type letterID struct {
	partner int64
	slot    int32
}

type cached struct {
	digest string
	record *aggregate.Record
	err    error // why there is no record
}

// A foldStore is a view of a store, in a transaction, that has what a fold needs.
type foldStore struct {
	*Store
	tx      pgx.Tx
	logger  *slog.Logger
	states  map[string]*foldState
	known   map[letterID]*cached // from before
	records map[letterID]*cached // as they are now
	picked  map[letterID]*cached // those of the newsletter
}

func newFoldStore(s *Store, tx pgx.Tx, logger *slog.Logger, known map[letterID]*cached) *foldStore {
	return &foldStore{
		Store: s, tx: tx, logger: logger,
		states: map[string]*foldState{}, known: known, records: map[letterID]*cached{}, picked: map[letterID]*cached{},
	}
}

type foldState struct {
	stateRow
	number int64
	newest int64 // of its letters that may be published
	place  int64 // of the partner
	config []byte
}

// candidates reads the partners that have the newest letters, so many of them, and
// those that have letters that may be the same. Other partners have none that is
// newer than the horizon, or none at all if that is [math.MinInt64].
func (m *foldStore) candidates(ctx context.Context, oldest, want int64) (partners []aggregate.Partner, horizon int64, err error) {
	const columns = `p.config, p.place, s.number, s.newest, s.key, s.epoch, s.visit, s.head, s.index, s.slots`
	newest, err := m.readStates(ctx, `SELECT `+columns+` FROM state s JOIN partner p USING (key)
		WHERE s.newest >= $1 AND p.listed ORDER BY s.newest DESC, p.place, s.key LIMIT $2`, oldest, want)
	if err != nil {
		return nil, 0, err
	}
	list, horizon := newest, int64(math.MinInt64)
	if int64(len(newest)) == want {
		horizon = newest[want-1].newest
		numbers := make([]int64, len(newest))
		for i, f := range newest {
			numbers[i] = f.number
		}
		related, err := m.related(ctx, numbers, horizon, oldest)
		if err != nil {
			return nil, 0, err
		}
		others, err := m.readStates(ctx, `SELECT `+columns+` FROM state s JOIN partner p USING (key)
			WHERE s.number = ANY($1) AND s.number <> ALL($2) AND p.listed AND s.newest >= $3`, related, numbers, oldest)
		if err != nil {
			return nil, 0, err
		}
		list = append(list, others...)
	}
	slices.SortFunc(list, func(a, b *foldState) int { return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.key, b.key)) })
	for _, f := range list {
		p, err := (&partnerRow{config: f.config}).partner()
		if err != nil {
			m.logger.ErrorContext(ctx, "a partner's letters are not published: its row in the list can't be read; set the list again", "partner", f.key, "error", err)
			continue
		}
		m.states[f.key] = f
		partners = append(partners, p)
	}
	return partners, horizon, nil
}

func (m *foldStore) readStates(ctx context.Context, sql string, args ...any) ([]*foldState, error) {
	rows, err := m.tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*foldState, error) {
		f := &foldState{}
		return f, row.Scan(append([]any{&f.config, &f.place, &f.number, &f.newest}, f.fields()...)...)
	})
}

// related returns the numbers of partners with letters that share a name with one
// that these partners have since a time, and of those that share one with these:
// from name to name, as thousands may share one, and not by a name that one partner
// alone uses, however often.
func (m *foldStore) related(ctx context.Context, numbers []int64, since, oldest int64) ([]int64, error) {
	const named = `(
		SELECT * FROM letter WHERE n.kind = 1 AND open AND published >= $3 AND id = n.name
		UNION ALL
		SELECT * FROM letter WHERE n.kind = 2 AND open AND published >= $3 AND page = n.name AND page <> 0
		UNION ALL
		SELECT * FROM letter WHERE n.kind = 3 AND open AND published >= $3 AND words = n.name AND words <> 0)`
	rows, err := m.tx.Query(ctx, `
		WITH RECURSIVE n (kind, name) AS (
			SELECT n.kind, n.name FROM (
				SELECT DISTINCT v.kind, v.name FROM letter l CROSS JOIN LATERAL (VALUES (1, l.id), (2, l.page), (3, l.words)) v (kind, name)
				WHERE l.open AND l.published >= $2 AND l.partner = ANY($1) AND (v.kind = 1 OR v.name <> 0)) n
				WHERE (SELECT min(o.partner) <> max(o.partner) FROM `+named+` o)
			UNION
			SELECT v.kind, v.name FROM n
				CROSS JOIN LATERAL (SELECT o.id, o.page, o.words, min(o.partner) OVER () <> max(o.partner) OVER () AS shared FROM `+named+` o) o
				CROSS JOIN LATERAL (VALUES (1, o.id), (2, o.page), (3, o.words)) v (kind, name)
				WHERE o.shared AND (v.kind = 1 OR v.name <> 0)
		)
		SELECT DISTINCT o.partner FROM n CROSS JOIN LATERAL `+named+` o`, numbers, since, oldest)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// Pick returns the letters of a fold: an [aggregate.Aggregator] that is offline asks
// for them by their places. What is known already is not read again.
func (m *foldStore) Pick(ctx context.Context, places map[string][]int) (map[string][]*aggregate.Record, error) {
	var numbers []int64
	var slots []int32
	for key, list := range places {
		f := m.states[key]
		for _, at := range list {
			if f != nil && at < len(f.slots) {
				numbers, slots = append(numbers, f.number), append(slots, f.slots[at])
			}
		}
	}
	if err := m.read(ctx, numbers, slots); err != nil {
		return nil, state.Failed(err)
	}
	picked := make(map[string][]*aggregate.Record, len(places))
	for key, list := range places {
		records := make([]*aggregate.Record, len(list))
		f := m.states[key]
		for k, at := range list {
			if f == nil || at >= len(f.slots) {
				continue
			}
			id := letterID{f.number, f.slots[at]}
			c := m.records[id]
			if c == nil {
				continue
			}
			if m.picked[id] = c; c.record != nil {
				r := *c.record
				records[k] = &r
			}
		}
		picked[key] = records
	}
	return picked, nil
}

// read reads letters as they are now: those that are others than before.
func (m *foldStore) read(ctx context.Context, numbers []int64, slots []int32) error {
	if len(numbers) == 0 {
		return nil
	}
	digests := make([][]byte, len(numbers))
	for i := range numbers {
		if c := m.known[letterID{numbers[i], slots[i]}]; c != nil {
			digests[i] = []byte(c.digest)
		}
	}
	rows, err := m.tx.Query(ctx, `SELECT l.partner, l.slot, l.digest, CASE WHEN l.digest IS DISTINCT FROM u.digest THEN l.record END
		FROM unnest($1::bigint[], $2::int[], $3::bytea[]) u (partner, slot, digest) JOIN letter l USING (partner, slot)`, numbers, slots, digests)
	if err != nil {
		return err
	}
	var id letterID
	var digest, data []byte
	_, err = pgx.ForEachRow(rows, []any{&id.partner, &id.slot, &digest, &data}, func() error {
		if data == nil {
			m.records[id] = m.known[id]
			return nil
		}
		c := &cached{digest: string(digest), record: new(aggregate.Record)}
		m.records[id] = c
		if err := c.record.UnmarshalJSON(data); err != nil {
			c.record, c.err = nil, err
			m.logger.ErrorContext(ctx, "a letter is not published: its row can't be read", "partner", id.partner, "slot", id.slot, "error", err)
		}
		return nil
	})
	return err
}

// Load is described at [aggregate.Store].
func (m *foldStore) Load(ctx context.Context, key string) (*aggregate.State, error) {
	f := m.states[key]
	if f == nil {
		return &aggregate.State{Schema: state.Schema, Key: key}, nil
	}
	st, needsLetters, err := f.state()
	if err == nil && needsLetters {
		st.Letters, err = m.Letters(ctx, key, -1)
	}
	return st, err
}

// Letters is described at [aggregate.Store].
func (m *foldStore) Letters(ctx context.Context, key string, n int) ([]*aggregate.Record, error) {
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
	if err := m.read(ctx, numbers, missing); err != nil {
		return nil, state.Failed(err)
	}
	letters := make([]*aggregate.Record, 0, len(slots))
	for _, slot := range slots {
		c := m.records[letterID{f.number, slot}]
		if c == nil {
			return nil, fmt.Errorf("%w: %s: a letter is lost", aggregate.ErrStore, key)
		}
		if c.record == nil {
			return nil, fmt.Errorf("%w: %w: %s: a letter: %w", aggregate.ErrStore, aggregate.ErrUnreadable, key, c.err)
		}
		r := *c.record
		letters = append(letters, &r)
	}
	return letters, nil
}

// Rename gives letters the IDs that an [aggregate.Aggregator] found for them.
func (m *foldStore) Rename(ctx context.Context, key string, ids map[string]string) error {
	f := m.states[key]
	for _, slot := range f.slots {
		c := m.records[letterID{f.number, slot}]
		if c == nil || c.record == nil {
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
		_, err = m.tx.Exec(ctx, `UPDATE letter SET record = $3, digest = $4, id = $5 WHERE partner = $1 AND slot = $2 AND digest = $6`,
			f.number, slot, rows[0].data, rows[0].digest, rows[0].id, []byte(c.digest))
		if err != nil {
			return err
		}
	}
	// The index of the letters has the old IDs.
	_, err := m.tx.Exec(ctx, `UPDATE state SET index = NULL WHERE number = $1`, f.number)
	return err
}
