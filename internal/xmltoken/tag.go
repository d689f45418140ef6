package xmltoken

import (
	"bytes"
	"fmt"
)

// endTag takes "</name>". An end tag of an element further out closes what is
// open within it; one of an element that isn't open is passed over.
func (t *Reader) endTag() bool {
	top := t.top()
	if t.within > 0 {
		b := t.buf[t.pos+2:]
		n := 0
		for n < len(b) && nameByte[b[n]] {
			n++
		}
		return t.closeWithin(b[:n])
	}
	if b := t.buf[t.pos+2:]; len(b) > len(top) && len(top) > 0 && b[len(top)] == '>' && bytes.Equal(b[:len(top)], top) {
		t.pos += len(top) + 3
		t.close()
		return true
	}
	end := t.findTagEnd()
	if end < 0 {
		return false
	}
	b := t.buf[t.pos+2 : t.pos+end]
	if t.strict {
		return t.strictEnd(b)
	}
	n := 0
	for n < len(b) && nameByte[b[n]] {
		n++
	}
	name := b[:n]
	if len(bytes.TrimSpace(b[n:])) > 0 {
		t.Note("</%s> has more in it than a name", name)
	}
	if bytes.Equal(name, t.top()) && len(t.open) > 0 {
		t.pos += end + 1
		t.close()
		return true
	}
	if bytes.EqualFold(name, t.top()) && len(t.open) > 0 {
		t.Note("</%s> closes an element of another spelling", name)
		t.pos += end + 1
		t.close()
		return true
	}
	if t.paired {
		t.failAt(t.pos+end+1, ErrMisnested, string(name))
		return false
	}
	for i := len(t.open) - 2; i >= 0; i-- {
		if bytes.Equal(name, t.names[t.open[i].name:t.open[i+1].name]) {
			t.within = len(t.open) - 1 - i
			return t.closeWithin(name)
		}
	}
	if t.isMisspelt(name, end+1) {
		t.misnested("</%s> closes an element of another name", t.buf[t.pos+2:t.pos+2+n])
		t.pos += end + 1
		t.close()
		return true
	}
	t.misnested("</%s> closes nothing that is open", t.buf[t.pos+2:t.pos+2+n])
	t.pos += end + 1
	return false
}

// closeWithin closes one of the elements that are open within that of an end tag,
// which stays where it is until that itself is the innermost.
func (t *Reader) closeWithin(name []byte) bool {
	t.Note("</%s> closes more than one element", name)
	t.within--
	t.close()
	return true
}

// isMisspelt reports whether an end tag, of which nothing is open, is meant to close
// the innermost element: it has its prefix or its name but for that, and neither text
// nor the right end tag follows at i.
func (t *Reader) isMisspelt(name []byte, i int) bool {
	prefix, local := splitName(name)
	p, l := splitName(t.top())
	if len(t.open) < 2 || !(len(p) > 0 && bytes.Equal(prefix, p)) && !bytes.Equal(local, l) {
		return false
	}
	for ; ; i++ {
		for len(t.buf)-t.pos < i+2+len(t.top()) && t.more() { // from here on name is of no use
		}
		if b := t.buf[t.pos:]; i >= len(b) || !blank[b[i]] || i > maxTag {
			return i < len(b) && b[i] == '<' && !(bytes.HasPrefix(b[i+1:], slash) && bytes.HasPrefix(b[i+2:], t.top()))
		}
	}
}

var slash = []byte{'/'}

// misnested notes an end tag that stands in the wrong place. Elements that can
// hardly be told apart are no feed's.
func (t *Reader) misnested(format string, name []byte) {
	t.Note(format, name)
	if t.wrongEnds++; t.wrongEnds > maxWrongEnds {
		t.Fail(ErrMalformed, fmt.Sprintf("more than %d end tags stand in the wrong place", maxWrongEnds))
	}
}

// findTagEnd returns where, counted from pos, the ">" of an end tag is. The
// last end tag of a document may lack it.
func (t *Reader) findTagEnd() int {
	from := 2
	for {
		b := t.buf[t.pos:]
		if i := bytes.IndexByte(b[from:], '>'); i >= 0 {
			return from + i
		}
		from = len(b)
		if from > maxTag {
			t.Fail(ErrTooLarge, fmt.Sprintf("a tag is longer than %d bytes", maxTag))
			return -1
		}
		if t.more() {
			continue
		}
		if b = t.buf[t.pos+2:]; t.err == nil && !t.strict && len(t.open) == 1 && bytes.Equal(bytes.TrimSpace(b), t.top()) {
			t.Note("the document ends within its last tag", nil)
			t.buf = append(t.buf, '>')
			return len(b) + 2
		}
		t.truncated()
		return -1
	}
}

// close ends the innermost element.
func (t *Reader) close() {
	e := t.open[len(t.open)-1]
	t.open = t.open[:len(t.open)-1]
	t.names = t.names[:e.name]
	if len(t.bindings) > e.bindings {
		t.bindings = t.bindings[:e.bindings]
		t.plainest = t.unprefixed()
	}
	if e.based {
		t.base = t.bases[len(t.bases)-1]
		t.bases = t.bases[:len(t.bases)-1]
	}
}

// startTag takes "<name attribute="value">".
func (t *Reader) startTag() bool {
	for from := 1; ; {
		n, ok := t.scanTag(t.buf[t.pos:])
		if t.err != nil {
			return false
		}
		if ok {
			return t.begin(n)
		}
		// The window ends within the tag. It can't be complete before there is
		// another ">".
		for {
			before := len(t.buf) - t.pos
			if before > maxTag {
				t.Fail(ErrTooLarge, fmt.Sprintf("a tag is longer than %d bytes", maxTag))
				return false
			}
			from = before
			if !t.more() {
				t.truncated()
				return false
			}
			if bytes.IndexByte(t.buf[t.pos+from:], '>') >= 0 {
				break
			}
		}
	}
}

// begin opens the element whose tag, of n bytes, was scanned.
func (t *Reader) begin(n int) bool {
	if len(t.open) >= t.maxDepth {
		t.Fail(ErrTooDeep, fmt.Sprintf("elements stand more than %d deep within each other", t.maxDepth))
		return false
	}
	if t.strict && !t.strictTag() {
		return false
	}
	for _, m := range t.mended {
		t.Note(m.format, m.name)
	}
	t.open = append(t.open, element{name: len(t.names), bindings: len(t.bindings)})
	t.names = append(t.names, t.Name...)
	if len(t.Attrs) > 0 {
		t.declare()
	}
	prefix, local := splitName(t.Name)
	t.Local = local
	if !t.strict {
		t.Space = t.resolve(prefix)
	} else if !t.strictNames(prefix) {
		return false
	}
	t.begun = true
	t.pos += n
	return true
}

// scanTag reads name and attributes of the start tag that b begins with, and
// returns the tag's length. It reports false if b ends before the tag does.
func (t *Reader) scanTag(b []byte) (int, bool) {
	i := 1
	for i < len(b) && nameByte[b[i]] {
		i++
	}
	t.Name = b[1:i]
	t.Attrs, t.mended, t.Prefixed = t.Attrs[:0], t.mended[:0], false
	t.Empty = false
	for {
		before := i
		for i < len(b) && blank[b[i]] {
			i++
		}
		if i >= len(b) {
			return 0, false
		}
		switch b[i] {
		case '>':
			return i + 1, true
		case '/':
			if i+1 >= len(b) {
				return 0, false
			}
			if b[i+1] == '>' {
				t.Empty = true
				return i + 2, true
			}
			if t.strict {
				return 0, t.badTag(i, `"/" within a tag`)
			}
			i++
			continue
		}
		if t.strict && (i == before || !nameStart[b[i]]) {
			expected := "the name of an attribute"
			if i == before {
				expected = "a space"
			}
			return 0, t.badTag(i, fmt.Sprintf("%q where %s was expected within a tag", b[i], expected))
		}
		begin, colon := i, 0
		for i < len(b) && nameByte[b[i]] {
			if b[i] == ':' && colon == 0 {
				colon = i - begin
			}
			i++
		}
		name := b[begin:i]
		for i < len(b) && blank[b[i]] {
			i++
		}
		if i >= len(b) {
			return 0, false
		}
		if t.strict && b[i] != '=' {
			return 0, t.badTag(i, fmt.Sprintf("the attribute %s has no value", name))
		}
		if len(name) > 0 && (b[i] == '>' || b[i] == '/' || nameStart[b[i]]) {
			if !t.addAttribute(name, nil, colon) {
				return 0, false
			}
			t.mended = append(t.mended, mendedAttribute{"the attribute %s has no value", name})
			continue
		}
		if len(name) == 0 || b[i] != '=' {
			return 0, t.badTag(i, "an attribute and its value were expected")
		}
		i++
		for i < len(b) && blank[b[i]] {
			i++
		}
		if i >= len(b) {
			return 0, false
		}
		var value []byte
		if q := b[i]; q == '"' || q == '\'' {
			end := bytes.IndexByte(b[i+1:], q)
			n, after := 0, 0
			if !t.strict {
				n, after = quotedTypographically(b[i+1:], end)
			}
			if after > 0 {
				t.mended = append(t.mended, mendedAttribute{"the value of %s has typographic quotes", name})
				value = b[i+1 : i+1+n]
				i += 1 + after
			} else if end < 0 {
				return 0, false
			} else {
				value = b[i+1 : i+1+end]
				i += end + 2
			}
		} else if t.strict {
			return 0, t.badTag(i, fmt.Sprintf("the value of the attribute %s has no quotes", name))
		} else if w := typographicQuote(b[i:]); w > 0 {
			end := -1
			for k := i + w; k < len(b) && b[k] != '<' && b[k] != '>'; k++ {
				n := typographicQuote(b[k:])
				if b[k] == '"' || b[k] == '\'' {
					n = 1
				}
				if n > 0 {
					value, end = b[i+w:k], k+n
					break
				}
			}
			if end < 0 {
				if !bytes.ContainsAny(b[i:], "<>") {
					return 0, false
				}
				return 0, t.badTag(i, "a quoted value was expected")
			}
			i = end
			t.mended = append(t.mended, mendedAttribute{"the value of %s has typographic quotes", name})
		} else {
			begin := i
			for i < len(b) && !blank[b[i]] && b[i] != '>' && b[i] != '<' && b[i] != '"' && b[i] != '\'' {
				i++
			}
			if i >= len(b) {
				return 0, false
			}
			value = b[begin:i]
			kind := "the value of %s has no quotes"
			if quote := b[i] == '"' || b[i] == '\''; len(value) == 0 && b[i] == '>' ||
				quote && len(value) > 1 && value[len(value)-1] == '=' { // the next attribute's
				value, i = nil, begin
				kind = "the attribute %s has no value"
			} else if len(value) == 0 || quote || b[i] == '<' {
				return 0, t.badTag(i, "a quoted value was expected")
			}
			t.mended = append(t.mended, mendedAttribute{kind, name})
		}
		if !t.addAttribute(name, value, colon) {
			return 0, false
		}
	}
}

// typographicQuote returns how long the quote is that b begins with, of those that
// word processors make of straight ones; 0 if it is none.
func typographicQuote(b []byte) int {
	if len(b) > 2 && b[0] == 0xE2 && b[1] == 0x80 && (b[2] >= 0x98 && b[2] <= 0x9F || b[2] == 0xB2 || b[2] == 0xB3) {
		return 3
	}
	return 0
}

// quotedTypographically looks at a value that begins with a straight quote, the next
// of which stands at end, or nowhere if that is negative. If the tag ends before that,
// or another value begins there, and there is a typographic quote before, that one was
// meant. It returns where it stands and where it ends, or 0 and 0.
func quotedTypographically(b []byte, end int) (quote, after int) {
	if end >= 0 {
		b = b[:end]
	}
	next := len(b) > 0 && b[len(b)-1] == '=' && end >= 0
	if less := bytes.IndexByte(b, '<'); less >= 0 { // which no value has
		b = b[:max(0, bytes.LastIndexByte(b[:less], '>')+1)]
	} else if !next {
		return 0, 0
	}
	for k := range b {
		n := typographicQuote(b[k:])
		if i := k + n; n > 0 && i < len(b) && (blank[b[i]] || b[i] == '>' || b[i] == '/') {
			return k, i
		}
	}
	return 0, 0
}

// addAttribute takes one of the tag, whose name has its colon there, if it has one.
func (t *Reader) addAttribute(name, value []byte, colon int) bool {
	if len(t.Attrs) == maxAttributes {
		t.Fail(ErrTooLarge, fmt.Sprintf("an element has more than %d attributes", maxAttributes))
		return false
	}
	a := Attr{Local: name, Raw: value}
	if colon > 0 && colon+1 < len(name) {
		a.Prefix, a.Local = name[:colon], name[colon+1:]
		t.Prefixed = t.Prefixed || string(a.Prefix) != "xmlns" && string(a.Prefix) != "xml"
	}
	t.Attrs = append(t.Attrs, a)
	return true
}

// A mendedAttribute is one that is noted once its tag is complete.
type mendedAttribute struct {
	format string
	name   []byte
}

// badTag ends the reading at byte i of the tag.
func (t *Reader) badTag(i int, message string) bool {
	t.failAt(t.pos+i, ErrMalformed, message)
	return false
}
