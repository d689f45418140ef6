package dates

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // a machine may have no zones of its own

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each language names the twelve months as its letters do.
func TestParseLetterMonths(t *testing.T) {
	for language, tt := range map[string]struct{ form, months string }{
		"English":       {"%d %s 2024", "January February March April May June July August September October November December"},
		"English short": {"%d %s. 2024", "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec"},
		"Swedish":       {"den %d %s 2024", "januari februari mars april maj juni juli augusti september oktober november december"},
		"Norwegian":     {"%d. %s 2024", "januar februar mars april mai juni juli august september oktober november desember"},
		"Danish":        {"den %d. %s 2024", "januar februar marts april maj juni juli august september oktober november december"},
		"German":        {"%d. %s 2024", "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"},
		"Austrian":      {"am %d. %s 2024", "Jänner Feber März April Mai Juni Juli August September Oktober November Dezember"},
		"Dutch":         {"%d %s 2024", "januari februari maart april mei juni juli augustus september oktober november december"},
		"Dutch short":   {"%d %s. 2024", "jan feb mrt apr mei jun jul aug sep okt nov dec"},
		"French":        {"le %d %s 2024", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"},
		"French short":  {"%d %s. 2024", "janv févr mars avr mai juin juil août sept oct nov déc"},
		"Spanish":       {"%d de %s de 2024", "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"},
		"Spanish del":   {"el %d de %s del 2024", "enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre"},
		"Italian":       {"%d %s 2024", "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"},
		"Italian short": {"il %d %s 2024", "gen feb mar apr mag giu lug ago set ott nov dic"},
		"Portuguese":    {"%d de %s de 2024", "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"},
		"Polish":        {"%d %s 2024 r.", "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"},
		"Finnish":       {"%d. %s 2024", "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta"},
	} {
		t.Run(language, func(t *testing.T) {
			months := strings.Fields(tt.months)
			require.Len(t, months, 12)
			for i, month := range months {
				for _, month := range []string{month, strings.ToUpper(month[:1]) + month[1:]} {
					got, zoned, ok := ParseLetter(fmt.Sprintf(tt.form, 3, month))
					assert.True(t, ok, month)
					assert.False(t, zoned)
					assert.Equal(t, time.Date(2024, time.Month(i+1), 3, 0, 0, 0, 0, time.UTC), got, month)
				}
			}
		})
	}
}

func TestParseLetter(t *testing.T) {
	for _, s := range []string{
		"3 March 2024", "March 3, 2024", "March 3rd, 2024", "Sunday, March 3, 2024", "the 3rd of March 2024", "3-Mar-2024", "Mar 03 2024",
		"3 mars 2024", "3:e mars 2024", "den 3:e mars 2024", "söndag 3 mars 2024", "söndagen den 3 mars 2024",
		"søndag 3. mars 2024", "d. 3. marts 2024", "Sonntag, 3. März 2024", "Sonntag, den 3. März 2024", "am 3. März 2024", "So., 3. März 2024",
		"zondag 3 maart 2024", "dimanche 3 mars 2024", "le dimanche 3 mars 2024", "domingo, 3 de marzo de 2024", "3 marzo 2024", "domenica 3 marzo 2024", "lì 3 marzo 2024",
		"domingo, 3 de março de 2024", "niedziela, 3 marca 2024 r.", "dnia 3 marca 2024 r.", "sunnuntai 3. maaliskuuta 2024", "sunnuntaina 3. maaliskuuta 2024",
		"03.03.2024", "3.3.2024", "3. 3. 2024", "2024/03/03", "2024/3/3", "2024-03-03", "2024-3-3",
	} {
		got, zoned, ok := ParseLetter(s)
		assert.True(t, ok, s)
		assert.False(t, zoned, s)
		assert.Equal(t, time.Date(2024, 3, 3, 0, 0, 0, 0, time.UTC), got, s)
	}
	for s, want := range map[string]time.Time{
		"1er mars 2024":                       time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC),
		"le 1er mars 2024":                    time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC),
		"1º de maio de 2024":                  time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC),
		"1.º de mayo de 2024":                 time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC),
		"1° maggio 2024":                      time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC),
		"31.12.2024, 10:30":                   time.Date(2024, 12, 31, 10, 30, 0, 0, time.UTC),
		"2024/12/31 10:30:15":                 time.Date(2024, 12, 31, 10, 30, 15, 0, time.UTC),
		"3. März 2024, 10:30 Uhr":             time.Date(2024, 3, 3, 10, 30, 0, 0, time.UTC),
		"3 mars 2024 kl. 10:30":               time.Date(2024, 3, 3, 10, 30, 0, 0, time.UTC),
		"Sunday, March 3rd 2024, 10:15:00 pm": time.Date(2024, 3, 3, 22, 15, 0, 0, time.UTC),
		"Fri, 28 May 2004 23:31:15 +0900":     time.Date(2004, 5, 28, 14, 31, 15, 0, time.UTC),
		"2024-03-03T10:00:00.000Z":            time.Date(2024, 3, 3, 10, 0, 0, 0, time.UTC),
		"3 March 2024 10:00 CET":              time.Date(2024, 3, 3, 9, 0, 0, 0, time.UTC),
	} {
		got, _, ok := ParseLetter(s)
		assert.True(t, ok, s)
		assert.True(t, want.Equal(got), "%s: %v", s, got)
	}
	for s, want := range map[string]bool{
		"2024-03-03T10:00": false, "2024-03-03T10:00Z": true, "2024-03-03 10:00 +0100": true, "3 March 2024 10:00": false, "3 March 2024 10:00 UTC": true, "03.03.2024 10:00+01:00": true,
	} {
		_, zoned, ok := ParseLetter(s)
		assert.True(t, ok, s)
		assert.Equal(t, want, zoned, s)
	}
	// What could be another day, says more than a date, or less.
	for _, s := range []string{
		"", "03/04/2024", "3/3/2024", "03-04-2024", "March 2024", "mars 2024", "3 March", "3 March 24", "2024", "20240303", "1709424000",
		"Stockholm, 3 March 2024", "Anna, 3 March 2024", "3 March 2024 (draft)", "3–5 March 2024", "3-5 March 2024", "3 March 2024 x", "3 March 2024 10:00 foo",
		"30 de febrero de 2024", "31.02.2024", "32.1.2024", "3.13.2024", "2024/13/03", "2024-03/03", "2024-03-03T24:00", "0000-01-01", "3 mars 2024 och 5 mars 2024", "May, 2024",
		"24:00 3 March", "3 March 2024 25:00", strings.Repeat("3 ", 100), "Dear readers,",
	} {
		_, _, ok := ParseLetter(s)
		assert.False(t, ok, s)
	}
}

func TestZone(t *testing.T) {
	for name, want := range map[string]string{"Europe/Stockholm": "2024-07-01T10:00:00+02:00", "America/New_York": "2024-07-01T10:00:00-04:00", "UTC": "2024-07-01T10:00:00Z", "+05:30": "2024-07-01T10:00:00+05:30"} {
		zone, ok := Zone(name)
		require.True(t, ok, name)
		assert.Equal(t, want, In(zone, time.Date(2024, 7, 1, 10, 0, 0, 0, time.UTC)).Format(time.RFC3339))
	}
	for _, name := range []string{"", "Local", "Stockholm", "Europe/Atlantis", "../etc/passwd", "/etc/localtime", "+25:00", "+x"} {
		_, ok := Zone(name)
		assert.False(t, ok, name)
	}
}
