package letters

import (
	"cmp"
	"path"
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// A letterName is what the name of a letter's file tells.
type letterName struct {
	Markdown bool
	Date     time.Time // that the name begins with, or its directory's
	Language string    // BCP 47 tag, of "name.sv.md"
	Draft    bool      // of "name.draft.txt"
	Slug     string
	Original string // directory and slug without the language: what translations share
}

// readLetterName reads a path such as "2021/2021-12-22-winter.sv.md". A letter
// in a file "index.md" has the name of its directory, and so has one in "letter.md" if
// that begins with a date. A name without a date has that of its directory.
func readLetterName(file string) letterName {
	var n letterName
	base := path.Base(file)
	ending := letterEnding(base)
	n.Markdown = ending == ".md" || ending == ".markdown"
	base, n.Draft = cutDraft(base[:len(base)-len(ending)])
	if i := strings.LastIndexByte(base, '.'); i > 0 {
		if tag, ok := nameLanguage(base[i+1:]); ok {
			n.Language, base = tag, base[:i]
		}
	}
	if !n.Draft {
		base, n.Draft = cutDraft(base)
	}
	directory := path.Dir(file)
	folderDate, _ := cutDate(path.Base(directory))
	isNamed := !strings.EqualFold(base, "index") && (folderDate.IsZero() || !strings.EqualFold(base, "letter"))
	if !isNamed && directory != "." && directory != "/" {
		base, directory = path.Base(directory), path.Dir(directory)
	}
	if n.Date, base = cutDate(base); n.Date.IsZero() {
		n.Date = folderDate
	}
	n.Original = directory + "/" + slugOf(base)
	if n.Language != "" {
		base += "-" + n.Language
	}
	n.Slug = slugOf(base)
	return n
}

// cutDate returns the date that a name begins with, and the name without it.
func cutDate(name string) (date time.Time, rest string) {
	if len(name) < len(time.DateOnly) {
		return date, name
	}
	date, err := time.Parse(time.DateOnly, name[:len(time.DateOnly)])
	if err != nil {
		return date, name
	}
	return date, cmp.Or(strings.TrimLeft(name[len(time.DateOnly):], "-_ "), name)
}

// hasDate says whether the name of a file or of its folder begins with a date.
func hasDate(file string) bool {
	own, _ := cutDate(path.Base(file))
	folder, _ := cutDate(path.Base(path.Dir(file)))
	return !own.IsZero() || !folder.IsZero()
}

// cutDraft takes the mark of a draft from a name, which plain text has no other place
// for. When it is taken out of the file's name the letter has the address that it had.
func cutDraft(base string) (rest string, isDraft bool) {
	const mark = ".draft"
	if end := len(base) - len(mark); end > 0 && strings.EqualFold(base[end:], mark) {
		return base[:end], true
	}
	return base, false
}

// letterEnding returns the end of a file's name if it is one of a letter.
func letterEnding(name string) string {
	switch ending := strings.ToLower(path.Ext(name)); ending {
	case ".txt", ".md", ".markdown":
		return ending
	}
	return ""
}

// nameTag is a language as file names have it: two letters, and perhaps a
// script or region. Longer codes are words in too many file names.
var nameTag = regexp.MustCompile(`^[A-Za-z]{2}(?:[-_][A-Za-z]{2,4})?$`)

func nameLanguage(s string) (string, bool) {
	if !nameTag.MatchString(s) {
		return "", false
	}
	tag, err := language.Parse(s)
	if err != nil {
		return "", false
	}
	return tag.String(), true
}
