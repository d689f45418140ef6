package check

import (
	"regexp"
	"slices"
	"strings"
)

// harmlessStyles are what readers let through of a style.
var harmlessStyles = wordSet(`azimuth background background-color border border-bottom border-bottom-color border-bottom-style
 border-bottom-width border-collapse border-color border-left border-left-color border-left-style border-left-width border-right border-right-color
 border-right-style border-right-width border-spacing border-style border-top border-top-color border-top-style border-top-width border-width
 clear color cursor direction display elevation float font font-family font-size font-style font-variant font-weight height letter-spacing
 line-height list-style-type margin margin-bottom margin-left margin-right margin-top overflow padding padding-bottom padding-left padding-right
 padding-top pause pause-after pause-before pitch pitch-range richness speak speak-header speak-numeral speak-punctuation speech-rate stress
 text-align text-decoration text-indent unicode-bidi vertical-align voice-family volume white-space width`)

var harmlessWords = wordSet(` aqua auto black block blue bold both bottom brown center collapse dashed dotted fuchsia gray green !important italic left lime maroon
 medium none navy normal nowrap olive pointer purple red right solid silver teal top transparent underline white yellow `)

var (
	styleShape  = regexp.MustCompile(`^([:,;#%.\sa-zA-Z0-9!]|\w-\w|'[\s\w]+'|"[\s\w]+"|\([\d,\s]+\))*$`)
	styleRows   = regexp.MustCompile(`^(\s*[-\w]+\s*:\s*[^:;]*(;|$))*$`)
	styleRow    = regexp.MustCompile(`([-\w]+)\s*:\s*([^:;]*)`)
	styleNumber = regexp.MustCompile(`^(#[0-9a-f]+|rgb\(\d+%?,\d*%?,?\d*%?\)?|\d?\.?\d?\d(cm|em|ex|in|mm|pc|pt|px|%|,|\))?)$`)
)

// riskyStyle returns what readers take out of a style: all of it, or the
// properties and words of it that they don't know.
//
// Documents have the same few styles again and again: they are remembered.
func (c *checker) riskyStyle(style string) []string {
	if risky, ok := c.styles[style]; ok {
		return risky
	}
	risky := riskyStyle(style)
	if c.styles == nil {
		c.styles = map[string][]string{}
	}
	if len(c.styles) < 1024 && len(style) < 1024 {
		c.styles[strings.Clone(style)] = risky
	}
	return risky
}

func riskyStyle(style string) []string {
	if len(style) > 4096 || !styleShape.MatchString(style) || !styleRows.MatchString(style) {
		return []string{style}
	}
	var risky []string
	add := func(s string) {
		if !slices.Contains(risky, s) {
			risky = append(risky, s)
		}
	}
	for _, row := range styleRow.FindAllStringSubmatch(strings.ToLower(style), -1) {
		property, words := row[1], row[2]
		if !harmlessStyles.has(property) {
			add(property)
			continue
		}
		switch first, _, _ := strings.Cut(property, "-"); first {
		case "background", "border", "margin", "padding":
			for _, word := range strings.Fields(words) {
				if !harmlessWords.has(word) && !styleNumber.MatchString(word) {
					add(word)
				}
			}
		}
	}
	return risky
}
