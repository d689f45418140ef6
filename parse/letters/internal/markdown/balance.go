package markdown

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter/internal/htmlweight"
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
	if htmlweight.Of(content).Heavy() {
		c.fail(fmt.Errorf("%w: expected fewer elements such as <b> that are left open, with fewer attributes", settings.ErrTooCostly))
		return "", c.Fault
	}
	nodes, err := html.ParseFragment(strings.NewReader(content), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, n := range nodes {
		if err := html.Render(&b, n); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

// void elements have no end.
var void = map[atom.Atom]bool{
	atom.Area: true, atom.Base: true, atom.Br: true, atom.Col: true, atom.Embed: true, atom.Hr: true, atom.Img: true, atom.Input: true,
	atom.Link: true, atom.Meta: true, atom.Source: true, atom.Track: true, atom.Wbr: true,
}

// withoutRoots drops the tags <html> and <body>, which are nothing within a
// body, but which the parser holds against each other with all their
// attributes, and writes tags plainly. It counts what the parser will make anew.
func withoutRoots(content string, c *Cost) (string, error) {
	var b strings.Builder
	var open []atom.Atom
	left, made := 0, 0 // elements left open; elements made anew for them
	for z := html.NewTokenizer(strings.NewReader(content)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return b.String(), c.Fault
		}
		raw := string(z.Raw())
		var element atom.Atom
		if kind == html.StartTagToken || kind == html.EndTagToken {
			name, _ := z.TagName()
			element = atom.Lookup(name)
		}
		switch {
		case element == atom.Html || element == atom.Body:
			continue
		case kind == html.EndTagToken && len(open) > 0 && open[len(open)-1] == element:
			open = open[:len(open)-1]
			if htmlweight.Mark(element) {
				left--
			}
		case kind == html.StartTagToken && !void[element] && element != 0:
			open = append(open, element)
			if htmlweight.Mark(element) {
				left++
			}
		}
		if made += left; made > maxReopened {
			c.fail(fmt.Errorf("%w: expected fewer elements such as <b> that are left open", settings.ErrTooCostly))
		}
		if c.Over() {
			return "", c.Fault
		}
		if (kind == html.StartTagToken || kind == html.SelfClosingTagToken) && !htmlweight.Strict(raw) {
			raw = strictly(raw)
		}
		b.WriteString(raw)
	}
}

// strictly returns a start tag as it is written plainly, so that what it weighs
// is known.
func strictly(tag string) string {
	z := html.NewTokenizer(strings.NewReader(tag))
	z.Next()
	return z.Token().String()
}
