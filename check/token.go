package check

import "github.com/automationregion/newsletter/internal/xmltoken"

// Bounds that no feed comes near, and that keep a hostile one from making the
// checker work or remember out of proportion.
const (
	maxToken   = 16 << 20 // bytes of a value of JSON
	maxDepth   = 512      // elements within each other, and values of JSON
	maxMembers = 256      // of an object of JSON that are remembered
	maxBase    = 2 << 10  // bytes of an address that others are relative to
)

type place = xmltoken.Place

// A scanner cuts a document into the tokens of XML, with what their names stand for.
// The fields hold until the next token.
type scanner struct {
	*xmltoken.Reader
	kind    xmltoken.Kind
	at, end place  // of a start tag; where any other token begins
	uri     string // of the element's namespace
	attrs   []attr
}

type attr struct {
	*xmltoken.Attr
	space space
	uri   string
}

func (s *scanner) next() xmltoken.Kind {
	s.kind = s.Next()
	s.at = s.From()
	if s.kind != xmltoken.Start {
		return s.kind
	}
	s.end, s.uri, s.attrs = s.To(), s.URI(), s.attrs[:0]
	for i := range s.Attrs {
		a := attr{Attr: &s.Attrs[i]}
		if _, ok := a.Declares(); ok {
			a.space = spaceXMLNS
		} else if a.Prefix != nil {
			b := s.Lookup(a.Prefix)
			a.space, a.uri = b.Space, b.URI
		}
		s.attrs = append(s.attrs, a)
	}
	return s.kind
}

// name is an attribute's name as it is written.
func (a *attr) name() string {
	if a.Prefix != nil {
		return string(a.Prefix) + ":" + string(a.Local)
	}
	return string(a.Local)
}

func indexNonBlank(b []byte) int {
	for i, c := range b {
		if !isBlank(c) {
			return i
		}
	}
	return -1
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
