package letters

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/parse"
)

// tell hands the remarks on a letter out, in the order of the document.
func (d *document) tell(o Options) {
	if o.Remark == nil {
		return
	}
	slices.SortStableFunc(d.Remarks, func(a, b *parse.Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	for _, remark := range d.Remarks {
		o.Remark(remark)
	}
}

// remarkKeys remarks on keys that are one letter off a known one.
func (d *document) remarkKeys(v settings.Value) {
	if !d.Listens() {
		return
	}
	for e := range v.Entries() {
		if settings.Knows(frontMatterRows, e.Key) || settings.Knows(episodeRows, e.Key) {
			continue
		}
		for _, row := range frontMatterRows {
			if name, ok := misspelt(strings.Fields(row.Names), e.Key); ok {
				d.Remark(ruleKeyMisspelt, e.KeyAt, "the key %q is not read: did you mean %q?", e.Key, name)
				break
			}
		}
	}
}

// foreignKeys are one letter off a known key and other software's.
var foreignKeys = []string{"data", "links", "kinds", "tag", "dates", "slugs", "types", "images", "ids"}

// misspelt returns which of the names a key is one letter off. Short ones are so
// by chance.
func misspelt(names []string, key string) (string, bool) {
	key = settings.Plain(key)
	if len(key) < 4 || slices.Contains(foreignKeys, key) {
		return "", false
	}
	for _, name := range names {
		if plain := settings.Plain(name); len(plain) >= 4 && (settings.Distance(plain, key) == 1 || transposed(plain, key)) {
			return name, true
		}
	}
	return "", false
}

// transposed reports whether two neighbours have changed places.
func transposed(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i+1 < len(a); i++ {
		if a[i] != b[i] {
			return a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
		}
	}
	return false
}

var tagName = regexp.MustCompile(`^<\s*([a-zA-Z][a-zA-Z0-9-]*)`)

// dropHTML takes what stands in a <script> or <style> out of the text around,
// as its tags are, and remarks on the HTML that is dropped.
func (d *document) dropHTML(doc ast.Node, source []byte, offset int) {
	var scripts []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.RawHTML:
			if n.Segments.Len() == 0 {
				break
			}
			first := n.Segments.At(0)
			m := tagName.FindSubmatch(first.Value(source))
			if m == nil {
				break // an end, or a comment
			}
			tag := strings.ToLower(string(m[1]))
			d.remarkHTML(tag, offset+first.Start)
			if tag == "script" || tag == "style" {
				scripts = append(scripts, n)
			}
		case *ast.HTMLBlock:
			lines := n.Lines()
			for i := range lines.Len() {
				line := lines.At(i)
				text := line.Value(source)
				at := strings.IndexByte(string(text), '<')
				if at < 0 {
					continue
				}
				if m := tagName.FindSubmatch(text[at:]); m != nil {
					d.remarkHTML(strings.ToLower(string(m[1])), offset+line.Start+at)
					break // one remark a block
				}
			}
		}
		return ast.WalkContinue, nil
	})
	for _, script := range scripts {
		parent := script.Parent()
		if parent == nil {
			continue
		}
		for next := script.NextSibling(); next != nil; next = script.NextSibling() {
			raw, isHTML := next.(*ast.RawHTML)
			parent.RemoveChild(parent, next)
			if isHTML && raw.Segments.Len() > 0 {
				first := raw.Segments.At(0)
				if strings.HasPrefix(string(first.Value(source)), "</") {
					break
				}
			}
		}
	}
}

func (d *document) remarkHTML(tag string, offset int) {
	if !d.Listens() {
		return
	}
	what := "it is not shown"
	switch tag {
	case "iframe", "video", "audio", "embed", "object":
		what = "nobody sees what it would have shown: write a link to it"
	case "script", "style":
		what = "nor is what stands in it"
	case "img":
		what = "nobody sees the picture: write ![what it shows](address)"
	case "a":
		what = "its text stays and leads nowhere: write [text](address)"
	case "br":
		what = "end the line with a backslash"
	}
	d.Remark(ruleHTMLDropped, settings.At(d.text, offset), "the HTML <%s> is dropped, and %s", tag, what)
}

var spacedPicture = regexp.MustCompile(`!\[[^\]\n]*\]\(([^()<>"'\n]*[^()<>"'\n ] [^()<>"'\n]*\.(?i:png|jpe?g|gif|webp|svg|avif))\)`)

// remarkPictures remarks on pictures without a text, and on what would be
// pictures if their addresses had no space.
func (d *document) remarkPictures(doc ast.Node, source []byte, offset int) {
	spaced := spacedPicture.FindAllSubmatchIndex(source, settings.MaxFaults)
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch {
		case !d.Listens():
			return ast.WalkStop, nil
		case !entering:
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.CodeSpan:
			return ast.WalkSkipChildren, nil
		case *ast.Image:
			if n.ChildCount() == 0 && n.Pos() >= 0 && d.Listens() {
				d.Remark(rulePictureNoText, settings.At(d.text, offset+n.Pos()), "the picture %q has no text for who can't see it", n.Destination)
			}
		case *player:
			if len(n.text) == 0 && n.Pos() >= 0 && d.Listens() {
				d.Remark(rulePictureNoText, settings.At(d.text, offset+n.Pos()), "the %s %q has no text for who can't play it", n.tag, n.address)
			}
		case *ast.Text:
			for len(spaced) > 0 && spaced[0][0] < n.Segment.Start {
				spaced = spaced[1:] // in code, or in HTML
			}
			for len(spaced) > 0 && spaced[0][0] < n.Segment.Stop {
				d.Remark(rulePictureSpace, settings.At(d.text, offset+spaced[0][2]), "the address %q has a space: this is no picture, but text", source[spaced[0][2]:spaced[0][3]])
				spaced = spaced[1:]
			}
		}
		return ast.WalkContinue, nil
	})
}
