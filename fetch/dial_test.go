package fetch

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
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
	} {
		assert.Equal(t, what, notPublic(netip.MustParseAddr(address)), address)
		err := guard(t.Context(), "tcp", netip.AddrPortFrom(netip.MustParseAddr(address), 80).String(), nil)
		if what == "" {
			assert.NoError(t, err, address)
		} else {
			assert.ErrorIs(t, err, ErrPrivateAddress, address)
		}
	}
	assert.ErrorIs(t, guard(t.Context(), "unix", "/run/secret.sock", nil), ErrPrivateAddress)
}
