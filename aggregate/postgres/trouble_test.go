package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
)

// listed makes a list of n partners the one that is visited.
func listed(t *testing.T, s *Store, n int, address func(i int) string) []aggregate.Partner {
	t.Helper()
	list := make([]aggregate.Partner, n)
	for i := range list {
		list[i].FeedURL = address(i)
	}
	_, err := s.SetPartners(t.Context(), list)
	require.NoError(t, err)
	return list
}

// candidates returns the feeds of the partners that a fold reads which looks at so
// many, once letters were put into the tables.
func candidates(t *testing.T, s *Store, want int64) (feeds []string) {
	t.Helper()
	_, err := s.pool.Exec(t.Context(), `UPDATE state s SET newest = (SELECT max(published) FROM letter WHERE open AND partner = s.number)`)
	require.NoError(t, err)
	tx, err := s.pool.Begin(t.Context())
	require.NoError(t, err)
	defer tx.Rollback(t.Context())
	m := &foldStore{Store: s, tx: tx, logger: silent, states: map[string]*foldState{}}
	partners, horizon, err := m.candidates(t.Context(), 0, want)
	require.NoError(t, err)
	assert.Positive(t, horizon)
	for _, p := range partners {
		feeds = append(feeds, p.FeedURL)
	}
	return feeds
}

// works works until Progress has told of every one of a list, calls tell as it does,
// and returns the reports.
func works(t *testing.T, s *Store, list []aggregate.Partner, tell func(aggregate.PartnerReport)) map[string]aggregate.PartnerReport {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, feedOf("x", r.URL.Path)) }))
	defer server.Close()
	a := aggregator(server.Listener.Addr().String())
	var mu sync.Mutex
	reports := map[string]aggregate.PartnerReport{}
	a.Progress = func(r aggregate.PartnerReport) {
		mu.Lock()
		reports[r.Key] = r
		mu.Unlock()
		if tell != nil {
			tell(r)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Work(ctx, a, Options{Workers: 4}) }()
	assert.Eventually(t, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(reports) == len(list)
	}, 30*time.Second, 20*time.Millisecond)
	stop()
	select {
	case err := <-done:
		require.NoError(t, err)
	case <-time.After(40 * time.Second):
		require.Fail(t, "Work does not end")
	}
	return reports
}

func TestProgressThatPanicsHoldsNobodyUp(t *testing.T) {
	s := newStore(t)
	list := listed(t, s, 20, func(i int) string { return fmt.Sprintf("http://h%d.example/%d", i, i) })
	var once sync.Once
	works(t, s, list, func(aggregate.PartnerReport) { once.Do(func() { panic("once") }) })
}

func TestUnreadablePartnerHoldsNobodyUp(t *testing.T) {
	s := newStore(t)
	list := listed(t, s, 6, func(i int) string { return fmt.Sprintf("http://h.example/%d", i) })
	_, err := s.pool.Exec(t.Context(), `UPDATE state SET head = '{"schema":99,"key":"a"}' WHERE key = $1`, list[2].Key())
	require.NoError(t, err)
	_, err = s.pool.Exec(t.Context(), `UPDATE partner SET config = '{' WHERE key = $1`, list[4].Key())
	require.NoError(t, err)
	reports := works(t, s, append(list[:4:4], list[5]), nil)
	for i, p := range list {
		switch r := reports[p.Key()]; i {
		case 2:
			assert.Equal(t, "state unreadable", string(r.Status))
		case 4:
			assert.Empty(t, r.Status)
		default:
			assert.Equal(t, 1, r.New, i)
		}
	}
	var soon int
	require.NoError(t, s.pool.QueryRow(t.Context(), `SELECT count(*) FROM state WHERE due < $1 OR lease > 0`, time.Now().Add(time.Minute).UnixMicro()).Scan(&soon))
	assert.Zero(t, soon, "nor are they looked at again at once")
	_, err = s.newPublisher(aggregator("")).fold(t.Context())
	require.NoError(t, err)
	d := atomNow(t, s)
	assert.Contains(t, d, "/5", "what the others have is published")
}

// What was written by a clock that was a year ahead keeps nobody out.
func TestClockThatWasAhead(t *testing.T) {
	now := time.Now()
	wrong := now.Add(365 * 24 * time.Hour)
	for name, before := range map[string]func(*Store) error{
		"rest": func(s *Store) error {
			return s.RecordRests(context.Background(), wrong, map[string]time.Time{"a.example": wrong.Add(time.Hour)})
		},
		"claim of a partner": func(s *Store) error {
			sl, _, err := s.begin(context.Background(), "a.example", wrong, usual, time.Minute)
			if err == nil {
				_, _, err = sl.Claim(context.Background(), sl.partners[0].Key(), aggregate.Claim{Now: wrong, Lease: time.Minute})
			}
			_, freed := s.pool.Exec(context.Background(), `UPDATE host SET lease = 0`)
			return errors.Join(err, freed)
		},
		"claim of a host": func(s *Store) error {
			_, err := s.pool.Exec(context.Background(), `INSERT INTO host (name, epoch, lease) VALUES ('a.example', 1, `+clock+` + 48::bigint*3600*1000000)`)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			_, err := s.SetPartners(t.Context(), []aggregate.Partner{{FeedURL: "http://a.example/"}})
			require.NoError(t, err)
			require.NoError(t, before(s))
			sl, _, err := s.begin(t.Context(), "a.example", now, usual, time.Minute)
			require.NoError(t, err)
			require.NotNil(t, sl)
			assert.Len(t, sl.partners, 1)
		})
	}
}

func TestRestOfAServerOnAnotherPort(t *testing.T) {
	s := newStore(t)
	_, err := s.SetPartners(t.Context(), []aggregate.Partner{{FeedURL: "http://a.example:8080/"}, {FeedURL: "http://b.example/"}})
	require.NoError(t, err)
	now := time.Now()
	rests := map[string]time.Time{"a.example:8080": now.Add(time.Hour), "a.example.org:8080": now.Add(time.Hour)}
	require.NoError(t, s.RecordRests(t.Context(), now, rests))
	for host, want := range map[string]int{"a.example": 1, "b.example": 0} {
		sl, _, err := s.begin(t.Context(), host, now, usual, time.Minute)
		require.NoError(t, err)
		got, err := sl.Rests(t.Context())
		require.NoError(t, err)
		assert.Len(t, got, want)
	}
}

// The job of the host that a partner moved to is there as soon as the move is.
func TestMoveComesWithItsJob(t *testing.T) {
	s := newStore(t)
	p := aggregate.Partner{FeedURL: "http://old.example/"}
	_, err := s.SetPartners(t.Context(), []aggregate.Partner{p})
	require.NoError(t, err)
	sl, _, err := s.begin(t.Context(), "old.example", time.Now(), usual, time.Minute)
	require.NoError(t, err)
	sl.moved[p.Key()] = "new.example"
	_, _, err = sl.end(t.Context(), nil, time.Now())
	require.NoError(t, err)
	var jobs int
	require.NoError(t, s.pool.QueryRow(t.Context(), `SELECT count(*) FROM river_job WHERE args->>'host' = 'new.example'`).Scan(&jobs))
	assert.Equal(t, 1, jobs)
}

// Thousands of partners have the same letter: the default first one of a program, say.
func TestSameLetterOfManyPartners(t *testing.T) {
	s := newStore(t)
	listed(t, s, 3000, func(i int) string { return fmt.Sprintf("http://h%d.example/", i) })
	r := &aggregate.Record{GUID: "g", Text: "the same words", Letter: newsletter.Letter{ID: "urn:x", Title: "Hello world!", Published: time.Now().Add(-time.Hour).UTC().Truncate(time.Second)}}
	rows, err := letterRows([]*aggregate.Record{r})
	require.NoError(t, err)
	_, err = s.pool.Exec(t.Context(), `INSERT INTO letter (partner, slot, digest, open, published, id, page, words, record)
		SELECT number, 1, $1, true, $2, number, 0, 77, $3 FROM state`, rows[0].digest, rows[0].published, rows[0].data)
	require.NoError(t, err)
	assert.Len(t, candidates(t, s, 100), 3000, "all who may have the same")
}

// A partner's letters have the same page and words, as those of a feed have that names
// its home page in each. Nobody else has them, and there is nothing to look for.
func TestNameThatOnePartnerUsesLeadsNowhere(t *testing.T) {
	s := newStore(t)
	listed(t, s, 3, func(i int) string { return "http://" + string("abc"[i]) + ".example/" })
	// a's newest letter shares its page with an older one of a, whose words are those
	// of one of b; and its words with c.
	_, err := s.pool.Exec(t.Context(), `INSERT INTO letter (partner, slot, digest, open, published, id, page, words, record)
		SELECT number, l.slot, 'x', true, l.published, l.id, l.page, l.words, '{}' FROM state JOIN (VALUES
			('http://a.example/', 1, 300, 1, 7, 11), ('http://a.example/', 2, 200, 2, 7, 12),
			('http://b.example/', 1, 100, 3, 0, 12), ('http://c.example/', 1, 100, 4, 0, 11)
		) l (feed, slot, published, id, page, words) ON key = (SELECT key FROM partner p WHERE convert_from(p.config, 'UTF8') LIKE '%' || l.feed || '%' AND p.key = state.key)`)
	require.NoError(t, err)
	assert.Equal(t, []string{"http://a.example/", "http://c.example/"}, candidates(t, s, 1))
}

func TestMigrateKnowsNewerTables(t *testing.T) {
	s := newStore(t)
	_, err := s.pool.Exec(t.Context(), `INSERT INTO migration (version_id, is_applied) VALUES (7, true)`)
	require.NoError(t, err)
	err = Migrate(t.Context(), s.url)
	require.ErrorIs(t, err, errSchema)
	require.ErrorContains(t, err, "use a newer one")
}

// A visit that is cut short may have asked: the partner waits, and not for nothing.
func TestVisitThatIsCutShortWaitsForTheFloor(t *testing.T) {
	s := newStore(t)
	p := aggregate.Partner{FeedURL: "http://a.example/"}
	_, err := s.SetPartners(t.Context(), []aggregate.Partner{p})
	require.NoError(t, err)
	now := time.Now()
	sl, _, err := s.begin(t.Context(), "a.example", now, usual, time.Hour)
	require.NoError(t, err)
	st, claimed, err := sl.Claim(t.Context(), p.Key(), aggregate.Claim{Now: now, Lease: time.Minute})
	require.NoError(t, err)
	require.True(t, claimed)
	require.NoError(t, sl.Unclaim(t.Context(), st))
	wait, some, err := sl.end(t.Context(), nil, now)
	require.NoError(t, err)
	assert.True(t, some)
	assert.GreaterOrEqual(t, wait, time.Hour)
}

// Of the partners that a worker had claimed when it was killed, the one that it was
// asking waits for the floor, and no other: not one that was asked and recorded, nor
// any that had yet to wait for the pause of their host.
func TestWorkerThatWasKilled(t *testing.T) {
	now := time.Now()
	for name, c := range map[string]struct {
		asks, records int
		waits         []int
	}{
		"before it asked anybody":                     {0, 0, nil},
		"while it asked the first":                    {1, 0, []int{0}},
		"in the pause between the first and the next": {1, 1, nil},
		"while it asked the second":                   {2, 1, []int{1}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			var list []aggregate.Partner
			for i := range 3 {
				list = append(list, aggregate.Partner{FeedURL: fmt.Sprintf("http://a.example/%d", i)})
			}
			_, err := s.SetPartners(t.Context(), list)
			require.NoError(t, err)
			sl, _, err := s.begin(t.Context(), "a.example", now, usual, time.Hour)
			require.NoError(t, err)
			require.Len(t, sl.partners, 3)
			for i := range c.asks {
				st, claimed, err := sl.Claim(t.Context(), sl.partners[i].Key(), aggregate.Claim{Now: now, Lease: time.Minute})
				require.NoError(t, err)
				require.True(t, claimed)
				if i < c.records {
					st.Fetch.LastAttempt, st.Fetch.Due = now, now.Add(2*time.Hour)
					require.NoError(t, sl.Record(t.Context(), st))
				}
			}

			_, err = s.pool.Exec(t.Context(), `UPDATE host SET lease = 0`) // by the clock of the database
			require.NoError(t, err)
			later := now.Add(usual.lease + time.Second)
			next, _, err := s.begin(t.Context(), "a.example", later, usual, time.Hour)
			require.NoError(t, err)
			want, asked := map[string]bool{}, map[string]time.Time{}
			for i, p := range sl.partners {
				if i >= c.asks {
					want[p.Key()] = true
				}
			}
			for _, i := range c.waits {
				asked[sl.partners[i].Key()] = now.Add(usual.lease + time.Hour).UTC().Truncate(time.Microsecond)
			}
			got := map[string]bool{}
			for _, p := range next.partners {
				got[p.Key()] = true
			}
			assert.Equal(t, want, got, "asked at once")
			assert.Equal(t, asked, next.asked, "waiting, and told of")

			_, _, err = next.end(t.Context(), nil, later)
			require.NoError(t, err)
			over, _, err := s.begin(t.Context(), "a.example", now.Add(usual.lease+time.Hour+time.Second), usual, time.Hour)
			require.NoError(t, err)
			assert.Len(t, over.partners, 3-c.records, "nobody waits for longer")
		})
	}
}
