package letters

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/parse"
)

// maxFrontMatter bounds the bytes between the delimiters.
const maxFrontMatter = 64 << 10

// cutFrontMatter separates front matter from the letter below it. The delimiter
// is "---" for YAML, "+++" for TOML, and empty if there is none; closed says
// whether the second one was found.
func cutFrontMatter(text string) (delimiter, head, body string, closed bool) {
	first, rest, more := strings.Cut(text, "\n")
	delimiter = strings.TrimRight(first, " \t")
	if !more || delimiter != "---" && delimiter != "+++" {
		return "", "", text, false
	}
	for offset := 0; offset < len(rest); {
		line, _, more := strings.Cut(rest[offset:], "\n")
		if end := strings.TrimRight(line, " \t"); end == delimiter || end == "..." && delimiter == "---" {
			body = rest[offset+len(line):]
			return delimiter, rest[:offset], strings.TrimPrefix(body, "\n"), true
		}
		if !more {
			break
		}
		offset += len(line) + 1
	}
	return delimiter, "", "", false
}

// readFrontMatter reads the keys at the head of the letter.
func (d *document) readFrontMatter(delimiter, head string, maxDepth int) {
	if len(head) > maxFrontMatter {
		d.addError(place{1, 1}, fmt.Errorf("%w: expected front matter of at most %d bytes", parse.ErrTooLarge, maxFrontMatter))
		d.unreadable = true
		return
	}
	var s *setting
	if delimiter == "+++" {
		s = readTOML(head, 2, d.faults)
	} else {
		s = readYAML(head, 2, maxDepth, d.faults)
	}
	if s == nil {
		d.unreadable = true
		return
	}
	s = flatten(s)
	for _, row := range slices.Concat(frontMatterRows, episodeRows) {
		if v := s.lookUp(row.names...); v != nil {
			for _, name := range row.names {
				d.stated[plainKey(name)] = v.place
			}
		}
	}
	d.remarkKeys(s)
	readRows(d, valueReader{faults: d.faults}, s, frontMatterRows)
	readRows(d, valueReader{faults: d.faults}, s, episodeRows)
}

// flatten puts the keys of the tables in which Zola ([taxonomies], [extra]) and
// Hugo (params) keep what is not their own behind those at the top, which win.
func flatten(s *setting) *setting {
	flat := &setting{place: s.place, kind: tableValue, table: s.table}
	for _, name := range [...]string{"taxonomies", "extra", "params"} {
		if inner := s.lookUp(name); inner.stated() && inner.kind == tableValue {
			flat.table = append(flat.table[:len(flat.table):len(flat.table)], inner.table...)
		}
	}
	return flat
}

// frontMatterRows are the keys that letters have in Hugo, Jekyll and Zola.
// Others are left alone: they are for other software.
var frontMatterRows = []row[*document]{
	{[]string{"title"}, func(d *document, r valueReader, key string, s *setting) {
		if d.letter.Title = r.line(key, s); d.letter.Title == "" && s.kind == textValue {
			r.add(s.place, "%s: expected a text, found nothing but white space", key)
		}
	}},
	{[]string{"date"}, func(d *document, r valueReader, key string, s *setting) { d.letter.Published = r.date(key, s) }},
	{[]string{"publishDate"}, func(d *document, r valueReader, key string, s *setting) {
		d.stated[keyDate] = cmp.Or(d.stated[keyDate], s.place)
		d.publish = r.date(key, s)
	}},
	{[]string{"lastmod", "updated", "modified", "last_modified_at"}, func(d *document, r valueReader, key string, s *setting) {
		d.letter.Updated = r.date(key, s)
	}},
	{[]string{"expiryDate", "unpublishDate"}, func(d *document, r valueReader, key string, s *setting) { d.expiry = r.date(key, s) }},
	{[]string{"author", "authors"}, func(d *document, r valueReader, key string, s *setting) { d.letter.Authors = r.authors(key, s) }},
	{[]string{"kind", "type", "section"}, func(d *document, r valueReader, key string, s *setting) { d.letter.Kind = r.line(key, s) }},
	{[]string{"tags"}, readTags},
	{[]string{"categories", "category"}, readTags},
	{[]string{"keywords"}, readTags},
	{[]string{"summary", "description", "excerpt"}, func(d *document, r valueReader, key string, s *setting) {
		d.letter.Summary = strings.TrimSpace(r.lines(key, s))
	}},
	{[]string{"lang", "language"}, func(d *document, r valueReader, key string, s *setting) { d.letter.Language = r.language(key, s) }},
	{[]string{"rights", "copyright"}, func(d *document, r valueReader, key string, s *setting) { d.letter.Rights = r.line(key, s) }},
	{[]string{"slug"}, func(d *document, r valueReader, key string, s *setting) {
		if d.slug = slugOf(r.line(key, s)); d.slug == "" && s.kind == textValue {
			r.add(s.place, "%s: expected letters or digits, found %q", key, s.text)
		}
	}},
	{[]string{"url", "permalink"}, func(d *document, r valueReader, key string, s *setting) {
		if d.letter.URL = r.line(key, s); strings.Contains(d.letter.URL, "/:") {
			r.add(s.place, "%s: expected an address, found the pattern %q", key, d.letter.URL)
			d.letter.URL = ""
		}
	}},
	{[]string{"id", "guid"}, func(d *document, r valueReader, key string, s *setting) { d.letter.ID = r.iri(key, s) }},
	{[]string{"image", "cover", "images"}, func(d *document, r valueReader, key string, s *setting) { d.letter.Image = r.image(key, s) }},
	{[]string{"attachments", "enclosures", "attachment", "enclosure"}, func(d *document, r valueReader, key string, s *setting) {
		d.letter.Attachments = r.attachments(key, s, d.stated)
	}},
	{[]string{"draft"}, func(d *document, r valueReader, key string, s *setting) { d.draft = r.truth(key, s) }},
	{[]string{"published"}, func(d *document, r valueReader, key string, s *setting) {
		// In Jekyll it says whether the letter is; elsewhere it is the date.
		if s.kind == boolValue {
			d.draft = d.draft || !r.truth(key, s)
		} else if !d.knows(keyDate) {
			d.stated[keyDate] = s.place
			d.letter.Published = r.date(key, s)
		}
	}},
}

// readTags adds the terms of one key to those of the others, each once.
func readTags(d *document, r valueReader, key string, s *setting) {
	for _, c := range r.categories(key, s) {
		known := false
		for _, k := range d.letter.Categories {
			known = known || k.Scheme == c.Scheme && strings.EqualFold(k.Term, c.Term)
		}
		if !known {
			d.letter.Categories = append(d.letter.Categories, c)
		}
	}
}

// image reads an address, a table that holds one (Hugo's cover), or the first
// of a list.
func (r valueReader) image(key string, s *setting) string {
	if s.kind == listValue && len(s.items) > 0 {
		s = s.items[0]
	}
	if s.kind == tableValue {
		return r.line(key, s.lookUp("image", "url", "src", "file"))
	}
	return r.line(key, s)
}

// attachments reads addresses, or tables with more about each.
func (r valueReader) attachments(key string, s *setting, stated map[string]place) []newsletter.Attachment {
	var out []newsletter.Attachment
	r.each(s, func(item *setting) {
		var a newsletter.Attachment
		if item.kind != tableValue {
			a.URL = r.line(key, item)
		} else {
			readRows(&a, r, item, attachmentRows)
		}
		if a.URL == "" {
			r.add(item.place, "%s: expected the address of a file", key)
			return
		}
		stated[attachmentKey(len(out))] = item.place
		out = append(out, a)
	})
	return out
}

var attachmentRows = []row[*newsletter.Attachment]{
	{[]string{"url", "file", "src", "href"}, func(a *newsletter.Attachment, r valueReader, key string, s *setting) { a.URL = r.line(key, s) }},
	{[]string{"type", "media_type", "mime_type"}, func(a *newsletter.Attachment, r valueReader, key string, s *setting) {
		a.MediaType = r.mediaType(key, s)
	}},
	{[]string{"length", "size"}, func(a *newsletter.Attachment, r valueReader, key string, s *setting) { a.Length = r.number(key, s) }},
	{[]string{"duration"}, func(a *newsletter.Attachment, r valueReader, key string, s *setting) { a.Duration = r.duration(key, s) }},
	{[]string{"title", "name"}, func(a *newsletter.Attachment, r valueReader, key string, s *setting) { a.Title = r.line(key, s) }},
}
