package fetch

import (
	"math"
	"time"
)

// Limits say how hard servers may be asked, and how much they may
// send. A zero field is its default; a negative one is no limit.
type Limits struct {
	Concurrency    int           // feeds that aggregate asks for at once; default 32
	PerHost        int           // connections to one host; default 1
	Pause          time.Duration // between two requests to one host; default 1 s
	ConnectTimeout time.Duration // default 10 s
	TLSTimeout     time.Duration // default 10 s
	HeaderTimeout  time.Duration // from request to response header; default 20 s
	Timeout        time.Duration // a request to the end of its body; default 60 s
	MinRate        int64         // bytes a second that a body has to bring, over any 10 s; default 256
	MaxTransfer    int64         // bytes over the wire; default 16 MiB
	MaxBody        int64         // bytes after decompression; default 32 MiB
	MaxRedirects   int           // in one visit; default 10
	Visit          time.Duration // a whole visit with its redirects; no default
}

// A Policy says how often feeds are asked for.
type Policy struct {
	Floor   time.Duration // never more often, whatever servers and feeds allow; default 45 min
	Ceiling time.Duration // not more seldom, whatever servers and feeds wish, but for what a server says is fresh, for up to a week, and for skipHours and skipDays; default 24 h
}

// withDefaults returns the limits that count: a zero field is its default, and one
// without a limit a very large number.
func (l Limits) withDefaults() Limits {
	def(&l.Concurrency, 32)
	def(&l.PerHost, 1)
	def(&l.ConnectTimeout, 10*time.Second)
	def(&l.TLSTimeout, 10*time.Second)
	def(&l.HeaderTimeout, 20*time.Second)
	def(&l.Timeout, 60*time.Second)
	def(&l.MaxTransfer, 16<<20)
	def(&l.MaxBody, 32<<20)
	def(&l.MaxRedirects, 10)
	if l.Pause == 0 {
		l.Pause = time.Second
	}
	l.Pause = max(l.Pause, 0)
	if l.MinRate == 0 {
		l.MinRate = 256
	}
	l.MinRate = max(l.MinRate, 0)
	return l
}

// def gives a limit its three meanings: 0 the default, negative none.
func def[T int | int64 | time.Duration](v *T, byDefault T) {
	switch {
	case *v == 0:
		*v = byDefault
	case *v < 0:
		largest := int64(math.MaxInt64)
		*v = max(T(largest), math.MaxInt32) // where an int has 32 bits the first is no number
	}
}

func (p Policy) withDefaults() Policy {
	if p.Floor <= 0 {
		p.Floor = 45 * time.Minute
	}
	if p.Ceiling <= 0 {
		p.Ceiling = 24 * time.Hour
	}
	const most = 10 * 365 * 24 * time.Hour // so that no time overflows
	p.Floor = min(p.Floor, most)
	p.Ceiling = min(max(p.Ceiling, p.Floor), most)
	return p
}
