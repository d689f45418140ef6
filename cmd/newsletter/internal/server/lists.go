package server

import (
	"context"
	"log/slog"
	"sync"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/internal/roll"
)

// lists say which list of partners holds, of those that the configuration has had.
type lists struct {
	notes  roll.Notes
	before func(ctx context.Context, next []aggregate.Partner) (roll.Before, error) // the list that holds
	logger *slog.Logger

	mu       sync.Mutex
	accepted bool // the first list is meant
	next     []aggregate.Partner
	held     *roll.Held
}

// choose returns the list that holds from now on.
func (l *lists) choose(ctx context.Context, next []aggregate.Partner) ([]aggregate.Partner, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before, err := l.before(ctx, next)
	if err != nil {
		return nil, err
	}
	list, held, err := roll.Choose(ctx, l.notes, before, next, l.accepted)
	if err != nil {
		return nil, err
	}
	switch was := l.held; {
	case held != nil && (was == nil || was.List != held.List):
		l.logger.ErrorContext(ctx, "the list of partners is held, and the one before goes on: it "+held.String(), "advice", roll.Advice)
		if before.Lost > 0 {
			l.logger.WarnContext(ctx, "partners of the list before are not asked: their names, passwords and headers are not remembered", "partners", before.Lost)
		}
	case held == nil && was != nil:
		l.logger.InfoContext(ctx, "the list of partners that was held holds now, or was followed by another")
	}
	l.accepted, l.next, l.held = false, next, held
	return list, nil
}

// isHeld returns the list that is held, nil if none is.
func (l *lists) isHeld() *roll.Held {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.held
}

// decided says whether a list that is held would hold now.
func (l *lists) decided(ctx context.Context) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == nil {
		return false
	}
	before, err := l.before(ctx, l.next)
	if err != nil {
		return false
	}
	_, held, err := roll.Choose(ctx, roll.ReadOnly{Notes: l.notes}, before, l.next, false)
	return err == nil && held == nil
}
