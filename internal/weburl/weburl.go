// Package weburl has what several rooms ask of the address of a feed.
package weburl

import (
	"net/url"
	"strings"
)

// Web returns an absolute URL of http or https, and false for any other address.
func Web(address string) (*url.URL, bool) {
	u, err := url.Parse(address)
	return u, err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// Host returns the host of a URL in lower case, without the port.
func Host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// User returns the name and password in a URL, nil if there are none.
func User(address string) *url.Userinfo {
	if !strings.Contains(address, "@") {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	return u.User
}

// WithoutUser returns a URL without its name and password, which go in a header
// and not in reports.
func WithoutUser(address string) string {
	if User(address) == nil {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.User = nil
	return String(u)
}
