package letters

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/podcast"
)

// A letter with sound or film is an episode of a podcast. Its keys are read of such a
// letter alone: elsewhere they are other software's.

const (
	keyTranscript = "transcript"
	keyChapters   = "chapters"
)

// episodeRows are the keys of an episode, after those of all letters: sound and film
// come first.
var episodeRows = []row[*document]{
	{[]string{"audio", "video"}, func(d *document, r valueReader, key string, s *setting) {
		before := d.letter.Attachments
		d.letter.Attachments = nil
		places := make(map[string]place)
		media := r.attachments(key, s, places)
		for i := range before { // they follow
			places[attachmentKey(len(media)+i)] = d.stated[attachmentKey(i)]
		}
		for i := range len(media) + len(before) {
			d.stated[attachmentKey(i)] = places[attachmentKey(i)]
		}
		d.letter.Attachments = append(media, before...)
	}},
	ofEpisode([]string{"duration"}, func(d *document, e *podcast.Episode, r valueReader, key string, s *setting) {
		e.Duration = r.duration(key, s)
	}),
	ofEpisode([]string{"season"}, func(d *document, e *podcast.Episode, r valueReader, key string, s *setting) {
		e.Season.Number = int(min(r.number(key, s), 1_000_000))
	}),
	ofEpisode([]string{"episode"}, func(d *document, e *podcast.Episode, r valueReader, key string, s *setting) {
		e.Number.Value = float64(min(r.number(key, s), 1_000_000_000))
	}),
	ofEpisode([]string{"episode_type"}, func(d *document, e *podcast.Episode, r valueReader, key string, s *setting) {
		e.Type = r.oneOf(key, s, "full", "trailer", "bonus")
	}),
	ofEpisode([]string{"explicit"}, func(d *document, e *podcast.Episode, r valueReader, key string, s *setting) {
		e.Explicit = r.explicit(key, s)
	}),
	ofEpisode([]string{"transcript", "transcripts"}, func(d *document, e *podcast.Episode, r valueReader, key string, s *setting) {
		d.stated[keyTranscript] = s.place
		r.each(s, func(item *setting) {
			var t podcast.Transcript
			if item.kind != tableValue {
				t.URL = r.line(key, item)
			} else {
				readRows(&t, r, item, transcriptRows)
			}
			if t.URL == "" {
				r.add(item.place, "%s: expected the address of a file", key)
				return
			}
			e.Transcripts = append(e.Transcripts, t)
		})
	}),
	ofEpisode([]string{"chapters"}, func(d *document, e *podcast.Episode, r valueReader, key string, s *setting) {
		d.stated[keyChapters] = s.place
		if s.kind == textValue { // elsewhere it is a list of something else
			e.Chapters = podcast.Chapters{URL: r.line(key, s), Type: "application/json+chapters"}
		}
	}),
}

var transcriptRows = []row[*podcast.Transcript]{
	{[]string{"url", "file", "src", "href"}, func(t *podcast.Transcript, r valueReader, key string, s *setting) { t.URL = r.line(key, s) }},
	{[]string{"type", "media_type", "mime_type"}, func(t *podcast.Transcript, r valueReader, key string, s *setting) { t.Type = r.mediaType(key, s) }},
	{[]string{"language", "lang"}, func(t *podcast.Transcript, r valueReader, key string, s *setting) {
		t.Language = r.language(key, s)
	}},
}

// ofEpisode is a key that is left alone in a letter without sound or film.
func ofEpisode(names []string, read func(d *document, e *podcast.Episode, r valueReader, key string, s *setting)) row[*document] {
	return row[*document]{names, func(d *document, r valueReader, key string, s *setting) {
		if mediaOf(&d.letter) == nil {
			return
		}
		e := podcast.EpisodeOf(&d.letter)
		read(d, &e, r, key, s)
		e.Set(&d.letter)
	}}
}

// mediaOf returns the first attachment that is heard or seen, or nil.
func mediaOf(l *newsletter.Letter) *newsletter.Attachment {
	for i := range l.Attachments {
		a := &l.Attachments[i]
		if t := cmp.Or(a.MediaType, newsletter.MediaType(a.URL)); strings.HasPrefix(t, "audio/") || strings.HasPrefix(t, "video/") {
			return a
		}
	}
	return nil
}

// oneOf reads one of a few words.
func (r valueReader) oneOf(key string, s *setting, words ...string) string {
	text := strings.ToLower(r.line(key, s))
	for _, word := range words {
		if text == word {
			return word
		}
	}
	if s.kind == textValue {
		r.add(s.place, "%s: expected %s, found %q", key, alternatives(words), s.text)
	}
	return ""
}

// alternatives lists words: "a, b or c".
func alternatives(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

func (r valueReader) explicit(key string, s *setting) podcast.Explicit {
	faults := len(r.list)
	switch is := r.truth(key, s); {
	case len(r.list) > faults:
		return ""
	case is:
		return podcast.IsExplicit
	}
	return podcast.NotExplicit
}

// transcriptTypes are the media types of transcripts by the ends of their names.
var transcriptTypes = map[string]string{
	".vtt": "text/vtt", ".srt": "application/x-subrip", ".html": "text/html", ".htm": "text/html", ".txt": "text/plain", ".json": "application/json",
}

// finishEpisode makes the addresses of an episode absolute and tells how long it is.
func (d *document) finishEpisode(resolve resolveFunc) {
	media := mediaOf(&d.letter)
	if media == nil || !slices.ContainsFunc(episodeRows, func(row row[*document]) bool { return d.knows(plainKey(row.names[0])) }) {
		return
	}
	e := podcast.EpisodeOf(&d.letter)
	if e.Duration = cmp.Or(e.Duration, media.Duration); media.Duration == 0 {
		media.Duration = e.Duration.Round(time.Second)
	}
	for i := range e.Transcripts {
		t := &e.Transcripts[i]
		if end := strings.LastIndexByte(t.URL, '.'); t.Type == "" && end >= 0 {
			t.Type = transcriptTypes[strings.ToLower(t.URL[end:])]
		}
		if t.Type == "" {
			d.addAs(ruleAddress, d.at(keyTranscript), "transcript %q: expected a type such as text/vtt, as its name tells none", t.URL)
		}
		t.Captions = t.Type == "text/vtt" || t.Type == "application/x-subrip"
		t.URL = d.address("transcript", t.URL, d.at(keyTranscript), resolve).url
	}
	if e.Chapters.URL != "" {
		e.Chapters.URL = d.address("chapters", e.Chapters.URL, d.at(keyChapters), resolve).url
	}
	e.Set(&d.letter)
}
