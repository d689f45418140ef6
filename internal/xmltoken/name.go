package xmltoken

import (
	"bytes"
	"fmt"

	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/relref"
	"github.com/automationregion/newsletter/internal/text"
)

// splitName cuts a name at its colon.
func splitName(name []byte) (prefix, local []byte) {
	if i := bytes.IndexByte(name, ':'); i > 0 && i+1 < len(name) {
		return name[:i], name[i+1:]
	}
	return nil, name
}

// declare puts the namespaces and the base that the present tag states in force.
func (t *Reader) declare() {
	for i := range t.Attrs {
		a := &t.Attrs[i]
		switch {
		case a.Prefix == nil:
			if string(a.Local) == "xmlns" {
				t.bind("", a)
			}
		case string(a.Prefix) == "xmlns":
			t.bind(string(a.Local), a)
		case string(a.Prefix) == "xml" && string(a.Local) == "base":
			if e := &t.open[len(t.open)-1]; !e.based {
				e.based = true
				t.bases = append(t.bases, t.base)
				t.base = relref.Resolve(t.base, t.Value(a))
			}
		}
	}
}

func (t *Reader) bind(prefix string, a *Attr) {
	if len(t.bindings) == maxBindings {
		t.Fail(ErrTooLarge, fmt.Sprintf("more than %d namespace prefixes are in force", maxBindings))
		return
	}
	b := Binding{Prefix: prefix}
	var ok bool
	if t.strict {
		b.URI = t.Value(a)
		b.Space = t.spaceOf(b.URI)
	} else if b.Space, ok = namespace.Exact(a.Raw); ok {
		b.URI = b.Space.URI()
	} else {
		b.URI = text.Line(t.Value(a))
		if b.Space, ok = t.alias[b.URI]; !ok {
			b.Space = namespace.Of(b.URI)
		}
		t.Odd = t.Odd || b.URI == namespace.Declarations
	}
	t.bindings = append(t.bindings, b)
	if prefix == "" {
		t.plainest = b.Space
	}
}

// unprefixed returns the namespace of names without a prefix.
func (t *Reader) unprefixed() namespace.Space {
	if b := t.Lookup(nil); b != nil {
		return b.Space
	}
	return t.alias[""]
}

// Lookup returns the binding of a prefix, or nil.
func (t *Reader) Lookup(prefix []byte) *Binding {
	for i := len(t.bindings) - 1; i >= 0; i-- {
		if b := &t.bindings[i]; b.Prefix == string(prefix) {
			return b
		}
	}
	return nil
}

func (t *Reader) resolve(prefix []byte) namespace.Space {
	if len(prefix) == 0 {
		return t.plainest
	}
	if b := t.Lookup(prefix); b != nil {
		return b.Space
	}
	if string(prefix) != "xml" {
		t.Note("the prefix %s is not declared", prefix)
	}
	return namespace.OfPrefix(prefix)
}

// URI returns what the namespace of the present tag is called where it is
// declared, or "".
func (t *Reader) URI() string {
	if t.strict {
		if t.bound == nil {
			return ""
		}
		return t.bound.URI
	}
	prefix, _ := splitName(t.Name)
	if b := t.Lookup(prefix); b != nil {
		return b.URI
	}
	return ""
}

// Bindings returns the namespace prefixes that are in force.
func (t *Reader) Bindings() []Binding { return t.bindings }

// Adopt makes the namespace of the root element, which is none that is known,
// the one that its name says it is. A prefix that is declared nowhere stands for it.
func (t *Reader) Adopt(s namespace.Space) {
	uri := t.URI()
	if t.alias == nil {
		t.alias = map[string]namespace.Space{}
	}
	t.alias[uri] = s
	for i := range t.bindings {
		if t.bindings[i].URI == uri {
			t.bindings[i].Space = s
		}
	}
	if prefix, _ := splitName(t.Name); prefix != nil && t.Lookup(prefix) == nil {
		t.bindings = append(t.bindings, Binding{Prefix: string(prefix), URI: s.URI(), Space: s})
	}
	t.Space, t.plainest = s, t.unprefixed()
}

// Attr returns the value of the attribute without a prefix, or "".
func (t *Reader) Attr(local string) string {
	for i := range t.Attrs {
		if a := &t.Attrs[i]; a.Prefix == nil && string(a.Local) == local {
			return t.Value(a)
		}
	}
	return ""
}

// HasAttr reports whether there is an attribute without a prefix, which may be
// empty.
func (t *Reader) HasAttr(local string) bool {
	for i := range t.Attrs {
		if a := &t.Attrs[i]; a.Prefix == nil && string(a.Local) == local {
			return true
		}
	}
	return false
}

// AttrIn returns the value of the attribute in a namespace, or "".
func (t *Reader) AttrIn(s namespace.Space, local string) string {
	for i := range t.Attrs {
		if a := &t.Attrs[i]; a.Prefix != nil && string(a.Local) == local && t.resolve(a.Prefix) == s {
			return t.Value(a)
		}
	}
	return ""
}

// Value decodes an attribute.
func (t *Reader) Value(a *Attr) string {
	if s, ok := usualValues[string(a.Raw)]; ok {
		return s
	}
	if bytes.IndexByte(a.Raw, '&') < 0 {
		return string(a.Raw)
	}
	return string(t.decode(nil, a.Raw))
}

// usualValues are those that most attributes have, so that they need no memory
// of their own.
var usualValues = func() map[string]string {
	m := map[string]string{}
	for _, s := range []string{
		"", "alternate", "self", "enclosure", "replies", "related", "via", "hub", "edit", "license", "service.post",
		"text", "html", "xhtml", "text/html", "text/plain", "application/xhtml+xml", "application/atom+xml", "application/rss+xml",
		"image/jpeg", "image/png", "image/gif", "image/webp", "audio/mpeg", "audio/x-m4a", "video/mp4", "application/pdf",
		"image", "audio", "video", "0", "1", "true", "false", "en", "en-US", "sv", "de", "fr", "escaped", "xml", "nofollow", "_blank",
	} {
		m[s] = s
	}
	return m
}()
