package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/automationregion/newsletter/parse"
)

func (c *command) build() *cobra.Command {
	var options folderFlags
	var out string
	var check, clean bool
	cmd := &cobra.Command{
		Use:   "build [DIR]",
		Short: "Turn a folder of letters into feeds and pages",
		Long: `Build reads the letters in DIR (.txt, .md and .markdown) and its newsletter.yaml,
and writes rss.xml, atom.xml, feed.json, index.html and a page for each letter.
If a letter is wrong it says so and leaves the output folder as it was.`,
		Example: `  newsletter build examples/letters -o public
  newsletter build letters -o public --check
  newsletter build letters -o public --title "Example Region" --url https://example.org/letters/`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := folderArg(args)
			root, err := os.OpenRoot(dir)
			if err != nil {
				return err
			}
			defer root.Close()
			folder, err := c.readFolder(root, options)
			if err != nil {
				return err
			}
			files, err := site(folder.Newsletter, folder.FeedLetters)
			if err != nil {
				return foundError(messages(err, dir))
			}
			if err := files.addAssets(folder, root); err != nil {
				return err
			}
			if check {
				return c.checkOutput(files, out, clean)
			}
			changed, err := files.publish(out, clean)
			if err != nil {
				return err
			}
			return c.say("%s: %s%s; %s changed of %d\n", out,
				count(len(folder.Newsletter.Letters), "letter"), leftOut(folder), count(changed, "file"), len(files))
		},
	}
	flags := cmd.Flags()
	options.register(cmd)
	flags.StringVarP(&out, "output", "o", "public", "folder to publish in")
	flags.BoolVar(&check, "check", false, "write nothing; fail if the output folder is not what would be built")
	flags.BoolVar(&clean, "cleanDestinationDir", false, "remove files from the output folder that are not part of the newsletter")
	return cmd
}

// folderFlags are the flags of the subcommands that read a folder of letters.
type folderFlags struct {
	drafts, future, expired, rawHTML bool
	baseURL, title, url, now         string
}

func (f *folderFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVarP(&f.drafts, "buildDrafts", "D", false, "include drafts")
	flags.BoolVarP(&f.future, "buildFuture", "F", false, "include letters with a date in the future")
	flags.BoolVarP(&f.expired, "buildExpired", "E", false, "include expired letters")
	flags.StringVarP(&f.baseURL, "baseURL", "b", "", "publish at this URL instead of the one in newsletter.yaml")
	flags.StringVar(&f.title, "title", "", "title of the newsletter, if newsletter.yaml has none")
	flags.StringVar(&f.url, "url", "", "URL of the newsletter, if newsletter.yaml has none")
	flags.StringVar(&f.now, "now", "", "time of the build instead of the clock's, such as 2026-01-31")
	flags.BoolVar(&f.rawHTML, "rawHTML", false, "keep HTML that stands in Markdown letters")
}

func (f *folderFlags) options(now time.Time) parse.FolderOptions {
	return parse.FolderOptions{
		Now: now, Drafts: f.drafts, Future: f.future, Expired: f.expired,
		Title: f.title, URL: f.url, BaseURL: f.baseURL, RawHTML: f.rawHTML,
	}
}

// readFolder reads the folder of letters at root, out of which no link leads.
// What is wrong in a letter is a
// foundError; what is wrong in newsletter.yaml is configuration, and is not.
func (c *command) readFolder(root *os.Root, flags folderFlags) (*parse.Folder, error) {
	now, err := c.now(flags.now)
	if err != nil {
		return nil, err
	}
	folder, err := parse.ReadFolder(root.FS(), flags.options(now))
	if err == nil {
		return folder, nil
	}
	all := folderFaults(err, root.Name())
	lines := make([]string, len(all))
	configuration := true
	for i, f := range all {
		lines[i] = f.String()
		configuration = configuration && filepath.Base(f.File) == parse.ConfigFile
	}
	if configuration {
		return nil, fmt.Errorf("%s", strings.Join(lines, "\n"))
	}
	return nil, foundError(lines)
}

// folderFaults names the files of the faults as seen from here.
func folderFaults(err error, dir string) []fault {
	all := faults(err, "")
	for i := range all {
		all[i].File = filepath.Join(dir, filepath.FromSlash(all[i].File))
	}
	return all
}

func (c *command) checkOutput(files output, dir string, clean bool) error {
	lines, err := files.differences(dir, clean)
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		return nil
	}
	for i, line := range lines {
		lines[i] = filepath.Join(dir, line)
	}
	return foundError(lines)
}

func folderArg(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

func leftOut(f *parse.Folder) string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{f.Drafts, "draft"}, {f.Future, "future"}, {f.Expired, "expired"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (left out: " + strings.Join(parts, ", ") + ")"
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
