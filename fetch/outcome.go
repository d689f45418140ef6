package fetch

import "time"

// A Status says how a request for a feed ended.
type Status string

// What a request may end in.
const (
	NotDue      Status = "not due"      // it wasn't asked: its time has not come
	Resting     Status = "resting"      // it wasn't asked: its host asked for a rest, or doesn't answer
	NotModified Status = "not modified" // 304
	SameBody    Status = "same body"    // the same bytes as last time
	Fetched     Status = "fetched"      // something that has to be read
	Failed      Status = "failed"
	Gone        Status = "gone" // 410
)

// An Outcome is what one request for a feed brought.
type Outcome struct {
	Status   Status
	Code     int           // HTTP status of the last answer; 0 if there was none
	Body     []byte        // of Fetched: decompressed, within the limits; nil once [Request.Read] was called with it
	Partial  bool          // Body holds only what is new (226, RFC 3229): letters that it lacks are not gone
	Charset  string        // of Content-Type, for parse.Options
	URL      string        // that Body came from, for parse.Options
	Links    []string      // Link headers (RFC 8288) of Fetched, NotModified and SameBody, as they came, for websub.Discover
	Bytes    int64         // that came over the wire
	Duration time.Duration // by the caller's clock
	Err      *Error        // of Failed, Gone and Resting

	free func()
}

// close gives the memory of Body back. It may be called more than once.
func (o *Outcome) close() {
	if o.free != nil {
		o.free()
		o.free, o.Body = nil, nil
	}
}
