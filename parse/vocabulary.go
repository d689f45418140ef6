package parse

import (
	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
)

// A rule says what becomes of an element. An open one leaves the elements within
// it to the page that it stands on; all others read up to their end.
// One that is heard is kept as an extension too, if hear says so: what it states
// counts only where no element that is meant for it does, and other programs want
// it where it stood.
type rule struct {
	read func(d *Decoder, p *page)
	open bool
	hear func(d *Decoder, p *page, e *newsletter.Extension, base string) (keep bool)
}

// vocabularies are the elements that feeds of any format borrow, by their names
// in lower case.
var vocabularies = [namespace.Other]map[string]rule{
	namespace.Admin:      admin,
	namespace.Content:    contentModule,
	namespace.DC:         dublinCore,
	namespace.DCTerms:    dublinCoreTerms,
	namespace.FeedBurner: feedBurner,
	namespace.History:    history,
	namespace.ITunes:     iTunes,
	namespace.License:    licenses,
	namespace.Media:      mediaRSS,
	namespace.Ours:       ours,
	namespace.RDF:        rdf,
	namespace.Schema:     schemaOrg,
	namespace.WordPress:  wordPress,
	namespace.XHTML:      xhtmlInRSS,
}

// within are the elements of one namespace that are read within another element.
// Others are kept, where that is to be.
type within struct {
	space namespace.Space
	rows  map[string]rule
	keeps bool
}
