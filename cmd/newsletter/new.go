package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
		Example: `  newsletter new "Season's greetings" --dir letters --kind Editorial
  newsletter new "Julhälsning" --author "Redaktionen, Example Region" --lang sv --text`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			title := strings.Join(strings.Fields(args[0]), " ")
			slug := slugOf(title)
			if slug == "" {
				return fmt.Errorf("%q: a title needs a letter or a digit", args[0])
			}
			date, err := c.now(now)
			if err != nil {
				return err
			}
			name, body := date.Format(time.DateOnly)+"-"+slug, ""
			switch {
			case text && language != "":
				name += "." + language // plain text has no other place for it
				fallthrough
			case text:
				name += ".txt"
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
			if err := os.MkdirAll(dir, 0o777); err != nil {
				return err
			}
			// O_EXCL: a letter that somebody wrote is never overwritten.
			f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
			if err != nil {
				return err
			}
			if _, err := f.WriteString(body); err != nil {
				f.Close()
				return err
			}
			if err := f.Close(); err != nil {
				return err
			}
			return c.say("%s\n", path)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&dir, "dir", ".", "folder of the letters")
	flags.StringVar(&kind, "kind", "", "kind of letter, such as Editorial")
	flags.StringVar(&author, "author", "", `byline: "Name, Organization; Name, Organization"`)
	flags.StringVar(&language, "lang", "", "language of the letter, such as sv")
	flags.StringVar(&now, "now", "", "date of the letter instead of today's")
	flags.BoolVar(&text, "text", false, "plain text instead of Markdown")
	cmd.AddCommand(c.newLayouts())
	return cmd
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
				path := filepath.Join(folder, name)
				f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
				if errors.Is(err, fs.ErrExist) {
					return c.say("%s is there already\n", path)
				}
				if err != nil {
					return err
				}
				if _, err := f.WriteString(text); err != nil {
					f.Close()
					return err
				}
				if err := f.Close(); err != nil {
					return err
				}
				return c.say("%s\n", path)
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
