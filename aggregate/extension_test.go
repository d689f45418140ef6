package aggregate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/intake"
	"github.com/automationregion/newsletter/feed"
)

const extensionNames = `xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:podcast="https://podcastindex.org/namespace/1.0" ` +
	`xmlns:georss="http://www.georss.org/georss" xmlns:thr="http://purl.org/syndication/thread/1.0" xmlns:media="http://search.yahoo.com/mrss/" ` +
	`xmlns:ours="https://vendor.example/ns" xmlns:x="http://www.w3.org/1999/xhtml"`

// declare makes the page of a partner one that has the vocabularies.
func (w *world) declare(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	page := w.pages[name+"/feed.xml"]
	w.pages[name+"/feed.xml"] = strings.Replace(page, "<rss ", "<rss "+extensionNames+" ", 1)
}

func said(l *newsletter.Letter) (list []string) {
	for _, e := range l.Extensions.Elements {
		s := e.Namespace + " " + e.Name
		for _, a := range e.Attrs {
			s += fmt.Sprintf(" %s=%q", a.Name, a.Value)
		}
		list = append(list, s+">"+e.Text)
	}
	return list
}

// A podcast that is gathered stays one, and what nobody knows is left out and said.
func TestKnownVocabulariesAreTakenOver(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "https://alpha.example/1", "A", 20, text("<p>x</p>"),
		`<itunes:season>2</itunes:season><itunes:episode>7</itunes:episode>`,
		`<podcast:transcript url="/1.vtt" type="text/vtt"/>`,
		`<podcast:person role="host" href="http://intranet.alpha.local/kim" img="https://alpha.example/kim.png">Kim</podcast:person>`,
		`<georss:point>57.7 11.97</georss:point>`,
		`<thr:total>3</thr:total>`,
		`<ours:rating ours:by="us">5</ours:rating><ours:rating>4</ours:rating><ttl>5</ttl>`,
	))
	w.declare("alpha")
	r := w.run()
	const podcast, itunes = "https://podcastindex.org/namespace/1.0 ", "http://www.itunes.com/dtds/podcast-1.0.dtd "
	assert.Equal(t, []string{
		itunes + "season>2", itunes + "episode>7",
		podcast + `transcript type="text/vtt">`,
		podcast + `person role="host" href="http://intranet.alpha.local/kim" img="https://alpha.example/kim.png">Kim`,
		"http://www.georss.org/georss point>57.7 11.97",
		"http://purl.org/syndication/thread/1.0 total>3",
	}, said(r.Newsletter.Letters[0]))
	assert.Equal(t, []LeftOut{
		{"https://vendor.example/ns", "rating", intake.OfVocabulary, 2},
		{"", "ttl", intake.OfVocabulary, 1},
		{"https://podcastindex.org/namespace/1.0", "transcript@url", intake.OfAddress, 1}, // of the test's server, which is on this machine
	}, r.Partners[0].LeftOut)
	assert.Contains(t, r.Partners[0].String(), "Left out of letters: rating of https://vendor.example/ns, of a vocabulary that is not taken (2); ttl, ")
	report, err := json.Marshal(r.Partners[0])
	require.NoError(t, err)
	assert.Contains(t, string(report), `"leftOut":[{"namespace":"https://vendor.example/ns","name":"rating","reason":"of a vocabulary that is not taken","count":2}`)

	for _, format := range []feed.Format{feed.RSS, feed.Atom, feed.JSON} {
		var b bytes.Buffer
		require.NoError(t, feed.Write(&b, r.Newsletter, format))
		assert.Contains(t, b.String(), "57.7 11.97", format)
		assert.NotContains(t, b.String(), "rating", format)
	}

	before := r.Newsletter.Letters
	r = w.later()
	assert.Equal(t, before, r.Newsletter.Letters, "as they were remembered")
	assert.Zero(t, r.Partners[0].Changed)

	w.serve("alpha", post("1", "https://alpha.example/1", "A", 20, text("<p>x</p>"), `<thr:total>4</thr:total>`))
	w.declare("alpha")
	r = w.later()
	assert.Zero(t, r.Partners[0].Changed, "a number that counts comments is no news")
	assert.Contains(t, said(r.Newsletter.Letters[0])[0], "total>4", "and is the one of today")
	assert.Empty(t, r.Partners[0].LeftOut)
}

func TestVocabulariesThatNobodyKnows(t *testing.T) {
	err := Vocabularies{"itune"}.Validate()
	require.Error(t, err)
	assert.Contains(t, err.Error(), `"itune"`)
	w := newWorld(t)
	w.Vocabularies = Vocabularies{"itune"}
	_, err = w.tryRun()
	assert.ErrorContains(t, err, `"itune"`)
}
