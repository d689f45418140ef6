package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/text/language"

	"github.com/automationregion/newsletter/cmd/newsletter/internal/fault"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/output"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/say"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/regular"
	"github.com/automationregion/newsletter/internal/weburl"
	"github.com/automationregion/newsletter/parse/letters"
)

func (c *command) build() *cobra.Command {
	var options folderFlags
	var check, clean, foreign, ignoreCache, fromDisk, strict bool
	cmd := &cobra.Command{
		Use:   "build [DIR]",
		Short: "Turn a folder of letters into feeds and pages",
		Long: `Build reads the letters in DIR (.txt, .md and .markdown) and its newsletter.yaml,
and writes rss.xml, atom.xml, feed.json, index.html and a page for each letter.
If a letter is wrong it says so and leaves the output folder as it was.

A text is a letter if it begins with front matter, if its name or its folder's begins
with a date, or if its second paragraph is a byline (kind · authors · date). README,
LICENSE and robots.txt, names that begin with "_", what .gitignore names and folders
that a build wrote are none. Other texts are named at the end, and keep nothing from
being published, but for those that were published as letters before.

Build remembers in the user's cache folder what each letter was read as and what
each file was made of: one that would be made of the same, and that nobody
touched, is not made again. --check and --ignoreCache make all of them.`,
		Example: `  newsletter build examples/letters -o public
  newsletter build letters -o public --check
  newsletter build letters -o public --title "Example Region" --url https://example.org/letters/`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if _, given := c.lookupEnv("GOGC"); !given {
				// The letters are most of the memory, and stay to the end.
				defer debug.SetGCPercent(debug.SetGCPercent(300))
			}
			dir, out := folderArg(args), options.out
			root, err := os.OpenRoot(dir)
			if err != nil {
				return err
			}
			defer root.Close()
			if clean && isWithin(dir, out) {
				return fmt.Errorf("--cleanDestinationDir: the letters in %s lie in %s and would be removed", dir, out)
			}
			cleaning := output.CleanWay
			switch {
			case clean && foreign:
				cleaning = output.CleanAll
			case clean:
				cleaning = output.CleanBuilt
			case foreign:
				return errors.New("--cleanForeignFiles: goes with --cleanDestinationDir")
			}
			remembers := !check && !ignoreCache // to check is to look
			if remembers {
				options.cache = letterCacheOf(dir)
			}
			folder, err := c.readFolder(ctx, root, options)
			if err != nil {
				return err
			}
			var record *output.Record
			if remembers {
				record = output.RecordAt(output.CacheFile(out, ".json"), false, version(), "build", folder.Site.FeedLetters, fromDisk)
			}
			shape, err := siteOptions(regular.FS(root), folder)
			if err != nil {
				return foundIn(err, dir)
			}
			shape.FromDisk = fromDisk
			if err := clashes(folder, shape); err != nil {
				return foundIn(err, dir)
			}
			files, err := output.Site(ctx, folder.Newsletter, shape, record, out)
			if err != nil {
				return foundIn(err, dir)
			}
			if err := addAssets(files, folder, root); err != nil {
				return err
			}
			doubtful, others := folder.warnings(root)
			if strict && len(doubtful)+len(others) > 0 {
				c.sayWarnings(dir, doubtful, others)
				return foundError(nil)
			}
			defer c.sayWarnings(dir, doubtful, others)
			if check {
				return c.checkOutput(ctx, files, dir, out, cleaning)
			}
			changed, kept, err := files.Publish(ctx, out, cleaning, folder.lettersFiles())
			if err != nil {
				return unmade(err, dir)
			}
			record.Keep(files, out)
			options.cache.keep()
			c.sayKept(out, kept)
			if err := c.say("%s: %s%s; %s changed of %d\n", out,
				say.Count(len(folder.Newsletter.Letters), "letter"), leftOut(folder), say.Count(changed, "file"), len(files)); err != nil {
				return err
			}
			if _, isTerminal := terminal(c.stdout); isTerminal {
				return c.say("%s", nextSteps(dir, out, folder.Newsletter.URL))
			}
			return nil
		},
	}
	flags := cmd.Flags()
	options.register(cmd)
	options.registerWhich(cmd)
	registerOutput(cmd, &options.out)
	flags.BoolVar(&check, "check", false, "write nothing; fail if the output folder is not what would be built, and print how its files differ")
	flags.BoolVar(&fromDisk, "relative", false, "name index.html in every link within the pages, so that they can be opened from a disk")
	flags.BoolVar(&strict, "strict", false, "write nothing and exit with 1 if there is anything to warn of")
	flags.BoolVar(&ignoreCache, "ignoreCache", false, "make every file anew, whatever is remembered of the last build")
	flags.BoolVar(&clean, "cleanDestinationDir", false, "remove files from the output folder that an earlier build wrote and that are not part of the newsletter")
	flags.BoolVar(&foreign, "cleanForeignFiles", false, "with --cleanDestinationDir, remove also files that no build wrote")
	return cmd
}

// isWithin reports whether the folder inner is the folder outer, or lies in it.
func isWithin(inner, outer string) bool {
	for _, path := range []*string{&inner, &outer} {
		real, err := filepath.EvalSymlinks(*path)
		if err != nil {
			return false // there is nothing
		}
		if *path, err = filepath.Abs(real); err != nil {
			return false
		}
	}
	rel, err := filepath.Rel(outer, inner)
	return err == nil && filepath.IsLocal(rel)
}

// registerOutput adds the flag for the folder that is published.
func registerOutput(cmd *cobra.Command, out *string) {
	cmd.Flags().StringVarP(out, "output", "o", "public", "folder to publish in")
	must(cmd.MarkFlagDirname("output"))
}

// completeFolder has the shell complete the name of a folder.
func completeFolder(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// folderFlags are the flags of the subcommands that read a folder of letters.
type folderFlags struct {
	drafts, future, expired, rawHTML bool
	baseURL, title, url, lang, now   string
	out                              string       // that is published in; empty if none is known
	cache                            *letterCache // nil for none
}

func (f *folderFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.baseURL, "baseURL", "b", "", "publish at this URL instead of the one in newsletter.yaml")
	flags.StringVar(&f.title, "title", "", "title of the newsletter, if newsletter.yaml has none")
	flags.StringVar(&f.url, "url", "", "URL of the newsletter, if newsletter.yaml has none")
	flags.StringVar(&f.lang, "lang", "", "language of the newsletter, such as sv, if newsletter.yaml has none")
	flags.BoolVar(&f.rawHTML, "rawHTML", false, "keep HTML that stands in Markdown letters")
}

// registerWhich adds the flags that say which letters are published.
func (f *folderFlags) registerWhich(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVarP(&f.drafts, "buildDrafts", "D", false, "include drafts")
	flags.BoolVarP(&f.future, "buildFuture", "F", false, "include letters with a date in the future")
	flags.BoolVarP(&f.expired, "buildExpired", "E", false, "include expired letters")
	flags.StringVar(&f.now, "now", "", "time of the build instead of the clock's, such as 2026-01-31")
}

// validate reports flags that are no addresses and no language.
func (f *folderFlags) validate() error {
	for _, flag := range [...]struct{ name, value string }{{"url", f.url}, {"baseURL", f.baseURL}} {
		if _, ok := weburl.Web(flag.value); !ok && flag.value != "" {
			return fmt.Errorf("--%s %s: expected an absolute URL such as https://example.org/letters/", flag.name, flag.value)
		}
	}
	if _, err := language.Parse(f.lang); f.lang != "" && err != nil {
		return fmt.Errorf("--lang %s: expected a language tag such as sv or en-GB", f.lang)
	}
	return nil
}

func (f *folderFlags) options(now time.Time) letters.Options {
	return letters.Options{
		Now: now, Drafts: f.drafts, Future: f.future, Expired: f.expired,
		Title: f.title, URL: f.url, Language: f.lang, BaseURL: f.baseURL, RawHTML: f.rawHTML,
	}
}

// readFolder reads the folder of letters at root, out of which no link leads.
// What is wrong in a letter is a foundError; what is wrong in newsletter.yaml,
// or with reading files at all, is a failedError.
func (c *command) readFolder(ctx context.Context, root *os.Root, flags folderFlags) (*folder, error) {
	now, err := c.now(flags.now)
	if err != nil {
		return nil, err
	}
	if err := flags.validate(); err != nil {
		return nil, err
	}
	if _, err := root.Stat(configFile(root.Name())); errors.Is(err, fs.ErrNotExist) && (flags.title == "" || flags.url == "") {
		return nil, fmt.Errorf("%s: there is no such file: expected it to state title and url, or the flags --title and --url",
			filepath.Join(root.Name(), letters.ConfigFile))
	}
	o := flags.options(now)
	if flags.cache != nil {
		o.Cache = &flags.cache.Cache
	}
	folder, err := readLetters(ctx, root, o, flags.out)
	if err == nil {
		return folder, nil
	}
	all := folderFaults(err, root.Name())
	isConfiguration := func(f fault.Fault) bool { return filepath.Base(f.File) == configFile(root.Name()) }
	if slices.ContainsFunc(all, isConfiguration) || fault.IsUnreadable(err) {
		return nil, failedError(fault.Lines(all))
	}
	return nil, foundError(fault.Lines(all))
}

// folderFaults names the files of the faults as seen from here.
func folderFaults(err error, dir string) []fault.Fault {
	all := fault.Of(err, "")
	for i := range all {
		all[i].File = filepath.Join(dir, filepath.FromSlash(all[i].File))
	}
	return all
}

// foundIn is found for what lies in a folder.
func foundIn(err error, dir string) error {
	if fault.IsUnreadable(err) {
		return failedError(fault.Lines(folderFaults(err, dir)))
	}
	return foundError(fault.Lines(folderFaults(err, dir)))
}

// unmade is the error of a file that can't be made of what the folder holds, or err.
func unmade(err error, folder string) error {
	if made, ok := errors.AsType[output.MadeError](err); ok {
		return foundIn(made.Err, folder)
	}
	return err
}

func (c *command) checkOutput(ctx context.Context, files output.Files, folder, dir string, cleaning output.Cleaning) error {
	lines, outOfDate, err := files.Differences(ctx, dir, cleaning)
	if err != nil {
		return unmade(err, folder)
	}
	if len(lines) == 0 {
		return nil
	}
	for i, line := range lines {
		lines[i] = filepath.Join(dir, line)
	}
	if err := files.Diff(dir, outOfDate, c.say); err != nil {
		return err
	}
	return foundError(lines)
}

// nextSteps tells a person what to do with what a build wrote.
func nextSteps(dir, out, url string) string {
	return fmt.Sprintf(`
To see it, run:     newsletter preview %s
To judge the feeds: newsletter check %s
To publish it:      copy what is in %s to where %s is served from
`, shellWord(dir), shellWord(filepath.Join(out, feed.RSS.FileName())), out, url)
}

// shellWord returns a word that a shell reads as it is.
func shellWord(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || strings.ContainsRune("/._-+:@%\\", r) || r > 0x7f)
	}) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// sayWarnings tells on standard error of what keeps nothing from being published, and of
// files that are passed over: of each the first ten.
func (c *command) sayWarnings(dir string, doubtful, others []finding) {
	if c.quiet {
		return
	}
	var said foundError
	for _, f := range doubtful[:min(len(doubtful), maxKept)] {
		said = append(said, f.String())
	}
	if more := len(doubtful) - maxKept; more > 0 {
		said = append(said, fmt.Sprintf("%s: %s: newsletter check %s lists them", dir, say.Count(more, "more warning"), shellWord(dir)))
	}
	for _, f := range others {
		said = append(said, f.String())
	}
	fmt.Fprint(c.stderr, said.lines())
}

// sayKept tells of the files in the output folder that were not removed.
func (c *command) sayKept(dir string, kept []string) {
	if c.quiet {
		return
	}
	var said foundError
	for _, path := range kept[:min(len(kept), maxKept)] {
		said = append(said, filepath.Join(dir, path)+": kept: no build wrote it; --cleanForeignFiles removes it")
	}
	if more := len(kept) - maxKept; more > 0 {
		said = append(said, fmt.Sprintf("%s: %s more kept", dir, say.Count(more, "file")))
	}
	fmt.Fprint(c.stderr, said.lines())
}

func folderArg(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

func leftOut(f *folder) string {
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
