package fidelity_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html/charset"
)

// A fact is one thing that a document says: an element's text or an attribute, by its
// path ("channel/item/guid@isPermaLink"), in the feed itself (letter -1) or a letter.
type fact struct {
	letter      int
	path, value string
}

// spaces are the namespaces whose elements are written in the place of another's:
// older versions of the same format. Those that have one are named by a short form.
var spaces = map[string]string{
	"http://purl.org/rss/1.0/":                             "",
	"http://my.netscape.com/rdf/simple/0.9/":               "",
	"http://channel.netscape.com/rdf/simple/0.9/":          "",
	"http://backend.userland.com/rss2":                     "",
	"http://blogs.law.harvard.edu/tech/rss":                "",
	"http://purl.org/atom/ns#":                             "atom",
	"http://www.w3.org/2005/Atom":                          "atom",
	"http://www.w3.org/1999/02/22-rdf-syntax-ns#":          "rdf",
	"http://purl.org/dc/elements/1.1/":                     "dc",
	"http://purl.org/dc/terms/":                            "dcterms",
	"http://purl.org/rss/1.0/modules/content/":             "content",
	"http://purl.org/rss/1.0/modules/syndication/":         "sy",
	"http://purl.org/rss/1.0/modules/slash/":               "slash",
	"http://search.yahoo.com/mrss/":                        "media",
	"http://search.yahoo.com/mrss":                         "media",
	"http://www.itunes.com/dtds/podcast-1.0.dtd":           "itunes",
	"http://www.itunes.com/DTDs/Podcast-1.0.dtd":           "itunes",
	"http://rssnamespace.org/feedburner/ext/1.0":           "feedburner",
	"http://wellformedweb.org/CommentAPI/":                 "wfw",
	"http://purl.org/syndication/thread/1.0":               "thr",
	"http://purl.org/syndication/history/1.0":              "fh",
	"http://www.w3.org/1999/xhtml":                         "xhtml",
	"http://www.w3.org/XML/1998/namespace":                 "xml",
	"https://schema.org/":                                  "schema",
	"http://backend.userland.com/creativeCommonsRssModule": "creativeCommons",
}

func nameOf(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	if short, ok := spaces[n.Space]; ok {
		if short == "" {
			return n.Local
		}
		return short + ":" + n.Local
	}
	return "{" + n.Space + "}" + n.Local
}

// A node is an element, read by encoding/xml alone.
type node struct {
	name     string
	attrs    []xml.Attr
	words    strings.Builder // its text
	children []*node
}

// readXML reads a document as a tree.
func readXML(document []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(document))
	d.CharsetReader = charset.NewReaderLabel
	d.Strict = false
	d.Entity = xml.HTMLEntity
	root := &node{}
	stack := []*node{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{name: nameOf(token.Name), attrs: slices.Clone(token.Attr)}
			top.children = append(top.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			for _, n := range stack[max(0, len(stack)-maxText):] {
				n.words.Write(token)
			}
		}
	}
	if len(root.children) != 1 || !slices.Contains([]string{"rss", "rdf:RDF", "atom:feed"}, root.children[0].name) {
		return nil, errors.New("another root than a feed's")
	}
	return root.children[0], nil
}

// factsOfXML returns what a feed of RSS or Atom says.
func factsOfXML(document []byte) ([]fact, error) {
	root, err := readXML(document)
	if err != nil {
		return nil, err
	}
	var facts []fact
	letters := 0
	var walk func(n *node, path string, letter int)
	walk = func(n *node, path string, letter int) {
		switch n.name {
		case "rss", "rdf:RDF", "atom:feed":
			path = ""
		case "channel":
			if letter < 0 {
				path = ""
			}
		case "item", "atom:entry":
			if letter < 0 {
				path, letter = "letter", letters
				letters++
				break
			}
			fallthrough
		default:
			path = strings.TrimPrefix(path+"/"+n.name, "/")
		}
		for _, a := range n.attrs {
			if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
				continue
			}
			facts = append(facts, fact{letter, path + "@" + nameOf(a.Name), collapse(a.Value)})
		}
		if n.name == tree {
			var v any
			if err := json.Unmarshal([]byte(n.words.String()), &v); err == nil {
				facts = append(facts, stringsOf(v, path, letter)...)
			}
			return
		}
		if hasMarkup(n) {
			facts = append(facts, fact{letter, path, collapse(n.words.String())})
			return // the names and attributes of XHTML are another test's
		}
		for _, c := range n.children {
			walk(c, path, letter)
		}
		if len(n.children) == 0 {
			facts = append(facts, fact{letter, path, collapse(n.words.String())})
		}
	}
	walk(root, "", -1)
	return facts, nil
}

// tree is the element of ours that has an extension in JSON which would be taken for
// something else where it belongs.
const tree = "{https://pkg.go.dev/github.com/automationregion/newsletter/feed}tree"

// stringsOf returns all strings of a JSON value as facts.
func stringsOf(v any, path string, letter int) (facts []fact) {
	switch v := v.(type) {
	case map[string]any:
		for _, member := range v {
			facts = append(facts, stringsOf(member, path, letter)...)
		}
	case []any:
		for _, e := range v {
			facts = append(facts, stringsOf(e, path, letter)...)
		}
	case string:
		facts = append(facts, fact{letter, path, collapse(v)})
	}
	return facts
}

// maxText is how deep the text of what is within an element is gathered.
const maxText = 30

// hasMarkup reports whether an element has HTML in it: XHTML, or what RSS has naked.
func hasMarkup(n *node) bool {
	switch n.name {
	case "title", "description", "content:encoded":
		return len(n.children) > 0
	}
	return slices.ContainsFunc(n.children, func(c *node) bool { return strings.HasPrefix(c.name, "xhtml:") })
}

// factsOfJSON returns what a JSON Feed says.
func factsOfJSON(document []byte) ([]fact, error) {
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	var v map[string]any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	var facts []fact
	var walk func(v any, path string, letter int)
	walk = func(v any, path string, letter int) {
		switch v := v.(type) {
		case map[string]any:
			for key, member := range v {
				if items, ok := member.([]any); ok && key == "items" && path == "" {
					for i, item := range items {
						walk(item, "letter", i)
					}
					continue
				}
				walk(member, strings.TrimPrefix(path+"/"+key, "/"), letter)
			}
		case []any:
			for _, e := range v {
				walk(e, path, letter)
			}
		case string:
			facts = append(facts, fact{letter, path, collapse(v)})
		case bool:
			facts = append(facts, fact{letter, path, strconv.FormatBool(v)})
		case json.Number:
			facts = append(facts, fact{letter, path, v.String()})
		case nil:
		}
	}
	walk(v, "", -1)
	return facts, nil
}

func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }
