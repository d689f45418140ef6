package letters

import (
	"fmt"
	"strings"
)

// A setting is a value of front matter or of newsletter.yaml with its place, in
// whichever language it is written.
type setting struct {
	place
	kind  settingKind
	text  string     // of a scalar, as written
	items []*setting // of a list
	table []entry    // of a table, in the order written; each key once
}

// An entry is a key of a table with its value.
type entry struct {
	place
	key   string
	value *setting
}

// size returns about how many bytes a setting has, and stops when that is more than
// most: what a name stands for may stand in it again and again.
func (s *setting) size(most int) int {
	n := 8 + len(s.text)
	for _, item := range s.items {
		if n > most {
			return n
		}
		n += item.size(most - n)
	}
	for _, e := range s.table {
		if n > most {
			return n
		}
		n += len(e.key) + e.value.size(most-n)
	}
	return n
}

type settingKind uint8

const (
	noValue   settingKind = iota
	textValue             // text, a number or a date
	boolValue
	listValue
	tableValue
)

func (k settingKind) String() string {
	return [...]string{"nothing", "a text", "true or false", "a list", "a table"}[k]
}

// stated says whether there is a value at all.
func (s *setting) stated() bool { return s != nil && s.kind != noValue }

// lookUp returns the value of the first of the keys that has one, however its
// letters are cased and its words are joined ("publishDate", "publish_date").
func (s *setting) lookUp(keys ...string) *setting { return s.entry(keys...).value }

// entry is lookUp with the key as it is written. The value is nil if there is
// none.
func (s *setting) entry(keys ...string) entry {
	if s == nil || s.kind != tableValue {
		return entry{}
	}
	for _, key := range keys {
		for _, e := range s.table {
			if sameKey(e.key, key) && e.value.stated() {
				return e
			}
		}
	}
	return entry{}
}

func sameKey(a, b string) bool { return a == b || plainKey(a) == plainKey(b) }

// keyJoints are what joins the words of a key.
var keyJoints = strings.NewReplacer("_", "", "-", "")

func plainKey(key string) string { return keyJoints.Replace(strings.ToLower(key)) }

// A valueReader turns settings into values, and says what is wrong with
// those that can't be.
type valueReader struct {
	*faults
	strict bool // an unknown key is a fault
}

// add reports a value that a setting can't have.
func (r valueReader) add(at place, format string, args ...any) {
	r.addAs(ruleSetting, at, format, args...)
}

// unexpected reports a value of the wrong type.
func (r valueReader) unexpected(key string, s *setting, expected string) {
	r.add(s.place, "%s: expected %s, found %s", key, expected, s.kind)
}

// line reads text that belongs on one line.
func (r valueReader) line(key string, s *setting) string {
	return lineOfText(r.lines(key, s))
}

// lines reads text that may have line breaks.
func (r valueReader) lines(key string, s *setting) string {
	switch {
	case !s.stated():
		return ""
	case s.kind != textValue:
		r.unexpected(key, s, "a text")
		return ""
	}
	for _, c := range s.text {
		if !isXMLChar(c) {
			r.add(s.place, "%s: character %U, which no feed can hold: expected text", key, c)
			return ""
		}
	}
	return s.text
}

// truth reads true or false; "yes" and "no" are what YAML 1.1 had for them.
func (r valueReader) truth(key string, s *setting) bool {
	if !s.stated() {
		return false
	}
	if s.kind == boolValue || s.kind == textValue {
		switch strings.ToLower(s.text) {
		case "true", "yes", "on":
			return true
		case "false", "no", "off":
			return false
		}
	}
	if s.kind == textValue {
		r.add(s.place, "%s: expected true or false, found %q", key, s.text)
	} else {
		r.unexpected(key, s, "true or false")
	}
	return false
}

// number reads a whole number that is not negative.
func (r valueReader) number(key string, s *setting) int64 {
	if !s.stated() {
		return 0
	}
	if s.kind != textValue {
		r.unexpected(key, s, "a whole number")
		return 0
	}
	var n int64
	for i := range len(s.text) {
		if c := s.text[i]; c < '0' || c > '9' || n > 1<<50 {
			r.add(s.place, "%s: expected a whole number, found %q", key, s.text)
			return 0
		}
		n = n*10 + int64(s.text[i]-'0')
	}
	return n
}

// each calls read for every item of a list, or for the one value that stands
// there without a list.
func (r valueReader) each(s *setting, read func(*setting)) {
	switch {
	case !s.stated():
	case s.kind == listValue:
		for _, item := range s.items {
			if item.stated() {
				read(item)
			}
		}
	default:
		read(s)
	}
}

// texts reads a text or a list of texts, without empty ones.
func (r valueReader) texts(key string, s *setting) []string {
	var out []string
	r.each(s, func(item *setting) {
		if text := r.line(key, item); text != "" {
			out = append(out, text)
		}
	})
	return out
}

// A row says what the value of a key means. The first name is the one that
// errors suggest; the others are read as well.
type row[T any] struct {
	names []string
	read  func(to T, r valueReader, key string, s *setting)
}

// readRows reads a table key by key. Of several names of one row, the first
// that is stated counts.
func readRows[T any](to T, r valueReader, s *setting, rows []row[T]) {
	if r.strict {
		for _, e := range s.table {
			if !knownKey(rows, e.key) {
				r.addAs(ruleKeyUnknown, e.place, "unknown key %q%s", e.key, suggestKey(rows, e.key))
			}
		}
	}
	for _, row := range rows {
		if e := s.entry(row.names...); e.value != nil {
			row.read(to, r, e.key, e.value)
		}
	}
}

func knownKey[T any](rows []row[T], key string) bool {
	for _, row := range rows {
		for _, name := range row.names {
			if sameKey(name, key) {
				return true
			}
		}
	}
	return false
}

// suggestKey returns "; did you mean …?", or the keys that there are.
func suggestKey[T any](rows []row[T], key string) string {
	best, distance := "", 3
	names := make([]string, 0, len(rows))
	for _, row := range rows {
		names = append(names, row.names[0])
		for _, name := range row.names {
			if d := editDistance(plainKey(name), plainKey(key)); d < distance {
				best, distance = row.names[0], d
			}
		}
	}
	if best != "" {
		return fmt.Sprintf(": did you mean %q?", best)
	}
	return ": expected one of " + strings.Join(names, ", ")
}

// editDistance counts the letters to add, drop or change (Levenshtein), and
// stops counting at long words.
func editDistance(a, b string) int {
	if len(a) > 40 || len(b) > 40 {
		return 40
	}
	before := make([]int, len(b)+1)
	for j := range before {
		before[j] = j
	}
	for i := range len(a) {
		diagonal := before[0]
		before[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = before[j+1]
			before[j+1] = min(cost, before[j+1]+1, before[j]+1)
		}
	}
	return before[len(b)]
}
