package feed

import (
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/mediarss"
	known "github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/relref"
	"github.com/automationregion/newsletter/internal/text"
	"github.com/automationregion/newsletter/internal/vocab"
)

// A stranger's extension may have any name, those too that say something in a feed. As
// an element it would be another letter, another ID, a script in a browser: it is told
// as text.

// feedNames are the elements of RSS and Atom that hold a feed or a letter, in lower
// case. Many readers find them wherever they stand.
var feedNames = []string{"channel", "entry", "feed", "item", "rdf", "rss"}

// ofPublished is what WordPress's export says of a post that everybody may read.
var ofPublished = map[vocab.Kind]string{vocab.PostStatus: "publish", vocab.PostType: "post", vocab.PostPassword: ""}

// markup are the vocabularies that browsers show, with their scripts.
var markup = []string{known.XHTML.URI(), "http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}

// isText reports whether an extension is an element that is told as text: one that is
// mistaken, or RSS's in Atom, where one without a namespace is an error.
func (p *prefixes) isText(e *newsletter.Extension, top bool) bool {
	return isMistaken(e, top) || p.format == Atom && e.Namespace == ""
}

// isMistaken reports whether readers would take an element, or one in it, for what it is
// not. One of a field is taken for it at the top of the feed or the letter alone.
func isMistaken(e *newsletter.Extension, top bool) bool {
	space, name := known.Of(e.Namespace), strings.ToLower(e.Name)
	switch space {
	case known.RSS, known.Atom:
		if slices.Contains(feedNames, name) {
			return true
		}
	case known.XHTML:
		return true
	case known.RDF, known.Ours:
		if top || name == "rdf" {
			return true
		}
	case known.WordPress: // a draft is no letter to who reads its export
		if value, ok := ofPublished[vocab.In(space, name).Says]; top && ok && !strings.EqualFold(mediarss.Words(e), value) {
			return true
		}
	case known.Other:
		if slices.Contains(markup, e.Namespace) {
			return true
		}
	}
	if top && vocab.In(space, name).IsField() && !isRemark(e) {
		return true
	}
	for i := range e.Children {
		if isMistaken(&e.Children[i], false) {
			return true
		}
	}
	return false
}

// isRemark reports whether an element is RSS's comments with words in it, as some programs
// write it: "5", or "No comments yet". Who expects an address there makes no link of them,
// and no script either, for a scheme ends with a colon.
func isRemark(e *newsletter.Extension) bool {
	words := text.Line(e.Text)
	return e.Namespace == "" && strings.EqualFold(e.Name, "comments") && e.Children == nil && words != "" &&
		!strings.Contains(words, ":") && !relref.MayBeMeant(words)
}
