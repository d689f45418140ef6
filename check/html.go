package check

import (
	"strconv"
	"strings"

	"github.com/automationregion/newsletter/internal/html"
	chars "github.com/automationregion/newsletter/internal/text"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

// A tagKind is what is known of a tag.
type tagKind struct {
	tagList
	html.Element
}

// A tagList says who knows a tag.
type tagList uint8

const (
	harmlessTag tagList = 1 << iota // of HTML, and readers show it
	riskyTag                        // of HTML, and every reader takes it out
	svgTag
	mathTag
)

var tagKinds = func() map[string]tagKind {
	kinds := map[string]tagKind{}
	for _, list := range []struct {
		of   tagList
		tags string
	}{
		{harmlessTag, `a abbr acronym address area article aside audio b bdi bdo big blockquote br button canvas caption center cite code col colgroup command
			data datagrid datalist dd del details dfn dialog dir div dl dt em eventsource fieldset figcaption figure footer font form header h1 h2 h3 h4 h5 h6
			hgroup hr i img input ins kbd keygen label legend li m main map mark menu meter nav noscript ol output optgroup option p picture pre progress q rp rt ruby
			s samp search section select small source span strike strong sub summary sup table tbody td template textarea time tfoot th thead tr track tt u ul var video wbr`},
		{riskyTag, `applet base basefont body comment embed frame frameset head html iframe isindex link listing meta noframes object param plaintext script slot style title xmp`},
		{svgTag, svgTags},
		{mathTag, mathTags},
	} {
		for tag := range strings.FieldsSeq(list.tags) {
			kind := tagKind{kinds[tag].tagList | list.of, html.Of(html.Lookup(tag))}
			if tag == "command" || tag == "isindex" { // once of HTML, and as empty as a br
				kind.Element |= html.Void
			}
			kinds[tag] = kind
		}
	}
	return kinds
}()

// A words is a set of words.
type words map[string]struct{}

func wordSet(list string) words {
	set := words{}
	for word := range strings.FieldsSeq(list) {
		set[word] = struct{}{}
	}
	return set
}

func (w words) has(word string) bool { _, ok := w[word]; return ok }

// htmlTag reports whether HTML has the tag; risky ones are those that readers
// take out.
func htmlTag(local string) (known, risky bool) {
	kind := tagKinds[strings.ToLower(local)]
	return kind.tagList&(harmlessTag|riskyTag) != 0, kind.tagList&riskyTag != 0
}

// safeHTML is for what holds HTML: it names what is none, what readers take out,
// and addresses that mean nothing outside of the site.
func safeHTML(c *checker, n *node, v val) { c.html(v, true) }

func (c *checker) judgeHTML(v val) { c.html(v, false) }

// A markup is HTML that is read: what is open in it, and what was found.
type markup struct {
	open    []openElement
	foreign int // how many of those are SVG's or MathML's
	broken  string
	marks   []mark
}

type openElement struct {
	tag  string
	kind tagKind
}

type mark struct{ rule, text, message string }

// maxMarks is how many findings one text has.
const maxMarks = 32

func (m *markup) fault(parts ...string) {
	if m.broken == "" {
		m.broken = clip(strings.Join(parts, ""))
	}
}

func (m *markup) mark(c *checker, v val, rule, text, before, after string) {
	if len(m.marks) < maxMarks {
		m.marks = append(m.marks, mark{rule, text, c.what(v) + before + after})
	}
}

// html judges a text of HTML, and the links in it if they have to be full ones.
func (c *checker) html(v val, links bool) {
	s := v.s
	if strings.IndexByte(s, '<') < 0 && strings.IndexByte(s, '&') < 0 {
		return
	}
	var m markup
	if strings.Contains(s, "<?import ") {
		m.mark(c, v, "html-risky", "<?import", " has an import of Internet Explorer, which readers take out", "")
	}
	for i := 0; i < len(s); {
		next := strings.IndexByte(s[i:], '<')
		if next < 0 {
			break
		}
		i += next
		rest := s[i:]
		name := html.TagName(rest)
		switch {
		case strings.HasPrefix(rest, "<!--"):
			end := strings.Index(rest[4:], "-->")
			if end < 0 {
				m.fault("a comment without its end")
				break
			}
			i += 4 + end + 3
			continue
		case strings.HasPrefix(rest, "<!"), strings.HasPrefix(rest, "<?"):
			m.fault("a declaration in the middle of the text")
			end := strings.IndexByte(rest, '>')
			if end < 0 {
				end = len(rest) - 1
			}
			i += end + 1
			continue
		case name != "" && rest[1] == '/':
			end := strings.IndexByte(rest, '>')
			if end < 0 {
				m.fault("an end tag without its >")
				break
			}
			m.end(strings.ToLower(strings.TrimSpace(rest[2:end])))
			i += end + 1
			continue
		case name != "":
			tag := strings.ToLower(name)
			kind := tagKinds[tag]
			n := c.startTag(&m, v, tag, kind, rest, links)
			if n == 0 {
				m.fault("a tag without its >")
				break
			}
			i += n
			m.start(tag, kind, rest[n-2] == '/')
			if kind.Is(html.Raw) {
				length, ended := html.RawText(tag, s[i:])
				if !ended {
					m.fault("<", tag, "> is not closed")
				}
				i += length
			}
			continue
		default:
			m.fault(`"<" that begins no tag`)
			i++
			continue
		}
		break
	}
	for _, e := range m.open {
		if !e.kind.Is(html.OpenEnd) {
			m.fault("<", e.tag, "> is not closed")
			break
		}
	}
	if m.broken == "" {
		m.broken = badReference(s)
	}
	if m.broken != "" {
		c.reportVal("html-malformed", v, c.what(v)+" has HTML that is not well-formed: "+m.broken)
	}
	for _, mark := range m.marks {
		w := v
		w.s = mark.text
		c.reportVal(mark.rule, w, mark.message)
	}
}

// maxAttributes is how many attributes of a tag are judged.
const maxAttributes = 256

// startTag judges the start tag that s begins with. It returns how long that is, 0 if
// it never ends.
func (c *checker) startTag(m *markup, v val, tag string, kind tagKind, s string, links bool) int {
	marks := len(m.marks)
	switch {
	case kind.tagList == 0, kind.tagList&(harmlessTag|riskyTag) == 0 && m.foreign == 0 && tag != "svg" && tag != "math":
		m.mark(c, v, "html-unknown-tag", tag, " has a tag that HTML doesn't know: <", clip(tag)+">")
	case kind.tagList&riskyTag != 0:
		m.mark(c, v, "html-risky", tag, " has a tag that readers take out: <", tag+">")
	}
	linked := !links || tag != "a" && tag != "img"
	a := html.Attributes(s)
	for n := 0; a.Next(); n++ {
		if n >= maxAttributes {
			continue
		}
		name := strings.ToLower(a.Name)
		switch {
		case name == "style":
			for _, evil := range c.riskyStyle(a.Text()) {
				m.mark(c, v, "html-risky-style", evil, " has a style that readers take out: ", quote(evil))
			}
		case strings.HasPrefix(name, "on"):
			m.mark(c, v, "html-risky-attribute", name, " has an attribute that readers take out: ", quote(name))
		case !linked && (name == "href" && tag == "a" || name == "src" && tag == "img") && a.Value != "":
			linked = true
			c.relative(m, v, strings.TrimSpace(a.Text()))
		}
	}
	if a.TagEnd() == 0 { // it is none
		m.marks = m.marks[:marks]
	}
	return a.TagEnd()
}

// relative judges the address of a link or a picture.
func (c *checker) relative(m *markup, v val, ref string) {
	if scheme, _, ok := strings.Cut(ref, ":"); ref == "" || ok && scheme != "" && !strings.ContainsAny(scheme, "/?#") {
		return
	}
	for i := range len(ref) {
		if ref[i] < 0x80 && !uriByte[ref[i]] {
			m.mark(c, v, "uri-character", ref, " has the link "+quote(ref)+": the character ", quote(string(rune(ref[i])))+" may not stand in an address as it is")
			return
		}
	}
	m.mark(c, v, "html-relative", ref, " has the link "+quote(ref), ", which means nothing outside of its site")
}

// start and end keep account of what is open, as far as it takes to say that
// something is not closed.
func (m *markup) start(tag string, kind tagKind, closed bool) {
	if kind.Is(html.Void) {
		return
	}
	foreign := tag == "svg" || tag == "math"
	if closed && m.foreign == 0 && !foreign {
		m.fault("<", tag, "/> closes itself, which HTML doesn't know")
	}
	if kind.Is(html.EndsP) && m.top() == "p" {
		m.pop()
	}
	switch top := m.top(); tag {
	case "li", "option":
		if top == tag {
			m.pop()
		}
	case "dd", "dt":
		if top == "dd" || top == "dt" {
			m.pop()
		}
	case "td", "th":
		if top == "td" || top == "th" {
			m.pop()
		}
	case "tr":
		if top == "td" || top == "th" {
			m.pop()
		}
		if m.top() == "tr" {
			m.pop()
		}
	}
	if len(m.open) >= maxOpenTags {
		return
	}
	if foreign {
		m.foreign++
	}
	m.open = append(m.open, openElement{tag, kind})
}

const (
	maxOpenTags = 1 << 12
	maxClosed   = 64 // that one end tag closes
)

func (m *markup) top() string {
	if len(m.open) == 0 {
		return ""
	}
	return m.open[len(m.open)-1].tag
}

func (m *markup) pop() {
	if tag := m.top(); tag == "svg" || tag == "math" {
		m.foreign--
	}
	m.open = m.open[:len(m.open)-1]
}

func (m *markup) end(tag string) {
	if !tagKinds[tag].Is(html.Void) {
		for i := len(m.open) - 1; i >= 0 && i >= len(m.open)-maxClosed; i-- {
			if m.open[i].tag == tag {
				for len(m.open) > i {
					m.pop()
				}
				return
			}
			if !m.open[i].kind.Is(html.OpenEnd) {
				m.fault("</", tag, "> where </", m.open[i].tag, "> was expected")
			}
		}
	}
	m.fault("</", tag, "> closes nothing")
}

// badReference names the first "&...;" that HTML doesn't know.
func badReference(s string) string {
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			return ""
		}
		s = s[i+1:]
		if strings.HasPrefix(s, "#") {
			if bad := badNumber(s); bad != "" {
				return bad
			}
			continue
		}
		n := 0
		for n < len(s) && n < 32 && chars.IsAlnum(s[n]) {
			n++
		}
		if n == 0 || n >= len(s) || s[n] != ';' {
			continue
		}
		if _, ok := xmltoken.HTMLEntity(s[:n]); !ok {
			return "&" + s[:n] + "; is no reference that HTML knows"
		}
	}
}

// badNumber says of the "#...;" that s begins with that it stands for a control
// character, where windows-1252 has a letter or a quotation mark.
func badNumber(s string) string {
	digits, _, ok := strings.Cut(s[1:min(len(s), 12)], ";")
	base := 10
	if hex := strings.TrimLeft(digits, "xX"); len(hex) == len(digits)-1 {
		base, digits = 16, hex
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if ok && err == nil && n >= 0x80 && n < 0xA0 {
		return "&" + s[:strings.IndexByte(s, ';')+1] + " is a control character"
	}
	return ""
}

// noHTML is for what is text: tags and references of HTML in it are shown as
// they stand.
func noHTML(c *checker, n *node, v val) { c.noHTML(n, v, "text-with-html") }

func noUndeclaredHTML(c *checker, n *node, v val) { c.noHTML(n, v, "text-with-undeclared-html") }

func (c *checker) noHTML(n *node, v val, rule string) {
	s := v.s
	if strings.IndexByte(s, '<') < 0 && strings.IndexByte(s, '&') < 0 {
		return
	}
	for i := 0; ; {
		next := strings.Index(s[i:], "</")
		if next < 0 {
			break
		}
		i += next + 2
		end := i
		for end < len(s) && (chars.IsAlnum(s[end]) || s[end] == '_') {
			end++
		}
		if end > i && end < len(s) && s[end] == '>' {
			if known, _ := htmlTag(s[i:end]); known {
				c.reportVal(rule, v, c.what(v)+" is text, and has HTML in it: </"+s[i:end]+">")
				return
			}
		}
	}
	references := false
	for i := 0; ; {
		next := strings.IndexByte(s[i:], '&')
		if next < 0 {
			break
		}
		i += next + 1
		end := i
		if end < len(s) && s[end] == '#' {
			end++
		}
		letters := end == i
		for end < len(s) && (chars.IsAlnum(s[end]) || s[end] == '_') {
			letters = letters && chars.IsLetter(s[end])
			end++
		}
		if end == i || s[i:end] == "#" {
			continue
		}
		references = true
		entity := s[i:end]
		_, known := xmltoken.HTMLEntity(entity)
		if (known && isLatinEntity(entity) || !letters || entity == "apos") && v.plain {
			c.reportVal(rule, v, c.what(v)+" is text, and has HTML in it: &"+clip(entity)+";")
			return
		}
	}
	if references || c.format != RSS || !strings.HasPrefix(c.version, "2.") || !v.plain {
		return
	}
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '<' && (s[i+1] == '/' || chars.IsLetter(s[i+1])) {
			c.reportVal("rss-character-data", v, c.what(v)+` has "<" in it as text, which many readers take for a tag: it is safest as &amp;#x3C;`)
			return
		}
	}
}

// isLatinEntity keeps to the names that HTML 4 had: other words stand behind an
// "&" by chance.
func isLatinEntity(s string) bool { return len(s) <= 8 }
