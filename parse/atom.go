package parse

import (
	"encoding/base64"
	"html"
	"strings"
	"unicode/utf8"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/vocab"
	"github.com/automationregion/newsletter/internal/xmlchar"
)

// beginAtom begins a feed of Atom 1.0 or 0.3. An entry that stands alone has to
// say that it is Atom.
func (d *Decoder) beginAtom(root string) bool {
	t := d.tok
	uri, version := t.URI(), oneLine(t.Attr("version"))
	if t.Space != namespace.Atom {
		if root == "entry" {
			return false
		}
		t.Adopt(namespace.Atom)
	}
	d.reading.Format = "Atom 1.0"
	if d.draft = uri != namespace.Atom.URI() && (version == "0.3" || strings.Contains(uri, "purl.org/")); d.draft {
		d.reading.Format = "Atom 0.3"
	}
	return true
}

// atomContent reads the content of an entry (RFC 4287, section 4.1.3). If it
// stands elsewhere, what is here is a text in its place.
func atomContent(d *Decoder, p *page) {
	src, kind := oneLine(d.tok.Attr("src")), strings.ToLower(oneLine(d.tok.Attr("type")))
	if src != "" {
		src = d.resolve(src)
		switch kind {
		case "", "text", "html", "xhtml", "text/html", "application/xhtml+xml":
			p.url.set(vocab.URLAside, src)
			d.addLink(p, newsletter.Link{Rel: "alternate", URL: src, MediaType: htmlOf(kind)})
		default:
			d.addEnclosure(p, newsletter.Attachment{URL: src, MediaType: kind})
		}
		if v := d.construct(); v.value != "" {
			p.content.set(v)
		}
		return
	}
	if mode := oneLine(d.tok.Attr("mode")); isBinary(kind) && (mode == "" || strings.EqualFold(mode, "base64")) {
		d.binary(p, kind)
		return
	}
	p.content.set(d.construct())
}

// htmlOf is the media type of a page, of which Atom may say less.
func htmlOf(kind string) string {
	switch kind {
	case "html":
		return "text/html"
	case "xhtml":
		return "application/xhtml+xml"
	case "text":
		return "text/plain"
	}
	return kind
}

// binary reads content that is no text: a picture is shown, and anything else
// is attached. Bytes of no type that are text are HTML.
func (d *Decoder) binary(p *page, mediaType string) {
	base := d.base()
	data := strings.Join(strings.Fields(string(d.tok.Plain())), "")
	b, err := base64.StdEncoding.DecodeString(data)
	if err != nil || len(b) == 0 {
		d.tok.Note("base64 was expected", nil)
		return
	}
	if mediaType == anyBytes && utf8.Valid(b) {
		d.odd = d.odd || !xmlchar.Holds(string(b))
		p.content.set(passage{value: d.tok.Room.ResolveHTML(string(b), base), html: true, sure: true, rank: vocab.TextOwn})
		return
	}
	url := "data:" + mediaType + ";base64," + data
	if strings.HasPrefix(mediaType, "image/") {
		p.content.set(passage{value: `<img src="` + html.EscapeString(url) + `" alt="">`, html: true, sure: true, rank: vocab.TextOwn})
		return
	}
	d.addEnclosure(p, newsletter.Attachment{URL: url, MediaType: mediaType, Length: int64(len(b))})
}

func atomCategory(d *Decoder, p *page) {
	t := d.tok
	term, scheme, label := oneLine(t.Attr("term")), oneLine(t.Attr("scheme")), oneLine(t.Attr("label"))
	if term == "" {
		term = label
	}
	if term == "" {
		term = d.line()
	} else {
		t.Skip()
	}
	d.addLabelled(p, term, scheme, label)
}
