package letters_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/parse/letters"
	"github.com/automationregion/newsletter/podcast"
)

func pictureOf(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.White})))
	return b.Bytes()
}

const (
	showYAML  = "title: T\nurl: https://example.org/t/\nlanguage: sv\ndescription: D\nauthors: [{name: Ann, email: ann@example.org}]\n"
	anEpisode = "---\ntitle: One\ndate: 2026-01-01\naudio: 1.mp3\nduration: 1:02\nseason: 2\nepisode: 3\nepisode_type: bonus\nexplicit: yes\n" +
		"transcript: [1.vtt, {file: 1.srt, language: sv}]\nchapters: 1.json\nattachments: [notes.pdf]\n---\nText.\n"
)

func TestPodcast(t *testing.T) {
	folder := fstest.MapFS{
		"newsletter.yaml": {Data: []byte(showYAML + "podcast:\n  image: c.png\n  categories: [{Business: [Careers, Management]}, Government]\n  explicit: false\n  type: episodic\n" +
			"  guid: 917393e3-1b1e-5cef-ace4-edaa54e1f810\n  locked: yes\n  funding: [https://example.org/give, {url: https://example.org/more, text: More}]\n")},
		"c.png": {Data: pictureOf(t, 1400, 1400)}, "1.mp3": {Data: make([]byte, 99)}, "1.vtt": {}, "1.srt": {}, "1.json": {}, "notes.pdf": {Data: []byte("x")},
		"one.md": {Data: []byte(anEpisode)},
		"two.md": {Data: []byte("---\ntitle: Two\ndate: 2025-01-01\nseason: spring\nexplicit: perhaps\nchapters: [1, 2]\n---\nThese are other software's keys.")},
	}
	cache := new(letters.Cache)
	for range 2 {
		f, err := letters.ReadFolder(t.Context(), folder, letters.Options{Cache: cache})
		require.NoError(t, err)
		assert.Equal(t, podcast.Show{
			Author: "Ann", Owner: podcast.Owner{Name: "Ann", Email: "ann@example.org"}, Image: "https://example.org/t/c.png",
			Categories: []podcast.Category{{Name: "Business", Within: []string{"Careers", "Management"}}, {Name: "Government"}}, Explicit: podcast.NotExplicit, Type: "episodic",
			GUID: "917393e3-1b1e-5cef-ace4-edaa54e1f810", Locked: podcast.Locked{Value: "yes", Owner: "ann@example.org"},
			Funding: []podcast.Funding{{URL: "https://example.org/give"}, {URL: "https://example.org/more", Text: "More"}},
		}, podcast.ShowOf(f.Newsletter))
		one := f.Newsletter.Letters[0]
		assert.Equal(t, podcast.Episode{
			Duration: 62 * time.Second, Season: podcast.Season{Number: 2}, Number: podcast.Number{Value: 3}, Type: "bonus", Explicit: podcast.IsExplicit,
			Transcripts: []podcast.Transcript{
				{URL: "https://example.org/t/1.vtt", Type: "text/vtt", Captions: true},
				{URL: "https://example.org/t/1.srt", Type: "application/x-subrip", Language: "sv", Captions: true},
			},
			Chapters: podcast.Chapters{URL: "https://example.org/t/1.json", Type: "application/json+chapters"},
		}, podcast.EpisodeOf(one))
		assert.Equal(t, []newsletter.Attachment{
			{URL: "https://example.org/t/1.mp3", MediaType: "audio/mpeg", Length: 99, Duration: 62 * time.Second},
			{URL: "https://example.org/t/notes.pdf", MediaType: "application/pdf", Length: 1},
		}, one.Attachments)
		assert.Empty(t, f.Newsletter.Letters[1].Extensions)
		assert.Len(t, f.Assets, 6)

		data, err := cache.MarshalBinary()
		require.NoError(t, err)
		cache = new(letters.Cache)
		require.NoError(t, cache.UnmarshalBinary(data))
	}
}

func TestPodcastFaults(t *testing.T) {
	for name, test := range map[string]struct{ podcast, letter, want string }{
		"nothing that Apple requires": {
			"podcast: {title: P}", "",
			"newsletter.yaml:6:10: podcast: expected an image, here or the newsletter's: a square JPEG or PNG of 1400 to 3000 pixels, which Apple requires of a podcast\n" +
				"newsletter.yaml:6:10: podcast: expected categories, such as Business, or {Business: [Careers]}, which Apple requires of a podcast\n" +
				"newsletter.yaml:6:10: podcast: expected explicit: true or false, which Apple requires of a podcast",
		},
		"a small picture": {
			"podcast:\n  image: c.png\n  category: Government\n  explicit: false", "",
			"newsletter.yaml:7:10: podcast: image: expected a square JPEG or PNG of 1400 to 3000 pixels, which Apple requires of a podcast, found 64 × 32",
		},
		"a picture that isn't there": {
			"podcast:\n  image: d.png\n  category: Government\n  explicit: false", "",
			`newsletter.yaml:7:10: podcast: image "d.png": there is no such file: expected d.png in the folder`,
		},
		"a category within one that has none": {
			"podcast:\n  image: https://example.org/c.png\n  category: {Government: [Local]}\n  explicit: false", "",
			`newsletter.yaml:8:27: category: expected nothing within it, found "Local"`,
		},
		"a word that isn't one": {
			"podcast:\n  image: https://example.org/c.png\n  category: Government\n  explicit: false\n  type: weekly", "",
			`newsletter.yaml:10:9: type: expected episodic or serial, found "weekly"`,
		},
		"an unknown key": {
			"podcast:\n  image: https://example.org/c.png\n  category: Government\n  explicit: false\n  tipe: serial", "",
			`newsletter.yaml:10:3: unknown key "tipe": did you mean "type"?`,
		},
		"sound that isn't there": {"", "audio: 2.mp3", `one.md:4:8: attachment "2.mp3": there is no such file: expected 2.mp3 in the folder`},
		"sound of no file":       {"", "audio: true", "one.md:4:8: audio: expected a text, found true or false\none.md:4:8: audio: expected the address of a file"},
		"a season of words":      {"", "audio: 1.mp3\nseason: spring", `one.md:5:9: season: expected a whole number, found "spring"`},
		"a transcript of no type": {
			"", "audio: 1.mp3\ntranscript: c.png",
			`one.md:5:13: transcript "c.png": expected a type such as text/vtt, as its name tells none`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := letters.ReadFolder(t.Context(), fstest.MapFS{
				"newsletter.yaml": {Data: []byte(showYAML + test.podcast)}, "c.png": {Data: pictureOf(t, 64, 32)}, "1.mp3": {},
				"one.md": {Data: []byte("---\ntitle: One\ndate: 2026-01-01\n" + test.letter + "\n---\nText.")},
			})
			assert.EqualError(t, err, test.want)
		})
	}
}

func TestSourceMarkdown(t *testing.T) {
	folder := fstest.MapFS{
		"newsletter.yaml": {Data: []byte(showYAML + "markdown: true\n")},
		"one.md":          {Data: []byte("---\ntitle: One\ndate: 2026-01-01\n---\n\n*Text* & [more](a/)\n\n- b\n")},
		"two.txt":         {Data: []byte("Two\n\nAnn · 2025-01-01\n\nPlain *text*.\n")},
	}
	cache := new(letters.Cache)
	for range 2 {
		f, err := letters.ReadFolder(t.Context(), folder, letters.Options{Cache: cache})
		require.NoError(t, err)
		assert.Equal(t, []newsletter.Extension{
			{Namespace: "http://source.scripting.com/", Prefix: "source", Name: "markdown", Text: "*Text* & [more](a/)\n\n- b"},
		}, f.Newsletter.Letters[0].Extensions.Elements)
		assert.Empty(t, f.Newsletter.Letters[1].Extensions)
	}
}

// A picture of the folder has its width and height, so that the page stays where it is
// when it comes.
func TestPicturesHaveTheirSize(t *testing.T) {
	folder := fstest.MapFS{
		"newsletter.yaml": {Data: []byte(showYAML)},
		"a.png":           {Data: pictureOf(t, 64, 32)}, "b.png": {Data: []byte("none")},
		"one.md": {Data: []byte("---\ntitle: One\ndate: 2026-01-01\n---\n![a](a.png)\n\n![b](b.png)\n\n![c](https://other.example/c.png)")},
	}
	cache := new(letters.Cache)
	for range 2 {
		f, err := letters.ReadFolder(t.Context(), folder, letters.Options{Cache: cache})
		require.NoError(t, err)
		content := f.Newsletter.Letters[0].Content
		assert.Contains(t, content, `<img src="https://example.org/t/a.png" alt="a" width="64" height="32"`)
		assert.Contains(t, content, `<img src="https://example.org/t/b.png" alt="b"`)
		assert.Equal(t, 1, bytes.Count([]byte(content), []byte("width=")))
		folder["a.png"].Data = pictureOf(t, 64, 32)
	}
	folder["a.png"] = &fstest.MapFile{Data: pictureOf(t, 10, 20)}
	f, err := letters.ReadFolder(t.Context(), folder, letters.Options{Cache: cache})
	require.NoError(t, err)
	assert.Contains(t, f.Newsletter.Letters[0].Content, `width="10" height="20"`, "a picture that changed has its new size")
}
