package markdown

import (
	"bytes"
	"path"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markup is what letters have beyond CommonMark, tables and footnotes: lists of
// tasks and of definitions, captions of tables and pictures, sound and film, and
// GitHub's alerts. Its HTML is such that a feed reader which drops classes and
// forms still shows what is meant.
type markup struct {
	language *string // BCP 47 tag of the letter
}

// Extend is of [goldmark.Extender].
func (m markup) Extend(md goldmark.Markdown) {
	md.Parser().AddOptions(
		parser.WithBlockParsers(
			util.Prioritized(extension.NewDefinitionListParser(), 101),
			util.Prioritized(extension.NewDefinitionDescriptionParser(), 102),
		),
		parser.WithInlineParsers(util.Prioritized(extension.NewTaskCheckBoxParser(), 10)),
		// After those of tables and footnotes.
		parser.WithASTTransformers(util.Prioritized(m, 1000)),
	)
	md.Renderer().AddOptions(renderer.WithNodeRenderers(
		util.Prioritized(extension.NewDefinitionListHTMLRenderer(), 500),
		util.Prioritized(m, 100),
	))
}

var (
	kindCaption = ast.NewNodeKind("Caption")
	kindFigure  = ast.NewNodeKind("Figure")
	kindAlert   = ast.NewNodeKind("Alert")
	kindPlayer  = ast.NewNodeKind("Player")
)

// A caption is the first part of a table.
type caption struct{ ast.BaseBlock }

func (*caption) Kind() ast.NodeKind          { return kindCaption }
func (n *caption) Dump(source []byte, i int) { ast.DumpHelper(n, source, i, nil, nil) }

// A figure is a paragraph with nothing but a picture that has a title.
type figure struct {
	ast.BaseBlock
	title []byte
}

func (*figure) Kind() ast.NodeKind          { return kindFigure }
func (n *figure) Dump(source []byte, i int) { ast.DumpHelper(n, source, i, nil, nil) }

// An alert is a quotation that begins with [!NOTE] or the like.
type alert struct {
	ast.BaseBlock
	name string // in lower case
}

func (*alert) Kind() ast.NodeKind          { return kindAlert }
func (n *alert) Dump(source []byte, i int) { ast.DumpHelper(n, source, i, nil, nil) }

// A player plays the sound or film that a picture's address leads to.
type player struct {
	ast.BaseInline
	tag                  string
	address, title, text []byte
}

func (*player) Kind() ast.NodeKind          { return kindPlayer }
func (n *player) Dump(source []byte, i int) { ast.DumpHelper(n, source, i, nil, nil) }

// Transform is of [parser.ASTTransformer].
func (m markup) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	source := reader.Source()
	var change []func() // afterwards, since a walk goes by the neighbours
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *extast.Table:
			if p, ok := n.NextSibling().(*ast.Paragraph); ok && cutPrefix(p, source, ": ", "Table: ") {
				change = append(change, func() { addCaption(n, p) })
			}
		case *ast.Paragraph:
			if img := onlyPicture(n); img != nil && len(img.Title) > 0 {
				change = append(change, func() { makeFigure(n, img) })
			}
		case *ast.Link:
			return ast.WalkSkipChildren, nil // a player holds a link of its own
		case *ast.Image:
			if tag := playerOf(n.Destination); tag != "" && !goldhtml.IsDangerousURL(n.Destination) {
				change = append(change, func() { makePlayer(n, tag, source) })
			}
			return ast.WalkSkipChildren, nil
		case *ast.Blockquote:
			if name, rest := alertOf(n, source); name != "" {
				change = append(change, func() { makeAlert(n, name, rest) })
			}
		}
		return ast.WalkContinue, nil
	})
	for _, f := range change {
		f()
	}
}

// cutPrefix takes one of the prefixes from the text that a paragraph begins
// with, and reports whether there is one.
func cutPrefix(p *ast.Paragraph, source []byte, prefixes ...string) bool {
	first, ok := p.FirstChild().(*ast.Text)
	if !ok {
		return false
	}
	for _, prefix := range prefixes {
		if bytes.HasPrefix(first.Segment.Value(source), []byte(prefix)) {
			first.Segment = first.Segment.WithStart(first.Segment.Start + len(prefix))
			return true
		}
	}
	return false
}

func addCaption(table *extast.Table, p *ast.Paragraph) {
	c := &caption{}
	moveChildren(c, p)
	p.Parent().RemoveChild(p.Parent(), p)
	table.InsertBefore(table, table.FirstChild(), c)
}

// onlyPicture returns the picture that a paragraph consists of, perhaps within a
// link, or nil.
func onlyPicture(p ast.Node) *ast.Image {
	for n := p.FirstChild(); n != nil && n.NextSibling() == nil; n = n.FirstChild() {
		switch n := n.(type) {
		case *ast.Image:
			return n
		case *ast.Link:
		default:
			return nil
		}
	}
	return nil
}

func makeFigure(p *ast.Paragraph, img *ast.Image) {
	f := &figure{title: img.Title}
	img.Title = nil
	moveChildren(f, p)
	p.Parent().ReplaceChild(p.Parent(), p, f)
}

// alertOf returns the name of the alert that a quotation is, in lower case, and
// what its first paragraph holds after the line of the name.
func alertOf(q *ast.Blockquote, source []byte) (name string, rest ast.Node) {
	p, ok := q.FirstChild().(*ast.Paragraph)
	if !ok || q.Parent().Kind() != ast.KindDocument {
		return "", nil
	}
	line := p.Lines().At(0)
	name = strings.TrimSpace(string(line.Value(source)))
	if len(name) > 20 || !strings.HasPrefix(name, "[!") || !strings.HasSuffix(name, "]") {
		return "", nil
	}
	if name = strings.ToLower(name[2 : len(name)-1]); alertNames["en"][name] == "" {
		return "", nil
	}
	for rest = p.FirstChild(); rest != nil; rest = rest.NextSibling() {
		if t, ok := rest.(*ast.Text); ok && t.SoftLineBreak() {
			return name, rest.NextSibling()
		}
	}
	return name, nil
}

func makeAlert(q *ast.Blockquote, name string, rest ast.Node) {
	a := &alert{name: name}
	p := q.FirstChild()
	for n := p.FirstChild(); n != nil && n != rest; n = p.FirstChild() {
		p.RemoveChild(p, n)
	}
	if rest == nil {
		q.RemoveChild(q, p)
	}
	moveChildren(a, q)
	q.Parent().ReplaceChild(q.Parent(), q, a)
}

func moveChildren(to, from ast.Node) {
	for n := from.FirstChild(); n != nil; n = from.FirstChild() {
		to.AppendChild(to, n)
	}
}

// RegisterFuncs is of [renderer.NodeRenderer].
func (m markup) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindCaption, wrap("<caption>", "</caption>\n"))
	r.Register(kindFigure, renderFigure)
	r.Register(kindAlert, m.renderAlert)
	r.Register(extast.KindTaskCheckBox, renderTask)
	r.Register(kindPlayer, renderPlayer)
}

// wrap returns what writes something before and after what a node holds.
func wrap(before, after string) renderer.NodeRendererFunc {
	return func(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			_, err := w.WriteString(before)
			return ast.WalkContinue, err
		}
		_, err := w.WriteString(after)
		return ast.WalkContinue, err
	}
}

func renderFigure(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, err := w.WriteString("<figure>\n")
		return ast.WalkContinue, err
	}
	_, _ = w.WriteString("\n<figcaption>")
	goldhtml.DefaultWriter.Write(w, n.(*figure).title)
	_, err := w.WriteString("</figcaption>\n</figure>\n")
	return ast.WalkContinue, err
}

// renderTask writes a character, since feed readers drop the elements of forms.
func renderTask(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	box := "☐ "
	if n.(*extast.TaskCheckBox).IsChecked {
		box = "☑ "
	}
	_, err := w.WriteString(box)
	return ast.WalkContinue, err
}

func (m markup) renderAlert(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, err := w.WriteString("</blockquote>\n")
		return ast.WalkContinue, err
	}
	name := n.(*alert).name
	_, err := w.WriteString(`<blockquote class="` + name + `">` + "\n<p><strong>" + alertName(name, *m.language) + "</strong></p>\n")
	return ast.WalkContinue, err
}

// alertName returns what an alert is called in a language, in English where
// another is not known.
func alertName(name, language string) string {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	if names, known := alertNames[base]; known {
		return names[name]
	}
	return alertNames["en"][name]
}

var alertNames = map[string]map[string]string{
	"da": {"note": "Bemærk", "tip": "Tip", "important": "Vigtigt", "warning": "Advarsel", "caution": "Forsigtig"},
	"de": {"note": "Hinweis", "tip": "Tipp", "important": "Wichtig", "warning": "Warnung", "caution": "Vorsicht"},
	"en": {"note": "Note", "tip": "Tip", "important": "Important", "warning": "Warning", "caution": "Caution"},
	"es": {"note": "Nota", "tip": "Consejo", "important": "Importante", "warning": "Advertencia", "caution": "Precaución"},
	"fi": {"note": "Huomautus", "tip": "Vinkki", "important": "Tärkeää", "warning": "Varoitus", "caution": "Ole varovainen"},
	"fr": {"note": "Remarque", "tip": "Astuce", "important": "Important", "warning": "Avertissement", "caution": "Attention"},
	"nb": {"note": "Merk", "tip": "Tips", "important": "Viktig", "warning": "Advarsel", "caution": "Forsiktig"},
	"nl": {"note": "Opmerking", "tip": "Tip", "important": "Belangrijk", "warning": "Waarschuwing", "caution": "Let op"},
	"nn": {"note": "Merk", "tip": "Tips", "important": "Viktig", "warning": "Åtvaring", "caution": "Ver varsam"},
	"no": {"note": "Merk", "tip": "Tips", "important": "Viktig", "warning": "Advarsel", "caution": "Forsiktig"},
	"sv": {"note": "Obs", "tip": "Tips", "important": "Viktigt", "warning": "Varning", "caution": "Var försiktig"},
}

// players are the elements that play files, by the ending of the file's name.
var players = map[string]string{
	".m4v": "video", ".mp4": "video", ".ogv": "video", ".webm": "video",
	".aac": "audio", ".flac": "audio", ".m4a": "audio", ".mp3": "audio", ".oga": "audio", ".ogg": "audio", ".opus": "audio", ".wav": "audio",
}

// playerOf returns the element that plays what an address leads to, or "".
func playerOf(address []byte) string {
	name := string(address)
	if i := strings.IndexAny(name, "?#"); i >= 0 {
		name = name[:i]
	}
	return players[strings.ToLower(path.Ext(name))]
}

func makePlayer(img *ast.Image, tag string, source []byte) {
	p := &player{tag: tag, address: img.Destination, title: img.Title}
	p.SetPos(img.Pos())
	_ = ast.Walk(img, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			p.text = append(p.text, t.Segment.Value(source)...)
			if t.SoftLineBreak() || t.HardLineBreak() {
				p.text = append(p.text, ' ')
			}
		}
		return ast.WalkContinue, nil
	})
	img.Parent().ReplaceChild(img.Parent(), img, p)
}

// renderPlayer writes a link into the element, for whoever can't play it.
func renderPlayer(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*player)
	address := util.EscapeHTML(util.URLEscape(n.address, true))
	_, _ = w.WriteString("<" + n.tag + ` controls preload="none" src="`)
	_, _ = w.Write(address)
	if len(n.title) > 0 {
		_, _ = w.WriteString(`" title="`)
		goldhtml.DefaultWriter.Write(w, n.title)
	}
	_, _ = w.WriteString(`"><a href="`)
	_, _ = w.Write(address)
	_, _ = w.WriteString(`">`)
	if len(n.text) > 0 {
		goldhtml.DefaultWriter.Write(w, n.text)
	} else {
		_, _ = w.Write(address)
	}
	_, err := w.WriteString("</a></" + n.tag + ">")
	return ast.WalkContinue, err
}
