package postgres

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/internal/schedule"
	"github.com/automationregion/newsletter/aggregate/internal/state"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/internal/weburl"
)

// A Sync says what a list of partners changed.
type Sync struct {
	Added, Changed, Removed, Kept int
	Twice                         int // listed before with the same address; the first one counts
}

// gap is between the places of two partners in the list, so that one which comes
// between them changes neither.
const gap = 1 << 20

// batch is how many rows are written at once.
const batch = 5_000

// SetPartners makes a list the partners that workers visit, by its difference to
// the one before, in batches: whoever visits meanwhile isn't held up, and a list
// that is set again after a failure is completed. Those that are new are visited
// soon. What is remembered of those that are gone stays; their letters are
// published no more.
func (s *Store) SetPartners(ctx context.Context, partners []aggregate.Partner) (Sync, error) {
	var sync Sync
	old, err := s.listed(ctx)
	if err != nil {
		return sync, state.Failed(err)
	}
	var rows []partnerRow
	seen := make(map[string]bool, len(partners))
	place := int64(0)
	for i := range partners {
		row, err := newPartnerRow(&partners[i])
		if err != nil {
			return sync, state.Failed(err)
		}
		if seen[row.key] {
			sync.Twice++
			continue
		}
		seen[row.key] = true
		was, known := old[row.key]
		switch {
		case known && was.place > place:
			place = was.place
		case known || i+1 < len(partners):
			place++
		default:
			place += gap
		}
		if !known && len(old) == 0 {
			place = int64(len(seen)) * gap
		}
		row.place = place
		same := known && bytes.Equal(was.config, row.config)
		switch {
		case known && was.listed && same && was.place == row.place:
			sync.Kept++
			continue
		case known && was.listed:
			row.host = was.host // where it has moved to
			if !same {
				row.host = hostOf(&partners[i], &fetch.State{})
			}
			sync.Changed++
		default:
			row.added = true
			sync.Added++
		}
		rows = append(rows, row)
	}
	var running []string
	for len(rows) > 0 {
		n := min(batch, len(rows))
		busy, err := s.writePartners(ctx, rows[:n])
		if err != nil {
			return sync, state.Failed(err)
		}
		rows, running = rows[n:], append(running, busy...)
	}
	if err := s.wake(ctx, running); err != nil {
		return sync, state.Failed(err)
	}
	var gone []string
	for key, was := range old {
		if was.listed && !seen[key] {
			gone = append(gone, key)
		}
	}
	sync.Removed = len(gone)
	for len(gone) > 0 {
		n := min(batch, len(gone))
		_, err := s.pool.Exec(ctx, `WITH p AS (UPDATE partner SET listed = false WHERE key = ANY($1) RETURNING key)
			INSERT INTO pending (partner) SELECT s.number FROM p JOIN state s USING (key)`, gone[:n])
		if err != nil {
			return sync, state.Failed(err)
		}
		gone = gone[n:]
	}
	return sync, state.Failed(s.ensureJobs(ctx))
}

// A partnerRow is a row of the table of partners.
type partnerRow struct {
	key, host string
	place     int64
	config    []byte
	listed    bool
	added     bool
}

// hostOf returns the host that a partner's feed is asked of: where its address leads by
// now, as far as it is known for good.
func hostOf(p *aggregate.Partner, st *fetch.State) string {
	return weburl.Host(st.Address(fetch.Request{URL: p.FeedURL, Home: p.URL}))
}

func newPartnerRow(p *aggregate.Partner) (partnerRow, error) {
	config, err := json.Marshal(p)
	return partnerRow{key: p.Key(), host: hostOf(p, &fetch.State{}), config: config, listed: true}, err
}

func (r *partnerRow) partner() (p aggregate.Partner, err error) {
	if err = json.Unmarshal(r.config, &p); err != nil {
		err = fmt.Errorf("%w: partner %s: %w", aggregate.ErrStore, r.key, err)
	}
	return p, err
}

// listed returns the partners that are or were listed.
func (s *Store) listed(ctx context.Context) (map[string]partnerRow, error) {
	rows, err := s.pool.Query(ctx, `SELECT key, host, place, config, listed FROM partner`)
	if err != nil {
		return nil, err
	}
	list := map[string]partnerRow{}
	var r partnerRow
	_, err = pgx.ForEachRow(rows, []any{&r.key, &r.host, &r.place, &r.config, &r.listed}, func() error {
		list[r.key] = r
		r.config = nil
		return nil
	})
	return list, err
}

// writePartners returns the hosts of new partners whose jobs are running.
func (s *Store) writePartners(ctx context.Context, rows []partnerRow) (running []string, err error) {
	var keys, hosts, added []string
	var places []int64
	var configs [][]byte
	for _, r := range rows {
		keys, hosts, places, configs = append(keys, r.key), append(hosts, r.host), append(places, r.place), append(configs, r.config)
		if r.added {
			added = append(added, r.host)
		}
	}
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO partner (key, host, place, config)
			SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[])
			ON CONFLICT (key) DO UPDATE SET host = excluded.host, place = excluded.place, config = excluded.config, listed = true`,
			keys, hosts, places, configs)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO state (key) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING`, keys); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO pending (partner) SELECT number FROM state WHERE key = ANY($1) AND head IS NOT NULL`, keys)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.nudge(ctx, added)
}

// hostJob visits those partners of a host that are due.
type hostJob struct {
	Host string `json:"host" river:"unique"`
}

// Kind is described at [river.JobArgs].
func (hostJob) Kind() string { return "host" }

// queue is the name of the queue of such jobs.
const queue = "hosts"

// alive are the states of a job that will run, or does. There is one such job for
// a host.
var alive = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

// InsertOpts is described at [river.JobArgsWithInsertOpts].
func (hostJob) InsertOpts() river.InsertOpts {
	return river.InsertOpts{
		Queue: queue, MaxAttempts: 1<<15 - 1,
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: alive},
	}
}

// inserter returns a client of River that inserts jobs and does none.
func (s *Store) inserter() (*river.Client[pgx.Tx], error) {
	return river.NewClient(riverpgxv5.New(s.pool), &river.Config{Schema: s.schema, Logger: silent})
}

// wake makes the jobs of hosts run soon, and makes them where there are none. A
// job that is running may have looked for what is due before there was more: it is
// waited for, up to a minute.
func (s *Store) wake(ctx context.Context, hosts []string) error {
	for deadline := time.Now().Add(time.Minute); len(hosts) > 0; {
		running, err := s.nudge(ctx, hosts)
		if err != nil {
			return err
		}
		if hosts = running; len(hosts) == 0 || time.Now().After(deadline) {
			break
		}
		if schedule.Sleep(time.Second, ctx.Done()); ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}

// nudge is wake without the waiting: it returns the hosts whose jobs are running.
func (s *Store) nudge(ctx context.Context, hosts []string) (running []string, err error) {
	if len(hosts) == 0 {
		return nil, nil
	}
	client, err := s.inserter()
	if err != nil {
		return nil, err
	}
	for part := range slices.Chunk(hosts, batch) {
		results, err := client.InsertMany(ctx, jobsOf(part))
		if err != nil {
			return nil, err
		}
		for _, r := range results {
			switch {
			case !r.UniqueSkippedAsDuplicate:
			case r.Job.State == rivertype.JobStateRunning:
				var job hostJob
				if err := json.Unmarshal(r.Job.EncodedArgs, &job); err != nil {
					return nil, err
				}
				running = append(running, job.Host)
			case time.Until(r.Job.ScheduledAt) > time.Second:
				if _, err := client.JobRetry(ctx, r.Job.ID); err != nil {
					return nil, err
				}
			}
		}
	}
	return running, nil
}

// jobsOf returns the jobs of hosts, each once.
func jobsOf(hosts []string) []river.InsertManyParams {
	jobs := make([]river.InsertManyParams, 0, len(hosts))
	seen := make(map[string]bool, len(hosts))
	for _, h := range hosts {
		if !seen[h] {
			seen[h] = true
			jobs = append(jobs, river.InsertManyParams{Args: hostJob{h}})
		}
	}
	return jobs
}

// ensureJobs makes the jobs of hosts that have none: a list that was written and a
// process that died, or somebody who emptied the queue.
func (s *Store) ensureJobs(ctx context.Context) error {
	rows, err := s.pool.Query(ctx, `SELECT DISTINCT host FROM partner p WHERE listed AND NOT EXISTS (
		SELECT FROM river_job j WHERE j.kind = 'host' AND j.args->>'host' = p.host AND j.state IN ('available', 'pending', 'retryable', 'running', 'scheduled'))`)
	if err != nil {
		return err
	}
	hosts, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	return s.wake(ctx, hosts)
}
