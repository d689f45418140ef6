package check

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// liveItem holds what an item holds, in RSS's elements too.
var liveItem = name{spacePodcast, "liveItem"}

// The podcast namespace's elements with attributes that it requires, and those whose
// text it says the form of. What it has beside them is not judged: it grows by the
// month.
func podcastChannel(k kids) {
	k.many(spacePodcast, "locked", podcastText("podcast-locked", "yes or no", func(s string) bool {
		return strings.EqualFold(s, "yes") || strings.EqualFold(s, "no")
	}))
	podcastElement(k, "funding", "url")
	k.many(spacePodcast, "guid", podcastText("podcast-guid", "a UUID", func(s string) bool { return uuid.MatchString("urn:uuid:" + s) }))
	k.many(spacePodcast, "medium", podcastText("podcast-medium", either(podcastMedia[:8]), func(s string) bool {
		return slices.Contains(podcastMedia, s) || s != "mixedL" && slices.Contains(podcastMedia, strings.TrimSuffix(s, "L"))
	}))
	podcastElement(k, "trailer", "url", "pubdate")
	podcastElement(k, "value", "type", "method")
	podcastElement(k, liveItem.local)
	podcastShared(k)
}

// podcastMedia are what a feed can be of; with an L behind it, a list of such.
var podcastMedia = []string{"podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "course", "publisher", "mixed"}

func podcastItem(k kids) {
	podcastElement(k, "transcript", "url", "type")
	podcastElement(k, "chapters", "url", "type")
	podcastElement(k, "soundbite", "startTime", "duration")
	podcastElement(k, "alternateEnclosure", "type")
	podcastElement(k, "socialInteract", "protocol")
	podcastElement(k, "value", "type", "method")
	k.many(spacePodcast, "season", podcastText("podcast-number", "a whole number", func(s string) bool { _, ok := whole(s); return ok }))
	k.many(spacePodcast, "episode", podcastText("podcast-number", "a number", func(s string) bool {
		f, err := strconv.ParseFloat(s, 64)
		return err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
	}))
	podcastShared(k)
}

func podcastShared(k kids) {
	podcastElement(k, "person")
	podcastElement(k, "license")
	podcastElement(k, "location")
	podcastElement(k, "txt")
}

func podcastElement(k kids, local string, required ...string) {
	el := &element{mode: modeAny}
	el.begin = func(c *checker, n *node) {
		for _, a := range required {
			if _, ok := c.attr(spaceNone, a); !ok {
				c.report("podcast-attribute-missing", n.at, "", "<"+c.topName()+"> lacks the attribute "+a)
			}
		}
	}
	k.many(spacePodcast, local, el)
}

// podcastText is an element whose text is of a form.
func podcastText(rule, expected string, is func(s string) bool) *element {
	return &element{mode: modeAny, values: []value{func(c *checker, n *node, v val) {
		if !is(v.s) {
			inPodcast(c, rule, v, c.what(v)+" is "+quote(v.s)+", where "+expected+" was expected")
		}
	}}}
}
