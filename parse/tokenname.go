package parse

import (
	"bytes"
	"fmt"
)

// splitName cuts a name at its colon.
func splitName(name []byte) (prefix, local []byte) {
	if i := bytes.IndexByte(name, ':'); i > 0 && i+1 < len(name) {
		return name[:i], name[i+1:]
	}
	return nil, name
}

// declare puts the namespaces and the base that the present tag states in force.
func (t *tokenizer) declare() {
	for i := range t.attrs {
		a := &t.attrs[i]
		switch {
		case a.prefix == nil:
			if string(a.local) == "xmlns" {
				t.bind("", a)
			}
		case string(a.prefix) == "xmlns":
			t.bind(string(a.local), a)
		case string(a.prefix) == "xml" && string(a.local) == "base":
			if e := &t.open[len(t.open)-1]; !e.based {
				e.based = true
				t.bases = append(t.bases, t.base)
				t.base = resolveURL(t.base, t.value(a))
			}
		}
	}
}

func (t *tokenizer) bind(prefix string, a *tagAttribute) {
	if len(t.bindings) == maxBindings {
		t.fail(ErrTooLarge, fmt.Sprintf("more than %d namespace prefixes are in force", maxBindings))
		return
	}
	b := binding{prefix: prefix}
	var ok bool
	if b.space, ok = spaces[string(a.raw)]; ok {
		b.uri = spaceURI[b.space]
	} else {
		b.uri = oneLine(t.value(a))
		if b.space, ok = t.alias[b.uri]; !ok {
			b.space = spaceOf(b.uri)
		}
	}
	t.bindings = append(t.bindings, b)
	if prefix == "" {
		t.plainest = b.space
	}
}

// unprefixed returns the namespace of names without a prefix.
func (t *tokenizer) unprefixed() space {
	if b := t.lookup(nil); b != nil {
		return b.space
	}
	return t.alias[""]
}

// lookup returns the binding of a prefix, or nil.
func (t *tokenizer) lookup(prefix []byte) *binding {
	for i := len(t.bindings) - 1; i >= 0; i-- {
		if b := &t.bindings[i]; b.prefix == string(prefix) {
			return b
		}
	}
	return nil
}

func (t *tokenizer) resolve(prefix []byte) space {
	if len(prefix) == 0 {
		return t.plainest
	}
	if b := t.lookup(prefix); b != nil {
		return b.space
	}
	if string(prefix) != "xml" {
		t.note("the prefix %s is not declared", prefix)
	}
	if s, ok := usualPrefixes[string(prefix)]; ok {
		return s
	}
	return spaceOther
}

// adopt makes the namespace of the root element, which is none that is known,
// the one that its name says it is.
func (t *tokenizer) adopt(s space) {
	prefix, _ := splitName(t.name)
	uri := ""
	if b := t.lookup(prefix); b != nil {
		uri = b.uri
	}
	if t.alias == nil {
		t.alias = map[string]space{}
	}
	t.alias[uri] = s
	for i := range t.bindings {
		if t.bindings[i].uri == uri {
			t.bindings[i].space = s
		}
	}
	t.space, t.plainest = s, t.unprefixed()
}

// attr returns the value of the attribute without a prefix, or "".
func (t *tokenizer) attr(local string) string {
	for i := range t.attrs {
		if a := &t.attrs[i]; a.prefix == nil && string(a.local) == local {
			return t.value(a)
		}
	}
	return ""
}

// attrIn returns the value of the attribute in a namespace, or "".
func (t *tokenizer) attrIn(s space, local string) string {
	for i := range t.attrs {
		if a := &t.attrs[i]; a.prefix != nil && string(a.local) == local && t.resolve(a.prefix) == s {
			return t.value(a)
		}
	}
	return ""
}

// value decodes an attribute.
func (t *tokenizer) value(a *tagAttribute) string {
	if s, ok := usualValues[string(a.raw)]; ok {
		return s
	}
	if bytes.IndexByte(a.raw, '&') < 0 {
		return string(a.raw)
	}
	return string(t.decode(nil, a.raw))
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
