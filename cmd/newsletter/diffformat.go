package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/automationregion/newsletter/internal/plaintext"
)

// diffFormats are the names of diffWriters.
var diffFormats = []string{"text", "json", "github", "markdown"}

var diffWriters = map[string]func(io.Writer, *comparison) error{
	"text":     writeDiffText,
	"json":     writeDiffJSON,
	"github":   writeDiffGitHub,
	"markdown": writeDiffMarkdown,
}

// place is where a change is looked for: the letter's file, or the feed.
func (c *comparison) place(x change) string {
	if x.File != "" {
		return x.File
	}
	if x.Kind == changeGone {
		return c.old.name
	}
	return c.new.name
}

// subject names the letter to people.
func (x change) subject() string {
	switch {
	case x.Title != "":
		return fmt.Sprintf("“%s”", cut(x.Title, 80))
	case x.Letter != "":
		return x.Letter
	}
	return "the feed"
}

// words say what changed, and what subscribers will see of it.
func (x change) words() string {
	switch x.Kind {
	case changeGone:
		return "is gone: " + x.Letter
	case changeNew:
		return "is new"
	case changeID:
		return fmt.Sprintf("is shown again as new: its ID was %s, and is %s", x.Was, x.Now)
	case changeDate:
		return fmt.Sprintf("is dated anew: was %s, is %s", orNothing(x.Was), orNothing(x.Now))
	case changeTitle:
		return fmt.Sprintf("has another title: was “%s”", cut(x.Was, 80))
	case changeContent:
		return fmt.Sprintf("has another text, %s of it: was “%s”, is “%s”", percent(x.share), x.Was, x.Now)
	case changeEnclosure:
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
func (c *comparison) wayOut(x change) string {
	if x.Kind == changeID && c.new.folder != nil {
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

// cut shortens text for a line.
func cut(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most-1]) + "…"
}

func writeDiffText(w io.Writer, c *comparison) error {
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

func writeDiffJSON(w io.Writer, c *comparison) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if c.changes == nil {
		return e.Encode([]change{})
	}
	return e.Encode(c.changes)
}

// writeDiffGitHub writes workflow commands, which GitHub Actions shows beside the
// letters' files.
func writeDiffGitHub(w io.Writer, c *comparison) error {
	for _, x := range c.changes {
		level := "notice"
		if x.breaks() {
			level = "error"
		}
		if _, err := fmt.Fprintln(w, workflowCommand(level, c.place(x), 0, 0, x.subject()+" "+x.words()+c.wayOut(x))); err != nil {
			return err
		}
	}
	return nil
}

// writeDiffMarkdown writes a comment for a pull request.
func writeDiffMarkdown(w io.Writer, c *comparison) error {
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
	return markdownEscapes.Replace(plaintext.Line(cut(s, 300)))
}
