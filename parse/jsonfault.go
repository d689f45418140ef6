package parse

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

// What the members of a JSON Feed are to be (https://jsonfeed.org/version/1.1).
var (
	jsonTexts = []string{
		"title", "home_page_url", "feed_url", "description", "next_url", "icon", "favicon", "language",
		"id", "url", "external_url", "content_html", "content_text", "summary", "image", "banner_image",
	}
	jsonLists = []string{"authors", "tags", "attachments", "hubs"}
	jsonDates = []string{"date_published", "date_modified"}
)

// faults says what in the document is not what it should be, and was left out
// or read as what it evidently means.
func (doc *jsonDocument) faults() []*Error {
	list := jsonObject(doc.top).faults(nil, "")
	for i, item := range doc.items {
		list = jsonObject(item).faults(list, fmt.Sprintf("items[%d].", i))
	}
	return list
}

func (o jsonObject) faults(list []*Error, path string) []*Error {
	add := func(key, expected string) {
		if len(list) < xmltoken.MaxFaults {
			list = append(list, &Error{Path: path + key, Message: "expected " + expected})
		}
	}
	for _, key := range jsonTexts {
		switch o[key].(type) {
		case nil, string:
		default:
			add(key, "a string")
		}
	}
	for _, key := range jsonLists {
		values, ok := o[key].([]any)
		switch {
		case !ok && o[key] != nil:
			add(key, "an array")
		case key != "tags" && slices.ContainsFunc(values, func(v any) bool { _, ok := v.(map[string]any); return !ok }):
			add(key, "an array of objects")
		}
	}
	for _, key := range jsonDates {
		if o[key] != nil && o.time(key).IsZero() {
			add(key, "a date such as 2026-01-31T12:00:00Z")
		} else if _, known, _ := dates.ParseZone(o.text(key)); !known {
			add(key, "a time zone that is known, and read it as UTC")
		}
	}
	o.object("_newsletter").extensions(new(newsletter.Extensions), add) // for what it says
	return list
}

var jsonVersion = regexp.MustCompile(`/version/([0-9][0-9.]{0,9})`)

// format names the version of the document.
func (doc *jsonDocument) format() string {
	if m := jsonVersion.FindStringSubmatch(jsonObject(doc.top).str("version")); m != nil {
		return "JSON Feed " + m[1]
	}
	return "JSON Feed"
}
