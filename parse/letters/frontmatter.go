package letters

import (
	"cmp"
	"fmt"
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
func (d *letterDoc) readFrontMatter(delimiter, head string, maxDepth int) {
	if len(head) > maxFrontMatter {
		d.addError(mark{1, 1}, fmt.Errorf("%w: expected front matter of at most %d bytes", parse.ErrTooLarge, maxFrontMatter))
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
	for _, row := range frontMatterRows {
		if v := s.lookUp(row.names...); v != nil {
			for _, name := range row.names {
				d.marks[plainKey(name)] = v.mark
			}
		}
	}
	readRows(d, settings{faults: d.faults}, s, frontMatterRows)
}

// flatten puts the keys of the tables in which Zola ([taxonomies], [extra]) and
// Hugo (params) keep what is not their own behind those at the top, which win.
func flatten(s *setting) *setting {
	flat := &setting{mark: s.mark, kind: table, table: s.table}
	for _, name := range [...]string{"taxonomies", "extra", "params"} {
		if inner := s.lookUp(name); inner.stated() && inner.kind == table {
			flat.table = append(flat.table[:len(flat.table):len(flat.table)], inner.table...)
		}
	}
	return flat
}

// frontMatterRows are the keys that letters have in Hugo, Jekyll and Zola.
// Others are left alone: they are for other software.
var frontMatterRows = []row[*letterDoc]{
	{[]string{"title"}, func(d *letterDoc, r settings, key string, s *setting) {
		if d.letter.Title = r.line(key, s); d.letter.Title == "" && s.kind == scalar {
			r.add(s.mark, "%s: expected a text, found nothing but white space", key)
		}
	}},
	{[]string{"date"}, func(d *letterDoc, r settings, key string, s *setting) { d.letter.Published = r.date(key, s) }},
	{[]string{"publishDate"}, func(d *letterDoc, r settings, key string, s *setting) {
		d.marks[keyDate] = cmp.Or(d.marks[keyDate], s.mark)
		d.publish = r.date(key, s)
	}},
	{[]string{"lastmod", "updated", "modified", "last_modified_at"}, func(d *letterDoc, r settings, key string, s *setting) {
		d.letter.Updated = r.date(key, s)
	}},
	{[]string{"expiryDate", "unpublishDate"}, func(d *letterDoc, r settings, key string, s *setting) { d.expiry = r.date(key, s) }},
	{[]string{"author", "authors"}, func(d *letterDoc, r settings, key string, s *setting) { d.letter.Authors = r.authors(key, s) }},
	{[]string{"kind", "type", "section"}, func(d *letterDoc, r settings, key string, s *setting) { d.letter.Kind = r.line(key, s) }},
	{[]string{"tags"}, readTags},
	{[]string{"categories", "category"}, readTags},
	{[]string{"keywords"}, readTags},
	{[]string{"summary", "description", "excerpt"}, func(d *letterDoc, r settings, key string, s *setting) {
		d.letter.Summary = strings.TrimSpace(r.lines(key, s))
	}},
	{[]string{"lang", "language"}, func(d *letterDoc, r settings, key string, s *setting) { d.letter.Language = r.language(key, s) }},
	{[]string{"rights", "copyright"}, func(d *letterDoc, r settings, key string, s *setting) { d.letter.Rights = r.line(key, s) }},
	{[]string{"slug"}, func(d *letterDoc, r settings, key string, s *setting) {
		if d.slug = slugOf(r.line(key, s)); d.slug == "" && s.kind == scalar {
			r.add(s.mark, "%s: expected letters or digits, found %q", key, s.text)
		}
	}},
	{[]string{"url", "permalink"}, func(d *letterDoc, r settings, key string, s *setting) {
		if d.letter.URL = r.line(key, s); strings.Contains(d.letter.URL, "/:") {
			r.add(s.mark, "%s: expected an address, found the pattern %q", key, d.letter.URL)
			d.letter.URL = ""
		}
	}},
	{[]string{"id", "guid"}, func(d *letterDoc, r settings, key string, s *setting) { d.letter.ID = r.iri(key, s) }},
	{[]string{"image", "cover", "images"}, func(d *letterDoc, r settings, key string, s *setting) { d.letter.Image = r.image(key, s) }},
	{[]string{"attachments", "enclosures", "attachment", "enclosure"}, func(d *letterDoc, r settings, key string, s *setting) {
		d.letter.Attachments = r.attachments(key, s, d.marks)
	}},
	{[]string{"draft"}, func(d *letterDoc, r settings, key string, s *setting) { d.draft = r.truth(key, s) }},
	{[]string{"published"}, func(d *letterDoc, r settings, key string, s *setting) {
		// In Jekyll it says whether the letter is; elsewhere it is the date.
		if s.kind == boolean {
			d.draft = d.draft || !r.truth(key, s)
		} else if !d.knows(keyDate) {
			d.marks[keyDate] = s.mark
			d.letter.Published = r.date(key, s)
		}
	}},
}

// readTags adds the terms of one key to those of the others, each once.
func readTags(d *letterDoc, r settings, key string, s *setting) {
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
func (r settings) image(key string, s *setting) string {
	if s.kind == list && len(s.items) > 0 {
		s = s.items[0]
	}
	if s.kind == table {
		return r.line(key, s.lookUp("image", "url", "src", "file"))
	}
	return r.line(key, s)
}

// attachments reads addresses, or tables with more about each.
func (r settings) attachments(key string, s *setting, marks map[string]mark) []newsletter.Attachment {
	var out []newsletter.Attachment
	r.each(s, func(item *setting) {
		var a newsletter.Attachment
		if item.kind != table {
			a.URL = r.line(key, item)
		} else {
			readRows(&a, r, item, attachmentRows)
		}
		if a.URL == "" {
			r.add(item.mark, "%s: expected the address of a file", key)
			return
		}
		marks[attachmentKey(len(out))] = item.mark
		out = append(out, a)
	})
	return out
}

var attachmentRows = []row[*newsletter.Attachment]{
	{[]string{"url", "file", "src", "href"}, func(a *newsletter.Attachment, r settings, key string, s *setting) { a.URL = r.line(key, s) }},
	{[]string{"type", "media_type", "mime_type"}, func(a *newsletter.Attachment, r settings, key string, s *setting) {
		a.MediaType = r.mediaType(key, s)
	}},
	{[]string{"length", "size"}, func(a *newsletter.Attachment, r settings, key string, s *setting) { a.Length = r.number(key, s) }},
	{[]string{"duration"}, func(a *newsletter.Attachment, r settings, key string, s *setting) { a.Duration = r.duration(key, s) }},
	{[]string{"title", "name"}, func(a *newsletter.Attachment, r settings, key string, s *setting) { a.Title = r.line(key, s) }},
}
