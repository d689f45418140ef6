package aggregate

import (
	"encoding/base64"
	"net/http"
	neturl "net/url"
)

const (
	software = "newsletter/1"
	project  = "https://github.com/automationregion/newsletter"
	accept   = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, " +
		"application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.3"
)

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
		if u, err := neturl.Parse(p.address()); err == nil && u.User != nil {
			password, _ := u.User.Password()
			h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password)))
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
