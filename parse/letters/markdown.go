package letters

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
	"github.com/automationregion/newsletter/parse"
)

// readMarkdown reads a letter in Markdown; body is the end of the document.
func (d *document) readMarkdown(body string, o Options) {
	l := &d.letter
	if l.Published.IsZero() {
		l.Published = d.publish
	}
	if l.Published.IsZero() {
		l.Published = d.name.date
	}
	if l.Published.IsZero() && !d.knows(keyDate) {
		d.AddAs(ruleDate, firstLine, "the letter has no date: expected the key date in its front matter, or a file name such as 2021-12-22-winter.md")
	}
	offset := len(d.text) - len(body)
	if line, what := tooDeep(body, o.MaxDepth); line > 0 {
		d.AddError(settings.Place{Line: settings.At(d.text, offset).Line + line - 1, Column: 1}, fmt.Errorf("%w: %s", parse.ErrTooDeep, what))
		return
	}
	source := []byte(body)
	md, _ := o.markdowns.Get().(*markdown)
	if md == nil {
		md = newMarkdown(o.RawHTML)
	}
	defer o.markdowns.Put(md)
	doc := md.read(d, source)
	if d.cost.fault != nil {
		d.AddError(settings.At(d.text, offset+d.cost.faultOffset), d.cost.fault)
		return
	}
	at := settings.At(d.text, offset)
	if !o.RawHTML {
		d.dropHTML(doc, source, offset)
	}
	if o.Remark != nil {
		d.remarkPictures(doc, source, offset)
	}
	if l.Title == "" && !d.knows(keyTitle) {
		if heading := firstHeading(doc); heading != nil {
			l.Title = titleOf(md, source, heading)
			doc.RemoveChild(doc, heading)
		}
		if l.Title == "" {
			d.AddAs(ruleTitle, firstLine, "the letter has no title: expected the key title in its front matter, or a heading")
		}
	}
	d.addresses = addressOffsets(doc, offset)
	// At once: the tree takes ten times the memory of what is written of it.
	b := bounded{most: d.mostHTML()}
	if err := md.Renderer().Render(&b, source, doc); err != nil {
		d.AddError(firstLine, d.tooMuchHTML())
		return
	}
	d.content = b.String()
	if o.RawHTML {
		balanced, err := balance(d.content, d.cost)
		if err != nil {
			d.AddError(at, fmt.Errorf("HTML of the letter: %w", err))
		}
		d.content = balanced
	}
}

// A bounded buffer takes no more than a letter may become.
type bounded struct {
	bytes.Buffer
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.most {
		return 0, ErrTooCostly
	}
	return b.Buffer.Write(p)
}

// A markdown reads one letter after another: to make it takes as long as to read one.
// It is CommonMark with tables, footnotes, strikethrough, bare links and [markup], all
// of which spend of cost.
type markdown struct {
	goldmark.Markdown
	cost      *cost
	footnotes int    // in the letter
	prefix    string // keeps the letter's footnotes apart from those of others on one page
	language  string // of the letter, a BCP 47 tag
}

// read reads the body of a letter.
func (m *markdown) read(d *document, source []byte) ast.Node {
	*m.cost, m.footnotes, m.language, m.prefix = *d.cost, 0, d.language(), ""
	if d.slug != "" {
		m.prefix = d.slug + "-"
	}
	pc := parser.NewContext()
	doc := m.Parser().Parse(lines{text.NewReader(source), m.cost, pc}, parser.WithContext(pc))
	*d.cost = *m.cost
	return doc
}

func newMarkdown(rawHTML bool) *markdown {
	m := &markdown{cost: new(cost)}
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
				util.Prioritized(&marks{cost: c}, 0),
				util.Prioritized(&codeSpans{InlineParser: parser.NewCodeSpanParser()}, 100),
				util.Prioritized(footnoteUses{extension.NewFootnoteParser(), c, &m.footnotes}, 101),
				util.Prioritized(&links{InlineParser: parser.NewLinkParser(), cost: c}, 200),
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
			return settings.Line(title.String())
		case html.TextToken:
			title.WriteString(z.Token().Data)
		}
	}
}

// addressPlaces returns where the addresses of links and images stand, by the
// form in which they are written.
func addressOffsets(doc ast.Node, offset int) map[string]int {
	places := make(map[string]int)
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
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
