package check

// app builds the documents and elements of the Atom Publishing Protocol.
func (s *schema) app() {
	categories := &element{kids: kids{}.many(spaceAtom, "category", s.atomCategory).many(spaceNone, "category", s.atomCategory),
		attrs: attrs{}.may("scheme").may("fixed", yesNo).may("href"),
		begin: func(c *checker, n *node) {
			if _, ok := c.attr(spaceNone, "href"); !ok {
				return
			}
			n.flag |= 1
			for _, local := range []string{"fixed", "scheme"} {
				if v, ok := c.attr(spaceNone, local); ok {
					c.reportVal("app-categories-attribute", v, "<"+c.topName()+"> has both href and "+local)
				}
			}
		},
		finish: func(c *checker, n *node) {
			if n.flag&1 != 0 && n.elements > 0 {
				c.report("app-categories-children", n.at, "", "<"+c.topName()+"> has both href and elements")
			}
		}}
	accept := text(mediaRange)
	title := s.construct(false)
	collection := &element{kids: kids{}.with(s.everywhere), attrs: attrs{}.must("href", "app-href-missing", iri)}
	workspace := &element{kids: kids{}.with(s.everywhere)}
	for _, el := range []*element{collection, workspace} {
		el.kids.once(spaceAtom, "title", title).once(spaceNone, "title", title)
		el.finish = func(c *checker, n *node) {
			if !n.has(spaceAtom, "title") && !n.has(spaceNone, "title") {
				c.needIn(n, "app-title-missing", spaceAtom, "title")
			}
		}
	}
	for _, sp := range []space{spaceApp, spaceNone} {
		collection.kids.many(sp, "categories", categories).many(sp, "accept", accept)
		workspace.kids.many(sp, "collection", collection)
	}
	s.appCollection = collection
	service := &element{kids: kids{}.with(s.everywhere).many(spaceApp, "workspace", workspace).many(spaceNone, "workspace", workspace), finish: func(c *checker, n *node) {
		if !n.has(spaceApp, "workspace") && !n.has(spaceNone, "workspace") {
			c.needIn(n, "app-workspace-missing", spaceApp, "workspace")
		}
	}}
	s.appCategories, s.appService = categories, service
	s.anywhere[name{spaceApp, "workspace"}] = &child{el: workspace}
	s.anywhere[name{spaceApp, "collection"}] = &child{el: collection}
	s.anywhere[name{spaceApp, "categories"}] = &child{el: categories}
}
