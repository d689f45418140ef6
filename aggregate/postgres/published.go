package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
	"github.com/jackc/pgx/v5"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/internal/state"
)

// documentName is that of the one row of the table of documents.
const documentName = "newsletter"

// lookAgain is how old what a process has of the newsletter may be.
const lookAgain = time.Second

// published is what a process has of the newsletter.
type published struct {
	mu     sync.Mutex
	n      *newsletter.Newsletter
	etag   string
	looked time.Time
	err    error // of the last look
}

// Newsletter returns what was published last by any of the processes, as far as is
// known for a second, or [aggregate.ErrNotReady]. It is a
// [github.com/automationregion/newsletter/feed/feedhttp.Source]: as long as nothing
// changed it is the same value, and it is not to be changed. While the database does
// not answer it is what was there before; only where there was nothing the error says so.
func (s *Store) Newsletter(ctx context.Context) (*newsletter.Newsletter, error) {
	p := &s.published
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.looked.IsZero() || time.Since(p.looked) > lookAgain {
		p.err = s.look(context.WithoutCancel(ctx)) // others wait for it
		p.looked = time.Now()
	}
	if p.n == nil {
		return nil, p.err
	}
	return p.n, nil
}

// look reads the newsletter if it is another one; the caller holds the mutex.
func (s *Store) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	p := &s.published
	var etag string
	var body []byte
	err := s.pool.QueryRow(ctx, `SELECT etag, CASE WHEN etag <> $2 THEN body END FROM document WHERE name = $1`, documentName, p.etag).Scan(&etag, &body)
	if errors.Is(err, pgx.ErrNoRows) {
		return aggregate.ErrNotReady
	}
	if err != nil || etag == p.etag {
		return state.Failed(err)
	}
	n := &newsletter.Newsletter{}
	if err := json.Unmarshal(body, n, inTable); err != nil {
		return state.Failed(err)
	}
	p.n, p.etag = n, etag
	return nil
}

// set makes a newsletter that was written here the one that is known.
func (p *published) set(n *newsletter.Newsletter, etag string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n, p.etag, p.looked, p.err = n, etag, time.Now(), nil
}

// lookWithin is for how long readers wait for a database that does not answer.
const lookWithin = 5 * time.Second

// inTable is how the table has a newsletter.
var inTable = json.JoinOptions(json.OmitZeroStructFields(true), json.FormatNilSliceAsNull(true), jsontext.AllowInvalidUTF8(true), jsonv1.FormatDurationAsNano(true))

// write writes the newsletter if it changed.
func (p *publisher) write(ctx context.Context, tx pgx.Tx, n *newsletter.Newsletter) (etag string, changed bool, err error) {
	body, err := json.Marshal(n, inTable)
	if err != nil {
		return "", false, err
	}
	sum := sha256.Sum256(body)
	etag = base64.RawURLEncoding.EncodeToString(sum[:12])
	tag, err := tx.Exec(ctx, `INSERT INTO document AS d (name, type, body, etag, modified) VALUES ($1, 'application/json', $2, $3, $4)
		ON CONFLICT (name) DO UPDATE SET body = excluded.body, etag = excluded.etag, modified = excluded.modified WHERE d.etag <> excluded.etag`,
		documentName, body, etag, p.now().UTC())
	if err != nil || tag.RowsAffected() == 0 {
		return etag, false, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM document WHERE name <> $1`, documentName) // of versions that wrote each feed and page
	return etag, true, err
}

const mostReported = 10_000 // partners of a list that a [Store.Result] tells of

// Result returns what is remembered of the partners of a list, of the first 10,000, by all processes, with
// the newsletter that the aggregator makes of their letters: what a run finds that
// visits nobody. It reads all of that, which costs the database much.
func (s *Store) Result(ctx context.Context, a *aggregate.Aggregator, list []aggregate.Partner) (r *aggregate.Result, err error) {
	list = list[:min(len(list), mostReported)]
	keys := make([]string, len(list))
	for i := range list {
		keys[i] = list[i].Key()
	}
	err = pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		m := newFoldStore(s, tx, silent, nil)
		states, err := m.readStates(ctx, `SELECT ''::bytea, 0::bigint, s.number, 0::bigint, s.key, s.epoch, s.visit, s.head, s.index, s.slots FROM state s WHERE s.key = ANY($1)`, keys)
		if err != nil {
			return err
		}
		for _, f := range states {
			m.states[f.key] = f
		}
		looking := *a
		looking.Offline, looking.DryRun, looking.Progress, looking.Logger, looking.Store = true, false, nil, silent, lookStore{m}
		r, err = looking.Run(ctx, list)
		return err
	})
	return r, state.Failed(err)
}

// A lookStore is a view that writes nothing.
type lookStore struct{ *foldStore }

// Rename leaves the IDs to who folds.
func (lookStore) Rename(context.Context, string, map[string]string) error { return nil }
