package postgres

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/fetch/websub"
)

// One process asks hubs, another takes its place, and each knows what the others saved.
func TestSubscriptionsAreShared(t *testing.T) {
	s := newStore(t)
	const public = "https://example.org"
	one, two, elsewhere := s.Subscriptions(public), s.Subscriptions(public), s.Subscriptions("https://example.com")
	load := func(m websub.Memory) []websub.Subscription {
		list, err := m.Load(t.Context())
		require.NoError(t, err)
		return list
	}
	assert.True(t, one.Leads(t.Context()))
	assert.True(t, one.Leads(t.Context()))
	assert.False(t, two.Leads(t.Context()))
	sub := websub.Subscription{ID: "i", Secret: "s", Topic: "t", Hub: "h"}
	require.NoError(t, one.Save(sub))
	assert.Empty(t, load(elsewhere))
	assert.Len(t, load(two), 1)
	assert.Len(t, load(one), 1)
	assert.Empty(t, load(one), "what it saved itself it knows")
	sub.Pending = "subscribe"
	require.NoError(t, two.Save(sub))
	assert.Equal(t, []websub.Subscription{sub}, load(one))
	got, err := one.Get(t.Context(), "i")
	require.NoError(t, err)
	assert.Equal(t, &sub, got)
	require.NoError(t, one.Close())
	assert.Eventually(t, func() bool { return two.Leads(t.Context()) }, 10*time.Second, 10*time.Millisecond)
	sub.Over = true
	require.NoError(t, two.Save(sub))
	assert.Len(t, load(one), 1, "that it is over is told")
	assert.Empty(t, load(s.Subscriptions(public)))
	require.NoError(t, two.Close())
}

func TestPushedPartnerIsDue(t *testing.T) {
	s := newStore(t)
	p := aggregate.Partner{FeedURL: "http://a.example/"}
	_, err := s.SetPartners(t.Context(), []aggregate.Partner{p})
	require.NoError(t, err)
	now := time.Now().Truncate(time.Second)
	for _, c := range []struct {
		name     string
		before   time.Duration // of the last visit
		failures int
		gone     bool
		due      time.Duration
	}{
		{"an hour ago", time.Hour, 0, false, 0},
		{"just now", 10 * time.Second, 0, false, 50 * time.Second},
		{"it fails", 10 * time.Minute, 2, false, 20 * time.Minute},
		{"gone", time.Hour, 0, true, 24 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			st, ok, err := s.Claim(t.Context(), p.Key(), aggregate.Claim{Now: now, Lease: time.Minute, All: true})
			require.NoError(t, err)
			require.True(t, ok)
			st.Fetch.LastAttempt, st.Fetch.Due, st.Fetch.Failures, st.Fetch.Gone = now.Add(-c.before), now.Add(24*time.Hour), c.failures, c.gone
			require.NoError(t, s.Record(t.Context(), st))
			require.NoError(t, s.Pushed(t.Context(), p.Key(), 30*time.Minute))
			st, err = s.Load(t.Context(), p.Key())
			require.NoError(t, err)
			assert.WithinDuration(t, now.Add(c.due), st.Fetch.Due, 20*time.Second)
		})
	}
	require.NoError(t, s.Pushed(t.Context(), "unknown", 0))
}
