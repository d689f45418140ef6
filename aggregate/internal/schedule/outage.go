package schedule

import "time"

// How long it takes before what failed is tried again.
const (
	OutageFirst = 5 * time.Second
	OutageMost  = 5 * time.Minute // after many times
)

// An Outage is how long something has been failing. Its zero value is that it
// works.
type Outage struct {
	Err error // of the last time

	wait  time.Duration
	until time.Time // by the monotonic clock
}

// Begin notes a failure, and says whether it is the first.
func (o *Outage) Begin(err error) bool {
	first := o.Err == nil
	if o.Rest() <= 0 {
		o.wait = min(max(2*o.wait, OutageFirst), OutageMost)
		o.until = time.Now().Add(o.wait)
	}
	o.Err = err
	return first
}

// End notes that it works, and says whether that is new.
func (o *Outage) End() bool {
	failed := o.Err != nil
	*o = Outage{}
	return failed
}

// Rest is how long it is to be left alone.
func (o *Outage) Rest() time.Duration {
	if o.Err == nil {
		return 0
	}
	return time.Until(o.until)
}
