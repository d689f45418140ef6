package sameness

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"

	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/text"
)

// TextHash returns a hash to know a letter by when its ID and address have
// changed. It is empty if there are too few words to know it by.
func TextHash(title, summary, content string) string {
	text := Words(content)
	if len(text) < 100 {
		text = strings.Join([]string{text, Words(summary)}, " ")
	}
	if len(text) < 100 {
		return ""
	}
	return Hash(Title(title), text)
}

// Words returns the text of some HTML for comparing: letters that read the same
// have the same words, whatever spaces are between them.
func Words(content string) string { return foldSpace(html.Text(content)) }

// Title returns a title for comparing.
func Title(title string) string { return strings.ToLower(foldSpace(title)) }

// foldSpace makes each run of spaces of any kind one space.
func foldSpace(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r != ' ' && text.IsBlank(r) }) && !strings.Contains(s, "  ") {
		return strings.Trim(s, " ")
	}
	return strings.Join(strings.FieldsFunc(s, text.IsBlank), " ")
}

// Hash returns a short name for texts, each ended so that two never run
// together.
func Hash(texts ...string) string {
	h := sha256.New()
	var chunk [1 << 10]byte // so that no text is copied whole
	n := 0
	for _, t := range texts {
		for t != "" {
			if n == len(chunk) {
				h.Write(chunk[:])
				n = 0
			}
			c := copy(chunk[n:], t)
			n += c
			t = t[c:]
		}
		if n == len(chunk) {
			h.Write(chunk[:])
			n = 0
		}
		chunk[n] = 0
		n++
	}
	h.Write(chunk[:n])
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15])
}

// Number returns a number for a name, the same in every run, and 0 for none.
func Number(name string) uint64 {
	if name == "" {
		return 0
	}
	sum := sha256.Sum256([]byte(name))
	return max(binary.BigEndian.Uint64(sum[:]), 1)
}

// Names returns numbers for what a letter is known by, the same in every process: its
// ID, its address and its words, as TextHash has them; 0 stands for a name that it
// hasn't. Letters that share none are never the same letter, nor do they need another
// ID. So a store that has them in an index finds those that have to be compared.
func Names(id, url, text string) (byID, byPage, byWords uint64) {
	return Number(ID(id)), Number(URL(url)), Number(text)
}
