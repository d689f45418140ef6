package aggregate

import (
	"slices"
	"strings"
	"unicode"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/sameness"
	"github.com/automationregion/newsletter/internal/html"
)

// A filter says which of a partner's letters are wanted.
type filter struct {
	include, exclude *matching // nil takes all, or leaves out none
}

// A matching is a [Filter] made ready.
type matching struct {
	words      []string // each with a space around every word
	categories []string // folded
	languages  []string // folded
}

func newFilter(p *Partner) filter {
	return filter{include: newMatching(p.Include), exclude: newMatching(p.Exclude)}
}

func newMatching(f Filter) *matching {
	if len(f.Words)+len(f.Categories)+len(f.Languages) == 0 {
		return nil
	}
	m := &matching{}
	for _, w := range f.Words {
		if w = spaced(w); strings.TrimSpace(w) != "" {
			m.words = append(m.words, w)
		}
	}
	for _, c := range f.Categories {
		m.categories = append(m.categories, sameness.Title(c))
	}
	for _, l := range f.Languages {
		m.languages = append(m.languages, strings.ToLower(strings.TrimSpace(l)))
	}
	return m
}

// reads says whether the filter has to know letters.
func (f filter) reads() bool { return f.include != nil || f.exclude != nil }

// takes says whether a letter is wanted, of a feed in a language.
func (f filter) takes(l *newsletter.Letter, language string) bool {
	return (f.include == nil || f.include.matches(l, language)) && (f.exclude == nil || !f.exclude.matches(l, language))
}

func (m *matching) matches(l *newsletter.Letter, language string) bool {
	if l.Language != "" {
		language = l.Language
	}
	language = strings.ToLower(language)
	for _, want := range m.languages {
		if language == want || strings.HasPrefix(language, want+"-") {
			return true
		}
	}
	for _, c := range l.Categories {
		if slices.Contains(m.categories, sameness.Title(c.Term)) {
			return true
		}
	}
	if len(m.words) == 0 {
		return false
	}
	text := spaced(l.Title + "\n" + l.Summary + "\n" + html.Text(l.Content))
	return slices.ContainsFunc(m.words, func(w string) bool { return strings.Contains(text, w) })
}

// spaced returns the words of a text in small letters, with a space around
// each.
func spaced(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	return " " + strings.Join(words, " ") + " "
}
