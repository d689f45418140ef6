package letters

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/internal/value"
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
var episodeRows = []settings.Row[*document]{
	{Names: "audio video", Read: func(d *document, v settings.Value) {
		before := d.Letter.Attachments
		d.Letter.Attachments = nil
		places := make(map[string]settings.Place)
		media := attachments(v, places)
		for i := range before { // they follow
			places[attachmentKey(len(media)+i)] = d.Stated[attachmentKey(i)]
		}
		for i := range len(media) + len(before) {
			d.Stated[attachmentKey(i)] = places[attachmentKey(i)]
		}
		d.Letter.Attachments = append(media, before...)
	}},
	ofEpisode("duration", func(d *document, e *podcast.Episode, v settings.Value) { e.Duration = v.Duration() }),
	ofEpisode("season", func(d *document, e *podcast.Episode, v settings.Value) {
		e.Season.Number = int(min(v.Number(), 1_000_000))
	}),
	ofEpisode("episode", func(d *document, e *podcast.Episode, v settings.Value) {
		e.Number.Value = float64(min(v.Number(), 1_000_000_000))
	}),
	ofEpisode("episode_type", func(d *document, e *podcast.Episode, v settings.Value) {
		e.Type = v.OneOf("full", "trailer", "bonus")
	}),
	ofEpisode("explicit", func(d *document, e *podcast.Episode, v settings.Value) { e.Explicit = explicit(v) }),
	ofEpisode("transcript transcripts", func(d *document, e *podcast.Episode, v settings.Value) {
		d.Stated[keyTranscript] = v.Place()
		v.Each(func(item settings.Value) {
			var t podcast.Transcript
			if item.Kind() != settings.Table {
				t.URL = item.Line()
			} else {
				settings.Read(&t, item, transcriptRows)
			}
			if t.URL == "" {
				item.Fault("expected the address of a file")
				return
			}
			e.Transcripts = append(e.Transcripts, t)
		})
	}),
	ofEpisode("chapters", func(d *document, e *podcast.Episode, v settings.Value) {
		d.Stated[keyChapters] = v.Place()
		if v.Kind() == settings.Text { // elsewhere it is a list of something else
			e.Chapters = podcast.Chapters{URL: v.Line(), Type: "application/json+chapters"}
		}
	}),
}

var transcriptRows = []settings.Row[*podcast.Transcript]{
	{Names: "url file src href", Read: func(t *podcast.Transcript, v settings.Value) { t.URL = v.Line() }},
	{Names: "type media_type mime_type", Read: func(t *podcast.Transcript, v settings.Value) { t.Type = v.MediaType() }},
	{Names: "language lang", Read: func(t *podcast.Transcript, v settings.Value) { t.Language = v.Language() }},
}

// ofEpisode is a key that is left alone in a letter without sound or film.
func ofEpisode(names string, read func(d *document, e *podcast.Episode, v settings.Value)) settings.Row[*document] {
	return settings.Row[*document]{Names: names, Read: func(d *document, v settings.Value) {
		if mediaOf(&d.Letter) == nil {
			return
		}
		e := podcast.EpisodeOf(&d.Letter)
		read(d, &e, v)
		e.Set(&d.Letter)
	}}
}

// mediaOf returns the first attachment that is heard or seen, or nil.
func mediaOf(l *newsletter.Letter) *newsletter.Attachment {
	for i := range l.Attachments {
		a := &l.Attachments[i]
		if t := cmp.Or(a.MediaType, value.MediaType(a.URL)); strings.HasPrefix(t, "audio/") || strings.HasPrefix(t, "video/") {
			return a
		}
	}
	return nil
}

func explicit(v settings.Value) podcast.Explicit {
	faults := v.Count()
	switch is := v.Truth(); {
	case v.Count() > faults:
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
	media := mediaOf(&d.Letter)
	if media == nil || !slices.ContainsFunc(episodeRows, func(row settings.Row[*document]) bool {
		first, _, _ := strings.Cut(row.Names, " ")
		return d.knows(settings.Plain(first))
	}) {
		return
	}
	e := podcast.EpisodeOf(&d.Letter)
	if e.Duration = cmp.Or(e.Duration, media.Duration); media.Duration == 0 {
		media.Duration = e.Duration.Round(time.Second)
	}
	for i := range e.Transcripts {
		t := &e.Transcripts[i]
		if end := strings.LastIndexByte(t.URL, '.'); t.Type == "" && end >= 0 {
			t.Type = transcriptTypes[strings.ToLower(t.URL[end:])]
		}
		if t.Type == "" {
			d.AddAs(ruleAddress, d.at(keyTranscript), "transcript %q: expected a type such as text/vtt, as its name tells none", t.URL)
		}
		t.Captions = t.Type == "text/vtt" || t.Type == "application/x-subrip"
		t.URL = d.address("transcript", t.URL, d.at(keyTranscript), resolve).URL
	}
	if e.Chapters.URL != "" {
		e.Chapters.URL = d.address("chapters", e.Chapters.URL, d.at(keyChapters), resolve).URL
	}
	e.Set(&d.Letter)
}
