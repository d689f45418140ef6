package parse_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter/parse"
)

// TestDifferentialGenerated reads the feeds made from a seed with our own
// reader and with gofeed.
func TestDifferentialGenerated(t *testing.T) {
	counts := map[string]int{}
	for _, size := range generated {
		size.items = min(size.items, 100)
		parse.CompareWays(t, size.name, generate(size), counts)
	}
	assert.Equal(t, len(generated), counts["documents"], "all of them are well-formed")
	t.Log(counts)
}
