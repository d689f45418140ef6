package serve

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter/internal/format"
)

// FuzzNegotiate has clients ask for anything: they get one of the offers, and
// what asks for all gets the first.
func FuzzNegotiate(f *testing.F) {
	for _, accept := range []string{"", "*/*", "text/html;q=0.1, application/*", "application/rss+xml;q=7", "a/b;;q=,,/", "*/*;q=0"} {
		f.Add(accept)
	}
	offers := []format.Format{format.HTML, format.RSS, format.JSON}
	f.Fuzz(func(t *testing.T, accept string) {
		got, _ := negotiate([]string{accept}, offers)
		assert.Contains(t, offers, got)
		got, ok := negotiate([]string{accept, "*/*", "text/html"}, offers)
		if ok {
			assert.Contains(t, offers, got)
		}
		again, _ := negotiate([]string{accept, "*/*", "text/html"}, offers)
		assert.Equal(t, got, again)
	})
}
