package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/netip"
	"time"
)

// giveUpMove is after how many failures in a row the configured address is asked
// again.
const giveUpMove = 3

// succeed notes a visit that went well.
func (f *Client) succeed(st *State, v *visit, now time.Time) {
	st.LastAttempt, st.LastSuccess = now, now
	st.Failures, st.LastError, st.RestUntil, st.Gone, st.Blocked = 0, "", time.Time{}, false, netip.Addr{}
	v.chain.remember(st, now)
	if v.out.Status == NotModified {
		// It names validators only where they changed, or out of kindness.
		if etag := validator(v.header, "ETag"); etag != "" {
			st.ETag = etag
		}
		if modified := validator(v.header, "Last-Modified"); modified != "" {
			st.LastModified = modified
		}
	} else {
		st.ETag, st.LastModified = validator(v.header, "ETag"), validator(v.header, "Last-Modified")
		st.ValidFor = ""
		if st.ETag+st.LastModified != "" {
			st.ValidFor = v.out.URL
		}
	}
	if v.out.Status == Fetched {
		sum := sha256.Sum256(v.out.Body)
		hash := hex.EncodeToString(sum[:])
		switch {
		case v.out.Partial: // the hash stays that of a whole body
		case hash == st.BodyHash:
			v.out.Status = SameBody
			v.out.close()
		default:
			st.BodyHash = hash
			st.Hints = feedHints(v.out.Body)
		}
	}
	if v.out.Status != NotModified || saysFresh(v.header) {
		st.Hints.MaxAge = fresh(v.header, now)
	}
	v.out.Links = linksOf(v.header)
	// From the end of the answer on: it may have taken its time, and is fresh since.
	st.Due, st.DueReason = schedule(*st, f.o.Policy, now.Add(v.out.Duration), f.o.Chance)
}

// fail notes a visit that went wrong, or was put off.
func (f *Client) fail(st *State, out *Outcome, rest time.Duration, now time.Time) {
	if rest > 0 {
		st.RestUntil = now.Add(out.Duration + rest) // from the answer on, which may have taken its time
	}
	if out.Status == Resting {
		// Nobody asked, so nobody failed; but it is no use to ask soon.
		waiting := *st
		if rest == 0 {
			waiting.Failures = max(1, st.Failures)
		}
		st.Due, st.DueReason = schedule(waiting, f.o.Policy, now, f.o.Chance)
		switch {
		case errors.Is(out.Err, errBusy):
			st.DueReason = out.Err.Message
			if out.Code != 0 { // another one was asked
				st.LastAttempt = now
			}
		case rest == 0:
			st.DueReason = "its host did not answer for other feeds: " + out.Err.Message
		}
		return
	}
	if out.Status == Gone && st.DiscoveredURL+st.PermanentURL != "" {
		out.Status = Failed // the address that the owner gave may know of another by now
		st.DiscoveredURL, st.PermanentURL = "", ""
	}
	st.LastAttempt, st.LastError = now, out.Err.Message
	st.Failures++
	st.Blocked = blockedOf(out.Err)
	if st.Failures >= giveUpMove {
		st.PermanentURL, st.DiscoveredURL, st.Move = "", "", nil
	}
	refused := out.Code == http.StatusBadRequest || out.Code == http.StatusPreconditionFailed
	if errors.Is(out.Err, errUnasked) || refused && st.Failures >= giveUpMove {
		st.forgetValidators() // it may be conditions that the server can't take
	}
	st.Gone = out.Status == Gone
	st.Due, st.DueReason = schedule(*st, f.o.Policy, now, f.o.Chance)
}

// blockedOf returns the address that an error says is not to be connected to.
func blockedOf(err error) netip.Addr {
	var blocked *addressError
	if !errors.As(err, &blocked) {
		return netip.Addr{}
	}
	return blocked.addr
}

// linksOf returns the Link headers of an answer, of those that are more or longer
// than any feed needs the first.
func linksOf(h http.Header) (links []string) {
	const most, longest = 16, 4 << 10
	for _, l := range h.Values("Link") {
		if len(links) < most && len(l) <= longest {
			links = append(links, l)
		}
	}
	return links
}

// validator returns a header as it came, or "" if it could not be sent back.
func validator(h http.Header, name string) string {
	value := h.Get(name)
	if len(value) > 1024 {
		return ""
	}
	return fromWire(value)
}
