package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"github.com/automationregion/newsletter/internal/publish"
	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/internal/weburl"
	"github.com/automationregion/newsletter/parse/letters"
)

// starter has the files of a new site. $NAME stands for what is filled in.
//
//go:embed starter
var starter embed.FS

// newSite writes what a newsletter begins with.
func (c *command) newSite() *cobra.Command {
	var title, address, now string
	cmd := &cobra.Command{
		Use:   "site [DIR]",
		Short: "Make a folder for a newsletter, with a first letter",
		Long: `Site writes into DIR, which it makes, what a newsletter begins with: newsletter.yaml, a
first letter, .gitignore, and a workflow that publishes the letters with GitHub Pages, which
stands at the top of the repository that DIR is in. What is there already stays. The last
line that it prints is the command to go on with.

Without --title and --url newsletter.yaml has placeholders, of which each build warns.`,
		Example: `  newsletter new site our-letters --title "Our letters" --url https://example.org/letters/`,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := folderArg(args)
			title := settings.Line(title)
			if cmd.Flags().Changed("title") && title == "" {
				return errors.New("--title: expected the newsletter's name")
			}
			if title == "" {
				title = publish.PlaceholderTitle
			}
			if address == "" {
				address = publish.PlaceholderURL
			}
			u, ok := weburl.Web(address)
			if !ok {
				return fmt.Errorf("--url %s: expected an absolute URL such as https://example.org/letters/", address)
			}
			if u.RawQuery, u.Fragment = "", ""; !strings.HasSuffix(u.Path, "/") {
				u = u.JoinPath("/")
			}
			date, err := c.now(now)
			if err != nil {
				return err
			}
			return c.makeSite(cmd.Context(), dir, title, weburl.String(u), date.UTC()) // a day that has begun everywhere
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&title, "title", "", "name of the newsletter")
	flags.StringVar(&address, "url", "", "where the newsletter will be served")
	flags.StringVar(&now, "now", "", "date of the first letter instead of today's")
	return cmd
}

func (c *command) makeSite(ctx context.Context, dir, title, address string, date time.Time) error {
	full, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	top, below := dir, "."
	if above, ok := repositoryOf(full); ok && above != full {
		if below, err = filepath.Rel(above, full); err != nil {
			return err
		}
		top = above
	}
	quoted := make(map[string]string)
	for name, text := range map[string]string{"$TITLE": title, "$URL": address, "$LETTERS": filepath.ToSlash(below)} {
		b, err := yaml.Marshal(text)
		if err != nil {
			return err
		}
		quoted[name] = strings.TrimSpace(string(b))
	}
	fill := strings.NewReplacer("$TITLE", quoted["$TITLE"], "$URLrss.xml", address+"rss.xml", "$URL", quoted["$URL"], "$LETTERS", quoted["$LETTERS"], "$DATE", date.Format(time.DateOnly))
	write := func(path, from string) error {
		text, err := starter.ReadFile("starter/" + from)
		if err != nil {
			return err
		}
		return c.writeNew(path, fill.Replace(string(text)))
	}
	if err := write(filepath.Join(dir, configFile(dir)), "newsletter.yaml"); err != nil {
		return err
	}
	if taken := lettersIn(ctx, dir); len(taken) == 0 {
		if err := write(filepath.Join(dir, date.Format(time.DateOnly)+"-first-letter.md"), "letter.md"); err != nil {
			return err
		}
	}
	if err := write(filepath.Join(dir, ".gitignore"), "gitignore"); err != nil {
		return err
	}
	if err := write(filepath.Join(top, ".github", "workflows", "letters.yml"), "letters.yml"); err != nil {
		return err
	}
	next := "newsletter preview"
	if dir != "." {
		next += " " + shellWord(dir)
	}
	return c.say("\n%s\n", next)
}

// writeNew writes a file that isn't there yet, and says its name.
func (c *command) writeNew(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	// O_EXCL: what somebody wrote is never overwritten.
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
}

// lettersIn returns the addresses of the letters in a folder, drafts among them, below
// the newsletter's own.
func lettersIn(ctx context.Context, dir string) map[string]bool {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil // there is none yet
	}
	defer root.Close()
	// What is wrong with a letter is for check to say.
	f, _ := readLetters(ctx, root, letters.Options{Drafts: true, Future: true, Expired: true, Title: "Letters", URL: "https://letters.invalid/"}, "")
	taken := make(map[string]bool)
	for _, l := range f.Newsletter.Letters {
		taken[strings.TrimPrefix(l.URL, f.Newsletter.URL)] = true
	}
	return taken
}
