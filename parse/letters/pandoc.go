package letters

import (
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/internal/text"
)

// pandocMark begins the fields of Pandoc's title block.
const pandocMark = "%"

// cutPandoc separates Pandoc's title block from the letter below it: up to three
// fields, each a line that begins with "%" and lines that begin with white space. Head
// is empty if there is none.
func cutPandoc(s string) (head, body string) {
	end := 0
	for fields := 0; end < len(s); {
		line, _, _ := strings.Cut(s[end:], "\n")
		mark, isField := strings.CutPrefix(line, pandocMark)
		isField = isField && (mark == "" || mark[0] == ' ' || mark[0] == '\t')
		isMore := fields > 0 && strings.TrimLeft(line, " \t") != line && strings.TrimSpace(line) != ""
		if isField {
			fields++
		}
		if !isField && !isMore || fields > 3 {
			break
		}
		end = min(end+len(line)+1, len(s))
	}
	if strings.Trim(s[:end], "% \t\n") == "" {
		return "", s
	}
	return s[:end], s[end:]
}

// readPandoc reads title, authors and date.
func (d *document) readPandoc(head string) {
	offset := 0
	for i, field := range strings.Split("\n"+head, "\n"+pandocMark)[1:] {
		offset += len(pandocMark)
		at := settings.At(head, offset+len(field)-len(strings.TrimLeft(field, " \t")))
		offset += len(field) + 1
		if strings.TrimSpace(field) == "" {
			continue
		}
		switch i {
		case 0:
			d.Stated[keyTitle], d.Letter.Title = at, settings.Line(field)
		case 1:
			d.Stated[keyAuthor] = at
			d.Letter.Authors = newsletter.ParseByline(settings.Line(strings.ReplaceAll(field, "\n", ";")))
			for _, a := range d.Letter.Authors {
				if a.Name == "" {
					d.AddAs(ruleByline, at, "there is an author without a name: expected such as \"Name, Organization; Name\"")
				}
			}
		case 2:
			d.Stated[keyDate] = at
			date, zoned, ok := dates.ParseLetter(field)
			if !ok {
				d.AddAs(ruleDate, at, "the date is %q: %s", text.Clip(settings.Line(field), 200), settings.ExpectedDate)
			}
			d.setDate(&d.Letter.Published, date, zoned)
		}
	}
}
