package letters

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/automationregion/newsletter/parse"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readMarkdown reads a letter in Markdown; body is the end of the document.
func (d *letterDoc) readMarkdown(body string, o Options) {
	l := &d.letter
	if l.Published.IsZero() {
		l.Published = d.publish
	}
	if l.Published.IsZero() {
		l.Published = d.name.date
	}
	if l.Published.IsZero() && !d.knows(keyDate) {
		d.add(mark{1, 1}, "the letter has no date: expected the key date in its front matter, or a file name such as 2021-12-22-winter.md")
	}
	offset := len(d.text) - len(body)
	if line, what := tooDeep(body, o.MaxDepth); line > 0 {
		d.addError(mark{markOf(d.text, offset).line + line - 1, 1}, fmt.Errorf("%w: %s", parse.ErrTooDeep, what))
		return
	}
	source := []byte(body)
	md := newMarkdown(d.slug, o.RawHTML)
	doc := md.Parser().Parse(text.NewReader(source))
	if l.Title == "" && !d.knows(keyTitle) {
		if heading := firstHeading(doc); heading != nil {
			l.Title = titleOf(md, source, heading)
			doc.RemoveChild(doc, heading)
		}
		if l.Title == "" {
			d.add(mark{1, 1}, "the letter has no title: expected the key title in its front matter, or a heading")
		}
	}
	d.places = addressPlaces(doc, offset)
	d.content = func() string {
		var b bytes.Buffer
		if err := md.Renderer().Render(&b, source, doc); err != nil {
			d.addError(mark{}, err)
		}
		if !o.RawHTML {
			return b.String()
		}
		balanced, err := balance(b.String())
		if err != nil {
			d.addError(mark{}, fmt.Errorf("HTML of the letter: %w", err))
		}
		return balanced
	}
}

// newMarkdown returns CommonMark with tables, footnotes, strikethrough and bare
// links. The letter's slug keeps its footnotes apart from those of others on
// one page.
func newMarkdown(slug string, rawHTML bool) goldmark.Markdown {
	if slug != "" {
		slug += "-"
	}
	options := []renderer.Option{renderer.WithNodeRenderers(util.Prioritized(noHTML{}, 1))}
	if rawHTML {
		options = []renderer.Option{goldhtml.WithUnsafe()}
	}
	return goldmark.New(
		goldmark.WithExtensions(
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
			extension.NewFootnote(extension.WithFootnoteIDPrefix(slug)),
			extension.Strikethrough,
			extension.Linkify,
		),
		goldmark.WithRendererOptions(options...),
	)
}

// noHTML drops the HTML in Markdown. The library's own way leaves a comment in
// its place.
type noHTML struct{}

func (noHTML) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	drop := func(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
		return ast.WalkSkipChildren, nil
	}
	r.Register(ast.KindRawHTML, drop)
	r.Register(ast.KindHTMLBlock, drop)
}

// firstHeading returns the first heading that stands in no quotation or list.
func firstHeading(doc ast.Node) ast.Node {
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() == ast.KindHeading {
			return n
		}
	}
	return nil
}

// titleOf returns the text of a heading.
func titleOf(md goldmark.Markdown, source []byte, heading ast.Node) string {
	var b bytes.Buffer
	if err := md.Renderer().Render(&b, source, heading); err != nil {
		return ""
	}
	var title strings.Builder
	for z := html.NewTokenizer(&b); ; {
		switch z.Next() {
		case html.ErrorToken:
			return lineOfText(title.String())
		case html.TextToken:
			title.WriteString(z.Token().Data)
		}
	}
}

// addressPlaces returns where the addresses of links and images stand, by the
// form in which they are written.
func addressPlaces(doc ast.Node, offset int) map[string]int {
	places := make(map[string]int)
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		var address []byte
		switch n := n.(type) {
		case *ast.Link:
			address = n.Destination
		case *ast.Image:
			address = n.Destination
		}
		if entering && len(address) > 0 && n.Pos() >= 0 {
			key := string(util.URLEscape(address, true))
			if _, known := places[key]; !known {
				places[key] = offset + n.Pos()
			}
		}
		return ast.WalkContinue, nil
	})
	return places
}

// maxBrackets bounds the "[" of one paragraph: the Markdown parser takes the
// square of their number in time if they are never closed.
const maxBrackets = 2000

// tooDeep returns the first line with more than depth marks of quotations and
// lists before its text, or with more open brackets than a letter has, or 0: the
// Markdown parser goes as deep as it is told.
func tooDeep(body string, depth int) (number int, what string) {
	brackets := 0
	for line := range strings.Lines(body) {
		number++
		marks := 0
	prefix:
		for i := range len(line) {
			switch c := line[i]; {
			case strings.IndexByte(">-*+.)", c) >= 0:
				marks++
			case c != ' ' && c != '\t' && (c < '0' || c > '9'):
				break prefix
			}
		}
		if marks > depth && strings.Trim(line, "-* \t\n") != "" {
			return number, fmt.Sprintf("expected at most %d marks of quotations and lists on a line", depth)
		}
		if strings.TrimSpace(line) == "" {
			brackets = 0
		}
		if brackets += strings.Count(line, "["); brackets > maxBrackets {
			return number, fmt.Sprintf("expected at most %d brackets in a paragraph", maxBrackets)
		}
	}
	return 0, ""
}

// balance closes what HTML leaves open and drops what it closes twice.
func balance(content string) (string, error) {
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
