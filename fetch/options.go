package fetch

import (
	"cmp"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"time"

	"github.com/automationregion/newsletter/internal/useragent"
)

// Options are those of [Feed] and of a [Client]. The zero value asks politely,
// and only servers of the public internet.
type Options struct {
	Client       *http.Client // taken as it is; nil is one that refuses addresses of private networks
	AllowPrivate bool         // let the nil Client connect to addresses of private networks
	Allow        []netip.Addr // to these whatever they are; AllowPrivate doesn't allow a cloud's metadata service

	// UserAgent says who asks. It has an address that a server's owner can write to.
	// Empty is that of this library.
	UserAgent string

	Limits Limits           // how hard servers may be asked
	Policy Policy           // how often
	Now    func() time.Time // nil is time.Now
	Chance func() float64   // for jitter, from 0 to 1, by several goroutines at once; nil is rand.Float64
}

// one returns the options of a variadic argument, with defaults for what they
// leave open.
func one(opts []Options) Options {
	var o Options
	if len(opts) > 0 {
		o = opts[0]
	}
	o.UserAgent = cmp.Or(o.UserAgent, useragent.Of(""))
	o.Limits = o.Limits.withDefaults()
	o.Policy = o.Policy.withDefaults()
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Chance == nil {
		o.Chance = rand.Float64
	}
	return o
}
