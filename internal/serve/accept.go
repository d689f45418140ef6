package serve

import (
	"strconv"
	"strings"

	"github.com/automationregion/newsletter/internal/format"
)

// A mediaRange is an element of an Accept header (RFC 9110, section 12.5.1).
type mediaRange struct {
	mediaType string // such as "text/html", "text/*" or "*/*"
	quality   float64
}

// negotiate returns the one of the offers that the Accept headers prefer, and
// false if they accept none. Headers that say nothing accept all.
func negotiate(headers []string, offers []format.Format) (format.Format, bool) {
	ranges := parseAccept(strings.Join(headers, ","))
	if len(ranges) == 0 {
		return offers[0], true
	}
	best, highest := offers[0], 0.0
	for _, f := range offers {
		if q := quality(ranges, format.Of(f).MediaTypes); q > highest {
			best, highest = f, q
		}
	}
	return best, highest > 0
}

// quality returns how welcome the format is, from 0 to 1: what the most
// specific range says of its own type, or, if no range but one of all types
// names it, of the others that it goes by.
func quality(ranges []mediaRange, types []format.MediaType) float64 {
	for _, t := range types {
		if q, ok := lookup(ranges, t.Name); ok {
			return q
		}
	}
	for _, t := range types {
		kind, _, _ := strings.Cut(t.Name, "/")
		if q, ok := lookup(ranges, kind+"/*"); ok {
			return q
		}
	}
	q, _ := lookup(ranges, "*/*")
	return q
}

func lookup(ranges []mediaRange, name string) (float64, bool) {
	for _, r := range ranges {
		if r.mediaType == name {
			return r.quality, true
		}
	}
	return 0, false
}

// parseAccept reads an Accept header and leaves out what isn't a media range.
func parseAccept(header string) []mediaRange {
	var ranges []mediaRange
	for element := range strings.SplitSeq(header, ",") {
		name, parameters, _ := strings.Cut(element, ";")
		r := mediaRange{mediaType: strings.ToLower(strings.TrimSpace(name)), quality: 1}
		if !strings.Contains(r.mediaType, "/") {
			continue
		}
		valid := true
		for parameter := range strings.SplitSeq(parameters, ";") {
			key, value, _ := strings.Cut(parameter, "=")
			if strings.EqualFold(strings.TrimSpace(key), "q") {
				q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
				r.quality, valid = q, err == nil && q >= 0 && q <= 1
			}
		}
		if valid {
			ranges = append(ranges, r)
		}
	}
	return ranges
}
