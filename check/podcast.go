package check

// The podcast namespace's elements with attributes that it requires. What it
// has beside them is not judged: it grows by the month.
func podcastChannel(k kids) {
	podcastElement(k, "locked", "")
	podcastElement(k, "funding", "url")
	podcastElement(k, "guid", "")
	podcastElement(k, "medium", "")
	podcastElement(k, "trailer", "url", "pubdate")
	podcastElement(k, "value", "type", "method")
	podcastShared(k)
}

func podcastItem(k kids) {
	podcastElement(k, "transcript", "url", "type")
	podcastElement(k, "chapters", "url", "type")
	podcastElement(k, "soundbite", "startTime", "duration")
	podcastElement(k, "alternateEnclosure", "type")
	podcastElement(k, "socialInteract", "protocol")
	podcastElement(k, "value", "type", "method")
	podcastShared(k)
}

func podcastShared(k kids) {
	podcastElement(k, "person", "")
	podcastElement(k, "license", "")
	podcastElement(k, "location", "")
	podcastElement(k, "txt", "")
}

func podcastElement(k kids, local string, required ...string) {
	el := &element{mode: modeAny}
	el.begin = func(c *checker, n *node) {
		for _, a := range required {
			if a == "" {
				continue
			}
			if _, ok := c.attr(spaceNone, a); !ok {
				c.report("podcast-attribute-missing", n.at, "", "<"+c.topName()+"> lacks the attribute "+a)
			}
		}
	}
	k.many(spacePodcast, local, el)
}
