package check

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What Apple and the podcast namespace ask for counts in podcasts alone, wherever in
// them it stands.
func TestPodcasts(t *testing.T) {
	const show = `<itunes:image href="https://example.org/a.jpg"/>`
	const enclosure = `<enclosure url="https://example.org/1.mp3" length="6269" type="audio/mpeg"/>`
	item := func(s string) string { return "<item><title>June</title>" + s + "</item>" }
	bytes := func(n int) string { return "<description>" + strings.Repeat("é", n/2) + "</description>" }
	for name, test := range map[string]struct {
		channel string
		want    []string
	}{
		"a podcast":                    {show + item(enclosure), nil},
		"no podcast":                   {"<podcast:guid>1</podcast:guid><podcast:locked>maybe</podcast:locked>" + item("<enclosure url='https://example.org/1.mp3' length='0' type='audio/mpeg'/>"+bytes(5000)), nil},
		"said of the show after it":    {"<podcast:guid>1</podcast:guid>" + item("") + show, []string{"itunes-enclosure-missing", "podcast-guid"}},
		"one episode among letters":    {item("") + item("<enclosure url='https://example.org/1.mp3' length='0' type='audio/mpeg'/><itunes:duration>60</itunes:duration>"), []string{"itunes-enclosure-empty", "itunes-image-missing"}},
		"a GIF":                        {`<itunes:image href="https://example.org/a.GIF?b=c.jpg#d"/>`, []string{"itunes-image-format"}},
		"a GIF in words":               {`<itunes:image href="https://example.org/gif?b=a.gif"/>`, nil},
		"a GIF of an episode":          {show + item(enclosure+`<itunes:image href="https://example.org/a.gif"/>`), []string{"itunes-image-format"}},
		"no title":                     {show + "<item><description>All about June</description>" + enclosure + "</item>", []string{"itunes-episode-title-missing"}},
		"a title for Apple":            {show + "<item><description>All about June</description><itunes:title>June</itunes:title>" + enclosure + "</item>", nil},
		"4,000 bytes of description":   {show + item(enclosure+bytes(4000)), nil},
		"4,002 bytes of description":   {show + item(enclosure+bytes(4002)), []string{"itunes-description-too-long"}},
		"a serial show":                {show + "<itunes:type>serial</itunes:type>" + item(enclosure+"<itunes:episode>1</itunes:episode>") + item(enclosure) + item(enclosure+"<itunes:episodeType>trailer</itunes:episodeType>"), []string{"itunes-episode-number-missing"}},
		"serial, said at the end":      {show + item(enclosure) + "<itunes:type>serial</itunes:type>", []string{"itunes-episode-number-missing"}},
		"an episodic show":             {show + "<itunes:type>episodic</itunes:type>" + item(enclosure), nil},
		"what Apple documents":         {show + "<itunes:title>June</itunes:title><itunes:complete>Yes</itunes:complete><itunes:applepodcastsverify>1</itunes:applepodcastsverify>", nil},
		"a live item":                  {show + `<podcast:liveItem status="live" start="2026-09-26T07:30:00.000-0600"><title>A</title><guid>1</guid>` + enclosure + "<itunes:image href='a.gif'/><image/></podcast:liveItem>", nil},
		"a list of music":              {show + "<podcast:medium>musicL</podcast:medium>", nil},
		"no list of mixed things":      {show + "<podcast:medium>mixedL</podcast:medium>", []string{"podcast-medium"}},
		"white space and an attribute": {show + "<podcast:locked owner='ann@example.org'>\n no\n</podcast:locked><podcast:guid>917393E3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>", nil},
		"numbers":                      {show + item(enclosure+"<podcast:season name='A'>2</podcast:season><podcast:episode display='B'>3.5</podcast:episode>"), nil},
		"no numbers":                   {show + item(enclosure+"<podcast:season>2.5</podcast:season><podcast:episode>Inf</podcast:episode>"), []string{"podcast-number", "podcast-number"}},
	} {
		t.Run(name, func(t *testing.T) {
			report, err := Document(strings.NewReader(inChannel.document(test.channel)))
			require.NoError(t, err)
			assert.Zero(t, report.Errors, "%v", rulesOf(report))
			var got []string
			for _, f := range report.Findings {
				if strings.HasPrefix(f.Rule, "podcast-") || strings.HasPrefix(f.Rule, "itunes-") && !slices.Contains([]string{"itunes-channel-incomplete", "itunes-owner-missing"}, f.Rule) {
					got = append(got, f.Rule)
				}
			}
			slices.Sort(got)
			assert.Equal(t, test.want, got)
		})
	}
	t.Run("Atom", func(t *testing.T) {
		entry := func(s string) string {
			return "<entry><title>June</title><id>https://example.org/june</id><updated>2026-06-12T09:00:01Z</updated><summary>All</summary><link href='https://example.org/june'/>" + s + "</entry>"
		}
		report, err := Document(strings.NewReader(inFeed.document(show + entry("<link rel='enclosure' href='https://example.org/1.mp3' length='0'/>") + entry(""))))
		require.NoError(t, err)
		assert.Contains(t, rulesOf(report), "itunes-enclosure-empty")
		assert.Contains(t, rulesOf(report), "itunes-enclosure-missing")
	})
}
