package letters

import (
	"fmt"

	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/parse"
	"github.com/automationregion/newsletter/parse/letters/internal/markdown"
)

// readMarkdown reads a letter in Markdown; body is the end of the document.
func (d *document) readMarkdown(body string, o Options) {
	l := &d.Letter
	offset := len(d.text) - len(body)
	at := func(i int) settings.Place { return settings.At(d.text, offset+i) }
	if line, what := markdown.TooDeep(body, o.MaxDepth); line > 0 {
		d.AddError(settings.Place{Line: at(0).Line + line - 1, Column: 1}, fmt.Errorf("%w: %s", parse.ErrTooDeep, what))
		return
	}
	reader, _ := o.readers.Get().(*markdown.Reader)
	if reader == nil {
		reader = markdown.NewReader(o.RawHTML)
	}
	defer o.readers.Put(reader)
	prefix := ""
	if d.Slug != "" {
		prefix = d.Slug + "-"
	}
	doc := reader.Read(body, d.language(), prefix, d.cost)
	if d.cost.Fault != nil {
		d.AddError(at(d.cost.FaultOffset), d.cost.Fault)
		return
	}
	remark := func(rule string, offset int, format string, args ...any) {
		if d.Listens() {
			d.Remark(rule, at(offset), format, args...)
		}
	}
	if !o.RawHTML {
		doc.DropHTML(remark)
	}
	if o.Remark != nil {
		doc.Pictures(remark)
		doc.Shortcodes(remark)
	}
	isTitled := l.Title != "" || d.knows(keyTitle)
	if !isTitled {
		l.Title = doc.TakeTitle()
	}
	doc.TakeItalics(d.takeByline)
	if l.Published.IsZero() {
		d.setDate(&l.Published, d.Publish, d.zoned[&d.Publish])
	}
	if l.Published.IsZero() {
		l.Published = d.Name.Date
	}
	if l.Published.IsZero() && !d.knows(keyDate) {
		d.AddAs(ruleDate, firstLine, "the letter has no date: expected the key date in its front matter, or a file or folder name such as 2021-12-22-winter")
	}
	if l.Title == "" && !isTitled {
		d.AddAs(ruleTitle, firstLine, "the letter has no title: expected the key title in its front matter, or a heading")
	}
	d.addresses = doc.Addresses(offset)
	content, err := doc.HTML(d.mostHTML())
	if err != nil {
		d.AddError(firstLine, d.tooMuchHTML())
		return
	}
	if d.content = content; o.RawHTML {
		if d.content, err = markdown.Balance(content, d.cost); err != nil {
			d.AddError(at(0), fmt.Errorf("HTML of the letter: %w", err))
		}
	}
}
