package relref

import (
	"strings"

	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/text"
	"github.com/automationregion/newsletter/internal/xmlchar"
)

// urlAttributes hold a URL, except srcset, which holds several with
// descriptors, and archive and ping, which hold several with spaces.
var urlAttributes = map[string]bool{
	"action": true, "background": true, "cite": true, "classid": true, "codebase": true, "data": true, "formaction": true,
	"href": true, "longdesc": true, "manifest": true, "poster": true, "profile": true, "src": true, "srcset": true, "imagesrcset": true, "usemap": true,
	"xlink:href": true, "dynsrc": true, "lowsrc": true, "icon": true, "ping": true, "archive": true,
}

// urlEnds has the first and the last letters, whatever their case, of those names.
var urlEnds = func() (is [32][32]bool) {
	for name := range urlAttributes {
		is[name[0]%32][name[len(name)-1]%32] = true
	}
	return is
}()

// holdsURL reports whether an attribute holds a URL: of most that don't, at a look at
// the ends of their names.
func holdsURL(name string) bool {
	return name != "" && urlEnds[name[0]%32][name[len(name)-1]%32] && urlAttributes[strings.ToLower(name)]
}

// ResolveHTML makes the URLs in a piece of HTML absolute, as far as there is room. All
// other bytes stay as they are; HTML without relative URLs is returned itself.
func (r *Room) ResolveHTML(s, base string) string {
	if len(base) > maxBase || !IsAbsolute(base) || !mayHaveRelative(s) {
		return s
	}
	var b strings.Builder
	kept := 0 // how much of s is in b
	for t := html.In(s); t.Next(); {
		if !r.takes(b.Len() - kept) {
			r.full = true
			break
		}
		if !t.Closing && mayHaveRelative(t.Text()) {
			kept = r.resolveTag(&b, s, kept, t.At, t.End, base)
		}
		t.PassRaw()
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
	for name, a := range html.Each(s[pos:end]) {
		if !urlAttributes[name] {
			continue
		}
		old := a.Text()
		resolved := ResolveAttribute(name, old, base)
		if resolved == old {
			continue
		}
		r.Odd = r.Odd || old != a.Value && !xmlchar.Holds(old)
		b.WriteString(s[kept : pos+a.Start])
		b.WriteString(quoteAttribute(resolved, a.Quote))
		kept = pos + a.End
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
	if !urlAttributes[name] || text.TrimSpace(value) == "" {
		return value
	}
	return Resolve(base, value)
}

// resolveSrcset keeps the descriptors of each image (HTML, section 4.8.4.2.1).
func resolveSrcset(s, base string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		start := i
		for i < len(s) && (text.IsSpace(s[i]) || s[i] == ',') {
			i++
		}
		b.WriteString(s[start:i])
		start = i
		for i < len(s) && !text.IsSpace(s[i]) {
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
		for end > 0 && text.IsSpace(s[end-1]) {
			end--
		}
		start := end
		for start > 0 && end-start < 12 && (text.IsAlnum(s[start-1]) || s[start-1] == ':') {
			start--
		}
		switch name := s[start:end]; name {
		case "href", "src": // nearly all of them
		default:
			if !holdsURL(name) {
				continue
			}
			if last := name[len(name)-1] | 0x20; last == 't' && len(name) != 6 || last == 'g' || last == 'e' { // srcset, ping, archive: may hold several
				return true
			}
		}
		for i < len(s) && (text.IsSpace(s[i]) || s[i] == '"' || s[i] == '\'') {
			i++
		}
		if !IsAbsolute(s[i:min(len(s), i+64)]) || text.IsSpace(s[i-1]) && i > eq+1 {
			return true
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
