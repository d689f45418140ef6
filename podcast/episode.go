package podcast

import (
	"strconv"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
)

// An Episode is what a letter says of itself as a part of a podcast, beside the fields
// of the letter. Apple requires of an episode the letter's title and its first
// attachment, with its length and its type.
type Episode struct {
	Title       string // without the number, where Apple is to show another one than the letter's
	Author      string
	Image       string        // URL
	Duration    time.Duration // whole seconds
	Season      Season
	Number      Number
	Type        string // "full", "trailer", "bonus", or empty
	Explicit    Explicit
	Subtitle    string
	Summary     string
	Block       bool // no directory is to have it
	Transcripts []Transcript
	Chapters    Chapters
	People      []Person
}

// A Season is the number of a season, and its name if it has one.
type Season struct {
	Number int // 0 is none
	Name   string
}

// A Number is the number of an episode: what players show, such as "Christmas
// special", and what they sort by.
type Number struct {
	Value   float64 // 0 is none
	Display string
}

// A Transcript is what is said, to be read or shown (podcast:transcript).
type Transcript struct {
	URL      string
	Type     string // media type: text/vtt, application/x-subrip, text/html, text/plain, application/json
	Language string
	Captions bool // it has times (rel="captions")
}

// Chapters are where the parts of an episode are told (podcast:chapters).
type Chapters struct{ URL, Type string }

// EpisodeOf returns what the letter says of itself as an episode.
func EpisodeOf(l *newsletter.Letter) Episode { return read(episodeElements, l.Extensions.Elements) }

// Set writes the episode into the letter, and removes what an Episode could state and
// this one doesn't. What the letter states already stays as it is written; other
// extensions stay.
func (e Episode) Set(l *newsletter.Letter) {
	l.Extensions.Elements = set(episodeElements, l.Extensions.Elements, &e)
}

var episodeElements = []element[Episode]{
	text(namespaceITunes, "title", func(e *Episode) *string { return &e.Title }),
	text(namespaceITunes, "author", func(e *Episode) *string { return &e.Author }),
	image(func(e *Episode) *string { return &e.Image }),
	{namespaceITunes, "duration", readDuration, writeDuration},
	{
		namespaceITunes, "season",
		func(to *Episode, e *newsletter.Extension) { firstNumber(&to.Season.Number, textOf(e)) },
		func(from *Episode) []newsletter.Extension { return texts(whole(from.Season.Number)) },
	},
	{namespacePodcast, "season", readSeason, writeSeason},
	{
		namespaceITunes, "episode",
		func(to *Episode, e *newsletter.Extension) {
			if f, err := strconv.ParseFloat(textOf(e), 64); err == nil && f > 0 && to.Number.Value == 0 {
				to.Number.Value = f
			}
		},
		func(from *Episode) []newsletter.Extension {
			if v := from.Number.Value; v != float64(int64(v)) {
				return nil // iTunes has whole numbers
			}
			return texts(number(from.Number.Value))
		},
	},
	{namespacePodcast, "episode", readNumber, writeNumber},
	text(namespaceITunes, "episodeType", func(e *Episode) *string { return &e.Type }),
	explicit(func(e *Episode) *Explicit { return &e.Explicit }),
	text(namespaceITunes, "subtitle", func(e *Episode) *string { return &e.Subtitle }),
	text(namespaceITunes, "summary", func(e *Episode) *string { return &e.Summary }),
	yes("block", func(e *Episode) *bool { return &e.Block }),
	{
		namespacePodcast, "transcript",
		func(to *Episode, e *newsletter.Extension) {
			to.Transcripts = append(to.Transcripts, Transcript{
				URL: e.Attr("", "url"), Type: e.Attr("", "type"), Language: e.Attr("", "language"), Captions: e.Attr("", "rel") == "captions",
			})
		},
		func(from *Episode) (list []newsletter.Extension) {
			for _, t := range from.Transcripts {
				rel := ""
				if t.Captions {
					rel = "captions"
				}
				list = append(list, attrs("", "url", t.URL, "type", t.Type, "language", t.Language, "rel", rel)...)
			}
			return list
		},
	},
	{
		namespacePodcast, "chapters",
		func(to *Episode, e *newsletter.Extension) {
			if to.Chapters == (Chapters{}) {
				to.Chapters = Chapters{e.Attr("", "url"), e.Attr("", "type")}
			}
		},
		func(from *Episode) []newsletter.Extension {
			return attrs("", "url", from.Chapters.URL, "type", from.Chapters.Type)
		},
	},
	people(func(e *Episode) *[]Person { return &e.People }),
}

// readDuration reads seconds, or hours, minutes and seconds with colons.
func readDuration(to *Episode, e *newsletter.Extension) {
	if to.Duration != 0 {
		return
	}
	total := 0.0
	parts := strings.Split(textOf(e), ":")
	for _, part := range parts {
		n, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(n >= 0) || n > 1e8 || len(parts) > 3 {
			return
		}
		total = total*60 + n
	}
	to.Duration = time.Duration(total+0.5) * time.Second
}

func writeDuration(from *Episode) []newsletter.Extension {
	if from.Duration <= 0 {
		return nil
	}
	return texts(strconv.FormatInt(int64(from.Duration.Round(time.Second)/time.Second), 10))
}

func readSeason(to *Episode, e *newsletter.Extension) {
	firstNumber(&to.Season.Number, textOf(e))
	first(&to.Season.Name, e.Attr("", "name"))
}

func writeSeason(from *Episode) []newsletter.Extension {
	if from.Season.Name == "" {
		return nil // iTunes' says all
	}
	return attrs(whole(from.Season.Number), "name", from.Season.Name)
}

func readNumber(to *Episode, e *newsletter.Extension) {
	if f, err := strconv.ParseFloat(textOf(e), 64); err == nil && f > 0 && to.Number.Value == 0 {
		to.Number.Value = f
	}
	first(&to.Number.Display, e.Attr("", "display"))
}

func writeNumber(from *Episode) []newsletter.Extension {
	if v := from.Number.Value; from.Number.Display == "" && v == float64(int64(v)) {
		return nil // iTunes' says all
	}
	return attrs(number(from.Number.Value), "display", from.Number.Display)
}

func firstNumber(field *int, s string) {
	if n, err := strconv.Atoi(s); err == nil && n > 0 && *field == 0 {
		*field = n
	}
}

func whole(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func number(f float64) string {
	if !(f > 0) {
		return ""
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
