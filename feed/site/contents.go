package site

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter/internal/htmltext"
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

// A HeadingView is a line of a letter's table of contents.
type HeadingView struct {
	Title string
	URL   string        // "#costs"
	Below []HeadingView // the headings of the next level that follow
}

// ContentsView is a letter's table of contents.
type ContentsView struct {
	Headings []HeadingView
	Open     bool // it is short
}

// contents returns the table of the headings that fit found, or nil for few.
func contents(headings []*html.Node) *ContentsView {
	tops, all := 0, 0
	first := topLevel(headings)
	for _, h := range headings {
		switch level(h) - first {
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
	c := &ContentsView{Open: all <= openHeadings || !deep && tops <= openHeadings}
	for _, h := range headings {
		v := HeadingView{Title: excerpt(headingText(h), headingLength), URL: "#" + attribute(h, "id")}
		last := len(c.Headings) - 1
		switch below := level(h) - first; {
		case below == 1 && deep && last >= 0:
			c.Headings[last].Below = append(c.Headings[last].Below, v)
		case below == 0, below == 1 && deep:
			c.Headings = append(c.Headings, v)
		}
	}
	return c
}

func topLevel(headings []*html.Node) int {
	first := 7
	for _, h := range headings {
		first = min(first, level(h))
	}
	return first
}

// pageIDs are those of the built-in pages themselves.
var pageIDs = []string{"page-main", "page-subscribe", "page-contents"}

// anchor sees to it that every heading has an ID that no other element has, made of
// its text if it has none, and returns those that are of the letter itself: with words,
// in sight, and not in a quotation or a table.
func anchor(root *html.Node, headings []*html.Node) (own []*html.Node) {
	if len(headings) == 0 || len(headings) > maxAnchors {
		return nil
	}
	taken := map[string]bool{}
	for _, id := range pageIDs {
		taken[id] = true
	}
	isHeading := make(map[*html.Node]bool, len(headings))
	for _, h := range headings {
		isHeading[h] = true
	}
	for node := range root.Descendants() {
		if node.Type == html.ElementNode && !isHeading[node] {
			taken[attribute(node, "id")] = true
			if node.DataAtom == atom.A {
				taken[attribute(node, "name")] = true
			}
		}
	}
	// An ID that an author gave goes before one that is made of a text.
	var nameless []*html.Node
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
	for _, h := range headings {
		if id := attribute(h, "id"); id != "" {
			setAttribute(h, "id", free(id))
		} else {
			nameless = append(nameless, h)
		}
	}
	for _, h := range nameless {
		if text := headingText(h); text != "" {
			setAttribute(h, "id", free(idOf(text)))
		}
	}
	for _, h := range headings {
		if attribute(h, "id") != "" && headingText(h) != "" && !aside(h) {
			own = append(own, h)
		}
	}
	return own
}

// idOf returns the letters and digits of a text in small letters, with hyphens between
// the words, at most idLength characters and cut between words where it can be.
func idOf(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	id := []rune(strings.Join(words, "-"))
	if len(id) > idLength {
		cut := idLength
		for i := idLength; i > idLength/2; i-- {
			if id[i] == '-' {
				cut = i
				break
			}
		}
		id = id[:cut]
	}
	if len(id) == 0 {
		return "section"
	}
	return string(id)
}

// asides are elements whose headings are not of the text around (HTML, 4.3.11:
// sectioning roots).
var asides = map[atom.Atom]bool{
	atom.Blockquote: true, atom.Details: true, atom.Dialog: true, atom.Fieldset: true, atom.Figure: true, atom.Td: true, atom.Th: true,
	atom.Template: true,
}

// aside reports whether a heading is not one of the letter itself, or is hidden.
func aside(h *html.Node) bool {
	for node := h; node != nil; node = node.Parent {
		if asides[node.DataAtom] || states(node, "hidden") || attribute(node, "aria-hidden") == "true" {
			return true
		}
	}
	return false
}

// headingText returns what a heading says: its text and that of its pictures, without
// marks of footnotes.
func headingText(h *html.Node) string {
	var b strings.Builder
	left := maxHeadingNodes
	var add func(*html.Node)
	add = func(node *html.Node) {
		for child := range node.ChildNodes() {
			if left--; left < 0 {
				return
			}
			switch {
			case child.Type == html.TextNode:
				b.WriteString(child.Data)
			case child.Type != html.ElementNode || htmltext.Dropped(child.DataAtom) || attribute(child, "role") == "doc-noteref":
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
	return htmltext.Line(b.String())
}

func setAttribute(node *html.Node, key, value string) {
	for i, a := range node.Attr {
		if a.Key == key && a.Namespace == "" {
			node.Attr[i].Val = value
			return
		}
	}
	node.Attr = append(node.Attr, html.Attribute{Key: key, Val: value})
}
