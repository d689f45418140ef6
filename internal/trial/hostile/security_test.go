package hostile

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/clean"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/parse"
	"github.com/automationregion/newsletter/parse/letters"
)

// TestLimitsOfThePage compares the figures of SECURITY.md with those that count.
func TestLimitsOfThePage(t *testing.T) {
	limits := map[string]any{
		"parse.Options.MaxBytes": parse.DefaultMaxBytes, "parse.Options.MaxLetters": parse.DefaultMaxLetters, "parse.Options.MaxDepth": parse.DefaultMaxDepth,
		"letters.Options.MaxBytes": letters.DefaultMaxBytes, "letters.Options.MaxTime": letters.DefaultMaxTime,
		"clean.Options.MaxBytes":          clean.MaxBytes,
		"aggregate.Aggregator.MaxLetters": aggregate.DefaultMaxLetters,
	}
	for name, list := range map[string]any{"fetch.Limits.": fetch.NewClient().Options().Limits, "aggregate.Limits.": aggregate.Limits{}.WithDefaults()} {
		for field, v := range reflect.ValueOf(list).Fields() {
			limits[name+field.Name] = v.Interface()
		}
	}
	page, err := os.ReadFile("../../../SECURITY.md")
	require.NoError(t, err)
	said := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]+) \\|").FindAllSubmatch(page, -1) {
		said[string(row[1])] = string(row[2])
	}
	counts := map[string]string{}
	for name, v := range limits {
		counts[name] = figure(v)
	}
	assert.Equal(t, counts, said)
	assert.Contains(t, string(page), fmt.Sprintf("%d seconds of CPU, %d MB of memory or %d MB written", int(MostCPU.Seconds()), MostMemory>>20, MostWritten>>20))
}

// figure returns a limit as the page has it.
func figure(v any) string {
	var n int64
	switch v := v.(type) {
	case time.Duration:
		return v.String()
	case int:
		n = int64(v)
	case int64:
		n = v
	}
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprint(n)
}
