package newsletter_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
)

func TestRepairDropsWhatIsThereTwice(t *testing.T) {
	day := time.Date(2021, 12, 22, 0, 0, 0, 0, time.UTC)
	ada, industry := newsletter.Author{Name: "Ada"}, newsletter.Category{Term: "Industry"}
	n := &newsletter.Newsletter{
		ID: "https://example.org/", Title: "Letters", URL: "https://example.org/", FeedURL: "https://example.org/feed",
		Authors: []newsletter.Author{ada, ada}, Categories: []newsletter.Category{industry, industry}, Updated: day,
		Hubs: []string{"https://hub.example.org/", "https://hub.example.org/"},
		Letters: []*newsletter.Letter{{
			ID: "https://example.org/1", URL: "https://example.org/1", Title: "One", Updated: day,
			Authors:    []newsletter.Author{ada, {Name: "Ada", Organization: "Example Works"}, ada},
			Categories: []newsletter.Category{industry, {Term: "Industry", Scheme: "https://example.org/subjects"}, industry},
			Attachments: []newsletter.Attachment{
				{URL: "https://example.org/a.pdf", MediaType: "application/pdf"}, {URL: "https://example.org/a.pdf", MediaType: "text/plain"},
			},
			Links: []newsletter.Link{
				{Rel: "related", URL: "https://example.com/"}, {Rel: "via", URL: "https://example.com/"}, {Rel: "related", URL: "https://example.com/", Title: "Again"},
			},
		}},
	}
	var fault *newsletter.FieldError
	require.ErrorAs(t, n.Validate(), &fault)
	assert.Equal(t, "Authors[1]", fault.Field)

	assert.Len(t, n.Repair(), 7)
	require.NoError(t, n.Validate())
	l := n.Letters[0]
	assert.Len(t, n.Authors, 1)
	assert.Len(t, n.Categories, 1)
	assert.Len(t, n.Hubs, 1)
	assert.Len(t, l.Authors, 2)
	assert.Len(t, l.Categories, 2)
	assert.Equal(t, "application/pdf", l.Attachments[0].MediaType)
	assert.Len(t, l.Attachments, 1)
	assert.Len(t, l.Links, 2)
}

func TestAlternateOfALetterWithoutAPage(t *testing.T) {
	day := time.Date(2021, 12, 22, 0, 0, 0, 0, time.UTC)
	n := &newsletter.Newsletter{
		ID: "https://example.org/", Title: "Letters", URL: "https://example.org/", FeedURL: "https://example.org/feed", Updated: day,
		Authors: []newsletter.Author{{Name: "Ada"}},
		Letters: []*newsletter.Letter{{
			ID: "https://example.org/1", Title: "One", Updated: day,
			Links: []newsletter.Link{{Rel: "alternate", URL: "https://example.org/1.pdf", MediaType: "application/pdf"}},
		}},
	}
	require.ErrorContains(t, n.Validate(), "Links[0]")
	n.Repair()
	require.NoError(t, n.Validate())
	assert.Equal(t, "related", n.Letters[0].Links[0].Rel)
}
