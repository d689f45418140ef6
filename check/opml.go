package check

import "strings"

func (s *schema) opml() {
	head := kids{}.with(s.everywhere)
	for local, el := range map[string]*element{
		"title": text(safeHTML), "dateCreated": text(rfc822), "dateModified": text(rfc822), "ownerName": text(safeHTML),
		"ownerEmail": text(mailbox), "ownerId": text(webAddress), "expansionState": text(expansionState),
		"vertScrollState": text(positive, notBlank), "windowTop": text(positive, notBlank), "windowLeft": text(positive, notBlank),
		"windowBottom": text(positive, notBlank), "windowRight": text(positive, notBlank), "docs": text(uriFull),
	} {
		head.once(spaceNone, local, el)
	}
	delete(head, own("docs"))
	outline := &element{kids: kids{}.with(s.everywhere), begin: beginOutline, attrs: attrs{}.
		may("category").may("created", rfc822).may("description", safeHTML).may("htmlUrl", uriFull).may("isBreakpoint", trueFalse).
		may("isComment", trueFalse).may("language", languageCode).must("text", "opml-outline-text-missing", safeHTML).may("title", safeHTML).
		may("type").may("url", uriFull).may("version").may("xmlUrl")}
	outline.kids.many(spaceNone, "outline", outline)
	body := &element{kids: kids{}.with(s.everywhere).many(spaceNone, "outline", outline), finish: func(c *checker, n *node) {
		c.need(n, "opml-body-empty", "outline")
	}}
	s.opmlRoot = &element{
		kids:  kids{}.with(s.everywhere).many(spaceNone, "head", &element{kids: head}).many(spaceNone, "body", body),
		attrs: attrs{}.may("version", oneOf("opml-version", "1.0", "1.1", "2.0")),
		begin: func(c *checker, n *node) {
			v, ok := c.attr(spaceNone, "version")
			c.version = v.s
			if !ok && string(c.scan.Local) == "opml" {
				c.report("opml-version-missing", n.at, "", "<opml> lacks the attribute version")
			}
		},
		finish: func(c *checker, n *node) {
			c.need(n, "opml-head-missing", "head")
			c.need(n, "opml-body-missing", "body")
		},
	}
}

func beginOutline(c *checker, n *node) {
	has := func(local string) bool { _, ok := c.attr(spaceNone, local); return ok }
	if kind, ok := c.attr(spaceNone, "type"); ok {
		switch strings.ToLower(kind.s) {
		case "rss":
			if !has("xmlUrl") {
				c.report("opml-rss-xmlurl-missing", n.at, "", "<outline> of type rss lacks the attribute xmlUrl")
			}
			if !has("title") {
				c.report("opml-rss-title-missing", n.at, "", "<outline> of type rss lacks the attribute title")
			}
		case "link":
			if !has("url") {
				c.report("opml-link-url-missing", n.at, "", "<outline> of type link lacks the attribute url")
			}
		default:
			if strings.HasPrefix(c.version, "1.") {
				c.wrong("opml-outline-type", kind, "rss or link")
			}
		}
	} else if len(c.scan.attrs) > 1 {
		for _, local := range []string{"description", "htmlUrl", "language", "title", "version", "xmlUrl"} {
			if has(local) {
				c.report("opml-outline-type-missing", n.at, "", "<outline> has the attribute "+local+" and no type")
				break
			}
		}
	}
	if v, ok := c.attr(spaceNone, "version"); ok {
		switch v.s {
		case "RSS", "RSS1", "RSS2", "scriptingNews":
		default:
			c.wrong("opml-outline-version", v, "RSS, RSS1, RSS2 or scriptingNews")
		}
	}
}
