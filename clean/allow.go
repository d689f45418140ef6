package clean

import (
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter/internal/text"
)

// What letters need: the elements that are kept, and what each may say. Both ways to
// clean go by it, the short one (fast.go) and the sanitizer's policy. Of an element
// that is not here what is in it stays, but for those that are dropped whole
// (html.Dropped).

// A kind is what an element may stand in, for the short way.
type kind uint8

const (
	longWay   kind = iota // it is cleaned by the parser alone
	inline                // anywhere where text may be
	block                 // where text may be, but not in a paragraph
	void                  // inline, and without an end tag
	silent                // inline, and left out
	rule                  // hr: void, but not in a paragraph
	heading               // block, but not in another heading
	paragraph             // block, but not in another paragraph
	link                  // inline, but not in another link
	listItem              // only in a list
	term                  // only in a dl
	tablePart             // only in a table
	tableRow              // only in a tablePart
	tableCell             // only in a tableRow
)

// An element is one that is known.
type element struct {
	kind  kind
	attrs map[string]form // that it may have
}

// kept says whether the element stays, and not only what is in it.
func (e *element) kept() bool { return e != nil && e.kind != silent }

// elements are those that are known.
var elements = func() map[atom.Atom]*element {
	all := map[atom.Atom]*element{}
	for _, row := range [...]struct {
		kind  kind
		names string
	}{
		{inline, `abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small strong sub sup time u var`},
		{link, `a`},
		{void, `br img wbr`},
		{silent, `span`},
		{rule, `hr`},
		{paragraph, `p`},
		{heading, `h1 h2 h3 h4 h5 h6`},
		{block, `address article aside blockquote details div dl figcaption figure footer header ol pre section summary table ul`},
		{listItem, `li`},
		{term, `dd dt`},
		{tablePart, `thead tbody tfoot`},
		{tableRow, `tr`},
		{tableCell, `td th`},
		{longWay, `caption col colgroup rp rt ruby`},
	} {
		for name := range strings.FieldsSeq(row.names) {
			all[atom.Lookup([]byte(name))] = &element{row.kind, map[string]form{}}
		}
	}
	for _, row := range [...]struct {
		attr, on string // "" for all
		form     form
	}{
		{"lang", "", matching(`[A-Za-z0-9-]{2,35}`)},
		{"dir", "", matching(`ltr|rtl|auto`)},
		{"title", "", words},
		{"href", `a`, (*cleaner).address},
		{"hreflang", `a`, matching(`[A-Za-z0-9-]{2,35}`)},
		{"src", `img`, asItIs}, // made by image
		{"alt", `img`, words},
		{"width", `img`, matching(`[1-9][0-9]{0,4}`)},
		{"height", `img`, matching(`[1-9][0-9]{0,4}`)},
		{"cite", `blockquote del ins q`, (*cleaner).webAddress},
		{"datetime", `del ins time`, matching(`[0-9A-Z:+. -]{1,40}`)},
		{"start", `ol`, matching(`-?[0-9]{1,9}`)},
		{"reversed", `ol`, empty},
		{"type", `ol`, matching(`[1aAiI]`)},
		{"value", `li`, matching(`-?[0-9]{1,9}`)},
		{"span", `col colgroup`, matching(`[1-9][0-9]{0,2}`)},
		{"colspan", `td th`, matching(`[1-9][0-9]{0,2}`)},
		{"rowspan", `td th`, matching(`[1-9][0-9]{0,2}`)},
		{"scope", `th`, matching(`row|col|rowgroup|colgroup`)},
	} {
		for name, e := range all {
			if row.on == "" || strings.Contains(" "+row.on+" ", " "+name.String()+" ") {
				e.attrs[row.attr] = row.form
			}
		}
	}
	return all
}()

// policy is what the content of a letter may hold in the end.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.RequireParseableURLs(true)
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	for name, e := range elements {
		if !e.kept() {
			continue
		}
		p.AllowElements(name.String())
		for attr := range e.attrs {
			p.AllowAttrs(attr).OnElements(name.String())
		}
	}
	p.AllowNoAttrs().OnElements("a", "col", "bdo")
	return p
})

// A form is how the value of an attribute may be: it returns that as it may stand.
type form func(c *cleaner, val string) (string, bool)

func matching(pattern string) form {
	whole := regexp.MustCompile(`^(?:` + pattern + `)$`)
	return func(_ *cleaner, val string) (string, bool) {
		val = strings.TrimSpace(val)
		return val, whole.MatchString(val)
	}
}

func words(_ *cleaner, val string) (string, bool) {
	return strings.Join(strings.FieldsFunc(val, text.IsBlank), " "), true
}

func asItIs(_ *cleaner, val string) (string, bool) { return val, true }

func empty(*cleaner, string) (string, bool) { return "", true }

// webAddress is address for what is not sent to a person.
func (c *cleaner) webAddress(val string) (string, bool) {
	val, ok := c.address(val)
	return val, ok && strings.HasPrefix(val, "http")
}
