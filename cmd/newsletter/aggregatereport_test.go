package main

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter/aggregate"
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
