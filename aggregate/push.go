package aggregate

import (
	"time"

	"github.com/automationregion/newsletter/aggregate/internal/schedule"
	"github.com/automationregion/newsletter/fetch"
)

const (
	sparedFor  = 6 * time.Hour   // between two visits to a partner whose letters are pushed
	sparedLook = 5 * time.Minute // between two looks at whether they still are
)

// Pushed makes the partner with this [Partner.Key] due at once, because somebody said
// that its feed changed: a hub that it named (WebSub). A push does no more than that:
// what is published comes from the partner's own server.
//
// However often it is called, the partner is asked at most once a minute, at most
// once in Policy.Floor while its visits fail, never before the end of a rest that
// its server asked for, and never if its feed is gone. It returns false, and does
// nothing, if Serve doesn't know the partner, or if it is gone.
func (s *Service) Pushed(key string) bool {
	s.mu.Lock()
	r := s.serving
	s.mu.Unlock()
	return r != nil && r.pushed(key)
}

func (r *serving) pushed(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.members[key]
	if m == nil || m.report.Gone {
		return false
	}
	m.pushed = true
	if m.wait.Waits() { // else it is waiting for its turn, or being asked: then done sees it
		r.due.Move(&m.wait, r.sooner(m, m.wait.Due))
		schedule.Nudge(r.wake)
	}
	return true
}

// sooner is when a partner is due that would be due at a time, but may have been
// pushed; the caller holds mu.
func (r *serving) sooner(m *member, due time.Time) time.Time {
	if m.pushed {
		last := fetch.State{LastAttempt: m.report.LastAttempt, Failures: m.report.Failures, RestUntil: m.report.rest}
		if soon := schedule.Earliest(&last, r.floor, r.clock()); soon.Before(due) {
			return soon
		}
	}
	return due
}

// wasAsked says whether a report is of a visit that a server saw.
func wasAsked(r *PartnerReport) bool {
	return r.Status != fetch.NotDue && r.Status != Claimed && r.Status != fetch.Resting && r.Status != stateUnreadable
}

// mayComeEarly says whether a visit is for a partner that was pushed, and that may
// be asked for it now.
func (r *run) mayComeEarly(f *fetch.State, floor time.Duration, now time.Time) bool {
	return r.early && !f.Gone && !schedule.Earliest(f, floor, now).After(now)
}

// judge notes what a visit says of pushes; m still has the report of the one before.
// The caller holds mu.
func (r *serving) judge(m *member, report *PartnerReport, early bool) {
	brought, late := report.New+report.Changed > 0, m.stale
	m.stale = early && !brought
	switch {
	case !brought:
	case early || late: // a push told of it
		m.missed = false
	case r.service.PushedSince != nil:
		// Many a feed names a hub that nobody tells of what is new.
		since := r.service.PushedSince(m.key)
		m.missed = m.missed || !since.IsZero() && m.report.LastAttempt.After(since)
	}
}

// spared returns until when a partner isn't asked although it is due, because its
// letters are pushed; zero if they aren't. The caller holds mu.
func (r *serving) spared(m *member) time.Time {
	if r.service.PushedSince == nil || m.pushed || m.stale || m.missed || m.report.Failures > 0 {
		return time.Time{}
	}
	since := r.service.PushedSince(m.key)
	if since.IsZero() || m.report.LastAttempt.Before(since) { // something may have been missed
		return time.Time{}
	}
	return m.report.LastAttempt.Add(min(sparedFor, r.ceiling))
}

// spare puts off a partner that is due, if it is spared; the caller holds mu.
func (r *serving) spare(m *member, now time.Time) bool {
	until := r.spared(m)
	if !until.After(now) || until.Sub(now) > sparedFor { // or a clock was wrong
		return false
	}
	r.due.Move(&m.wait, now.Add(min(until.Sub(now), sparedLook)))
	return true
}
