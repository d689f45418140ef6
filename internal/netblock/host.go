package netblock

import (
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// localNames are the domains whose names mean something else in each network:
// RFC 6761, RFC 6762, RFC 8375, what ICANN set aside for it, and what routers use.
var localNames = []string{"localhost", "localdomain", "local", "internal", "home.arpa", "home", "lan", "corp", "intranet", "private"}

// IsPublicHost says whether a host, as an URL has it without its port, is one of
// the public internet by what it is written as: not an address of a [Block],
// however a browser may have it written (127.1, 0x7f000001), and no name of a
// local network. What a name resolves to is not asked.
func IsPublicHost(host string) bool {
	if strings.Contains(host, ":") {
		a, err := netip.ParseAddr(host)
		return err == nil && isPublic(a)
	}
	host = strings.ToLower(host)
	for i := range len(host) {
		if host[i] >= 0x80 || host[i] <= ' ' || host[i] == '%' {
			ascii, err := idna.Lookup.ToASCII(host)
			if err != nil {
				return false
			}
			host = ascii
			break
		}
	}
	host = strings.TrimSuffix(host, ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == "" {
		return false
	}
	if isNumber(last) {
		a, ok := browserIPv4(host)
		return ok && isPublic(a)
	}
	if last == host {
		return false // a name of whoever's network
	}
	for _, name := range localNames {
		if rest, ok := strings.CutSuffix(host, name); ok && strings.HasSuffix(rest, ".") {
			return false
		}
	}
	return true
}

func isPublic(a netip.Addr) bool {
	_, special := Of(a)
	return !special
}

// isNumber says whether browsers take a host with this last label for an address.
func isNumber(label string) bool {
	if label[0] < '0' || label[0] > '9' {
		return false
	}
	_, err := strconv.ParseUint(label, 10, 64)
	return err == nil || strings.HasPrefix(label, "0x") || strings.Trim(label, "0123456789") == ""
}

// browserIPv4 reads an address in each of the ways in which browsers do (WHATWG
// URL, 3.5): up to four numbers, also octal and hexadecimal, of which the last
// fills what is left.
func browserIPv4(host string) (netip.Addr, bool) {
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var sum uint64
	for i, part := range parts {
		base, digits := 10, part
		switch {
		case strings.HasPrefix(part, "0x"):
			base, digits = 16, part[2:]
		case len(part) > 1 && part[0] == '0':
			base, digits = 8, part[1:]
		}
		if digits == "" && base == 16 {
			digits = "0"
		}
		n, err := strconv.ParseUint(digits, base, 32)
		if err != nil {
			return netip.Addr{}, false
		}
		if i < len(parts)-1 {
			if n > 255 {
				return netip.Addr{}, false
			}
			sum |= n << (8 * (3 - i))
			continue
		}
		if n >= 1<<(8*(4-i)) {
			return netip.Addr{}, false
		}
		sum |= n
	}
	return netip.AddrFrom4([4]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}), true
}
