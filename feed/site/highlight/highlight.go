// Package highlight colours code in the pages of package site. It stands apart
// because it knows some 300 languages, and a program that doesn't colour code
// need not carry them.
//
// It sets classes and no colours: site's stylesheet has these, for light and dark.
package highlight

import (
	"html"
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// maxCode is the size of code up to which it is coloured: it is read by regular
// expressions that may go back and forth.
const maxCode = 64 << 10

// languages holds what a language may be called: its name, another one, the ending or
// the name of its files. The registry tries all patterns of files for a name that it
// doesn't know, a millisecond for each piece of code: each is looked for once.
var languages = sync.OnceValue(func() map[string]func() chroma.Lexer {
	names := map[string]func() chroma.Lexer{}
	add := func(name string) {
		name = strings.ToLower(name)
		if names[name] == nil && !strings.ContainsAny(name, `*?[\`) {
			names[name] = sync.OnceValue(func() chroma.Lexer { return lexers.GlobalLexerRegistry.Get(name) })
		}
	}
	for _, lexer := range lexers.GlobalLexerRegistry.Lexers {
		c := lexer.Config()
		add(c.Name)
		for _, list := range [][]string{c.Aliases, c.Filenames, c.AliasFilenames} {
			for _, name := range list {
				add(strings.TrimPrefix(name, "*."))
			}
		}
	}
	return names
})

// HTML returns code of a language as HTML, in which span elements have the
// classes k (keyword), n (name that is declared or means something), s (string),
// m (number), c (comment), i (inserted) and d (deleted). The text is that of code,
// escaped. It is "" if the language isn't known, or code is longer than 64 KiB.
//
// The language is a name such as "go", "yaml" or "c++", in any case. HTML is for
// [site.Options], and may be used by several goroutines at once.
//
// [site.Options]: https://pkg.go.dev/github.com/automationregion/newsletter/feed/site#Options
func HTML(language, code string) string {
	if len(code) > maxCode {
		return ""
	}
	find := languages()[strings.ToLower(language)]
	if find == nil {
		return ""
	}
	lexer := find()
	if lexer == nil {
		return ""
	}
	tokens, err := lexer.Tokenise(&chroma.TokeniseOptions{State: "root"}, code)
	if err != nil {
		return ""
	}
	var b, text strings.Builder
	open := ""
	for token := tokens(); token != chroma.EOF; token = tokens() {
		if token.Value == "" {
			continue
		}
		if class := classOf(token.Type); class != open {
			if open != "" {
				b.WriteString("</span>")
			}
			if class != "" {
				b.WriteString(`<span class="` + class + `">`)
			}
			open = class
		}
		b.WriteString(html.EscapeString(token.Value))
		text.WriteString(token.Value)
	}
	if open != "" {
		b.WriteString("</span>")
	}
	if text.String() != code {
		return "" // a lexer that changes what it reads
	}
	return b.String()
}

// classOf returns the class of a token, or "" for what has the colour of text.
func classOf(t chroma.TokenType) string {
	switch {
	case t == chroma.GenericInserted:
		return "i"
	case t == chroma.GenericDeleted:
		return "d"
	case t == chroma.NameFunction, t == chroma.NameClass, t == chroma.NameTag, t == chroma.NameAttribute, t == chroma.NameDecorator, t == chroma.NameBuiltin, t == chroma.GenericHeading:
		return "n"
	case t.InCategory(chroma.Keyword):
		return "k"
	case t.InSubCategory(chroma.LiteralNumber):
		return "m"
	case t.InCategory(chroma.Literal):
		return "s"
	case t.InCategory(chroma.Comment):
		return "c"
	}
	return ""
}
