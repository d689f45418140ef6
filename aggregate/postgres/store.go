package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/internal/state"
	"github.com/automationregion/newsletter/internal/latest"
)

var silent = slog.New(slog.DiscardHandler)

// A Store is an [aggregate.Store] in a PostgreSQL database, which any number of
// processes on any number of machines may share. It may be used by several
// goroutines at once.
type Store struct {
	pool   *pgxpool.Pool
	url    string
	schema string
	cache  string
	logger *slog.Logger

	published latest.Value[edition]
	checked   atomic.Bool // the tables are of this version
	silent    error       // what Open met, for the first Check to say
}

// Open opens the store in a database, whose address is as libpq has it
// (postgres://user@host/database?sslmode=verify-full; in a password an @ is %40), or
// has its settings from the environment (PGHOST and the like). Besides those
// settings, pool_max_conns says how many connections there may be. An error is
// [aggregate.ErrStore], and says so if the tables are not of this version.
func Open(ctx context.Context, url string, opts ...Options) (*Store, error) {
	schema, err := schemaOf(opts)
	if err != nil {
		return nil, err
	}
	pool, err := newPool(ctx, url, schema)
	if err != nil {
		return nil, err
	}
	s := &Store{pool: pool, url: url, schema: schema, logger: silent}
	if len(opts) > 0 {
		s.cache, s.logger = opts[0].Cache, cmp.Or(opts[0].Logger, silent)
	}
	if s.cache != "" {
		if s.silent = s.answers(ctx); s.silent != nil && s.restore() {
			return s, nil
		}
	}
	if err := s.Check(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return s, nil
}

// Check says whether the database answers and its tables are of this version: an error is
// [aggregate.ErrStore], and says so if they aren't. It is for a store that Open
// returned although the database did not answer (Options.Cache): the first says why. It
// is called by one goroutine at a time.
func (s *Store) Check(ctx context.Context) error {
	if s.checked.Load() {
		return nil
	}
	err := s.silent
	if s.silent = nil; err == nil {
		err = s.answers(ctx)
	}
	if err == nil {
		err = check(ctx, s.pool, s.schema)
	}
	s.checked.Store(err == nil)
	return state.Failed(err)
}

// answers says whether the database answers, soon.
func (s *Store) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	return s.pool.Ping(ctx)
}

// closeWithin is for how long Close waits for connections to a database that is silent.
const closeWithin = time.Second

// Close closes all connections.
func (s *Store) Close() error {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		s.pool.Close()
	}()
	select {
	case <-closed:
	case <-time.After(closeWithin): // the system closes them with the process
	}
	return nil
}

// stateColumns are those that scan reads.
const stateColumns = `key, epoch, visit, head, index, slots`

// A stateRow is a row of the table of states.
type stateRow struct {
	key                string
	epoch              int64
	fetch, head, index []byte
	slots              []int32
}

func (r *stateRow) fields() []any {
	return []any{&r.key, &r.epoch, &r.fetch, &r.head, &r.index, &r.slots}
}

// state returns the state, without its letters, and whether these are needed. The
// state is nobody's claim.
func (r *stateRow) state() (st *aggregate.State, needsLetters bool, err error) {
	st = &aggregate.State{Schema: state.Schema, Key: r.key}
	if r.head != nil {
		if err := st.UnmarshalJSON(r.head); err != nil {
			return nil, false, fmt.Errorf("%w: %w: %s: %w", aggregate.ErrStore, aggregate.ErrUnreadable, r.key, err)
		}
	}
	if err := json.Unmarshal(r.fetch, &st.Fetch, jsontext.AllowInvalidUTF8(true)); err != nil {
		return nil, false, fmt.Errorf("%w: %w: %s: %w", aggregate.ErrStore, aggregate.ErrUnreadable, r.key, err)
	}
	if len(r.index) > 0 {
		st.Index = r.index
	}
	return st, len(r.slots) > 0 && st.Index == nil, nil
}

// micros returns a time as the tables have it.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// dueAt returns when a partner in this state may be asked, never too late.
func dueAt(st *aggregate.State) int64 {
	if st.Fetch.Gone {
		return math.MaxInt64
	}
	return max(micros(st.Fetch.Due), micros(st.Fetch.RestUntil))
}

// ahead is by how much a worker's clock may be before another one's, as in
// [aggregate.Claim.Wants].
const ahead = time.Hour

// Claim is described at [aggregate.Store].
func (s *Store) Claim(ctx context.Context, key string, c aggregate.Claim) (*aggregate.State, bool, error) {
	var row stateRow
	err := s.pool.QueryRow(ctx, `
		INSERT INTO state AS s (key, epoch, lease) VALUES ($1, 1, $2)
		ON CONFLICT (key) DO UPDATE SET epoch = s.epoch + 1, lease = $2
		WHERE (s.lease <= $3 OR s.lease > $7) AND ($4 OR s.due <> $6 AND (s.due <= $3 OR s.last_attempt > $5))
		RETURNING `+stateColumns,
		key, micros(c.Now.Add(c.Lease)), micros(c.Now), c.All, micros(c.Now.Add(ahead)), int64(math.MaxInt64),
		micros(c.Now.Add(max(c.Lease, 0)+wrongLease))).Scan(row.fields()...)
	if errors.Is(err, pgx.ErrNoRows) {
		st, err := s.Load(ctx, key)
		return st, false, err
	}
	if err != nil {
		return nil, false, state.Failed(err)
	}
	st, needsLetters, err := row.state()
	if err == nil && needsLetters { // nobody changes them now
		st.Letters, err = s.Letters(ctx, key, -1)
	}
	claimed := aggregate.State{Key: key, Epoch: row.epoch}
	if err != nil || !c.Wants(st) {
		return st, false, errors.Join(err, s.Unclaim(context.WithoutCancel(ctx), &claimed))
	}
	st.Epoch = row.epoch
	return st, true, nil
}

// Load is described at [aggregate.Store].
func (s *Store) Load(ctx context.Context, key string) (*aggregate.State, error) {
	var row stateRow
	var records [][]byte
	err := s.pool.QueryRow(ctx, `SELECT `+stateColumns+`, CASE WHEN index IS NULL THEN ARRAY(
			SELECT l.record FROM unnest(s.slots) WITH ORDINALITY o (slot, place)
			JOIN letter l ON l.partner = s.number AND l.slot = o.slot ORDER BY o.place) END
		FROM state s WHERE key = $1`, key).Scan(append(row.fields(), &records)...)
	if errors.Is(err, pgx.ErrNoRows) {
		return &aggregate.State{Schema: state.Schema, Key: key}, nil
	}
	if err != nil {
		return nil, state.Failed(err)
	}
	st, _, err := row.state()
	if err != nil {
		return nil, err
	}
	st.Letters, err = decodeRecords(records)
	return st, err
}

// Letters is described at [aggregate.Store].
func (s *Store) Letters(ctx context.Context, key string, n int) ([]*aggregate.Record, error) {
	if n < 0 {
		n = math.MaxInt32
	}
	rows, err := s.pool.Query(ctx, `
		SELECT l.record FROM state s CROSS JOIN LATERAL unnest(s.slots[1:$2]) WITH ORDINALITY o (slot, place)
		JOIN letter l ON l.partner = s.number AND l.slot = o.slot
		WHERE s.key = $1 ORDER BY o.place`, key, n)
	if err != nil {
		return nil, state.Failed(err)
	}
	records, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	if err != nil {
		return nil, state.Failed(err)
	}
	return decodeRecords(records)
}

func decodeRecords(rows [][]byte) ([]*aggregate.Record, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	letters := make([]*aggregate.Record, len(rows))
	for i, data := range rows {
		letters[i] = new(aggregate.Record)
		if err := letters[i].UnmarshalJSON(data); err != nil {
			return nil, fmt.Errorf("%w: %w: a letter: %w", aggregate.ErrStore, aggregate.ErrUnreadable, err)
		}
	}
	return letters, nil
}

// visitOf is what is remembered of visits, as the table has it.
func visitOf(st *aggregate.State) ([]byte, error) {
	return json.Marshal(st.Fetch, jsontext.AllowInvalidUTF8(true))
}

// RecordVisit is described at [aggregate.Store].
func (s *Store) RecordVisit(ctx context.Context, st *aggregate.State) error {
	fetch, err := visitOf(st)
	if err != nil {
		return state.Failed(err)
	}
	return s.end(ctx, st, `UPDATE state SET lease = 0, visit = $3, due = $4, last_attempt = $5 WHERE key = $1 AND epoch = $2`,
		fetch, dueAt(st), micros(st.Fetch.LastAttempt))
}

// Unclaim is described at [aggregate.Store].
func (s *Store) Unclaim(ctx context.Context, st *aggregate.State) error {
	return s.end(ctx, st, `UPDATE state SET lease = 0 WHERE key = $1 AND epoch = $2`)
}

// end runs a statement that ends a claim.
func (s *Store) end(ctx context.Context, st *aggregate.State, sql string, args ...any) error {
	if st.Epoch <= 0 {
		return state.Overtaken(st.Key)
	}
	tag, err := s.pool.Exec(ctx, sql, append([]any{st.Key, st.Epoch}, args...)...)
	if err != nil {
		return state.Failed(err)
	}
	if tag.RowsAffected() == 0 {
		return state.Overtaken(st.Key)
	}
	return nil
}

// Rests is described at [aggregate.Store].
func (s *Store) Rests(ctx context.Context) (map[string]time.Time, error) {
	return s.restsWhere(ctx, `true`)
}

func (s *Store) restsWhere(ctx context.Context, where string, args ...any) (map[string]time.Time, error) {
	rows, err := s.pool.Query(ctx, `SELECT name, rest FROM host WHERE rest > 0 AND `+where, args...)
	if err != nil {
		return nil, state.Failed(err)
	}
	rests := map[string]time.Time{}
	var name string
	var until int64
	_, err = pgx.ForEachRow(rows, []any{&name, &until}, func() error {
		rests[name] = time.UnixMicro(until)
		return nil
	})
	return rests, state.Failed(err)
}

// RecordRests is described at [aggregate.Store].
func (s *Store) RecordRests(ctx context.Context, now time.Time, rests map[string]time.Time) error {
	var names []string
	var until []int64
	for name, t := range rests {
		if t.After(now) {
			names, until = append(names, name), append(until, micros(t))
		}
	}
	if len(names) == 0 {
		return nil
	}
	_, err := s.pool.Exec(ctx, `
		INSERT INTO host AS h (name, rest) SELECT * FROM unnest($1::text[], $2::bigint[]) u (name, rest) ORDER BY name
		ON CONFLICT (name) DO UPDATE SET rest = excluded.rest WHERE excluded.rest > h.rest`, names, until)
	return state.Failed(err)
}
