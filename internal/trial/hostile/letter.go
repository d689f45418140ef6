package hostile

import (
	"fmt"
	"strings"
)

// A Letter is a hostile letter document. Package parse/letters has many more.
type Letter struct {
	Name string // of the case
	File string
	Text string
}

// letter is a letter of Markdown full of s, as long as a letter may be.
func letter(name, s string) Letter {
	return Letter{name, "2026-11-01-x.md", "# X\n\n" + strings.Repeat(s, small/len(s))}
}

// codes returns n pieces of code, each in a language of its own.
func codes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "```l%05d\na\n```\n", i)
	}
	return b.String()
}

// Letters are hostile letters.
var Letters = []Letter{
	letter("emphasis", "*a_"),
	letter("brackets", "[a] "),
	letter("quotations", ">"),
	letter("links", "[a](https://x.example/) "),
	{"a table of 300 columns", "2026-11-01-x.md", "# X\n\n" + strings.Repeat("|a", 300) + "|\n" + strings.Repeat("|-", 300) + "|\n" + strings.Repeat("|\n", 80_000)},
	letter("HTML", "<div><b a=1>"),
	letter("addresses of mail", "a@b.cc "),
	{"addresses of mail, as many as may be", "2026-11-01-x.md", "# X\n\n" + strings.Repeat("a@b.cc ", 40_000)},
	{"signs to escape, as many as may be", "2026-11-01-x.md", "# X\n\n" + strings.Repeat(`"a" `, 100_000)},
	letter("blocks of code", "```go\nfunc a(){}\n```\n"),
	{"blocks of code, as many as may be", "2026-11-01-x.md", "# X\n\n" + strings.Repeat("```go\nfunc a(){}\n```\n", 22_000)},
	{"code in languages that nobody knows", "2026-11-01-x.md", "# X\n\n" + codes(small/16)},
	{"front matter of aliases", "2026-11-01-x.md", "---\ntitle: X\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n---\nText\n"},
	{"front matter within itself", "2026-11-01-x.md", "---\ntitle: X\na: " + strings.Repeat("[", small) + "\n---\nText\n"},
	{"front matter of keys", "2026-11-01-x.md", "---\ntitle: X\n" + strings.Repeat("key: x\n", small/7) + "---\nText\n"},
	{"plain text of lines", "2026-11-01-x.txt", "X\n\n" + strings.Repeat("a\n", small/2)},
	{"plain text of addresses", "2026-11-01-x.txt", "X\n\n" + strings.Repeat("https://x.example/ ", small/19)},
}

// setting is a newsletter.yaml of lines, as long as it may be.
func setting(name, head, line string) Letter {
	var b strings.Builder
	b.WriteString("title: X\nurl: https://x.example/\nlanguage: en\n" + head)
	for i := 0; b.Len()+len(line) < small; i++ {
		b.WriteString(strings.ReplaceAll(line, "#", fmt.Sprint(i)))
	}
	return Letter{name, "newsletter.yaml", b.String()}
}

// Settings are hostile files of settings.
var Settings = []Letter{
	setting("keys that nobody knows", "", "k#: 1\n"),
	setting("authors", "authors:\n", "- a#\n"),
	setting("categories", "categories:\n", "- a#\n"),
	setting("hubs", "hubs:\n", "- https://h#.example/\n"),
	setting("a menu", "menu:\n", "- {title: a#, url: b#}\n"),
	setting("a footer", "footer: |\n", " <b>\n"),
	setting("a description", "description: >\n", " a b\n"),
	setting("IDs", "ids:\n", " a#.md: tag:x.example,2026:#\n"),
	setting("sequences", "a:\n ", "- "),
	setting("anchors", "", "a#: &b# x\n"),
}
