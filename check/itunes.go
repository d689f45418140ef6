package check

import (
	"slices"
	"strings"

	"github.com/automationregion/newsletter/internal/applecategory"
)

func itunesShared() kids {
	return kids{}.
		once(spaceITunes, "author", text(maxLength(255), noHTML)).
		once(spaceITunes, "block", rawText(oneOfFolded("itunes-yes", "yes", "no", "clean"))).
		once(spaceITunes, "explicit", rawText(trueFalse)).
		once(spaceITunes, "keywords", text(maxLength(255), noHTML, keywords)).
		once(spaceITunes, "subtitle", text(maxLength(255), noHTML)).
		once(spaceITunes, "summary", text(maxLength(4000), noHTML)).
		once(spaceITunes, "image", (&element{kids: kids{}}).attr(attrs{}.must("href", "itunes-image-href-missing", webAddress)))
}

func (s *schema) itunesChannel() kids {
	owner := &element{kids: kids{}.once(spaceITunes, "email", text(mailbox)).once(spaceITunes, "name", text(maxLength(255), noHTML)),
		finish: func(c *checker, n *node) { c.needIn(n, "itunes-owner-email-missing", spaceITunes, "email") }}
	inner := (&element{kids: kids{}}).attr(attrs{}.must("text", "itunes-category-text-missing"))
	inner.begin = func(c *checker, n *node) {
		outer := c.up(1).kind
		itunesCategory(c, n, applecategory.Now[outer], applecategory.Old[outer])
	}
	category := (&element{kids: kids{}.many(spaceITunes, "category", inner)}).attr(attrs{}.must("text", "itunes-category-text-missing"))
	category.begin = func(c *checker, n *node) { itunesCategory(c, n, nil, nil) }
	k := itunesShared().
		once(spaceITunes, "owner", owner).many(spaceITunes, "category", category).once(spaceITunes, "pubDate", text(rfc822)).
		once(spaceITunes, "new-feed-url", text(uriFull)).
		once(spaceITunes, "type", text(oneOf("itunes-type", "episodic", "serial"))).
		once(spaceITunes, "title", text()).once(spaceITunes, "complete", text())
	delete(k, name{spaceITunes, "title"})
	delete(k, name{spaceITunes, "complete"})
	sawITunes(k, func(c *checker, parent *node) { c.podcast(parent) })
	return k
}

func (s *schema) itunesItem() kids {
	k := itunesShared().
		once(spaceITunes, "duration", text(duration)).once(spaceITunes, "title", text()).
		once(spaceITunes, "episode", text(positive)).once(spaceITunes, "season", text(positive)).
		once(spaceITunes, "episodeType", text(oneOf("itunes-episode-type", "full", "trailer", "bonus")))
	sawITunes(k, func(c *checker, parent *node) {
		parent.flag |= flagITunes
		c.podcast(c.up(2))
	})
	return k
}

const flagITunes uint8 = 1 << 5

func sawITunes(k kids, f func(c *checker, parent *node)) {
	for _, ch := range k {
		ch.seen = func(c *checker, parent, n *node) { f(c, parent) }
	}
}

// podcast is told that the channel is a podcast's.
func (c *checker) podcast(channel *node) {
	if c.itunes {
		return
	}
	c.itunes = true
	if !c.utf8 {
		c.report("itunes-not-utf8", c.scan.at, "", "a podcast that is not in UTF-8")
	}
}

func itunesChannelEnd(c *checker, n *node) {
	if !n.has(spaceNone, "language") && !n.lang {
		c.need(n, "itunes-channel-incomplete", "language")
	}
	c.needIn(n, "itunes-channel-incomplete", spaceITunes, "category")
	c.needIn(n, "itunes-channel-incomplete", spaceITunes, "explicit")
	c.needIn(n, "itunes-owner-missing", spaceITunes, "owner")
}

// enclosureFormat keeps an enclosure's address until it is known whether it is
// a podcast's.
func enclosureFormat(c *checker, n *node, v val) {
	item := c.up(1)
	st, _ := item.state.(*entryState)
	if st == nil {
		st = &entryState{}
		item.state = st
	}
	if len(st.enclosures) < 16 {
		st.enclosures = append(st.enclosures, v)
	}
}

func itunesItemEnd(c *checker, n *node) {
	st, _ := n.state.(*entryState)
	if st == nil || n.flag&flagITunes == 0 {
		return
	}
	for _, v := range st.enclosures {
		ext := v.s[strings.LastIndexByte(v.s, '.')+1:]
		if !slices.Contains([]string{"m4a", "mp3", "mov", "mp4", "m4v", "pdf", "epub"}, ext) {
			c.reportVal("itunes-format", v, "the enclosure "+quote(v.s)+" doesn't end as the files do that Apple's podcasts have")
		}
	}
}

func keywords(c *checker, n *node, v val) {
	if strings.Contains(v.s, " ") && !strings.Contains(v.s, ",") {
		c.wrong("itunes-keywords", v, "words with commas between them")
	}
}

func itunesCategory(c *checker, n *node, now, old []string) {
	v, ok := c.attr(spaceNone, "text")
	if !ok {
		return
	}
	n.kind = v.s
	isNow, isOld := slices.Contains(now, v.s), slices.Contains(old, v.s)
	if c.up(1).key.local != "category" || c.up(1).key.space != spaceITunes {
		_, isNow = applecategory.Now[v.s]
		_, isOld = applecategory.Old[v.s]
	}
	switch {
	case isNow:
	case isOld:
		c.reportVal("itunes-category-old", v, "Apple's podcasts no longer have the category "+quote(v.s))
	default:
		c.reportVal("itunes-category", v, "Apple's podcasts have no category "+quote(v.s)+" here")
	}
}
