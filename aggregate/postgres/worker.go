package postgres

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"math"
	"net"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/internal/schedule"
	"github.com/automationregion/newsletter/aggregate/internal/state"
	"github.com/automationregion/newsletter/fetch"
)

// Options say where the tables are, to Open and Migrate, and how a process works, to
// Work. Their zero value is good.
type Options struct {
	Schema  string        // that the tables are in: "newsletter" if it is empty. With one each, many newsletters share a database
	Cache   string        // folder where what was published last is kept: with it Open succeeds although the database does not answer, and Newsletter has that
	Logger  *slog.Logger  // is told what can't be kept; nil is silence
	Workers int           // hosts that this process asks at once; default the aggregator's Fetch.Limits.Concurrency, or 64
	Grace   time.Duration // for visits under way when it is to stop; default 20 s
}

// timing are the bounds that make a dead worker's hosts others' within two
// minutes: at worst 105 s, with the 15 s in which River finds out that its leader
// is gone and the 30 s between two of its looks for jobs that are stuck.
type timing struct {
	slice  time.Duration // after which a job begins no other visit
	visit  time.Duration // that a visit may take
	job    time.Duration // after which a job is cut off
	lease  time.Duration // of a host, and of its partners
	rescue time.Duration // after which River gives the job to another worker
	look   time.Duration // between two looks for jobs; 0 is River's
}

var usual = timing{slice: 10 * time.Second, visit: 30 * time.Second, job: 45 * time.Second, lease: 55 * time.Second, rescue: 60 * time.Second}

// Work visits partners until ctx is done, then lets the visits under way come to
// an end within opts.Grace. Any number of processes may work at once: a host is
// asked by one of them at a time, one request after the other with the pause of
// the aggregator's Fetch.Limits.
//
// The aggregator says how to visit; its Store, DryRun, All and Offline count for
// nothing. Its Progress is called with the report of each visit. A visit may take
// 30 s with all its redirects. An error is of the store or the title page.
func (s *Store) Work(ctx context.Context, a *aggregate.Aggregator, opts ...Options) error {
	var o Options
	if len(opts) > 0 {
		o = opts[0]
	}
	return s.work(ctx, a, o, usual)
}

func (s *Store) work(ctx context.Context, a *aggregate.Aggregator, o Options, t timing) error {
	settings := *a
	settings.All, settings.Offline, settings.Release = false, false, false
	if l := settings.Fetch.Limits; l.Visit <= 0 || l.Visit > t.visit {
		settings.Fetch.Limits.Visit = t.visit
	}
	visitor, err := settings.NewVisitor(t.lease)
	if err != nil {
		return err
	}
	defer visitor.Close()
	logger := cmp.Or(a.Logger, silent)
	w := &worker{store: s, visitor: visitor, timing: t, pause: a.Fetch.Limits.Pause, floor: schedule.Floor(a.Fetch.Policy.Floor), logger: logger, progress: a.Progress, now: a.Now}
	if w.pause == 0 {
		w.pause = time.Second
	}
	w.pause = max(w.pause, 0) // below it is none
	if w.now == nil {
		w.now = time.Now
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, w)
	client, err := river.NewClient(riverpgxv5.New(s.pool), &river.Config{
		Schema: s.schema, Workers: workers, Logger: logger,
		Queues:        map[string]river.QueueConfig{queue: {MaxWorkers: min(cmp.Or(max(o.Workers, 0), max(a.Fetch.Limits.Concurrency, 0), 64), river.QueueNumWorkersMax)}},
		FetchCooldown: 20 * time.Millisecond, FetchPollInterval: t.look,
		JobTimeout: t.job, RescueStuckJobsAfter: t.rescue,
		CompletedJobRetentionPeriod: time.Hour, // of hosts that have no partner any more
		SoftStopTimeout:             cmp.Or(o.Grace, 20*time.Second),
	})
	if err != nil {
		return state.Failed(err)
	}
	waking, stopWaking := context.WithCancel(context.WithoutCancel(ctx))
	defer w.wakes.Wait()
	defer stopWaking()
	w.waking = waking
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return state.Failed(err)
	}
	select {
	case <-ctx.Done():
	case <-client.Stopped():
	}
	return state.Failed(client.Stop(context.WithoutCancel(ctx)))
}

// A worker does jobs.
type worker struct {
	river.WorkerDefaults[hostJob]
	store    *Store
	visitor  *aggregate.Visitor
	timing   timing
	pause    time.Duration
	floor    time.Duration
	logger   *slog.Logger
	now      func() time.Time
	mu       sync.Mutex // of progress
	progress func(aggregate.PartnerReport)
	waking   context.Context
	wakes    sync.WaitGroup

	resting  sync.Mutex
	recorded map[string]time.Time // rests of hosts
}

// NextRetry is described at [river.Worker]: a job that was rescued runs at once.
func (w *worker) NextRetry(*river.Job[hostJob]) time.Time { return time.Now() }

// Work is described at [river.Worker]. The job of a host never ends as long as
// the host has a partner: it sleeps until the next is due.
//
// It is the host's lease, and not River, that keeps two workers from asking one
// host: the end of an attempt that was overtaken sets the job free although the
// next attempt runs.
func (w *worker) Work(ctx context.Context, job *river.Job[hostJob]) error {
	host := job.Args.Host
	sl, wait, err := w.store.begin(ctx, host, w.now(), w.timing, w.floor)
	switch {
	case err != nil:
		w.logger.WarnContext(ctx, "a host waits", "host", host, "error", err)
		return river.JobSnooze(5 * time.Second)
	case sl == nil:
		return river.JobSnooze(wait)
	}
	for key, until := range sl.asked {
		w.logger.WarnContext(ctx, "a worker that died may have asked a partner, which waits now", "partner", key, "until", until)
	}
	for key, f := range sl.faults {
		if f.ofList {
			w.logger.ErrorContext(ctx, "a partner's row in the list can't be read: set the list again", "partner", key, "error", f.err)
		}
	}
	left := len(sl.partners)
	rests, err := w.visitor.Visit(ctx, sl, sl.partners, func(r aggregate.PartnerReport) bool {
		w.tell(r)
		left--
		return r.Status != fetch.Resting && left > 0 && time.Since(sl.begun)+w.pause < w.timing.slice && w.rest(ctx)
	})
	if err != nil && !errors.Is(err, aggregate.ErrOvertaken) {
		w.logger.WarnContext(ctx, "visits were cut short", "host", host, "error", err)
	}
	rests = w.unrecorded(rests)
	wait, some, err := sl.end(context.WithoutCancel(ctx), rests, w.now())
	if err == nil {
		w.record(rests)
	}
	if len(sl.moved) > 0 {
		w.wakes.Go(func() { w.store.wake(w.waking, slices.Collect(maps.Values(sl.moved))) })
	}
	switch {
	case errors.Is(err, aggregate.ErrOvertaken):
		w.logger.WarnContext(ctx, "a host was taken over by another worker", "host", host)
		return river.JobSnooze(w.timing.lease)
	case err != nil:
		w.logger.WarnContext(ctx, "a host waits", "host", host, "error", err)
		return river.JobSnooze(5 * time.Second)
	case !some:
		return nil
	}
	return river.JobSnooze(max(wait, w.pause))
}

// unrecorded returns those of the rests that this process has not written yet.
func (w *worker) unrecorded(rests map[string]time.Time) map[string]time.Time {
	w.resting.Lock()
	defer w.resting.Unlock()
	maps.DeleteFunc(rests, func(host string, until time.Time) bool { return w.recorded[host].Equal(until) })
	return rests
}

func (w *worker) record(rests map[string]time.Time) {
	if len(rests) == 0 {
		return
	}
	w.resting.Lock()
	defer w.resting.Unlock()
	now := w.now()
	maps.DeleteFunc(w.recorded, func(_ string, until time.Time) bool { return until.Before(now) })
	if w.recorded == nil {
		w.recorded = map[string]time.Time{}
	}
	maps.Copy(w.recorded, rests)
}

// tell calls progress. River catches a panic of it.
func (w *worker) tell(r aggregate.PartnerReport) {
	if w.progress != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.progress(r)
	}
}

// rest waits for the pause between two requests to a host, and says whether ctx
// still holds. The visit would wait too, but after the slice has made sure that the
// host is still its own.
func (w *worker) rest(ctx context.Context) bool {
	schedule.Sleep(w.pause, ctx.Done())
	return ctx.Err() == nil
}

// A slice is the turn of one worker at one host: a Store of the partners that are
// due there and claimed by it, which asks whether it still has the host.
type slice struct {
	*Store
	host     string
	epoch    int64
	floor    time.Duration
	now      time.Time // by the clock of visits, at begun
	begun    time.Time
	lease    time.Duration
	partners []aggregate.Partner
	claimed  map[string]*aggregate.State
	asked    map[string]time.Time // partners that a dead worker may have asked: when they are due
	letters  map[string]bool      // of these they are needed
	faults   map[string]fault     // partners that can't be read
	moved    map[string]string    // by key: the host that they are asked of now
}

// A fault is why a partner that was claimed can't be read.
type fault struct {
	epoch  int64
	err    error
	ofList bool // its row in the list, and not its state
}

const (
	faultWait  = time.Hour           // before a partner that can't be read is looked at again
	wrongLease = 25 * time.Hour      // a claim that lasts longer than that is of a clock that was wrong
	wrongRest  = 31 * 24 * time.Hour // so is a rest
)

// sliceSize is how many partners are claimed at once: with a pause of a second, as
// many as a slice has time for.
const sliceSize = 10

// clock is the time by the database's clock, as the tables have it.
const clock = `(extract(epoch FROM clock_timestamp()) * 1000000)::bigint`

// begin takes a host and those of its partners that have waited longest. If there
// is nothing to be done it returns nil and how long to wait.
//
// A claim that has run out is a dead worker's. The partner that it was asking is
// marked (mark), and waits; the others that it had claimed are anybody's.
func (s *Store) begin(ctx context.Context, host string, now time.Time, t timing, floor time.Duration) (*slice, time.Duration, error) {
	sl := &slice{
		Store: s, host: host, floor: floor, now: now, begun: time.Now(), lease: t.lease,
		claimed: map[string]*aggregate.State{}, letters: map[string]bool{}, moved: map[string]string{}, asked: map[string]time.Time{}, faults: map[string]fault{},
	}
	rows, err := s.pool.Query(ctx, `
		WITH h AS (
			INSERT INTO host AS h (name, epoch, lease) VALUES ($1, 1, `+clock+` + $2)
			ON CONFLICT (name) DO UPDATE SET epoch = h.epoch + 1, lease = `+clock+` + $2, rest = 0
				WHERE (h.lease <= `+clock+` OR h.lease > `+clock+` + $8) AND (h.rest <= $3 OR h.rest > $3 + $9)
			RETURNING epoch
		), a AS (
			UPDATE state s SET lease = 0 FROM partner p
			WHERE p.key = s.key AND p.host = $1 AND p.listed AND s.lease > 0 AND s.lease <= $3 AND s.due > $3 AND s.due <> $5 AND s.last_attempt <= $4
				AND EXISTS (SELECT FROM h)
			RETURNING s.key, s.due
		), d AS MATERIALIZED (
			SELECT p.key, p.config, s.due
			FROM partner p JOIN state s USING (key)
			WHERE p.host = $1 AND p.listed AND s.due <> $5
				AND (s.lease <= $3 AND (s.due <= $3 OR s.last_attempt > $4) OR s.lease > $3 + $8)
			ORDER BY s.due, p.key LIMIT $6
		), c AS (
			UPDATE state s SET epoch = s.epoch + 1, lease = $7::bigint FROM d
			WHERE s.key = d.key AND (s.lease <= $3 OR s.lease > $3 + $8) AND EXISTS (SELECT FROM h)
			RETURNING s.key, s.epoch, s.visit, s.head, s.index, s.slots, d.config, d.due
		), r AS (
			SELECT key, epoch, visit, head, index, slots, config, due, NULL::bigint AS asked FROM c
			UNION ALL SELECT key, NULL, NULL, NULL, NULL, NULL, NULL, due, due FROM a
		)
		SELECT h.epoch, r.key, r.epoch, r.visit, r.head, r.index, r.slots, r.config, r.asked FROM h LEFT JOIN r ON true ORDER BY r.due, r.key`,
		host, t.lease.Microseconds(), micros(now), micros(now.Add(ahead)), int64(math.MaxInt64), sliceSize, micros(now.Add(t.lease)),
		wrongLease.Microseconds(), wrongRest.Microseconds())
	if err != nil {
		return nil, 0, err
	}
	var key *string
	var epoch, asked *int64
	var row stateRow
	var config partnerRow
	_, err = pgx.ForEachRow(rows, []any{&sl.epoch, &key, &epoch, &row.fetch, &row.head, &row.index, &row.slots, &config.config, &asked}, func() error {
		if key == nil {
			return nil
		}
		if asked != nil {
			sl.asked[*key] = time.UnixMicro(*asked).UTC()
			return nil
		}
		row.key, row.epoch, config.key = *key, *epoch, *key
		p, err := config.partner()
		if err != nil {
			sl.faults[row.key] = fault{row.epoch, err, true}
			row, config = stateRow{}, partnerRow{}
			return nil
		}
		sl.partners = append(sl.partners, p)
		st, needsLetters, err := row.state()
		if err != nil {
			sl.faults[row.key] = fault{row.epoch, err, false}
		} else {
			st.Epoch = row.epoch
			sl.claimed[row.key], sl.letters[row.key] = st, needsLetters
		}
		row, config = stateRow{}, partnerRow{}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	if sl.epoch > 0 {
		return sl, 0, sl.putOff(ctx, now)
	}
	wait := time.Second
	var lease, rest int64
	if err := s.pool.QueryRow(ctx, `SELECT lease - `+clock+`, rest - $2 FROM host WHERE name = $1`, host, micros(now)).Scan(&lease, &rest); err != nil {
		return nil, 0, err
	}
	return nil, min(max(wait, time.Duration(max(lease, rest))*time.Microsecond), 24*time.Hour), nil
}

// putOff gives back the partners that can't be read, and keeps them from being
// looked at again at once.
func (sl *slice) putOff(ctx context.Context, now time.Time) error {
	for key, f := range sl.faults {
		_, err := sl.pool.Exec(ctx, `UPDATE state SET lease = 0, due = $3 WHERE key = $1 AND epoch = $2`, key, f.epoch, micros(now.Add(faultWait)))
		if err != nil {
			return state.Failed(err)
		}
	}
	return nil
}

// Claim is described at [aggregate.Store]: it hands out what begin has claimed.
func (sl *slice) Claim(ctx context.Context, key string, c aggregate.Claim) (*aggregate.State, bool, error) {
	if f, ok := sl.faults[key]; ok {
		return nil, false, f.err
	}
	st, ok := sl.claimed[key]
	if !ok {
		st, err := sl.Load(ctx, key)
		return st, false, err
	}
	delete(sl.claimed, key)
	if !c.Wants(st) { // by a clock that differs
		return st, false, sl.Store.Unclaim(ctx, st)
	}
	if sl.letters[key] {
		var err error
		if st.Letters, err = sl.Letters(ctx, key, -1); err != nil {
			return nil, false, err
		}
	}
	if err := sl.mark(ctx, st); err != nil {
		return nil, false, err
	}
	return st, true, nil
}

// mark puts a partner off that is about to be asked, by the floor from the end of its
// claim, which holds if this process dies and never says what came of it. An error
// says that the host is not ours any more: this process may have been stopped.
func (sl *slice) mark(ctx context.Context, st *aggregate.State) error {
	tag, err := sl.pool.Exec(ctx, `UPDATE state s SET due = s.lease + $5 FROM host h
		WHERE s.key = $1 AND s.epoch = $2 AND h.name = $3 AND h.epoch = $4 AND h.lease > `+clock+` + $6`,
		st.Key, st.Epoch, sl.host, sl.epoch, sl.floor.Microseconds(), (sl.lease / 2).Microseconds())
	if err != nil {
		return state.Failed(err)
	}
	if tag.RowsAffected() == 0 {
		return state.Overtaken(sl.host)
	}
	return nil
}

// Rests is described at [aggregate.Store]. The host itself is not at rest, or it
// could not have been taken; its servers on other ports may be. Those of other hosts
// are theirs to know.
func (sl *slice) Rests(ctx context.Context) (map[string]time.Time, error) {
	if !sl.hasPorts() {
		return nil, nil
	}
	port := net.JoinHostPort(sl.host, "") // up to the colon, after which comes the semicolon
	return sl.restsWhere(ctx, `name > $1 AND name < $2`, port, port[:len(port)-1]+";")
}

// hasPorts says whether a partner may be asked on a port that isn't the scheme's own.
func (sl *slice) hasPorts() bool {
	for i := range sl.partners {
		p := &sl.partners[i]
		addresses := []string{p.FeedURL, p.URL}
		if st := sl.claimed[p.Key()]; st != nil {
			addresses = append(addresses, st.Fetch.PermanentURL, st.Fetch.DiscoveredURL)
		}
		for _, address := range addresses {
			if u, err := url.Parse(address); err == nil && u.Port() != "" {
				return true
			}
		}
	}
	return false
}

// Unclaim is described at [aggregate.Store]. It is called where a visit was cut short,
// whose server may have been asked: so the partner waits for the floor.
func (sl *slice) Unclaim(ctx context.Context, st *aggregate.State) error {
	due := sl.now.Add(time.Since(sl.begun) + sl.floor)
	return sl.Store.end(ctx, st, `UPDATE state SET lease = 0, due = $3 WHERE key = $1 AND epoch = $2`, micros(due))
}

// Record is described at [aggregate.Store].
func (sl *slice) Record(ctx context.Context, st *aggregate.State) error {
	sl.look(st)
	return sl.Store.Record(ctx, st)
}

// RecordVisit is described at [aggregate.Store].
func (sl *slice) RecordVisit(ctx context.Context, st *aggregate.State) error {
	sl.look(st)
	return sl.Store.RecordVisit(ctx, st)
}

// look takes note of a partner that has moved to another host.
func (sl *slice) look(st *aggregate.State) {
	for i := range sl.partners {
		if p := &sl.partners[i]; p.Key() == st.Key {
			if host := hostOf(p, &st.Fetch); host != sl.host {
				sl.moved[st.Key] = host
			}
		}
	}
}

// end gives the host back, and says when the next of its partners is due, if it
// has some.
func (sl *slice) end(ctx context.Context, rests map[string]time.Time, now time.Time) (wait time.Duration, some bool, err error) {
	if len(sl.moved) > 0 {
		var keys, hosts []string
		for key, host := range sl.moved {
			keys, hosts = append(keys, key), append(hosts, host)
		}
		client, err := sl.inserter()
		if err != nil {
			return 0, true, err
		}
		// With their jobs, so that no host is without one if this process dies right now.
		err = pgx.BeginFunc(ctx, sl.pool, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE partner p SET host = m.host FROM unnest($1::text[], $2::text[]) m (key, host) WHERE p.key = m.key`, keys, hosts)
			if err == nil {
				_, err = client.InsertManyTx(ctx, tx, jobsOf(hosts))
			}
			return err
		})
		if err != nil {
			return 0, true, err
		}
	}
	if len(rests) > 0 {
		if err := sl.RecordRests(ctx, now, rests); err != nil {
			return 0, true, err
		}
	}
	var left []string // nobody got round to them
	var epochs []int64
	for key, st := range sl.claimed {
		left, epochs = append(left, key), append(epochs, st.Epoch)
	}
	var next *int64
	var rest int64
	err = sl.pool.QueryRow(ctx, `
		WITH h AS (UPDATE host SET lease = 0 WHERE name = $1 AND epoch = $2 RETURNING rest),
		f AS (UPDATE state s SET lease = 0 FROM unnest($3::text[], $4::bigint[]) l (key, epoch) WHERE s.key = l.key AND s.epoch = l.epoch)
		SELECT h.rest, (
			SELECT min(greatest(s.due, CASE WHEN s.key = ANY($3) THEN 0 ELSE s.lease END))
			FROM partner p JOIN state s USING (key) WHERE p.host = $1 AND p.listed)
		FROM h`, sl.host, sl.epoch, left, epochs).Scan(&rest, &next)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, true, state.Overtaken(sl.host)
	}
	if err != nil || next == nil {
		return 0, next != nil, err
	}
	at := max(*next, rest)
	if at == math.MaxInt64 { // all are gone for good, unless somebody lists them anew
		return 24 * time.Hour, true, nil
	}
	return min(time.Duration(at-micros(now))*time.Microsecond, 24*time.Hour), true, nil
}
