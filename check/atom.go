package check

import (
	"net/url"
	"slices"
	"strings"

	"github.com/automationregion/newsletter/internal/relref"
)

// An atomLink is what is compared of one.
type atomLink struct {
	rel, href, kind, hreflang string
	at, end                   place
}

// The relations of RFC 5005, and all that are registered.
var (
	pagingRelations     = []string{"current", "first", "last", "next", "next-archive", "prev-archive", "previous"}
	registeredRelations = strings.Fields(`alternate current describedby edit edit-media enclosure first hub last license next next-archive
		payment prev-archive previous related replies search self service up via
		about acl amphtml appendix apple-touch-icon archives author avatar blocked-by bookmark canonical chapter collection contents convertedfrom copyright create-form
		derivedfrom describes disclosure dns-prefetch duplicate edit-form external glossary help hosts icon index item latest-version lrdd manifest
		mask-icon me memento micropub monitor monitor-group nofollow noopener noreferrer original pingback preconnect predecessor-version prefetch preload
		prerender prev preview privacy-policy profile publication restconf section shortlink start status stylesheet subsection successor-version
		sunset tag terms-of-service timegate timemap token_endpoint type version-history webmention working-copy working-copy-of`)
)

func (s *schema) atom() {
	feed := s.feedKids(false)
	source := s.feedKids(true)
	sourceEl := &element{kids: source, attrs: attrs{}.in(spaceIndexing, "index", yesNo), begin: newChannel, finish: func(c *checker, n *node) { c.feedMetadata(n, true) }}
	entry := kids{}.with(s.itunesItem(), s.entryExtensions())
	entry.many(spaceNone, "author", s.atomPerson).
		many(spaceNone, "category", s.atomCategory).
		once(spaceNone, "content", s.construct(true), onSeen(entryContent)).
		many(spaceNone, "contributor", s.atomPerson).
		once(spaceNone, "id", strictRaw(permanentID, entryID)).
		many(spaceNone, "link", s.atomLink).
		once(spaceNone, "published", strictText(rfc3339)).
		once(spaceNone, "source", sourceEl).
		once(spaceNone, "rights", s.construct(false)).
		once(spaceNone, "summary", s.construct(false)).
		once(spaceNone, "title", s.construct(false)).
		once(spaceNone, "updated", strictText(rfc3339, func(c *checker, n *node, v val) {
			if v.s != "" && !c.remember(c.scope("updated"), v.s) {
				c.reportVal("atom-updated-repeated", v, "<updated> is "+quote(v.s)+", as that of an entry before it is")
			}
		}))
	s.atomEntry = &element{kids: entry, attrs: attrs{}.in(spaceRDF, "parseType"), begin: newEntry, finish: entryEnd}
	feed.many(spaceNone, "entry", s.atomEntry)
	s.atomFeed = &element{kids: feed, attrs: attrs{}.in(spaceIndexing, "index", yesNo), begin: newChannel, finish: func(c *checker, n *node) {
		if !n.has(spaceNone, "entry") {
			c.feedMetadata(n, false)
		}
		if st, ok := n.state.(*channelState); ok && n.count(spaceNone, "entry") > 9 && st.items == n.count(spaceNone, "entry")-1 {
			c.report("atom-ids-all-same", n.at, "", "all entries have the same ID")
		}
		if c.itunes {
			itunesChannelEnd(c, n)
		}
	}}
	feed[own("entry")].seen = func(c *checker, parent, n *node) {
		if !parent.has(spaceNone, "entry") {
			c.feedMetadata(parent, false)
		}
	}
}

// strictRaw is for what no white space may stand around, and that wants to
// know it.
func strictRaw(values ...value) *element {
	return &element{mode: modeText, raw: true, values: append([]value{func(c *checker, n *node, v val) {
		if strings.TrimSpace(v.s) != v.s {
			c.reportVal("text-space-around", v, "white space around the value of <"+c.topName()+">, which is compared character by character")
		}
	}}, values...)}
}

// feedKids are what is said of a feed, in it or in an entry's source.
func (s *schema) feedKids(source bool) kids {
	early := onSeen(func(c *checker, parent, n *node) {
		if parent.has(spaceNone, "entry") {
			c.report("atom-metadata-late", n.at, "", "<"+c.topName()+"> stands behind an <entry>: what is about the feed comes first")
		}
	})
	k := kids{}.with(s.itunesChannel(), s.feedExtensions())
	authorSeen := early
	if source {
		authorSeen = onSeen(func(c *checker, parent, n *node) {
			if len(c.stack) > 2 {
				c.up(2).flag |= flagSourceAuthor
			}
		})
	}
	k.many(spaceNone, "author", s.atomPerson, authorSeen).
		many(spaceNone, "category", s.atomCategory, early).
		many(spaceNone, "contributor", s.atomPerson, early).
		once(spaceNone, "generator", s.atomGenerator, early).
		once(spaceNone, "id", strictRaw(permanentID), early).
		once(spaceNone, "icon", strictText(notBlank, uri), early).
		many(spaceNone, "link", s.atomLink, early).
		once(spaceNone, "logo", strictText(notBlank, uri), early).
		once(spaceNone, "title", s.construct(false), early).
		once(spaceNone, "subtitle", s.construct(false), early).
		once(spaceNone, "rights", s.construct(false), early).
		once(spaceNone, "updated", strictText(rfc3339), early).
		once(spaceApp, "collection", s.appCollection)
	return k
}

const flagSourceAuthor uint8 = 1

func (s *schema) atomParts() {
	s.atomGenerator = text(noHTML, notBlank).attr(attrs{}.may("uri", uriAttr).may("version"))
	nameEl := text(noHTML, noAddress, notBlank)
	email := text(address("email-address"))
	site := strictText(notBlank, iri)
	person := kids{}
	for _, sp := range []space{spaceNone, spaceAtom} {
		person.once(sp, "name", nameEl).once(sp, "email", email).once(sp, "uri", site)
	}
	for _, local := range []string{"workplaceHomepage", "homepage", "weblog"} {
		person.many(spaceFOAF, local, rdfResource())
	}
	person.many(spaceFOAF, "plan", text()).many(spaceFOAF, "firstName", text())
	person.many(spaceXHTML, "div", &element{mode: modeDiv})
	s.atomPerson = &element{kids: person, attrs: attrs{}.in(spaceRDF, "parseType"), finish: func(c *checker, n *node) {
		if !n.has(spaceNone, "name") && !n.has(spaceAtom, "name") {
			c.need(n, "atom-person-name-missing", "name")
		}
	}}
	s.atomCategory = (&element{kids: kids{}}).attr(attrs{}.
		must("term", "atom-category-term-missing", notBlank).may("scheme", iriFull).may("label", noHTML))
	s.atomLink = &element{kids: kids{}, attrs: attrs{}.may("type").may("title").may("rel").may("href").may("length").may("hreflang").
		in(spaceRDF, "type").in(spaceRDF, "resource").in(spaceThread, "count").in(spaceThread, "when").in(spaceThread, "updated"),
		begin: beginLink}
}

// beginLink judges a link, all of which stands in its attributes.
func beginLink(c *checker, n *node) {
	l := atomLink{rel: "alternate", at: n.at, end: n.tail}
	if v, ok := c.attr(spaceNone, "rel"); ok {
		l.rel = strings.TrimPrefix(v.s, "http://www.iana.org/assignments/relation/")
		if !slices.Contains(registeredRelations, strings.ToLower(l.rel)) && !isAbsolute(l.rel) && v.s != "" {
			c.wrong("atom-link-rel", v, "a registered relation or an address")
		} else if v.s == "" {
			c.reportVal("atom-link-rel", v, c.what(v)+" is empty, which is no relation")
		}
		notBlank(c, n, v)
		if slices.Contains(pagingRelations, l.rel) && c.up(1).el == c.schema.atomEntry {
			c.reportVal("paging-in-entry", v, "rel=\""+l.rel+"\" is for feeds, and stands in an entry")
		}
	}
	if v, ok := c.attr(spaceNone, "type"); ok {
		l.kind = v.s
		bare, _, _ := strings.Cut(v.s, ";")
		switch {
		case !isMediaType(v.s):
			c.wrong("media-type", v, `a media type such as "text/html"`)
		case l.rel == "self" && bare != "application/atom+xml" && bare != "application/rss+xml" && bare != "application/rdf+xml":
			c.wrong("atom-self-type", v, "the media type of a feed")
		}
	}
	if v, ok := c.attr(spaceNone, "title"); ok {
		notBlank(c, n, v)
		noHTML(c, n, v)
	}
	if v, ok := c.attr(spaceNone, "length"); ok {
		nonNegative(c, n, v)
		if size, ok := whole(v.s); ok && size == 0 && l.rel == "enclosure" {
			emptyEnclosure(c, v)
		}
	}
	if v, ok := c.attr(spaceNone, "hreflang"); ok {
		l.hreflang = v.s
		languageCode(c, n, v)
	}
	if v, ok := c.attr(spaceNone, "href"); ok {
		l.href = v.s
		iriHere(c, n, v)
		parent := c.up(1)
		if _, ok := parent.state.(*channelState); ok && l.rel == "self" && parent.el != nil && (parent.el == c.schema.atomFeed || parent.el == c.schema.rssChannel) {
			c.selfLink(n, v)
		}
	} else {
		c.report("atom-link-href-missing", n.at, "", "<"+c.topName()+"> lacks the attribute href")
	}
	for _, local := range []string{"count", "updated", "when"} {
		v, ok := c.attr(spaceThread, local)
		if !ok {
			continue
		}
		if local == "when" {
			c.reportVal("thread-when", v, "thr:when was renamed thr:updated before it became a standard")
			continue
		}
		if l.rel != "replies" {
			c.reportVal("thread-on-other-link", v, "thr:"+local+" belongs to links with rel=\"replies\"")
		}
		if local == "count" {
			nonNegative(c, n, v)
		} else {
			rfc3339(c, n, v)
		}
	}
	switch s := c.up(1).state.(type) {
	case *channelState:
		s.self = s.self || l.rel == "self"
		c.remarkLink(&s.types, l)
		if len(s.links) < 256 {
			s.links = append(s.links, l)
		}
	case *entryState:
		s.alternate = s.alternate || l.rel == "alternate"
		s.enclosed = s.enclosed || l.rel == "enclosure"
		c.remarkLink(&s.types, l)
	}
}

// maxTypes is how many kinds of alternates are told apart.
const maxTypes = 256

// remarkLink reports a second alternate of one type and language.
func (c *checker) remarkLink(types *map[string]bool, l atomLink) {
	if l.rel != "alternate" {
		return
	}
	if *types == nil {
		*types = map[string]bool{}
	}
	key := l.kind + " " + l.hreflang
	if (*types)[key] && c.up(1).el != c.schema.rssChannel {
		c.reportAt("atom-alternate-repeated", l.at, l.end, l.href, "a second link with rel=\"alternate\" of the same type and language")
	}
	if len(*types) < maxTypes {
		(*types)[key] = true
	}
}

// selfLink compares where the feed says it is with where it was had.
func (c *checker) selfLink(n *node, v val) {
	if u, err := url.Parse(v.s); (err != nil || u.Host == "") && (!n.based || !strings.Contains(n.base, "//")) {
		c.wrong("atom-self-relative", v, "a full address")
	}
	if c.opts.URL == "" {
		return
	}
	here := relref.Resolve(n.base, v.s)
	cut := func(s string) string { s, _, _ = strings.Cut(s, "#"); return s }
	if cut(here) == cut(c.opts.URL) || canonical(here) != "" && canonical(here) == canonical(c.opts.URL) || c.once["self"] {
		return
	}
	c.once["self"] = true
	c.reportVal("self-differs", v, "the feed says that it is published at "+quote(here)+", and was had from "+quote(c.opts.URL))
}

// feedMetadata judges what is said of a feed, once all of it was read.
func (c *checker) feedMetadata(n *node, source bool) {
	for _, local := range []string{"title", "id", "updated"} {
		switch {
		case n.has(spaceNone, local):
		case source:
			c.need(n, "atom-source-incomplete", local)
		default:
			c.need(n, "atom-feed-"+local+"-missing", local)
		}
	}
	s, ok := n.state.(*channelState)
	if !ok {
		return
	}
	isSelf := func(href string) bool {
		return c.opts.URL != "" && relref.Resolve(n.base, href) == c.opts.URL || slices.ContainsFunc(s.links, func(l atomLink) bool { return l.rel == "self" && l.href == href })
	}
	complete, archive := n.has(spaceHistory, "complete"), n.has(spaceHistory, "archive")
	if complete {
		for _, l := range s.links {
			switch {
			case !slices.Contains(pagingRelations, l.rel):
			case l.rel == "current":
				if !isSelf(l.href) {
					c.reportAt("history-current-not-self", l.at, l.end, l.href, "a complete feed is the current one itself, and its link with rel=\"current\" leads elsewhere")
				}
			default:
				c.reportAt("history-complete-paged", l.at, l.end, l.rel, "a complete feed has no other pages, and here is a link with rel=\""+l.rel+"\"")
			}
		}
	}
	if !source && !s.self {
		c.report("atom-self-missing", n.at, "", "the feed doesn't say where it is published: it has no link with rel=\"self\"")
	}
	current, chained := false, false
	for _, l := range s.links {
		current = current || l.rel == "current"
		chained = chained || l.rel == "prev-archive" || l.rel == "next-archive"
		past := map[string]string{"first": "previous", "last": "next"}[l.rel]
		if past != "" && isSelf(l.href) {
			for _, other := range s.links {
				if other.rel == past {
					c.reportAt("paging-past-end", other.at, other.end, other.href, "this is the "+l.rel+" page, and here is a link with rel=\""+past+"\"")
				}
			}
		}
	}
	if archive && !complete {
		if !chained {
			c.report("history-archive-unlinked", n.at, "", "an archive has no link to the archive before or after it")
		}
		if !current {
			c.report("history-archive-no-current", n.at, "", "an archive has no link with rel=\"current\"")
		}
	}
}

// An entryState is what an entry is judged by at its end.
type entryState struct {
	types      map[string]bool
	alternate  bool
	content    bool
	src        bool
	binary     bool
	enclosed   bool // has a link that is an enclosure
	enclosures []val
}

func newEntry(c *checker, n *node) { n.state = &entryState{} }

func entryContent(c *checker, parent, n *node) {
	s, ok := parent.state.(*entryState)
	if !ok {
		return
	}
	s.content = true
	_, s.src = c.attr(spaceNone, "src")
	if v, ok := c.attr(spaceNone, "type"); ok {
		s.binary = isBinary(v.s)
	}
}

func entryID(c *checker, n *node, v val) {
	v.s = strings.TrimSpace(v.s)
	if v.s == "" {
		notBlank(c, n, v)
		return
	}
	if !c.remember(c.scope("id"), v.s) {
		c.reportVal("atom-id-repeated", v, "<id> is "+quote(v.s)+", as that of an entry before it is")
		if len(c.stack) > 2 {
			if s, ok := c.up(2).state.(*channelState); ok {
				s.items++
			}
		}
	}
}

// scope keeps apart what is compared within a feed and what within something
// that stands in an entry.
func (c *checker) scope(key string) string {
	if len(c.stack) > 4 {
		return key + itoa(len(c.stack)) + " " + itoa(c.up(2).at.Lines) + ":" + itoa(c.up(2).at.Columns)
	}
	return key
}

func entryEnd(c *checker, n *node) {
	c.need(n, "atom-entry-title-missing", "title")
	parent := c.up(1)
	if !n.has(spaceNone, "author") && !parent.has(spaceNone, "author") && n.flag&flagSourceAuthor == 0 {
		c.need(n, "atom-entry-author-missing", "author")
	}
	c.need(n, "atom-entry-id-missing", "id")
	c.need(n, "atom-entry-updated-missing", "updated")
	s := n.state.(*entryState)
	summary := n.has(spaceNone, "summary")
	switch {
	case s.content && !summary && (s.src || s.binary):
		c.reportAt("atom-entry-summary-missing", n.at, n.tail, "", "<entry> has no <summary>, which it needs where its content is elsewhere or not text")
	case !s.content && !summary:
		c.reportAt("atom-entry-no-text", n.at, n.tail, "", "<entry> has neither <summary> nor <content>")
	}
	if !s.content && !s.alternate {
		c.reportAt("atom-entry-no-content", n.at, n.tail, "", "<entry> has neither <content> nor a link with rel=\"alternate\"")
	}
	itunesItemEnd(c, n)
	episodeEnd(c, n)
}
