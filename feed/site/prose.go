package site

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/text"
)

// A prosing says how the HTML of letters becomes a part of a page.
type prosing struct {
	top     int                                // level of the highest headings
	table   string                             // name of a table that has none
	local   func(string) string                // a URL as the page has it
	alien   func(string) bool                  // whether a picture becomes a link; nil for none
	colour  func(language, code string) string // code as HTML, "" to leave it; nil for none
	anchors bool                               // headings have IDs
}

// prose makes a letter's HTML a part of a page: elements that the author left
// open are closed, headings begin at the level top, below those of the page,
// and a table scrolls on its own where it is wider than the screen. What can't
// be parsed as HTML, or not at a cost that a letter may have, becomes its text.
//
// Code that says in what language it is written becomes what colour makes of it.
// The headings are those of the letter, with IDs, if it asks for anchors.
func prose(content string, p prosing) (text string, headings []heading) {
	if strings.TrimSpace(content) == "" {
		return "", nil
	}
	plain := func() (string, []heading) { return "<p>" + nethtml.EscapeString(html.Text(content)) + "</p>", nil }
	if html.Weigh(content).Heavy() {
		return plain()
	}
	body := &nethtml.Node{Type: nethtml.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := nethtml.ParseFragmentWithOptions(strings.NewReader(content), body, nethtml.ParseOptionEnableScripting(false))
	if err != nil {
		return plain()
	}
	for _, node := range nodes {
		body.AppendChild(node)
	}
	prune(body)
	if p.alien != nil {
		linkPictures(body, p.alien)
	}
	nodes = fit(body, p.top, p.table)
	if p.anchors {
		headings = anchor(body, nodes)
	}
	refer(body, p.local)
	if p.colour != nil {
		paint(body, p.colour)
	}
	var b strings.Builder
	for node := range body.ChildNodes() {
		if err := nethtml.Render(&b, node); err != nil {
			return plain()
		}
	}
	return b.String(), headings
}

// prune takes out what speaks for the whole page and not for the letter. No
// policy keeps a meta element from sending the reader on to another page, nor a
// link element from fetching and connecting in advance.
func prune(root *nethtml.Node) {
	var alien []*nethtml.Node
	for node := range root.Descendants() {
		if node.Type != nethtml.ElementNode {
			continue
		}
		switch node.Data { // in SVG and MathML too: a browser may see it elsewhere
		case "base":
			alien = append(alien, node)
		case "meta":
			if !states(node, "itemprop") || states(node, "http-equiv") || states(node, "name") {
				alien = append(alien, node)
			}
		case "link":
			if !states(node, "itemprop") || states(node, "rel") {
				alien = append(alien, node)
			}
		case "iframe":
			// What is embedded may have to know by whom, and gets the host's name.
			if !states(node, "referrerpolicy") {
				node.Attr = append(node.Attr, nethtml.Attribute{Key: "referrerpolicy", Val: "strict-origin"})
			}
		}
	}
	for _, node := range alien {
		for child := node.FirstChild; child != nil; child = node.FirstChild { // in SVG it may hold others
			node.RemoveChild(child)
			node.Parent.InsertBefore(child, node)
		}
		node.Parent.RemoveChild(node)
	}
}

func states(node *nethtml.Node, attribute string) bool {
	return slices.ContainsFunc(node.Attr, func(a nethtml.Attribute) bool { return a.Key == attribute })
}

// fit lowers the headings, which it returns, wraps the tables and puts off the
// pictures below the node.
func fit(root *nethtml.Node, top int, table string) (headings []*nethtml.Node) {
	highest := 7
	var tables []*nethtml.Node
	pictures := 0
	for node := range root.Descendants() {
		switch {
		case node.Type != nethtml.ElementNode || node.Namespace != "":
		case node.DataAtom == atom.Table:
			tables = append(tables, node)
		case node.DataAtom == atom.Img:
			// The first one may be what the reader sees first.
			if pictures++; pictures > 1 && !states(node, "loading") {
				node.Attr = append(node.Attr, nethtml.Attribute{Key: "loading", Val: "lazy"})
			}
		case level(node) > 0:
			headings = append(headings, node)
			highest = min(highest, level(node))
		}
	}
	for _, node := range headings {
		lower := min(level(node)+max(0, top-highest), 6)
		node.Data = "h" + string(rune('0'+lower))
		node.DataAtom = atom.Lookup([]byte(node.Data))
	}
	for _, node := range tables {
		scroll := &nethtml.Node{Type: nethtml.ElementNode, Data: "div", DataAtom: atom.Div, Attr: []nethtml.Attribute{
			{Key: "class", Val: "scroll"}, {Key: "tabindex", Val: "0"},
			{Key: "role", Val: "region"}, {Key: "aria-label", Val: table},
		}}
		node.Parent.InsertBefore(scroll, node)
		node.Parent.RemoveChild(node)
		scroll.AppendChild(node)
	}
	return headings
}

// refer rewrites the URLs that the elements below the node link to or show.
func refer(root *nethtml.Node, local func(string) string) {
	for node := range root.Descendants() {
		for i, a := range node.Attr {
			switch a.Key {
			case "href", "src", "poster":
				node.Attr[i].Val = local(a.Val)
			}
		}
	}
}

// What is coloured of a letter's code, in bytes. A block counts some more: what finds
// its language and begins with it takes as long as reading so many.
const (
	mostPainted = 256 << 10
	blockOfCode = 256
)

// paint replaces the text of blocks of code, as much of it as anybody reads.
func paint(root *nethtml.Node, colour func(language, code string) string) {
	size := 0
	for node := range root.Descendants() {
		text := node.FirstChild
		if node.DataAtom != atom.Code || node.Parent.DataAtom != atom.Pre || text == nil || text.Type != nethtml.TextNode || text.NextSibling != nil {
			continue
		}
		if size += blockOfCode + len(text.Data); size > mostPainted {
			return
		}
		if painted := colour(codeLanguage(node), text.Data); painted != "" {
			text.Type, text.Data = nethtml.RawNode, painted
		}
	}
}

// codeLanguage returns the language that an element's class names, as HTML
// recommends it (section 4.5.15).
func codeLanguage(node *nethtml.Node) string {
	for _, a := range node.Attr {
		if a.Key == "class" {
			for class := range strings.FieldsSeq(a.Val) {
				if language, ok := strings.CutPrefix(class, "language-"); ok {
					return language
				}
			}
		}
	}
	return ""
}

// level returns 1 to 6 for a heading and 0 for any other element.
func level(node *nethtml.Node) int {
	switch node.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return int(node.Data[1] - '0')
	}
	return 0
}

// excerpt returns the beginning of the text, at most limit characters of it,
// cut between words.
func excerpt(words string, limit int) string {
	words = text.Line(words)
	if utf8.RuneCountInString(words) <= limit {
		return words
	}
	cut, count, space := len(words), 0, 0
	for i, r := range words {
		if count == limit {
			cut = i
			break
		}
		if r == ' ' {
			space = i
		}
		count++
	}
	if space > cut/2 && words[cut] != ' ' { // else the words are long, or the script has no spaces
		cut = space
	}
	for cut > 0 {
		r, _ := utf8.DecodeRuneInString(words[cut:])
		if !unicode.Is(unicode.M, r) {
			break
		}
		_, size := utf8.DecodeLastRuneInString(words[:cut])
		cut -= size
	}
	return strings.TrimRightFunc(words[:cut], func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(",;:–—-", r)
	}) + "…"
}

// begins reports whether the text of a content begins with the summary, as it
// does where a feed made one from the other.
func begins(words, summary string) bool {
	summary = strings.TrimSpace(strings.TrimRight(text.Line(summary), ". …[]"))
	return summary != "" && strings.HasPrefix(words, summary)
}
