package parse

import (
	"bytes"
	"strings"

	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/relref"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

// localName is the present element's name in lower case.
func (d *Decoder) localName() []byte {
	local := d.tok.Local
	for _, c := range local {
		if c >= 'A' && c <= 'Z' {
			return append(d.lower[:0], bytes.ToLower(local)...)
		}
	}
	return local
}

func (d *Decoder) isLetter() bool {
	t := d.tok
	switch t.Space {
	case namespace.RSS:
		return string(d.localName()) == "item"
	case namespace.Atom:
		return string(d.localName()) == "entry"
	}
	return false
}

// rule returns what becomes of the present element, or nil if none knows it.
func (d *Decoder) rule() *rule {
	if s := d.tok.Space; s != namespace.Other {
		return d.tables.of[s][string(d.localName())]
	}
	return nil
}

// walk reads the elements within the one that was just begun, by the given rows
// alone or, without, by those of every vocabulary.
func (d *Decoder) walk(only *within, p *page) {
	t := d.tok
	depth := t.Depth()
	for {
		switch t.NextTag() {
		case xmltoken.Start:
			var r *rule
			if only == nil {
				r = d.rule()
			} else if t.Space == only.space {
				r = only.rows[string(d.localName())]
			}
			switch {
			case r != nil:
				d.apply(r, p)
			case only == nil, only.keeps && (t.Space != namespace.RSS || only.space == namespace.RSS):
				d.keep(p)
			default:
				t.Skip()
			}
		case xmltoken.End:
			if t.Depth() < depth {
				return
			}
		case xmltoken.EOF:
			return
		}
	}
}

// apply reads the present element by its rule.
func (d *Decoder) apply(r *rule, p *page) {
	switch {
	case r.hear != nil:
		d.hear(r, p)
	case r.read == nil:
	case d.tok.Prefixed:
		d.readPrefixed(r, p)
	default:
		r.read(d, p, r.rank)
	}
}

// line reads an element whose text is one line.
func (d *Decoder) line() string { return oneLine(string(d.tok.Plain())) }

// id reads an ID, which is kept as it is written, but for white space around it.
func (d *Decoder) id() string { return trimSpace(string(d.tok.Plain())) }

// date reads a date. Of several of the same rank the last counts.
func (d *Decoder) date(m *moment, rank int8) { d.dateIn(m, rank, d.line()) }

func (d *Decoder) dateIn(m *moment, rank int8, s string) {
	if s == "" || rank < m.rank {
		return
	}
	at, known, ok := dates.ParseZone(s)
	if !known && ok {
		d.tok.Note("the time zone is not known, and read as UTC: %q", []byte(s[:min(len(s), 60)]))
	}
	if !ok {
		d.tok.Note("a date was expected, not %q", []byte(s[:min(len(s), 60)]))
		return
	}
	*m = moment{at, rank}
}

// url reads an element that holds a URL.
func (d *Decoder) url() string { return d.urlOr("") }

// urlOr reads an element that holds a URL in an attribute, of the given value,
// or else in its text.
func (d *Decoder) urlOr(attribute string) string {
	ref := oneLine(attribute)
	base := d.base() // which may be the element's own
	if ref == "" {
		ref = d.line()
	} else {
		d.tok.Skip()
	}
	if ref == "" {
		return ""
	}
	return d.tok.Room.Resolve(base, ref)
}

// resolvePath makes the path of a URL a URL. Anything else stays as it is.
func resolvePath(base, id string) string {
	if strings.HasPrefix(id, "/") || strings.HasPrefix(id, "./") || strings.HasPrefix(id, "../") {
		return relref.Resolve(base, id)
	}
	return id
}

// isPage reports whether a URL is of the web.
func isPage(url string) bool {
	return strings.HasPrefix(url, "http://") || strings.HasPrefix(url, "https://")
}

// base is the URL that relative ones are relative to: what xml:base says; of RSS, the
// site that the channel links to; where the document was read, where it says that it is
// published, or the home page.
func (d *Decoder) base() string {
	if d.tok.Based() || d.isAtom() {
		return d.documentBase()
	}
	if d.site == "" && d.inHead {
		return "" // it may come yet: fill resolves
	}
	return d.siteBase()
}

// siteBase is what relative URLs of RSS are relative to where no xml:base is stated.
func (d *Decoder) siteBase() string {
	if d.site != "" {
		return d.site
	}
	return d.documentBase()
}

// documentBase is the URL that relative ones are relative to which are the document's
// own, as all of Atom are.
func (d *Decoder) documentBase() string { return d.atHome(d.tok.Base()) }

// atHome makes a base absolute.
func (d *Decoder) atHome(base string) string {
	if relref.IsAbsolute(base) {
		return base
	}
	home := d.head.self
	if !relref.IsAbsolute(home) {
		home = d.head.url.value
	}
	if base == "" || !relref.IsAbsolute(home) {
		return home
	}
	return relref.Resolve(home, base)
}

func (d *Decoder) isAtom() bool { return strings.HasPrefix(d.reading.Format, "Atom") }

// resolve makes a URL absolute; "" stays.
func (d *Decoder) resolve(ref string) string {
	if ref == "" {
		return ""
	}
	return d.tok.Room.Resolve(d.base(), ref)
}
