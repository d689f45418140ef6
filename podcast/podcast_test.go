package podcast_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/parse"
	"github.com/automationregion/newsletter/podcast"
)

var show = podcast.Show{
	Title: "Talks", Author: "Example Region", Owner: podcast.Owner{Name: "Ann Ek", Email: "ann@example.org"}, Image: "https://example.org/cover.jpg",
	Categories: []podcast.Category{{Name: "Business", Within: []string{"Careers", "Management"}}, {Name: "Government"}},
	Explicit:   podcast.NotExplicit, Type: "serial", Subtitle: "In brief", Summary: "At length", NewFeedURL: "https://example.org/new.xml", Block: true, Complete: true,
	GUID: "917393e3-1b1e-5cef-ace4-edaa54e1f810", Locked: podcast.Locked{Value: "yes", Owner: "ann@example.org"},
	Funding: []podcast.Funding{{URL: "https://example.org/give", Text: "Give"}},
	People:  []podcast.Person{{Name: "Bo Alm", Role: "host", Group: "cast", Image: "https://example.org/bo.jpg", URL: "https://example.org/bo"}},
}

var episode = podcast.Episode{
	Title: "Robots", Author: "Cia", Image: "https://example.org/1.jpg", Duration: 1234 * time.Second,
	Season: podcast.Season{Number: 2, Name: "Spring"}, Number: podcast.Number{Value: 1.5, Display: "Extra"}, Type: "bonus", Explicit: podcast.IsExplicit,
	Subtitle: "Short", Summary: "Long", Block: true,
	Transcripts: []podcast.Transcript{{URL: "https://example.org/1.vtt", Type: "text/vtt", Language: "sv", Captions: true}, {URL: "https://example.org/1.html", Type: "text/html"}},
	Chapters:    podcast.Chapters{URL: "https://example.org/1.json", Type: "application/json+chapters"},
	People:      []podcast.Person{{Name: "Dag", Role: "guest"}},
}

// What is set is read again, from the newsletter and from every feed of it.
func TestSetIsRead(t *testing.T) {
	l := &newsletter.Letter{ID: "1", Title: "1", Published: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), Attachments: []newsletter.Attachment{{URL: "https://example.org/1.mp3", MediaType: "audio/mpeg", Length: 9}}}
	n := &newsletter.Newsletter{Title: "T", URL: "https://example.org/", Letters: []*newsletter.Letter{l}}
	show.Set(n)
	episode.Set(l)
	require.NoError(t, n.Validate())
	assert.Equal(t, show, podcast.ShowOf(n))
	assert.Equal(t, episode, podcast.EpisodeOf(l))
	for _, f := range []feed.Format{feed.RSS, feed.Atom, feed.JSON} {
		var b bytes.Buffer
		require.NoError(t, feed.Write(&b, n, f))
		again, err := parse.Feed(&b)
		require.NoError(t, err)
		assert.Equal(t, show, podcast.ShowOf(again), f)
		assert.Equal(t, episode, podcast.EpisodeOf(again.Letters[0]), f)
	}

	podcast.Show{}.Set(n)
	podcast.Episode{}.Set(l)
	assert.Empty(t, n.Extensions)
	assert.Empty(t, l.Extensions)
}

const wild = `<rss version="2.0" xmlns:i="http://www.itunes.com/DTDs/Podcast-1.0.dtd" xmlns:p="https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"><channel><title>T</title>
<i:author> The <b>Show</b> </i:author><i:explicit>Clean</i:explicit><i:category text="Business"><i:category text="Careers"/></i:category><i:unknown/><i:owner role="x"><i:email>ann@example.org</i:email></i:owner>
<p:value type="lightning"><p:valueRecipient split="1"/></p:value>
<item><title>1</title><i:duration>1:02:03</i:duration><i:episode>3</i:episode><p:season>4</p:season><i:explicit>maybe</i:explicit><p:transcript url="a.vtt" type="text/vtt"/></item>
</channel></rss>`

// What stands in a feed of the wild is read, and set again it is the same.
func TestSetLeavesWhatIsSaidSo(t *testing.T) {
	n, err := parse.Feed(strings.NewReader(wild))
	require.NoError(t, err)
	s, e := podcast.ShowOf(n), podcast.EpisodeOf(n.Letters[0])
	assert.Equal(t, podcast.NotExplicit, s.Explicit)
	assert.Equal(t, podcast.Owner{Email: "ann@example.org"}, s.Owner)
	assert.Equal(t, podcast.Episode{
		Duration: time.Hour + 2*time.Minute + 3*time.Second, Number: podcast.Number{Value: 3}, Season: podcast.Season{Number: 4},
		Transcripts: []podcast.Transcript{{URL: "a.vtt", Type: "text/vtt"}},
	}, e)
	shows, episodes := n.Extensions.Elements, n.Letters[0].Extensions.Elements
	s.Set(n)
	e.Set(n.Letters[0])
	assert.Equal(t, shows, n.Extensions.Elements)
	assert.Equal(t, episodes, n.Letters[0].Extensions.Elements)

	s.Explicit = podcast.IsExplicit
	s.Set(n)
	assert.Len(t, n.Extensions.Elements, len(shows))
	for i := range shows {
		assert.Equal(t, shows[i].Name != "explicit", shows[i].Equal(n.Extensions.Elements[i]), shows[i])
	}
}
