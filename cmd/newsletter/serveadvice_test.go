package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheLogOfServeNamesTheWayOut(t *testing.T) {
	dir := t.TempDir()
	opml := filepath.Join(dir, "partners.opml")
	require.NoError(t, os.WriteFile(opml, []byte(`<opml version="2.0"><head/><body><outline type="rss" text="one" xmlUrl="http://127.0.0.1:1/rss.xml"/></body></opml>`), 0o644))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var stdout, stderr lockedBuffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"serve", opml, "--addr", "127.0.0.1:0", "--state", filepath.Join(dir, "state"), "--title", "P", "--url", "https://example.org/"},
			strings.NewReader(""), &stdout, &stderr, nil)
	}()
	assert.Eventually(t, func() bool { return strings.Contains(stderr.String(), "--allow-private") }, 30*time.Second, 10*time.Millisecond, "%s", &stderr)
	stop()
	assert.Equal(t, exitOK, <-ended)
}
