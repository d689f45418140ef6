package feed

import (
	"encoding/xml"
	"slices"

	"github.com/automationregion/newsletter"
	known "github.com/automationregion/newsletter/internal/namespace"
)

// namespaces are those that feeds use beside their own, in the order in which a root
// declares them, under the prefixes that they have by custom.
var namespaces = [...]known.Space{known.Atom, known.Content, known.DC, known.DCTerms, known.History, known.Media, known.Schema}

// nsAtom is the namespace of Atom, whose elements say in RSS what that lacks.
var nsAtom = known.Atom.URI()

// usedNamespaces are those that a document uses. It has to be known before
// its first byte is written: who adds an element of one to a writer adds it here.
type usedNamespaces [known.Other]bool

// usedBy looks through a newsletter whose extensions have these prefixes.
func usedBy(n *newsletter.Newsletter, f Format, names *prefixes) (u usedNamespaces) {
	if names != nil {
		u = names.used
	}
	u[known.History] = u[known.History] || n.Paging.Archive || n.Paging.Complete
	u[known.Schema] = u[known.Schema] || hasMore(n.Authors) || n.ID != "" && !isIRI(n.ID)
	if f == Atom {
		for _, l := range n.Letters {
			u.ofAtom(l)
		}
		return u
	}
	u[known.Atom] = u[known.Atom] || len(n.Authors) > 0 || n.FeedURL != "" || n.Icon != "" || n.ID != "" || n.Image != "" && !isRSSImage(n.Image) ||
		n.Generator.Version != "" || n.Generator.URL != "" || len(n.Hubs) > 0 || hasPages(n.Paging) || !isRSSDate(n.Updated) || hasLabel(n.Categories)
	u[known.DC] = u[known.DC] || !hasEditor(n.Authors) && hasName(n.Authors)
	for _, l := range n.Letters {
		u.ofRSS(l)
	}
	return u
}

// ofAtom adds those that a letter in Atom uses.
func (u *usedNamespaces) ofAtom(l *newsletter.Letter) {
	u[known.Media] = u[known.Media] || l.Image != "" || hasContent(l, Atom)
	u[known.Schema] = u[known.Schema] || hasMore(l.Authors) || l.ID != "" && !isIRI(l.ID) || l.Source != newsletter.Source{} && !isAtomSource(l.Source)
}

// ofRSS adds those that a letter in RSS uses.
func (u *usedNamespaces) ofRSS(l *newsletter.Letter) {
	u[known.Atom] = u[known.Atom] || !l.Updated.IsZero() || l.Summary != "" && l.Content == "" || hasLabel(l.Categories) ||
		len(l.Links) > 1 || len(l.Links) == 1 && !isReplies(l.Links[0])
	u[known.Content] = u[known.Content] || l.Summary != "" && l.Content != ""
	u[known.DC] = u[known.DC] || l.Language != "" || l.Rights != "" || hasName(l.Authors) || l.Published.IsZero() && !l.Updated.IsZero()
	u[known.DCTerms] = u[known.DCTerms] || !isRSSDate(l.Published)
	u[known.Media] = u[known.Media] || l.Image != "" || hasContent(l, RSS)
	u[known.Schema] = u[known.Schema] || !areNames(l.Authors) || rssSourceMore(l.Source) != newsletter.Source{}
}

// hasContent reports whether a media:content is written for an attachment, whatever
// extensions there are.
func hasContent(l *newsletter.Letter, f Format) bool {
	for i, as := range forms(l, f) {
		a := &l.Attachments[i]
		if as.hasContent(a.Duration != 0 || f == RSS && a.Title != "" || looksLikeHTML(a.Title)) {
			return true
		}
	}
	return false
}

// hasMore reports whether Atom's author has no element for something of an author.
func hasMore(authors []newsletter.Author) bool {
	return slices.ContainsFunc(authors, func(a newsletter.Author) bool { return a.Organization != "" || a.Avatar != "" })
}

// hasPages reports whether a feed goes on elsewhere.
func hasPages(p newsletter.Paging) bool {
	p.Archive, p.Complete = false, false
	return p != newsletter.Paging{}
}

func hasName(authors []newsletter.Author) bool {
	return slices.ContainsFunc(authors, func(a newsletter.Author) bool { return a.Name != "" })
}

func hasLabel(categories []newsletter.Category) bool {
	return slices.ContainsFunc(categories, func(c newsletter.Category) bool { return c.Label != "" })
}

// declarations returns the attributes of a root that declare them.
func (u usedNamespaces) declarations() []xml.Attr {
	var attrs []xml.Attr
	for _, s := range namespaces {
		if u[s] {
			attrs = append(attrs, attributes("xmlns:"+s.Prefix(), s.URI())...)
		}
	}
	return attrs
}
