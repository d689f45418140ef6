package parse

import (
	"strings"

	"golang.org/x/net/html"

	"github.com/automationregion/newsletter/internal/htmltext"
)

// maxBase is how long a base may be. A thousand links relative to a longer one
// would take up more than the document that they are in.
const maxBase = 4096

// resolveURL makes a reference absolute (RFC 3986, section 5.2). Its characters
// stay as they are. A reference that can't be resolved comes back trimmed.
func resolveURL(base, ref string) string {
	ref = trimSpace(ref)
	if base == "" || len(base) > maxBase || schemeLen(ref) > 0 {
		return ref
	}
	b := splitURL(trimSpace(base))
	if b.scheme == "" || b.authority == "" && !strings.HasPrefix(b.path, "/") {
		return ref // a base such as "urn:x" has no places in it
	}
	if ref == "" {
		return b.scheme + b.authority + b.path + b.query
	}
	r := splitURL(ref)
	switch {
	case r.authority != "":
		return b.scheme + r.authority + removeDots(r.path) + r.query + r.fragment
	case r.path == "":
		if r.query == "" {
			r.query = b.query
		}
		r.path = b.path
	case r.path[0] == '/':
		r.path = removeDots(r.path)
	default:
		dir := b.path[:strings.LastIndexByte(b.path, '/')+1]
		if dir == "" {
			dir = "/"
		}
		r.path = removeDots(dir + r.path)
	}
	return b.scheme + b.authority + r.path + r.query + r.fragment
}

// schemeLen returns how long the scheme and its colon are, 0 if there is none.
func schemeLen(s string) int {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isLetter(c):
		case i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':':
			return i + 1
		default:
			return 0
		}
	}
	return 0
}

// isAbsoluteURL reports whether s names its scheme.
func isAbsoluteURL(s string) bool { return schemeLen(s) > 0 }

// urlParts are the parts of a URL, each with its delimiter, so that what is
// there but empty differs from what is not there.
type urlParts struct{ scheme, authority, path, query, fragment string }

func splitURL(s string) (u urlParts) {
	n := schemeLen(s)
	u.scheme, s = s[:n], s[n:]
	if i := strings.IndexByte(s, '#'); i >= 0 {
		s, u.fragment = s[:i], s[i:]
	}
	if i := strings.IndexByte(s, '?'); i >= 0 {
		s, u.query = s[:i], s[i:]
	}
	if strings.HasPrefix(s, "//") {
		end := strings.IndexByte(s[2:], '/')
		if end < 0 {
			end = len(s) - 2
		}
		u.authority, s = s[:end+2], s[end+2:]
	}
	u.path = s
	return u
}

// removeDots takes "." and ".." out of a path (RFC 3986, section 5.2.4).
func removeDots(path string) string {
	if !strings.Contains(path, "/.") {
		return path
	}
	segments := strings.Split(path, "/")
	out := segments[:0:0]
	for i, s := range segments {
		last := i == len(segments)-1
		switch s {
		case ".":
			if last {
				out = append(out, "")
			}
		case "..":
			if len(out) > 1 {
				out = out[:len(out)-1]
			}
			if last {
				out = append(out, "")
			}
		default:
			out = append(out, s)
		}
	}
	return strings.Join(out, "/")
}

// urlAttributes hold a URL, except srcset, which holds several with
// descriptors, and archive and ping, which hold several with spaces.
var urlAttributes = map[string]bool{
	"action": true, "background": true, "cite": true, "classid": true, "codebase": true, "data": true, "formaction": true,
	"href": true, "longdesc": true, "manifest": true, "poster": true, "profile": true, "src": true, "srcset": true, "imagesrcset": true, "usemap": true,
	"xlink:href": true, "dynsrc": true, "lowsrc": true, "icon": true, "ping": true, "archive": true,
}

// resolveHTML makes the URLs in a piece of HTML absolute. All other bytes stay
// as they are; HTML without relative URLs is returned itself.
func resolveHTML(s, base string) string {
	if len(base) > maxBase || !isAbsoluteURL(base) || !mayHaveRelative(s) {
		return s
	}
	var b strings.Builder
	kept := 0 // how much of s is in b
	for pos := 0; pos < len(s); {
		i := strings.IndexByte(s[pos:], '<')
		if i < 0 {
			break
		}
		pos += i
		end := pos + htmltext.MarkupEnd(s[pos:])
		tag := s[pos:end]
		if len(tag) > 1 && isLetter(tag[1]) {
			if mayHaveRelative(tag) {
				kept = resolveTag(&b, s, kept, pos, end, base)
			}
			end += htmltext.RawText(tag, s[end:])
		}
		pos = end
	}
	if kept == 0 {
		return s
	}
	b.WriteString(s[kept:])
	return b.String()
}

// resolveTag writes the tag s[pos:end], and what stands between it and
// s[kept:], if it has a relative URL. It returns how much of s is written.
func resolveTag(b *strings.Builder, s string, kept, pos, end int, base string) int {
	for a := range attributes(s[pos:end]) {
		if !urlAttributes[a.name] {
			continue
		}
		old := html.UnescapeString(a.value)
		resolved := resolveAttribute(a.name, old, base)
		if resolved == old {
			continue
		}
		b.WriteString(s[kept : pos+a.start])
		b.WriteString(quoteAttribute(resolved, a.quote))
		kept = pos + a.end
	}
	return kept
}

func resolveAttribute(name, value, base string) string {
	switch name {
	case "srcset", "imagesrcset":
		return resolveSrcset(value, base)
	case "ping", "archive":
		urls := strings.Fields(value)
		for i, u := range urls {
			urls[i] = resolveURL(base, u)
		}
		return strings.Join(urls, " ")
	}
	if trimSpace(value) == "" {
		return value
	}
	return resolveURL(base, value)
}

// resolveSrcset keeps the descriptors of each image (HTML, section 4.8.4.2.1).
func resolveSrcset(s, base string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		start := i
		for i < len(s) && (isSpace(s[i]) || s[i] == ',') {
			i++
		}
		b.WriteString(s[start:i])
		start = i
		for i < len(s) && !isSpace(s[i]) {
			i++
		}
		url := strings.TrimRight(s[start:i], ",")
		if url == "" {
			break
		}
		b.WriteString(resolveURL(base, url))
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
		end := eq
		for end > 0 && isSpace(s[end-1]) {
			end--
		}
		start := end
		for start > 0 && end-start < 12 && (isAlnum(s[start-1]) || s[start-1] == ':') {
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
		for i < len(s) && (isSpace(s[i]) || s[i] == '"' || s[i] == '\'') {
			i++
		}
		if schemeLen(s[i:min(len(s), i+64)]) == 0 || isSpace(s[i-1]) && i > eq+1 {
			return true
		}
	}
}

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
		for i < len(tag) && !isSpace(tag[i]) && tag[i] != '>' && tag[i] != '/' {
			i++
		}
		seen := ""
		for n := 0; i < len(tag) && n < maxAttributes; n++ {
			for i < len(tag) && (isSpace(tag[i]) || tag[i] == '/') {
				i++
			}
			if i >= len(tag) || tag[i] == '>' {
				return
			}
			start := i
			for i < len(tag) && (i == start || tag[i] != '=') && !isSpace(tag[i]) && tag[i] != '>' && tag[i] != '/' {
				i++
			}
			a := attribute{name: strings.ToLower(tag[start:i])}
			for i < len(tag) && isSpace(tag[i]) {
				i++
			}
			if i >= len(tag) || tag[i] != '=' {
				continue
			}
			i++
			for i < len(tag) && isSpace(tag[i]) {
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
				for i < len(tag) && !isSpace(tag[i]) && tag[i] != '>' {
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
