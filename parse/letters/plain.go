package letters

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/internal/text"
)

// bylineSeparator stands between the fields of a byline.
const bylineSeparator = '·'

// readPlain reads a letter in plain text: title, byline, paragraphs.
func (d *document) readPlain(maxDepth int) {
	title, offset := paragraph(d.text, 0)
	if title == "" {
		d.AddAs(ruleTitle, firstLine, "the letter is empty: expected its title in the first paragraph")
		return
	}
	d.Letter.Title = settings.Line(title)
	byline, end := paragraph(d.text, offset)
	if !looksLikeByline(byline) {
		if d.Letter.Published = d.Name.Date; d.Letter.Published.IsZero() {
			at := settings.At(d.text, len(strings.TrimRight(d.text, " \t\n")))
			if byline != "" {
				at = settings.At(d.text, end-len(byline))
			}
			d.AddAs(ruleDate, at, "the letter has no date: expected kind · authors · date in the second paragraph, or a file or folder name such as 2021-12-22-winter")
		}
		if mayBeByline(byline) && strings.TrimSpace(d.text[end:]) != "" {
			d.Remark(ruleBylineText, settings.At(d.text, end-len(byline)), "%q is taken for text: a byline is kind · authors · date, such as Staff · 2026-01-31", text.Clip(settings.Line(byline), 200))
		}
		d.content = plainHTML(d.text[offset:], maxDepth)
		return
	}
	inner, before := withoutItalics(byline)
	d.readByline(inner, end-len(byline)+before)
	body := d.text[end:]
	d.content = plainHTML(body, maxDepth)
}

// paragraph returns the first paragraph at or after offset, and where it ends.
func paragraph(text string, offset int) (string, int) {
	start := -1
	for i := offset; i < len(text); {
		line, _, _ := strings.Cut(text[i:], "\n")
		switch blank := strings.TrimSpace(line) == ""; {
		case !blank && start < 0:
			start = i
		case blank && start >= 0:
			return text[start : i-1], i - 1
		}
		i += len(line) + 1
	}
	if start < 0 {
		return "", len(text)
	}
	return text[start:], len(text)
}

// readByline reads kind, authors and date, which the file's name may have instead. The
// byline begins at offset.
func (d *document) readByline(byline string, offset int) {
	fields := bylineFields(byline)
	last := fields[len(fields)-1]
	d.Stated[keyAuthor] = settings.At(d.text, offset)
	date, zoned, ok := dates.ParseLetter(last.text)
	if !ok && !d.Name.Date.IsZero() && !strings.ContainsAny(last.text, "0123456789") {
		date, ok = d.Name.Date, true
		fields = append(fields, bylineField{})
	}
	if !ok {
		d.Unreadable = true
		d.AddAs(ruleByline, settings.At(d.text, offset+last.offset), "the byline ends in %q: %s", text.Clip(settings.Line(last.text), 200), settings.ExpectedDate)
		return
	}
	d.setDate(&d.Letter.Published, date, zoned)
	kind, authors := "", ""
	switch len(fields) {
	case 1:
	case 2:
		if first := settings.Line(fields[0].text); strings.ContainsAny(first, ",; ") {
			authors = first
		} else {
			kind = first
		}
	case 3:
		kind, authors = settings.Line(fields[0].text), settings.Line(fields[1].text)
	default:
		d.Unreadable = true
		d.AddAs(ruleByline, settings.At(d.text, offset+fields[3].offset), "the byline has %d fields: expected kind · authors · date", len(fields))
		return
	}
	d.Letter.Kind = kind
	d.Letter.Authors, _ = bylineAuthors(authors, d.language())
	for _, a := range d.Letter.Authors {
		if a.Name == "" {
			d.AddAs(ruleByline, settings.At(d.text, offset+fields[len(fields)-2].offset), "the byline has an author without a name: expected such as \"Name, Organization; Name\"")
			d.Unreadable = true
			return
		}
	}
}

// A bylineField is a field and where in the byline it begins.
type bylineField struct {
	text   string
	offset int
}

// bylineFields splits at separators that have white space, or nothing, on each
// side: the dot within a word ("col·lectiu") is a letter.
func bylineFields(byline string) []bylineField {
	var fields []bylineField
	start := 0
	add := func(end int) {
		text := strings.TrimLeftFunc(byline[start:end], unicode.IsSpace)
		fields = append(fields, bylineField{strings.TrimSpace(text), end - len(text)})
	}
	for i, r := range byline {
		if r != bylineSeparator {
			continue
		}
		next := i + utf8.RuneLen(r)
		before, _ := utf8.DecodeLastRuneInString(byline[:i])
		after, _ := utf8.DecodeRuneInString(byline[next:])
		if (i == 0 || unicode.IsSpace(before)) && (next == len(byline) || unicode.IsSpace(after)) {
			add(i)
			start = next
		}
	}
	add(len(byline))
	return fields
}
