package check

import (
	"bytes"
	"strings"
)

// documentType takes "<!DOCTYPE ...>". Of what it declares only the entities
// of its own text count: nothing is fetched.
func (s *scanner) documentType() {
	if s.begun || s.doctype.present {
		s.failf(s.pos, "a document type after the first element, or a second one")
		return
	}
	s.doctype.present, s.doctype.at = true, s.at
	for {
		rest, ok := s.parseDoctype(s.buf[s.pos+9:])
		if ok {
			s.pos = len(s.buf) - len(rest)
			return
		}
		if s.stopped || !s.more() {
			if !s.stopped {
				s.failf(s.pos, "a document type without its end")
			}
			return
		}
	}
}

// parseDoctype returns what stands behind the declaration, and false if b ends
// within it.
func (s *scanner) parseDoctype(b []byte) ([]byte, bool) {
	d := &s.doctype
	d.entities, d.externalEntities = nil, nil
	d.public, d.system = "", ""
	inside := false
	var quoted []string
	public := false
	for len(b) > 0 {
		switch c := b[0]; {
		case c == '"' || c == '\'':
			end := bytes.IndexByte(b[1:], c)
			if end < 0 {
				return nil, false
			}
			if !inside {
				quoted = append(quoted, string(b[1:1+end]))
			}
			b = b[end+2:]
		case c == '[' && !inside:
			inside, b = true, b[1:]
		case c == ']' && inside:
			inside, b = false, b[1:]
		case c == '>' && !inside:
			switch {
			case public && len(quoted) > 0:
				d.public = quoted[0]
				if len(quoted) > 1 {
					d.system = quoted[1]
				}
			case len(quoted) > 0:
				d.system = quoted[0]
			}
			return b[1:], true
		case !inside && bytes.HasPrefix(b, []byte("PUBLIC")):
			public, b = true, b[6:]
		case inside && bytes.HasPrefix(b, []byte("<!--")):
			end := bytes.Index(b[4:], []byte("-->"))
			if end < 0 {
				return nil, false
			}
			b = b[4+end+3:]
		case inside && bytes.HasPrefix(b, []byte("<!ENTITY")):
			rest, ok := s.entity(b[8:])
			if !ok {
				return nil, false
			}
			b = rest
		default:
			b = b[1:]
		}
	}
	return nil, false
}

// entity takes what follows "<!ENTITY".
func (s *scanner) entity(b []byte) ([]byte, bool) {
	b = bytes.TrimLeft(b, " \t\r\n")
	parameter := len(b) > 0 && b[0] == '%'
	if parameter {
		b = bytes.TrimLeft(b[1:], " \t\r\n")
	}
	n := 0
	for n < len(b) && nameByte[b[n]] {
		n++
	}
	name := string(b[:n])
	b = bytes.TrimLeft(b[n:], " \t\r\n")
	if len(b) == 0 {
		return nil, false
	}
	value, external := "", true
	if q := b[0]; q == '"' || q == '\'' {
		end := bytes.IndexByte(b[1:], q)
		if end < 0 {
			return nil, false
		}
		value, external, b = string(b[1:1+end]), false, b[end+2:]
	}
	for len(b) > 0 && b[0] != '>' {
		if q := b[0]; q == '"' || q == '\'' {
			end := bytes.IndexByte(b[1:], q)
			if end < 0 {
				return nil, false
			}
			b = b[end+1:]
		}
		b = b[1:]
	}
	if len(b) == 0 {
		return nil, false
	}
	d := &s.doctype
	switch {
	case parameter || len(d.entities)+len(d.externalEntities) >= maxEntities:
	case external:
		if d.externalEntities == nil {
			d.externalEntities = map[string]bool{}
		}
		d.externalEntities[name] = true
	default:
		if d.entities == nil {
			d.entities = map[string]string{}
		}
		if _, ok := d.entities[name]; !ok {
			d.entities[name] = s.expand(value)
		}
	}
	return b[1:], true
}

// expand resolves the references of an entity's own text, to those declared
// before it.
func (s *scanner) expand(value string) string {
	var b strings.Builder
	for b.Len() < maxEntity {
		before, after, found := strings.Cut(value, "&")
		b.WriteString(before)
		if !found {
			break
		}
		name, rest, found := strings.Cut(after, ";")
		if !found {
			b.WriteString("&" + after)
			break
		}
		value = rest
		if strings.HasPrefix(name, "#") {
			if r, ok := charRef([]byte(name[1:])); ok {
				b.WriteRune(r)
			}
			continue
		}
		if text, ok := s.doctype.entities[name]; ok {
			b.WriteString(text)
		} else {
			b.WriteString("&" + name + ";")
		}
	}
	return b.String()[:min(b.Len(), maxEntity)]
}
