package site

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter/internal/weburl"
)

// isElsewhere reports whether an address is of another host than the
// newsletter's.
func (s *site) isElsewhere(address string) bool {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return true // whatever a browser makes of it
	}
	home, err := url.Parse(s.n.URL)
	return u.Host != "" && (err != nil || !strings.EqualFold(u.Host, home.Host))
}

// linkPictures puts links in the place of the pictures below the node that a
// browser would load from elsewhere.
func linkPictures(root *html.Node, isElsewhere func(string) bool) {
	var sources, pictures []*html.Node
	for node := range root.Descendants() {
		if node.Type != html.ElementNode {
			continue
		}
		switch node.Data {
		case "img":
			if isElsewhere(attribute(node, "src")) {
				pictures = append(pictures, node)
			}
			dropAttribute(node, "srcset")
		case "source":
			if states(node, "srcset") {
				sources = append(sources, node)
			}
		case "image", "feimage": // of SVG
			for _, key := range []string{"href", "xlink:href"} {
				if isElsewhere(attribute(node, key)) {
					dropAttribute(node, key)
				}
			}
		default:
			for _, key := range []string{"poster", "background"} {
				if isElsewhere(attribute(node, key)) {
					dropAttribute(node, key)
				}
			}
		}
	}
	for _, node := range sources {
		node.Parent.RemoveChild(node)
	}
	for _, node := range pictures {
		address := attribute(node, "src")
		words := strings.TrimSpace(attribute(node, "alt"))
		if words == "" {
			words = cmp.Or(lastName(address), address)
		}
		link := &html.Node{Type: html.ElementNode, Data: "a", DataAtom: atom.A, Attr: []html.Attribute{
			{Key: "href", Val: address}, {Key: "rel", Val: "noreferrer"},
		}}
		// A link in a link is none, and an img never runs what a link might.
		if isLinked(node) || web(address) == "" && !strings.HasPrefix(address, "//") {
			link = &html.Node{Type: html.ElementNode, Data: "span", DataAtom: atom.Span}
		}
		u, err := url.Parse(address)
		if err == nil && u.Host != "" && weburl.IsName(u.Hostname()) {
			words += " (" + u.Host + ")"
		}
		link.AppendChild(&html.Node{Type: html.TextNode, Data: words})
		node.Parent.InsertBefore(link, node)
		node.Parent.RemoveChild(node)
	}
}

// isLinked reports whether an element stands in a link.
func isLinked(node *html.Node) bool {
	for up := range node.Ancestors() {
		if up.DataAtom == atom.A {
			return true
		}
	}
	return false
}

func attribute(node *html.Node, key string) string {
	for _, a := range node.Attr {
		if a.Key == key || a.Namespace != "" && a.Namespace+":"+a.Key == key {
			return a.Val
		}
	}
	return ""
}

func dropAttribute(node *html.Node, key string) {
	node.Attr = slices.DeleteFunc(node.Attr, func(a html.Attribute) bool {
		return a.Key == key || a.Namespace != "" && a.Namespace+":"+a.Key == key
	})
}
