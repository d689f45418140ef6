package check

// rdfAny is an extension in RSS 1.0: whatever is sound RDF.
var rdfAny = &element{mode: modeRDF, begin: beginRDF, finish: endRDF}

const flagLiteral uint8 = 1

func beginRDF(c *checker, n *node) {
	parent := c.up(1)
	if v, ok := c.attr(spaceRDF, "parseType"); ok && v.s == "Literal" || parent.el.mode == modeRDF && parent.flag&flagLiteral != 0 {
		n.flag |= flagLiteral
		return
	}
	for i := range c.scan.attrs {
		if a := &c.scan.attrs[i]; a.space == spaceRSS11 {
			v := c.attrVal(a)
			c.reportVal("attribute-undefined", v, "the attribute "+clip(v.attr)+" of RSS 1.1 within an extension")
		}
	}
	if c.scan.Space == spaceRSS11 && parent.el.mode == modeRDF {
		c.report("element-undefined", n.at, c.topName(), "<"+c.topName()+"> of RSS 1.1 within an extension")
	}
	c.about(n)
}

func endRDF(c *checker, n *node) {
	if n.flag&flagLiteral == 0 && n.elements > 0 && indexNonBlank(c.buf[n.textFrom:]) >= 0 {
		c.report("rdf-mixed", n.at, "", "<"+c.topName()+"> has both text and elements, which is no RDF")
	}
}

// about remembers what an element is about: two can't be about the same.
func (c *checker) about(n *node) {
	if v, ok := c.attr(spaceRDF, "about"); ok {
		if !c.remember("about", v.s) {
			c.reportVal("rdf-about-repeated", v, "two elements are about "+quote(v.s))
		}
	}
}

// elementInText is what an element is that stands where text was expected.
func (c *checker) elementInText(n *node) *element {
	s := &c.scan
	if c.format != RSS1 {
		rule := "element-undefined"
		c.report(rule, s.at, string(s.Name), "<"+clip(string(s.Name))+"> in <"+c.topName()+">, which holds text and no elements")
		return anything
	}
	if _, resource := c.attr(spaceRDF, "resource"); resource {
		c.report("rdf-mixed", s.at, string(s.Name), "<"+clip(string(s.Name))+"> is a thing, and points at another with rdf:resource as only properties do")
	}
	if indexNonBlank(c.buf[n.textFrom:]) >= 0 || n.elements > 1 || s.Space == spaceRSS1 {
		c.report("rdf-mixed", s.at, string(s.Name), "<"+c.topName()+"> has both text and elements, which is no RDF")
	}
	if s.Space == spaceXHTML && string(s.Local) == "div" {
		return c.schema.div
	}
	return rdfAny
}

// rdf builds RSS 0.90, 1.0 and 1.1.
func (s *schema) rdf() {
	withAbout := func(c *checker, n *node) {
		if v, ok := c.attr(spaceRDF, "about"); !ok {
			if c.version != "0.90" {
				c.report("rss1-about-missing", n.at, "", "<"+c.topName()+"> lacks the attribute rdf:about")
			}
		} else {
			uri(c, n, v)
		}
	}
	item := s.itemKids().with(s.itunesItem(), s.itemExtensions())
	item.once(spaceTrackback, "ping", rdfResource()).many(spaceTrackback, "about", rdfResource())
	item.many(spaceLink, "permalink", rdfResource().attr(attrs{}.in(spaceRDF, "resource", uri).in(spaceDC, "title").in(spaceLink, "type", mime("media-type"))))
	item.many(spaceRDFS, "label", text()).many(spaceRDFS, "comment", text())
	itemEl := &element{kids: item, attrs: attrs{}.in(spaceRDF, "about"), begin: func(c *checker, n *node) {
		if v, ok := c.attr(spaceRDF, "about"); c.version != "1.1" {
			withAbout(c, n)
		} else if ok {
			uri(c, n, v)
		}
		c.about(n)
	}, finish: func(c *checker, n *node) {
		c.need(n, "rss1-item-link-missing", "link")
		c.need(n, "rss1-item-title-missing", "title")
		itunesItemEnd(c, n)
	}}
	li := (&element{}).attr(attrs{}.may("resource").in(spaceRDF, "resource"))
	seq := &element{kids: kids{}.many(spaceRDF, "li", li)}
	undefined := func(inRSS11 bool) func(*child) {
		return onSeen(func(c *checker, parent, n *node) {
			if (c.version == "1.1") == inRSS11 {
				c.report("element-undefined", n.at, c.topName(), "<"+c.topName()+"> is not defined in <items> of this version")
			}
		})
	}
	items := &element{attrs: attrs{}.in(spaceRDF, "parseType"), kids: kids{}.
		many(spaceNone, "item", itemEl, undefined(false)).many(spaceRDF, "Seq", seq, undefined(true))}
	channel := s.channelKids().with(s.itunesChannel(), s.channelExtensions())
	channel.once(spaceNone, "items", items, onSeen(func(c *checker, parent, n *node) {
		if s, ok := parent.state.(*channelState); ok && !s.hasEntry {
			c.reportAt("rss1-about-missing", parent.at, parent.tail, "", "<channel> lacks the attribute rdf:about")
		}
	})).many(spaceRDFS, "label", text()).many(spaceRDFS, "comment", text())
	s.rss1Channel = &element{kids: channel, attrs: attrs{}.in(spaceRDF, "about").in(spaceIndexing, "index", yesNo), begin: func(c *checker, n *node) {
		newChannel(c, n)
		if v, ok := c.attr(spaceRDF, "about"); c.version != "1.1" {
			withAbout(c, n)
		} else if ok {
			uri(c, n, v)
		}
		if _, ok := c.attr(spaceRDF, "about"); ok {
			n.state.(*channelState).hasEntry = true
		}
		c.about(n)
	}, finish: rssChannelEnd}
	image := &element{attrs: attrs{}.in(spaceRDF, "about"), begin: withAbout, kids: kids{}.with(s.everywhere).
		once(spaceNone, "title", text(imageTitle)).once(spaceNone, "link", text(uriFull)).once(spaceNone, "url", text(uriFull)).
		many(spaceDC, "creator", text()).many(spaceDC, "subject", text()).once(spaceDC, "date", text(w3cdtf)).many(spaceCC, "license", anything),
		finish: func(c *checker, n *node) {
			c.need(n, "rss-image-title-missing", "title")
			c.need(n, "rss-image-link-missing", "link")
			c.need(n, "rss-image-url-missing", "url")
		}}
	input := *s.textInput()
	input.begin = withAbout
	s.rdfRoot = &element{
		kids: kids{}.once(spaceNone, "channel", s.rss1Channel).many(spaceNone, "item", itemEl).many(spaceNone, "textinput", &input).
			many(spaceNone, "image", image).many(spaceCC, "License", anything).many(spaceTaxonomy, "topic", anything).many(spaceRDF, "Description", anything),
		finish: func(c *checker, n *node) { c.need(n, "rss1-channel-missing", "channel") },
	}
}
