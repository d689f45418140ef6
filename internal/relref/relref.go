// Package relref resolves relative references (RFC 3986, section 5): one alone,
// and those in a piece of HTML. What is absolute stays byte for byte.
package relref

import (
	"strings"

	"github.com/automationregion/newsletter/internal/text"
)

// maxBase is how long a base may be. A thousand links relative to a longer one
// would take up more than the document that they are in.
const maxBase = 4096

// A Room is by how much absolute URLs may lengthen one document, whatever its bases
// are: what is nothing but short links to one another stays below it, up to some
// 100,000 links. URLs that would take it further stay relative.
type Room struct {
	Size  int  // bytes of the document so far
	Odd   bool // what XML can't hold came to stand in HTML
	grown int
	full  bool
}

// takes reports whether a document may grow by so much more.
func (r *Room) takes(more int) bool {
	return r.grown+more <= 64<<10+min(16*r.Size, 4<<20)
}

// Full reports whether a URL stayed relative.
func (r *Room) Full() bool { return r.full }

// Resolve is [Resolve] as far as there is room.
func (r *Room) Resolve(base, ref string) string {
	return r.fit(ref, Resolve(base, ref))
}

// ResolveAttribute is [ResolveAttribute] as far as there is room.
func (r *Room) ResolveAttribute(name, value, base string) string {
	return r.fit(value, ResolveAttribute(name, value, base))
}

// fit returns what a reference was made, or the reference itself if that is too
// long.
func (r *Room) fit(ref, absolute string) string {
	more := len(absolute) - len(ref)
	if more <= 0 {
		return absolute
	}
	if !r.takes(more) {
		r.full = true
		return text.TrimSpace(ref)
	}
	r.grown += more
	return absolute
}

// Resolve makes a reference absolute (RFC 3986, section 5.2). Its characters
// stay as they are. A reference that can't be resolved comes back trimmed.
func Resolve(base, ref string) string {
	ref = text.TrimSpace(ref)
	if base == "" || len(base) > maxBase || IsAbsolute(ref) {
		return ref
	}
	b := split(text.TrimSpace(base))
	if b.scheme == "" || b.authority == "" && !strings.HasPrefix(b.path, "/") {
		return ref // a base such as "urn:x" has no places in it
	}
	if ref == "" {
		return b.scheme + b.authority + b.path + b.query
	}
	r := split(ref)
	switch {
	case r.authority != "":
		return b.scheme + r.authority + RemoveDots(r.path) + r.query + r.fragment
	case r.path == "":
		if r.query == "" {
			r.query = b.query
		}
		r.path = b.path
	case r.path[0] == '/':
		r.path = RemoveDots(r.path)
	default:
		dir := b.path[:strings.LastIndexByte(b.path, '/')+1]
		if dir == "" {
			dir = "/"
		}
		r.path = RemoveDots(dir + r.path)
	}
	return b.scheme + b.authority + r.path + r.query + r.fragment
}

// IsAbsolute reports whether s names its scheme.
func IsAbsolute(s string) bool { return text.Scheme(s) != "" }

// MayBeMeant tells a reference on one line, which may have spaces that should be escaped,
// from words that stand in the place of one.
func MayBeMeant(s string) bool {
	if scheme, rest, ok := strings.Cut(s, ":"); ok && IsAbsolute(s) {
		return strings.HasPrefix(rest, "//") || !strings.Contains(s, " ") && rest != "" && scheme != ""
	}
	return !strings.Contains(s, " ") && strings.ContainsAny(s, "/.?#")
}

// urlParts are the parts of a URL, each with its delimiter, so that what is
// there but empty differs from what is not there.
type urlParts struct{ scheme, authority, path, query, fragment string }

func split(s string) (u urlParts) {
	if scheme := text.Scheme(s); scheme != "" {
		u.scheme, s = s[:len(scheme)+1], s[len(scheme)+1:]
	}
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

// RemoveDots takes "." and ".." out of a path (RFC 3986, section 5.2.4).
func RemoveDots(path string) string {
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

// LastSegment returns the last part of a URL's path that is not empty.
func LastSegment(url string) string {
	path := strings.TrimSuffix(split(url).path, "/")
	return path[strings.LastIndexByte(path, '/')+1:]
}
