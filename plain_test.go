package newsletter

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hostile are values of which each is wrong in some field.
var hostile = []string{
	"", " ", "\t", "\u00a0", "\u2003", "a", "A b", " a", "a ", "a\u00a0", "a\nb", "a\rb", "a\x01b", "a\x00", "a\x7fb", "a\x80b", "a\u0081b", "\u0096", "a\uFFFEb", "a\uFFFF", "\xff",
	"12345678\x1f12345678", "1234567\x01", "twelve letters\u0085and more", "a long text of forty bytes, and then more \uFFFE", "a long text of forty bytes, and then more å",
	"ä", "https://example.org/", "https://example.org", "http://", "https:///a", "https://exa mple.org/", "https://example.org/a b", "https://example.org/\"a\"", "https://example.org/[a]",
	"https://[::1]/", "https://[x]/", "https://example.org:80/", "https://a@b.org/", "https://example.org/ä", "https://example.org/a\x01", "https://example.org/a\u0085", "http://https://", "HTTP://example.org/", "javascript:a()", "mailto:a@b.org", "/a", "urn:a:b", "a:b c",
	"a@b", "a@", "@b", "a b@c", "<a@b>", "sv", "en_US", "sv-", "x", "text/html", "alternate", "enclosure", "related", "Related", "http://www.iana.org/assignments/relation/a",
}

var hostileTimes = []time.Time{
	{}, time.Unix(0, 0), time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(1, 12, 31, 23, 59, 0, 0, time.UTC), time.Date(2, 1, 1, 0, 0, 0, 0, time.FixedZone("", 3600)),
	time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 0, 0, 0, 0, time.FixedZone("", 61)), time.Date(2026, 1, 1, 0, 0, 0, 0, time.FixedZone("", 16*3600)), time.Time{}.In(time.FixedZone("", 3600)),
}

// full is a letter with something in each of its fields but those that make a letter
// less than plain.
func full() *Letter {
	return &Letter{
		ID: "https://example.org/1", URL: "https://example.org/1", Title: "A", Kind: "k", Language: "sv", Summary: "S", Content: "<p>C</p>", Rights: "R", Image: "https://example.org/i.png",
		Published: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Updated: time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600)),
		Authors:     []Author{{Name: "A", Organization: "O", Email: "a@example.org", URL: "https://example.org/a", Avatar: "https://example.org/a.png"}, {Name: "B"}},
		Categories:  []Category{{Term: "a", Scheme: "https://example.org/s", Label: "L"}, {Term: "b"}},
		Attachments: []Attachment{{URL: "https://example.org/a.mp3", MediaType: "audio/mpeg", Length: 1, Duration: time.Second, Title: "T"}, {URL: "https://example.org/b.mp3"}},
		Links:       []Link{{Rel: "alternate", URL: "https://example.org/2", MediaType: "text/plain", Language: "en", Title: "T"}, {Rel: "related", URL: "https://example.org/3"}},
		Extensions: Extensions{
			Elements:   []Extension{{Namespace: "urn:x", Name: "a", Text: "b"}},
			Attributes: []Attribute{{In: Place{List: "Authors", Index: 1}, Attr: Attr{Name: "b", Value: "c"}}},
		},
	}
}

// TestPlainLettersAreInOrder puts each value into each field of letters: of one that is
// taken for plain the whole look finds nothing.
func TestPlainLettersAreInOrder(t *testing.T) {
	plain, found := 0, map[string]bool{}
	look := func(l *Letter, what ...any) {
		v := validator{}
		v.all(l)
		for _, fault := range v.faults {
			found[fault.(*FieldError).Field] = true
		}
		if l.isPlain() {
			plain++
			assert.Empty(t, v.faults, what...)
		}
	}
	letters := map[string]func() *Letter{
		"full":           full,
		"without an ID":  func() *Letter { l := full(); l.ID = ""; return l },
		"with an ID":     func() *Letter { return &Letter{ID: "a"} },
		"of another ID":  func() *Letter { l := full(); l.ID = "tag:example.org,2026:1"; return l },
		"with a title":   func() *Letter { return &Letter{Title: "A"} },
		"with a source":  func() *Letter { l := full(); l.Source = Source{ID: "a", Updated: l.Updated}; return l },
		"with no values": func() *Letter { return &Letter{} },
	}
	for name, letter := range letters {
		look(letter(), name)
		for f := range letter().Fields() {
			set := func(put func(f Field)) {
				l := letter()
				for g := range l.Fields() {
					if g.String() == f.String() {
						put(g)
					}
				}
				look(l, "%s: %s", name, f)
			}
			if f.Text() != nil {
				for _, value := range hostile {
					set(func(f Field) { *f.Text() = value })
				}
			}
			for _, at := range hostileTimes {
				set(func(f Field) {
					if to, ok := f.Value().(*time.Time); ok {
						*to = at
					}
				})
			}
			for _, d := range []time.Duration{-time.Second, 1, time.Hour} {
				set(func(f Field) {
					switch to := f.Value().(type) {
					case *time.Duration:
						*to = d
					case *int64:
						*to = int64(d)
					}
				})
			}
		}
	}
	require.True(t, full().isPlain(), "or it looks at nothing")
	assert.Greater(t, plain, 500)
	for f := range full().Fields() {
		if f.Type() != TypeFlag {
			assert.Contains(t, found, f.String(), "a value that is wrong there")
		}
	}
	for name, change := range map[string]func(l *Letter){
		"an author twice":     func(l *Letter) { l.Authors = append(l.Authors, l.Authors[0]) },
		"an author of no one": func(l *Letter) { l.Authors[0] = Author{} },
		"a category twice":    func(l *Letter) { l.Categories = append(l.Categories, l.Categories[0]) },
		"a category less": func(l *Letter) {
			l.Categories = append(l.Categories, Category{Term: "a", Scheme: "https://example.org/s"})
		},
		"a file twice":    func(l *Letter) { l.Attachments = append(l.Attachments, l.Attachments[0]) },
		"a link twice":    func(l *Letter) { l.Links = append(l.Links, l.Links[1]) },
		"the page twice":  func(l *Letter) { l.Links[0].URL = l.URL },
		"many":            func(l *Letter) { l.Categories = slices.Repeat(l.Categories, 20) },
		"a name of none":  func(l *Letter) { l.Extensions.Elements[0].Name = "a b" },
		"a place of none": func(l *Letter) { l.Extensions.Attributes[0].In.Index = 2 },
		"text in a child": func(l *Letter) {
			l.Extensions.Elements[0] = Extension{Name: "a", Children: []Extension{{Name: "b", Text: "\x01"}}}
		},
	} {
		l := full()
		change(l)
		assert.False(t, l.isPlain(), name)
	}
}

func TestBareNewslettersStateNothing(t *testing.T) {
	n := &Newsletter{Letters: []*Letter{full()}}
	assert.True(t, n.isBare())
	for _, list := range []*Newsletter{{Authors: make([]Author, 1)}, {Categories: make([]Category, 1)}, {Hubs: make([]string, 1)}, {Extensions: Extensions{Members: make([]Member, 1)}}} {
		assert.False(t, list.isBare())
	}
	for f := range (&Newsletter{}).Fields() {
		n := &Newsletter{}
		for g := range n.Fields() {
			if g.String() == f.String() {
				switch to := g.Value().(type) {
				case *string:
					*to = "a"
				case *time.Time:
					*to = time.Unix(0, 0)
				case *bool:
					*to = true
				}
			}
		}
		assert.False(t, n.isBare(), f)
	}
}
