package newsletter

import (
	"time"

	"github.com/automationregion/newsletter/internal/repeat"
	"github.com/automationregion/newsletter/internal/sound"
	"github.com/automationregion/newsletter/internal/value"
	"github.com/automationregion/newsletter/internal/xmlchar"
)

// Validate is asked about every letter that is written, and nearly all of them are in
// order. What is here sees that of most at a look at each value, without a field to
// visit or a place to name. What it says of others is nothing: they are checked.
//
// Of a letter that was read package parse knows more: it asks here for what it doesn't
// know, and Validate only if that finds something.

func init() {
	sound.Letter = func(letter any, changed func(field, reason string)) bool {
		l := letter.(*Letter)
		if !l.isPlainBut(true) || !arePlainPlaces(l.Extensions.Attributes) {
			return false
		}
		return len(l.Links) == 0 || !l.relate(changed) || arePlainLinks(l.Links)
	}
}

// isBare reports whether nothing is stated but letters.
func (n *Newsletter) isBare() bool {
	for _, s := range [...]*string{&n.ID, &n.Title, &n.Description, &n.URL, &n.FeedURL, &n.Language, &n.Rights, &n.Image, &n.Icon} {
		if *s != "" {
			return false
		}
	}
	return len(n.Authors)+len(n.Categories)+len(n.Hubs) == 0 && n.Extensions.IsZero() &&
		n.Updated == (time.Time{}) && n.Generator == (Generator{}) && n.Paging == (Paging{})
}

// isPlain reports of most letters that nothing is wrong with them but perhaps an ID
// that another one has.
func (l *Letter) isPlain() bool {
	return l.isPlainBut(false) && (len(l.Links) == 0 || isWithout(l.faults)) && (l.Extensions.IsZero() || isWithout(l.extensionFaults))
}

// isPlainBut is isPlain but for extensions and alternates, and for the characters of
// texts if they are known to be those that XML can hold.
func (l *Letter) isPlainBut(known bool) bool {
	isPage := value.IsPlainPage(l.ID)
	if !isPage && !value.IsID(l.ID) || l.URL == "" && blank(l.ID) || l.URL != "" && !(isPage && l.URL == l.ID) && !value.IsURL(l.URL) {
		return false
	}
	return isPlainText(l.Title, known) && isPlainText(l.Kind, known) && isPlainText(l.Summary, known) && isPlainText(l.Content, known) && isPlainText(l.Rights, known) &&
		(l.Language == "" || value.IsLanguage(l.Language)) && (l.Image == "" || value.IsURL(l.Image)) &&
		isPlainTime(l.Published) && isPlainTime(l.Updated) && (l.Source == Source{} || isPlainSource(&l.Source)) &&
		arePlainAuthors(l.Authors) && arePlainCategories(l.Categories, known) && arePlainAttachments(l.Attachments) && arePlainLinks(l.Links)
}

func isPlainSource(s *Source) bool {
	return value.IsID(s.ID) && isPlainText(s.Title, false) && (s.URL == "" || value.IsURL(s.URL)) && (s.FeedURL == "" || value.IsURL(s.FeedURL)) && isPlainTime(s.Updated)
}

// arePlainPlaces reports of most attributes of fields that no two of them are one.
func arePlainPlaces(list []Attribute) bool {
	return len(list) <= few && repeat.Of(list, (*Attribute).key) == nil
}

// isWithout reports whether there are no faults to visit.
func isWithout[T any](faults func(visit func(at T, reason string))) bool {
	without := true
	faults(func(T, string) { without = false })
	return without
}

// few is how many elements of a list are compared with each other.
const few = 16

func arePlainAuthors(list []Author) bool {
	if len(list) > few {
		return false
	}
	for i := range list {
		a := &list[i]
		if *a == (Author{}) || !isPlainText(a.Name, false) || !isPlainText(a.Organization, false) || a.Email != "" && !value.IsEmail(a.Email) ||
			a.URL != "" && !value.IsURL(a.URL) || a.Avatar != "" && !value.IsURL(a.Avatar) {
			return false
		}
		for j := range i {
			if list[j] == *a {
				return false
			}
		}
	}
	return true
}

func arePlainCategories(list []Category, known bool) bool {
	if len(list) > few {
		return false
	}
	for i := range list {
		c := &list[i]
		if c.Term == "" || !isPlainText(c.Term, known) || !isPlainText(c.Scheme, known) || !isPlainText(c.Label, known) {
			return false
		}
		for j := range i {
			if list[j].Term == c.Term {
				return false
			}
		}
	}
	return true
}

func arePlainAttachments(list []Attachment) bool {
	if len(list) > few {
		return false
	}
	for i := range list {
		a := &list[i]
		if !value.IsURL(a.URL) || !isPlainText(a.MediaType, false) || !isPlainText(a.Title, false) || a.Length < 0 || a.Duration < 0 || a.Duration%time.Second != 0 {
			return false
		}
		for j := range i {
			if list[j].URL == a.URL {
				return false
			}
		}
	}
	return true
}

func arePlainLinks(list []Link) bool {
	if len(list) > few {
		return false
	}
	for i := range list {
		k := &list[i]
		if k.Rel != "" && !value.IsRel(k.Rel) || !value.IsURL(k.URL) || !isPlainText(k.MediaType, false) || !isPlainText(k.Title, false) || k.Language != "" && !value.IsLanguage(k.Language) {
			return false
		}
		for j := range i {
			if list[j].URL == k.URL && list[j].Rel == k.Rel {
				return false
			}
		}
	}
	return true
}

// isPlainText reports whether there is no text, or one that a field may hold, of
// characters that are known to be those that XML can hold or are looked at.
func isPlainText(s string, known bool) bool {
	return s == "" || (s[0] > ' ' && s[0] < 0x7F || !blank(s)) && (known || xmlchar.Holds(s))
}

// Whatever the zone is, a time between these is of the years that formats can hold.
var (
	earliest = time.Date(2, 1, 3, 0, 0, 0, 0, time.UTC).Unix()
	latest   = time.Date(9999, 12, 29, 0, 0, 0, 0, time.UTC).Unix()
)

func isPlainTime(t time.Time) bool {
	if t == (time.Time{}) {
		return true
	}
	_, offset := t.Zone()
	at := t.Unix()
	return earliest <= at && at <= latest && offset%60 == 0 && -furthest <= offset && offset <= furthest
}
