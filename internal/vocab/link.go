package vocab

import "github.com/automationregion/newsletter"

// KindScheme marks the category that is a letter's Kind.
const KindScheme = "https://schema.org/articleSection"

// Pages are the relations of links to a feed's other pages and archives (RFC 5005).
var Pages = [...]struct {
	Rel string
	Of  func(*newsletter.Paging) *string
}{
	{"first", func(p *newsletter.Paging) *string { return &p.First }},
	{"previous", func(p *newsletter.Paging) *string { return &p.Previous }},
	{"next", func(p *newsletter.Paging) *string { return &p.Next }},
	{"last", func(p *newsletter.Paging) *string { return &p.Last }},
	{"current", func(p *newsletter.Paging) *string { return &p.Current }},
	{"prev-archive", func(p *newsletter.Paging) *string { return &p.PreviousArchive }},
	{"next-archive", func(p *newsletter.Paging) *string { return &p.NextArchive }},
}

// PageOf returns the field of a relation, or nil if it is none of them.
func PageOf(rel string) func(*newsletter.Paging) *string {
	if rel == "prev" {
		rel = "previous"
	}
	for i := range Pages {
		if Pages[i].Rel == rel {
			return Pages[i].Of
		}
	}
	return nil
}
