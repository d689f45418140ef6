package podcast_test

import (
	"bytes"
	"encoding/xml"
	"net/url"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/parse/letters"
)

// What Apple reads, by encoding/xml alone.
type appleFeed struct {
	Version string `xml:"version,attr"`
	Channel struct {
		Title       string   `xml:"title"`
		Description string   `xml:"description"`
		Links       []string `xml:"link"` // Atom's have no text
		Language    string   `xml:"language"`
		Image       struct {
			Href string `xml:"href,attr"`
		} `xml:"http://www.itunes.com/dtds/podcast-1.0.dtd image"`
		Categories []struct {
			Text string `xml:"text,attr"`
		} `xml:"http://www.itunes.com/dtds/podcast-1.0.dtd category"`
		Explicit string `xml:"http://www.itunes.com/dtds/podcast-1.0.dtd explicit"`
		Author   string `xml:"http://www.itunes.com/dtds/podcast-1.0.dtd author"`
		Owner    struct {
			Name  string `xml:"http://www.itunes.com/dtds/podcast-1.0.dtd name"`
			Email string `xml:"http://www.itunes.com/dtds/podcast-1.0.dtd email"`
		} `xml:"http://www.itunes.com/dtds/podcast-1.0.dtd owner"`
		Type  string      `xml:"http://www.itunes.com/dtds/podcast-1.0.dtd type"`
		Items []appleItem `xml:"item"`
	} `xml:"channel"`
}

type appleItem struct {
	Title     string `xml:"title"`
	Enclosure []struct {
		URL    string `xml:"url,attr"`
		Length string `xml:"length,attr"`
		Type   string `xml:"type,attr"`
	} `xml:"enclosure"`
	GUID        string `xml:"guid"`
	PubDate     string `xml:"pubDate"`
	Description string `xml:"description"`
	Duration    string `xml:"http://www.itunes.com/dtds/podcast-1.0.dtd duration"`
	Explicit    string `xml:"http://www.itunes.com/dtds/podcast-1.0.dtd explicit"`
	Episode     string `xml:"http://www.itunes.com/dtds/podcast-1.0.dtd episode"`
	EpisodeType string `xml:"http://www.itunes.com/dtds/podcast-1.0.dtd episodeType"`
}

// TestAppleTakesTheExample holds the feed of examples/podcast against Apple's published
// requirements ("A Podcaster's Guide to RSS", "Podcast RSS feed requirements").
func TestAppleTakesTheExample(t *testing.T) {
	folder, err := letters.ReadFolder(t.Context(), os.DirFS("../examples/podcast"))
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, feed.Write(&b, folder.Newsletter, feed.RSS))
	var f appleFeed
	require.NoError(t, xml.Unmarshal(b.Bytes(), &f))
	c := &f.Channel
	isASCII := func(s string) bool {
		return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
	}
	isHTTPS := func(s string) bool { u, err := url.Parse(s); return err == nil && u.Scheme == "https" && isASCII(s) }
	for requirement, is := range map[string]bool{
		"the feed is RSS 2.0": f.Version == "2.0",
		"a title":             c.Title != "",
		"a description of at most 4,000 characters": c.Description != "" && len([]rune(c.Description)) <= 4000,
		"a link":                   isHTTPS(c.Links[0]),
		"a language of ISO 639":    len(c.Language) >= 2 && c.Language == strings.ToLower(c.Language[:2])+c.Language[2:],
		"an image, in JPEG or PNG": isHTTPS(c.Image.Href) && slices.Contains([]string{".jpg", ".png"}, path.Ext(c.Image.Href)),
		"a category":               len(c.Categories) > 0 && c.Categories[0].Text == "Business",
		"whether it is explicit, as true or false": c.Explicit == "true" || c.Explicit == "false",
		"an author":                                  c.Author != "",
		"an owner with an e-mail address":            c.Owner.Name != "" && strings.Contains(c.Owner.Email, "@"),
		"a type, of a show that is not episodic":     c.Type == "serial",
		"episodes":                                   len(c.Items) == 2,
		"the document is UTF-8":                      strings.HasPrefix(b.String(), `<?xml version="1.0" encoding="UTF-8"?>`),
		"the namespace is declared as Apple does it": strings.Contains(b.String(), `xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"`),
	} {
		assert.True(t, is, requirement)
	}
	guids := map[string]bool{}
	for _, item := range c.Items {
		require.Len(t, item.Enclosure, 1, "one enclosure")
		e := item.Enclosure[0]
		length, err := strconv.ParseInt(e.Length, 10, 64)
		seconds, notSeconds := strconv.Atoi(item.Duration)
		for requirement, is := range map[string]bool{
			"a title":                               item.Title != "",
			"a file under https, named in ASCII":    isHTTPS(e.URL),
			"a file that ends as its type does":     path.Ext(e.URL) == ".mp3" && e.Type == "audio/mpeg",
			"the length of the file in bytes":       err == nil && length == 6269,
			"a GUID of its own":                     item.GUID != "" && !guids[item.GUID],
			"a date as RFC 2822 has it":             strings.HasSuffix(item.PubDate, " +0100"),
			"a description":                         item.Description != "",
			"a duration in seconds":                 notSeconds == nil && seconds == 2,
			"whether it is explicit":                item.Explicit == "false",
			"a number, but for a trailer":           item.Episode == "1" || item.EpisodeType == "trailer" && item.Episode == "",
			"a type, of what is not a full episode": item.EpisodeType == "" || item.EpisodeType == "trailer",
		} {
			assert.True(t, is, "%s: %s", item.Title, requirement)
		}
		guids[item.GUID] = true
	}
}
