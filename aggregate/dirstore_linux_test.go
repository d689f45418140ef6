package aggregate

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A run whose folder can't be written fails and says so, with what is
// remembered; the next one that can write goes on as if it had never been. The
// run is in a process of its own, which is not root even if this one is.
func TestFolderThatCannotBeWritten(t *testing.T) {
	const variable = "NEWSLETTER_UNWRITABLE_TEST"
	if args := os.Getenv(variable); args != "" {
		if os.Geteuid() == 0 {
			require.NoError(t, syscall.Setgid(65534))
			require.NoError(t, syscall.Setuid(65534))
		}
		dir, address, _ := strings.Cut(args, " ")
		s, err := OpenDir(dir, nil)
		require.NoError(t, err)
		a := newWorld(t).Aggregator
		a.Store, a.Now = s, func() time.Time { return time.Date(2026, 5, 6, 12, 0, 0, 0, time.UTC) }
		r, err := a.Run(t.Context(), []Partner{{FeedURL: address}})
		assert.ErrorIs(t, err, ErrStore)
		assert.ErrorIs(t, err, fs.ErrPermission)
		assert.Equal(t, []string{"A"}, titles(r), "what can't be remembered isn't published")

		_, err = OpenDir(filepath.Join(dir, "sub"), nil)
		assert.ErrorIs(t, err, ErrStore)
		return
	}
	w := newWorld(t)
	w.partner("alpha", post("1", "", "A", 1, text("a"))).Name = ""
	w.run()
	w.serve("alpha", post("1", "", "A", 1, text("a")), post("2", "", "B", 2, text("b")))
	before := stateFiles(t, w.dir)
	chmod := func(folder, file fs.FileMode) {
		require.NoError(t, os.Chmod(filepath.Dir(w.dir), 0o755)) // for the other user to pass through
		require.NoError(t, os.Chmod(w.dir, folder))
		entries, err := os.ReadDir(w.dir)
		require.NoError(t, err)
		for _, e := range entries {
			require.NoError(t, os.Chmod(filepath.Join(w.dir, e.Name()), file))
		}
	}
	chmod(0o555, 0o444)
	cmd := exec.Command(os.Args[0], "-test.run=^TestFolderThatCannotBeWritten$")
	cmd.Env = append(os.Environ(), variable+"="+w.dir+" "+w.partners[0].FeedURL)
	out, err := cmd.CombinedOutput()
	assert.NoError(t, err, "%s", out)
	assert.Equal(t, before, stateFiles(t, w.dir))

	chmod(0o755, 0o644)
	r := w.later()
	assert.Equal(t, []string{"B", "A"}, titles(r))
	assert.Equal(t, 1, r.Partners[0].New)
}
