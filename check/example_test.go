package check_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/check"
	"github.com/automationregion/newsletter/feed/feedhttp"
)

func ExampleDocument() {
	const document = `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <title>Example Region</title>
  <id>https://example.org/</id>
  <updated>2026-06-12</updated>
  <link rel="self" href="https://example.org/atom.xml"/>
</feed>`
	report, err := check.Document(strings.NewReader(document))
	if err != nil {
		fmt.Println(err)
	}
	for _, f := range report.Findings {
		fmt.Printf("atom.xml:%d:%d: %s: %s [%s]\n", f.Line, f.Column, f.Severity, f.Message, f.Rule)
	}
	fmt.Println(report.Format, report.Errors, report.Warnings, report.Advice)
	// Output:
	// atom.xml:5:12: error: <updated> is "2026-06-12", where a date such as 2026-06-12T09:00:00Z was expected [date-rfc3339]
	// atom 1 0 0
}

func ExampleRules() {
	for _, rule := range check.Rules() {
		if rule.ID == "rss-item-guid-missing" {
			fmt.Println(rule.Severity, rule.Text)
			fmt.Println(rule.Mend)
		}
	}
	// Output:
	// warning An item has a <guid>.
	// Write one that never changes.
}

// What a handler serves is judged inside a test like any other document.
func ExampleDocument_handler() {
	content := "<p>All about June.</p>"
	handler := feedhttp.Handler(func(context.Context) (*newsletter.Newsletter, error) {
		june := time.Date(2026, time.June, 12, 9, 0, 0, 0, time.UTC)
		return &newsletter.Newsletter{
			ID: "https://example.org/", Title: "Example Region", Description: "News", Language: "en", Updated: june,
			URL: "https://example.org/", FeedURL: "https://example.org/rss.xml", Authors: []newsletter.Author{{Name: "Ann"}},
			Letters: []*newsletter.Letter{{
				ID: "https://example.org/june", URL: "https://example.org/june", Title: "June",
				Published: june, Updated: june, Content: content,
			}},
		}, nil
	})

	// In your own package this is func TestFeed(t *testing.T).
	testFeed := func(t interface {
		Errorf(format string, args ...any)
	}) {
		served := httptest.NewRecorder()
		handler.ServeHTTP(served, httptest.NewRequest(http.MethodGet, "/rss.xml", nil))
		report, err := check.Document(served.Body, check.Options{URL: "https://example.org/rss.xml"})
		if err != nil {
			t.Errorf("%v", err)
		}
		for _, f := range report.Findings {
			if f.Severity > check.Advice {
				t.Errorf("rss.xml:%d: %s [%s]", f.Line, f.Message, f.Rule)
			}
		}
	}

	testFeed(printer{})
	content = `<p>All about <a href="/june">June.</a></p>`
	testFeed(printer{})
	// Output:
	// rss.xml:20: <description> has the link "/june", which means nothing outside of its site [html-relative]
}

type printer struct{}

func (printer) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
