package main

import (
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"

	xhtml "golang.org/x/net/html"
)

// spell writes markup in the Universal Feed Parser's hand, for its tests
// compare strings: names in lower case, attributes sorted and in double quotes,
// a space before the slash of an element that never has an end, character
// references in small hexadecimal letters and out of windows-1252. It is the
// same markup before and after; nothing is added, dropped or resolved.
func spell(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	var b strings.Builder
	z := xhtml.NewTokenizer(strings.NewReader(s))
	for {
		kind := z.Next()
		raw := string(z.Raw())
		switch kind {
		case xhtml.ErrorToken:
			b.WriteString(raw)
			return b.String()
		case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
			spellTag(&b, z.Token(), raw)
		case xhtml.TextToken:
			b.WriteString(spellReferences(raw))
		default:
			b.WriteString(raw)
		}
	}
}

var neverEnds = []string{"area", "base", "basefont", "br", "col", "command", "embed", "frame", "hr", "img", "input", "isindex", "keygen", "link", "meta", "param", "source", "track", "wbr"}

var inAttribute = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func spellTag(b *strings.Builder, t xhtml.Token, raw string) {
	for i, a := range t.Attr { // SVG has names in mixed case
		if at := strings.Index(strings.ToLower(raw), a.Key+"="); at >= 0 && raw[at] >= 'a' {
			t.Attr[i].Key = raw[at : at+len(a.Key)]
		}
	}
	slices.SortStableFunc(t.Attr, func(a, b xhtml.Attribute) int { return strings.Compare(a.Key, b.Key) })
	fmt.Fprintf(b, "<%s", t.Data)
	for _, a := range t.Attr {
		fmt.Fprintf(b, ` %s="%s"`, a.Key, inAttribute.Replace(a.Val))
	}
	switch {
	case slices.Contains(neverEnds, t.Data):
		b.WriteString(" />")
	case t.Type == xhtml.SelfClosingTagToken:
		fmt.Fprintf(b, "></%s>", t.Data)
	default:
		b.WriteByte('>')
	}
}

// spellReferences changes how numeric references are written.
func spellReferences(s string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, "&#")
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i:]
		end := strings.IndexByte(s, ';')
		if end < 0 || end > 10 {
			b.WriteString(s[:2])
			s = s[2:]
			continue
		}
		ref := strings.ToLower(s[:end+1])
		number, base := ref[2:end], 10
		if strings.HasPrefix(number, "x") {
			number, base = number[1:], 16
		}
		if n, err := strconv.ParseUint(number, base, 32); err == nil && n >= 0x80 && n < 0xA0 {
			for _, r := range html.UnescapeString(ref) {
				ref = fmt.Sprintf("&#x%x;", r)
			}
		}
		b.WriteString(ref)
		s = s[end+1:]
	}
}
