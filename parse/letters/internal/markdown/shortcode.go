package markdown

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/automationregion/newsletter/internal/settings"
)

// RuleShortcode is the rule of what other software has its pages make of a text.
const RuleShortcode = "letter-shortcode"

// shortcodes are those of Hugo, of Jekyll and Eleventy, of Pandoc and Docusaurus, and of
// MkDocs.
var shortcodes = regexp.MustCompile(`\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}|(?m:^[ \t]{0,3}(?::::+[ \t]*\{?[\w.]|!!![ \t]+\w|\?\?\?\+?[ \t]+\w)[^\n]*)`)

// insteadOf are what to write instead of shortcodes, by their names.
var insteadOf = map[string]string{}

func init() {
	for names, instead := range map[string]string{
		"figure img image picture photo gallery":             "![what it shows](picture.png)",
		"youtube vimeo video tweet x twitter instagram gist": "a link",
		"audio podcast":                                       "![what it is](sound.mp3), or audio in the front matter",
		"ref relref link post_url":                            "the path of the other letter's file, such as [text](winter.md)",
		"highlight endhighlight code":                         "the code between lines ```",
		"note info tip warning notice alert admonition aside": "a box, which begins with a line > [!NOTE]",
		"quote blockquote":                                    "> before each line",
	} {
		for name := range strings.FieldsSeq(names) {
			insteadOf[name] = instead
		}
	}
}

var shortcodeName = regexp.MustCompile(`[\pL_][\pL\d_]*`)

// Shortcodes remarks on what other software would have taken for more than text.
func (d *Document) Shortcodes(remark Remark) {
	if !bytes.Contains(d.source, []byte("{{")) && !bytes.Contains(d.source, []byte("{%")) &&
		!bytes.Contains(d.source, []byte(":::")) && !bytes.Contains(d.source, []byte("!!!")) && !bytes.Contains(d.source, []byte("???")) {
		return
	}
	found := shortcodes.FindAllIndex(d.source, settings.MaxFaults)
	_ = ast.Walk(d.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		text, isText := n.(*ast.Text)
		if !entering || len(found) == 0 {
			return ast.WalkContinue, nil
		}
		if n.Kind() == ast.KindCodeSpan {
			return ast.WalkSkipChildren, nil
		}
		if !isText {
			return ast.WalkContinue, nil
		}
		for len(found) > 0 && found[0][1] <= text.Segment.Start {
			found = found[1:] // in code, or in HTML
		}
		for len(found) > 0 && found[0][0] < text.Segment.Stop {
			d.remarkShortcode(remark, found[0][0], string(d.source[found[0][0]:found[0][1]]))
			found = found[1:]
		}
		return ast.WalkContinue, nil
	})
}

func (d *Document) remarkShortcode(remark Remark, offset int, code string) {
	name := shortcodeName.FindString(code)
	instead, known := insteadOf[strings.ToLower(name)]
	isBox := !strings.HasPrefix(code, "{")
	switch {
	case known:
	case isBox:
		instead = insteadOf["note"]
	default:
		instead = "Markdown, or nothing"
	}
	if shown := strings.TrimSpace(code); len(shown) > 60 {
		code = strings.ToValidUTF8(shown[:60], "") + "…"
	} else {
		code = shown
	}
	remark(RuleShortcode, offset, "%q is other software's, and shown as it stands: write %s", code, instead)
}
