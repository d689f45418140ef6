package check

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/automationregion/newsletter/internal/relref"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

type checker struct {
	opts     Options
	scan     scanner
	report_  *Report
	limit    int
	ignored  map[string]bool
	schema   *schema
	stack    []node
	buf      []byte // the text of the open elements
	names    []byte // of the open elements
	over     bool   // nothing more is judged
	format   Format
	native   [256]bool
	utf8     bool
	decoded  string // the encoding that was converted
	invalid  bool   // bytes that are none of it were reported
	ids      map[string]struct{}
	itunes   bool      // an element of iTunes' was seen: it is a podcast
	show     bool      // and the channel has one
	serial   bool      // whose episodes are to be heard in order
	waiting  []waiting // for one of those three
	ofItem   []Finding // that count if the present letter is an episode
	version  string
	once     map[string]bool
	now      time.Time
	netscape bool
	base     string
	bare     bool // the format has a namespace, and the document forgot it
	rssBoard bool
	jsonPath []string
	styles   map[string][]string // what is wrong with those that were judged
}

func (c *checker) xml(r io.Reader) error {
	u, err := c.decode(r)
	if err != nil {
		return err
	}
	c.scan.Reader = xmltoken.NewReader(u, xmltoken.Options{MaxBytes: c.opts.MaxBytes, MaxDepth: maxDepth, Strict: true, Told: c.told, SpaceOf: spaceOf})
	c.schema = theSchema()
	c.stack = append(c.stack, node{el: &element{mode: modeRoot}, base: c.opts.URL})
	first := true
	for !c.full() && !c.over {
		kind := c.scan.next()
		if first && kind != xmltoken.EOF {
			first = false
			c.prologue()
		}
		switch kind {
		case xmltoken.Start:
			c.start()
		case xmltoken.End:
			c.end()
		case xmltoken.Text:
			c.characters()
		default:
			return c.ended()
		}
	}
	return nil
}

// ended reports why nothing more can be read, and returns what the document is not
// to blame for.
func (c *checker) ended() error {
	var f *xmltoken.Fault
	if !errors.As(c.scan.Err(), &f) {
		return nil
	}
	if c.scan.Depth() > len(c.stack)-1 { // the tag that is at fault made its bindings
		c.bindings()
	}
	rule := "xml-not-well-formed"
	switch f.Err {
	case xmltoken.ErrMalformed, xmltoken.ErrTruncated:
	case xmltoken.ErrTooLarge, xmltoken.ErrTooDeep:
		rule = "document-limit"
	case xmltoken.ErrNotUTF8:
		if c.invalid {
			return nil
		}
		rule, c.invalid = "encoding-invalid-bytes", true
	default:
		return f.Err
	}
	c.report(rule, place{Lines: f.Line - 1, Columns: f.Column - 1}, "", clipTo(f.Message, 3*maxClip))
	return nil
}

// prologue judges what stands before the first element.
func (c *checker) prologue() {
	if version, at := c.scan.Declaration(); version != "" && version != "1.0" {
		c.report("xml-version", at, version, "the version of XML is "+quote(version)+", where readers know 1.0")
	}
	public, system, at := c.scan.External()
	const netscape = "-//Netscape Communications//DTD RSS 0.91//EN"
	switch {
	case public == netscape && system == "http://my.netscape.com/publish/formats/rss-0.91.dtd":
		c.netscape = true
		c.report("rss-doctype-gone", at, system, "the document type points at a file that is gone from the web")
	case public == netscape && system == "http://www.rssboard.org/rss-0.91.dtd":
		c.netscape = true
	case system != "":
		c.report("xml-doctype-external", at, system, "readers don't fetch what the document type points at: "+quote(system))
	}
}

// told hears of what is well-formed and yet of no use.
func (c *checker) told(what error, name []byte, at place) {
	reference := "&" + string(name) + ";"
	switch what {
	case xmltoken.ErrLateDeclaration:
		c.report("xml-blank-first", at, "", "the XML declaration is not the first thing in the document: nothing may stand before it, not even an empty line")
	case xmltoken.ErrExternal:
		c.report("xml-entity-external", at, reference, "readers don't fetch what the entity "+quote(reference)+" stands for")
	default:
		if _, ok := xmltoken.HTMLEntity(string(name)); ok && c.netscape {
			return
		}
		c.report("xml-entity-undefined", at, reference, "the entity "+quote(reference)+" is not one of XML's five and is declared nowhere")
	}
}

// start opens an element.
func (c *checker) start() {
	s := &c.scan
	if c.bindings(); c.over {
		return
	}
	parent := c.top()
	parent.elements++
	var ch *child
	el := anything
	key := name{s.Space, ""}
	switch parent.el.mode {
	case modeRoot:
		el, ch = c.document()
	case modeAny:
		if c.format == RSS && s.uri == "" && parent.key.space != spaceNone && parent.key != liveItem && c.up(1).el.mode != modeAny {
			c.reportAt("element-without-namespace", s.at, s.end, string(s.Name), "<"+clip(string(s.Name))+"> stands within an extension and has no namespace of its own")
		}
	case modeElements:
		if parent.el != c.schema.atomLink { // what stands in a link is its own business
			ch, el = c.lookup(parent)
		}
	default:
		el = inside[parent.el.mode](c, parent)
	}
	parent = c.top()
	index := 0
	if ch != nil {
		el, key = ch.el, ch.name
		index = 1
		for i := range parent.seen {
			if parent.seen[i].child == ch {
				index += parent.seen[i].n
			}
		}
	}
	lang, base, based := parent.lang, parent.base, parent.based
	if len(c.stack) < cap(c.stack) {
		c.stack = c.stack[:len(c.stack)+1]
	} else {
		c.stack = append(c.stack, node{})
		parent = c.up(1)
	}
	n := c.top()
	*n = node{
		el: el, child: ch, key: key, at: s.at, tail: s.end, index: index, lang: lang, base: base, based: based,
		nameFrom: len(c.names), textFrom: len(c.buf), textAt: s.end, textEnd: s.end, seen: n.seen[:0],
	}
	c.names = append(c.names, s.Name...)
	n.nameTo = len(c.names)
	if len(s.attrs) > 0 {
		c.attributes(n)
	}
	if ch != nil {
		if index > 1 && ch.twice != "" {
			c.report(ch.twice, s.at, "", "<"+clip(string(s.Name))+"> may stand here once, and this is the "+ordinal(index))
		}
		for _, t := range ch.twins {
			if parent.count(t.name.space, t.name.local) > 0 {
				c.report(t.rule, s.at, "", "<"+clip(string(s.Name))+"> says what <"+c.label(t.name)+"> beside it has said")
			}
		}
		if ch.seen != nil {
			ch.seen(c, parent, n)
		}
		c.missingAttributes(n)
	}
	if el.begin != nil {
		el.begin(c, n)
	}
	if ch != nil {
		for i := range parent.seen {
			if parent.seen[i].child == ch {
				parent.seen[i].n++
				return
			}
		}
		parent.seen = append(parent.seen, seenChild{ch, 1})
	}
}

// lookup finds the element in those that its parent may have.
func (c *checker) lookup(parent *node) (*child, *element) {
	s := &c.scan
	space := s.Space
	switch {
	case s.uri == "":
		if c.format != RSS && c.format != OPML && c.format != "" && !c.bare {
			c.report("element-no-namespace", s.at, string(s.Name), "<"+clip(string(s.Name))+"> has no namespace, so that nobody can know what it means")
			return nil, anything
		}
	case c.native[space] && (space != spaceOther || s.uri == c.base):
		space = spaceNone
	}
	if space == spaceAtom03 {
		c.report("atom-namespace-obsolete", s.at, s.uri, "<"+clip(string(s.Name))+"> is in the namespace of Atom 0.3")
		return nil, anything
	}
	if ch, ok := parent.el.kids[name{space, string(s.Local)}]; ok {
		return ch, nil
	}
	if space == spaceDC {
		if i := bytes.IndexByte(s.Local, '.'); i > 0 {
			if ch, ok := parent.el.kids[name{space, string(s.Local[:i])}]; ok {
				return &child{el: ch.el, name: name{space, string(s.Local)}}, nil
			}
		}
	}
	label := "<" + clip(string(s.Name)) + ">"
	where := "<" + c.topName() + ">"
	switch {
	case space == spaceXHTML:
		c.report("element-xhtml-misplaced", s.at, string(s.Name), "the XHTML element "+label+" doesn't belong in "+where)
	case space == spaceNone || judged(space):
		if el := c.questionable(space, string(s.Local), parent); el != nil {
			c.report("element-questionable", s.at, string(s.Name), label+" means something, but not in "+where)
			return nil, el
		}
		rule := "element-undefined"
		c.report(rule, s.at, string(s.Name), label+" is not defined in "+where)
	case c.format == RSS1:
		return nil, rdfAny
	}
	return nil, anything
}

// questionable returns what an element is that is known elsewhere.
func (c *checker) questionable(space space, local string, parent *node) *element {
	if space == spaceNone && parent.key.space != spaceNone && c.format == Atom {
		space = spaceAtom
	}
	if ch, ok := c.schema.anywhere[name{space, local}]; ok {
		return ch.el
	}
	return nil
}

// attributes judges the attributes of the start tag.
func (c *checker) attributes(n *node) {
	s := &c.scan
	for i := range s.attrs {
		a := &s.attrs[i]
		if a.space == spaceXMLNS {
			continue
		}
		if a.space == spaceXML {
			switch string(a.Local) {
			case "lang":
				v := c.attrVal(a)
				n.lang = v.s != ""
				if v.s != "" {
					languageCode(c, n, v)
				}
			case "base":
				v := c.attrVal(a)
				iri(c, n, v)
				if n.based = true; len(v.s) <= maxBase {
					n.base = relref.Resolve(n.base, v.s)
				}
			}
		}
		if hasHigh(a.Raw) {
			if bad := badCharacter(a.Raw); bad != "" {
				v := c.attrVal(a)
				c.reportVal("text-bad-characters", v, bad)
			}
		}
		if len(n.el.attrs) == 0 && (n.el.mode == modeAny || n.el.mode == modeDiv) {
			continue
		}
		space := a.space
		if a.uri == "" {
			space = spaceNone
		}
		if def, ok := n.el.attrs[name{space, string(a.Local)}]; ok {
			if len(def.values) > 0 {
				v := c.attrVal(a)
				for _, f := range def.values {
					f(c, n, v)
				}
			}
			continue
		}
		switch {
		case n.el.mode == modeAny:
			continue
		case a.space == spaceXML:
			switch string(a.Local) {
			case "lang", "base", "space", "id":
				continue
			}
		case a.uri != "" && a.space == spaceOther:
			if c.format == RSS && n.key.space == spaceNone && n.child != nil {
				v := c.attrVal(a)
				c.reportVal("attribute-extension", v, "the attribute "+clip(v.attr)+" of another namespace on an element of RSS, which has no place for it")
			}
			continue
		case n.el.mode == modeRDF || a.space == spacePodcast:
			continue
		case n.el.mode == modeText && c.format == RSS1 && a.space == spaceRDF:
			switch string(a.Local) {
			case "parseType", "datatype", "resource":
				continue
			}
		}
		v := c.attrVal(a)
		c.reportVal("attribute-undefined", v, "<"+c.topName()+"> has no attribute "+clip(v.attr))
	}
}

func (c *checker) missingAttributes(n *node) {
	for k, def := range n.el.attrs {
		if def.missing != "" {
			if !c.hasAttr(k.space, k.local) {
				c.report(def.missing, n.at, "", "<"+c.topName()+"> lacks the attribute "+c.label(k))
			}
		}
	}
}

// hasAttr reports whether the present start tag has an attribute.
func (c *checker) hasAttr(space space, local string) bool {
	for i := range c.scan.attrs {
		if c.scan.attrs[i].is(space, local) {
			return true
		}
	}
	return false
}

func (a *attr) is(space space, local string) bool {
	return string(a.Local) == local && (space == spaceNone && a.uri == "" && a.space != spaceXMLNS || space != spaceNone && a.space == space)
}

// attr returns the value of an attribute of the present start tag.
func (c *checker) attr(space space, local string) (val, bool) {
	for i := range c.scan.attrs {
		a := &c.scan.attrs[i]
		if a.is(space, local) {
			return c.attrVal(a), true
		}
	}
	return val{}, false
}

func (c *checker) attrVal(a *attr) val {
	at, end := c.scan.AttrPlaces(a.Attr)
	v := c.scan.Value(a.Attr)
	if strings.ContainsAny(v, "\t\r\n") && bytes.ContainsAny(a.Raw, "\t\r\n") {
		v = strings.NewReplacer("\r\n", " ", "\t", " ", "\r", " ", "\n", " ").Replace(v)
	}
	return val{s: v, at: at, end: end, attr: a.name(), plain: !bytes.Contains(a.Raw, []byte("&#x"))}
}

// characters takes a run of text.
func (c *checker) characters() {
	s := &c.scan
	n := c.top()
	if hasHigh(s.Text) || bytes.IndexByte(s.Text, '&') >= 0 {
		c.judgeCharacters(n)
	}
	mode := n.el.mode
	if mode == modeAny && len(n.el.values) > 0 {
		mode = modeText
	}
	switch mode {
	case modeText, modeConstruct, modeDiv, modeRDF:
		if mode == modeText && len(n.el.values) == 0 && c.format != RSS1 {
			return
		}
		if n.textFrom == len(c.buf) {
			i := max(0, indexNonBlank(s.Text))
			n.textAt = s.at.After(s.Text[:i])
			if s.CDATA {
				n.textAt.Columns += len("<![CDATA[")
			}
		}
		if n.el.mode == modeConstruct {
			c.constructText(n)
		}
		c.buf = s.AppendText(c.buf)
		n.cdata = n.cdata || s.CDATA
		n.hex = n.hex || bytes.Contains(s.Text, []byte("&#x"))
		if mode == modeText || mode == modeConstruct {
			n.textEnd = s.To()
			if s.CDATA {
				n.textEnd.Columns -= len("]]>")
			}
		}
	case modeAny, modeRoot:
	default:
		i := indexNonBlank(s.Text)
		if i < 0 || n.flag&flagTextSaid != 0 {
			return
		}
		n.flag |= flagTextSaid
		end := len(bytes.TrimRight(s.Text, " \t\r\n"))
		rule := "text-unexpected"
		if n.el == c.schema.atomLink {
			rule = "atom-link-not-empty"
		}
		c.reportAt(rule, s.at.After(s.Text[:i]), s.at.After(s.Text[:end]), string(s.Text[i:end]), "text where <"+c.topName()+"> has no place for any")
	}
}

const flagTextSaid uint8 = 1 << 7

// judgeCharacters looks for characters that are the remains of a wrong
// conversion.
func (c *checker) judgeCharacters(n *node) {
	s := &c.scan
	text := s.Text
	if !s.CDATA && bytes.IndexByte(text, '&') >= 0 && bytes.Contains(text, []byte("&#")) {
		text = s.AppendText(nil)
	}
	if !hasHigh(text) {
		return
	}
	bad := badCharacter(text)
	if bad == "" && n.el.mode != modeAny {
		bad = doubled(text)
	}
	if bad == "" {
		return
	}
	if c.decoded != "" && !c.invalid && bytes.Contains(text, []byte("\uFFFD")) && !bytes.Contains(s.Text, []byte("&#")) {
		c.invalid = true
		c.report("encoding-invalid-bytes", s.at, "", "bytes that are no "+strings.Join(strings.Fields(c.decoded), " ")+", which the document says it is in")
	}
	c.report("text-bad-characters", s.at, "", bad)
}

func hasHigh(b []byte) bool {
	for len(b) >= 8 {
		if (uint64(b[0])|uint64(b[1])|uint64(b[2])|uint64(b[3])|uint64(b[4])|uint64(b[5])|uint64(b[6])|uint64(b[7]))&0x80 != 0 {
			return true
		}
		b = b[8:]
	}
	for _, x := range b {
		if x >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

// badCharacter says what is wrong with the first character that nobody means.
func badCharacter(b []byte) string {
	if bytes.Contains(b, []byte("\uFFFD")) {
		return "the character U+FFFD stands where a conversion failed"
	}
	for {
		i := bytes.IndexByte(b, 0xC2)
		if i < 0 || i+1 >= len(b) {
			return ""
		}
		if b[i+1] < 0xA0 {
			return "a control character, where windows-1252 has a letter or a quotation mark: the document was converted from the wrong encoding"
		}
		b = b[i+2:]
	}
}

// doubled says that UTF-8 was taken for ISO-8859-1 and encoded once more.
func doubled(b []byte) string {
	if !bytes.Contains(b, []byte("\u00c2")) && !bytes.Contains(b, []byte("\u00c3")) {
		return ""
	}
	narrow := make([]byte, 0, len(b))
	for _, r := range string(b) {
		if r > 0xFF {
			return ""
		}
		narrow = append(narrow, byte(r))
	}
	if !utf8.Valid(narrow) {
		return ""
	}
	return "the text was encoded in UTF-8 twice"
}

// end closes an element.
func (c *checker) end() {
	n := c.top()
	el := n.el
	if len(el.values) > 0 {
		v := val{s: string(c.buf[n.textFrom:]), at: n.textAt, end: n.textEnd, plain: !n.hex}
		if !el.raw {
			trimmed := strings.TrimSpace(v.s)
			if el.blank && len(trimmed) != len(v.s) {
				c.reportVal("text-space-around", v, "white space around the value of <"+c.topName()+">, which is compared character by character")
			}
			v.s = trimmed
		}
		for _, f := range el.values {
			f(c, n, v)
		}
	}
	if el.finish != nil {
		el.finish(c, n)
	}
	n = c.top()
	if el.mode == modeDiv && n.flag&flagMixed == 0 && len(c.stack) > 1 && c.up(1).el.mode == modeConstruct {
		c.up(1).cdata = c.up(1).cdata || n.cdata
	} else {
		c.buf = c.buf[:n.textFrom]
	}
	if el.mode == modeDiv && len(c.stack) > 1 && c.up(1).el.mode == modeDiv {
		c.up(1).flag |= flagMixed
	}
	c.names = c.names[:n.nameFrom]
	clear(n.seen[:cap(n.seen)])
	c.stack = c.stack[:len(c.stack)-1]
}

const flagMixed uint8 = 1 << 6
