// Command newsletter turns a folder of letters into feeds and pages, converts
// and checks feeds, and gathers the feeds of partners into one newsletter.
//
//	newsletter build examples/letters -o public
//	newsletter preview examples/letters
//	newsletter aggregate partners.opml -o public --state state
//	newsletter serve partners.opml --title "Our partners" --url https://example.org/partners/
//	newsletter convert feed.xml --to json
//	newsletter check examples/letters
//	newsletter diff --deployed https://example.org/letters/rss.xml examples/letters
//	newsletter new "Julhälsning"
//
// It exits with 0 if all is well, with 1 if it found something wrong in what it
// read, and with 2 if it could not do its work: wrong usage, a wrong
// configuration, or a file that can't be read or written.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // newsletter.yaml may name a zone that the machine has not

	"github.com/spf13/cobra"

	"github.com/automationregion/newsletter/cmd/newsletter/internal/server"
	"github.com/automationregion/newsletter/internal/plaintext"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()) }()
	select {
	case code := <-ended:
		os.Exit(code)
	case <-ctx.Done():
		stop() // a second signal ends the command at once
	}
	// What waits in the system, such as for a disk that doesn't answer, hears of
	// no context. What this cuts off leaves no more behind than a crash.
	select {
	case code := <-ended:
		os.Exit(code)
	case <-time.After(graceOf(os.Args[1:])):
		fmt.Fprintln(os.Stderr, "newsletter:", context.Cause(ctx))
		os.Exit(exitFailed)
	}
}

// grace is how long the command may tidy up after a signal. With it the command
// is gone within a second. Serve has visits and requests under way.
const (
	grace        = 700 * time.Millisecond
	graceOfServe = server.Grace + 5*time.Second
)

func graceOf(args []string) time.Duration {
	if slices.Contains(args, "serve") {
		return graceOfServe
	}
	return grace
}

// run is the whole command. env holds "NAME=value" strings.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int {
	c := command{stdin: stdin, stdout: stdout, stderr: stderr, env: env}
	return c.run(ctx, args)
}

func (c *command) run(ctx context.Context, args []string) int {
	root, stderr := c.root(), c.stderr
	root.SetArgs(args)
	root.SetIn(c.stdin)
	root.SetOut(c.stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var found foundError
	var failed failedError
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case errors.As(err, &found):
		fmt.Fprint(stderr, found.lines())
		return exitFound
	case errors.As(err, &failed):
		fmt.Fprint(stderr, foundError(failed).lines())
		return exitFailed
	}
	fmt.Fprintln(stderr, "newsletter:", plaintext.Lines(withoutPassword(err.Error())))
	return exitFailed
}

// databasePassword is what stands between a user's name and the host in the address of
// a database.
var databasePassword = regexp.MustCompile(`(?i)(postgres(?:ql)?://[^\s:@]*):\S*@`)

// withoutPassword hides it where an address stands in the wrong place, such as for a
// file, and is said to be none.
func withoutPassword(s string) string {
	if !strings.Contains(s, "://") {
		return s
	}
	return databasePassword.ReplaceAllString(s, "$1:…@")
}

func (c *command) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "newsletter",
		Short:         "Letters become feeds, and feeds become letters",
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version(),
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("newsletter {{.Version}}\n")
	root.PersistentFlags().BoolVarP(&c.quiet, "quiet", "q", false, "print errors only")
	root.AddCommand(c.build(), c.preview(), c.aggregate(), c.serve(), c.convert(), c.check(), c.diff(), c.newLetter(), c.partnersCommand(), c.db(), c.man(), c.versionCommand())
	return root
}
