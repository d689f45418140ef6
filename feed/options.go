package feed

import (
	"log/slog"
	"time"
)

// Options say how a newsletter is served. The zero value is of use.
type Options struct {
	// Logger is told of errors of a source, and of newsletters that can't be
	// written. Without it they go to [slog.Default].
	Logger *slog.Logger

	// MaxAge is for how long a client may use a response before it asks again:
	// five minutes if it is 0. A negative one has it ask each time, which is
	// cheap: an unchanged newsletter is answered with 304 and no body.
	MaxAge time.Duration
}

// optionsOf returns the options that a variadic argument holds: at most one.
func optionsOf(opts []Options) Options {
	if len(opts) == 0 {
		return Options{}
	}
	return opts[0]
}
