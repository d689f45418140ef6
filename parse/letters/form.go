package letters

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/automationregion/newsletter/internal/charset"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/value"
	"github.com/automationregion/newsletter/parse"
)

// otherTexts are the stems of files that folders have beside their letters.
var otherTexts = []string{"readme", "license", "licence", "copying"}

// isLetterName says whether the file at a path may be a letter.
func isLetterName(name string) bool {
	if strings.HasPrefix(name, "_") || strings.Contains(name, "/_") || strings.HasPrefix(name, staticFolder) || strings.HasPrefix(name, LayoutsFolder+"/") {
		return false
	}
	base := strings.ToLower(path.Base(name))
	stem, _, _ := strings.Cut(base, ".")
	for _, other := range otherTexts {
		if stem == other {
			return false
		}
	}
	return letterEnding(base) != "" && base != "robots.txt"
}

// maxHead is how much of a text has to show that it is a letter.
const maxHead = 4 << 10

// headOf reads the start of a file, and returns a reader of the whole.
func headOf(file io.Reader) ([]byte, io.Reader) {
	head := make([]byte, maxHead)
	n, _ := io.ReadFull(file, head) // an error comes again
	return head[:n], io.MultiReader(bytes.NewReader(head[:n]), file)
}

// looksLikeLetter says whether a text that has no date in its name begins as letters do:
// with front matter, or with a byline as the second paragraph. What is wrong in either,
// and with its encoding, is a fault of the letter.
func looksLikeLetter(head []byte) bool {
	r, err := charset.NewReader(bytes.NewReader(head), "")
	if err != nil {
		return false
	}
	decoded, err := io.ReadAll(r)
	if err != nil {
		return false
	}
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(string(decoded), "\uFEFF"))
	if delimiter, _, _, _ := cutFrontMatter(text); delimiter != "" {
		return true
	}
	_, end := paragraph(text, 0)
	second, _ := paragraph(text, end)
	return looksLikeByline(second)
}

// maxByline is how long a paragraph may be that is meant as a byline.
const maxByline = 500

// looksLikeByline says whether a paragraph is meant as a byline, be it a wrong one.
func looksLikeByline(paragraph string) bool {
	if paragraph == "" || len(paragraph) > maxByline {
		return false
	}
	line, _ := withoutItalics(paragraph)
	fields := bylineFields(line)
	if len(fields) > 1 || isSigned(line) {
		return true
	}
	_, _, ok := dates.ParseLetter(fields[0].text)
	return ok
}

// mayBeByline says whether a paragraph that is none may have been meant as one: a line
// that is no sentence, of names or with a number.
func mayBeByline(paragraph string) bool {
	line := strings.TrimSpace(paragraph)
	if line == "" || len(line) > 100 || strings.Contains(line, "\n") || strings.ContainsAny(line[len(line)-1:], ".,:;!?)") {
		return false
	}
	words := strings.Fields(line)
	return strings.ContainsAny(line, "0123456789") || len(words) > 1 && !slices.ContainsFunc(words, func(word string) bool {
		first, _ := utf8.DecodeRuneInString(word)
		return !unicode.IsUpper(first)
	})
}

// foreignFiles are the endings of files that are never published for what they are, and
// what to do with them.
var foreignFiles = map[string]string{
	".docx": saveAsText, ".doc": saveAsText, ".odt": saveAsText, ".rtf": saveAsText, ".pages": saveAsText,
	".eml": saveAsText, ".msg": saveAsText, ".mbox": saveAsText, ".html": saveAsText, ".htm": saveAsText,
	".heic": saveAsPicture, ".heif": saveAsPicture, ".tif": saveAsPicture, ".tiff": saveAsPicture, ".bmp": saveAsPicture, ".psd": saveAsPicture,
}

const (
	saveAsText    = `no letter is made of it: save its text in a file that ends in .md or .txt; link to it, or put it into static/, to publish it as it is; otherwise put "_" before its name`
	saveAsPicture = "browsers don't show pictures of this kind: save it as JPEG or PNG"
)

// maxPicture is how large a picture may be that nobody remarks on.
const maxPicture = 2 << 20

// remarkFiles remarks on files that are no letters and will be missed, or waited for.
func (r *folderReader) remarkFiles() {
	if r.opts.Remark == nil {
		return
	}
	say := func(rule, file, message string) {
		r.opts.Remark(&parse.Error{File: file, Rule: rule, Message: message})
	}
	if _, both := r.files[otherConfigFile]; both {
		say(ruleForeignFile, otherConfigFile, "it is not read, as there is "+ConfigFile+" too: expected one of the two")
	}
	for _, file := range r.folder.Others {
		if _, used := r.assets[file]; !used {
			r.remarkOther(file)
		}
	}
	var foreign []string
	for name := range r.files {
		what := foreignFiles[strings.ToLower(path.Ext(name))]
		_, used := r.assets[name]
		switch {
		case what == "", used && (what != saveAsPicture || strings.HasPrefix(name, staticFolder)):
		case strings.HasPrefix(name, "_"), strings.Contains(name, "/_"), strings.HasPrefix(name, LayoutsFolder+"/"), r.isIgnored(r.files[name], false):
		default:
			foreign = append(foreign, name)
		}
	}
	slices.Sort(foreign)
	for _, name := range foreign {
		say(ruleForeignFile, name, foreignFiles[strings.ToLower(path.Ext(name))])
	}
	for _, name := range slices.Sorted(maps.Keys(r.assets)) {
		if !strings.HasPrefix(value.MediaType(name), "image/") {
			continue
		}
		if info, err := fs.Stat(r.fsys, r.assets[name].File); err == nil && info.Size() > maxPicture {
			say(rulePictureSize, name, fmt.Sprintf("the picture has %.1f MB: make it smaller, 2,000 pixels are as wide as a page shows", float64(info.Size())/(1<<20)))
		}
	}
}

// remarkOther remarks on a text that is passed over.
func (r *folderReader) remarkOther(file string) {
	r.opts.Remark(&parse.Error{
		File: file, Rule: rulePassedOver,
		Message: `this is taken for no letter, and passed over: to publish it, begin its name with a date, such as 2026-01-31-` + path.Base(file) + `, or its text with front matter; otherwise put "_" before its name`,
	})
}
