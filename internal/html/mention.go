package html

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// Title returns the text of a title, which is on one line and which people write about
// HTML in. It is [Text], but for tags that are mentioned rather than used, which are
// text: of an element that is never closed or never opened, that isn't for a title (a
// script, a film, a field of a form), or that begins no markup at all.
func Title(s string) string {
	if strings.IndexByte(s, '<') < 0 {
		return Text(s)
	}
	s = withoutCDATA(s)
	return Text(withoutMentions(s, mentionedInTitle(s)))
}

// Summary is [Text] of what may be cut off anywhere, but an element whose content nobody
// reads, and that is never closed, is a mention of it.
func Summary(s string) string {
	if strings.IndexByte(s, '<') < 0 {
		return Text(s)
	}
	s = withoutCDATA(s)
	return Text(withoutMentions(s, mentionedInSummary(s)))
}

// withoutCDATA takes away what stands around a text that was wrapped once too often.
func withoutCDATA(s string) string {
	if strings.Contains(s, "<![CDATA[") && strings.Contains(s, "]]>") {
		return cdata.Replace(s)
	}
	return s
}

var cdata = strings.NewReplacer("<![CDATA[", "", "]]>", "")

// A mention is where something stands in a string that may be a tag.
type mention struct {
	from, to int
	used     bool // it is markup after all
}

// withoutMentions escapes each "<" in the mentions, which are in order.
func withoutMentions(s string, mentions []mention) string {
	if len(mentions) == 0 {
		return s
	}
	var b strings.Builder
	kept := 0
	for _, m := range mentions {
		if m.used {
			continue
		}
		b.WriteString(s[kept:m.from])
		b.WriteString(strings.ReplaceAll(s[m.from:m.to], "<", "&lt;"))
		kept = m.to
	}
	b.WriteString(s[kept:])
	return b.String()
}

// mentionedInTitle returns where the tags stand, used ones and those that are text.
func mentionedInTitle(s string) []mention {
	var found []mention
	open := map[string][]int{} // by name, the numbers of those that are not closed yet
	tagsEnd, commentsEnd := strings.LastIndexByte(s, '>'), strings.LastIndex(s, "-->")
	for pos := 0; ; pos++ {
		i := strings.IndexByte(s[pos:], '<')
		if i < 0 {
			break
		}
		pos += i
		number := len(found)
		found = append(found, mention{from: pos, to: pos + 1})
		switch {
		case pos > tagsEnd:
			continue
		case strings.HasPrefix(s[pos:], "<!--"):
			if pos < commentsEnd {
				found[number].used = true
				pos += MarkupEnd(s[pos:]) - 1
			}
			continue
		case TagName(s[pos:]) == "": // before it is looked where it ends
			continue
		}
		markup := s[pos : pos+MarkupEnd(s[pos:])]
		if markup[len(markup)-1] != '>' { // and nothing else ends in what follows
			tagsEnd = pos
			continue
		}
		found[number].to = pos + len(markup)
		name := TagName(markup)
		el := Lookup(name)
		is := elements[el]
		name = strings.ToLower(name)
		switch isEnd := markup[1] == '/'; {
		case el == atom.Br, el == atom.Wbr, el == atom.Hr, el == atom.Img && strings.Contains(markup, "="):
			found[number].used = true
		case is&Dropped != 0 && el != atom.Svg && el != atom.Math:
		case isEnd:
			if n := len(open[name]); n > 0 {
				found[number].used, found[open[name][n-1]].used = true, true
				open[name] = open[name][:n-1]
			}
		case is&Void == 0:
			open[name] = append(open[name], number)
		}
		pos += len(markup) - 1
	}
	return found
}

// mentionedInSummary returns where the tags stand of elements that nobody reads, and
// that are never closed.
func mentionedInSummary(s string) []mention {
	var mentions []mention
	var last map[atom.Atom]int // where the last end tag of an element stands
	for t := In(s); t.Next(); {
		drawing := t.El == atom.Svg || t.El == atom.Math
		if t.Closing || t.Is&Dropped == 0 || t.Is&(Raw|container) == 0 || drawing && t.ClosesItself() {
			continue
		}
		if last == nil {
			last = lastEnds(s[t.At:], t.At)
		}
		if last[t.El] <= t.At {
			mentions = append(mentions, mention{from: t.At, to: t.End})
		} else {
			t.PassRaw()
		}
	}
	return mentions
}

// lastEnds returns where the last end tag of each element stands in s, which begins at a
// place.
func lastEnds(s string, at int) map[atom.Atom]int {
	ends := map[atom.Atom]int{}
	for i := 0; ; i++ {
		n := strings.Index(s[i:], "</")
		if n < 0 {
			return ends
		}
		i += n
		if name := TagName(s[i:min(len(s), i+24)]); name != "" {
			ends[Lookup(name)] = at + i
		}
	}
}
