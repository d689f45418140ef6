package parse

import (
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

// parsePerson reads how RSS names a person: "mail (name)", "name (mail)",
// "name <mail>", a name alone, or an address alone.
func parsePerson(s string) newsletter.Author {
	s = oneLine(s)
	if strings.ContainsAny(s, "<&") && looksLikeHTML(s) {
		s = html.Text(s)
	}
	for _, b := range [...]string{"()", "<>", "[]"} {
		open := strings.IndexByte(s, b[0])
		if open < 0 {
			continue
		}
		end := strings.IndexByte(s[open:], b[1])
		if end < 0 {
			continue
		}
		inside := strings.TrimSpace(s[open+1 : open+end])
		outside := oneLine(s[:open] + " " + s[open+end+1:])
		switch {
		case isEmail(inside):
			return newsletter.Author{Name: personName(outside), Email: email(inside)}
		case isEmail(outside):
			return newsletter.Author{Name: personName(inside), Email: email(outside)}
		}
	}
	if isEmail(s) {
		return newsletter.Author{Email: email(s)}
	}
	// "mail name" and "name mail", as some programs have it.
	if i := strings.IndexByte(s, ' '); i > 0 && isEmail(s[:i]) && !strings.Contains(s[i:], "@") {
		return newsletter.Author{Name: personName(s[i:]), Email: email(s[:i])}
	}
	if i := strings.LastIndexByte(s, ' '); i > 0 && isEmail(s[i+1:]) && !strings.Contains(s[:i], "@") {
		return newsletter.Author{Name: personName(s[:i]), Email: email(s[i+1:])}
	}
	return newsletter.Author{Name: personName(s)}
}

// email drops the URL scheme from an address.
func email(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
		if i := strings.IndexByte(s, '?'); i >= 0 {
			s = s[:i]
		}
	}
	return s
}

// isEmail reports whether s is nothing but an address.
func isEmail(s string) bool {
	s = email(s)
	at := strings.LastIndexByte(s, '@')
	return at > 0 && at < len(s)-1 && !strings.ContainsAny(s, " \t\r\n<>()[]{},;:\"\\/?#") && strings.Count(s, "@") == 1
}

// personName takes off what stands around a name in a header of an e-mail.
func personName(s string) string {
	s = strings.Trim(s, " \t\r\n,;-")
	for len(s) > 1 && (s[0] == '"' && s[len(s)-1] == '"' || s[0] == '\'' && s[len(s)-1] == '\'' || s[0] == '(' && s[len(s)-1] == ')') {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	return s
}

// person reads an element that names somebody in any of the ways that are in
// use, or that has Atom's elements in it.
func (d *Decoder) person(p *page, rank int8) {
	t := d.tok
	own := t.Space
	if b, ok := t.Simple(); ok {
		d.addAuthor(p, rank, parsePerson(string(b)))
		return
	}
	who := &d.who
	*who = newsletter.Author{}
	var inside []newsletter.Extension
	depth := t.Depth()
	var words []byte
	for {
		switch t.Next() {
		case xmltoken.Text:
			if len(words) < maxPerson {
				words = t.AppendText(words)
			}
		case xmltoken.Start:
			read, known := personParts[string(d.localName())]
			switch {
			case known && (t.Space == own || t.Space == namespace.RSS || t.Space == namespace.Atom || t.Space == namespace.Schema):
				read(d, who)
			case t.Prose():
			case !t.Space.TellsOfPerson():
				if e, ok := d.extension(); ok {
					inside = append(inside, e)
				}
			default:
				t.Skip()
			}
		case xmltoken.End:
			if t.Depth() < depth {
				if *who == (newsletter.Author{}) {
					*who = parsePerson(string(words))
				}
				if d.addAuthor(p, rank, *who) && inside != nil {
					p.authors[len(p.authors)-1].extensions = inside
				}
				return
			}
		case xmltoken.EOF:
			return
		}
	}
}

// personParts are the elements of a person (RFC 4287, section 3.2), and of
// schema.org's Person.
var personParts = map[string]func(*Decoder, *newsletter.Author){
	"name":        func(d *Decoder, a *newsletter.Author) { a.Name = d.line() },
	"email":       func(d *Decoder, a *newsletter.Author) { a.Email = strings.TrimPrefix(d.line(), "mailto:") },
	"uri":         func(d *Decoder, a *newsletter.Author) { a.URL = d.url() },
	"url":         func(d *Decoder, a *newsletter.Author) { a.URL = d.url() },
	"homepage":    func(d *Decoder, a *newsletter.Author) { a.URL = d.url() },
	"affiliation": func(d *Decoder, a *newsletter.Author) { a.Organization = d.line() },
	"image":       func(d *Decoder, a *newsletter.Author) { a.Avatar = d.url() },
}
