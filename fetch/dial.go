package fetch

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// Transport returns a new transport as a client with these options has it on its
// own, for who wants to change something in it and hand it in as Options.Client.
// It refuses addresses of private networks unless AllowPrivate is set. It asks no
// proxy: a proxy would resolve names itself, past that guard.
func Transport(opts ...Options) *http.Transport {
	o := one(opts)
	l := o.Limits
	// No probes: every request has its time limits, and what is idle is closed.
	dialer := &net.Dialer{Timeout: l.ConnectTimeout, KeepAlive: -1}
	if !o.AllowPrivate {
		dialer.ControlContext = guard
	}
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

// guard refuses to connect to an address that is not public. It sees each
// address after the name was resolved, so a name that changes its mind between
// a check and the connection gains nothing.
func guard(_ context.Context, _, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrPrivateAddress, address)
	}
	if what := notPublic(ap.Addr()); what != "" {
		return fmt.Errorf("%s is %s, %w", ap.Addr(), what, ErrPrivateAddress)
	}
	return nil
}

// special are the blocks of addresses that are not public, by the IANA
// special-purpose registries (RFC 6890).
var special = []struct {
	prefix netip.Prefix
	what   string
}{
	{netip.MustParsePrefix("169.254.169.254/32"), "a cloud's metadata service"},
	{netip.MustParsePrefix("168.63.129.16/32"), "a cloud's metadata service"},
	{netip.MustParsePrefix("100.100.100.200/32"), "a cloud's metadata service"},
	{netip.MustParsePrefix("fd00:ec2::254/128"), "a cloud's metadata service"},
	{netip.MustParsePrefix("fd20:ce::254/128"), "a cloud's metadata service"},
	{netip.MustParsePrefix("0.0.0.0/8"), "an unspecified address"},
	{netip.MustParsePrefix("::/128"), "an unspecified address"},
	{netip.MustParsePrefix("127.0.0.0/8"), "a loopback address"},
	{netip.MustParsePrefix("::1/128"), "a loopback address"},
	{netip.MustParsePrefix("10.0.0.0/8"), "a private address"},
	{netip.MustParsePrefix("172.16.0.0/12"), "a private address"},
	{netip.MustParsePrefix("192.168.0.0/16"), "a private address"},
	{netip.MustParsePrefix("fc00::/7"), "a private address"},
	{netip.MustParsePrefix("fec0::/10"), "a private address"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "a private address"}, // NAT64 of a local network
	{netip.MustParsePrefix("100.64.0.0/10"), "an address of carrier-grade NAT"},
	{netip.MustParsePrefix("169.254.0.0/16"), "a link-local address"},
	{netip.MustParsePrefix("fe80::/10"), "a link-local address"},
	{netip.MustParsePrefix("224.0.0.0/4"), "a multicast address"},
	{netip.MustParsePrefix("ff00::/8"), "a multicast address"},
	{netip.MustParsePrefix("192.0.0.0/24"), "a reserved address"},
	{netip.MustParsePrefix("192.0.2.0/24"), "a reserved address"},
	{netip.MustParsePrefix("198.18.0.0/15"), "a reserved address"},
	{netip.MustParsePrefix("198.51.100.0/24"), "a reserved address"},
	{netip.MustParsePrefix("203.0.113.0/24"), "a reserved address"},
	{netip.MustParsePrefix("240.0.0.0/4"), "a reserved address"},
	{netip.MustParsePrefix("::/96"), "a reserved address"}, // IPv4-compatible, long deprecated
	{netip.MustParsePrefix("100::/64"), "a reserved address"},
	{netip.MustParsePrefix("2001:db8::/32"), "a reserved address"},
	{netip.MustParsePrefix("3fff::/20"), "a reserved address"},
	{netip.MustParsePrefix("5f00::/16"), "a reserved address"},
}

// Blocks of IPv6 addresses that lead to an IPv4 address within them.
var (
	nat64  = netip.MustParsePrefix("64:ff9b::/96")
	sixTo4 = netip.MustParsePrefix("2002::/16")
	teredo = netip.MustParsePrefix("2001::/32")
)

// notPublic says what an address is if it is not public, else "".
func notPublic(a netip.Addr) string {
	a = a.WithZone("").Unmap()
	for _, s := range special {
		if s.prefix.Contains(a) {
			return s.what
		}
	}
	b := a.As16()
	switch {
	case nat64.Contains(a):
		return notPublic(netip.AddrFrom4([4]byte(b[12:16])))
	case sixTo4.Contains(a):
		return notPublic(netip.AddrFrom4([4]byte(b[2:6])))
	case teredo.Contains(a):
		if what := notPublic(netip.AddrFrom4([4]byte(b[4:8]))); what != "" { // server
			return what
		}
		return notPublic(netip.AddrFrom4([4]byte{^b[12], ^b[13], ^b[14], ^b[15]})) // client
	}
	return ""
}
