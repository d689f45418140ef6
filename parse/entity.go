package parse

import "html"

// htmlEntity returns the text that a named HTML entity stands for, such as "å"
// for "aring".
func htmlEntity(name string) (string, bool) {
	if name == "" || len(name) > 32 {
		return "", false
	}
	for i := range len(name) {
		if !isAlnum(name[i]) {
			return "", false
		}
	}
	ref := "&" + name + ";"
	text := html.UnescapeString(ref)
	// A name that isn't known may begin with one that is: "notit" stays.
	if text == ref || text[len(text)-1] == ';' && name != "semi" {
		return "", false
	}
	return text, true
}

// windows1252 has the characters that bytes 0x80 to 0x9F are in windows-1252.
// Where Unicode has control characters nobody means those.
var windows1252 = [32]rune{
	'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8d, 'Ž', 0x8f,
	0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9d, 'ž', 'Ÿ',
}
