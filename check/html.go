package check

import (
	"html"
	"strconv"
	"strings"
)

const (
	// What HTML has, old and new, and a reader shows.
	harmlessTags = ` a abbr acronym address area article aside audio b bdi bdo big blockquote br button canvas caption center cite code col colgroup command
 data datagrid datalist dd del details dfn dialog dir div dl dt em eventsource fieldset figcaption figure footer font form header h1 h2 h3 h4 h5 h6
 hgroup hr i img input ins kbd keygen label legend li m main map mark menu meter nav noscript ol output optgroup option p picture pre progress q rp rt ruby
 s samp search section select small source span strike strong sub summary sup table tbody td template textarea time tfoot th thead tr track tt u ul var video wbr `
	// What HTML has, and every reader takes out.
	riskyTags = ` applet base basefont body comment embed frame frameset head html iframe isindex link listing meta noframes object param plaintext script slot style title xmp `
	voidTags  = ` area base basefont br col command embed frame hr img input isindex keygen link meta param source track wbr `
	openTags  = ` p li dd dt option optgroup tbody thead tfoot tr td th rp rt colgroup body html `
	pCloses   = ` address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p pre search section summary table ul `
)

// htmlTag reports whether HTML has the tag; risky ones are those that readers
// take out.
func htmlTag(local string) (known, risky bool) {
	tag := " " + strings.ToLower(local) + " "
	if hasWord(harmlessTags, tag) {
		return true, false
	}
	known = hasWord(riskyTags, tag)
	return known, known
}

// hasWord looks for a word with its spaces in a list that may have line ends.
func hasWord(list, word string) bool {
	return len(word) > 2 && (strings.Contains(list, word) || strings.Contains(list, word[:len(word)-1]+"\n"))
}

// safeHTML is for what holds HTML: it names what is none, what readers take out,
// and addresses that mean nothing outside of the site.
func safeHTML(c *checker, n *node, v val) {
	c.judgeHTML(v)
	c.relativeLinks(v)
}

func (c *checker) judgeHTML(v val) {
	s := v.s
	if strings.IndexByte(s, '<') < 0 && strings.IndexByte(s, '&') < 0 {
		return
	}
	var open []string
	broken := ""
	fault := func(message string) {
		if broken == "" {
			broken = message
		}
	}
	type found struct{ rule, text, message string }
	var marks []found
	mark := func(rule, text, message string) {
		if len(marks) < 32 {
			marks = append(marks, found{rule, text, message})
		}
	}
	if strings.Contains(s, "<?import ") {
		mark("html-risky", "<?import", c.what(v)+" has an import of Internet Explorer, which readers take out")
	}
	for i := 0; i < len(s); {
		next := strings.IndexByte(s[i:], '<')
		if next < 0 {
			break
		}
		i += next
		rest := s[i:]
		switch {
		case strings.HasPrefix(rest, "<!--"):
			end := strings.Index(rest[4:], "-->")
			if end < 0 {
				fault("a comment without its end")
				break
			}
			i += 4 + end + 3
			continue
		case strings.HasPrefix(rest, "<!"), strings.HasPrefix(rest, "<?"):
			fault("a declaration in the middle of the text")
			end := strings.IndexByte(rest, '>')
			if end < 0 {
				end = len(rest) - 1
			}
			i += end + 1
			continue
		case len(rest) > 2 && rest[1] == '/' && isAlpha(rest[2]):
			end := strings.IndexByte(rest, '>')
			if end < 0 {
				fault("an end tag without its >")
				break
			}
			tag := strings.ToLower(strings.TrimSpace(rest[2:end]))
			i += end + 1
			open = closeTag(open, tag, fault)
			continue
		case len(rest) > 1 && isAlpha(rest[1]):
			tag, attrs, n := htmlStart(rest)
			if n == 0 {
				fault("a tag without its >")
				break
			}
			i += n
			known, risky := htmlTag(tag)
			switch {
			case !known && !hasWord(svgTags, " "+tag+" ") && !strings.Contains(mathTags, " "+tag+" ") || !known && !inForeign(open) && tag != "svg" && tag != "math":
				mark("html-unknown-tag", tag, c.what(v)+" has a tag that HTML doesn't know: <"+clip(tag)+">")
			case risky:
				mark("html-risky", tag, c.what(v)+" has a tag that readers take out: <"+clip(tag)+">")
			}
			for _, a := range attrs {
				switch {
				case a.name == "style":
					for _, evil := range riskyStyle(a.value) {
						mark("html-risky-style", evil, c.what(v)+" has a style that readers take out: "+quote(evil))
					}
				case strings.HasPrefix(a.name, "on"):
					mark("html-risky-attribute", a.name, c.what(v)+" has an attribute that readers take out: "+quote(a.name))
				}
			}
			open = openTag(open, tag, rest[:n], fault)
			if tag == "script" || tag == "style" || tag == "textarea" || tag == "title" || tag == "xmp" || tag == "iframe" {
				end := strings.Index(strings.ToLower(s[i:]), "</"+tag)
				if end < 0 {
					fault("<" + tag + "> is not closed")
					i = len(s)
				} else {
					i += end
				}
			}
			continue
		default:
			fault(`"<" that begins no tag`)
			i++
			continue
		}
		break
	}
	for _, tag := range open {
		if !hasWord(openTags, " "+tag+" ") {
			fault("<" + clip(tag) + "> is not closed")
		}
	}
	if broken == "" {
		broken = badReference(s)
	}
	if broken != "" {
		c.reportVal("html-malformed", v, c.what(v)+" has HTML that is not well-formed: "+broken)
	}
	for _, m := range marks {
		w := v
		w.s = m.text
		c.reportVal(m.rule, w, m.message)
	}
}

func inForeign(open []string) bool {
	for _, tag := range open {
		if tag == "svg" || tag == "math" {
			return true
		}
	}
	return false
}

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

type htmlAttr struct{ name, value string }

// htmlStart reads the start tag at the front of s: its name in small letters,
// its attributes, and its length, 0 if it never ends.
func htmlStart(s string) (tag string, attrs []htmlAttr, n int) {
	i := 1
	for i < len(s) && s[i] != '>' && s[i] != '/' && !blank[s[i]] && s[i] != '\f' {
		i++
	}
	tag = strings.ToLower(s[1:i])
	for {
		for i < len(s) && (blank[s[i]] || s[i] == '/' || s[i] == '\f') {
			i++
		}
		if i >= len(s) {
			return tag, attrs, 0
		}
		if s[i] == '>' {
			return tag, attrs, i + 1
		}
		from := i
		for i < len(s) && s[i] != '=' && s[i] != '>' && s[i] != '/' && !blank[s[i]] {
			i++
		}
		if i == from {
			i++
		}
		a := htmlAttr{name: strings.ToLower(s[from:min(i, len(s))])}
		for i < len(s) && blank[s[i]] {
			i++
		}
		if i < len(s) && s[i] == '=' {
			i++
			for i < len(s) && blank[s[i]] {
				i++
			}
			if i < len(s) && (s[i] == '"' || s[i] == '\'') {
				end := strings.IndexByte(s[i+1:], s[i])
				if end < 0 {
					return tag, attrs, 0
				}
				a.value = s[i+1 : i+1+end]
				i += end + 2
			} else {
				from = i
				for i < len(s) && s[i] != '>' && !blank[s[i]] {
					i++
				}
				a.value = s[from:i]
			}
			if strings.IndexByte(a.value, '&') >= 0 {
				a.value = html.UnescapeString(a.value)
			}
		}
		if len(attrs) < 256 {
			attrs = append(attrs, a)
		}
	}
}

// openTag and closeTag keep account of what is open, as far as it takes to say
// that something is not closed.
func openTag(open []string, tag, whole string, fault func(string)) []string {
	if hasWord(voidTags, " "+tag+" ") {
		return open
	}
	if strings.HasSuffix(whole, "/>") && !inForeign(open) && tag != "svg" && tag != "math" {
		fault("<" + clip(tag) + "/> closes itself, which HTML doesn't know")
	}
	if hasWord(pCloses, " "+tag+" ") && len(open) > 0 && open[len(open)-1] == "p" {
		open = open[:len(open)-1]
	}
	if len(open) > 0 {
		top := open[len(open)-1]
		switch {
		case tag == "li" && top == "li", (tag == "dd" || tag == "dt") && (top == "dd" || top == "dt"), tag == "option" && top == "option",
			(tag == "td" || tag == "th") && (top == "td" || top == "th"):
			open = open[:len(open)-1]
		case tag == "tr" && (top == "td" || top == "th"):
			open = open[:len(open)-1]
			if len(open) > 0 && open[len(open)-1] == "tr" {
				open = open[:len(open)-1]
			}
		case tag == "tr" && top == "tr":
			open = open[:len(open)-1]
		}
	}
	if len(open) >= 1<<12 {
		return open
	}
	return append(open, tag)
}

func closeTag(open []string, tag string, fault func(string)) []string {
	if hasWord(voidTags, " "+tag+" ") {
		fault("</" + clip(tag) + "> closes nothing")
		return open
	}
	for i := len(open) - 1; i >= 0 && i >= len(open)-64; i-- {
		if open[i] == tag {
			return open[:i]
		}
		if !hasWord(openTags, " "+open[i]+" ") {
			fault("</" + clip(tag) + "> where </" + clip(open[i]) + "> was expected")
		}
	}
	if tag != "p" {
		fault("</" + clip(tag) + "> closes nothing")
	} else {
		fault("</p> closes nothing")
	}
	return open
}

// badReference names the first "&...;" that HTML doesn't know.
func badReference(s string) string {
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			return ""
		}
		s = s[i+1:]
		if strings.HasPrefix(s, "#") {
			if bad := badNumber(s); bad != "" {
				return bad
			}
			continue
		}
		n := 0
		for n < len(s) && n < 32 && isAlnum(s[n]) {
			n++
		}
		if n == 0 || n >= len(s) || s[n] != ';' {
			continue
		}
		if _, ok := htmlEntity(s[:n]); !ok {
			return "&" + s[:n] + "; is no reference that HTML knows"
		}
	}
}

// badNumber says of the "#...;" that s begins with that it stands for a control
// character, where windows-1252 has a letter or a quotation mark.
func badNumber(s string) string {
	digits, _, ok := strings.Cut(s[1:min(len(s), 12)], ";")
	base := 10
	if hex := strings.TrimLeft(digits, "xX"); len(hex) == len(digits)-1 {
		base, digits = 16, hex
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if ok && err == nil && n >= 0x80 && n < 0xA0 {
		return "&" + s[:strings.IndexByte(s, ';')+1] + " is a control character"
	}
	return ""
}

// htmlEntity returns the text that a named reference of HTML stands for.
func htmlEntity(entity string) (string, bool) {
	if entity == "" || len(entity) > 32 {
		return "", false
	}
	ref := "&" + entity + ";"
	text := html.UnescapeString(ref)
	if text == ref || text[len(text)-1] == ';' && entity != "semi" {
		return "", false
	}
	return text, true
}

// relativeLinks reports addresses in HTML that are no full ones.
func (c *checker) relativeLinks(v val) {
	s := v.s
	for i := 0; i < len(s); {
		next := strings.IndexByte(s[i:], '<')
		if next < 0 {
			return
		}
		i += next
		if i+2 >= len(s) {
			return
		}
		var want string
		switch rest := s[i+1:]; {
		case (rest[0]|0x20) == 'a' && blank[rest[1]]:
			want = "href"
		case len(rest) > 4 && strings.EqualFold(rest[:3], "img") && blank[rest[3]]:
			want = "src"
		default:
			i++
			continue
		}
		_, attrs, n := htmlStart(s[i:])
		if n == 0 {
			return
		}
		i += n
		for _, a := range attrs {
			if a.name != want || a.value == "" {
				continue
			}
			ref := strings.TrimSpace(a.value)
			if scheme, _, ok := strings.Cut(ref, ":"); ok && scheme != "" && !strings.ContainsAny(scheme, "/?#") {
				break
			}
			w := v
			w.s = ref
			if ref == "" {
				break
			}
			for j := range len(ref) {
				if ref[j] < 0x80 && !uriByte[ref[j]] {
					c.reportVal("uri-character", w, c.what(v)+" has the link "+quote(ref)+": the character "+quote(string(rune(ref[j])))+" may not stand in an address as it is")
					ref = ""
					break
				}
			}
			if ref != "" {
				c.reportVal("html-relative", w, c.what(v)+" has the link "+quote(ref)+", which means nothing outside of its site")
			}
			break
		}
	}
}

// noHTML is for what is text: tags and references of HTML in it are shown as
// they stand.
func noHTML(c *checker, n *node, v val) { c.noHTML(n, v, "text-with-html") }

func noUndeclaredHTML(c *checker, n *node, v val) { c.noHTML(n, v, "text-with-undeclared-html") }

func (c *checker) noHTML(n *node, v val, rule string) {
	s := v.s
	if strings.IndexByte(s, '<') < 0 && strings.IndexByte(s, '&') < 0 {
		return
	}
	for i := 0; ; {
		next := strings.Index(s[i:], "</")
		if next < 0 {
			break
		}
		i += next + 2
		end := i
		for end < len(s) && (isAlnum(s[end]) || s[end] == '_') {
			end++
		}
		if end > i && end < len(s) && s[end] == '>' {
			if known, _ := htmlTag(s[i:end]); known {
				c.reportVal(rule, v, c.what(v)+" is text, and has HTML in it: </"+s[i:end]+">")
				return
			}
		}
	}
	references := false
	for i := 0; ; {
		next := strings.IndexByte(s[i:], '&')
		if next < 0 {
			break
		}
		i += next + 1
		end := i
		if end < len(s) && s[end] == '#' {
			end++
		}
		letters := end == i
		for end < len(s) && (isAlnum(s[end]) || s[end] == '_') {
			letters = letters && isAlpha(s[end])
			end++
		}
		if end == i || s[i:end] == "#" {
			continue
		}
		references = true
		entity := s[i:end]
		_, known := htmlEntity(entity)
		if (known && isLatinEntity(entity) || !letters || entity == "apos") && v.plain {
			c.reportVal(rule, v, c.what(v)+" is text, and has HTML in it: &"+clip(entity)+";")
			return
		}
	}
	if references || c.format != RSS || !strings.HasPrefix(c.version, "2.") || !v.plain {
		return
	}
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '<' && (s[i+1] == '/' || isAlpha(s[i+1])) {
			c.reportVal("rss-character-data", v, c.what(v)+` has "<" in it as text, which many readers take for a tag: it is safest as &amp;#x3C;`)
			return
		}
	}
}

// isLatinEntity keeps to the names that HTML 4 had: other words stand behind an
// "&" by chance.
func isLatinEntity(s string) bool { return len(s) <= 8 }
