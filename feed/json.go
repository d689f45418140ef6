package feed

import (
	"io"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/vocab"
)

const (
	jsonFeedVersion = "https://jsonfeed.org/version/1.1"
	jsonAbout       = "https://pkg.go.dev/github.com/automationregion/newsletter/feed"
)

// flushAt is how many bytes are built before they are written.
const flushAt = 32 << 10

func writeJSON(w io.Writer, n *newsletter.Newsletter, _ Options) error {
	grow(w, n)
	b := &jsonBuilder{buf: make([]byte, 0, flushAt+flushAt/4)}
	b.open('{')
	b.feed(n)
	b.name("items")
	b.open('[')
	for _, l := range n.Letters {
		b.next()
		b.item(l)
		if len(b.buf) < flushAt {
			continue
		}
		last := len(b.buf) - 1 // which says what comes next
		if _, err := w.Write(b.buf[:last]); err != nil {
			return err
		}
		b.buf = append(b.buf[:0], b.buf[last])
	}
	b.close(']')
	b.close('}')
	b.buf = append(b.buf, '\n')
	_, err := w.Write(b.buf)
	return err
}

// feed writes what the newsletter says of itself.
func (b *jsonBuilder) feed(n *newsletter.Newsletter) {
	b.text("version", jsonFeedVersion)
	b.text("title", n.Title)
	b.text("language", n.Language)
	b.text("home_page_url", n.URL)
	b.text("feed_url", n.FeedURL)
	b.text("description", n.Description)
	b.text("next_url", n.Paging.Next)
	b.text("icon", n.Image)
	b.text("favicon", n.Icon)
	b.hubs(n.Hubs)
	m := membersOf(n.Extensions.Members, "")
	b.authors(n.Authors, m)
	b.members(m.of[newsletter.Place{}])
	b.name("_newsletter")
	b.open('{')
	b.text("about", jsonAbout)
	b.text("id", n.ID)
	b.time("updated", n.Updated)
	b.text("rights", n.Rights)
	b.categories(n.Categories)
	b.text("generator", n.Generator.Name)
	b.text("generator_version", n.Generator.Version)
	b.text("generator_url", n.Generator.URL)
	b.paging(n.Paging)
	b.extensions(&n.Extensions, m.rest)
	b.close('}')
}

func (b *jsonBuilder) paging(p newsletter.Paging) {
	if p == (newsletter.Paging{}) {
		return
	}
	b.name("paging")
	b.open('{')
	for _, page := range vocab.Pages {
		b.text(strings.ReplaceAll(page.Rel, "-", "_"), *page.Of(&p))
	}
	b.flag("archive", p.Archive)
	b.flag("complete", p.Complete)
	b.close('}')
}

// item writes a letter. JSON Feed requires a content, even of an item that has
// none: then it is the summary.
func (b *jsonBuilder) item(l *newsletter.Letter) {
	b.open('{')
	b.name("id")
	b.quoted(l.ID)
	b.text("url", l.URL)
	for _, link := range l.Links {
		if link.Rel == "related" {
			b.text("external_url", link.URL)
			break
		}
	}
	b.text("title", l.Title)
	b.text("summary", l.Summary)
	b.text("image", l.Image)
	b.time("date_published", l.Published)
	b.time("date_modified", l.Updated)
	if len(l.Categories) > 0 {
		b.name("tags")
		b.open('[')
		for _, c := range l.Categories {
			b.next()
			b.quoted(c.Term)
		}
		b.close(']')
	}
	b.text("language", l.Language)
	if l.Content == "" && l.Summary != "" {
		b.text("content_text", l.Summary)
	} else {
		b.name("content_html")
		b.quoted(l.Content)
	}
	m := membersOf(l.Extensions.Members, l.Image)
	b.authors(l.Authors, m)
	b.attachments(l.Attachments, m)
	b.members(m.of[newsletter.Place{}])
	b.itemMore(l, m)
	b.close('}')
}

// itemMore writes what JSON Feed has no member for, if there is any of it.
func (b *jsonBuilder) itemMore(l *newsletter.Letter, m members) {
	start := len(b.buf)
	b.name("_newsletter")
	b.open('{')
	empty := len(b.buf)
	b.text("kind", l.Kind)
	b.text("rights", l.Rights)
	for _, c := range l.Categories {
		if c.Scheme != "" || c.Label != "" {
			b.categories(l.Categories)
			break
		}
	}
	b.source(l.Source)
	b.links(l.Links)
	b.extensions(&l.Extensions, m.rest)
	if len(b.buf) == empty {
		b.depth--
		b.buf = b.buf[:start]
		return
	}
	b.close('}')
}

func (b *jsonBuilder) authors(authors []newsletter.Author, m members) {
	if len(authors) == 0 {
		return
	}
	b.name("authors")
	b.open('[')
	for i, a := range authors {
		b.next()
		b.open('{')
		b.text("name", a.Name)
		b.text("url", a.URL)
		b.text("avatar", a.Avatar)
		b.members(m.in("Authors", i))
		if a.Organization != "" || a.Email != "" {
			b.name("_newsletter")
			b.open('{')
			b.text("organization", a.Organization)
			b.text("email", a.Email)
			b.close('}')
		}
		b.close('}')
	}
	b.close(']')
}

func (b *jsonBuilder) categories(categories []newsletter.Category) {
	if len(categories) == 0 {
		return
	}
	b.name("categories")
	b.open('[')
	for _, c := range categories {
		b.next()
		b.open('{')
		b.name("term")
		b.quoted(c.Term)
		b.text("scheme", c.Scheme)
		b.text("label", c.Label)
		b.close('}')
	}
	b.close(']')
}

// attachments writes them with sizes that count beyond two gigabytes.
func (b *jsonBuilder) attachments(attachments []newsletter.Attachment, m members) {
	if len(attachments) == 0 {
		return
	}
	b.name("attachments")
	b.open('[')
	for i, a := range attachments {
		b.next()
		b.open('{')
		b.name("url")
		b.quoted(a.URL)
		b.name("mime_type")
		b.quoted(a.MediaType)
		b.text("title", a.Title)
		b.number("size_in_bytes", a.Length)
		b.number("duration_in_seconds", seconds(a.Duration))
		b.members(m.in("Attachments", i))
		b.close('}')
	}
	b.close(']')
}

func (b *jsonBuilder) source(s newsletter.Source) {
	if s == (newsletter.Source{}) {
		return
	}
	b.name("source")
	b.open('{')
	b.text("id", s.ID)
	b.text("title", s.Title)
	b.text("url", s.URL)
	b.text("feed_url", s.FeedURL)
	b.time("updated", s.Updated)
	b.close('}')
}

func (b *jsonBuilder) links(links []newsletter.Link) {
	if len(links) == 0 {
		return
	}
	b.name("links")
	b.open('[')
	for _, l := range links {
		b.next()
		b.open('{')
		b.text("rel", l.Rel)
		b.name("url")
		b.quoted(l.URL)
		b.text("mime_type", l.MediaType)
		b.text("language", l.Language)
		b.text("title", l.Title)
		b.close('}')
	}
	b.close(']')
}
