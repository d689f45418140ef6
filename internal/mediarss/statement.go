package mediarss

import (
	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
)

// A statement says as what an attachment stood in a document, where a writer of that
// format would take another element for it: an RSS feed that has film in media:content
// has no enclosure when it is written again, and one that has two keeps both. "enclosure"
// is Atom's link, too. It is an extension of the attachment, in our namespace, with the name of the format; in
// documents of that format it is seen, and in others it says nothing.

// The formats that have more than one element for an attachment.
const (
	RSS  = "rss"
	Atom = "atom"
)

// Elements that an attachment may stand in.
const (
	enclosure = "enclosure"
	content   = "media:content"
	both      = enclosure + " " + content
)

// A Stand is where an attachment stands.
type Stand struct {
	Own   bool // in the format's own element: RSS's enclosure, Atom's link
	Media bool // in media:content too, which says no more
}

// Statement returns that of an attachment, and whether it is needed. Enclosed is
// whether one before stands in the format's own element.
func Statement(format string, s Stand, enclosed *bool) (e newsletter.Extension, needed bool) {
	custom := format != RSS || !*enclosed // RSS has one enclosure by custom
	*enclosed = *enclosed || s.Own
	if s.Own == custom && !(s.Own && s.Media) {
		return e, false
	}
	e = newsletter.Extension{Namespace: namespace.Ours.URI(), Prefix: "newsletter", Name: format, Text: content}
	switch {
	case s.Own && s.Media:
		e.Text = both
	case s.Own:
		e.Text = enclosure
	}
	return e, true
}

// StandOf returns where an attachment stands in a document of the format, as an
// extension states.
func StandOf(e *newsletter.Extension) (format string, s Stand, ok bool) {
	if e.Namespace != namespace.Ours.URI() || e.In.List != "Attachments" || e.Name != RSS && e.Name != Atom || e.Attrs != nil || e.Children != nil {
		return "", s, false
	}
	switch e.Text {
	case content:
	case enclosure:
		s.Own = true
	case both:
		s = Stand{true, true}
	default:
		return "", s, false
	}
	return e.Name, s, true
}
