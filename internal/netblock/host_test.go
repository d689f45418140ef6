package netblock

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestIsPublicHost(t *testing.T) {
	for _, host := range []string{
		"example.com", "EXAMPLE.com.", "8.8.8.8", "134744072", "0x08.8.0x808", "2606:2800:220:1:248:1893:25c8:1946", "bücher.example",
		"1.example", "0xcafe.example", "10.0.0.1.example", "localhost.example", "a_b.example", "xn--bcher-kva.example",
	} {
		assert.True(t, IsPublicHost(host), host)
	}
	for _, host := range []string{
		"", ".", "localhost", "LOCALHOST.", "a.localhost", "printer", "printer.local", "x.internal", "router.home.arpa", "nas.lan",
		"127.0.0.1", "127.1", "127.0.0.1.", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0", "0x",
		"10.1", "192.168.257", "169.254.169.254", "１２７.0.0.1", "127。0。0。1", "⑯⑨.254.169.254", "loc\u00adalhost",
		"::1", "::ffff:127.0.0.1", "fd00::1", "fe80::1%eth0", "64:ff9b::7f00:1", "1.2.3.4.5", "256.1.1.1", "08.0.0.1", "a b.example", "x.0x", "x.9",
		"1.2.3.99999999999999999999",
	} {
		assert.False(t, IsPublicHost(host), host)
	}
}
