package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/automationregion/newsletter/cmd/newsletter/internal/fault"
	"github.com/automationregion/newsletter/internal/plaintext"
	"github.com/automationregion/newsletter/parse"
)

// Exit codes.
const (
	exitOK     = 0
	exitFound  = 1
	exitFailed = 2
)

// A foundError lists what is wrong in what the command read, a line each. It
// ends the command with exitFound.
type foundError []string

func (e foundError) Error() string { return strings.TrimSuffix(e.lines(), "\n") }

// mostLines bounds what is said of one document: one that has more wrong with it
// was made to have, and nobody reads them.
const mostLines = 1_000

func (e foundError) lines() string {
	var b strings.Builder
	for _, line := range e[:min(len(e), mostLines)] {
		b.WriteString(plaintext.Lines(withoutPassword(line)))
		b.WriteByte('\n')
	}
	if more := len(e) - mostLines; more > 0 {
		fmt.Fprintf(&b, "… and %d more like these\n", more)
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
	hubRoots       *x509.CertPool // that hubs' certificates have to come from; nil is the system's
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

// mendedBy returns what a reader mended or left out, joined.
func mendedBy(r parse.Reading) error {
	all := make([]error, len(r.Faults))
	for i := range r.Faults {
		all[i] = r.Faults[i]
	}
	switch r.Relative {
	case 0:
	case 1:
		all = append(all, errors.New("1 relative address: say where it was had with --url"))
	default:
		all = append(all, fmt.Errorf("%d relative addresses: say where it was had with --url", r.Relative))
	}
	return errors.Join(all...)
}

// found returns what is wrong in the document called name, or that it can't be
// read.
func found(err error, name string) error {
	if fault.IsUnreadable(err) {
		return failedError(messages(err, name))
	}
	return foundError(messages(err, name))
}

// messages returns the faults as "file:line:column: message" lines.
func messages(err error, name string) []string { return fault.Lines(fault.Of(err, name)) }
