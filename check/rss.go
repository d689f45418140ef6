package check

import "strings"

// rss builds RSS 0.91 to 2.0.
func (s *schema) rss() {
	hour := text(skipHour)
	day := text(skipDay)
	skipHours := &element{kids: kids{}.many(spaceNone, "hour", hour), finish: func(c *checker, n *node) {
		c.need(n, "rss-skiphours-empty", "hour")
		if n.elements > 24 {
			c.report("rss-skiphours-too-many", n.at, "", "<skipHours> has more hours than a day")
		}
	}, begin: newValues}
	skipDays := &element{kids: kids{}.many(spaceNone, "day", day), finish: func(c *checker, n *node) {
		c.need(n, "rss-skipdays-empty", "day")
		if n.elements > 7 {
			c.report("rss-skipdays-too-many", n.at, "", "<skipDays> has more days than a week")
		}
	}, begin: newValues}
	cloud := (&element{}).attr(attrs{}.
		must("domain", "rss-cloud-attribute-missing").must("path", "rss-cloud-attribute-missing").
		must("registerProcedure", "rss-cloud-attribute-missing").must("protocol", "rss-cloud-attribute-missing").
		must("port", "rss-cloud-attribute-missing", func(c *checker, n *node, v val) {
			if i, ok := whole(v.s); !ok || i <= 0 {
				c.wrong("rss-cloud-port", v, "the number of a port")
			}
		}))
	enclosure := (&element{}).attr(attrs{}.
		must("url", "rss-enclosure-url-missing", webAddress, enclosureFormat).
		must("length", "rss-enclosure-length-missing", enclosureLength).
		must("type", "rss-enclosure-type-missing", mime("media-type-attribute")))
	guid := text(guidValue, uniqueIn("guid", "rss-guid-repeated")).attr(attrs{}.may("isPermaLink", oneOf("boolean-attribute", "true", "false")))
	guid.begin = func(c *checker, n *node) {
		if v, ok := c.attr(spaceNone, "isPermaLink"); ok {
			n.kind = v.s
		}
	}
	source := text(noHTML).attr(attrs{}.must("url", "rss-source-url-missing", uriFull))
	category := text(noHTML).attr(attrs{}.may("domain"))
	namedCategory := text(noHTML, notBlank).attr(attrs{}.may("domain"))

	item := s.itemKids().with(s.itunesItem(), s.itemExtensions())
	item.once(spaceNone, "comments", text(uriFull))
	item.add(spaceNone, "enclosure", enclosure, "rss-enclosure-repeated")
	item.once(spaceNone, "pubDate", text(rfc822), saysSame("same-date", spaceDC, "date"), saysSame("same-date", spaceAtom, "published"))
	item.once(spaceNone, "author", text(person), saysSame("same-author", spaceDC, "creator"))
	item.many(spaceNone, "category", namedCategory, saysSame("same-category", spaceDC, "subject"))
	item.once(spaceNone, "guid", guid, saysSame("same-id", spaceAtom, "id"))
	item.once(spaceNone, "source", source, saysSame("same-source", spaceDC, "source"))
	item.once(spaceTrackback, "ping", text(uriFull))
	item.many(spaceTrackback, "about", text(uriFull))
	itemEl := &element{kids: item, finish: rssItemEnd}

	channel := s.channelKids().with(s.itunesChannel(), s.channelExtensions())
	misplaced := onSeen(misplacedItem)
	for local, el := range map[string]*element{
		"cloud": cloud, "ttl": text(positive, notBlank), "docs": text(uriFull, func(c *checker, n *node, v val) {
			c.rssBoard = v.s == "http://www.rssboard.org/rss-specification" || v.s == "https://www.rssboard.org/rss-specification"
		}), "skipHours": skipHours, "skipDays": skipDays,
	} {
		channel.once(spaceNone, local, el, misplaced)
	}
	channel.many(spaceNone, "item", itemEl)
	channel.many(spaceNone, "category", category, misplaced)
	channel.many(spaceNone, "rating", text())
	channel.once(spaceNone, "generator", text(), misplaced, saysSame("same-generator", spaceAdmin, "generatorAgent"))
	channel.once(spaceNone, "pubDate", text(rfc822), misplaced, saysSame("same-channel-date", spaceDC, "date"))
	channel.once(spaceNone, "managingEditor", text(person), misplaced, saysSame("same-editor", spaceDC, "creator"))
	channel.once(spaceNone, "webMaster", text(person), misplaced, saysSame("same-webmaster", spaceDC, "publisher"))
	channel.once(spaceNone, "language", text(languageCode), misplaced, saysSame("same-language", spaceDC, "language"))
	channel.once(spaceNone, "copyright", text(noHTML), misplaced, saysSame("same-rights", spaceDC, "rights"))
	channel.once(spaceNone, "lastBuildDate", text(rfc822), misplaced, saysSame("same-build-date", spaceDCTerms, "modified"))
	channel[own("textInput")].seen = func(c *checker, parent, n *node) {
		misplacedItem(c, parent, n)
		c.report("rss-textinput-avoid", n.at, "", "few readers show a <textInput>")
	}
	channelEl := &element{kids: channel, attrs: attrs{}.in(spaceIndexing, "index", yesNo), begin: newChannel, finish: rssChannelEnd}
	s.rssChannel = channelEl
	s.rssRoot = &element{
		kids:  kids{}.once(spaceNone, "channel", channelEl).once(spaceAccess, "restriction", accessRestriction()),
		attrs: attrs{}.must("version", "rss-version-missing"),
		begin: func(c *checker, n *node) {
			c.version = "2.0"
			v, ok := c.attr(spaceNone, "version")
			if !ok {
				return
			}
			c.version = v.s
			switch {
			case c.netscape && v.s != "0.91":
				c.reportVal("rss-doctype-version", v, "the document type is that of RSS 0.91, and the version is "+quote(v.s))
			case !c.netscape && v.s != "0.91" && v.s != "0.92" && v.s != "2.0":
				c.wrong("rss-version", v, "2.0, 0.92 or 0.91")
			}
		},
		finish: func(c *checker, n *node) { c.need(n, "rss-channel-missing", "channel") },
	}
}

// A channelState is what the elements of a channel are compared with.
type channelState struct {
	title, link string
	self        bool
	links       []atomLink
	types       map[string]bool // of its alternates
	items       int             // that stand before something else of the channel
	hasEntry    bool
}

func newChannel(c *checker, n *node) { n.state = &channelState{} }

func (c *checker) channelState(depth int) *channelState {
	for i := depth; i < len(c.stack); i++ {
		if s, ok := c.up(i).state.(*channelState); ok {
			return s
		}
	}
	return &channelState{}
}

func misplacedItem(c *checker, parent, n *node) {
	if s, ok := parent.state.(*channelState); ok && c.format == RSS && parent.has(spaceNone, "item") && s.items != parent.count(spaceNone, "item") {
		s.items = parent.count(spaceNone, "item")
		c.report("rss-item-before-metadata", n.at, "", "<"+c.topName()+"> stands behind an <item>: what is about the channel comes first")
	}
}

func rssChannelEnd(c *checker, n *node) {
	c.need(n, "rss-channel-description-missing", "description")
	c.need(n, "rss-channel-link-missing", "link")
	c.need(n, "rss-channel-title-missing", "title")
	if !n.has(spaceNone, "language") && !n.has(spaceDC, "language") && !n.lang {
		c.report("channel-language-missing", n.at, "", "the channel doesn't say what language it is in")
	}
	if s, ok := n.state.(*channelState); ok && c.version == "2.0" && c.format == RSS && !s.self {
		c.report("rss-self-missing", n.at, "", "the channel doesn't say where it is published: it has no atom:link with rel=\"self\"")
	}
	if c.itunes {
		itunesChannelEnd(c, n)
	}
	if v, ok := n.state.(*channelState); ok && v.hasEntry && !n.has(spaceNone, "items") {
		c.need(n, "rss1-items-missing", "items")
	}
}

func rssItemEnd(c *checker, n *node) {
	if !n.has(spaceNone, "title") && !n.has(spaceNone, "description") {
		c.reportAt("rss-item-empty", n.at, n.tail, "", "<item> has neither <title> nor <description>")
	}
	if c.format == RSS && strings.HasPrefix(c.version, "2.") && !n.has(spaceNone, "guid") {
		c.reportAt("rss-item-guid-missing", n.at, n.tail, "", "<item> has no <guid>")
	}
	if c.format == RSS && n.has(spaceSlash, "comments") && len(c.stack) > 1 && !c.up(1).has(spaceNone, "lastBuildDate") {
		c.reportAt("slash-comments-date", n.at, n.tail, "", "<item> counts its comments, and the channel has no <lastBuildDate> to say when that was")
	}
	itunesItemEnd(c, n)
	episodeEnd(c, n)
}

// channelKids are what a channel of any RSS has.
func (s *schema) channelKids() kids {
	m := onSeen(misplacedItem)
	image := &element{
		attrs: attrs{}.in(spaceRDF, "resource").in(spaceRDF, "about").in(spaceRDF, "parseType"),
		kids: kids{}.with(s.everywhere).
			once(spaceNone, "title", text(imageTitle)).
			once(spaceNone, "link", text(uriFull, imageLink)).
			once(spaceNone, "url", text(uriFull, imageURL)).
			once(spaceNone, "width", text(pixels("rss-image-width", 144))).
			once(spaceNone, "height", text(pixels("rss-image-height", 400))).
			once(spaceNone, "description", text(noHTML)).
			many(spaceDC, "creator", text()).many(spaceDC, "subject", text()).once(spaceDC, "date", text(w3cdtf)).many(spaceCC, "license", anything),
		begin: func(c *checker, n *node) {
			if _, ok := c.attr(spaceRDF, "resource"); ok {
				n.flag |= 1
			}
			if _, ok := c.attr(spaceRDF, "parseType"); ok {
				n.flag |= 2
			}
		},
		finish: func(c *checker, n *node) {
			if n.flag&1 != 0 {
				return
			}
			c.need(n, "rss-image-title-missing", "title")
			c.need(n, "rss-image-url-missing", "url")
			if n.flag&2 == 0 {
				c.need(n, "rss-image-link-missing", "link")
			}
		},
	}
	k := kids{}.
		once(spaceNone, "image", image, m).
		once(spaceNone, "textInput", s.textInput(), m).
		once(spaceNone, "link", text(uriFull, func(c *checker, n *node, v val) { c.channelState(1).link = v.s }), m).
		once(spaceNone, "title", text(noHTML, notBlank, func(c *checker, n *node, v val) { c.channelState(1).title = v.s }), m).
		once(spaceNone, "description", text(noHTML, showDescription), m)
	k.add(spaceNone, "textinput", anything, "element-repeated", onSeen(func(c *checker, parent, n *node) {
		if c.format != RSS1 {
			c.report("element-undefined", n.at, "textinput", "<textinput> is not defined in <channel>: it is <textInput>")
		}
	}))
	k.many(spaceNone, "blink", text(func(c *checker, n *node, v val) {
		c.reportVal("rss-blink", v, "<blink> was never part of RSS: it is blogChannel's")
	}))
	link := *k[own("link")]
	k[own("link")] = &link
	s.atomInRSS(k)
	k.many(spaceDC, "creator", text(), saysSame("same-editor", spaceNone, "managingEditor")).
		many(spaceDC, "subject", text(), saysSame("same-channel-category", spaceNone, "category")).
		once(spaceDC, "date", text(w3cdtf), saysSame("same-channel-date", spaceNone, "pubDate")).
		many(spaceCC, "license", anything, saysSame("same-license", spaceCreativeCommons, "license")).
		many(spaceCreativeCommons, "license", text(uriFull), saysSame("same-license", spaceCC, "license"))
	return k
}

func (s *schema) textInput() *element {
	return &element{
		attrs: attrs{}.in(spaceRDF, "about"),
		kids: kids{}.with(s.everywhere).
			once(spaceNone, "title", text(noHTML)).once(spaceNone, "description", text()).
			once(spaceNone, "name", text(formName)).once(spaceNone, "link", text(uriFull)).
			many(spaceDC, "creator", text()).many(spaceDC, "subject", text()).once(spaceDC, "date", text(w3cdtf)),
		finish: func(c *checker, n *node) {
			c.need(n, "rss-textinput-title-missing", "title")
			c.need(n, "rss-textinput-link-missing", "link")
			c.need(n, "rss-textinput-description-missing", "description")
			c.need(n, "rss-textinput-name-missing", "name")
		},
	}
}

// itemKids are what an item of any RSS has.
func (s *schema) itemKids() kids {
	html := text(itemDescription, episodeDescription)
	encoded := text(safeHTML)
	k := kids{}.
		once(spaceNone, "link", text(uriFull)).
		once(spaceNone, "title", text(noHTML, notBlank)).
		once(spaceNone, "description", html).
		once(spaceContent, "encoded", encoded, onSeen(func(c *checker, parent, n *node) {
			if c.format == RSS && !parent.has(spaceNone, "description") {
				c.report("content-before-description", n.at, "", "<content:encoded> stands before <description>, or without one: some readers take the later for the text")
			}
		})).
		once(spaceContent, "items", s.contentItems()).
		many(spaceXHTML, "body", &element{mode: modeDiv}, onSeen(func(c *checker, parent, n *node) {
			if c.format == RSS {
				c.report("same-description", n.at, "", "<xhtml:body> says what <description> says")
			}
		}))
	k.once(spaceAtom, "id", text(uriFull, uniqueIn("atom:id", "rss-guid-repeated")), saysSame("same-id", spaceNone, "guid"))
	k.many(spaceAtom, "link", s.atomLink)
	k.once(spaceAtom, "title", s.construct(true))
	k.once(spaceAtom, "summary", s.constructSummary())
	k.once(spaceAtom, "author", s.atomPerson)
	k.many(spaceAtom, "contributor", s.atomPerson)
	k.many(spaceAtom, "content", s.construct(true))
	k.once(spaceAtom, "published", text(rfc3339), saysSame("same-date", spaceNone, "pubDate"))
	k.once(spaceAtom, "updated", text(rfc3339))
	k.many(spaceDC, "creator", text(), saysSame("same-author", spaceNone, "author"))
	k.many(spaceDC, "subject", text(), saysSame("same-category", spaceNone, "category"))
	k.many(spaceDC, "date", text(w3cdtf), saysSame("same-date", spaceNone, "pubDate"))
	k.many(spaceCC, "license", anything, saysSame("same-item-license", spaceCreativeCommons, "license"))
	k.many(spaceCreativeCommons, "license", text(uriFull), saysSame("same-item-license", spaceCC, "license"))
	return k
}

func itemDescription(c *checker, n *node, v val) {
	if c.format == RSS && c.version == "0.91" {
		noHTML(c, n, v)
		return
	}
	safeHTML(c, n, v)
}

func newValues(c *checker, n *node) { n.state = map[string]bool{} }

func skipHour(c *checker, n *node, v val) {
	seen, _ := c.up(1).state.(map[string]bool)
	i, ok := whole(v.s)
	switch {
	case v.s == "24":
		c.wrong("rss-hour-midnight", v, "0 for midnight")
	case !ok || i < 0 || i > 23:
		c.wrong("rss-hour", v, "an hour from 0 to 23")
		return
	}
	key := itoa(int(i) % 24)
	if seen[key] {
		c.reportVal("rss-skip-repeated", v, "the hour "+v.s+" stands there already")
	}
	if seen != nil {
		seen[key] = true
	}
}

func skipDay(c *checker, n *node, v val) {
	seen, _ := c.up(1).state.(map[string]bool)
	switch v.s {
	case "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday":
		if seen[v.s] {
			c.reportVal("rss-skip-repeated", v, "the day "+v.s+" stands there already")
		}
		if seen != nil {
			seen[v.s] = true
		}
	default:
		c.wrong("rss-day", v, "the English name of a day of the week")
	}
}

func imageTitle(c *checker, n *node, v val) {
	if v.s == "" {
		notBlank(c, n, v)
	} else {
		noHTML(c, n, v)
	}
	if s := c.channelState(2); s.title != "" && s.title != v.s {
		c.reportVal("rss-image-title-differs", v, "the image's title is "+quote(v.s)+", and the channel's is "+quote(s.title))
	}
}

func imageLink(c *checker, n *node, v val) {
	if s := c.channelState(2); s.link != "" && s.link != v.s {
		c.reportVal("rss-image-link-differs", v, "the image's link is "+quote(v.s)+", and the channel's is "+quote(s.link))
	}
}

func imageURL(c *checker, n *node, v val) {
	ext := v.s[strings.LastIndexByte(v.s, '.')+1:]
	if ext == "" || strings.Trim(strings.ToLower(ext), "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		return
	}
	switch strings.ToLower(ext) {
	case "jpg", "jpeg", "gif", "png":
	default:
		c.wrong("rss-image-format", v, "a picture that ends in .jpg, .gif or .png")
	}
}

func pixels(rule string, limit int64) value {
	return func(c *checker, n *node, v val) {
		if i, ok := whole(v.s); !ok || i <= 0 || i > limit {
			c.wrong(rule, v, "a whole number from 1 to "+itoa(int(limit)))
		}
	}
}

func enclosureLength(c *checker, n *node, v val) {
	switch i, ok := whole(v.s); {
	case !ok:
		c.wrong("rss-enclosure-length", v, "a number of bytes")
	case i == -1:
		c.wrong("rss-enclosure-length-unknown", v, "0 where the length is not known")
	case i < 0:
		c.wrong("integer-negative", v, "a number of bytes")
	case i == 0:
		emptyEnclosure(c, v)
	}
}

func guidValue(c *checker, n *node, v val) {
	if n.kind == "" || n.kind == "true" {
		if !c.uri(uriKind{rule: "rss-guid-not-url", absolute: true}, n, v) {
			return
		}
		if folded := strings.ToLower(v.s); strings.HasPrefix(folded, "tag:") || strings.HasPrefix(folded, "urn:uuid:") {
			c.reportVal("rss-guid-not-permalink", v, "<guid> is "+quote(v.s)+", which nobody can open: it needs isPermaLink=\"false\"")
		}
		return
	}
	if len(v.s) < 9 && v.s != "" && strings.Trim(v.s, "0123456789") == "" {
		c.reportVal("rss-guid-not-unique", v, "<guid> is "+quote(v.s)+", a number that other feeds have too")
	}
}

// atomInRSS are Atom's elements in a channel.
func (s *schema) atomInRSS(k kids) {
	k.many(spaceAtom, "author", s.atomPerson).
		many(spaceAtom, "category", s.atomCategory).
		many(spaceAtom, "contributor", s.atomPerson).
		once(spaceAtom, "generator", s.atomGenerator).
		once(spaceAtom, "id", text(uriFull)).
		once(spaceAtom, "icon", text(notBlank, uri)).
		many(spaceAtom, "link", s.atomLink, onSeen(misplacedItem)).
		once(spaceAtom, "logo", text(notBlank, uri)).
		once(spaceAtom, "title", s.construct(false)).
		once(spaceAtom, "subtitle", s.construct(false)).
		once(spaceAtom, "rights", s.construct(false)).
		once(spaceAtom, "updated", text(rfc3339))
}
