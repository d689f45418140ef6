package clean

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter/internal/html"
)

// cleanSlow cleans content by the parser and the sanitizer; false if they can't.
func cleanSlow(content string, base *url.URL, limit int) (string, bool) {
	// What is dropped may bring together what can't stand together, and then the
	// next parser would read it differently.
	for range 5 {
		light, ok := lighten(content, limit)
		if !ok {
			return "", false
		}
		c := newCleaner(base)
		next, err := c.clean(light, limit)
		if err != nil || len(next) > limit {
			return "", false
		}
		if next == content {
			return content, true
		}
		if again, ok := cleanFast(next, newCleaner(base), limit); ok && again == next {
			return next, true
		}
		content = next
	}
	return "", false
}

// A cleaner cleans one content.
type cleaner struct {
	base   *url.URL
	images map[string]bool // addresses of the images so far
	looked int             // elements that were looked at in noscript
}

func newCleaner(base *url.URL) cleaner { return cleaner{base: base} }

var fragmentContext = &nethtml.Node{Type: nethtml.ElementNode, Data: "body", DataAtom: atom.Body}

func (c *cleaner) clean(content string, limit int) (string, error) {
	nodes, err := nethtml.ParseFragmentWithOptions(strings.NewReader(content), fragmentContext,
		nethtml.ParseOptionEnableScripting(false))
	if err != nil {
		return "", err
	}
	root := &nethtml.Node{Type: nethtml.ElementNode, Data: "body", DataAtom: atom.Body}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	c.children(root)
	b := bounded{limit: 2 * limit}
	b.Grow(min(len(content), b.limit))
	for n := range root.ChildNodes() {
		if err := nethtml.Render(&b, n); err != nil {
			return "", err
		}
	}
	return strings.TrimSpace(readable(policy().Sanitize(b.String()))), nil
}

// bounded is a strings.Builder that takes no more than its limit.
type bounded struct {
	strings.Builder
	limit int
}

var errLimit = errors.New("the limit is reached")

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.limit {
		return 0, errLimit
	}
	return b.Builder.Write(p)
}

func (b *bounded) WriteString(s string) (int, error) {
	if b.Len()+len(s) > b.limit {
		return 0, errLimit
	}
	return b.Builder.WriteString(s)
}

// children cleans what is in an element.
func (c *cleaner) children(parent *nethtml.Node) {
	for n := parent.FirstChild; n != nil; {
		next := n.NextSibling
		switch n.Type {
		case nethtml.TextNode:
		case nethtml.ElementNode:
			switch keep, inside := c.element(n); {
			case keep:
				c.children(n)
			case inside:
				next = unwrap(n)
			default:
				parent.RemoveChild(n)
			}
		default:
			parent.RemoveChild(n)
		}
		n = next
	}
}

// unwrap puts what is in an element in its place, and returns where to go on.
func unwrap(n *nethtml.Node) *nethtml.Node {
	next := n.NextSibling
	if n.FirstChild != nil {
		next = n.FirstChild
	}
	for child := n.FirstChild; child != nil; child = n.FirstChild {
		n.RemoveChild(child)
		n.Parent.InsertBefore(child, n)
	}
	n.Parent.RemoveChild(n)
	return next
}

// element cleans the attributes of an element. It says whether the element is
// to be kept and, if not, whether what is in it is.
func (c *cleaner) element(n *nethtml.Node) (keep, inside bool) {
	if n.Namespace != "" || html.Of(n.DataAtom).Is(html.Dropped) {
		return false, false
	}
	if n.DataAtom == atom.Noscript {
		// What a page shows without scripts is often an image once more that a
		// script would have brought.
		return false, !c.known(n)
	}
	e := elements[n.DataAtom]
	if !e.kept() {
		return false, true
	}
	if n.DataAtom == atom.Img && !c.image(n) {
		return false, false
	}
	attrs := n.Attr[:0]
	for _, a := range n.Attr {
		form := e.attrs[a.Key]
		if form == nil || a.Namespace != "" {
			continue
		}
		var ok bool
		if a.Val, ok = form(c, a.Val); ok {
			attrs = append(attrs, a)
		}
	}
	n.Attr = attrs
	if html.Of(n.DataAtom).Is(html.Mark) { // the parser sorts them too
		slices.SortFunc(n.Attr, func(a, b nethtml.Attribute) int { return strings.Compare(a.Key, b.Key) })
	}
	return true, true
}

// maxLooked bounds how much of what stands in noscript is looked at: one may
// stand in another.
const maxLooked = 50_000

// known says whether an element holds an image that was there before.
func (c *cleaner) known(n *nethtml.Node) bool {
	for d := range n.Descendants() {
		if c.looked++; c.looked > maxLooked {
			return false
		}
		if d.Type == nethtml.ElementNode && d.DataAtom == atom.Img && c.images[c.source(d)] {
			return true
		}
	}
	return false
}

// address returns where a link leads, if it is one that may stand.
func (c *cleaner) address(val string) (string, bool) {
	u, ok := c.parse(val)
	if !ok {
		return "", false
	}
	return u.String(), true
}

// parse returns an address that may stand, absolute.
func (c *cleaner) parse(val string) (*url.URL, bool) {
	val = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return -1 // as browsers do
		}
		return r
	}, strings.TrimSpace(val))
	val = strings.ReplaceAll(val, " ", "%20")
	u, err := url.Parse(val)
	if err != nil || val == "" {
		return nil, false
	}
	if c.base != nil {
		u = c.base.ResolveReference(u)
	}
	switch u.Scheme {
	case "http", "https":
		return withASCIIHost(u), u.Host != ""
	case "mailto", "tel":
		return u, u.Opaque != ""
	}
	return nil, false
}

// readable writes quotation marks as themselves where escapes for them aren't
// needed.
func readable(s string) string {
	if !strings.Contains(s, "&#3") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	inTag := false
	for s != "" {
		i := strings.IndexAny(s, "<>&")
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		switch {
		case strings.HasPrefix(s, "&#39;"):
			b.WriteByte('\'')
			s = s[5:]
			continue
		case strings.HasPrefix(s, "&#34;") && !inTag:
			b.WriteByte('"')
			s = s[5:]
			continue
		case s[0] == '<':
			inTag = true
		case s[0] == '>':
			inTag = false
		}
		b.WriteByte(s[0])
		s = s[1:]
	}
	b.WriteString(s)
	return b.String()
}
