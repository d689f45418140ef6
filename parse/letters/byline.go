package letters

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/settings"
)

// A bylineLanguage is how a language opens a byline, and joins the names in it.
type bylineLanguage struct {
	tags    string // those of BCP 47, with spaces between
	opening string
	and     string // with spaces between
	isName  bool   // a name may begin with the opening too
}

var bylineLanguages = []bylineLanguage{
	{"en", "By", "and", false},
	{"sv", "Av", "och", false},
	{"nb nn no", "Av", "og", false},
	{"da", "Af", "og", true},
	{"de", "Von", "und", true},
	{"nl", "Door", "en", false},
	{"fr", "Par", "et", false},
	{"es pt", "Por", "y", false},
	{"es", "", "e", false}, // before an I; in Portuguese it is within names: Maria da Costa e Silva
	{"it", "Di", "", true},
	{"fi", "", "ja", false},
	{"pl", "", "i", false},
}

// is reports whether it is the language of a BCP 47 tag.
func (l bylineLanguage) is(tag string) bool {
	primary, _, _ := strings.Cut(tag, "-")
	return primary != "" && slices.Contains(strings.Fields(l.tags), strings.ToLower(primary))
}

// nameParticles are the words within names that have a small first letter.
var nameParticles = strings.Fields("af al ap av bin da das de dei del della den der des di do dos du el ibn la las le los och ten ter van von vom y zu zum zur")

// bylineAuthors reads the authors of a byline in a letter of a language, which is empty
// if nobody knows it. Names with "and" between are taken apart where all of them are of
// two words or more, in a byline that opens in that language, which isOpened tells, or
// a letter in it.
func bylineAuthors(byline, language string) (authors []newsletter.Author, isOpened bool) {
	names, opened, ands := byline, "", []string(nil)
	for _, l := range bylineLanguages {
		if rest, ok := l.opens(byline, language); ok {
			names, opened = rest, l.opening
			break
		}
	}
	for _, l := range bylineLanguages {
		if l.is(language) || opened != "" && l.opening == opened {
			ands = append(ands, strings.Fields(l.and)...)
		}
	}
	for _, a := range newsletter.ParseByline(names) {
		for _, name := range splitNames(a.Name, ands) {
			authors = append(authors, newsletter.Author{Name: name, Organization: a.Organization})
		}
	}
	return authors, opened != ""
}

// opens returns what follows the opening of a byline. What could be a name, or a word
// of the letter's own language, is an opening only if names follow.
func (l bylineLanguage) opens(byline, language string) (rest string, ok bool) {
	first, rest, _ := strings.Cut(byline, " ")
	if l.opening == "" || !strings.EqualFold(strings.TrimSuffix(first, ":"), l.opening) || rest == "" {
		return "", false
	}
	end := len(rest)
	if i := strings.IndexAny(rest, ",;"); i >= 0 {
		end = i
	}
	areNames := isName(splitNames(rest[:end], strings.Fields(l.and))[0])
	next, _ := utf8.DecodeRuneInString(rest)
	switch {
	case l.isName && (language != "" && !l.is(language) || unicode.IsLower(rune(first[0]))):
		return "", false
	case l.isName:
		return rest, areNames
	case l.is(language):
		return rest, true
	case language == "":
		return rest, !unicode.IsLower(next)
	}
	return rest, areNames
}

// splitNames takes names apart, if all are names.
func splitNames(names string, ands []string) []string {
	var out []string
	words := strings.Fields(names)
	start := 0
	for i, word := range words {
		if slices.Contains(ands, word) {
			out, start = append(out, strings.Join(words[start:i], " ")), i+1
		}
	}
	out = append(out, strings.Join(words[start:], " "))
	if len(out) > 1 && slices.ContainsFunc(out, func(name string) bool { return !isName(name) }) {
		return []string{names}
	}
	return out
}

// isName reports whether words look like the name of a person, or of an organization
// that is called like one: "Forskning och Regional Utveckling" is one of neither kind.
func isName(s string) bool {
	words := strings.Fields(s)
	for i, word := range words {
		first, _ := utf8.DecodeRuneInString(word)
		inside := i > 0 && i < len(words)-1
		if !unicode.IsLetter(first) || unicode.IsLower(first) && !(inside && slices.Contains(nameParticles, word)) {
			return false
		}
	}
	return len(words) > 1 && !strings.HasSuffix(s, "-")
}

func areNames(authors []newsletter.Author) bool {
	return !slices.ContainsFunc(authors, func(a newsletter.Author) bool { return !isName(a.Name) })
}

// isSigned says whether a text is a byline without a date, such as "By Ann Smith".
func isSigned(s string) bool {
	authors, isOpened := bylineAuthors(settings.Line(s), "")
	return isOpened && areNames(authors)
}

// withoutItalics returns a paragraph without the marks of italics around all of it, and
// how many bytes stand before what is left.
func withoutItalics(paragraph string) (string, int) {
	s := strings.TrimSpace(paragraph)
	for _, mark := range []string{"*", "_"} {
		inner, opens := strings.CutPrefix(s, mark)
		inner, closes := strings.CutSuffix(inner, mark)
		if opens && closes && inner != "" && !strings.Contains(inner, mark) {
			return inner, strings.Index(paragraph, inner)
		}
	}
	return paragraph, 0
}

// takeByline takes the text in italics below a title for the byline that it looks like,
// unless the front matter says already what it would.
func (d *document) takeByline(line string) bool {
	l := &d.Letter
	fields := bylineFields(line)
	last := fields[len(fields)-1].text
	date, zoned, isDate := dates.ParseLetter(last)
	if isDate {
		fields = fields[:len(fields)-1]
	}
	kind, byline := "", ""
	switch len(fields) {
	case 0:
	case 1:
		byline = settings.Line(fields[0].text)
		if isDate && !strings.ContainsAny(byline, " ,;") {
			kind, byline = byline, ""
		}
	case 2:
		kind, byline = settings.Line(fields[0].text), settings.Line(fields[1].text)
	default:
		return false
	}
	authors, isOpened := bylineAuthors(byline, d.language())
	switch {
	case isDate && (d.knows(keyDate) || !d.Publish.IsZero() || len(fields) == 0 && !d.Name.Date.IsZero()),
		!isDate && !(isOpened && areNames(authors)),
		kind != "" && l.Kind != "",
		byline != "" && d.knows(keyAuthor),
		slices.ContainsFunc(authors, func(a newsletter.Author) bool { return a.Name == "" }):
		return false
	}
	if isDate {
		d.setDate(&l.Published, date, zoned)
	}
	if kind != "" {
		l.Kind = kind
	}
	if byline != "" {
		l.Authors = authors
	}
	return true
}
