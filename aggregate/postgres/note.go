package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/internal/state"
)

// errOwner says that the memory is another newsletter's.
var errOwner = errors.New("the database is another newsletter's")

// ownerNote is the name of the note that says whose the memory is.
const ownerNote = "owner"

type owner struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

func (o owner) String() string { return fmt.Sprintf("%q (%s)", o.Title, o.ID) }

// Own says that a newsletter, which its ID names, or its URL if it has none, is gathered
// here. It is the owner's from the first on that says so, and an error says whose it is
// if that is another one, unless this one adopts it. A program says so before it sets a list
// of partners: two newsletters with one memory would publish each other's.
func (s *Store) Own(ctx context.Context, n *newsletter.Newsletter, adopt bool) error {
	o := owner{cmp.Or(n.ID, n.URL), n.Title}
	data, err := json.Marshal(o)
	if err != nil {
		return state.Failed(err)
	}
	var found []byte
	err = s.pool.QueryRow(ctx, `INSERT INTO note AS n (name, data) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET data = CASE WHEN $3 THEN excluded.data ELSE n.data END RETURNING data`, ownerNote, data, adopt).Scan(&found)
	if err != nil {
		return state.Failed(err)
	}
	var is owner
	if err := json.Unmarshal(found, &is); err != nil {
		return state.Failed(err)
	}
	switch {
	case is.ID != o.ID:
		return fmt.Errorf("%w: it is that of %s, and this is %s: give --store another database, or --schema a name for tables of its own in this one; if it is the same newsletter under another ID or URL, --adopt takes it over", errOwner, is, o)
	case is.Title != o.Title: // it has another name now
		return s.SetNote(ctx, ownerNote, data)
	}
	return nil
}

// Note returns what SetNote wrote last under a name, nil if that is nothing.
func (s *Store) Note(ctx context.Context, name string) (data []byte, err error) {
	err = s.pool.QueryRow(ctx, `SELECT data FROM note WHERE name = $1`, name).Scan(&data)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return data, state.Failed(err)
}

// SetNote remembers a few bytes for all processes, under a name; nil forgets them.
func (s *Store) SetNote(ctx context.Context, name string, data []byte) error {
	sql, args := `INSERT INTO note (name, data) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET data = excluded.data`, []any{name, data}
	if data == nil {
		sql, args = `DELETE FROM note WHERE name = $1`, args[:1]
	}
	_, err := s.pool.Exec(ctx, sql, args...)
	return state.Failed(err)
}

// Partners returns the list that SetPartners was given last. A partner whose row can't be
// read is left out.
func (s *Store) Partners(ctx context.Context) ([]aggregate.Partner, error) {
	rows, err := s.pool.Query(ctx, `SELECT key, config FROM partner WHERE listed ORDER BY place, key`)
	if err != nil {
		return nil, state.Failed(err)
	}
	var list []aggregate.Partner
	var r partnerRow
	_, err = pgx.ForEachRow(rows, []any{&r.key, &r.config}, func() error {
		if p, err := r.partner(); err == nil {
			list = append(list, p)
		}
		r.config = nil
		return nil
	})
	return list, state.Failed(err)
}
