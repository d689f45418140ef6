package websub

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
)

const mostHubs = 8

// Discover returns the topic of a feed that was fetched from base, and its hubs
// that have an https URL, in their order (section 4). Link headers come before
// what the feed says. Without both a topic and a hub there is nothing to subscribe
// to, and both are empty. n may be nil.
func Discover(base string, h http.Header, n *newsletter.Newsletter) (topic string, hubs []string) {
	links := linkHeaders(base, h)
	if self := links["self"]; len(self) > 0 {
		topic = self[0]
	}
	list := links["hub"]
	if n != nil {
		if topic == "" {
			topic = n.FeedURL
		}
		if len(list) == 0 {
			list = n.Hubs
		}
	}
	for _, hub := range list {
		if secure(hub) == nil && !slices.Contains(hubs, hub) && len(hubs) < mostHubs {
			hubs = append(hubs, hub)
		}
	}
	if topic == "" || len(hubs) == 0 {
		return "", nil
	}
	return topic, hubs
}

// linkHeaders returns the targets of Link headers (RFC 8288, section 3) by
// relation, absolute. A header that can't be read on ends there.
func linkHeaders(base string, h http.Header) map[string][]string {
	links := map[string][]string{}
	from, err := url.Parse(base)
	if err != nil {
		return links
	}
	for _, rest := range h.Values("Link") {
		for {
			rest = strings.TrimLeft(rest, " \t,")
			if !strings.HasPrefix(rest, "<") {
				break
			}
			target, after, ok := strings.Cut(rest[1:], ">")
			if !ok {
				break
			}
			var rel string
			rel, rest = relation(after)
			u, err := from.Parse(strings.TrimSpace(target))
			if err != nil {
				continue
			}
			for r := range strings.FieldsSeq(strings.ToLower(rel)) {
				links[r] = append(links[r], u.String())
			}
		}
	}
	return links
}

// relation returns the first rel of a link's parameters, and what follows the
// link.
func relation(s string) (rel, rest string) {
	found := false
	for {
		s = strings.TrimLeft(s, " \t")
		if !strings.HasPrefix(s, ";") {
			return rel, s
		}
		s = strings.TrimLeft(s[1:], " \t")
		end := strings.IndexAny(s, "=;,")
		if end < 0 {
			return rel, ""
		}
		name := strings.TrimSpace(s[:end])
		if s = s[end:]; s[0] != '=' {
			continue
		}
		var value string
		value, s = parameter(strings.TrimLeft(s[1:], " \t"))
		if strings.EqualFold(name, "rel") && !found {
			rel, found = value, true
		}
	}
}

// parameter returns a token or a quoted string, and what follows it.
func parameter(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, ";,")
		if end < 0 {
			return strings.TrimSpace(s), ""
		}
		return strings.TrimSpace(s[:end]), s[end:]
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}
