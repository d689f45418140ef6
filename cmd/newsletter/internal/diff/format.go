package diff

import (
	"fmt"
	"io"
	"strings"

	"github.com/automationregion/newsletter/cmd/newsletter/internal/say"
	"github.com/automationregion/newsletter/internal/plaintext"
)

// Formats are the names of what [Comparison.Write] writes.
var Formats = []string{"text", "json", "github", "markdown"}

// Write writes what was found in a format, one of [Formats].
func (c *Comparison) Write(w io.Writer, format string) error { return writers[format](w, c) }

var writers = map[string]func(io.Writer, *Comparison) error{
	"text":     writeText,
	"json":     writeJSON,
	"github":   writeGitHub,
	"markdown": writeMarkdown,
}

// place is where a change is looked for: the letter's file, or the feed.
func (c *Comparison) place(x change) string {
	if x.File != "" {
		return x.File
	}
	if x.Kind == isGone {
		return c.Old.Name
	}
	return c.New.Name
}

// subject names the letter to people.
func (x change) subject() string {
	switch {
	case x.Title != "":
		return fmt.Sprintf("“%s”", say.Cut(x.Title, 80))
	case x.Letter != "":
		return x.Letter
	}
	return "the feed"
}

// words say what changed, and what subscribers will see of it.
func (x change) words() string {
	switch x.Kind {
	case isGone:
		return "is gone: " + x.Letter
	case isNew:
		return "is new"
	case isID:
		return fmt.Sprintf("is shown again as new: its ID was %s, and is %s", x.Was, x.Now)
	case isDate:
		return fmt.Sprintf("is dated anew: was %s, is %s", orNothing(x.Was), orNothing(x.Now))
	case isTitle:
		return fmt.Sprintf("has another title: was “%s”", say.Cut(x.Was, 80))
	case isContent:
		return fmt.Sprintf("has another text, %s of it: was “%s”, is “%s”", percent(x.share), x.Was, x.Now)
	case isEnclosure:
		switch {
		case x.Now == "":
			return "has lost its attachment " + x.Was
		case x.Was == "":
			return "has another attachment: " + x.Now
		}
		return fmt.Sprintf("has its attachment elsewhere: was %s, is %s", x.Was, x.Now)
	}
	what := map[string]string{"ID": "ID", "FeedURL": "address"}[x.Field]
	return fmt.Sprintf("has another %s: was %s, is %s", what, x.Was, x.Now)
}

// wayOut says how to keep what would break, if there is a way.
func (c *Comparison) wayOut(x change) string {
	if x.Kind == isID && c.New.IsLetters {
		return "; --keep-ids keeps it"
	}
	return ""
}

func orNothing(s string) string {
	if s == "" {
		return "undated"
	}
	return s
}

func percent(share float64) string {
	if share < 0.01 {
		return "less than 1 %"
	}
	return fmt.Sprintf("%.0f %%", share*100)
}

func writeText(w io.Writer, c *Comparison) error {
	var b strings.Builder
	for _, x := range c.changes {
		mark := " "
		if x.breaks() {
			mark = "!"
		}
		fmt.Fprintf(&b, "%s %s\n", mark, plaintext.Line(fmt.Sprintf("%s: %s %s%s", c.place(x), x.subject(), x.words(), c.wayOut(x))))
	}
	fmt.Fprintf(&b, "%s\n", plaintext.Line(c.counts()))
	_, err := io.WriteString(w, b.String())
	return err
}

func writeJSON(w io.Writer, c *Comparison) error {
	if c.changes == nil {
		return say.JSON(w, []change{})
	}
	return say.JSON(w, c.changes)
}

// writeGitHub writes workflow commands, which GitHub Actions shows beside the
// letters' files.
func writeGitHub(w io.Writer, c *Comparison) error {
	for _, x := range c.changes {
		level := "notice"
		if x.breaks() {
			level = "error"
		}
		if _, err := fmt.Fprintln(w, say.WorkflowCommand(level, c.place(x), 0, 0, x.subject()+" "+x.words()+c.wayOut(x))); err != nil {
			return err
		}
	}
	return nil
}

// writeMarkdown writes a comment for a pull request.
func writeMarkdown(w io.Writer, c *Comparison) error {
	var b strings.Builder
	fmt.Fprintf(&b, "**What subscribers will notice:** %s\n", c.counts())
	if len(c.changes) > 0 {
		b.WriteString("\n| | letter | what | file |\n|---|---|---|---|\n")
	}
	for i, x := range c.changes {
		if i == maxRows {
			fmt.Fprintf(&b, "| | | and %d more | |\n", len(c.changes)-i)
			break
		}
		mark := ""
		if x.breaks() {
			mark = "❗"
		}
		file := ""
		if x.File != "" {
			file = markdownText(x.File)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", mark, markdownText(x.subject()), markdownText(x.words()+c.wayOut(x)), file)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// maxRows is how many changes a comment lists: GitHub takes 65,536 characters.
const maxRows = 100

// markdownEscapes keep text from being Markdown, HTML, or a mention of somebody.
var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "|", `\|`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;",
	"&", "&amp;", "#", `\#`, "~", `\~`, "!", `\!`, "@", "@\u200b", "://", ":\u200b//", "www.", "www\u200b.")

func markdownText(s string) string {
	return markdownEscapes.Replace(plaintext.Line(say.Cut(s, 300)))
}
