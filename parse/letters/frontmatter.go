package letters

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/parse"
)

// maxFrontMatter bounds the bytes between the delimiters.
const maxFrontMatter = 64 << 10

// cutFrontMatter separates front matter from the letter below it. The delimiter
// is "---" for YAML, "+++" for TOML, "%" for Pandoc's, and empty if there is none;
// closed says whether the second one was found.
func cutFrontMatter(text string) (delimiter, head, body string, closed bool) {
	first, rest, more := strings.Cut(text, "\n")
	delimiter = strings.TrimRight(first, " \t")
	if !more || delimiter != "---" && delimiter != "+++" {
		if head, body := cutPandoc(text); head != "" {
			return pandocMark, head, body, true
		}
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
		d.AddError(firstLine, fmt.Errorf("%w: expected front matter of at most %d bytes", parse.ErrTooLarge, maxFrontMatter))
		d.Unreadable = true
		return
	}
	v, ok := settings.Value{}, false
	switch delimiter {
	case pandocMark:
		d.readPandoc(head)
		return
	case "+++":
		v, ok = settings.TOML(head, 2, d.Faults)
	default:
		v, ok = settings.YAML(head, 2, maxDepth, d.Faults)
	}
	if !ok {
		d.Unreadable = true
		return
	}
	// Zola and Hugo keep what is not their own in these.
	v = v.Flat("taxonomies", "extra", "params")
	for _, row := range slices.Concat(frontMatterRows, episodeRows) {
		names := strings.Fields(row.Names)
		if found := v.LookUp(names...); found.Kind() != settings.Nothing {
			for _, name := range names {
				d.Stated[settings.Plain(name)] = found.Place()
			}
		}
	}
	d.remarkKeys(v)
	settings.ReadKnown(d, v, frontMatterRows)
	settings.ReadKnown(d, v, episodeRows)
}

// frontMatterRows are the keys that letters have in Hugo, Jekyll and Zola, in Astro,
// Obsidian, Eleventy, and in exports of Ghost and Substack. Others are left alone: they
// are for other software.
var frontMatterRows = []settings.Row[*document]{
	{Names: "title", Read: func(d *document, v settings.Value) {
		if d.Letter.Title = v.Line(); d.Letter.Title == "" && v.Kind() == settings.Text {
			v.Fault("expected a text, found nothing but white space")
		}
	}},
	{Names: "date pubDate pubDatetime date_published published_at post_date", Read: func(d *document, v settings.Value) {
		if v.Kind() == settings.Text && slices.Contains(fileTimes, strings.ToLower(v.Line())) {
			if delete(d.Stated, keyDate); d.Name.Date.IsZero() {
				d.Stated[keyDate] = v.Place()
				v.Fault("%q is what the file system says, and another machine says something else: %s", v.Line(), settings.ExpectedDate)
			}
			return
		}
		d.date(v, &d.Letter.Published)
	}},
	{Names: "publishDate", Read: func(d *document, v settings.Value) {
		d.Stated[keyDate] = cmp.Or(d.Stated[keyDate], v.Place())
		d.date(v, &d.Publish)
	}},
	{Names: "lastmod updated modified last_modified_at last_modified updated_at updated_date date_updated date_modified modDatetime", Read: func(d *document, v settings.Value) {
		d.date(v, &d.Letter.Updated)
	}},
	{Names: "expiryDate unpublishDate", Read: func(d *document, v settings.Value) { d.date(v, &d.Expiry) }},
	{Names: "author authors", Read: func(d *document, v settings.Value) { d.Letter.Authors = v.Authors() }},
	{Names: "kind type section", Read: func(d *document, v settings.Value) { d.Letter.Kind = v.Line() }},
	{Names: "tags", Read: readTags},
	{Names: "categories category", Read: readTags},
	{Names: "keywords", Read: readTags},
	{Names: "summary description excerpt custom_excerpt", Read: func(d *document, v settings.Value) {
		d.Letter.Summary = strings.TrimSpace(v.Lines())
	}},
	{Names: "lang language", Read: func(d *document, v settings.Value) { d.Letter.Language = v.Language() }},
	{Names: "rights copyright", Read: func(d *document, v settings.Value) { d.Letter.Rights = v.Line() }},
	{Names: "slug", Read: func(d *document, v settings.Value) {
		if d.Slug = slugOf(v.Line()); d.Slug == "" && v.Kind() == settings.Text {
			v.Fault("expected letters or digits, found %q", v.Written())
		}
	}},
	{Names: "url permalink", Read: func(d *document, v settings.Value) {
		if d.Letter.URL = v.Line(); strings.Contains(d.Letter.URL, "/:") || strings.Contains(d.Letter.URL, "{{") {
			v.Fault("expected an address, found the pattern %q", d.Letter.URL)
			d.Letter.URL = ""
		}
	}},
	{Names: "id guid", Read: func(d *document, v settings.Value) { d.Letter.ID = v.ID() }},
	{Names: "image cover images hero_image feature_image featured_image og_image", Read: func(d *document, v settings.Value) { d.Letter.Image = picture(v) }},
	{Names: "attachments enclosures attachment enclosure", Read: func(d *document, v settings.Value) {
		d.Letter.Attachments = attachments(v, d.Stated)
	}},
	{Names: "draft", Read: func(d *document, v settings.Value) { d.Draft = d.Draft || v.Truth() }},
	{Names: "published publish is_published", Read: func(d *document, v settings.Value) {
		// In Jekyll, Obsidian and Substack it says whether the letter is; elsewhere it is the date.
		if v.Kind() == settings.Truth {
			d.Draft = d.Draft || !v.Truth()
		} else if !d.knows(keyDate) {
			d.Stated[keyDate] = v.Place()
			d.date(v, &d.Letter.Published)
		}
	}},
	{Names: "status", Read: func(d *document, v settings.Value) {
		// Other values are for the software that has more of them.
		d.Draft = d.Draft || v.Kind() == settings.Text && strings.EqualFold(v.Line(), "draft")
	}},
	{Names: "created created_at date_created", Read: func(d *document, v settings.Value) {
		// A letter is begun before it is published: any other date is nearer.
		if !d.knows(keyDate) && d.Name.Date.IsZero() {
			d.Stated[keyDate] = v.Place()
			d.date(v, &d.Letter.Published)
		}
	}},
}

// fileTimes are what Eleventy has for dates of the file.
var fileTimes = []string{"last modified", "created", "git last modified", "git created"}

// readTags adds the terms of one key to those of the others, each once.
func readTags(d *document, v settings.Value) {
	for _, c := range d.categories(v) {
		known := false
		for _, k := range d.Letter.Categories {
			known = known || k.Scheme == c.Scheme && strings.EqualFold(k.Term, c.Term)
		}
		if !known {
			d.Letter.Categories = append(d.Letter.Categories, c)
		}
	}
}

// categories reads terms. Jekyll has spaces between them, and its letters in _posts.
func (d *document) categories(v settings.Value) []newsletter.Category {
	isJekyll := d.isPost && (settings.Plain(v.Key) == "categories" || settings.Plain(v.Key) == "tags")
	if v.Kind() != settings.Text || !isJekyll || strings.Contains(v.Written(), ",") {
		return v.Categories()
	}
	var out []newsletter.Category
	for term := range strings.FieldsSeq(v.Line()) {
		out = append(out, newsletter.Category{Term: term})
	}
	return out
}

// picture reads an address, a table that holds one (Hugo's cover), or the first
// of a list.
func picture(v settings.Value) string {
	if first := v.First(); first.Kind() == settings.Table {
		return first.LookUp("image", "url", "src", "file").As(v.Key).Line()
	} else {
		return first.Line()
	}
}

// attachments reads addresses, or tables with more about each.
func attachments(v settings.Value, stated map[string]settings.Place) []newsletter.Attachment {
	var out []newsletter.Attachment
	v.Each(func(item settings.Value) {
		var a newsletter.Attachment
		if item.Kind() != settings.Table {
			a.URL = item.Line()
		} else {
			settings.Read(&a, item, attachmentRows)
		}
		if a.URL == "" {
			item.Fault("expected the address of a file")
			return
		}
		stated[attachmentKey(len(out))] = item.Place()
		out = append(out, a)
	})
	return out
}

var attachmentRows = []settings.Row[*newsletter.Attachment]{
	{Names: "url file src href", Read: func(a *newsletter.Attachment, v settings.Value) { a.URL = v.Line() }},
	{Names: "type media_type mime_type", Read: func(a *newsletter.Attachment, v settings.Value) { a.MediaType = v.MediaType() }},
	{Names: "length size", Read: func(a *newsletter.Attachment, v settings.Value) { a.Length = v.Number() }},
	{Names: "duration", Read: func(a *newsletter.Attachment, v settings.Value) { a.Duration = v.Duration() }},
	{Names: "title name", Read: func(a *newsletter.Attachment, v settings.Value) { a.Title = v.Line() }},
}
