package feed

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/automationregion/newsletter"
)

// WriteOPML writes a list of newsletters under a title as OPML 2.0, which feed
// readers import as subscriptions: an outline of type "rss" each, with Title,
// Description, URL, FeedURL, Language and the terms of the Categories. Letters
// are not part of it.
//
// Each newsletter needs a Title and an absolute FeedURL, and the list at least
// one newsletter. What OPML can't hold, such as a category with a comma, is an
// error that names the newsletter and the field; several are joined, and w is
// left alone.
func WriteOPML(w io.Writer, title string, list []*newsletter.Newsletter) error {
	var faults []error
	if len(list) == 0 {
		faults = append(faults, errors.New("an OPML document lists at least one newsletter"))
	}
	if reason := opmlFault(title); reason != "" {
		faults = append(faults, fmt.Errorf("title: %s", reason))
	}
	for i, n := range list {
		if n == nil {
			faults = append(faults, fmt.Errorf("newsletter %d: missing", i))
			continue
		}
		for _, fault := range opmlFaults(n) {
			faults = append(faults, fmt.Errorf("newsletter %d (%q): %w", i, n.Title, fault))
		}
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}

	var b builder
	b.begin("", "opml", attributes("version", "2.0"))
	b.open("head")
	b.rssText("title", title)
	b.close("head")
	b.open("body")
	for _, n := range list {
		terms := make([]string, len(n.Categories))
		for i, c := range n.Categories {
			terms[i] = c.Term
		}
		name := asHTML(n.Title)
		b.empty("outline",
			"type", "rss",
			"text", name,
			"title", name, // what text says too: some readers know only one of them
			"description", asHTML(n.Description),
			"language", n.Language,
			"xmlUrl", n.FeedURL,
			"htmlUrl", n.URL,
			"category", strings.Join(terms, ","),
		)
	}
	b.close("body")
	b.close("opml")
	b.buf = append(b.buf, '\n')
	return b.finish(w)
}

// opmlFaults returns what keeps the newsletter from being an outline.
func opmlFaults(n *newsletter.Newsletter) []error {
	var faults []error
	fault := func(field, reason string) {
		if reason != "" {
			faults = append(faults, fmt.Errorf("%s: %s", field, reason))
		}
	}
	fault("Title", opmlFault(n.Title))
	fault("Description", opmlFault(n.Description))
	fault("Language", opmlFault(n.Language))
	fault("URL", opmlFault(n.URL))
	fault("FeedURL", opmlFault(n.FeedURL))
	if strings.TrimSpace(n.Title) == "" {
		fault("Title", "a title is required")
	}
	if u, err := url.Parse(n.FeedURL); err != nil || !u.IsAbs() {
		fault("FeedURL", "the absolute URL of the feed is required")
	}
	for i, c := range n.Categories {
		field := fmt.Sprintf("Categories[%d].Term", i)
		fault(field, opmlFault(c.Term))
		if c.Term == "" || strings.Contains(c.Term, ",") {
			fault(field, "a term without a comma is required, which separates categories")
		}
	}
	return faults
}

// opmlFault says what is wrong with a string of an outline, or nothing.
func opmlFault(s string) string {
	bad := func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF }
	if !utf8.ValidString(s) || strings.ContainsFunc(s, bad) {
		return "characters that XML can hold are required"
	}
	return ""
}
