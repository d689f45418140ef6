package check

import (
	"path"
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
		once(spaceITunes, "image", (&element{kids: kids{}}).attr(attrs{}.must("href", "itunes-image-href-missing", webAddress, coverFormat)))
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
		once(spaceITunes, "type", text(oneOf("itunes-type", "episodic", "serial"), func(c *checker, n *node, v val) {
			if v.s == "serial" {
				c.serial = true
				c.settled(ofSerial)
			}
		})).
		once(spaceITunes, "title", text()).once(spaceITunes, "complete", text()).once(spaceITunes, "applepodcastsverify", text())
	sawITunes(k, func(c *checker, parent *node) {
		c.podcast(parent)
		if !c.show {
			c.show = true
			c.settled(ofShow)
		}
	})
	return k
}

func (s *schema) itunesItem() kids {
	k := itunesShared().
		once(spaceITunes, "duration", text(duration)).once(spaceITunes, "title", text()).
		once(spaceITunes, "episode", text(positive)).once(spaceITunes, "season", text(positive)).
		once(spaceITunes, "episodeType", text(oneOf("itunes-episode-type", "full", "trailer", "bonus"), func(c *checker, n *node, v val) {
			if v.s == "trailer" || v.s == "bonus" {
				c.up(1).flag |= flagAside
			}
		}))
	sawITunes(k, func(c *checker, parent *node) {
		parent.flag |= flagITunes
		c.podcast(c.up(2))
	})
	return k
}

const (
	flagITunes uint8 = 1 << 5
	flagAside  uint8 = 1 << 4 // an episode that needs no number
)

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
	c.settled(ofPodcast)
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
	c.needIn(n, "itunes-image-missing", spaceITunes, "image")
}

// enclosureFormat keeps an enclosure's address until it is known whether it is
// a podcast's.
func enclosureFormat(c *checker, n *node, v val) {
	st := entryStateOf(c.up(1))
	if len(st.enclosures) < 16 {
		st.enclosures = append(st.enclosures, v)
	}
}

func entryStateOf(item *node) *entryState {
	st, _ := item.state.(*entryState)
	if st == nil {
		st = &entryState{}
		item.state = st
	}
	return st
}

// episodeEnd judges a letter as the episode that it is in a show, or if it has an
// element of iTunes' itself.
func episodeEnd(c *checker, n *node) {
	all := c.ofItem
	c.ofItem = c.ofItem[:0]
	if c.up(1).el != c.schema.rssChannel && c.up(1).el != c.schema.atomFeed {
		return
	}
	for _, f := range all {
		c.addIf(n.flag&flagITunes != 0, ofShow, f)
	}
	st, _ := n.state.(*entryState)
	ask := func(when cause, rule, message string) {
		counts := when == ofShow && n.flag&flagITunes != 0
		if c.ignored[rule] || !counts && !c.has(when) && len(c.waiting) > c.limit {
			return
		}
		c.addIf(counts, when, c.made(rule, n.at, n.tail, "", "", "<"+c.nameOf(n)+"> "+message))
	}
	if !n.has(spaceNone, "title") && !n.has(spaceITunes, "title") && c.format == RSS {
		ask(ofShow, "itunes-episode-title-missing", "is an episode and has no <title>")
	}
	if !n.has(spaceNone, "enclosure") && (st == nil || !st.enclosed) {
		ask(ofShow, "itunes-enclosure-missing", "is an episode and has no enclosure: there is nothing to hear or to see")
	}
	if !n.has(spaceITunes, "episode") && n.flag&flagAside == 0 {
		ask(ofSerial, "itunes-episode-number-missing", "is an episode of a serial show and has no <itunes:episode>, its number")
	}
}

// inEpisode reports what is wrong with something in a letter, if that turns out to be
// an episode.
func inEpisode(c *checker, rule string, v val, message string) {
	const most = 16
	if len(c.ofItem) < most && !c.ignored[rule] {
		c.ofItem = append(c.ofItem, c.made(rule, v.at, v.end, v.attr, v.s, message))
	}
}

// A cause is what has to be known before something counts: what Apple asks for is
// nothing to other feeds, and may stand before the element that tells.
type cause uint8

const (
	ofPodcast cause = iota
	ofShow
	ofSerial
)

// A waiting finding is one whose cause may come yet.
type waiting struct {
	cause   cause
	finding Finding
}

// inPodcast reports what is wrong with a value, in a podcast.
func inPodcast(c *checker, rule string, v val, message string) {
	if !c.ignored[rule] {
		c.addIf(false, ofPodcast, c.made(rule, v.at, v.end, v.attr, v.s, message))
	}
}

// addIf reports a finding that counts anyway or by its cause, or has it wait for that.
func (c *checker) addIf(counts bool, cause cause, f Finding) {
	switch {
	case counts, c.has(cause):
		c.add(f)
	case len(c.waiting) <= c.limit:
		c.waiting = append(c.waiting, waiting{cause, f})
	}
}

func (c *checker) has(cause cause) bool {
	return [...]bool{ofPodcast: c.itunes, ofShow: c.show, ofSerial: c.serial}[cause]
}

// settled reports what has waited for a cause.
func (c *checker) settled(cause cause) {
	c.waiting = slices.DeleteFunc(c.waiting, func(w waiting) bool {
		if w.cause == cause {
			c.add(w.finding)
		}
		return w.cause == cause
	})
}

// coverFormat looks at a picture's name for a kind that Apple doesn't show.
func coverFormat(c *checker, n *node, v val) {
	file, _, _ := strings.Cut(v.s, "#")
	file, _, _ = strings.Cut(file, "?")
	switch ext := strings.ToLower(path.Ext(file)); ext {
	case ".gif", ".webp", ".svg", ".avif", ".bmp", ".heic", ".ico", ".tif", ".tiff":
		inPodcast(c, "itunes-image-format", v, c.what(v)+" is "+quote(v.s)+", where Apple takes a JPEG or a PNG")
	}
}

// maxDescription is how many bytes Apple shows of what a show or an episode is about.
const maxDescription = 4000

func tooLongForApple(v val) bool { return len(v.s) > maxDescription }

func tooLong(c *checker, v val) string {
	return c.what(v) + " has " + itoa(len(v.s)) + " bytes, where Apple takes " + itoa(maxDescription)
}

func showDescription(c *checker, n *node, v val) {
	if tooLongForApple(v) {
		inPodcast(c, "itunes-description-too-long", v, tooLong(c, v))
	}
}

func episodeDescription(c *checker, n *node, v val) {
	if tooLongForApple(v) {
		inEpisode(c, "itunes-description-too-long", v, tooLong(c, v))
	}
}

func emptyEnclosure(c *checker, v val) {
	inEpisode(c, "itunes-enclosure-empty", v, c.what(v)+" is 0, where Apple wants the number of bytes")
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
