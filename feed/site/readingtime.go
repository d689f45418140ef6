package site

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/automationregion/newsletter/internal/text"
)

// wordsAMinute is how fast people read the languages that it was measured for
// (Trauzettel-Klosinski and Dietz, "Standardized Assessment of Reading Performance:
// The New International Reading Speed Texts IReST", 2012).
var wordsAMinute = map[string]float64{
	"ar": 138, "de": 179, "en": 228, "es": 218, "fi": 161, "fr": 195, "he": 187, "it": 188, "nl": 202,
	"pl": 166, "pt": 181, "ru": 184, "sl": 180, "sv": 199, "tr": 166,
}

// The same for other languages, and for scripts that put no space between words.
const (
	anyWords        = 184 // words a minute, the mean of all
	anyCharacters   = 863
	chineseAMinute  = 255 // characters
	japaneseAMinute = 357
)

// minutes returns how long it takes to read a text in a language: to the nearest
// minute, 0 for less than half of one. What has no spaces between words counts by its
// characters, whatever the language.
func minutes(text, tag string) int {
	words, ideographs, letters := countWords(text)
	language, _, _ := strings.Cut(strings.ToLower(tag), "-")
	speed, ok := wordsAMinute[language]
	if !ok {
		speed = anyWords
	}
	characters := float64(chineseAMinute)
	if language == "ja" {
		characters = japaneseAMinute
	}
	return int(math.Round(float64(words)/speed + float64(ideographs)/characters + float64(letters)/anyCharacters))
}

// countWords counts the words of a text on one line, those of scripts without spaces left out, and
// of the latter the characters that are Chinese or Japanese, and the letters.
func countWords(s string) (words, ideographs, letters int) {
	counted := false // the word that goes on
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf { // nearly all
			i++
			switch {
			case c == ' ':
				counted = false
			case !counted && text.IsAlnum(c):
				words++
				counted = true
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r >= firstUnspaced && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			ideographs++
			counted = false
		case r >= firstUnspaced && unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			if unicode.IsLetter(r) {
				letters++
			}
			counted = false
		case counted:
			counted = !unicode.IsSpace(r)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			words++
			counted = true
		}
	}
	return words, ideographs, letters
}

// firstUnspaced is the first character of Thai: none before it is of a script that has
// no spaces.
const firstUnspaced = 0x0E01
