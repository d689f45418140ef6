package check

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/automationregion/newsletter/internal/xmltoken"
)

// full reports whether there are as many findings as are wanted.
func (c *checker) full() bool { return c.report_.Stopped }

func (c *checker) report(rule string, at place, text, message string) {
	end := at
	end.Columns++
	if at == c.scan.at && c.scan.kind == xmltoken.Start {
		end = c.scan.end
	} else if len(c.stack) > 1 && at == c.top().at {
		end = c.top().tail
	}
	c.reportAt(rule, at, end, text, message)
}

func (c *checker) reportAt(rule string, at, end place, text, message string) {
	c.finding(rule, at, end, "", text, message)
}

func (c *checker) reportVal(rule string, v val, message string) {
	c.finding(rule, v.at, v.end, v.attr, v.s, message)
}

func (c *checker) finding(rule string, at, end place, attr, text, message string) {
	if c.ignored[rule] {
		return
	}
	if rule == "atom-ids-all-same" {
		c.once[rule] = true
	}
	if len(c.report_.Findings) >= c.limit {
		c.report_.Stopped = true
		return
	}
	c.add(c.made(rule, at, end, attr, text, message))
}

// made is a finding that is not in the report yet.
func (c *checker) made(rule string, at, end place, attr, text, message string) Finding {
	row := ruleCalled(rule)
	return Finding{
		Rule: rule, Severity: row.Severity,
		Line: at.Lines + 1, Column: at.Columns + 1, EndLine: end.Lines + 1, EndColumn: end.Columns + 1,
		Path: utf8Text(c.path(at, attr)), Message: utf8Text(message), Text: clip(text), W3C: row.W3C,
	}
}

func (c *checker) add(f Finding) {
	switch {
	case c.ignored[f.Rule]:
	case len(c.report_.Findings) >= c.limit:
		c.report_.Stopped = true
	default:
		c.report_.Findings = append(c.report_.Findings, f)
	}
}

// utf8Text replaces what is no character: names of elements may have such bytes.
func utf8Text(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// clip makes words of a document fit for a message: one line, nothing that a
// terminal obeys, not too long.
func clip(s string) string { return clipTo(s, maxClip) }

const maxClip = 80

func clipTo(s string, most int) string {
	if len(s) <= most && isPlain(s) {
		return s
	}
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > most {
			b.WriteString("...")
			break
		}
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			r = ' '
		case !unicode.IsPrint(r) || r == utf8.RuneError:
			r = '\uFFFD'
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7F {
			return false
		}
	}
	return true
}

func quote(s string) string { return `"` + clip(s) + `"` }

func itoa(i int) string { return strconv.Itoa(i) }

func ordinal(i int) string {
	switch {
	case i%100 >= 11 && i%100 <= 13:
	case i%10 == 1:
		return itoa(i) + "st"
	case i%10 == 2:
		return itoa(i) + "nd"
	case i%10 == 3:
		return itoa(i) + "rd"
	}
	return itoa(i) + "th"
}

// top is the innermost open element.
func (c *checker) top() *node { return &c.stack[len(c.stack)-1] }

// up returns the element that is i levels outside of the innermost one.
func (c *checker) up(i int) *node {
	if len(c.stack)-1-i < 0 {
		return &c.stack[0]
	}
	return &c.stack[len(c.stack)-1-i]
}

// label is a name as it is usually written.
func (c *checker) label(n name) string {
	if p := prefixOf[n.space]; n.space != spaceNone && p != "" {
		return p + ":" + n.local
	}
	return n.local
}

// topName is the innermost element's name as the document writes it.
func (c *checker) topName() string {
	if len(c.stack) < 2 {
		return "the document"
	}
	return c.nameOf(c.top())
}

func (c *checker) nameOf(n *node) string { return clip(string(c.names[n.nameFrom:n.nameTo])) }

// path names an element, as XPath does, or an attribute of it: the one whose tag is
// at that place, else the innermost.
func (c *checker) path(at place, v string) string {
	if c.format == JSONFeed {
		return "$" + strings.Join(c.jsonPath, "")
	}
	var b strings.Builder
	depth := len(c.stack)
	for i := 1; i < len(c.stack); i++ {
		if c.stack[i].at == at {
			depth = i + 1
		}
	}
	for i := 1; i < depth; i++ {
		n := &c.stack[i]
		b.WriteByte('/')
		b.WriteString(c.nameOf(n))
		if n.index > 1 || n.key.local == "item" || n.key.local == "entry" {
			b.WriteByte('[')
			b.WriteString(itoa(n.index))
			b.WriteByte(']')
		}
	}
	if c.scan.kind == xmltoken.Start && c.scan.at == at && c.stack[depth-1].at != at {
		b.WriteByte('/')
		b.WriteString(clip(string(c.scan.Name))) // it is not open yet
	}
	if v != "" {
		b.WriteString("/@")
		b.WriteString(clip(v))
	}
	if b.Len() == 0 {
		return "/"
	}
	return b.String()
}

// need reports an element that has to be there.
func (c *checker) need(n *node, rule, local string) {
	if !n.has(spaceNone, local) {
		c.reportAt(rule, n.at, n.tail, "", "<"+c.nameOf(n)+"> has no <"+local+">")
	}
}

func (c *checker) needIn(n *node, rule string, space space, local string) {
	if !n.has(space, local) {
		c.reportAt(rule, n.at, n.tail, "", "<"+c.nameOf(n)+"> has no <"+c.label(name{space, local})+">")
	}
}

// what names the value in a message.
func (c *checker) what(v val) string {
	switch {
	case c.format == JSONFeed:
		return v.attr
	case v.attr != "":
		return "the attribute " + clip(v.attr) + " of <" + c.topName() + ">"
	}
	return "<" + c.topName() + ">"
}

// wrong reports a value with what was expected in its place.
func (c *checker) wrong(rule string, v val, expected string) {
	c.reportVal(rule, v, c.what(v)+" is "+quote(v.s)+", where "+expected+" was expected")
}
