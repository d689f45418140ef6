package fetch

import (
	"encoding/base64"
	"net/http"

	"golang.org/x/net/http/httpguts"

	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/weburl"
)

var accept = format.Accept()

// header returns the header of a request to url. What the
// caller adds may be a secret, and goes to the host that it named alone.
func (f *Client) header(r *Request, st *State, url string) http.Header {
	h := http.Header{}
	h.Set("User-Agent", f.o.UserAgent)
	h.Set("Accept", accept)
	if sameHost(r.configured(), url) {
		if user := weburl.User(r.configured()); user != nil {
			password, _ := user.Password()
			h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)))
		}
		for name, values := range r.Header {
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

// headerFault says what the caller's header has that no request can carry. It is
// no fault of the server's.
func headerFault(h http.Header, url string) *Error {
	for name, values := range h {
		for _, v := range values {
			if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(v) {
				return &Error{URL: url, Message: "the header " + name + " in the partner's configuration can't be sent"}
			}
		}
	}
	return nil
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
