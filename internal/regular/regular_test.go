//go:build unix

package regular

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFS(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "a"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a", "b.txt"), []byte("text"), 0o644))
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	defer root.Close()
	require.NoError(t, fstest.TestFS(FS(root), "a/b.txt"))
	text, err := fs.ReadFile(FS(root), "a/b.txt")
	require.NoError(t, err)
	assert.Equal(t, "text", string(text))
}

// A pipe that takes the place of a file between two looks is not waited for either.
func TestPipes(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "pipe")
	require.NoError(t, syscall.Mkfifo(name, 0o644))
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	defer root.Close()
	stop, swapped := make(chan struct{}), make(chan struct{})
	go func() { // a file, a pipe, a file, …
		defer close(swapped)
		other := filepath.Join(dir, "other")
		for {
			select {
			case <-stop:
				return
			default:
			}
			os.WriteFile(other, nil, 0o644)
			os.Rename(other, name)
			os.Remove(other)
			syscall.Mkfifo(other, 0o644)
			os.Rename(other, name)
		}
	}()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for until := time.Now().Add(300 * time.Millisecond); time.Now().Before(until); {
			if f, err := OpenIn(dir, "pipe"); err == nil {
				info, err := f.Stat()
				assert.NoError(t, err)
				assert.True(t, info.Mode().IsRegular())
				f.Close()
			}
		}
	}()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("it waits for somebody to write")
	}
	close(stop)
	<-swapped
}
