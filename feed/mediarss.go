package feed

import (
	"slices"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/mediarss"
	"github.com/automationregion/newsletter/internal/vocab"
)

// Media RSS (version 1.5.1) has pictures, sound and film in RSS and in Atom.

// thumbnail writes a letter's picture.
func (b *builder) thumbnail(l *newsletter.Letter, more []newsletter.Attr) {
	switch {
	case l.Image == "":
	case more == nil:
		b.empty("media:thumbnail", "url", l.Image)
	default:
		b.empty("media:thumbnail", plainAttrs([]string{"url", l.Image}, more)...)
	}
}

// plainAttrs adds attributes without a namespace, as pairs.
func plainAttrs(pairs []string, attrs []newsletter.Attr) []string {
	for a := range writable(attrs) {
		pairs = append(pairs, a.Name, held(a.Value))
	}
	return pairs
}

// What is in a media:content beside what there is a field for.
type mediaMore struct {
	attrs    []newsletter.Attr
	elements []*newsletter.Extension
}

func (at *layout) mediaMore(i int) mediaMore { return mediaMore{at.mediaTag[i], at.media[i]} }

func (c mediaMore) isThere() bool { return c.attrs != nil || c.elements != nil }

// mediaContent writes an attachment as Media RSS has it: alone, or beside the format's
// own element.
func (b *builder) mediaContent(a newsletter.Attachment, more mediaMore, alone bool) {
	own := []string{"url", a.URL, "fileSize", number(a.Length), "type", a.MediaType, "duration", number(seconds(a.Duration))}
	attrs := plainAttrs(own, more.attrs)
	if alone && needsMedium(attrs) {
		attrs = append(attrs, "medium", mediarss.Document)
	}
	if a.Title == "" && more.elements == nil {
		b.empty("media:content", attrs...)
		return
	}
	b.open("media:content", attrs...)
	switch {
	case a.Title == "":
	case looksLikeHTML(a.Title):
		b.text("media:title", htmlEscaper.Replace(a.Title), "type", "html")
	default:
		b.text("media:title", a.Title)
	}
	b.elements(more.elements)
	b.close("media:content")
}

// needsMedium reports whether nobody would take a media:content for a file that has
// these attributes.
func needsMedium(pairs []string) bool {
	e := newsletter.Extension{}
	for i := 0; i < len(pairs); i += 2 {
		if strings.EqualFold(pairs[i], "medium") {
			return false
		}
		e.Attrs = append(e.Attrs, newsletter.Attr{Name: pairs[i], Value: pairs[i+1]})
	}
	return mediarss.NeedsMedium(&e)
}

// As what an attachment is written.
type form uint8

const (
	asOwn   form = iota // in the format's own element, RSS's enclosure or Atom's link, and in media:content what that has no room for
	asLone              // in that alone: a group says the rest
	asBoth              // in that and in media:content
	asMedia             // in media:content alone
	asGroup             // in a group that is kept
)

func (f form) isOwn() bool { return f <= asBoth }

// hasContent reports whether there is a media:content, of an attachment of which the
// format's own element says all or not.
func (f form) hasContent(more bool) bool { return f == asMedia || f == asBoth || f == asOwn && more }

// statementName is what statements of the format are called, or "" for none.
func (f Format) statementName() string {
	switch f {
	case RSS:
		return mediarss.RSS
	case Atom:
		return mediarss.Atom
	}
	return ""
}

// forms returns as what each attachment of a letter is written. RSS's own element is
// by custom there once.
func forms(l *newsletter.Letter, f Format) []form {
	if len(l.Attachments) == 0 {
		return nil
	}
	var stated map[newsletter.Place]mediarss.Stand
	var said map[newsletter.Place]bool // of which extensions say more
	say := func(in newsletter.Place) {
		if said == nil {
			said = map[newsletter.Place]bool{}
		}
		said[in] = true
	}
	for i := range l.Extensions.Attributes {
		say(l.Extensions.Attributes[i].In)
	}
	for i := range l.Extensions.Members {
		say(l.Extensions.Members[i].In)
	}
	groups := false
	for i := range l.Extensions.Elements {
		e := &l.Extensions.Elements[i]
		name, s, ok := mediarss.StandOf(e)
		switch {
		case ok && name == f.statementName():
			if stated == nil {
				stated = map[newsletter.Place]mediarss.Stand{}
			}
			stated[e.In] = s
		case ok:
		case e.In != newsletter.Place{}:
			say(e.In)
		default:
			groups = groups || mediarss.Name(e) == "group"
		}
	}
	list := make([]form, len(l.Attachments))
	enclosed := false
	for i, a := range l.Attachments {
		s := mediarss.Stand{Own: f != RSS || !enclosed}
		if stated != nil || groups {
			in := attachment(i)
			if t, ok := stated[in]; ok {
				s = t
			}
			s.Media = s.Media && !said[in] && a.Duration == 0 && a.Title == ""
		}
		switch {
		case s.Own && s.Media:
			list[i] = asBoth
		case !s.Own:
			list[i] = asMedia
		}
		enclosed = enclosed || s.Own
	}
	if groups {
		inGroups(l, list, said)
	}
	return list
}

// attachment is the place of one.
func attachment(i int) newsletter.Place { return newsletter.Place{List: "Attachments", Index: i} }

// forms are those of the letter that is being written.
func (p *prefixes) forms(l *newsletter.Letter) []form {
	if p.formsOf != l {
		p.formsIn, p.formsOf = forms(l, p.format), l
	}
	return p.formsIn
}

// inGroups finds which attachments need no element, since readers take them from
// groups, after all others.
func inGroups(l *newsletter.Letter, list []form, said map[newsletter.Place]bool) {
	at := map[string]int{}
	for i, a := range l.Attachments {
		if list[i] == asMedia && !said[attachment(i)] {
			at[a.URL] = i
		}
	}
	var groups []mediarss.Group
	count := 0
	var lasts time.Duration // as iTunes says of the first
	for i := range l.Extensions.Elements {
		e := &l.Extensions.Elements[i]
		if e.In != (newsletter.Place{}) {
			continue
		}
		switch vocab.Of(e).Says {
		case vocab.Media:
			g := mediarss.GroupOf(e)
			groups = append(groups, g)
			if g.Main != nil {
				if _, ok := at[mediarss.Attr(g.Main, "url")]; ok {
					count++
					delete(at, mediarss.Attr(g.Main, "url"))
				}
			}
		case vocab.Duration:
			lasts = dates.Duration(mediarss.Words(e))
		}
	}
	from := len(l.Attachments) - count
	asRead := func(read []newsletter.Attachment) []newsletter.Attachment {
		for _, g := range groups {
			read = g.Into(read)
		}
		if len(read) > 0 && read[0].Duration == 0 {
			read[0].Duration = lasts
		}
		return read
	}
	lone := slices.Clone(l.Attachments)
	for i := range lone {
		lone[i].Duration, lone[i].Title = 0, ""
	}
	for i, a := range asRead(lone)[:len(list)] {
		if list[i] == asOwn && a == l.Attachments[i] && a.Duration > 0 && !said[attachment(i)] {
			list[i] = asLone
		}
	}
	read := asRead(slices.Clone(l.Attachments[:from]))
	if slices.Equal(read, l.Attachments) && !slices.ContainsFunc(list[from:], form.isOwn) {
		for i := from; i < len(list); i++ {
			list[i] = asGroup
		}
	}
}

// settled returns the extensions with the statements that say something in the format,
// after all others, as readers have them.
func settled(l *newsletter.Letter, f Format) newsletter.Extensions {
	isStatement := func(e newsletter.Extension) bool {
		_, _, ok := mediarss.StandOf(&e)
		return ok
	}
	if !slices.ContainsFunc(l.Extensions.Elements, isStatement) {
		return l.Extensions
	}
	x := l.Extensions
	x.Elements = slices.DeleteFunc(slices.Clone(x.Elements), isStatement)
	enclosed := false
	for i, as := range forms(l, f) {
		if e, needed := mediarss.Statement(f.statementName(), mediarss.Stand{Own: as.isOwn(), Media: as == asBoth}, &enclosed); needed {
			e.In = attachment(i)
			x.Elements = append(x.Elements, e)
		}
	}
	return x
}

// knowsMedium is for a medium that is kept: one that is no attachment.
func (h *heard) knowsMedium(e *newsletter.Extension, row vocab.Row, fill bool) bool {
	address, kind := mediarss.Attr(e, "url"), mediarss.KindOf(e)
	if h.letter && address != "" && (kind == mediarss.File || h.hasAttachment(address)) {
		return false
	}
	there := h.knowsAll(e, row, fill)
	return h.has(vocab.Statement{Says: vocab.Image, Text: mediarss.PictureOf(e)}, fill) && there
}

func (h *heard) hasAttachment(address string) bool {
	first := (*h.attachments)[:min(len(*h.attachments), mediarss.MaxHeard)]
	return slices.ContainsFunc(first, func(a newsletter.Attachment) bool { return a.URL == address })
}

// knowsGroup is for a group, which is kept as it is.
func (h *heard) knowsGroup(e *newsletter.Extension, row vocab.Row, fill bool) bool {
	there, g := h.knowsAll(e, row, fill), mediarss.GroupOf(e)
	if !h.letter {
		return there
	}
	at, a := g.In(*h.attachments)
	if at < 0 || at < len(*h.attachments) && a == (*h.attachments)[at] {
		return there
	}
	if fill {
		*h.attachments = g.Into(slices.Clone(*h.attachments))
	}
	return fill && there
}
