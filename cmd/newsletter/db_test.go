package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate/postgres"
)

// database starts a PostgreSQL server and returns the address of an empty database.
func database(t *testing.T) string {
	t.Helper()
	if os.Getenv("NEWSLETTER_POSTGRES") == "none" {
		t.Skip("NEWSLETTER_POSTGRES=none")
	}
	cmd := exec.Command(filepath.Join("..", "..", ".ci", "postgres"))
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	err = cmd.Start()
	var line string
	if err == nil {
		t.Cleanup(func() {
			cmd.Process.Signal(syscall.SIGTERM)
			cmd.Wait()
		})
		line, err = bufio.NewReader(out).ReadString('\n')
	}
	if err != nil {
		if os.Getenv("NEWSLETTER_POSTGRES") == "required" {
			require.NoError(t, err)
		}
		t.Skip("there is no PostgreSQL server: apt-get install postgresql")
	}
	return strings.TrimSpace(line)
}

func TestDBMigrate(t *testing.T) {
	url := database(t)
	_, err := postgres.Open(t.Context(), url)
	require.ErrorContains(t, err, "the tables in the database are not of this version")
	for range 2 { // the second finds nothing to do
		var stdout, stderr strings.Builder
		code := run(t.Context(), []string{"db", "migrate", "--store", url}, strings.NewReader(""), &stdout, &stderr, nil)
		assert.Equal(t, exitOK, code, stderr.String())
		assert.Equal(t, "the tables are of this version\n", stdout.String())
	}
	s, err := postgres.Open(t.Context(), url)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	var stdout, stderr strings.Builder
	assert.Equal(t, exitOK, run(t.Context(), []string{"db", "release", "--store", url}, strings.NewReader(""), &stdout, &stderr, nil), stderr.String())
	assert.Equal(t, "0 letters released\n", stdout.String())
}

func TestDBMigrateWithoutADatabase(t *testing.T) {
	for _, args := range [][]string{{"db", "migrate"}, {"db", "migrate", "--store", "postgres://127.0.0.1:1/x?sslmode=disable"}} {
		var stdout, stderr strings.Builder
		assert.Equal(t, exitFailed, run(t.Context(), args, strings.NewReader(""), &stdout, &stderr, nil))
		assert.NotEmpty(t, stderr.String())
		assert.Empty(t, stdout.String())
	}
}

// Whatever is wrong with an address, and wherever it stands, no part of its password is
// printed.
func TestNoPartOfAPasswordIsPrinted(t *testing.T) {
	const address = "postgres://user:first@second@127.0.0.1:1/x?sslmode=disable"
	for _, args := range [][]string{
		{"db", "migrate", "--store", address}, {"db", "migrate", address}, {"db", address}, {address}, {"--" + address}, {"db", "migrate", "--stor", address},
		{"serve", "partners.opml", "--title", "T", "--url", "https://example.org/", "--store", address},
		{"serve", address, "--title", "T", "--url", "https://example.org/"}, {"check", address}, {"convert", address, "--to", "rss"}, {"build", address},
		{"check", "--ignore", address, "missing.xml"}, {"diff", "--deployed", address, "letters"}, {"aggregate", address, "--title", "T", "--url", address},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Chdir(t.TempDir())
			var stdout, stderr strings.Builder
			assert.NotEqual(t, exitOK, run(t.Context(), args, strings.NewReader(""), &stdout, &stderr, nil))
			assert.NotEmpty(t, stderr.String())
			for _, part := range []string{"first", "second"} {
				assert.NotContains(t, stdout.String()+stderr.String(), part)
			}
		})
	}
}
