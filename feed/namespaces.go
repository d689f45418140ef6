package feed

import (
	"encoding/xml"
	"slices"

	"github.com/automationregion/newsletter"
)

// The namespaces that feeds use beside their own, in the order in which a root declares
// them. All but Atom's own have a file each.
const (
	inAtom = iota
	inContent
	inDC
	inDCTerms
	inHistory
	inMRSS
	inSchema

	namespaceCount = iota
)

// namespaces is the table of them, with the prefix that feeds bind each to by custom.
var namespaces = [namespaceCount]struct{ prefix, uri string }{
	inAtom:    {"atom", nsAtom},
	inContent: {"content", nsContent},
	inDC:      {"dc", nsDC},
	inDCTerms: {"dcterms", nsDCTerms},
	inHistory: {"fh", nsHistory},
	inMRSS:    {"media", nsMedia},
	inSchema:  {"schema", nsSchema},
}

// nsAtom is the namespace of Atom, whose elements say in RSS what that lacks.
const nsAtom = "http://www.w3.org/2005/Atom"

// usedNamespaces are those of the table that a document uses. It has to be known before
// its first byte is written: who adds an element of one to a writer adds it here.
type usedNamespaces [namespaceCount]bool

// usedBy looks through a newsletter whose extensions have these prefixes.
func usedBy(n *newsletter.Newsletter, f Format, names *prefixes) (u usedNamespaces) {
	if names != nil {
		u = names.used
	}
	u[inHistory] = u[inHistory] || n.Paging.Archive || n.Paging.Complete
	u[inSchema] = u[inSchema] || hasMore(n.Authors) || n.ID != "" && !isIRI(n.ID)
	if f == Atom {
		for _, l := range n.Letters {
			u.ofAtom(l)
		}
		return u
	}
	u[inAtom] = u[inAtom] || len(n.Authors) > 0 || n.FeedURL != "" || n.Icon != "" || n.ID != "" || n.Image != "" && !isRSSImage(n.Image) ||
		n.Generator.Version != "" || n.Generator.URL != "" || len(n.Hubs) > 0 || hasPages(n.Paging) || !isRSSDate(n.Updated) || hasLabel(n.Categories)
	u[inDC] = u[inDC] || !hasEditor(n.Authors) && hasName(n.Authors)
	for _, l := range n.Letters {
		u.ofRSS(l)
	}
	return u
}

// ofAtom adds those that a letter in Atom uses.
func (u *usedNamespaces) ofAtom(l *newsletter.Letter) {
	u[inMRSS] = u[inMRSS] || l.Image != "" || hasContent(l, Atom)
	u[inSchema] = u[inSchema] || hasMore(l.Authors) || l.ID != "" && !isIRI(l.ID) || l.Source != newsletter.Source{} && !isAtomSource(l.Source)
}

// ofRSS adds those that a letter in RSS uses.
func (u *usedNamespaces) ofRSS(l *newsletter.Letter) {
	u[inAtom] = u[inAtom] || !l.Updated.IsZero() || l.Summary != "" && l.Content == "" || hasLabel(l.Categories) ||
		len(l.Links) > 1 || len(l.Links) == 1 && !isReplies(l.Links[0])
	u[inContent] = u[inContent] || l.Summary != "" && l.Content != ""
	u[inDC] = u[inDC] || l.Language != "" || l.Rights != "" || hasName(l.Authors) || l.Published.IsZero() && !l.Updated.IsZero()
	u[inDCTerms] = u[inDCTerms] || !isRSSDate(l.Published)
	u[inMRSS] = u[inMRSS] || l.Image != "" || hasContent(l, RSS)
	u[inSchema] = u[inSchema] || !areNames(l.Authors) || rssSourceMore(l.Source) != newsletter.Source{}
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
	for i, n := range namespaces {
		if u[i] {
			attrs = append(attrs, attributes("xmlns:"+n.prefix, n.uri)...)
		}
	}
	return attrs
}
