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
			if r.before == "" {
				return
			}
			report, err := Document(strings.NewReader(r.in.document(r.before)), Options{URL: "https://example.org/"})
			require.NoError(t, err)
			found := slices.ContainsFunc(report.Findings, func(f Finding) bool { return f.Rule == r.ID })
			assert.True(t, found, "before: found %v", rulesOf(report))
			if r.after == "" {
				return
			}
			report, err = Document(strings.NewReader(r.in.document(r.after)), Options{URL: "https://example.org/"})
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
