package check

import (
	"strings"
	"time"
)

// digits reads exactly n digits off the front of s.
func digits(s string, n int) (int, string, bool) {
	if len(s) < n {
		return 0, s, false
	}
	v := 0
	for i := range n {
		if !isDigit(s[i]) {
			return 0, s, false
		}
		v = v*10 + int(s[i]-'0')
	}
	return v, s[n:], true
}

// isoForm says how much of an ISO 8601 date has to be there.
type isoForm uint8

const (
	isoAny  isoForm = iota // a year, or any more of it
	isoZone                // a zone, if there is a time (W3CDTF)
	isoFull                // everything down to the seconds (RFC 3339)
)

// isoDate reads a date of the profile. The time is only known if ok.
func isoDate(s string, form isoForm) (t time.Time, ok bool) {
	month, day, hour, minute := 1, 1, 0, 0
	second, zone := 0, 0
	year, s, ok := digits(s, 4)
	if !ok {
		return t, false
	}
	parts := 0
	if ok = strings.HasPrefix(s, "-"); ok {
		if month, s, ok = digits(s[1:], 2); !ok {
			return t, false
		}
		parts++
		if strings.HasPrefix(s, "-") {
			if day, s, ok = digits(s[1:], 2); !ok {
				return t, false
			}
			parts++
		}
	}
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return t, false
	}
	if parts == 2 && strings.HasPrefix(s, "T") {
		if hour, s, ok = digits(s[1:], 2); !ok || !strings.HasPrefix(s, ":") {
			return t, false
		}
		if minute, s, ok = digits(s[1:], 2); !ok {
			return t, false
		}
		parts++
		if strings.HasPrefix(s, ":") {
			if second, s, ok = digits(s[1:], 2); !ok {
				return t, false
			}
			parts++
			if strings.HasPrefix(s, ".") {
				s = strings.TrimLeft(s[1:], "0123456789")
			}
		}
		zoned := false
		switch {
		case strings.HasPrefix(s, "Z"):
			s, zoned = s[1:], true
		case strings.HasPrefix(s, "+"), strings.HasPrefix(s, "-"):
			sign := 1
			if s[0] == '-' {
				sign = -1
			}
			var h, m int
			if h, s, ok = digits(s[1:], 2); !ok || !strings.HasPrefix(s, ":") {
				return t, false
			}
			if m, s, ok = digits(s[1:], 2); !ok || h > 24 || m > 59 {
				return t, false
			}
			zone, zoned = sign*(h*60+m)*60, true
		}
		if !zoned && form != isoAny || hour > 23 || minute > 59 || second > 60 {
			return t, false
		}
	}
	if s != "" || form == isoFull && parts < 4 {
		return t, false
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, 0, time.FixedZone("", zone)), true
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// iso is for dates of ISO 8601 and its profiles.
func iso(rule string, form isoForm, bounded bool, expected string) value {
	return func(c *checker, n *node, v val) {
		t, ok := isoDate(v.s, form)
		if !ok {
			c.wrong(rule, v, expected)
			return
		}
		if bounded {
			c.plausible(v, t, 24*time.Hour)
		}
	}
}

var (
	rfc3339   = iso("date-rfc3339", isoFull, true, "a date such as 2026-06-12T09:00:00Z")
	w3cdtf    = iso("date-w3cdtf", isoZone, true, "a date such as 2026-06-12T09:00:00Z or 2026-06-12")
	iso8601   = iso("date-iso8601", isoAny, true, "a date such as 2026-06-12T09:00:00Z or 2026-06-12")
	eventDate = iso("date-iso8601", isoAny, false, "a date such as 2026-06-12T09:00:00Z or 2026-06-12")
)

// plausible reports dates that no feed has a reason to have.
func (c *checker) plausible(v val, t time.Time, slack time.Duration) {
	if t.Year() < 1990 || !c.now.IsZero() && t.After(c.now.Add(slack)) {
		c.reportVal("date-implausible", v, c.what(v)+" is "+quote(v.s)+", which is before there were feeds or yet to come")
	}
}

const (
	weekdays = "sun mon tue wed thu fri sat "
	months   = "jan feb mar apr may jun jul aug sep oct nov dec "
	zones    = " ut gmt est edt cst cdt mst mdt pst pdt "
)

func indexOf(list, word string) int {
	if len(word) != 3 {
		return -1
	}
	if i := strings.Index(list, strings.ToLower(word)+" "); i >= 0 {
		return i / 4
	}
	return -1
}

// rfc822 is for the dates of RSS: RFC 822 with years of four digits, in the
// stricter form of RFC 2822.
func rfc822(c *checker, n *node, v val) {
	d, ok := mailDate(v.s)
	if !ok {
		c.wrong("date-rfc822", v, "a date such as Fri, 12 Jun 2026 09:00:00 GMT")
		return
	}
	if !d.strict {
		c.wrong("date-rfc822-form", v, "the form of RFC 2822, as in Fri, 12 Jun 2026 09:00:00 GMT")
		return
	}
	if d.day < 1 || d.day > daysIn(d.year, d.month) {
		c.wrong("date-rfc822", v, "a day that there is")
		return
	}
	t := time.Date(d.year, time.Month(d.month), d.day, d.hour, d.minute, d.second, 0, time.FixedZone("", d.zone))
	if d.year > 1900 && d.weekday >= 0 && int(time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC).Weekday()) != d.weekday {
		c.reportVal("date-weekday", v, c.what(v)+" is "+quote(v.s)+", but that day was another day of the week")
		return
	}
	c.plausible(v, t, 10*time.Minute)
}

type mail struct {
	weekday                                int
	day, month, year, hour, minute, second int
	zone                                   int
	strict                                 bool // of the form that RFC 2822 asks for
}

// mailDate reads the dates of e-mail, those of RFC 822 too.
func mailDate(s string) (m mail, ok bool) {
	m.weekday = -1
	bare := withoutComments(s)
	m.strict = bare == s
	if len(bare) < 10 || len(bare) > 80 {
		return m, false
	}
	rest := bare
	if i := strings.IndexByte(rest, ','); i >= 0 {
		w := strings.TrimSpace(rest[:i])
		if m.weekday = indexOf(weekdays, w); m.weekday < 0 {
			return m, false
		}
		if w != strings.ToUpper(w[:1])+strings.ToLower(w[1:]) || len(w) != i || !strings.HasPrefix(rest[i:], ", ") || strings.HasPrefix(rest[i:], ",  ") {
			m.strict = false
		}
		rest = rest[i+1:]
	} else if len(rest) > 3 && indexOf(weekdays, rest[:3]) >= 0 {
		return m, false
	}
	fields := strings.Fields(rest)
	if len(fields) != 5 && len(fields) != 4 {
		return m, false
	}
	if strings.Join(fields, " ") != strings.TrimPrefix(rest, " ") {
		m.strict = false
	}
	number := func(s string, most int) (int, bool) {
		if len(s) == 0 || len(s) > most {
			return 0, false
		}
		v, rest, ok := digits(s, len(s))
		return v, ok && rest == ""
	}
	if m.day, ok = number(fields[0], 2); !ok {
		return m, false
	}
	if m.month = indexOf(months, fields[1]) + 1; m.month == 0 {
		return m, false
	}
	if fields[1] != strings.ToUpper(fields[1][:1])+strings.ToLower(fields[1][1:]) {
		m.strict = false
	}
	if m.year, ok = number(fields[2], 4); !ok || len(fields[2]) != 2 && len(fields[2]) != 4 {
		return m, false
	}
	if len(fields[2]) == 2 {
		m.strict = false
		if m.year += 1900; m.year < 1970 {
			m.year += 100
		}
	}
	clock := strings.Split(fields[3], ":")
	if len(clock) != 2 && len(clock) != 3 {
		return m, false
	}
	for i, part := range clock {
		v, rest, ok := digits(part, 2)
		if !ok || rest != "" {
			return m, false
		}
		switch i {
		case 0:
			m.hour = v
		case 1:
			m.minute = v
		case 2:
			m.second = v
		}
	}
	if m.hour > 23 || m.minute > 59 || m.second > 60 {
		m.strict = false
	}
	if len(fields) == 4 {
		m.strict = false
		return m, true
	}
	zone := fields[4]
	switch {
	case strings.Contains(zones, " "+strings.ToLower(zone)+" "):
		m.strict = m.strict && zone == strings.ToUpper(zone)
		offsets := map[string]int{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
		m.zone = offsets[strings.ToUpper(zone)] * 3600
	case len(zone) == 1 && (zone[0]|0x20 >= 'a' && zone[0]|0x20 <= 'i' || zone[0]|0x20 >= 'k' && zone[0]|0x20 <= 'z'):
		m.strict = m.strict && zone == "Z"
	default:
		sign := 1
		digitsOf := zone
		if zone[0] == '+' || zone[0] == '-' {
			digitsOf = zone[1:]
			if zone[0] == '-' {
				sign = -1
			}
		} else {
			return m, false
		}
		v, rest, ok := digits(digitsOf, 4)
		if !ok || rest != "" {
			return m, false
		}
		if v%10 != 0 || v/10%10 != 0 && v/10%10 != 3 {
			m.strict = false
		}
		m.zone = sign * (v/100*3600 + v%100*60)
	}
	return m, true
}

// withoutComments takes out what stands in parentheses.
func withoutComments(s string) string {
	if !strings.ContainsAny(s, "(\\") {
		return s
	}
	var b strings.Builder
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '(':
			depth++
			b.WriteByte(' ')
		case c == ')' && depth > 0:
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return strings.TrimSpace(b.String())
}
