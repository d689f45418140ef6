package fetch

import (
	"net/netip"
	"time"

	"github.com/automationregion/newsletter/internal/weburl"
)

// A State is what is remembered of a feed between two requests. It writes and
// reads itself as JSON.
type State struct {
	ETag         string `json:"etag,omitempty"`         // as the server sent it, quotes and all
	LastModified string `json:"lastModified,omitempty"` // as the server sent it
	ValidFor     string `json:"validFor,omitempty"`     // URL that sent ETag and LastModified
	BodyHash     string `json:"bodyHash,omitempty"`     // SHA-256 of the last body that could be read, decompressed

	Due         time.Time  `json:"due,omitzero"`         // when to ask next
	DueReason   string     `json:"dueReason,omitempty"`  // why then, in words
	LastAttempt time.Time  `json:"lastAttempt,omitzero"` // last request
	LastSuccess time.Time  `json:"lastSuccess,omitzero"` // last request that brought a feed, or word that it is unchanged
	Failures    int        `json:"failures,omitzero"`    // since the last success
	LastError   string     `json:"lastError,omitempty"`  // of the last attempt, in words
	RestUntil   time.Time  `json:"restUntil,omitzero"`   // Retry-After of the host
	Blocked     netip.Addr `json:"blocked,omitzero"`     // address that the last attempt was not to connect to, see AllowPrivate of [Options]
	Gone        bool       `json:"gone,omitzero"`        // the server said 410: not asked again unless told to

	PermanentURL  string `json:"permanentURL,omitempty"`  // where permanent redirects led for some days
	Move          *Move  `json:"move,omitempty"`          // a permanent redirect that is not trusted yet
	DiscoveredURL string `json:"discoveredURL,omitempty"` // the feed that the home page links to

	// What the feed names for WebSub, which the program that reads the feed notes here:
	// a Client reads no more of a feed than its Hints.
	Topic string   `json:"topic,omitempty"`
	Hubs  []string `json:"hubs,omitempty"`

	Hints Hints `json:"hints,omitzero"`
}

// A Move is a permanent redirect that has to prove itself.
type Move struct {
	To    string    `json:"to"`
	Since time.Time `json:"since"` // when it was first seen
}

// Hints are what the server and the feed said about how often to ask.
type Hints struct {
	MaxAge    int      `json:"maxAge,omitzero"`     // seconds: Cache-Control or Expires
	TTL       int      `json:"ttl,omitzero"`        // minutes: RSS ttl
	Period    int      `json:"period,omitzero"`     // minutes: syndication module, updatePeriod by updateFrequency
	SkipHours []int    `json:"skipHours,omitempty"` // hours of the day in UTC, 0 to 23
	SkipDays  []string `json:"skipDays,omitempty"`  // "Monday" to "Sunday", in UTC
}

// forgetValidators makes the next request one without conditions.
func (s *State) forgetValidators() { s.ETag, s.LastModified, s.ValidFor = "", "", "" }

// clockSkew is by how much the clocks of two workers may differ.
const clockSkew = time.Hour

// isAhead says whether a clock that was wrong noted the last visit.
func (s *State) isAhead(now time.Time) bool { return s.LastAttempt.After(now.Add(clockSkew)) }

// IsDue says whether the feed may be asked for now. What a clock noted that was
// ahead counts for nothing.
func (s *State) IsDue(now time.Time) bool {
	return !s.Gone && (s.isAhead(now) || !now.Before(s.Due) && !now.Before(s.RestUntil))
}

// Address is where the request for the feed, or else for its home page, goes.
func (s *State) Address(r Request) string {
	switch {
	case s.PermanentURL != "":
		return s.PermanentURL
	case r.URL == "" && s.DiscoveredURL != "":
		return s.DiscoveredURL
	}
	return weburl.WithoutUser(r.configured())
}
