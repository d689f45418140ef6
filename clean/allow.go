package clean

import (
	"regexp"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html/atom"
)

// What letters need. An element that is not here is dropped and what is in it
// stays, but for those that are dropped whole (html.Dropped).
var elements = map[atom.Atom][]string{
	atom.A:          {"href", "hreflang"},
	atom.Abbr:       nil,
	atom.Address:    nil,
	atom.Article:    nil,
	atom.Aside:      nil,
	atom.B:          nil,
	atom.Bdi:        nil,
	atom.Bdo:        nil,
	atom.Blockquote: {"cite"},
	atom.Br:         nil,
	atom.Caption:    nil,
	atom.Cite:       nil,
	atom.Code:       nil,
	atom.Col:        {"span"},
	atom.Colgroup:   {"span"},
	atom.Dd:         nil,
	atom.Del:        {"cite", "datetime"},
	atom.Details:    nil,
	atom.Dfn:        nil,
	atom.Div:        nil,
	atom.Dl:         nil,
	atom.Dt:         nil,
	atom.Em:         nil,
	atom.Figcaption: nil,
	atom.Figure:     nil,
	atom.Footer:     nil,
	atom.H1:         nil,
	atom.H2:         nil,
	atom.H3:         nil,
	atom.H4:         nil,
	atom.H5:         nil,
	atom.H6:         nil,
	atom.Header:     nil,
	atom.Hr:         nil,
	atom.I:          nil,
	atom.Img:        {"src", "alt", "width", "height"},
	atom.Ins:        {"cite", "datetime"},
	atom.Kbd:        nil,
	atom.Li:         {"value"},
	atom.Mark:       nil,
	atom.Ol:         {"start", "reversed", "type"},
	atom.P:          nil,
	atom.Pre:        nil,
	atom.Q:          {"cite"},
	atom.Rp:         nil,
	atom.Rt:         nil,
	atom.Ruby:       nil,
	atom.S:          nil,
	atom.Samp:       nil,
	atom.Section:    nil,
	atom.Small:      nil,
	atom.Strong:     nil,
	atom.Sub:        nil,
	atom.Summary:    nil,
	atom.Sup:        nil,
	atom.Table:      nil,
	atom.Tbody:      nil,
	atom.Td:         {"colspan", "rowspan"},
	atom.Tfoot:      nil,
	atom.Th:         {"colspan", "rowspan", "scope"},
	atom.Thead:      nil,
	atom.Time:       {"datetime"},
	atom.Tr:         nil,
	atom.U:          nil,
	atom.Ul:         nil,
	atom.Var:        nil,
	atom.Wbr:        nil,
}

// everywhere are the attributes that every element may have.
var everywhere = []string{"lang", "dir", "title"}

// values are the forms that attributes may have which are no addresses.
var values = map[string]*regexp.Regexp{
	"colspan":  regexp.MustCompile(`^[1-9][0-9]{0,2}$`),
	"datetime": regexp.MustCompile(`^[0-9A-Z:+. -]{1,40}$`),
	"dir":      regexp.MustCompile(`^(ltr|rtl|auto)$`),
	"height":   regexp.MustCompile(`^[1-9][0-9]{0,4}$`),
	"hreflang": regexp.MustCompile(`^[A-Za-z0-9-]{2,35}$`),
	"lang":     regexp.MustCompile(`^[A-Za-z0-9-]{2,35}$`),
	"reversed": regexp.MustCompile(`^$`),
	"rowspan":  regexp.MustCompile(`^[1-9][0-9]{0,2}$`),
	"scope":    regexp.MustCompile(`^(row|col|rowgroup|colgroup)$`),
	"span":     regexp.MustCompile(`^[1-9][0-9]{0,2}$`),
	"start":    regexp.MustCompile(`^-?[0-9]{1,9}$`),
	"type":     regexp.MustCompile(`^[1aAiI]$`),
	"value":    regexp.MustCompile(`^-?[0-9]{1,9}$`),
	"width":    regexp.MustCompile(`^[1-9][0-9]{0,4}$`),
}

// policy is what the content of a letter may hold in the end.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.RequireParseableURLs(true)
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowAttrs("lang", "dir", "title").Globally()
	for el, attrs := range elements {
		p.AllowElements(el.String())
		for _, attr := range attrs {
			p.AllowAttrs(attr).OnElements(el.String())
		}
	}
	p.AllowNoAttrs().OnElements("a", "col", "bdo")
	return p
})
