// Package markdown turns the body of a letter that is written in Markdown into HTML,
// and counts what that costs.
package markdown

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"

	"github.com/automationregion/newsletter/internal/settings"
)

// A bounded buffer takes no more than a letter may become.
type bounded struct {
	bytes.Buffer
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.most {
		return 0, settings.ErrTooCostly
	}
	return b.Buffer.Write(p)
}

// A Reader reads one letter after another: to make it takes as long as to read one.
// It is CommonMark with tables, footnotes, strikethrough, bare links and [markup], all
// of which spend of cost.
type Reader struct {
	goldmark.Markdown
	cost      *Cost
	footnotes int    // in the letter
	prefix    string // keeps the letter's footnotes apart from those of others on one page
	language  string // of the letter, a BCP 47 tag
}

// A Document is the body of a letter, until its Reader reads another.
type Document struct {
	reader *Reader
	source []byte
	root   ast.Node
	below  ast.Node // what stands below the title
}

// Read reads the body of a letter in a language, in which the IDs of footnotes begin
// with prefix. If it costs too much, the fault is in c.
func (m *Reader) Read(body, language, prefix string, c *Cost) *Document {
	*m.cost, m.footnotes, m.language, m.prefix = *c, 0, language, prefix
	d := &Document{reader: m, source: []byte(body)}
	pc := parser.NewContext()
	d.root = m.Parser().Parse(lines{text.NewReader(d.source), m.cost, pc}, parser.WithContext(pc))
	d.below = d.root.FirstChild()
	*c = *m.cost
	return d
}

// HTML returns the document as HTML. The error of more than so many bytes is
// [settings.ErrTooCostly]. It is asked for at once: the document takes ten times the memory.
func (d *Document) HTML(most int) (string, error) {
	b := bounded{most: most}
	err := d.reader.Renderer().Render(&b, d.source, d.root)
	return b.String(), err
}

// NewReader returns a Reader. It drops HTML unless it is to keep it.
func NewReader(rawHTML bool) *Reader {
	m := &Reader{cost: new(Cost)}
	c := m.cost
	options := []renderer.Option{
		renderer.WithNodeRenderers(
			util.Prioritized(goldhtml.NewRenderer(), 1000),
			util.Prioritized(extension.NewTableHTMLRenderer(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)), 500),
			util.Prioritized(extension.NewFootnoteHTMLRenderer(extension.WithFootnoteIDPrefixFunction(func(ast.Node) []byte { return []byte(m.prefix) })), 500),
			util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 500),
		),
	}
	if rawHTML {
		options = append(options, goldhtml.WithUnsafe())
	} else {
		options = append(options, renderer.WithNodeRenderers(util.Prioritized(noHTML{}, 1)))
	}
	m.Markdown = goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(
				util.Prioritized(blocks{c}, 0),
				util.Prioritized(parser.NewSetextHeadingParser(), 100),
				util.Prioritized(parser.NewThematicBreakParser(), 200),
				util.Prioritized(parser.NewListParser(), 300),
				util.Prioritized(parser.NewListItemParser(), 400),
				util.Prioritized(parser.NewCodeBlockParser(), 500),
				util.Prioritized(parser.NewATXHeadingParser(), 600),
				util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
				util.Prioritized(parser.NewBlockquoteParser(), 800),
				util.Prioritized(parser.NewHTMLBlockParser(), 900),
				util.Prioritized(footnoteTexts{extension.NewFootnoteBlockParser(), &m.footnotes}, 999),
				util.Prioritized(parser.NewParagraphParser(), 1000),
			),
			parser.WithParagraphTransformers(
				util.Prioritized(definitions{parser.LinkReferenceParagraphTransformer, c}, 100),
				util.Prioritized(tables{extension.NewTableParagraphTransformer(), c}, 200),
			),
			parser.WithInlineParsers(
				util.Prioritized(&marks{Cost: c}, 0),
				util.Prioritized(&codeSpans{InlineParser: parser.NewCodeSpanParser()}, 100),
				util.Prioritized(footnoteUses{extension.NewFootnoteParser(), c, &m.footnotes}, 101),
				util.Prioritized(&links{InlineParser: parser.NewLinkParser(), Cost: c}, 200),
				util.Prioritized(parser.NewAutoLinkParser(), 300),
				util.Prioritized(parser.NewRawHTMLParser(), 400),
				util.Prioritized(parser.NewEmphasisParser(), 500),
				util.Prioritized(extension.NewStrikethroughParser(), 500),
				util.Prioritized(bareLinks{extension.NewLinkifyParser(), c}, 999),
			),
			parser.WithASTTransformers(
				util.Prioritized(extension.NewTableASTTransformer(), 0),
				util.Prioritized(extension.NewFootnoteASTTransformer(), 999),
			),
		)),
		goldmark.WithRenderer(renderer.NewRenderer(options...)),
	)
	markup{&m.language}.Extend(m)
	return m
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

// TakeTitle takes the first heading that stands in no quotation or list out of the
// document, and returns its text.
func (d *Document) TakeTitle() string {
	for n := d.root.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() == ast.KindHeading {
			title := d.textOf(n)
			d.below = n.NextSibling()
			d.root.RemoveChild(d.root, n)
			return title
		}
	}
	return ""
}

// TakeItalics takes the paragraph out of the document that stands below the title, if
// it is text in italics and taken says so of that.
func (d *Document) TakeItalics(taken func(text string) bool) {
	n := d.below
	if n == nil || n.Kind() != ast.KindParagraph || n.ChildCount() != 1 || n.FirstChild().Kind() != ast.KindEmphasis {
		return
	}
	for part := n.FirstChild().FirstChild(); part != nil; part = part.NextSibling() {
		if part.Kind() != ast.KindText {
			return
		}
	}
	if taken(d.textOf(n)) {
		d.root.RemoveChild(d.root, n)
	}
}

// textOf returns the text of a heading or paragraph.
func (d *Document) textOf(block ast.Node) string {
	var b bytes.Buffer
	if err := d.reader.Renderer().Render(&b, d.source, block); err != nil {
		return ""
	}
	var title strings.Builder
	for z := html.NewTokenizer(&b); ; {
		switch z.Next() {
		case html.ErrorToken:
			return settings.Line(title.String())
		case html.TextToken:
			title.WriteString(z.Token().Data)
		}
	}
}

// Addresses returns where in a text the addresses of links and images stand, by the form
// in which HTML has them. The document begins at an offset of that.
func (d *Document) Addresses(offset int) map[string]int {
	offsets := make(map[string]int)
	_ = ast.Walk(d.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		var address []byte
		switch n := n.(type) {
		case *ast.Link:
			address = n.Destination
		case *ast.Image:
			address = n.Destination
		case *player:
			address = n.address
		}
		if entering && len(address) > 0 && n.Pos() >= 0 {
			key := string(util.URLEscape(address, true))
			if _, known := offsets[key]; !known {
				offsets[key] = offset + n.Pos()
			}
		}
		return ast.WalkContinue, nil
	})
	return offsets
}

// maxBrackets bounds the "[" of one paragraph: the Markdown parser takes the
// square of their number in time if they are never closed.
const maxBrackets = 2000

// TooDeep returns the first line with more than depth marks of quotations and
// lists before its text, or with more open brackets than a letter has, or 0: the
// Markdown parser goes as deep as it is told.
func TooDeep(body string, depth int) (number int, what string) {
	brackets := 0
	for line := range strings.Lines(body) {
		number++
		marks := 0
	prefix:
		for i := range len(line) {
			switch c := line[i]; {
			case strings.IndexByte(">-*+.):", c) >= 0:
				marks++
			case c != ' ' && c != '\t' && (c < '0' || c > '9'):
				break prefix
			}
		}
		if marks > depth && strings.Trim(line, "-* \t\n") != "" {
			return number, fmt.Sprintf("expected at most %d marks of quotations and lists on a line", depth)
		}
		if strings.Trim(line, " \t\n") == "" { // what else is blank goes on with the paragraph
			brackets = 0
		}
		if brackets += strings.Count(line, "["); brackets > maxBrackets {
			return number, fmt.Sprintf("expected at most %d brackets in a paragraph", maxBrackets)
		}
	}
	return 0, ""
}
