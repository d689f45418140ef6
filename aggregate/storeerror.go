package aggregate

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// markedStore is a store each of whose errors is ErrStore, but for ErrOvertaken.
type markedStore struct{ store Store }

func markError(err error) error {
	if err == nil || errors.Is(err, ErrStore) || errors.Is(err, ErrOvertaken) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrStore, err)
}

func (m markedStore) Claim(ctx context.Context, key string, c Claim) (*State, bool, error) {
	s, claimed, err := m.store.Claim(ctx, key, c)
	return s, claimed, markError(err)
}

func (m markedStore) Record(ctx context.Context, s *State) error {
	return markError(m.store.Record(ctx, s))
}

func (m markedStore) RecordVisit(ctx context.Context, s *State) error {
	return markError(m.store.RecordVisit(ctx, s))
}

func (m markedStore) Unclaim(ctx context.Context, s *State) error {
	return markError(m.store.Unclaim(ctx, s))
}

func (m markedStore) Load(ctx context.Context, key string) (*State, error) {
	s, err := m.store.Load(ctx, key)
	return s, markError(err)
}

func (m markedStore) Letters(ctx context.Context, key string, n int) ([]*Record, error) {
	letters, err := m.store.Letters(ctx, key, n)
	return letters, markError(err)
}

func (m markedStore) Rests(ctx context.Context) (map[string]time.Time, error) {
	rests, err := m.store.Rests(ctx)
	return rests, markError(err)
}

func (m markedStore) RecordRests(ctx context.Context, now time.Time, rests map[string]time.Time) error {
	return markError(m.store.RecordRests(ctx, now, rests))
}
