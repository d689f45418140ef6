package fetch

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"github.com/automationregion/newsletter/internal/netblock"
)

// Transport returns a new transport like the one that a client with these options has,
// to be changed and handed in as [Options.Client]. It refuses addresses that are not
// public, unless AllowPrivate or Allow says otherwise. It asks no proxy: a proxy would
// resolve names itself, past that guard.
func Transport(opts ...Options) *http.Transport {
	o := one(opts)
	l := o.Limits
	// No probes: every request has its time limits, and what is idle is closed.
	dialer := &net.Dialer{Timeout: l.ConnectTimeout, KeepAlive: -1}
	dialer.ControlContext = guard{o.AllowPrivate, o.Allow}.control
	return &http.Transport{
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    l.TLSTimeout,
		ResponseHeaderTimeout:  l.HeaderTimeout,
		ExpectContinueTimeout:  time.Second,
		IdleConnTimeout:        30 * time.Second,
		MaxIdleConns:           64, // not more with more partners
		MaxIdleConnsPerHost:    min(l.PerHost, 64),
		MaxResponseHeaderBytes: 64 << 10,
		WriteBufferSize:        1 << 10,
		DisableCompression:     true, // decompress knows more ways, and counts
	}
}

// A guard says where to connect.
type guard struct {
	allowPrivate bool
	allow        []netip.Addr
}

// control refuses to connect to an address that is not public. It sees each
// address after the name was resolved, so a name that changes its mind between
// a check and the connection gains nothing.
func (g guard) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrPrivateAddress, address)
	}
	return g.check(ap.Addr())
}

func (g guard) check(a netip.Addr) error {
	if netblock.Allowed(a, g.allowPrivate, g.allow) {
		return nil
	}
	b, _ := netblock.Of(a)
	return &addressError{a.WithZone("").Unmap(), b.What}
}

// An addressError is ErrPrivateAddress with the address.
type addressError struct {
	addr netip.Addr
	what string
}

func (e *addressError) Error() string {
	return fmt.Sprintf("%s is %s, %s", e.addr, e.what, ErrPrivateAddress)
}

func (e *addressError) Is(target error) bool { return target == ErrPrivateAddress }

// advice says what the publisher could do, and what who asks could.
func (e *addressError) advice() string {
	const publisher = "Let the feed's host, and whatever it redirects to, have an address of the public internet"
	if e.what == netblock.Metadata {
		return fmt.Sprintf("%s. Who really means this one names it: --allow-address %s for the command, Options.Allow for a program.", publisher, e.addr)
	}
	return publisher + ". If it is in a network of your own: --allow-private for the command, Options.AllowPrivate for a program."
}
