package postgres

import (
	"context"
	"time"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/internal/state"
)

// Health returns how all processes together are doing at now. It has the partners, the
// rests and the lag alone, and counts them: it costs the database much. An error is
// [aggregate.ErrStore].
func (s *Store) Health(ctx context.Context, now time.Time) (aggregate.Health, error) {
	var st aggregate.Health
	var lag float64
	err := s.pool.QueryRow(ctx, `SELECT
		(SELECT count(*) FROM partner WHERE listed),
		(SELECT count(*) FROM host WHERE rest > 0 AND rest > $1),
		(SELECT coalesce(extract(epoch FROM clock_timestamp() - least(
			(SELECT min(scheduled_at) FROM river_job WHERE state = 'available' AND queue = $2 AND priority = 1),
			(SELECT min(scheduled_at) FROM river_job WHERE state = 'scheduled' AND queue = $2 AND priority = 1))), 0))::float8`,
		micros(now), queue).Scan(&st.Partners, &st.Rests, &lag)
	st.Lag = max(0, time.Duration(lag*float64(time.Second)))
	return st, state.Failed(err)
}
