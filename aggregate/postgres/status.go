package postgres

import (
	"context"
	"time"
)

// A Status says how all processes together are doing.
type Status struct {
	Partners int           // listed
	Resting  int           // hosts that asked for a rest
	Lag      time.Duration // for how long the host that has waited longest has been due
}

// Status returns how all processes together are doing at now. It counts the partners: ask
// it now and then. An error is [aggregate.ErrStore].
func (s *Store) Status(ctx context.Context, now time.Time) (Status, error) {
	var st Status
	var lag float64
	err := s.pool.QueryRow(ctx, `SELECT
		(SELECT count(*) FROM partner WHERE listed),
		(SELECT count(*) FROM host WHERE rest > 0 AND rest > $1),
		(SELECT coalesce(extract(epoch FROM clock_timestamp() - least(
			(SELECT min(scheduled_at) FROM river_job WHERE state = 'available' AND queue = $2 AND priority = 1),
			(SELECT min(scheduled_at) FROM river_job WHERE state = 'scheduled' AND queue = $2 AND priority = 1))), 0))::float8`,
		micros(now), queue).Scan(&st.Partners, &st.Resting, &lag)
	st.Lag = max(0, time.Duration(lag*float64(time.Second)))
	return st, failed(err)
}
