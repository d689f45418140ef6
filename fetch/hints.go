package fetch

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"
)

// hintBytes is how far into a body hints are looked for. They stand at its head
// in nearly every feed; a feed that writes them after its items is asked more
// often than it wishes, within the policy.
const hintBytes = 64 << 10

const maxTTL = 366 * 24 * 60 // minutes; a longer one can't be meant

// fresh returns for how many seconds the answer is fresh (RFC 9111, section
// 4.2): the max-age of Cache-Control, else Expires, less its age on arrival.
// no-cache, "Expires: 0" and the like are 0, as is saying nothing.
func fresh(h http.Header, now time.Time) int {
	age := max(0, seconds(h.Get("Age")))
	for _, line := range h.Values("Cache-Control") {
		for directive := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "no-cache", "no-store":
				return 0
			}
			if strings.EqualFold(strings.TrimSpace(name), "max-age") {
				return max(0, seconds(strings.Trim(strings.TrimSpace(value), `"`))-age)
			}
		}
	}
	value := h.Get("Expires")
	if value == "" {
		return 0
	}
	expires, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return int(min(max(0, expires.Sub(serverTime(h, now))/time.Second), math.MaxInt32))
}

// saysFresh says whether an answer says anything about how long it is fresh.
func saysFresh(h http.Header) bool { return h.Get("Cache-Control")+h.Get("Expires") != "" }

// retryAfter returns how long the server asks to be left alone, in either form
// of Retry-After (RFC 9110, section 10.2.3), and no longer than longestRest.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if n := seconds(value); n >= 0 {
		return min(time.Duration(n)*time.Second, longestRest), true
	}
	t, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return min(max(0, t.Sub(serverTime(h, now))), longestRest), true
}

// serverTime is the server's own idea of now, so that a wrong clock on either
// side doesn't matter for its dates.
func serverTime(h http.Header, now time.Time) time.Time {
	if t, err := http.ParseTime(h.Get("Date")); err == nil {
		return t
	}
	return now
}

// seconds reads a number of seconds, -1 if it is none. A number too large to
// matter is cut.
func seconds(s string) int {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return -1
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		return math.MaxInt32
	}
	return int(n)
}

// feedHints reads what a feed says of itself before its first item. The model
// of a newsletter has no place for it, because it concerns nobody but the
// fetcher; so it is read here, from the head of the body.
func feedHints(body []byte) Hints {
	var h Hints
	d := xml.NewDecoder(io.LimitReader(bytes.NewReader(body), hintBytes))
	d.Strict = false
	// What is looked for is ASCII in every charset that XML comes in but UTF-16,
	// and in windows-1252 every byte is some character.
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) {
		return charmap.Windows1252.NewDecoder().Reader(r), nil
	}
	var text strings.Builder
	period, frequency := 0, 1
	for depth := 0; ; {
		t, err := d.RawToken()
		if err != nil {
			break
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
			text.Reset()
			switch t.Name.Local {
			case "item", "entry", "items":
				return h.with(period, frequency)
			}
		case xml.CharData:
			if text.Len() < 100 {
				text.Write(t)
			}
		case xml.EndElement:
			h.element(t.Name, strings.TrimSpace(text.String()), &period, &frequency)
			text.Reset()
			if depth--; depth <= 0 {
				return h.with(period, frequency)
			}
		}
	}
	return h.with(period, frequency)
}

// element takes one element of a feed's head.
func (h *Hints) element(name xml.Name, text string, period, frequency *int) {
	switch name.Local {
	case "ttl":
		h.TTL = max(h.TTL, min(seconds(text), maxTTL))
	case "updatePeriod":
		*period = map[string]int{
			"hourly": 60, "daily": 24 * 60, "weekly": 7 * 24 * 60, "monthly": 30 * 24 * 60, "yearly": 365 * 24 * 60,
		}[strings.ToLower(text)]
	case "updateFrequency":
		*frequency = seconds(text)
	case "hour":
		if n := seconds(text); n >= 0 && n <= 24 && !slices.Contains(h.SkipHours, n%24) {
			h.SkipHours = append(h.SkipHours, n%24) // 24 is RSS 0.91's midnight
		}
	case "day":
		for day := time.Sunday; day <= time.Saturday; day++ {
			if strings.EqualFold(text, day.String()) && !slices.Contains(h.SkipDays, day.String()) {
				h.SkipDays = append(h.SkipDays, day.String())
			}
		}
	}
}

func (h Hints) with(period, frequency int) Hints {
	h.Period = period / max(frequency, 1)
	slices.Sort(h.SkipHours)
	return h
}
