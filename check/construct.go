package check

import "strings"

// construct is Atom's element for text, or for content.
func (s *schema) construct(content bool) *element {
	e := &element{mode: modeConstruct, raw: true, attrs: attrs{}.may("type").may("src")}
	e.begin = func(c *checker, n *node) { beginConstruct(c, n, content, false) }
	e.finish = endConstruct
	return e
}

func (s *schema) constructSummary() *element {
	e := s.construct(false)
	e.begin = func(c *checker, n *node) { beginConstruct(c, n, false, true) }
	return e
}

const (
	flagSrc     uint8 = 1 << 0
	flagEscaped uint8 = 1 << 1
	flagText    uint8 = 1 << 2 // text that is not white space was seen
)

func beginConstruct(c *checker, n *node, content, summary bool) {
	n.kind = "text"
	src, hasSrc := c.attr(spaceNone, "src")
	kind, hasType := c.attr(spaceNone, "type")
	if hasSrc {
		n.flag |= flagSrc
		n.kind = ""
		uriAttr(c, n, src)
		if !hasType {
			c.report("atom-content-type-missing", n.at, "", "<"+c.topName()+"> lacks the attribute type, which says what is behind its src")
		}
	} else if c.format == RSS && !summary {
		c.report("same-description", n.at, "", "<"+c.topName()+"> says what RSS has elements of its own for")
	}
	if hasType {
		n.kind = kind.s
		notBlank(c, n, kind)
		switch {
		case !content && strings.Contains(kind.s, "/"):
			c.wrong("atom-text-type", kind, "text, html or xhtml")
		case content && kind.s == "multipart/alternative":
			c.wrong("media-type", kind, "a media type of one part")
		}
		if plain := kind.s == "text" || kind.s == "html" || kind.s == "xhtml"; (!plain || hasSrc) && kind.s != "" && !isMediaType(kind.s) {
			c.wrong("media-type", kind, "text, html, xhtml or a media type")
		}
	}
	if mode, ok := c.attr(spaceNone, "mode"); ok && mode.s == "escaped" {
		n.flag |= flagEscaped
	}
	if !n.lang {
		c.once0("atom-language-missing", n.at, "<"+c.topName()+"> doesn't say what language it is in, and nothing around it does")
	}
}

// once0 reports what is as true of all that follow only the first time.
func (c *checker) once0(rule string, at place, message string) {
	if !c.once[rule] {
		c.once[rule] = true
		c.report(rule, at, "", message)
	}
}

// constructText is told of text in a construct before it is taken.
func (c *checker) constructText(n *node) {
	i := indexNonBlank(c.scan.Text)
	if i < 0 {
		return
	}
	if n.kind == "xhtml" && n.flag&flagText == 0 {
		c.report("atom-xhtml-div-missing", c.scan.at.After(c.scan.Text[:i]), "", "<"+c.topName()+"> is XHTML, and has text outside of a <div>")
	}
	n.flag |= flagText
	if n.flag&flagSrc != 0 || n.elements > 0 {
		if n.flag&flagTextSaid == 0 {
			n.flag |= flagTextSaid
			c.report("text-unexpected", c.scan.at.After(c.scan.Text[:i]), "", "text in <"+c.topName()+"> beside what it holds already")
		}
	}
}

// constructElement is what an element in a construct is.
func (c *checker) constructElement(n *node) *element {
	s := &c.scan
	local := string(s.Local)
	markup := strings.HasSuffix(n.kind, "+xml") || strings.HasSuffix(n.kind, "/xml")
	if n.kind != "xhtml" && !markup {
		c.report("element-undefined", s.at, string(s.Name), "<"+clip(string(s.Name))+"> in <"+c.topName()+">, which holds text and no elements")
	}
	isDiv := s.Space == spaceXHTML && s.uri == xhtmlURI && local == "div"
	switch n.kind {
	case "xhtml":
		switch {
		case !isDiv && n.flag&flagText == 0:
			c.report("atom-xhtml-div-missing", s.at, string(s.Name), "<"+c.topName()+"> is XHTML, and begins with <"+clip(string(s.Name))+"> where it has to hold one <div>")
			if local == "div" {
				c.report("html-unknown-tag", s.at, string(s.Name), "<div> is not in the namespace of XHTML")
			}
		case s.uri != xhtmlURI:
			c.report("html-unknown-tag", s.at, string(s.Name), "<"+clip(string(s.Name))+"> is not in the namespace of XHTML")
		}
	case "application/xhtml+xml":
		if local != "html" {
			c.report("html-fragment", s.at, string(s.Name), "a whole page was expected, which begins with <html>")
		} else if s.uri != xhtmlURI {
			c.report("html-unknown-tag", s.at, string(s.Name), "<html> is not in the namespace of XHTML")
		}
	}
	if n.flag&flagEscaped != 0 {
		c.report("atom-not-escaped", s.at, string(s.Name), "elements where the content is said to be escaped")
	}
	if isDiv {
		return c.schema.div
	}
	return anything
}

const xhtmlURI = "http://www.w3.org/1999/xhtml"

const (
	svgTags = ` a animate animatecolor animatemotion animatetransform circle defs desc ellipse font-face font-face-name font-face-src g glyph hkern
 lineargradient line marker metadata missing-glyph mpath path polygon polyline radialgradient rect set stop svg switch text title tspan use clippath mask pattern symbol filter `
	mathTags = ` annotation annotation-xml maction math merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics `
)

var (
	svgAttrs = wordSet(` accent-height accumulate additive alphabetic arabic-form ascent attributename attributetype baseprofile bbox begin by calcmode cap-height class color
 color-rendering content cx cy d dx dy descent display dur end fill fill-opacity fill-rule font-family font-size font-stretch font-style font-variant font-weight
 from fx fy g1 g2 glyph-name gradientunits hanging height horiz-adv-x horiz-origin-x id ideographic k keypoints keysplines keytimes lang mathematical
 marker-end marker-mid marker-start markerheight markerunits markerwidth max min name offset opacity orient origin overline-position overline-thickness panose-1
 path pathlength points preserveaspectratio r refx refy repeatcount repeatdur requiredextensions requiredfeatures restart rotate rx ry slope stemh stemv
 stop-color stop-opacity strikethrough-position strikethrough-thickness stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin
 stroke-miterlimit stroke-opacity stroke-width style systemlanguage target text-anchor to transform type u1 u2 underline-position underline-thickness
 unicode unicode-range units-per-em values version viewbox visibility width widths x x-height x1 x2 y y1 y2 zoomandpan role aria-hidden aria-label focusable `)
	mathAttrs = wordSet(` actiontype align columnalign columnlines columnspacing columnspan depth display displaystyle encoding equalcolumns equalrows fence fontstyle
 fontweight frame height linethickness lspace mathbackground mathcolor mathvariant maxsize minsize other rowalign rowlines rowspacing rowspan rspace scriptlevel
 selection separator stretchy width class id style `)
)

// xhtmlElement judges an element within XHTML.
func (c *checker) xhtmlElement(parent *node) *element {
	s := &c.scan
	local := string(s.Local)
	label := "<" + clip(string(s.Name)) + ">"
	risky := func() {
		c.report("html-risky", s.at, string(s.Name), "a tag that readers take out: "+label)
	}
	switch {
	case s.uri == "":
		c.report("element-without-namespace", s.at, string(s.Name), label+" in XHTML has no namespace of its own")
	case s.uri == xhtmlURI:
		if known, bad := htmlTag(local); !known || local != strings.ToLower(local) {
			c.report("html-unknown-tag", s.at, string(s.Name), label+" is no tag of XHTML")
		} else if bad {
			risky()
		}
		for i := range s.attrs {
			a := &s.attrs[i]
			if a.uri != "" || a.space == spaceXMLNS {
				continue
			}
			switch {
			case string(a.Local) == "style":
				v := c.attrVal(a)
				for _, evil := range c.riskyStyle(v.s) {
					c.reportVal("html-risky-style", v, "a style that readers take out: "+quote(evil))
				}
			case strings.HasPrefix(string(a.Local), "on"):
				v := c.attrVal(a)
				c.reportVal("html-risky-attribute", v, "an attribute that readers take out: "+quote(v.attr))
			}
		}
	case s.Space == spaceSVG || s.Space == spaceMathML:
		tags, names := svgTag, svgAttrs
		if s.Space == spaceMathML {
			tags, names = mathTag, mathAttrs
		}
		if tagKinds[strings.ToLower(local)].tagList&tags == 0 {
			risky()
		}
		for i := range s.attrs {
			a := &s.attrs[i]
			if a.uri == "" && a.space != spaceXMLNS && !names.has(strings.ToLower(string(a.Local))) {
				v := c.attrVal(a)
				c.reportVal("html-risky-attribute", v, "an attribute that readers take out: "+quote(v.attr))
			}
		}
	case byURI[s.uri] != nil:
		if !strings.HasSuffix(c.nameOf(parent), "metadata") {
			c.report("element-undefined", s.at, string(s.Name), label+" is not defined in XHTML")
		}
		return anything
	default:
		return anything
	}
	return c.schema.div
}

// endConstruct judges what a construct holds.
func endConstruct(c *checker, n *node) {
	v := val{s: string(c.buf[n.textFrom:]), at: n.textAt, end: n.textEnd, plain: !n.hex}
	kind := n.kind
	switch {
	case kind == "xhtml":
		c.noHTML(n, v, "html-not-inline")
	case kind == "text":
		noUndeclaredHTML(c, n, v)
	default:
		if isBinary(kind) {
			if !isBase64(v.s) {
				c.wrong("atom-not-base64", v, "Base64, since it is "+quote(kind)+",")
			} else if data, ok := decodeBase64(v.s); ok && strings.HasSuffix(kind, "/html") {
				v.s = data
				c.judgeHTML(v)
			}
			break
		}
		if kind == "html" || strings.HasSuffix(kind, "/html") {
			c.judgeHTML(v)
			if kind != "html" && !strings.Contains(v.s, "<html") && n.flag&flagSrc == 0 {
				c.reportVal("html-fragment", v, "a whole page was expected, with <html>, since the type is "+quote(kind))
			}
		} else {
			noUndeclaredHTML(c, n, v)
		}
	}
	if v.s == "" && n.elements == 0 && n.flag&flagSrc == 0 {
		c.report("value-blank", n.at, "", "<"+c.topName()+"> is empty")
	}
}

// isBinary reports whether content of that type is written in Base64.
func isBinary(t string) bool {
	return strings.Contains(t, "/") && !strings.HasSuffix(t, "+xml") && !strings.HasSuffix(t, "/xml") && !strings.HasPrefix(t, "text/")
}
