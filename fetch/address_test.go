package fetch

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter/internal/netblock"
)

func TestGuard(t *testing.T) {
	for address, what := range map[string]string{
		"93.184.216.34":                        "",
		"8.8.8.8":                              "",
		"172.15.255.255":                       "",
		"172.32.0.0":                           "",
		"100.63.255.255":                       "",
		"100.128.0.0":                          "",
		"2606:2800:220:1:248:1893:25c8:1946":   "",
		"2001:4860:4860::8888":                 "",
		"127.0.0.1":                            "a loopback address",
		"127.255.255.254":                      "a loopback address",
		"::1":                                  "a loopback address",
		"10.1.2.3":                             "a private address",
		"172.16.0.1":                           "a private address",
		"172.31.255.255":                       "a private address",
		"192.168.1.1":                          "a private address",
		"fd12:3456::1":                         "a private address",
		"fc00::":                               "a private address",
		"fec0::1":                              "a private address",
		"169.254.0.1":                          "a link-local address",
		"fe80::1":                              "a link-local address",
		"fe80::1%eth0":                         "a link-local address",
		"169.254.169.254":                      "a cloud's metadata service",
		"fd00:ec2::254":                        "a cloud's metadata service",
		"100.100.100.200":                      "a cloud's metadata service",
		"100.64.0.1":                           "an address of carrier-grade NAT",
		"100.127.255.255":                      "an address of carrier-grade NAT",
		"224.0.0.1":                            "a multicast address",
		"239.255.255.255":                      "a multicast address",
		"ff02::1":                              "a multicast address",
		"0.0.0.0":                              "an unspecified address",
		"0.1.2.3":                              "an unspecified address",
		"::":                                   "an unspecified address",
		"255.255.255.255":                      "a reserved address",
		"192.0.2.1":                            "a reserved address",
		"2001:db8::1":                          "a reserved address",
		"::ffff:127.0.0.1":                     "a loopback address",         // IPv4-mapped
		"::ffff:169.254.169.254":               "a cloud's metadata service", // IPv4-mapped
		"::ffff:8.8.8.8":                       "",
		"::127.0.0.1":                          "a reserved address",         // IPv4-compatible
		"64:ff9b::7f00:1":                      "a loopback address",         // NAT64
		"64:ff9b::a9fe:a9fe":                   "a cloud's metadata service", // NAT64
		"64:ff9b::808:808":                     "",                           // NAT64 of 8.8.8.8
		"64:ff9b:1::808:808":                   "a private address",          // NAT64 of a local network
		"2002:7f00:1::":                        "a loopback address",         // 6to4
		"2002:c0a8:101::1":                     "a private address",          // 6to4
		"2002:808:808::1":                      "",                           // 6to4 of 8.8.8.8
		"2001:0:4136:e378:8000:63bf:3fff:fdd2": "a reserved address",         // Teredo of 192.0.2.45
		"2001:0:4136:e378:8000:63bf:80ff:fffe": "a loopback address",         // Teredo of 127.0.0.1
		"2001:0:7f00:1:8000:63bf:f7f7:f7f7":    "a loopback address",         // Teredo by way of 127.0.0.1
		"2001:0:4136:e378:8000:63bf:f7f7:f7f7": "",                           // Teredo of 8.8.8.8
		"::ffff:0:0":                           "an unspecified address",
		"192.88.99.1":                          "a reserved address",
		"::ffff:0:127.0.0.1":                   "a reserved address", // IPv4-translated
		"::ffff:0:8.8.8.8":                     "a reserved address",
		"169.254.170.2":                        "a cloud's metadata service",
		"2002:a9fe:a9fe::1":                    "a cloud's metadata service", // 6to4
	} {
		addr := netip.MustParseAddr(address)
		b, _ := netblock.Of(addr)
		assert.Equal(t, what, b.What, address)
		connect := netip.AddrPortFrom(addr, 80).String()
		err := guard{}.control(t.Context(), "tcp", connect, nil)
		if what == "" {
			assert.NoError(t, err, address)
		} else {
			assert.ErrorIs(t, err, ErrPrivateAddress, address)
		}
		err = guard{allowPrivate: true}.control(t.Context(), "tcp", connect, nil)
		if what == netblock.Metadata {
			assert.ErrorIs(t, err, ErrPrivateAddress, address)
		} else {
			assert.NoError(t, err, address)
		}
		for _, g := range []guard{{allow: []netip.Addr{addr.WithZone("").Unmap()}}, {allowPrivate: true, allow: []netip.Addr{addr.WithZone("").Unmap()}}} {
			assert.NoError(t, g.control(t.Context(), "tcp", connect, nil), address)
		}
	}
	assert.ErrorIs(t, guard{allowPrivate: true}.control(t.Context(), "unix", "/run/secret.sock", nil), ErrPrivateAddress)
}

// The first and the last address of each block are refused, and those beside it
// are not, but where another block begins.
func TestBlocks(t *testing.T) {
	for _, c := range netblock.All() {
		first, last := c.Prefix.Masked().Addr(), lastOf(c.Prefix)
		for _, a := range []netip.Addr{first, last} {
			assert.Error(t, guard{}.check(a), a)
			if a.Is4() { // and each of its disguises
				v4 := a.As4()
				for _, prefix := range []string{"::ffff:0:0", "64:ff9b::", "::ffff:0:0:0", "::"} {
					in := netip.MustParseAddr(prefix).As16()
					copy(in[12:], v4[:])
					assert.Error(t, guard{}.check(netip.AddrFrom16(in)), "%s in %s", a, prefix)
				}
				in := netip.MustParseAddr("2002::").As16()
				copy(in[2:], v4[:])
				assert.Error(t, guard{}.check(netip.AddrFrom16(in)), "%s by 6to4", a)
				in = netip.MustParseAddr("2001:0:808:808::").As16()
				for i := range v4 {
					in[12+i] = ^v4[i]
				}
				assert.Error(t, guard{}.check(netip.AddrFrom16(in)), "%s by Teredo", a)
				in = netip.MustParseAddr("2a00:1450::200:5efe:0:0").As16()
				copy(in[12:], v4[:])
				assert.Error(t, guard{}.check(netip.AddrFrom16(in)), "%s by ISATAP", a)
			}
		}
		for _, a := range []netip.Addr{first.Prev(), last.Next()} {
			if !a.IsValid() {
				continue
			}
			b, special := netblock.Of(a)
			assert.False(t, special && b.Prefix == c.Prefix, "%s beside %s", a, c.Prefix)
		}
	}
}

// Beside the blocks the internet goes on.
func TestPublicAddresses(t *testing.T) {
	for _, address := range []string{
		"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
		"169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0",
		"192.31.195.255", "192.31.197.0", "192.52.192.255", "192.52.194.0", "192.88.98.255", "192.88.100.0",
		"192.167.255.255", "192.169.0.0", "192.175.47.255", "192.175.49.0", "198.17.255.255", "198.20.0.0",
		"198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255", "168.63.129.17",
		"2000::1", "2001:200::1", "2001:db7::1", "2001:db9::1", "2620:4f:7fff::1", "2620:4f:8001::1", "2a00:1450:4001::1",
		"2a00:1450::5efe:808:808", "64:ff9b::808:808",
	} {
		assert.NoError(t, guard{}.check(netip.MustParseAddr(address)), address)
	}
	for _, address := range []string{"4000::1", "1::1", "64:ff9b:0:1::1", "2001:100::1", "2001:5::1", "fe00::1", "::fffe:1:2"} {
		assert.ErrorIs(t, guard{}.check(netip.MustParseAddr(address)), ErrPrivateAddress, "%s was given to nobody", address)
	}
}

func lastOf(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < len(b)*8; bit++ {
		b[bit/8] |= 1 << (7 - bit%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}
