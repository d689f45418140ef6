// Command newsletter turns a folder of letters into feeds and pages, converts
// and checks feeds, and gathers the feeds of partners into one newsletter.
//
//	newsletter build examples/letters -o public
//	newsletter aggregate partners.opml -o public --state state
//	newsletter convert feed.xml --to json
//	newsletter check examples/letters
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
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/automationregion/newsletter/internal/plaintext"
)

// Exit codes.
const (
	exitOK     = 0
	exitFound  = 1
	exitFailed = 2
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
	case <-time.After(grace):
		fmt.Fprintln(os.Stderr, "newsletter:", context.Cause(ctx))
		os.Exit(exitFailed)
	}
}

// grace is how long the command may tidy up after a signal. With it the command
// is gone within a second.
const grace = 700 * time.Millisecond

// run is the whole command. env holds "NAME=value" strings.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int {
	c := command{stdin: stdin, stdout: stdout, stderr: stderr, env: env}
	root := c.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
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
	fmt.Fprintln(stderr, "newsletter:", plaintext.Lines(err.Error()))
	return exitFailed
}

// A foundError lists what is wrong in what the command read, a line each. It
// ends the command with exitFound.
type foundError []string

func (e foundError) Error() string { return strings.TrimSuffix(e.lines(), "\n") }

func (e foundError) lines() string {
	var b strings.Builder
	for _, line := range e {
		b.WriteString(plaintext.Lines(line))
		b.WriteByte('\n')
	}
	return b.String()
}

// A failedError lists what is wrong in a configuration or with reading files, a
// line each. It ends the command with exitFailed.
type failedError []string

func (e failedError) Error() string { return foundError(e).Error() }

// A command is what every subcommand has at hand.
type command struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            []string
	quiet          bool
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
	root.AddCommand(c.build(), c.aggregate(), c.convert(), c.check(), c.newLetter(), c.versionCommand())
	return root
}

func (c *command) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: "  newsletter version",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(c.stdout, "newsletter", version())
			return err
		},
	}
}

// version is the module's version, as the Go toolchain recorded it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// say prints to standard output unless the command is to be quiet.
func (c *command) say(format string, args ...any) error {
	if c.quiet {
		return nil
	}
	_, err := io.WriteString(c.stdout, plaintext.Lines(fmt.Sprintf(format, args...)))
	return err
}

// lookupEnv returns the last value that env gives name, as [os.LookupEnv] does.
func (c *command) lookupEnv(name string) (value string, ok bool) {
	for _, entry := range c.env {
		if key, v, is := strings.Cut(entry, "="); is && key == name {
			value, ok = v, true
		}
	}
	return value, ok
}

// now is the time of the build: the --now flag, else SOURCE_DATE_EPOCH
// (reproducible-builds.org), else the clock.
func (c *command) now(flag string) (time.Time, error) {
	if flag != "" {
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", time.DateOnly} {
			if t, err := time.Parse(layout, flag); err == nil {
				return t, nil
			}
		}
		return time.Time{}, fmt.Errorf("--now %s: expected a date such as 2026-01-31 or 2026-01-31T12:00:00Z", flag)
	}
	if epoch, _ := c.lookupEnv("SOURCE_DATE_EPOCH"); epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH=%s: expected a number of seconds", epoch)
		}
		return time.Unix(seconds, 0).UTC(), nil
	}
	return time.Now(), nil
}
