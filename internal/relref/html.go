package relref

import (
	"strings"

	"golang.org/x/net/html"

	"github.com/automationregion/newsletter/internal/htmltext"
	"github.com/automationregion/newsletter/internal/xmlchar"
)

// urlAttributes hold a URL, except srcset, which holds several with
// descriptors, and archive and ping, which hold several with spaces.
var urlAttributes = map[string]bool{
	"action": true, "background": true, "cite": true, "classid": true, "codebase": true, "data": true, "formaction": true,
	"href": true, "longdesc": true, "manifest": true, "poster": true, "profile": true, "src": true, "srcset": true, "imagesrcset": true, "usemap": true,
	"xlink:href": true, "dynsrc": true, "lowsrc": true, "icon": true, "ping": true, "archive": true,
}

// ResolveHTML makes the URLs in a piece of HTML absolute, as far as there is room. All
// other bytes stay as they are; HTML without relative URLs is returned itself.
func (r *Room) ResolveHTML(s, base string) string {
	if len(base) > maxBase || !IsAbsolute(base) || !mayHaveRelative(s) {
		return s
	}
	var b strings.Builder
	kept := 0 // how much of s is in b
	for pos := 0; pos < len(s); {
		i := strings.IndexByte(s[pos:], '<')
		if i < 0 {
			break
		}
		if !r.takes(b.Len() - kept) {
			r.full = true
			break
		}
		pos += i
		end := pos + htmltext.MarkupEnd(s[pos:])
		tag := s[pos:end]
		if len(tag) > 1 && htmltext.IsLetter(tag[1]) {
			if mayHaveRelative(tag) {
				kept = r.resolveTag(&b, s, kept, pos, end, base)
			}
			end += htmltext.RawText(tag, s[end:])
		}
		pos = end
	}
	if kept == 0 {
		return s
	}
	b.WriteString(s[kept:])
	r.grown += max(b.Len()-len(s), 0)
	return b.String()
}

// resolveTag writes the tag s[pos:end], and what stands between it and
// s[kept:], if it has a relative URL. It returns how much of s is written.
func (r *Room) resolveTag(b *strings.Builder, s string, kept, pos, end int, base string) int {
	for a := range attributes(s[pos:end]) {
		if !urlAttributes[a.name] {
			continue
		}
		old := html.UnescapeString(a.value)
		resolved := ResolveAttribute(a.name, old, base)
		if resolved == old {
			continue
		}
		r.Odd = r.Odd || old != a.value && !xmlchar.Holds(old)
		b.WriteString(s[kept : pos+a.start])
		b.WriteString(quoteAttribute(resolved, a.quote))
		kept = pos + a.end
	}
	return kept
}

// ResolveAttribute makes the URLs in the value of an attribute absolute, if it
// is one that holds any.
func ResolveAttribute(name, value, base string) string {
	switch name = strings.ToLower(name); name {
	case "srcset", "imagesrcset":
		return resolveSrcset(value, base)
	case "ping", "archive":
		urls := strings.Fields(value)
		for i, u := range urls {
			urls[i] = Resolve(base, u)
		}
		return strings.Join(urls, " ")
	}
	if !urlAttributes[name] || htmltext.TrimSpace(value) == "" {
		return value
	}
	return Resolve(base, value)
}

// resolveSrcset keeps the descriptors of each image (HTML, section 4.8.4.2.1).
func resolveSrcset(s, base string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		start := i
		for i < len(s) && (htmltext.IsSpace(s[i]) || s[i] == ',') {
			i++
		}
		b.WriteString(s[start:i])
		start = i
		for i < len(s) && !htmltext.IsSpace(s[i]) {
			i++
		}
		url := strings.TrimRight(s[start:i], ",")
		if url == "" {
			break
		}
		b.WriteString(Resolve(base, url))
		b.WriteString(s[start+len(url) : i])
		if start+len(url) < i { // a comma ended it: there is no descriptor
			continue
		}
		start = i
		for depth := 0; i < len(s) && (s[i] != ',' || depth > 0); i++ {
			switch s[i] {
			case '(':
				depth++
			case ')':
				depth--
			}
		}
		b.WriteString(s[start:i])
	}
	return b.String()
}

// mayHaveRelative looks, without parsing, for an attribute that holds a URL and
// doesn't begin with a scheme.
func mayHaveRelative(s string) bool {
	if strings.IndexByte(s, '<') < 0 {
		return false
	}
	for i := 0; ; {
		eq := strings.IndexByte(s[i:], '=')
		if eq < 0 {
			return false
		}
		eq += i
		i = eq + 1
		if before, after := s[:eq], s[i:]; strings.HasPrefix(after, `"http`) && (strings.HasPrefix(after, `"https:`) || strings.HasPrefix(after, `"http:`)) &&
			(strings.HasSuffix(before, "href") || strings.HasSuffix(before, "src")) {
			continue // as nearly all are: no name that ends so holds several
		}
		end := eq
		for end > 0 && htmltext.IsSpace(s[end-1]) {
			end--
		}
		start := end
		for start > 0 && end-start < 12 && (htmltext.IsAlnum(s[start-1]) || s[start-1] == ':') {
			start--
		}
		switch name := s[start:end]; name {
		case "href", "src": // nearly all of them
		default:
			if name == "" || !urlAttributes[strings.ToLower(name)] {
				continue
			}
			if last := name[len(name)-1] | 0x20; last == 't' && len(name) != 6 || last == 'g' || last == 'e' { // srcset, ping, archive: may hold several
				return true
			}
		}
		for i < len(s) && (htmltext.IsSpace(s[i]) || s[i] == '"' || s[i] == '\'') {
			i++
		}
		if schemeLen(s[i:min(len(s), i+64)]) == 0 || htmltext.IsSpace(s[i-1]) && i > eq+1 {
			return true
		}
	}
}

// maxAttributes is how many attributes of a tag are looked at.
const maxAttributes = 256

// attribute is where an attribute's value stands in a tag.
type attribute struct {
	name, value string
	start, end  int  // of the value with its quotes
	quote       byte // 0 for none
}

// attributes yields the attributes of a start tag that have a value.
func attributes(tag string) func(yield func(attribute) bool) {
	return func(yield func(attribute) bool) {
		i := 1
		for i < len(tag) && !htmltext.IsSpace(tag[i]) && tag[i] != '>' && tag[i] != '/' {
			i++
		}
		seen := ""
		for n := 0; i < len(tag) && n < maxAttributes; n++ {
			for i < len(tag) && (htmltext.IsSpace(tag[i]) || tag[i] == '/') {
				i++
			}
			if i >= len(tag) || tag[i] == '>' {
				return
			}
			start := i
			for i < len(tag) && (i == start || tag[i] != '=') && !htmltext.IsSpace(tag[i]) && tag[i] != '>' && tag[i] != '/' {
				i++
			}
			a := attribute{name: strings.ToLower(tag[start:i])}
			for i < len(tag) && htmltext.IsSpace(tag[i]) {
				i++
			}
			if i >= len(tag) || tag[i] != '=' {
				continue
			}
			i++
			for i < len(tag) && htmltext.IsSpace(tag[i]) {
				i++
			}
			a.start = i
			if i < len(tag) && (tag[i] == '"' || tag[i] == '\'') {
				a.quote = tag[i]
				end := strings.IndexByte(tag[i+1:], a.quote)
				if end < 0 {
					return
				}
				a.value = tag[i+1 : i+1+end]
				i += end + 2
			} else {
				for i < len(tag) && !htmltext.IsSpace(tag[i]) && tag[i] != '>' {
					i++
				}
				a.value = tag[a.start:i]
			}
			a.end = i
			// A second attribute of the same name counts for nothing.
			if strings.Contains(seen, " "+a.name+" ") {
				continue
			}
			seen += " " + a.name + " "
			if !yield(a) {
				return
			}
		}
	}
}

var (
	inDouble = strings.NewReplacer("&", "&amp;", `"`, "&#34;")
	inSingle = strings.NewReplacer("&", "&amp;", `'`, "&#39;")
)

// quoteAttribute writes a value with the quotes that it had, double ones for
// none.
func quoteAttribute(value string, quote byte) string {
	if quote == '\'' {
		return `'` + inSingle.Replace(value) + `'`
	}
	return `"` + inDouble.Replace(value) + `"`
}
