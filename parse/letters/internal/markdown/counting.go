package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// The types here stand around the parts of the Markdown parser, and count what
// they do. Once it is too much they lead the parser to the end of the text.

// lines counts how deep each line stands.
type lines struct {
	text.Reader
	*Cost
	pc parser.Context
}

// AdvanceLine goes to the next line. Each list and quotation that is open will
// look at it, and lists count its indentation each time.
func (r lines) AdvanceLine() {
	r.Reader.AdvanceLine()
	line, at := r.PeekLine()
	indent := len(line) - len(bytes.TrimLeft(line, " \t>"))
	open := len(r.pc.OpenedBlocks())
	r.offset = at.Start
	if r.spend(&r.nested, open*(1+indent/32), maxNested, "lines times the depth of lists and quotations") {
		for line != nil {
			r.Reader.AdvanceLine()
			line, _ = r.PeekLine()
		}
	}
}

// blocks counts what may begin a block. It comes first and begins none.
type blocks struct{ *Cost }

func (blocks) Trigger() []byte {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return all
}

func (b blocks) Open(ast.Node, text.Reader, parser.Context) (ast.Node, parser.State) {
	b.block(1)
	return nil, parser.NoChildren
}

func (blocks) Continue(ast.Node, text.Reader, parser.Context) parser.State { return parser.Close }
func (blocks) Close(ast.Node, text.Reader, parser.Context)                 {}
func (blocks) CanInterruptParagraph() bool                                 { return false }
func (blocks) CanAcceptIndentedLine() bool                                 { return true }

// leave leads the reader of a block to its end, and returns a node for what is
// left out.
func leave(block text.Reader) ast.Node {
	_, at := block.Position()
	for line, _ := block.PeekLine(); line != nil; line, _ = block.PeekLine() {
		block.AdvanceLine()
	}
	return ast.NewTextSegment(text.NewSegment(at.Start, at.Start))
}

// marks counts the marks of a block. It comes before all others. Each mark of
// emphasis may be held against all those before it in the block.
type marks struct {
	*Cost
	block ast.Node
	n     int // marks of emphasis in it
}

func (*marks) Trigger() []byte { return []byte(" (*_~!`<[]") }

func (m *marks) Parse(parent ast.Node, block text.Reader, _ parser.Context) ast.Node {
	if m.block != parent {
		m.block, m.n = parent, 0
	}
	_, at := block.PeekLine()
	m.offset = at.Start
	switch block.Peek() {
	case '*', '_', '~':
		m.n++
		m.find(m.n)
		m.mark()
	case '!', '`', '<', '[', ']':
		m.mark()
	default:
		m.Over()
	}
	if m.Fault != nil {
		return leave(block)
	}
	return nil
}

// end is where the lines of a block end.
func end(block ast.Node) int {
	if lines := block.Lines(); lines != nil && lines.Len() > 0 {
		return lines.At(lines.Len() - 1).Stop
	}
	return 0
}

// codeSpans looks for the end of a code span only where there is one.
type codeSpans struct {
	parser.InlineParser
	block ast.Node
	last  map[int]int // where the last run of so many backticks in the block begins
}

func (s *codeSpans) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if s.block != parent {
		s.block, s.last = parent, lastRuns(parent, block.Source())
	}
	line, at := block.PeekLine()
	length := len(line) - len(bytes.TrimLeft(line, "`"))
	if last, ok := s.last[length]; ok && last >= at.Start+length {
		return s.InlineParser.Parse(parent, block, pc)
	}
	block.Advance(length)
	return ast.NewTextSegment(at.WithStop(at.Start + length))
}

func lastRuns(block ast.Node, source []byte) map[int]int {
	last := make(map[int]int)
	lines := block.Lines()
	for i := range lines.Len() {
		segment := lines.At(i)
		line := source[segment.Start:segment.Stop]
		for at := bytes.IndexByte(line, '`'); at >= 0; {
			rest := line[at:]
			length := len(rest) - len(bytes.TrimLeft(rest, "`"))
			last[length] = segment.Start + at
			next := bytes.IndexByte(rest[length:], '`')
			if next < 0 {
				break
			}
			at += length + next
		}
	}
	return last
}

// links counts how far the parser goes back and forth for a link.
type links struct {
	parser.InlineParser
	*Cost
	block ast.Node
	open  []int // where the brackets stand that are open
}

func (l *links) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if l.block != parent {
		l.block, l.open = parent, l.open[:0]
	}
	line, at := block.PeekLine()
	switch {
	case line[0] == '[', bytes.HasPrefix(line, []byte("![")):
		l.open = append(l.open, at.Start)
	case line[0] == ']' && len(l.open) > 0:
		begin := l.open[len(l.open)-1]
		l.open = l.open[:len(l.open)-1]
		steps := at.Start - begin + parent.Lines().Len()
		if bytes.HasPrefix(line, []byte("](")) {
			destination := bytes.TrimLeft(line[2:], " \t")
			stop := bytes.IndexAny(destination, " \t\n")
			if bytes.HasPrefix(destination, []byte("<")) {
				stop = bytes.IndexByte(destination, '>')
			}
			if stop < 0 {
				stop = len(destination)
			}
			steps += stop
		}
		if l.find(steps) {
			return leave(block)
		}
	}
	node := l.InlineParser.Parse(parent, closures{block, l.Cost, end(parent)}, pc)
	switch n := node.(type) {
	case *ast.Link:
		l.copy(n.Reference, n.Destination, n.Title)
	case *ast.Image:
		l.copy(n.Reference, n.Destination, n.Title)
	}
	return node
}

// copy counts the address and title that a link has from a definition.
func (l *links) copy(from *ast.ReferenceLink, address, title []byte) {
	if from != nil {
		l.spend(&l.copied, len(address)+len(title), maxCopied, "bytes of addresses and titles that links have from definitions")
	}
}

// CloseBlock makes text of the brackets that were not closed.
func (l *links) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	l.InlineParser.(parser.CloseBlocker).CloseBlock(parent, block, pc)
}

// closures counts how far the parser looks for a closing character.
type closures struct {
	text.Reader
	*Cost
	end int
}

func (r closures) FindClosure(opener, closer byte, options text.FindClosureOptions) (*text.Segments, bool) {
	if r.Fault != nil {
		return nil, false
	}
	_, at := r.Position()
	segments, found := r.Reader.FindClosure(opener, closer, options)
	steps := r.end - at.Start
	if found {
		steps = 0
		for i := range segments.Len() {
			segment := segments.At(i)
			steps += segment.Len()
		}
	}
	r.find(steps)
	return segments, found
}

// definitions counts what it costs to take the definitions of links out of a
// paragraph: for each, the lines after it are moved.
type definitions struct {
	parser.ParagraphTransformer
	*Cost
}

func (d definitions) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines, source := node.Lines(), reader.Source()
	found := 0
	for i := range lines.Len() {
		segment := lines.At(i)
		if bytes.HasPrefix(bytes.TrimLeft(segment.Value(source), " "), []byte("[")) {
			found++
		} else if found == 0 {
			break // a paragraph begins with them
		}
	}
	if found > 0 && d.find(found*(lines.Len()+(end(node)-lines.At(0).Start)/4)) {
		return
	}
	d.ParagraphTransformer.Transform(node, reader, pc)
}

// tables counts the cells that a table would have: a row has as many as the
// head, however few are written.
type tables struct {
	parser.ParagraphTransformer
	*Cost
}

func (t tables) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines, source := node.Lines(), reader.Source()
	line := func(i int) []byte {
		segment := lines.At(i)
		return segment.Value(source)
	}
	pipes := func(i int) int { return bytes.Count(line(i), []byte("|")) }
	for i := 1; i < lines.Len(); i++ {
		columns := pipes(i) + 1
		if !isDelimiterRow(line(i)) || pipes(i-1) > 2*columns || columns > 2*pipes(i-1)+3 {
			continue
		}
		t.offset = lines.At(i).Start
		if t.block(columns * (lines.Len() - i)) {
			return
		}
		for j := i + 1; j < lines.Len(); j++ {
			if row := line(j); bytes.IndexByte(row, '`') >= 0 && t.spend(&t.pipes, bytes.Count(row, []byte(`\|`)), maxPipes, "escaped pipes in the code of tables") {
				return
			}
		}
		break
	}
	t.ParagraphTransformer.Transform(node, reader, pc)
}

// isDelimiterRow says whether a line may stand between the head and the rows of
// a table.
func isDelimiterRow(line []byte) bool {
	return bytes.IndexByte(line, '-') >= 0 && len(bytes.Trim(line, " \t\r\n|:-")) == 0
}

// footnoteTexts counts the texts of footnotes; each use of one is looked up
// among them.
type footnoteTexts struct {
	parser.BlockParser
	n *int
}

func (f footnoteTexts) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	node, state := f.BlockParser.Open(parent, reader, pc)
	if node != nil {
		*f.n++
	}
	return node, state
}

type footnoteUses struct {
	parser.InlineParser
	*Cost
	n *int
}

func (f footnoteUses) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if bytes.HasPrefix(bytes.TrimPrefix(line, []byte("!")), []byte("[^")) && f.find(*f.n+parent.Lines().Len()) {
		return leave(block)
	}
	return f.InlineParser.Parse(parent, block, pc)
}

// bareLinks keeps the parser from looking for an address where none can be.
type bareLinks struct {
	parser.InlineParser
	*Cost
}

// Limits of what is an address: of the host's name the parser's own, of what
// stands before the "@" that of RFC 5321, section 4.5.3.1.
const (
	maxHost  = 256
	maxLocal = 64
)

func (l bareLinks) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if strings.IndexByte(" *_~(", line[0]) >= 0 {
		line = line[1:]
	}
	switch {
	case bytes.HasPrefix(line, []byte("http:")), bytes.HasPrefix(line, []byte("https:")), bytes.HasPrefix(line, []byte("ftp:")):
	case bytes.HasPrefix(line, []byte("www.")) && hasDomain(line[4:min(len(line), 6+maxHost)]):
		l.find(4 * maxHost)
	case bytes.IndexByte(line[:min(len(line), maxLocal+1)], '@') <= 0:
		return nil
	case bytes.HasPrefix(line, []byte("www.")):
		l.find(4 * maxHost)
	}
	return l.InlineParser.Parse(parent, block, pc)
}

// hasDomain says whether a dot with a letter after it comes before a character
// that no host has.
func hasDomain(host []byte) bool {
	for i, c := range host {
		switch {
		case c == '.':
			if i > 0 && i+1 < len(host) && host[i+1] >= 'a' && host[i+1] <= 'z' {
				return true
			}
		case !util.IsAlphaNumeric(c) && strings.IndexByte("-@:%_+~#=", c) < 0:
			return false
		}
	}
	return false
}
