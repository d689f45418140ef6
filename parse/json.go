package parse

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/automationregion/newsletter/internal/relref"
	"github.com/automationregion/newsletter/internal/text"
)

// jsonNumber is a number as it is written.
type jsonNumber = json.Number

// jsonDocument is a JSON Feed as it stands there: the members of the top object
// without its items, and the items that are objects.
type jsonDocument struct {
	top      map[string]any
	items    []map[string]any
	hasItems bool
	room     relref.Room
}

// jsonReader turns tokens into values, and knows where it is.
type jsonReader struct {
	dec  *jsontext.Decoder
	data []byte
	o    Options
	path []byte
	deep int
	raw  int // members so far that no row reads
}

// jsonRaw is the value of a member that the model has no field for.
type jsonRaw struct {
	number int    // in the order of the document
	text   string // without white space between its parts
}

// decodeJSON reads a document whose top is an object. With an error it returns
// what came before, which is nil if that is nothing.
func decodeJSON(data []byte, o Options) (*jsonDocument, error) {
	r := &jsonReader{dec: jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)), data: data, o: o}
	tok, err := r.dec.ReadToken()
	if err != nil {
		return nil, r.fail(err)
	}
	if tok.Kind() != '{' {
		return nil, &NotFeedError{What: "a JSON document whose top is no object"}
	}
	doc := &jsonDocument{top: map[string]any{}, room: relref.Room{Size: len(data)}}
	r.deep = 1
	for r.more() {
		key, err := r.key()
		if err != nil {
			return doc, err
		}
		if key == "items" {
			if err := r.items(doc); err != nil {
				return doc, err
			}
		} else {
			v, err := r.member(feedKind, key)
			if err != nil {
				return doc, err
			}
			doc.top[key] = v
		}
		r.path = r.path[:0]
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return doc, r.fail(err)
	}
	if rest := bytes.TrimLeft(data[r.dec.InputOffset():], " \t\r\n"); len(rest) > 0 {
		e := r.failf("the document goes on after its end")
		e.Line, e.Column = position(data, len(data)-len(rest))
		return doc, e
	}
	return doc, nil
}

// decodeMembers reads an object of the kind.
func decodeMembers(data []byte, kind *jsonKind) (jsonObject, error) {
	r := &jsonReader{dec: jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)), data: data, o: optionsOf(nil)}
	v, err := r.value(kind)
	if err != nil {
		return nil, err
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, r.failf("no object")
	}
	return object, nil
}

// items reads the array of items.
func (r *jsonReader) items(doc *jsonDocument) error {
	tok, err := r.dec.ReadToken()
	switch {
	case err != nil:
		return r.fail(err)
	case tok.Kind() == 'n': // null is none
		return nil
	case tok.Kind() != '[':
		return r.failf("expected an array")
	}
	r.deep++
	doc.hasItems = true
	here := len(r.path)
	for i := 0; r.more(); i++ {
		r.index(i)
		if why := r.o.tooMany(len(doc.items), int(r.dec.InputOffset())); why != "" {
			err := r.failf("%s", why)
			err.Err = ErrTooManyLetters
			return err
		}
		v, err := r.value(itemKind)
		if err != nil {
			return err
		}
		if item, ok := v.(map[string]any); ok {
			doc.items = append(doc.items, item)
		}
		r.path = r.path[:here]
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return r.fail(err)
	}
	r.deep--
	return nil
}

// value reads one value with all that it holds. Objects in it are of the kind.
func (r *jsonReader) value(kind *jsonKind) (any, error) {
	tok, err := r.dec.ReadToken()
	if err != nil {
		return nil, r.fail(err)
	}
	open := tok.Kind()
	switch open {
	case 'n':
		return nil, nil
	case 't', 'f':
		return open == 't', nil
	case '"':
		return tok.String(), nil
	case '0':
		return jsonNumber(tok.String()), nil
	}
	if r.deep++; r.deep > r.o.MaxDepth {
		err := r.failf("arrays and objects stand more than %d deep within each other", r.o.MaxDepth)
		err.Err = ErrTooDeep
		return nil, err
	}
	var v any
	here := len(r.path)
	if open == '[' {
		list := []any{}
		for i := 0; r.more(); i++ {
			r.index(i)
			e, err := r.value(kind)
			if err != nil {
				return nil, err
			}
			list = append(list, e)
			r.path = r.path[:here]
		}
		v = list
	} else {
		object := map[string]any{}
		for r.more() {
			key, err := r.key()
			if err != nil {
				return nil, err
			}
			if object[key], err = r.member(kind, key); err != nil {
				return nil, err
			}
			r.path = r.path[:here]
		}
		v = object
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return nil, r.fail(err)
	}
	r.deep--
	return v, nil
}

// member reads the value of a member of an object of the kind: one that is not
// known there as it is written.
func (r *jsonReader) member(kind *jsonKind, name string) (any, error) {
	if kind.names == nil { // then neither has what stands in it
		return r.value(kind)
	}
	if inner, ok := kind.names[name]; ok {
		return r.value(inner)
	}
	raw, err := r.dec.ReadValue()
	if err != nil {
		return nil, r.fail(err)
	}
	if i := tooDeep(raw, r.o.MaxDepth-r.deep); i >= 0 {
		err := r.failf("arrays and objects stand more than %d deep within each other", r.o.MaxDepth)
		err.Line, err.Column = position(r.data, int(r.dec.InputOffset())-len(raw)+i+1)
		err.Err = ErrTooDeep
		return nil, err
	}
	raw = raw.Clone()
	if err := raw.Compact(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		return nil, r.failf("%v", err)
	}
	r.raw++
	return jsonRaw{r.raw, notInXML.Replace(strings.ToValidUTF8(string(raw), "\uFFFD"))}, nil
}

// notInXML writes what XML can't hold as JSON's escapes.
var notInXML = strings.NewReplacer("\uFFFE", `\ufffe`, "\uFFFF", `\uffff`)

// tooDeep returns where an array or object begins that stands deeper than the
// limit within others, or -1.
func tooDeep(v jsontext.Value, limit int) int {
	depth, quoted := 0, false
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			if depth++; depth > limit {
				return i
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return -1
}

// more reports whether the array or object goes on. A fault counts as more: the
// next token tells it.
func (r *jsonReader) more() bool {
	kind := r.dec.PeekKind()
	return kind != ']' && kind != '}'
}

// key reads the name of a member and adds it to the path.
func (r *jsonReader) key() (string, error) {
	tok, err := r.dec.ReadToken()
	if err != nil {
		return "", r.fail(err)
	}
	key := tok.String()
	if len(r.path) > 0 {
		r.path = append(r.path, '.')
	}
	r.path = append(r.path, key[:min(len(key), 40)]...)
	return key, nil
}

func (r *jsonReader) index(i int) {
	r.path = append(r.path, '[')
	r.path = strconv.AppendInt(r.path, int64(i), 10)
	r.path = append(r.path, ']')
}

// fail says where the decoder found the fault.
func (r *jsonReader) fail(err error) error {
	e := r.failf("%v", err)
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		e.Line, e.Column = position(r.data, len(r.data))
		e.Message, e.Err = "the document is cut off here", ErrTruncated
	case errors.As(err, &syntax):
		e.Line, e.Column = position(r.data, int(syntax.ByteOffset))
		e.Message, e.Err = "malformed JSON: "+syntax.Err.Error(), err
	}
	return e
}

func (r *jsonReader) failf(format string, args ...any) *Error {
	line, column := position(r.data, int(r.dec.InputOffset()))
	return &Error{File: r.o.FileName, Line: line, Column: column, Path: text.Clip(string(r.path), 100), Message: fmt.Sprintf(format, args...)}
}

// position returns the line and the column, in characters, of data[i].
func position(data []byte, i int) (line, column int) {
	before := data[:max(0, min(i, len(data)))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}
