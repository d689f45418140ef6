package parse

import (
	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/mediarss"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/vocab"
)

// hear reads the present element as an extension, takes from it what no better
// element states, and keeps it if it is to be kept.
func (d *Decoder) hear(r *rule, p *page) {
	base := d.base() // which may be the element's own
	if d.extensions > maxExtensions-maxAside {
		d.hearAside(r, p, base)
		return
	}
	list, ok := d.appended(p.extensions, 1)
	if last := len(list) - 1; ok && r.hear(d, p, &list[last], base, r) {
		p.extensions = list
	} else if ok {
		list[last] = newsletter.Extension{}
	}
}

// hearAside hears the present element, whole, where there may be no room to keep all of it.
func (d *Decoder) hearAside(r *rule, p *page, base string) {
	d.noteFull()
	var e newsletter.Extension
	kept := d.extensions
	d.extensions = maxExtensions - maxAside
	ok := d.extensionInto(&e, 1)
	if d.extensions = kept; ok && r.hear(d, p, &e, base, r) && mediarss.Name(&e) == "group" && len(p.groups) < mediarss.MaxHeard {
		p.groups = append(p.groups, e)
	}
}

// published reads when a letter was. That of a title page is kept. RSS's is that of
// the content (RSS 2.0), so the last change where no element says when that was; Atom's
// may be of the day when somebody began to write.
func published(d *Decoder, p *page, rank int8) {
	if p != &d.head {
		d.date(&p.published, rank)
		return
	}
	isContent := d.tok.Space == namespace.RSS
	d.hear(&rule{hear: func(d *Decoder, p *page, e *newsletter.Extension, _ string, _ *rule) bool {
		if isContent {
			d.dateIn(&p.published, rank, oneLine(mediarss.Words(e)))
		}
		return true
	}}, p)
}

// hearAll takes all that an element says.
func hearAll(d *Decoder, p *page, e *newsletter.Extension, base string, r *rule) bool {
	vocab.Say(e, vocab.Row{Says: r.says, Rank: r.rank}, func(s vocab.Statement) {
		switch s.Says {
		case vocab.ID:
			p.id.set(s.Rank, s.Text)
		case vocab.Title:
			p.title.set(d.passageOf(s, base))
		case vocab.About:
			p.about.set(d.passageOf(s, base))
		case vocab.Person:
			a := vocab.PersonIn(s.Of)
			if a.URL = d.absolute(base, a.URL); a == (newsletter.Author{}) {
				a = parsePerson(s.Text)
			}
			d.addAuthor(p, s.Rank, a)
		case vocab.Image:
			p.image.set(s.Rank, d.absolute(base, s.Text))
		case vocab.Category:
			d.addCategory(p, s.Text, s.Scheme)
		case vocab.Duration:
			p.duration = dates.Duration(s.Text)
		}
	})
	return true
}

// passageOf is what an element says that holds text or HTML: as RSS has it, or as Media
// RSS, where it is plain if nothing is stated. There addresses in it are made whole.
func (d *Decoder) passageOf(s vocab.Statement, base string) passage {
	v := passage{value: s.Text, html: s.HTML || !s.Sure && looksLikeHTML(s.Text), sure: s.Sure, rank: s.Rank}
	if v.html {
		v.value = d.tok.Room.ResolveHTML(s.Text, base)
	}
	if v.sure && v.value != s.Text && s.Of.Children == nil {
		s.Of.Text = v.value
	}
	return v
}
