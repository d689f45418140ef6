package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/internal/state"
)

// Release takes in all letters that are held back, because they were far too many
// at once, and says how many these are. The next fold publishes them. Partners that
// are being visited right now are busy, and keep what is held back.
func (s *Store) Release(ctx context.Context) (letters, busy int, err error) {
	// Of a text in JSON no part reads like this, as its quotation marks are escaped.
	rows, err := s.pool.Query(ctx, `SELECT key FROM state WHERE position('"flood":{' IN convert_from(head, 'LATIN1')) > 0 ORDER BY key`)
	if err != nil {
		return 0, 0, state.Failed(err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return 0, 0, state.Failed(err)
	}
	for _, key := range keys {
		n, claimed, err := aggregate.Release(ctx, s, key, time.Now())
		if err != nil {
			return letters, busy, state.Failed(err)
		}
		if letters += n; !claimed {
			busy++
		}
	}
	return letters, busy, nil
}
