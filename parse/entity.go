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
