package main

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/fetch"
)

// The table names those with trouble first, and fits the terminal.
func TestPartnersTable(t *testing.T) {
	reports := []aggregate.PartnerReport{
		{Name: "Quiet", Status: fetch.NotModified, Letters: 3, Old: 2, Filtered: 1, Beyond: 4},
		{Name: "New\x1b[31m", Status: fetch.Fetched, New: 2, Letters: 2},
		{Name: "Down", Status: fetch.Failed, Error: strings.Repeat("the server has an error of its own ", 5)},
	}
	for i := range 100 {
		reports = append(reports, aggregate.PartnerReport{Name: fmt.Sprint("Partner ", i), Status: fetch.NotDue})
	}
	table := partnersTable(reports, 90)
	lines := strings.Split(table, "\n")
	assert.Regexp(t, `^PARTNER +STATUS +NEW +SHOWN +LEFT OUT +NEXT VISIT +WHAT IS WRONG$`, lines[0])
	assert.Regexp(t, `^Down +failed +- +- +- +never +the server has .*…$`, lines[1])
	assert.Regexp(t, `^New.* +fetched +2 +2 `, lines[2])
	assert.Regexp(t, `^Quiet +not modified +- +3 +7 `, lines[3])
	assert.Contains(t, table, "… and 61 more with nothing new\n")
	assert.NotContains(t, table, "\x1b")
	for _, line := range lines {
		assert.LessOrEqual(t, utf8.RuneCountInString(line), 90)
	}
}

// Who is cut for want of room is named, with how much, and what makes room.
func TestLeftOutLines(t *testing.T) {
	lines := func(w aggregate.Window, partners ...aggregate.PartnerReport) string {
		for _, p := range partners {
			w.LeftOut.Beyond += p.Beyond
			w.LeftOut.BeyondText += p.BeyondText
			w.LeftOut.Held += p.Held
		}
		return strings.Join(leftOutLines(&aggregate.Result{Newsletter: &newsletter.Newsletter{}, Window: w, Partners: partners}, site.Options{}, &aggregateFlags{}), "\n")
	}
	assert.Empty(t, lines(aggregate.Window{}))
	assert.Equal(t, "left out: 848 letters beyond the newest 1000: --letters 1848 or more, or -1 for all, publishes them; they are of Loud\\x1b (834), C (9), B (4), 1 other, and of 7 partners each has its newest 142 in any case",
		lines(aggregate.Window{Partners: 7, Share: 142}, aggregate.PartnerReport{Name: "A", Beyond: 1}, aggregate.PartnerReport{Name: "B", Beyond: 4},
			aggregate.PartnerReport{Name: "Loud\x1b", Beyond: 834}, aggregate.PartnerReport{Name: "C", Beyond: 9}))
	assert.Contains(t, lines(aggregate.Window{Partners: 1200}, aggregate.PartnerReport{Name: "A", Beyond: 1}), "with 1200 partners there is no room for a letter of each")
	assert.Contains(t, lines(aggregate.Window{Partners: 2}, aggregate.PartnerReport{Name: "A", BeyondText: 12}), "left out: 12 letters beyond the text that a newsletter may have: shorter or fewer letters of these partners make room; they are of A (12)")
	assert.Contains(t, lines(aggregate.Window{}, aggregate.PartnerReport{Name: "A", Held: 5}), "--release takes them in; else they come in after seven days")
}
