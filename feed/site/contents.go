package site

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/text"
)

// A letter has a table of contents if it takes so many minutes to read and has so many
// headings; of more than maxHeadings those of the second level are left out, and of
// more of the first there is none.
const (
	contentsMinutes  = 3
	contentsHeadings = 3
	maxHeadings      = 100
	openHeadings     = 12 // a longer table is closed until it is opened
	headingLength    = 120
	idLength         = 60
	maxAnchors       = 1000 // of more headings none is given an ID
	maxHeadingNodes  = 200  // within a heading, whose text is looked for
)

// contents returns the table of the headings, or nil for few.
func contents(headings []heading) *contentsView {
	tops, all := 0, 0
	first := topLevel(headings)
	for _, h := range headings {
		switch h.level - first {
		case 0:
			tops++
			all++
		case 1:
			all++
		}
	}
	deep := all <= maxHeadings
	if all < contentsHeadings || !deep && (tops > maxHeadings || tops < contentsHeadings) {
		return nil
	}
	c := &contentsView{Open: all <= openHeadings || !deep && tops <= openHeadings}
	for _, h := range headings {
		v := linkView{Title: excerpt(h.text, headingLength), URL: "#" + h.id}
		last := len(c.Headings) - 1
		switch below := h.level - first; {
		case below == 1 && deep && last >= 0:
			c.Headings[last].Below = append(c.Headings[last].Below, v)
		case below == 0, below == 1 && deep:
			c.Headings = append(c.Headings, v)
		}
	}
	return c
}

func topLevel(headings []heading) int {
	first := 7
	for _, h := range headings {
		first = min(first, h.level)
	}
	return first
}

// pageIDs are those of the built-in pages themselves.
var pageIDs = []string{"page-main", "page-subscribe", "page-contents"}

// A heading is one of a letter.
type heading struct {
	node  *nethtml.Node
	level int
	text  string
	id    string
}

// anchor sees to it that every heading has an ID that no other element has, made of
// its text if it has none, and returns those that are of the letter itself: with words,
// in sight, and not in a quotation or a table.
func anchor(root *nethtml.Node, nodes []*nethtml.Node) (own []heading) {
	if len(nodes) == 0 || len(nodes) > maxAnchors {
		return nil
	}
	taken := make(map[string]bool, len(pageIDs)+len(nodes))
	for _, id := range pageIDs {
		taken[id] = true
	}
	for node := range root.Descendants() {
		if node.Type != nethtml.ElementNode || len(node.Attr) == 0 || level(node) > 0 {
			continue
		}
		taken[attribute(node, "id")] = true
		if node.DataAtom == atom.A {
			taken[attribute(node, "name")] = true
		}
	}
	next := map[string]int{}
	free := func(id string) string {
		unique := id
		for n := max(next[id], 2); taken[unique]; n++ {
			unique = id + "-" + strconv.Itoa(n)
			next[id] = n + 1
		}
		taken[unique] = true
		return unique
	}
	headings := make([]heading, len(nodes))
	for i, node := range nodes { // an ID that an author gave goes before one that is made of a text
		headings[i] = heading{node: node, level: level(node), text: headingText(node)}
		if id := attribute(node, "id"); id != "" {
			headings[i].id = free(id)
			setAttribute(node, "id", headings[i].id)
		}
	}
	for i := range headings {
		h := &headings[i]
		if h.id == "" && h.text != "" {
			h.id = free(idOf(h.text))
			setAttribute(h.node, "id", h.id)
		}
		if h.text != "" && !aside(h.node) {
			own = append(own, *h)
		}
	}
	return own
}

// idOf returns the letters and digits of a text in small letters, with hyphens between
// the words, at most idLength characters and cut between words where it can be.
func idOf(text string) string {
	var b strings.Builder
	length, cut := 0, 0 // in characters; in bytes, after the last word that is whole
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			cut = b.Len()
			continue
		}
		if between := b.Len() > 0 && cut == b.Len(); between {
			b.WriteByte('-')
			length++
		}
		if length++; length > idLength {
			if id := b.String(); cut > len(id)/2 {
				return id[:cut]
			} else {
				return strings.TrimSuffix(id, "-")
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return cmp.Or(b.String(), "section")
}

// asides are elements whose headings are not of the text around (HTML, 4.3.11:
// sectioning roots).
var asides = map[atom.Atom]bool{
	atom.Blockquote: true, atom.Details: true, atom.Dialog: true, atom.Fieldset: true, atom.Figure: true, atom.Td: true, atom.Th: true,
	atom.Template: true,
}

// aside reports whether a heading is not one of the letter itself, or is hidden.
func aside(h *nethtml.Node) bool {
	for node := h; node != nil; node = node.Parent {
		if asides[node.DataAtom] || states(node, "hidden") || attribute(node, "aria-hidden") == "true" {
			return true
		}
	}
	return false
}

// headingText returns what a heading says: its text and that of its pictures, without
// marks of footnotes.
func headingText(h *nethtml.Node) string {
	if words := h.FirstChild; words != nil && words.NextSibling == nil && words.Type == nethtml.TextNode {
		return text.Line(words.Data)
	}
	var b strings.Builder
	left := maxHeadingNodes
	var add func(*nethtml.Node)
	add = func(node *nethtml.Node) {
		for child := range node.ChildNodes() {
			if left--; left < 0 {
				return
			}
			switch {
			case child.Type == nethtml.TextNode:
				b.WriteString(child.Data)
			case child.Type != nethtml.ElementNode || html.Of(child.DataAtom).Is(html.Dropped) || attribute(child, "role") == "doc-noteref":
			case child.DataAtom == atom.Img:
				b.WriteString(attribute(child, "alt"))
			case child.DataAtom == atom.Br:
				b.WriteByte(' ')
			default:
				add(child)
			}
		}
	}
	add(h)
	return text.Line(b.String())
}

func setAttribute(node *nethtml.Node, key, value string) {
	for i, a := range node.Attr {
		if a.Key == key && a.Namespace == "" {
			node.Attr[i].Val = value
			return
		}
	}
	node.Attr = append(node.Attr, nethtml.Attribute{Key: key, Val: value})
}
