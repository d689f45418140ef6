package postgres

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
	"github.com/jackc/pgx/v5"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/internal/state"
	"github.com/automationregion/newsletter/internal/atomicfile"
)

// documentName is that of the one row of the table of documents.
const documentName = "newsletter"

// lookAgain is how old what a process has of the newsletter may be.
const lookAgain = time.Second

// An edition is what a process has of the newsletter.
type edition struct {
	n    *newsletter.Newsletter
	etag string
}

// Newsletter returns what was published last by any of the processes, as far as is
// known for a second, or [aggregate.ErrNotReady]. It is a
// [github.com/automationregion/newsletter/feed/feedhttp.Source]: as long as nothing
// changed it is the same value, and it is not to be changed. While the database does
// not answer it is what was there before, which nobody waits for; only where there was
// nothing the error says so.
func (s *Store) Newsletter(ctx context.Context) (*newsletter.Newsletter, error) {
	e, has, err := s.published.Get(lookAgain, lookPatience, func(before edition) (edition, error) { return s.look(context.WithoutCancel(ctx), before) })
	if !has {
		return nil, err
	}
	return e.n, nil
}

// look reads the newsletter if it is another one than before.
func (s *Store) look(ctx context.Context, before edition) (edition, error) {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	var etag string
	var body []byte
	err := s.pool.QueryRow(ctx, `SELECT etag, CASE WHEN etag <> $2 THEN body END FROM document WHERE name = $1`, documentName, before.etag).Scan(&etag, &body)
	if errors.Is(err, pgx.ErrNoRows) {
		return before, aggregate.ErrNotReady
	}
	if err != nil || etag == before.etag {
		return before, state.Failed(err)
	}
	n := &newsletter.Newsletter{}
	if err := json.Unmarshal(body, n, inTable); err != nil {
		return before, state.Failed(err)
	}
	s.keep(etag, body)
	return edition{n, etag}, nil
}

const (
	lookWithin   = 5 * time.Second        // for the database to answer
	lookPatience = 200 * time.Millisecond // of readers who can do with what was there before
)

// cacheFile returns where Options.Cache has the newsletter of this database and schema; ""
// is nowhere.
func (s *Store) cacheFile() string {
	if s.cache == "" {
		return ""
	}
	c := s.pool.Config().ConnConfig
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%s\n%s", c.Host, c.Port, c.Database, s.schema))
	return filepath.Join(s.cache, "newsletter-"+hex.EncodeToString(sum[:8])+".json")
}

// keep writes what was published last to the cache, its ETag in the first line.
func (s *Store) keep(etag string, body []byte) {
	path := s.cacheFile()
	if path == "" {
		return
	}
	err := os.MkdirAll(s.cache, 0o777)
	if err == nil {
		err = atomicfile.Write(path, slices.Concat([]byte(etag), []byte{'\n'}, body), 0o666)
	}
	if err != nil {
		s.logger.Error("what was published can't be kept for a start without the database", "file", path, "error", err)
	}
}

// restore reads what the cache has, and says whether that is anything.
func (s *Store) restore() bool {
	path := s.cacheFile()
	if path == "" {
		return false
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	etag, body, _ := bytes.Cut(data, []byte{'\n'})
	n := &newsletter.Newsletter{}
	if err == nil {
		err = json.Unmarshal(body, n, inTable)
	}
	if sum := etagOf(body); err == nil && sum != string(etag) {
		err = state.ErrDamaged
	}
	if err != nil {
		s.logger.Error("what was kept for a start without the database can't be read", "file", path, "error", err)
		return false
	}
	s.published.Set(edition{n, string(etag)})
	s.published.Expire()
	return true
}

// etagOf tells what the table has from what it had.
func etagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// inTable is how the table has a newsletter.
var inTable = json.JoinOptions(json.OmitZeroStructFields(true), json.FormatNilSliceAsNull(true), jsontext.AllowInvalidUTF8(true), jsonv1.FormatDurationAsNano(true))

// write writes the newsletter if it changed.
func (p *publisher) write(ctx context.Context, tx pgx.Tx, n *newsletter.Newsletter) (etag string, changed bool, err error) {
	body, err := json.Marshal(n, inTable)
	if err != nil {
		return "", false, err
	}
	etag = etagOf(body)
	tag, err := tx.Exec(ctx, `INSERT INTO document AS d (name, type, body, etag, modified) VALUES ($1, 'application/json', $2, $3, $4)
		ON CONFLICT (name) DO UPDATE SET body = excluded.body, etag = excluded.etag, modified = excluded.modified WHERE d.etag <> excluded.etag`,
		documentName, body, etag, p.now().UTC())
	if err != nil || tag.RowsAffected() == 0 {
		return etag, false, err
	}
	p.body = body
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
