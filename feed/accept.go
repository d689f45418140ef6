package feed

import (
	"strconv"
	"strings"
)

// preference is the order of the formats for a client to which they are equal.
var preference = [...]Format{HTML, RSS, Atom, JSON}

// accepted are the media types that a client may mean a format by, its own
// first.
var accepted = [...][]string{
	HTML: {"text/html"},
	RSS:  {"application/rss+xml", "application/xml", "text/xml"},
	Atom: {"application/atom+xml"},
	JSON: {"application/feed+json", "application/json"},
}

// A mediaRange is an element of an Accept header (RFC 9110, section 12.5.1).
type mediaRange struct {
	mediaType string // such as "text/html", "text/*" or "*/*"
	quality   float64
}

// negotiate returns the format that the Accept headers prefer, and false if
// they accept none. Headers that say nothing accept all.
func negotiate(headers []string) (Format, bool) {
	ranges := parseAccept(strings.Join(headers, ","))
	if len(ranges) == 0 {
		return preference[0], true
	}
	best, highest := Format(0), 0.0
	for _, f := range preference {
		if q := quality(ranges, f); q > highest {
			best, highest = f, q
		}
	}
	return best, highest > 0
}

// quality returns how welcome the format is, from 0 to 1: what the most
// specific range says of its own type, or, if no range but one of all types
// names it, of the others that it goes by.
func quality(ranges []mediaRange, f Format) float64 {
	for _, name := range accepted[f] {
		if q, ok := lookup(ranges, name); ok {
			return q
		}
	}
	for _, name := range accepted[f] {
		kind, _, _ := strings.Cut(name, "/")
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
