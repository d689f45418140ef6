package settings

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// TOML reads a TOML document; with a fault it is false. Its first line is line firstLine
// of the file. The library bounds the depth of its values.
func TOML(text string, firstLine int, f *Faults) (Value, bool) {
	n := readTOML(text, firstLine, f)
	return Value{Faults: f, node: n}, n != nil
}

func readTOML(text string, firstLine int, f *Faults) *node {
	c := tomlReader{Faults: f, text: text, shift: firstLine - 1, at: Place{firstLine, 1}}
	// The decoder knows all of TOML's rules (a key twice, a table over a value);
	// the parser below knows the places.
	var rules map[string]any
	if err := toml.Unmarshal([]byte(text), &rules); err != nil {
		at := Place{firstLine, 1}
		if e, ok := errors.AsType[*toml.DecodeError](err); ok {
			row, column := e.Position()
			at = c.placeOfColumn(row, column)
		}
		f.AddAs(RuleTOML, at, "TOML: %s", strings.TrimPrefix(err.Error(), "toml: "))
		return nil
	}
	c.parser.Reset([]byte(text))
	root := &node{kind: Table, place: Place{firstLine, 1}}
	current := root
	for c.parser.NextExpression() {
		switch e := c.parser.Expression(); e.Kind {
		case unstable.Table:
			current = c.open(root, e, false)
		case unstable.ArrayTable:
			current = c.open(root, e, true)
		case unstable.KeyValue:
			c.assign(current, e)
		}
	}
	if err := c.parser.Error(); err != nil {
		f.AddAs(RuleTOML, root.place, "TOML: %v", err)
		return nil
	}
	return root
}

// A tomlReader turns TOML expressions into nodes.
type tomlReader struct {
	*Faults
	parser unstable.Parser
	text   string
	shift  int // from a line of the TOML to a line of the file

	offset int   // of the place that was asked for last
	at     Place // which it is
}

// placeAt returns the place of an offset. Keys are asked for in their order, so it
// counts on from the last, and not from the start for each.
func (c *tomlReader) placeAt(offset uint32) Place {
	next := min(int(offset), len(c.text))
	if next < c.offset {
		c.offset, c.at = 0, Place{c.shift + 1, 1}
	}
	passed := At(c.text[c.offset:next], next-c.offset)
	if passed.Line > 1 {
		c.at = Place{c.at.Line + passed.Line - 1, passed.Column}
	} else {
		c.at.Column += passed.Column - 1
	}
	c.offset = next
	return c.at
}

// placeOfColumn makes a place of a line and a column in bytes.
func (c *tomlReader) placeOfColumn(row, column int) Place {
	line := c.text
	for range row - 1 {
		_, line, _ = strings.Cut(line, "\n")
	}
	before := line[:min(max(column-1, 0), len(line))]
	return Place{row + c.shift, utf8.RuneCountInString(before) + 1}
}

// open returns the table of a [header] or of the next [[header]].
func (c *tomlReader) open(root *node, e *unstable.Node, another bool) *node {
	current := root
	for keys := e.Key(); keys.Next(); {
		key := keys.Node()
		last := keys.IsLast()
		current = c.child(current, key, last && another)
	}
	return current
}

// child returns the table that key names in t, the last one if it is a list of
// tables. Where there is none it is made, or where another one is wanted.
func (c *tomlReader) child(t *node, key *unstable.Node, another bool) *node {
	at := c.placeAt(key.Raw.Offset)
	name := string(key.Data)
	var value *node
	for _, e := range t.table {
		if e.key == name {
			value = e.node
		}
	}
	fresh := &node{place: at, kind: Table}
	switch {
	case value == nil && another:
		value = &node{place: at, kind: List, items: []*node{fresh}}
		t.table = append(t.table, entry{place: at, key: name, node: value})
	case value == nil:
		t.table = append(t.table, entry{place: at, key: name, node: fresh})
	case another:
		value.items = append(value.items, fresh)
	case value.kind == List && len(value.items) > 0:
		return value.items[len(value.items)-1]
	default:
		return value
	}
	return fresh
}

// assign puts a key with its value into a table.
func (c *tomlReader) assign(t *node, e *unstable.Node) {
	for keys := e.Key(); keys.Next(); {
		key := keys.Node()
		if !keys.IsLast() {
			t = c.child(t, key, false)
			continue
		}
		at := c.placeAt(key.Raw.Offset)
		t.table = append(t.table, entry{place: at, key: string(key.Data), node: c.node(e.Value(), at)})
	}
}

// node makes a node of a value; near is where an array's key stands, as
// an array has no place of its own.
func (c *tomlReader) node(n *unstable.Node, near Place) *node {
	s := &node{place: near, kind: Text, text: string(n.Data)}
	if n.Raw.Length > 0 {
		s.place = c.placeAt(n.Raw.Offset)
	}
	switch n.Kind {
	case unstable.Bool:
		s.kind = Truth
	case unstable.Array:
		s.kind = List
		for items := n.Children(); items.Next(); {
			s.items = append(s.items, c.node(items.Node(), near))
		}
	case unstable.InlineTable:
		s.kind = Table
		for items := n.Children(); items.Next(); {
			c.assign(s, items.Node())
		}
	}
	return s
}
