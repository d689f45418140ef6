package settings

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/automationregion/newsletter/parse"
	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// maxSettings bounds the values of one front matter or configuration, after
// aliases are followed: a few lines of YAML can stand for millions of values.
const maxSettings = 100_000

// YAML reads a YAML document that is a table; with a fault it is false. Its first line
// is line firstLine of the file. A document without a value is an empty table.
func YAML(text string, firstLine, maxDepth int, f *Faults) (Value, bool) {
	n := readYAML(text, firstLine, maxDepth, f)
	return Value{Faults: f, node: n}, n != nil
}

func readYAML(text string, firstLine, maxDepth int, f *Faults) *node {
	empty := &node{kind: Table, place: Place{firstLine, 1}}
	if strings.TrimSpace(text) == "" {
		return empty
	}
	limits := loaderlimits.New(loaderlimits.DepthValue(maxDepth))
	loader, err := yaml.NewLoader(strings.NewReader(text), yaml.WithPlugin(limits))
	var doc yaml.Node
	if err == nil {
		err = loader.Load(&doc)
	}
	if errors.Is(err, io.EOF) { // nothing but comments
		return empty
	}
	if err != nil {
		addYAMLError(err, text, firstLine, f)
		return nil
	}
	c := yamlReader{Faults: f, shift: firstLine - 1, depth: maxDepth, left: maxSettings}
	if len(doc.Content) != 1 {
		return empty
	}
	s := c.node(doc.Content[0], 0)
	switch {
	case s == nil: // reported
	case s.kind == Nothing:
		return empty
	case s.kind != Table:
		f.AddAs(RuleYAML, s.place, "expected keys with their values, such as title: A letter, found %s", s.kind)
		return nil
	}
	return s
}

// addYAMLError adds what the YAML library found, in the form that all errors
// have here, and what to do about it.
func addYAMLError(err error, text string, firstLine int, f *Faults) {
	at := Place{firstLine, 1}
	message := err.Error()
	var one *yaml.LoadError
	var several *yaml.LoadErrors
	if !errors.As(err, &one) && errors.As(err, &several) && len(several.Errors) > 0 {
		one = several.Errors[0]
	}
	if one != nil {
		message = one.Message
		if one.ContextMsg != "" {
			message = one.ContextMsg + ": " + message
		}
		if one.Mark.Line > 0 {
			at = Place{one.Mark.Line + firstLine - 1, max(one.Mark.Column, 1)}
		}
		hint := yamlHint(message, text, one.Mark.Line, one.Mark.Column)
		if open := one.ContextMark; open.Line > 0 && (strings.Contains(message, "quoted scalar") || strings.Contains(message, "parsing a flow")) {
			at = Place{open.Line + firstLine - 1, max(open.Column, 1)} // it is where it begins that is wrong
			hint = "what begins here is never closed"
		}
		if hint != "" {
			message += ": " + hint
		}
	}
	f.AddAs(RuleYAML, at, "YAML: %s", strings.TrimPrefix(message, "yaml: "))
}

// A yamlReader turns YAML nodes into ours.
type yamlReader struct {
	*Faults
	shift int // from a line of the YAML to a line of the file
	depth int
	left  int // values that may still come
}

// node returns nil if there is a fault that leaves nothing to read.
func (c *yamlReader) node(n *yaml.Node, depth int) *node {
	at := Place{n.Line + c.shift, n.Column}
	if depth > c.depth {
		c.AddError(at, fmt.Errorf("%w: expected at most %d levels", parse.ErrTooDeep, c.depth))
		return nil
	}
	if c.left--; c.left < 0 {
		c.AddError(at, fmt.Errorf("%w: expected at most %d values", parse.ErrTooLarge, maxSettings))
		return nil
	}
	switch n.Kind {
	case yaml.AliasNode:
		s := c.node(n.Alias, depth+1)
		if s != nil {
			s.place = at
		}
		return s
	case yaml.SequenceNode:
		s := &node{place: at, kind: List}
		for _, item := range n.Content {
			v := c.node(item, depth+1)
			if v == nil {
				return nil
			}
			s.items = append(s.items, v)
		}
		return s
	case yaml.MappingNode:
		return c.table(n, at, depth)
	}
	switch n.ShortTag() {
	case "!!null":
		return &node{place: at}
	case "!!bool":
		return &node{place: at, kind: Truth, text: n.Value}
	}
	return &node{place: at, kind: Text, text: n.Value}
}

func (c *yamlReader) table(n *yaml.Node, at Place, depth int) *node {
	s := &node{place: at, kind: Table}
	lines := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		keyAt := Place{key.Line + c.shift, key.Column}
		if key.Kind != yaml.ScalarNode {
			c.AddAs(RuleYAML, keyAt, "expected a key, found a list or a table")
			return nil
		}
		if line, twice := lines[key.Value]; twice {
			c.AddAs(RuleYAML, keyAt, "duplicate key %q: it is on line %d already", key.Value, line)
			continue
		}
		lines[key.Value] = keyAt.Line
		v := c.node(n.Content[i+1], depth+1)
		if v == nil {
			return nil
		}
		s.table = append(s.table, entry{place: keyAt, key: key.Value, node: v})
	}
	return s
}
