package aggregate

import (
	"strings"
	"testing"

	"github.com/automationregion/newsletter/aggregate/internal/state"
	"github.com/automationregion/newsletter/fetch"
	"github.com/stretchr/testify/assert"
)

// A visit that brought nothing new is a line, and the partner's file stays.
func TestQuietVisitsAreLines(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("a1", "https://alpha.example/1", "Boats", 3, text(long)))
	w.partner("beta", post("b1", "https://beta.example/1", "Trains", 5, text("By rail")))
	w.run()
	before := stateFiles(t, w.dir)
	assert.NotContains(t, before, state.VisitsName)

	r := w.later()
	assert.Equal(t, fetch.SameBody, r.Partners[0].Status)
	after := stateFiles(t, w.dir)
	assert.Equal(t, 3, strings.Count(after[state.VisitsName], "\n"), "one for each, after the schema")
	delete(after, state.VisitsName)
	assert.Equal(t, before, after)

	again := w.run()
	assert.Zero(t, w.requests, "they are not due")
	assert.Equal(t, r.Partners[0].Due, again.Partners[0].Due)

	w.serve("alpha", post("a2", "https://alpha.example/2", "Ferries", 7, text("By sea")))
	w.later()
	assert.Equal(t, 2, strings.Count(stateFiles(t, w.dir)[state.VisitsName], "\n"), "a line goes when the file has it")
}
