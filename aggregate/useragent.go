package aggregate

import (
	"encoding/base64"
	"net/http"
	neturl "net/url"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/automationregion/newsletter/internal/format"
)

const (
	software = "newsletter/1"
	project  = "https://github.com/automationregion/newsletter"
)

var accept = format.Accept()

// userAgent says whose newsletter asks, so that a partner can reach its owner.
func userAgent(home string) string {
	if home == "" {
		home = project
	}
	return software + " (+" + home + ")"
}

// header returns the header of a request to url. What the partner's
// configuration adds may be a secret, and goes to the partner's host alone.
func (f *fetcher) header(p *Partner, st *FetchState, url string) http.Header {
	h := http.Header{}
	h.Set("User-Agent", userAgent(f.URL))
	h.Set("Accept", accept)
	if sameHost(p.address(), url) {
		if user := userOf(p.address()); user != nil {
			password, _ := user.Password()
			h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)))
		}
		for name, values := range p.Header {
			h[http.CanonicalHeaderKey(name)] = append([]string(nil), values...)
		}
	}
	h.Set("Accept-Encoding", acceptEncoding)
	h.Del("If-None-Match")
	h.Del("If-Modified-Since")
	if url == st.ValidFor {
		if st.ETag != "" {
			h.Set("If-None-Match", toWire(st.ETag))
			h.Set("A-IM", "feed")
		}
		if st.LastModified != "" {
			h.Set("If-Modified-Since", toWire(st.LastModified))
		}
	}
	return h
}

// headerFault says what the partner's configuration has that no request can
// carry. It is no fault of the partner's host.
func headerFault(h http.Header, url string) *fetchError {
	for name, values := range h {
		for _, v := range values {
			if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(v) {
				return &fetchError{URL: url, Message: "the header " + name + " in the partner's configuration can't be sent"}
			}
		}
	}
	return nil
}

// userOf returns the name and password in an address, nil if there are none.
func userOf(address string) *neturl.Userinfo {
	if !strings.Contains(address, "@") {
		return nil
	}
	u, err := neturl.Parse(address)
	if err != nil {
		return nil
	}
	return u.User
}

// fromWire makes text of a header's bytes, which JSON can keep, and toWire makes
// the same bytes of it again: a byte is a character (ISO 8859-1).
func fromWire(value string) string {
	runes := make([]rune, len(value))
	for i := range len(value) {
		runes[i] = rune(value[i])
	}
	return string(runes)
}

func toWire(text string) string {
	bytes := make([]byte, 0, len(text))
	for _, r := range text {
		bytes = append(bytes, byte(r))
	}
	return string(bytes)
}
