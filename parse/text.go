package parse

import (
	stdhtml "html"
	"strings"
	"time"

	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/mediarss"
	"github.com/automationregion/newsletter/internal/text"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

// isSpace reports whether c is white space in XML and HTML. A no-break space is
// none.
func isSpace(c byte) bool { return text.IsSpace(c) }

// trimSpace is [strings.TrimSpace] for the white space of XML and HTML alone.
func trimSpace(s string) string { return text.TrimSpace(s) }

// oneLine trims s and makes each run of white space one space.
func oneLine(s string) string { return text.Line(s) }

// looksLikeHTML reports whether s has a tag of HTML or a character reference,
// so that it is HTML although nobody says so.
func looksLikeHTML(s string) bool {
	last := -1 // where the last ">" is: no tag ends after it
	for i := 0; ; i++ {
		n := strings.IndexByte(s[i:], '<')
		if n < 0 {
			break
		}
		i += n
		if last < 0 {
			last = strings.LastIndexByte(s, '>')
		}
		if i > last {
			break
		}
		if isTag(s[i+1 : last+1]) {
			return true
		}
	}
	for i := 0; ; i++ {
		n := strings.IndexByte(s[i:], '&')
		if n < 0 {
			return false
		}
		i += n
		if isReference(s[i+1:]) {
			return true
		}
	}
}

// isTag reports whether s, the text after a "<", goes on as a tag of HTML or as
// a comment.
func isTag(s string) bool {
	if strings.HasPrefix(s, "!--") || strings.HasPrefix(s, "![CDATA[") {
		return true
	}
	s = strings.TrimPrefix(s, "/")
	n := 0
	for n < len(s) && n < 20 && text.IsAlnum(s[n]) {
		n++
	}
	if n == 0 || n == len(s) || !text.IsLetter(s[0]) || !isSpace(s[n]) && s[n] != '>' && s[n] != '/' {
		return false
	}
	return html.Lookup(s[:n]) != 0 && strings.IndexByte(s[n:], '>') >= 0
}

// isReference reports whether s, the text after an "&", goes on as a character
// reference.
func isReference(s string) bool {
	end := strings.IndexByte(s[:min(len(s), 33)], ';')
	if end < 1 {
		return false
	}
	name := s[:end]
	if name[0] == '#' {
		return stdhtml.UnescapeString("&"+name+";") != "&"+name+";"
	}
	_, ok := xmltoken.HTMLEntity(name)
	return ok
}

// languageTag writes a locale of POSIX, such as "en_US", as a language tag.
func languageTag(s string) string { return strings.ReplaceAll(s, "_", "-") }

// length reads a number of bytes; what is none is zero.
func length(s string) int64 {
	if s == "" {
		return 0
	}
	return mediarss.Length(s)
}

// firstTime returns the first time that is stated.
func firstTime(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// isOdd reports whether there may be characters in what was read that no format can
// hold: of the document, of references in it, or of what was in base64 or JSON.
func (d *Decoder) isOdd() bool {
	return d.odd || d.chars.Odd() || d.tok.Odd || d.tok.Room.Odd
}

// absolute resolves a reference; "" stays.
func (d *Decoder) absolute(base, ref string) string {
	if ref == "" {
		return ""
	}
	return d.tok.Room.Resolve(base, ref)
}
