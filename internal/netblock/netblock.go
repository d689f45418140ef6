// Package netblock knows which addresses are not public: no feed is fetched from
// them, and no reader's program is sent to them for a picture.
package netblock

import (
	"net/netip"
	"slices"
)

// A Block is a range of addresses that are not public.
type Block struct {
	Prefix netip.Prefix
	What   string // "a private address"
}

// What an address that is not public may be.
const (
	Metadata    = "a cloud's metadata service"
	unspecified = "an unspecified address"
	loopback    = "a loopback address"
	private     = "a private address"
	shared      = "an address of carrier-grade NAT"
	linkLocal   = "a link-local address"
	multicast   = "a multicast address"
	reserved    = "a reserved address"
)

// blocks are the addresses that are not public: those of the IANA IPv4 and IPv6
// Special-Purpose Address Registries (RFC 6890), multicast, and what clouds put
// where their machines find their own secrets. The first that holds an address is
// it. What the registries call globally reachable but is a service of the nearest
// network (anycast of PCP, TURN, AS112, AMT) or an identifier and not a place
// (ORCHID, DRIP) is among them too: no feed is there.
var blocks = []Block{
	{netip.MustParsePrefix("169.254.169.254/32"), Metadata}, // nearly all
	{netip.MustParsePrefix("169.254.170.2/32"), Metadata},   // AWS, containers
	{netip.MustParsePrefix("169.254.170.23/32"), Metadata},  // AWS, pods
	{netip.MustParsePrefix("169.254.0.23/32"), Metadata},    // Tencent
	{netip.MustParsePrefix("169.254.42.42/32"), Metadata},   // Scaleway
	{netip.MustParsePrefix("168.63.129.16/32"), Metadata},   // Azure
	{netip.MustParsePrefix("100.100.100.200/32"), Metadata}, // Alibaba
	{netip.MustParsePrefix("192.0.0.192/32"), Metadata},     // Oracle
	{netip.MustParsePrefix("fd00:ec2::254/128"), Metadata},  // AWS
	{netip.MustParsePrefix("fd00:ec2::23/128"), Metadata},   // AWS, pods
	{netip.MustParsePrefix("fd20:ce::254/128"), Metadata},   // Google
	{netip.MustParsePrefix("fd00:42::42/128"), Metadata},    // Scaleway

	{netip.MustParsePrefix("0.0.0.0/8"), unspecified},    // RFC 791
	{netip.MustParsePrefix("10.0.0.0/8"), private},       // RFC 1918
	{netip.MustParsePrefix("100.64.0.0/10"), shared},     // RFC 6598
	{netip.MustParsePrefix("127.0.0.0/8"), loopback},     // RFC 1122
	{netip.MustParsePrefix("169.254.0.0/16"), linkLocal}, // RFC 3927
	{netip.MustParsePrefix("172.16.0.0/12"), private},    // RFC 1918
	{netip.MustParsePrefix("192.0.0.0/24"), reserved},    // RFC 6890, with all that is in it
	{netip.MustParsePrefix("192.0.2.0/24"), reserved},    // RFC 5737, documentation
	{netip.MustParsePrefix("192.31.196.0/24"), reserved}, // RFC 7535, AS112
	{netip.MustParsePrefix("192.52.193.0/24"), reserved}, // RFC 7450, AMT
	{netip.MustParsePrefix("192.88.99.0/24"), reserved},  // RFC 7526, 6to4 relays
	{netip.MustParsePrefix("192.168.0.0/16"), private},   // RFC 1918
	{netip.MustParsePrefix("192.175.48.0/24"), reserved}, // RFC 7534, AS112
	{netip.MustParsePrefix("198.18.0.0/15"), reserved},   // RFC 2544, benchmarking
	{netip.MustParsePrefix("198.51.100.0/24"), reserved}, // RFC 5737, documentation
	{netip.MustParsePrefix("203.0.113.0/24"), reserved},  // RFC 5737, documentation
	{netip.MustParsePrefix("224.0.0.0/4"), multicast},    // RFC 5771
	{netip.MustParsePrefix("240.0.0.0/4"), reserved},     // RFC 1112, with limited broadcast

	{netip.MustParsePrefix("::/128"), unspecified},         // RFC 4291
	{netip.MustParsePrefix("::1/128"), loopback},           // RFC 4291
	{netip.MustParsePrefix("::/96"), reserved},             // RFC 4291, IPv4-compatible
	{netip.MustParsePrefix("::ffff:0:0:0/96"), reserved},   // RFC 2765, IPv4-translated
	{netip.MustParsePrefix("64:ff9b:1::/48"), private},     // RFC 8215, NAT64 of a local network
	{netip.MustParsePrefix("100::/64"), reserved},          // RFC 6666, discard
	{netip.MustParsePrefix("100:0:0:1::/64"), reserved},    // RFC 9780, dummy
	{netip.MustParsePrefix("2001:2::/48"), reserved},       // RFC 5180, benchmarking
	{netip.MustParsePrefix("2001:3::/32"), reserved},       // RFC 7450, AMT
	{netip.MustParsePrefix("2001:4:112::/48"), reserved},   // RFC 7535, AS112
	{netip.MustParsePrefix("2001:10::/28"), reserved},      // RFC 4843, ORCHID
	{netip.MustParsePrefix("2001:20::/28"), reserved},      // RFC 7343, ORCHIDv2
	{netip.MustParsePrefix("2001:30::/28"), reserved},      // RFC 9374, DRIP
	{netip.MustParsePrefix("2001:db8::/32"), reserved},     // RFC 3849, documentation
	{netip.MustParsePrefix("2620:4f:8000::/48"), reserved}, // RFC 7534, AS112
	{netip.MustParsePrefix("3fff::/20"), reserved},         // RFC 9637, documentation
	{netip.MustParsePrefix("5f00::/16"), reserved},         // RFC 9602, SRv6
	{netip.MustParsePrefix("fc00::/7"), private},           // RFC 4193
	{netip.MustParsePrefix("fe80::/10"), linkLocal},        // RFC 4291
	{netip.MustParsePrefix("fec0::/10"), private},          // RFC 3879
	{netip.MustParsePrefix("ff00::/8"), multicast},         // RFC 4291
}

// All returns the blocks.
func All() []Block { return slices.Clone(blocks) }

// Blocks of IPv6 addresses that lead to an IPv4 address within them.
var (
	nat64   = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052
	sixTo4  = netip.MustParsePrefix("2002::/16")    // RFC 3056
	teredo  = netip.MustParsePrefix("2001::/32")    // RFC 4380
	ietf    = netip.MustParsePrefix("2001::/23")    // RFC 2928: nothing else in it is public
	unicast = netip.MustParsePrefix("2000::/3")     // RFC 4291: all that is given out of IPv6
)

// Of returns the block of an address that is not public.
func Of(a netip.Addr) (b Block, special bool) {
	a = a.WithZone("").Unmap()
	for _, b := range blocks {
		if b.Prefix.Contains(a) {
			return b, true
		}
	}
	if a.Is4() {
		return Block{}, false
	}
	for _, v4 := range embedded(a) {
		if b, special := Of(v4); special {
			return b, true
		}
	}
	switch {
	case nat64.Contains(a), teredo.Contains(a):
		return Block{}, false
	case ietf.Contains(a):
		return Block{ietf, reserved}, true
	case !unicast.Contains(a):
		return Block{unicast, reserved}, true
	}
	return Block{}, false
}

// Allowed says whether a client may connect to an address: to public ones, those of
// private networks, but for a cloud's metadata service, or to the ones that are named.
func Allowed(a netip.Addr, private bool, named []netip.Addr) bool {
	a = a.WithZone("").Unmap()
	b, special := Of(a)
	return !special || private && b.What != Metadata || slices.Contains(named, a)
}

// embedded returns the IPv4 addresses that packets to an IPv6 address end at or
// pass through.
func embedded(a netip.Addr) []netip.Addr {
	b := a.As16()
	last := netip.AddrFrom4([4]byte(b[12:]))
	switch {
	case nat64.Contains(a):
		return []netip.Addr{last}
	case sixTo4.Contains(a):
		return []netip.Addr{netip.AddrFrom4([4]byte(b[2:6]))}
	case teredo.Contains(a): // its server, and the client behind it
		return []netip.Addr{netip.AddrFrom4([4]byte(b[4:8])), netip.AddrFrom4([4]byte{^b[12], ^b[13], ^b[14], ^b[15]})}
	case b[8]&^0x03 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe: // ISATAP, RFC 5214
		return []netip.Addr{last}
	}
	return nil
}
