package sample_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/sample"
)

func TestEveryStatesEveryField(t *testing.T) {
	assert.Empty(t, sample.Unset(sample.Every()))
}

func TestUnset(t *testing.T) {
	assert.Equal(t, []string{"Children[].Name"}, sample.Unset(struct{ Children []struct{ Name string } }{make([]struct{ Name string }, 1)}))
	assert.Equal(t, []string{"Authors[].Avatar", "Authors[].Email", "Authors[].Organization"}, sample.Unset(struct {
		Authors []newsletter.Author
		At      time.Time
	}{[]newsletter.Author{{Name: "Ann"}, {URL: "https://example.org/"}}, time.Unix(1, 0)}))
}
