package postgres

import (
	"context"
	"crypto/sha256"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/internal/sameness"
	"github.com/automationregion/newsletter/aggregate/internal/state"
)

// Record is described at [aggregate.Store]. It writes the letters that changed
// and no others, in one transaction with the state.
func (s *Store) Record(ctx context.Context, st *aggregate.State) error {
	if st.Letters == nil && len(st.Index) > 0 {
		return state.Unread(st.Key)
	}
	if st.Epoch <= 0 {
		return state.Overtaken(st.Key)
	}
	rows, err := letterRows(st.Letters)
	if err != nil {
		return state.Failed(err)
	}
	head, fetch, err := encodeHead(st)
	if err != nil {
		return state.Failed(err)
	}
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		old, err := lockLetters(ctx, tx, st)
		if err != nil {
			return err
		}
		change := old.compare(rows)
		slots := make([]int32, len(rows))
		for i := range rows {
			slots[i] = rows[i].slot
		}
		var index []byte
		if len(st.Index) > 0 {
			index = st.Index
		}
		b := &pgx.Batch{}
		b.Queue(`UPDATE state SET lease = 0, head = $2, visit = $3, due = $4, last_attempt = $5, index = $6, slots = $7, newest = $8 WHERE key = $1`,
			st.Key, head, fetch, dueAt(st), micros(st.Fetch.LastAttempt), index, slots, newestOf(rows))
		if len(change.gone) > 0 {
			b.Queue(`DELETE FROM letter WHERE partner = $1 AND slot = ANY($2)`, old.number, change.gone)
		}
		for _, r := range change.written {
			b.Queue(`INSERT INTO letter (partner, slot, digest, open, published, id, page, words, record) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
				ON CONFLICT (partner, slot) DO UPDATE SET digest = excluded.digest, open = excluded.open, published = excluded.published,
					id = excluded.id, page = excluded.page, words = excluded.words, record = excluded.record`,
				old.number, r.slot, r.digest, r.open, r.published, r.id, r.page, r.words, r.data)
		}
		if len(change.pending) > 0 {
			b.Queue(`INSERT INTO pending (partner, slot) SELECT $1, unnest($2::int[])`, old.number, change.pending)
		}
		return tx.SendBatch(ctx, b).Close()
	})
	return state.Failed(err)
}

// encodeHead returns all of a state but its letters, in two parts.
func encodeHead(st *aggregate.State) (head, fetch []byte, err error) {
	fetch, err = visitOf(st)
	if err != nil {
		return nil, nil, err
	}
	var none aggregate.State
	h := *st
	h.Letters, h.Index, h.Fetch = nil, nil, none.Fetch
	head, err = h.MarshalJSON()
	return head, fetch, err
}

// A letterRow is a row of the table of letters.
type letterRow struct {
	slot            int32 // 0 as long as it has none
	digest          []byte
	open            bool
	published       int64
	id, page, words int64
	data            []byte
}

// newestOf returns when the newest letter that may be published was, nil if there
// is none.
func newestOf(rows []letterRow) (newest *int64) {
	for i := range rows {
		if r := &rows[i]; r.open && (newest == nil || r.published > *newest) {
			newest = &r.published
		}
	}
	return newest
}

func letterRows(letters []*aggregate.Record) ([]letterRow, error) {
	rows := make([]letterRow, len(letters))
	for i, r := range letters {
		data, err := r.MarshalJSON()
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		published := r.Letter.Published
		if published.IsZero() {
			published = r.Letter.Updated
		}
		id, page, words := sameness.Names(r.Letter.ID, r.Letter.URL, r.Text)
		rows[i] = letterRow{
			digest: sum[:16], open: r.Held == "" && !r.Closed, published: published.Unix(), data: data,
			id: int64(id), page: int64(page), words: int64(words),
		}
	}
	return rows, nil
}

// oldLetters are those that are remembered of a partner.
type oldLetters struct {
	number   int64 // of the partner
	byDigest map[string][]int32
	byID     map[int64][]int32
	open     map[int32]bool
	last     int32 // greatest slot
}

// lockLetters locks a state that the caller has claimed, and says which letters it
// has.
func lockLetters(ctx context.Context, tx pgx.Tx, st *aggregate.State) (*oldLetters, error) {
	old := &oldLetters{byDigest: map[string][]int32{}, byID: map[int64][]int32{}, open: map[int32]bool{}}
	err := tx.QueryRow(ctx, `SELECT number FROM state WHERE key = $1 AND epoch = $2 FOR UPDATE`, st.Key, st.Epoch).Scan(&old.number)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, state.Overtaken(st.Key)
	}
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `SELECT slot, digest, id, open FROM letter WHERE partner = $1 ORDER BY slot`, old.number)
	if err != nil {
		return nil, err
	}
	var slot int32
	var digest []byte
	var id int64
	var open bool
	_, err = pgx.ForEachRow(rows, []any{&slot, &digest, &id, &open}, func() error {
		old.byDigest[string(digest)] = append(old.byDigest[string(digest)], slot)
		old.byID[id] = append(old.byID[id], slot)
		old.open[slot], old.last = open, slot
		return nil
	})
	return old, err
}

// A difference is what has to be written.
type difference struct {
	written []*letterRow
	gone    []int32
	pending []int32 // slots of letters that are, or were, published
}

// compare gives each row its slot: the one that it has, the one of the letter with
// its ID, or a new one.
func (old *oldLetters) compare(rows []letterRow) (d difference) {
	taken := make(map[int32]bool, len(rows))
	take := func(list []int32) int32 {
		for _, slot := range list {
			if !taken[slot] {
				taken[slot] = true
				return slot
			}
		}
		return 0
	}
	for i := range rows {
		rows[i].slot = take(old.byDigest[string(rows[i].digest)])
	}
	for i := range rows {
		r := &rows[i]
		if r.slot != 0 {
			continue
		}
		if r.slot = take(old.byID[r.id]); r.slot == 0 {
			old.last++
			r.slot = old.last
		}
		d.written = append(d.written, r)
		if r.open || old.open[r.slot] {
			d.pending = append(d.pending, r.slot)
		}
	}
	for slot, open := range old.open {
		if !taken[slot] {
			d.gone = append(d.gone, slot)
			if open {
				d.pending = append(d.pending, slot)
			}
		}
	}
	return d
}
