package fetch

import "net/http"

// A Request says which feed is wanted.
type Request struct {
	URL  string // address of the feed; a name and password in it are sent to its host alone
	Home string // home page: without a URL, the feed is looked for there

	// Header is sent to the host of URL (or Home), and to no other.
	Header http.Header

	Force bool // ask although it is not due, even if the feed was said to be gone

	// Read, if not nil, is called with what came if that is Fetched, and has its Body for
	// as long as it runs. After an error the request is one that failed: what is remembered
	// is the last feed that could be read.
	Read func(came *Outcome) error

	// Waits, if not nil, is called before the request waits for a host that is busy,
	// and what it returns when it goes on.
	Waits func() (goesOn func())
}

// configured is where the owner said that the feed is found.
func (r *Request) configured() string {
	if r.URL != "" {
		return r.URL
	}
	return r.Home
}
