package markdown

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/automationregion/newsletter/internal/settings"
)

// The rules that are remarked on.
const (
	RuleHTMLDropped   = "letter-html-dropped"
	RulePictureSpace  = "letter-picture-space"
	RulePictureNoText = "letter-picture-text-missing"
)

// A Remark is told of what is likely not meant, and where in the Markdown that is.
type Remark func(rule string, offset int, format string, args ...any)

var tagName = regexp.MustCompile(`^<\s*([a-zA-Z][a-zA-Z0-9-]*)`)

// DropHTML takes what stands in a <script> or <style> out of the text around,
// as its tags are, and remarks on the HTML that is dropped.
func (d *Document) DropHTML(remark Remark) {
	var scripts []ast.Node
	_ = ast.Walk(d.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.RawHTML:
			if n.Segments.Len() == 0 {
				break
			}
			first := n.Segments.At(0)
			m := tagName.FindSubmatch(first.Value(d.source))
			if m == nil {
				break // an end, or a comment
			}
			tag := strings.ToLower(string(m[1]))
			if !bytes.HasSuffix(d.source[:first.Start], []byte("{{")) { // which is a shortcode
				remarkHTML(remark, tag, first.Start)
			}
			if tag == "script" || tag == "style" {
				scripts = append(scripts, n)
			}
		case *ast.HTMLBlock:
			lines := n.Lines()
			for i := range lines.Len() {
				line := lines.At(i)
				text := line.Value(d.source)
				at := strings.IndexByte(string(text), '<')
				if at < 0 {
					continue
				}
				if m := tagName.FindSubmatch(text[at:]); m != nil {
					remarkHTML(remark, strings.ToLower(string(m[1])), line.Start+at)
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
				if strings.HasPrefix(string(first.Value(d.source)), "</") {
					break
				}
			}
		}
	}
}

func remarkHTML(remark Remark, tag string, offset int) {
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
	case "p", "div", "span":
		what = "in a block of its own what stands in it too: write the text without tags"
	case "br":
		what = "end the line with a backslash"
	}
	remark(RuleHTMLDropped, offset, "the HTML <%s> is dropped, and %s", tag, what)
}

var spacedPicture = regexp.MustCompile(`!\[[^\]\n]*\]\(([^()<>"'\n]*[^()<>"'\n ] [^()<>"'\n]*\.(?i:png|jpe?g|gif|webp|svg|avif))\)`)

// Pictures remarks on pictures without a text, and on what would be
// pictures if their addresses had no space.
func (d *Document) Pictures(remark Remark) {
	spaced := spacedPicture.FindAllSubmatchIndex(d.source, settings.MaxFaults)
	_ = ast.Walk(d.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.CodeSpan:
			return ast.WalkSkipChildren, nil
		case *ast.Image:
			if n.ChildCount() == 0 && n.Pos() >= 0 {
				remark(RulePictureNoText, n.Pos(), "the picture %q has no text for who can't see it", n.Destination)
			}
		case *player:
			if len(n.text) == 0 && n.Pos() >= 0 {
				remark(RulePictureNoText, n.Pos(), "the %s %q has no text for who can't play it", n.tag, n.address)
			}
		case *ast.Text:
			for len(spaced) > 0 && spaced[0][0] < n.Segment.Start {
				spaced = spaced[1:] // in code, or in HTML
			}
			for len(spaced) > 0 && spaced[0][0] < n.Segment.Stop {
				remark(RulePictureSpace, spaced[0][2], "the address %q has a space: this is no picture, but text", d.source[spaced[0][2]:spaced[0][3]])
				spaced = spaced[1:]
			}
		}
		return ast.WalkContinue, nil
	})
}
