package check

import (
	"regexp"
	"slices"
	"strings"
)

// mediaKids are Media RSS's elements about something.
func (s *schema) mediaKids() kids {
	styled := func() *element {
		e := text(mediaText).attr(attrs{}.may("type", oneOf("media-text-type", "plain", "html")))
		e.begin = beginMediaText
		return e
	}
	spoken := text(mediaText).attr(attrs{}.may("end", playTime).may("lang", languageCode).may("start", playTime).may("type", oneOf("media-text-type", "plain", "html")))
	spoken.begin = beginMediaText
	hash := text(mediaHash).attr(attrs{}.may("algo", oneOf("media-hash", "md5", "sha-1")))
	hash.begin = keep("algo")
	rating := text(mediaRating).attr(attrs{}.may("scheme"))
	rating.begin = keep("scheme")
	restriction := text(mediaRestriction).attr(attrs{}.must("relationship", "media-attribute-missing", oneOf("media-restriction-relationship", "allow", "deny")).
		may("type"))
	restriction.begin = keep("type")
	credit := text().attr(attrs{}.may("role").may("scheme"))
	credit.begin = mediaCredit
	size := func(a attrs) attrs { return a.may("height", ifAny(positive)).may("width", ifAny(positive)) }
	return kids{}.
		once(spaceMedia, "adult", rawText(trueFalse), onSeen(func(c *checker, parent, n *node) {
			c.report("media-adult-old", n.at, "", "<media:adult> was followed by <media:rating>")
		})).
		many(spaceMedia, "category", text(noHTML).attr(attrs{}.may("label", noHTML).may("scheme", ifAny(uriFull)))).
		once(spaceMedia, "copyright", text(noHTML).attr(attrs{}.may("url", ifAny(uriFull)))).
		many(spaceMedia, "credit", credit).
		once(spaceMedia, "description", styled()).
		many(spaceMedia, "keywords", text()).
		many(spaceMedia, "hash", hash).
		many(spaceMedia, "player", (&element{kids: kids{}}).attr(size(attrs{}.must("url", "media-attribute-missing", uriFull)))).
		many(spaceMedia, "rating", rating).
		many(spaceMedia, "restriction", restriction).
		many(spaceMedia, "text", spoken).
		once(spaceMedia, "title", styled()).
		many(spaceMedia, "thumbnail", text().attr(size(attrs{}.must("url", "media-attribute-missing", uriFull).may("time", ifAny(playTime)))))
}

// media builds what may hold those.
func (s *schema) media() {
	number := ifAny(leadingNumber)
	s.mediaContent = &element{kids: kids{}.with(s.everywhere, s.mediaKids()), attrs: attrs{}.
		may("bitrate", number).may("channels", ifAny(nonNegative)).may("duration", number).
		may("expression", ifAny(oneOf("media-expression", "sample", "full", "nonstop"))).may("fileSize", ifAny(positive)).
		may("framerate", number).may("height", ifAny(positive)).may("isDefault", ifAny(trueFalse)).may("lang", ifAny(languageCode)).
		may("medium", ifAny(oneOf("media-medium", "image", "audio", "video", "document", "executable"))).may("samplingrate", number).
		may("type", ifAny(mime("media-type-attribute"))).may("url", ifAny(uriFull)).may("width", ifAny(positive))}
	s.mediaGroup = &element{kids: kids{}.with(s.mediaKids()).many(spaceMedia, "content", s.mediaContent), finish: func(c *checker, n *node) {
		if n.count(spaceMedia, "content") < 2 {
			c.report("media-group-alone", n.at, "", "<media:group> is for two forms of one thing or more")
		}
	}}
}

// ifAny lets an empty value pass.
func ifAny(f value) value {
	return func(c *checker, n *node, v val) {
		if v.s != "" {
			f(c, n, v)
		}
	}
}

// keep remembers an attribute until the element ends.
func keep(local string) func(c *checker, n *node) {
	return func(c *checker, n *node) {
		if v, ok := c.attr(spaceNone, local); ok {
			n.kind = v.s
		}
	}
}

func beginMediaText(c *checker, n *node) { keep("type")(c, n) }

func mediaText(c *checker, n *node, v val) {
	if n.kind == "html" {
		c.judgeHTML(v)
	} else {
		noUndeclaredHTML(c, n, v)
	}
}

func mediaHash(c *checker, n *node, v val) {
	want := 32
	if n.kind == "sha-1" {
		want = 40
	}
	if len(v.s) != want || strings.Trim(strings.ToLower(v.s), "0123456789abcdefghijklmnopqrstuvwxyz") != "" {
		c.wrong("media-hash", v, itoa(want)+" digits")
	}
}

var icra = func() *regexp.Regexp {
	const code = `([nsvlocx]z [01]|(n[a-c]|s[a-f]|v[a-j]|l[a-c]|o[a-h]|c[a-b]|x[a-e]) 1)`
	return regexp.MustCompile(`^r \(` + code + `( ` + code + `)*\)$`)
}()

func mediaRating(c *checker, n *node, v val) {
	var list []string
	switch n.kind {
	case "", "urn:simple":
		list = []string{"adult", "nonadult"}
	case "urn:mpaa":
		list = []string{"g", "m", "nc-17", "pg", "pg-13", "r", "x"}
	case "urn:v-chip":
		list = strings.Fields("14+ 18+ c c8 g pg tv-14 tv-g tv-ma tv-pg tv-y tv-y7 tv-y7-fv")
	case "urn:icra":
		if !icra.MatchString(v.s) {
			c.wrong("media-rating", v, "a label of ICRA's")
		}
		return
	default:
		v.attr, v.s = "scheme", n.kind
		uriFull(c, n, v)
		return
	}
	if !slices.Contains(list, v.s) {
		c.wrong("media-rating", v, either(list))
	}
}

func mediaRestriction(c *checker, n *node, v val) {
	switch n.kind {
	case "":
		if v.s != "" && v.s != "all" && v.s != "none" {
			c.wrong("media-restriction", v, "all or none, or an attribute type")
		}
	case "country":
		for code := range strings.SplitSeq(v.s, " ") {
			w := v
			w.s = strings.ToUpper(code)
			country(c, n, w)
		}
	case "uri":
		uriFull(c, n, v)
	default:
		v.attr, v.s = "type", n.kind
		c.wrong("media-restriction-type", v, "country or uri")
	}
}

func mediaCredit(c *checker, n *node) {
	scheme, _ := c.attr(spaceNone, "scheme")
	role, ok := c.attr(spaceNone, "role")
	ebu := scheme.s == "" || scheme.s == "urn:ebu"
	if ok && role.s != "" && (ebu && !slices.Contains(ebuRoles, role.s) || role.s != strings.ToLower(role.s)) {
		c.wrong("media-credit-role", role, "a role of the European Broadcasting Union, in small letters,")
	}
	if !ebu {
		uriFull(c, n, scheme)
	}
}

// ebuRoles are those of the European Broadcasting Union, and those that the
// specification of Media RSS has in its examples.
var ebuRoles = strings.Split(`actor|adaptor|anchor person|animal trainer|animator|announcer|armourer|art director|artist/performer|assistant camera|assistant chief lighting technician|assistant director|assistant producer|assistant visual editor|author|broadcast assistant|broadcast journalist|camera operator|carpenter|casting|causeur|chief lighting technician|choir|choreographer|clapper loader|commentary or commentator|commissioning broadcaster|composer|computer programmer|conductor|consultant|continuity checker|correspondent|costume designer|dancer|dialogue coach|director|director of photography|distribution company|draughtsman|dresser|dubber|editor/producer|editor|ensemble|executive producer|expert|fight director|floor manager|focus puller|foley artist|foley editor|foley mixer|graphic assistant|graphic designer|greensman|grip|hairdresser|illustrator|interviewed guest|interviewer|key character|key grip|key talents|leadman|librettist|lighting director|lighting technician|location manager|lyricist|make up artist|manufacturer|matte artist|music arranger|music group|musician|news reader|orchestra|participant|photographer|post|producer|production assistant|production company|production department|production manager|production secretary|programme production researcher|property manager|publishing company|puppeteer|pyrotechnician|reporter|rigger|runner|scenario|scenic operative|script supervisor|second assistant camera|second assistant director|second unit director|set designer|set dresser|sign language|singer|sound designer|sound mixer|sound recordist|special effects|stunts|subtitles|technical director|term|translation|transportation manager|treatment/programme proposal|vision mixer|visual editor|visual effects|wardrobe|witness|artist|performer|treatment|treatment proposal|programme proposal|owner`, "|")
