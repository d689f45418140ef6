package check

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each rule's example breaks it, and what the example becomes doesn't, nor is
// there anything in that which forbids it.
func TestExamples(t *testing.T) {
	for _, r := range Rules() {
		t.Run(r.ID, func(t *testing.T) {
			assert.NotEmpty(t, r.Text)
			assert.NotEmpty(t, r.Reason)
			assert.NotEmpty(t, r.Mend)
			assert.NotEmpty(t, r.Formats)
			if r.Before == "" {
				return
			}
			report, err := Document(strings.NewReader(r.in.document(r.Before)), Options{URL: "https://example.org/"})
			require.NoError(t, err)
			found := slices.ContainsFunc(report.Findings, func(f Finding) bool { return f.Rule == r.ID })
			assert.True(t, found, "before: found %v", rulesOf(report))
			if r.After == "" {
				return
			}
			report, err = Document(strings.NewReader(r.in.document(r.After)), Options{URL: "https://example.org/"})
			require.NoError(t, err)
			assert.NotContains(t, rulesOf(report), r.ID)
			assert.Zero(t, report.Errors, "after: found %v", rulesOf(report))
		})
	}
}

func rulesOf(r *Report) []string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, f.Rule)
	}
	return all
}

// document puts an example in the document that it stands in.
func (c context) document(example string) string {
	const spaces = ` xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"` +
		` xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/" xmlns:georss="http://www.georss.org/georss"` +
		` xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"` +
		` xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:sx="http://feedsync.org/2007/feedsync"` +
		` xmlns:thr="http://purl.org/syndication/thread/1.0" xmlns:fh="http://purl.org/syndication/history/1.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"` +
		` xmlns:access="http://www.bloglines.com/about/specs/fac-1.0" xmlns:admin="http://webns.net/mvcb/" xmlns:dcterms="http://purl.org/dc/terms/"` +
		` xmlns:cc="http://web.resource.org/cc/" xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule" xmlns:xhtml="http://www.w3.org/1999/xhtml"` +
		` xmlns:app="http://www.w3.org/2007/app" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"`
	const xml = `<?xml version="1.0" encoding="utf-8"?>` + "\n"
	const rss = xml + `<rss version="2.0"` + spaces + `>` + "\n<channel>\n"
	const head = "<title>Example Region</title>\n<link>https://example.org/</link>\n<description>News</description>\n<language>en</language>\n" +
		`<atom:link rel="self" type="application/rss+xml" href="https://example.org/rss.xml"/>` + "\n"
	feed := xml + `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"` + strings.NewReplacer(` xmlns:atom="http://www.w3.org/2005/Atom"`, "", ` xmlns:xhtml="http://www.w3.org/1999/xhtml"`, "").Replace(spaces) + ">\n"
	const feedHead = "<title>Example Region</title>\n<id>https://example.org/</id>\n<updated>2026-06-12T09:00:00Z</updated>\n<author><name>Ann</name></author>\n" +
		`<link rel="self" href="https://example.org/atom.xml"/>` + "\n"
	rdf := xml + `<rdf:RDF xmlns="http://purl.org/rss/1.0/"` + spaces + ">\n"
	const rdfHead = `<channel rdf:about="https://example.org/"><title>Example Region</title><link>https://example.org/</link><description>News</description>` +
		`<dc:language>en</dc:language><items><rdf:Seq><rdf:li rdf:resource="https://example.org/1"/></rdf:Seq></items></channel>` + "\n"
	switch c {
	case inChannel:
		return rss + head + example + "\n</channel>\n</rss>\n"
	case inItem:
		return rss + head + "<item>\n<title>June</title>\n<guid>https://example.org/june</guid>\n" + example + "\n</item>\n</channel>\n</rss>\n"
	case inFeed:
		return feed + feedHead + example + "\n</feed>\n"
	case inEntry:
		return feed + feedHead + "<entry>\n<title>June</title>\n<id>https://example.org/june</id>\n<updated>2026-06-12T09:00:01Z</updated>\n<link href=\"https://example.org/june\"/>\n<summary>All about June</summary>\n" + example + "\n</entry>\n</feed>\n"
	case inRDF:
		return rdf + rdfHead + example + "\n</rdf:RDF>\n"
	case inRDFItem:
		return rdf + rdfHead + `<item rdf:about="https://example.org/1">` + "\n<title>June</title>\n<link>https://example.org/1</link>\n" + example + "\n</item>\n</rdf:RDF>\n"
	case inOPML:
		return xml + `<opml version="2.0">` + "\n<head/>\n<body>\n" + example + "\n</body>\n</opml>\n"
	}
	return example
}
