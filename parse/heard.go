package parse

import (
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/mediarss"
	"github.com/automationregion/newsletter/internal/namespace"
)

// hear reads the present element as an extension, takes from it what no better
// element states, and keeps it if it is to be kept.
func (d *Decoder) hear(r rule, p *page) {
	base := d.base() // which may be the element's own
	if d.extensions > maxExtensions-maxAside {
		d.hearAside(r, p, base)
		return
	}
	list, ok := d.appended(p.extensions, 1)
	if last := len(list) - 1; ok && r.hear(d, p, &list[last], base) {
		p.extensions = list
	} else if ok {
		list[last] = newsletter.Extension{}
	}
}

// hearAside hears the present element, whole, where there may be no room to keep all of it.
func (d *Decoder) hearAside(r rule, p *page, base string) {
	d.noteFull()
	var e newsletter.Extension
	kept := d.extensions
	d.extensions = maxExtensions - maxAside
	ok := d.extensionInto(&e, 1)
	if d.extensions = kept; ok && r.hear(d, p, &e, base) && mediarss.Name(&e) == "group" && len(p.groups) < mediarss.MaxHeard {
		p.groups = append(p.groups, e)
	}
}

// published reads when a letter was. That of a title page is kept. RSS's is that of
// the content (RSS 2.0), so the last change where no element says when that was; Atom's
// may be of the day when somebody began to write.
func published(d *Decoder, p *page) {
	if p != &d.head {
		d.date(&p.published, publishedOwn)
		return
	}
	isContent := d.tok.Space == namespace.RSS
	d.hear(rule{hear: func(d *Decoder, p *page, e *newsletter.Extension, _ string) bool {
		if isContent {
			d.dateIn(&p.published, publishedOwn, oneLine(textOf(e)))
		}
		return true
	}}, p)
}

// textOf returns the text of an extension with that of what is in it.
func textOf(e *newsletter.Extension) string { return mediarss.Words(e) }

// attrOf returns the value of an attribute without a prefix, by its name in lower
// case.
func attrOf(e *newsletter.Extension, name string) string {
	for _, a := range e.Attrs {
		if a.Namespace == "" && strings.EqualFold(a.Name, name) {
			return a.Value
		}
	}
	return ""
}

// markupOf is what an element says that holds text or HTML, as RSS has it.
func (d *Decoder) markupOf(s string, rank int8, base string) passage {
	v := passage{value: trimSpace(s), rank: rank}
	if v.html = looksLikeHTML(v.value); v.html {
		v.value = d.tok.Room.ResolveHTML(v.value, base)
	}
	return v
}

// absolute resolves a reference; "" stays.
func (d *Decoder) absolute(base, ref string) string {
	if ref == "" {
		return ""
	}
	return d.tok.Room.Resolve(base, ref)
}
