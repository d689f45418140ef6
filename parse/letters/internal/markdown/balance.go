package markdown

import (
	"fmt"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/settings"
)

// maxReopened bounds the elements that an HTML parser makes anew because markup
// such as <b> was left open: one for each, in each paragraph that follows.
const maxReopened = 300_000

// Balance closes what HTML leaves open and drops what it closes twice.
func Balance(content string, c *Cost) (string, error) {
	content, err := withoutRoots(content, c)
	if err != nil {
		return "", err
	}
	if html.Weigh(content).Heavy() {
		c.fail(fmt.Errorf("%w: expected fewer elements such as <b> that are left open, with fewer attributes", settings.ErrTooCostly))
		return "", c.Fault
	}
	nodes, err := nethtml.ParseFragment(strings.NewReader(content), &nethtml.Node{Type: nethtml.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, n := range nodes {
		if err := nethtml.Render(&b, n); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

// withoutRoots drops the tags <html> and <body>, which are nothing within a
// body, but which the parser holds against each other with all their
// attributes, and writes tags plainly. It counts what the parser will make anew.
func withoutRoots(content string, c *Cost) (string, error) {
	var b strings.Builder
	var open []atom.Atom
	left, made := 0, 0 // elements left open; elements made anew for them
	for z := nethtml.NewTokenizer(strings.NewReader(content)); ; {
		kind := z.Next()
		if kind == nethtml.ErrorToken {
			return b.String(), c.Fault
		}
		raw := string(z.Raw())
		var element atom.Atom
		if kind == nethtml.StartTagToken || kind == nethtml.EndTagToken {
			name, _ := z.TagName()
			element = atom.Lookup(name)
		}
		switch {
		case element == atom.Html || element == atom.Body:
			continue
		case kind == nethtml.EndTagToken && len(open) > 0 && open[len(open)-1] == element:
			open = open[:len(open)-1]
			if html.Of(element).Is(html.Mark) {
				left--
			}
		case kind == nethtml.StartTagToken && !html.Of(element).Is(html.Void) && element != 0:
			open = append(open, element)
			if html.Of(element).Is(html.Mark) {
				left++
			}
		}
		if made += left; made > maxReopened {
			c.fail(fmt.Errorf("%w: expected fewer elements such as <b> that are left open", settings.ErrTooCostly))
		}
		if c.Over() {
			return "", c.Fault
		}
		if (kind == nethtml.StartTagToken || kind == nethtml.SelfClosingTagToken) && !html.IsStrict(raw) {
			raw = strictly(raw)
		}
		b.WriteString(raw)
	}
}

// strictly returns a start tag as it is written plainly, so that what it weighs
// is known.
func strictly(tag string) string {
	z := nethtml.NewTokenizer(strings.NewReader(tag))
	z.Next()
	return z.Token().String()
}
