package main

import (
	"fmt"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"
	"golang.org/x/text/unicode/norm"

	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/parse/letters"
)

func (c *command) newLetter() *cobra.Command {
	var dir, kind, author, language, now string
	var text bool
	cmd := &cobra.Command{
		Use:   "new TITLE",
		Short: "Make a dated letter file to start writing in",
		Long: `New writes the file of a letter that is dated today, as a draft: build leaves it out until
you take out the line draft: true, or of plain text the word .draft in the file's name.
Where a letter of the same title has the address, the new one has the month in its name.`,
		Example: `  newsletter new "Season's greetings" --dir letters --kind Editorial
  newsletter new "Julhälsning" --author "Redaktionen, Example Region" --lang sv --text`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			title := strings.Join(strings.Fields(args[0]), " ")
			slug := slugOf(title)
			if slug == "" {
				return fmt.Errorf("%q: a title needs a letter or a digit", args[0])
			}
			date, err := c.now(now)
			if err != nil {
				return err
			}
			taken := lettersIn(cmd.Context(), dir)
			for name := range freeNames(slug, date) {
				address, body := name, ""
				switch name = date.Format(time.DateOnly) + "-" + name; {
				case text && language != "":
					name += "." + language // plain text has no other place for it
					address += "-" + strings.ToLower(language)
					fallthrough
				case text:
					name += ".draft.txt" // nor for this
					body = plainLetter(title, kind, author, date)
				default:
					name += ".md"
					if body, err = markdownLetter(title, kind, author, language, date); err != nil {
						return err
					}
				}
				l, err := letters.Read(strings.NewReader(body), letters.Options{FileName: name})
				if err != nil {
					return fmt.Errorf("no letter can begin like this: %w", err)
				}
				if !strings.EqualFold(l.Language, language) {
					return fmt.Errorf("--lang %s: expected a language tag such as sv or en-GB", language)
				}
				path := filepath.Join(dir, name)
				if _, err := os.Lstat(path); err == nil || taken[url.PathEscape(address)+"/"] {
					continue // a letter of this title was here before
				}
				if err := c.writeNew(path, body); err != nil {
					return err
				}
				if text && !c.quiet {
					fmt.Fprintln(c.stderr, "It is a draft until you take .draft out of its name.")
				}
				return nil
			}
			return fmt.Errorf("%q: letters of this title have all addresses that could be made of it: expected another title", title)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&dir, "dir", ".", "folder of the letters")
	flags.StringVar(&kind, "kind", "", "kind of letter, such as Editorial")
	flags.StringVar(&author, "author", "", `byline: "Name, Organization; Name, Organization"`)
	flags.StringVar(&language, "lang", "", "language of the letter, such as sv")
	flags.StringVar(&now, "now", "", "date of the letter instead of today's")
	flags.BoolVar(&text, "text", false, "plain text instead of Markdown")
	cmd.AddCommand(c.newLayouts(), c.newSite())
	return cmd
}

// freeNames are those of a letter: that of its title, and where another letter has that
// some with its month and its day.
func freeNames(slug string, date time.Time) iter.Seq[string] {
	return func(yield func(string) bool) {
		day := slug + date.Format("-2006-01-02")
		if !yield(slug) || !yield(slug+date.Format("-2006-01")) || !yield(day) {
			return
		}
		for i := 2; i < 1000 && yield(day+"-"+strconv.Itoa(i)); i++ {
		}
	}
}

// newLayouts writes the layouts that are built in, to start from.
func (c *command) newLayouts() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "layouts",
		Short: "Write the layouts of the pages, to change them",
		Long: `Layouts writes the templates of the pages that are built in into the folder layouts
beside the letters: base.html, head.html, header.html, footer.html, index.html, list.html and
letter.html. What is there already stays. Remove those that you don't change: they are built in.

They are templates of Go's package html/template; docs/layouts.md says what they are given.
Styles go into style.css beside the letters, and files that are published as they are into
static/.`,
		Example: `  newsletter new layouts --dir letters`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			folder := filepath.Join(dir, letters.LayoutsFolder)
			if full, err := filepath.Abs(dir); err == nil && filepath.Base(full) == letters.LayoutsFolder && !isFile(filepath.Join(dir, configFile(dir))) {
				folder = dir // which is meant
			}
			if err := os.MkdirAll(folder, 0o777); err != nil {
				return err
			}
			return site.WriteLayouts(func(name, text string) error {
				return c.writeNew(filepath.Join(folder, name), text)
			})
		},
	}
	cmd.Flags().StringVar(&dir, "dir", ".", "folder of the letters, or the folder layouts in it")
	return cmd
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// plainLetter writes a field that is empty where the one beside it could be
// taken for it: of two fields, a single word is the kind.
func plainLetter(title, kind, author string, date time.Time) string {
	const notKind = " ,;"
	byline := date.Format(time.DateOnly)
	switch {
	case author != "" && (kind != "" || !strings.ContainsAny(author, notKind)),
		kind != "" && strings.ContainsAny(kind, notKind):
		byline = kind + " · " + author + " · " + byline
	case kind+author != "":
		byline = kind + author + " · " + byline
	}
	return title + "\n\n" + byline + "\n\n"
}

func markdownLetter(title, kind, author, language string, date time.Time) (string, error) {
	front := struct {
		Title string
		Date  yaml.Node
		Kind  string   `yaml:"kind,omitempty"`
		Lang  string   `yaml:"lang,omitempty"`
		By    []string `yaml:"authors,omitempty"`
		Draft bool
	}{Title: title, Kind: kind, Lang: language, Draft: true}
	front.Date = yaml.Node{Kind: yaml.ScalarNode, Value: date.Format(time.DateOnly)}
	for by := range strings.SplitSeq(author, ";") {
		if by = strings.TrimSpace(by); by != "" {
			front.By = append(front.By, by)
		}
	}
	data, err := yaml.Marshal(front)
	return "---\n" + string(data) + "---\n\n", err
}

// slugOf makes a file name of a title: lower-case letters without their marks,
// digits, and a hyphen for everything else.
func slugOf(title string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(title)) {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(r)
		case unicode.IsMark(r):
		case !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return norm.NFC.String(strings.Trim(b.String(), "-"))
}
