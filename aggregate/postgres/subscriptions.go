package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/automationregion/newsletter/aggregate/internal/schedule"
	"github.com/automationregion/newsletter/aggregate/internal/state"
	"github.com/automationregion/newsletter/fetch/websub"
)

const (
	leadLock    = 0x6e657773_68756273 // "newshubs": the advisory lock of who asks hubs
	lookBack    = 10 * time.Second    // what committed late is seen by the next look
	saveWithin  = 10 * time.Second
	overForLong = "1 day" // when all processes know that a subscription is over
)

// Subscriptions returns what all processes with this public URL remember of partners'
// hubs, and share: any of them may be reached by a hub, and one of them asks hubs. A
// subscription that was made for another URL counts for nothing.
func (s *Store) Subscriptions(publicURL string) websub.Memory {
	return &subscriptions{store: s, public: publicURL, writer: rand.Int64()}
}

type subscriptions struct {
	store  *Store
	public string
	writer int64 // this process

	mu     sync.Mutex
	loaded bool
	lead   *pgxpool.Conn // holds the lock
}

// Load is described at [websub.Memory].
func (m *subscriptions) Load(ctx context.Context) (list []websub.Subscription, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	rows, err := m.store.pool.Query(ctx, `SELECT data FROM subscription WHERE public = $1 AND (NOT $2 AND NOT over OR $2 AND writer <> $3 AND changed > clock_timestamp() - $4::interval)`,
		m.public, m.loaded, m.writer, lookBack)
	if err != nil {
		return nil, state.Failed(err)
	}
	var data []byte
	_, err = pgx.ForEachRow(rows, []any{&data}, func() error {
		var sub websub.Subscription
		err := json.Unmarshal(data, &sub)
		list = append(list, sub)
		return err
	})
	if err != nil {
		return nil, state.Failed(err)
	}
	m.loaded = true
	return list, nil
}

// Get is described at [websub.Memory].
func (m *subscriptions) Get(ctx context.Context, id string) (*websub.Subscription, error) {
	var data []byte
	err := m.store.pool.QueryRow(ctx, `SELECT data FROM subscription WHERE id = $1 AND public = $2 AND writer <> $3`, id, m.public, m.writer).Scan(&data)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	var sub websub.Subscription
	if err == nil {
		err = json.Unmarshal(data, &sub)
	}
	return &sub, state.Failed(err)
}

// Save is described at [websub.Memory].
func (m *subscriptions) Save(sub websub.Subscription) error {
	data, err := json.Marshal(sub)
	if err != nil {
		return state.Failed(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), saveWithin)
	defer cancel()
	_, err = m.store.pool.Exec(ctx, `INSERT INTO subscription (id, public, data, over, writer) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET data = excluded.data, over = excluded.over, writer = excluded.writer, changed = clock_timestamp()`,
		sub.ID, m.public, data, sub.Over, m.writer)
	return state.Failed(err)
}

// Leads is described at [websub.Memory]: the one who holds a lock, as long as its
// connection lives.
func (m *subscriptions) Leads(ctx context.Context) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.lead != nil {
		if m.lead.Ping(ctx) == nil {
			return true
		}
		m.giveUp()
		return false
	}
	conn, err := m.store.pool.Acquire(ctx)
	if err != nil {
		return false
	}
	var ours bool
	if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, m.store.lock(leadLock)).Scan(&ours); err != nil || !ours {
		conn.Release()
		return false
	}
	m.lead = conn
	return true
}

// giveUp ends the connection that holds the lock, and the lock with it; the caller holds
// the mutex.
func (m *subscriptions) giveUp() {
	if m.lead != nil {
		m.lead.Hijack().Close(context.Background())
		m.lead = nil
	}
}

// Run is described at [websub.Memory].
func (m *subscriptions) Run(ctx context.Context) {
	ticker := time.NewTicker(time.Hour)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			m.store.pool.Exec(ctx, `DELETE FROM subscription WHERE over AND changed < now() - $1::interval`, overForLong)
		}
	}
}

// Close lets another process ask hubs.
func (m *subscriptions) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.giveUp()
	return nil
}

// Pushed makes a partner of the list due because a hub pushed its feed, as
// [aggregate.State.Pushed] does, and has its host looked at soon. One that is being asked
// may have answered before the push: that visit is waited for until ctx is done.
func (s *Store) Pushed(ctx context.Context, key string, floor time.Duration) error {
	for {
		host, busy, err := s.pushed(ctx, key, floor)
		if err != nil || !busy {
			if err == nil && host != "" {
				err = s.wake(ctx, []string{host})
			}
			return state.Failed(err)
		}
		if schedule.Sleep(time.Second, ctx.Done()); ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

// pushed returns the host that is to be looked at, "" if the partner is not due sooner, or
// that it is being asked.
func (s *Store) pushed(ctx context.Context, key string, floor time.Duration) (host string, busy bool, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var row stateRow
		var at string
		var lease int64
		err := tx.QueryRow(ctx, `SELECT p.host, s.lease, `+stateColumns+` FROM state s JOIN partner p USING (key) WHERE key = $1 AND p.listed FOR UPDATE OF s`, key).
			Scan(append([]any{&at, &lease}, row.fields()...)...)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		now := time.Now()
		if busy = lease > micros(now); busy {
			return nil
		}
		st, _, err := row.state()
		if err != nil || !schedule.Pushed(&st.Fetch, floor, now) {
			return err
		}
		visit, err := visitOf(st)
		if err != nil {
			return err
		}
		host = at
		_, err = tx.Exec(ctx, `UPDATE state SET visit = $2, due = $3 WHERE key = $1`, key, visit, dueAt(st))
		return err
	})
	return host, busy, err
}
