package xmltoken

import (
	"html"

	"github.com/automationregion/newsletter/internal/text"
)

// HTMLEntity returns the text that a named HTML entity stands for, such as "å"
// for "aring".
func HTMLEntity(name string) (string, bool) {
	if name == "" || len(name) > 32 {
		return "", false
	}
	for i := range len(name) {
		if !text.IsAlnum(name[i]) {
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
