package check

// feedSync builds FeedSync's elements.
func (s *schema) feedSync() {
	related := (&element{kids: kids{}}).attr(attrs{}.must("link", "sync-attribute-missing", uriFull).may("title", noHTML, notBlank).
		must("type", "sync-attribute-missing", oneOf("sync-related-type", "complete", "aggregated")))
	s.sharing = &element{kids: kids{}.many(spaceSync, "related", related),
		attrs: attrs{}.may("expires", rfc3339).may("since", rfc3339).may("until", rfc3339),
		begin: func(c *checker, n *node) {
			since, hasSince := c.attr(spaceNone, "since")
			until, hasUntil := c.attr(spaceNone, "until")
			switch {
			case hasSince != hasUntil:
				c.report("sync-attribute-missing", n.at, "", "<"+c.topName()+"> has one of since and until, and needs both")
			case hasSince && since.s > until.s:
				c.report("sync-since-after-until", n.at, since.s, "since is later than until")
			}
		}}
	history := (&element{kids: kids{}}).attr(attrs{}.may("by", noHTML, notBlank, nss).must("sequence", "sync-attribute-missing", uint31).may("when", rfc3339))
	history.begin = func(c *checker, n *node) {
		_, by := c.attr(spaceNone, "by")
		_, when := c.attr(spaceNone, "when")
		switch {
		case !by && !when:
			c.report("sync-by-and-when-missing", n.at, "", "<"+c.topName()+"> has neither by nor when")
		case by != when:
			c.report("sync-by-or-when-missing", n.at, "", "<"+c.topName()+"> has one of by and when, and should have both")
		}
	}
	conflicts := &element{kids: kids{}}
	s.sync = &element{kids: kids{}.many(spaceSync, "history", history).many(spaceSync, "conflicts", conflicts),
		attrs: attrs{}.may("deleted", trueFalseStrict).may("noconflicts", trueFalseStrict).
			must("id", "sync-attribute-missing", notBlank, nss, func(c *checker, n *node, v val) {
				if v.s != "" && len(c.stack) < 6 && !c.remember("sx:id", v.s) {
					c.reportVal("sync-id-repeated", v, c.what(v)+" is "+quote(v.s)+", as one before it is")
				}
			}).must("updates", "sync-attribute-missing", uint31),
		finish: func(c *checker, n *node) { c.needIn(n, "sync-history-missing", spaceSync, "history") }}
	s.conflicts = conflicts
}
