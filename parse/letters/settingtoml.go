package letters

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// readTOML reads a TOML document. Its first line is line firstLine of the file.
// The library bounds the depth of its values.
func readTOML(text string, firstLine int, f *faults) *setting {
	c := tomlReader{faults: f, text: text, shift: firstLine - 1, at: place{firstLine, 1}}
	// The decoder knows all of TOML's rules (a key twice, a table over a value);
	// the parser below knows the places.
	var rules map[string]any
	if err := toml.Unmarshal([]byte(text), &rules); err != nil {
		at := place{firstLine, 1}
		if e, ok := errors.AsType[*toml.DecodeError](err); ok {
			row, column := e.Position()
			at = c.placeOfColumn(row, column)
		}
		f.addAs(ruleTOML, at, "TOML: %s", strings.TrimPrefix(err.Error(), "toml: "))
		return nil
	}
	c.parser.Reset([]byte(text))
	root := &setting{kind: tableValue, place: place{firstLine, 1}}
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
		f.addAs(ruleTOML, root.place, "TOML: %v", err)
		return nil
	}
	return root
}

// A tomlReader turns TOML expressions into settings.
type tomlReader struct {
	*faults
	parser unstable.Parser
	text   string
	shift  int // from a line of the TOML to a line of the file

	offset int   // of the place that was asked for last
	at     place // which it is
}

// placeAt returns the place of an offset. Keys are asked for in their order, so it
// counts on from the last, and not from the start for each.
func (c *tomlReader) placeAt(offset uint32) place {
	next := min(int(offset), len(c.text))
	if next < c.offset {
		c.offset, c.at = 0, place{c.shift + 1, 1}
	}
	passed := placeIn(c.text[c.offset:next], next-c.offset)
	if passed.line > 1 {
		c.at = place{c.at.line + passed.line - 1, passed.column}
	} else {
		c.at.column += passed.column - 1
	}
	c.offset = next
	return c.at
}

// placeOfColumn makes a place of a line and a column in bytes.
func (c *tomlReader) placeOfColumn(row, column int) place {
	line := c.text
	for range row - 1 {
		_, line, _ = strings.Cut(line, "\n")
	}
	before := line[:min(max(column-1, 0), len(line))]
	return place{row + c.shift, utf8.RuneCountInString(before) + 1}
}

// open returns the table of a [header] or of the next [[header]].
func (c *tomlReader) open(root *setting, e *unstable.Node, another bool) *setting {
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
func (c *tomlReader) child(t *setting, key *unstable.Node, another bool) *setting {
	at := c.placeAt(key.Raw.Offset)
	name := string(key.Data)
	var value *setting
	for _, e := range t.table {
		if e.key == name {
			value = e.value
		}
	}
	fresh := &setting{place: at, kind: tableValue}
	switch {
	case value == nil && another:
		value = &setting{place: at, kind: listValue, items: []*setting{fresh}}
		t.table = append(t.table, entry{place: at, key: name, value: value})
	case value == nil:
		t.table = append(t.table, entry{place: at, key: name, value: fresh})
	case another:
		value.items = append(value.items, fresh)
	case value.kind == listValue && len(value.items) > 0:
		return value.items[len(value.items)-1]
	default:
		return value
	}
	return fresh
}

// assign puts a key with its value into a table.
func (c *tomlReader) assign(t *setting, e *unstable.Node) {
	for keys := e.Key(); keys.Next(); {
		key := keys.Node()
		if !keys.IsLast() {
			t = c.child(t, key, false)
			continue
		}
		at := c.placeAt(key.Raw.Offset)
		t.table = append(t.table, entry{place: at, key: string(key.Data), value: c.setting(e.Value(), at)})
	}
}

// setting makes a setting of a value; near is where an array's key stands, as
// an array has no place of its own.
func (c *tomlReader) setting(n *unstable.Node, near place) *setting {
	s := &setting{place: near, kind: textValue, text: string(n.Data)}
	if n.Raw.Length > 0 {
		s.place = c.placeAt(n.Raw.Offset)
	}
	switch n.Kind {
	case unstable.Bool:
		s.kind = boolValue
	case unstable.Array:
		s.kind = listValue
		for items := n.Children(); items.Next(); {
			s.items = append(s.items, c.setting(items.Node(), near))
		}
	case unstable.InlineTable:
		s.kind = tableValue
		for items := n.Children(); items.Next(); {
			c.assign(s, items.Node())
		}
	}
	return s
}
