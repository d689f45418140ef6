package dates

import (
	"strings"
	"time"
)

// A place is where clocks show one time, by a rule that is written down here, so that
// a date means the same on every machine.
type place struct {
	offset int // of standard time, seconds east of Greenwich
	rule   func(year int) (begins, ends change)
	since  int // the first year for which this is so
}

// A change of the clocks is on a day of a week at an hour of standard time.
type change struct {
	month, week int // the first to the fourth Sunday of the month, or the last: 5
	hour        int
	utc         bool // the hour is UTC's
}

// at returns when a change is, on a clock of standard time.
func (c change) at(year, offset int) time.Time {
	day := 1 + (7-int(time.Date(year, time.Month(c.month), 1, 0, 0, 0, 0, time.UTC).Weekday()))%7 + 7*(c.week-1)
	if day > daysIn(year, c.month) {
		day -= 7
	}
	t := time.Date(year, time.Month(c.month), day, c.hour, 0, 0, 0, time.UTC)
	if c.utc {
		t = t.Add(time.Duration(offset) * time.Second)
	}
	return t
}

// offsetAt returns the offset that a place has at a time that its clocks show. It is
// false for a year of which nothing is known. An hour that is there twice is the first.
func (p place) offsetAt(c civil) (int, bool) {
	if c.year < p.since {
		return 0, false
	}
	if p.rule == nil {
		return p.offset, true
	}
	begins, ends := p.rule(c.year)
	from, to := begins.at(c.year, p.offset), ends.at(c.year, p.offset).Add(time.Hour) // by summer's clock
	shown := time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, 0, time.UTC)
	summer := !shown.Before(from) && shown.Before(to)
	if to.Before(from) { // in the south
		summer = !shown.Before(from) || shown.Before(to)
	}
	if summer {
		return p.offset + hour, true
	}
	return p.offset, true
}

// Rules of summer time.

// european is the European Union's (Directive 2000/84/EC; so since 1996).
func european(int) (begins, ends change) {
	return change{3, 5, 1, true}, change{10, 5, 1, true}
}

// american is that of the United States (15 U.S.C. 260a; before 2007 as since 1987).
func american(year int) (begins, ends change) {
	if year < 2007 {
		return change{4, 1, 2, false}, change{10, 5, 1, false}
	}
	return change{3, 2, 2, false}, change{11, 1, 1, false}
}

// australian is that of the south-east of Australia since 2008.
func australian(int) (begins, ends change) {
	return change{10, 1, 2, false}, change{4, 1, 2, false}
}

// newZealand is New Zealand's since 2008 (Daylight Time Order 2007).
func newZealand(int) (begins, ends change) {
	return change{9, 5, 2, false}, change{4, 1, 2, false}
}

// placeList has the zones of the tz database that feeds name: those of one kind a
// line, their names separated by spaces.
var placeList = []struct {
	place
	names string
}{
	{place{0, european, 1996}, "Europe/London Europe/Belfast Europe/Dublin Europe/Jersey Europe/Guernsey Europe/Isle_of_Man Atlantic/Canary Atlantic/Faroe GB Eire"},
	{place{0, european, 1997}, "Europe/Lisbon Atlantic/Madeira Portugal"},
	{place{hour, european, 1996}, "Europe/Brussels Europe/Amsterdam Europe/Paris Europe/Berlin Europe/Madrid Europe/Rome Europe/Vienna Europe/Zurich Europe/Stockholm Europe/Oslo Europe/Copenhagen Europe/Prague Europe/Budapest Europe/Warsaw Europe/Luxembourg Europe/Belgrade Europe/Zagreb Europe/Ljubljana Europe/Bratislava Europe/Sarajevo Europe/Skopje Europe/Podgorica Europe/Tirane Europe/Malta Europe/Monaco Europe/Andorra Europe/Vaduz Europe/Vatican Europe/San_Marino Europe/Gibraltar Europe/Busingen Arctic/Longyearbyen Africa/Ceuta Poland"},
	{place{2 * hour, european, 1997}, "Europe/Athens Europe/Helsinki Europe/Mariehamn Europe/Bucharest Europe/Sofia Europe/Kyiv Europe/Kiev"},
	{place{2 * hour, european, 1999}, "Asia/Nicosia"},
	{place{2 * hour, european, 2003}, "Europe/Tallinn Europe/Riga Europe/Vilnius"},
	{place{3 * hour, nil, 2015}, "Europe/Moscow Europe/Kirov Europe/Simferopol W-SU"},
	{place{3 * hour, nil, 2017}, "Europe/Istanbul Asia/Istanbul Turkey"},
	{place{3 * hour, nil, 2012}, "Europe/Minsk"},
	{place{0, nil, 1970}, "Atlantic/Reykjavik Iceland Africa/Abidjan Africa/Accra Africa/Dakar Universal Greenwich"},

	{place{-5 * hour, american, 1987}, "America/New_York America/Detroit America/Toronto America/Montreal US/Eastern US/Michigan Canada/Eastern EST5EDT"},
	{place{-6 * hour, american, 1987}, "America/Chicago America/Winnipeg US/Central Canada/Central CST6CDT"},
	{place{-7 * hour, american, 1987}, "America/Denver America/Boise America/Edmonton US/Mountain Canada/Mountain MST7MDT"},
	{place{-8 * hour, american, 1987}, "America/Los_Angeles America/Vancouver US/Pacific Canada/Pacific PST8PDT"},
	{place{-9 * hour, american, 1987}, "America/Anchorage US/Alaska"},
	{place{-4 * hour, american, 1987}, "America/Halifax Canada/Atlantic Atlantic/Bermuda"},
	{place{-(3*hour + 1800), american, 2012}, "America/St_Johns Canada/Newfoundland"},
	{place{-10 * hour, nil, 1970}, "Pacific/Honolulu US/Hawaii"},
	{place{-7 * hour, nil, 1970}, "America/Phoenix US/Arizona"},
	{place{-6 * hour, nil, 1970}, "America/Regina Canada/Saskatchewan"},
	{place{-4 * hour, nil, 1970}, "America/Puerto_Rico"},
	{place{-6 * hour, nil, 2023}, "America/Mexico_City America/Monterrey Mexico/General"},
	{place{-6 * hour, nil, 2007}, "America/Costa_Rica America/Guatemala America/El_Salvador America/Tegucigalpa America/Managua"},
	{place{-5 * hour, nil, 1994}, "America/Bogota America/Panama America/Jamaica America/Guayaquil Jamaica"},
	{place{-5 * hour, nil, 1995}, "America/Lima"},
	{place{-4 * hour, nil, 2017}, "America/Caracas"},
	{place{-4 * hour, nil, 1970}, "America/La_Paz"},
	{place{-4 * hour, nil, 2001}, "America/Santo_Domingo"},
	{place{-3 * hour, nil, 2020}, "America/Sao_Paulo Brazil/East"},
	{place{-3 * hour, nil, 2010}, "America/Argentina/Buenos_Aires America/Buenos_Aires"},
	{place{-3 * hour, nil, 2016}, "America/Montevideo"},

	{place{10 * hour, australian, 2009}, "Australia/Sydney Australia/Melbourne Australia/Canberra Australia/ACT Australia/NSW Australia/Victoria Australia/Hobart Australia/Tasmania"},
	{place{9*hour + 1800, australian, 2009}, "Australia/Adelaide Australia/South"},
	{place{10 * hour, nil, 1993}, "Australia/Brisbane Australia/Queensland"},
	{place{9*hour + 1800, nil, 1970}, "Australia/Darwin Australia/North"},
	{place{8 * hour, nil, 2010}, "Australia/Perth Australia/West"},
	{place{12 * hour, newZealand, 2008}, "Pacific/Auckland Antarctica/McMurdo NZ"},

	{place{9 * hour, nil, 1970}, "Asia/Tokyo Japan"},
	{place{9 * hour, nil, 1989}, "Asia/Seoul ROK"},
	{place{8 * hour, nil, 1992}, "Asia/Shanghai Asia/Chongqing Asia/Hong_Kong Asia/Macau Asia/Taipei Asia/Singapore Asia/Kuala_Lumpur Asia/Manila PRC Hongkong Singapore ROC"},
	{place{7 * hour, nil, 1976}, "Asia/Bangkok Asia/Ho_Chi_Minh Asia/Saigon Asia/Jakarta Asia/Phnom_Penh Asia/Vientiane"},
	{place{5*hour + 1800, nil, 1970}, "Asia/Kolkata Asia/Calcutta"},
	{place{5*hour + 1800, nil, 2007}, "Asia/Colombo"},
	{place{5*hour + 2700, nil, 1986}, "Asia/Kathmandu Asia/Katmandu"},
	{place{6 * hour, nil, 2010}, "Asia/Dhaka"},
	{place{5 * hour, nil, 2010}, "Asia/Karachi"},
	{place{5 * hour, nil, 1992}, "Asia/Tashkent"},
	{place{4 * hour, nil, 1970}, "Asia/Dubai Asia/Muscat"},
	{place{4 * hour, nil, 2016}, "Asia/Baku"},
	{place{4 * hour, nil, 2012}, "Asia/Yerevan"},
	{place{4 * hour, nil, 2006}, "Asia/Tbilisi"},
	{place{3 * hour, nil, 2008}, "Asia/Baghdad"},
	{place{3 * hour, nil, 1973}, "Asia/Qatar Asia/Bahrain"},
	{place{3 * hour, nil, 1972}, "Asia/Riyadh Asia/Kuwait Asia/Aden"},
	{place{3*hour + 1800, nil, 2023}, "Asia/Tehran Iran"},

	{place{2 * hour, nil, 1970}, "Africa/Johannesburg Africa/Harare Africa/Lusaka Africa/Maputo Africa/Kigali"},
	{place{hour, nil, 1970}, "Africa/Lagos Africa/Kinshasa Africa/Luanda"},
	{place{hour, nil, 1982}, "Africa/Algiers"},
	{place{hour, nil, 2009}, "Africa/Tunis"},
	{place{3 * hour, nil, 1970}, "Africa/Nairobi Africa/Addis_Ababa Africa/Kampala Africa/Dar_es_Salaam"},
}

// places is placeList by names in lower case.
var places = func() map[string]place {
	m := map[string]place{}
	for _, row := range placeList {
		for name := range strings.FieldsSeq(row.names) {
			m[strings.ToLower(name)] = row.place
		}
	}
	return m
}()
