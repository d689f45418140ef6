package preview

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/automationregion/newsletter/internal/plaintext"
)

const (
	watchPause   = 15 * time.Millisecond // without a change, after which one is looked at: an editor makes several at once
	watchMost    = 100 * time.Millisecond
	watchByClock = time.Second // between two looks, where the system tells of nothing
)

// Watch returns a channel that is sent something when files in the folders, or in that of
// a file, may have changed. It asks the system to tell; where that doesn't, it says so on
// stderr and goes by the clock.
func Watch(ctx context.Context, folders []string, file string, stderr io.Writer) <-chan struct{} {
	out := make(chan struct{}, 1)
	watcher, err := fsnotify.NewWatcher()
	if err == nil {
		for _, top := range folders {
			if err = watchBelow(watcher, top); err != nil {
				watcher.Close()
				break
			}
		}
		if err == nil && file != "" { // the file may be replaced by another
			err = watcher.Add(filepath.Dir(file))
		}
	}
	if err != nil {
		fmt.Fprintf(stderr, "the system doesn't tell of changes (%s): looking for them every second\n", plaintext.Line(err.Error()))
		go everySecond(ctx, out)
		return out
	}
	go func() {
		defer watcher.Close()
		follow(ctx, watcher, out)
	}()
	return out
}

// watchBelow has the watcher tell of a folder and all below it.
func watchBelow(watcher *fsnotify.Watcher, top string) error {
	return filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && path == top:
			return err
		case err != nil:
			return nil // it went away, or nobody may read it
		case path != top && strings.HasPrefix(entry.Name(), ".") && entry.IsDir():
			return fs.SkipDir
		case entry.IsDir():
			return watcher.Add(path)
		}
		return nil
	})
}

// follow passes on what the watcher tells, when it has been quiet for a moment.
func follow(ctx context.Context, watcher *fsnotify.Watcher, out chan<- struct{}) {
	var quiet <-chan time.Time
	var first time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case event, ok := <-watcher.Events:
			if !ok {
				return
			}
			if event.Has(fsnotify.Create) {
				// A folder that is new. One that can't be watched is seen at the next change.
				watchBelow(watcher, event.Name)
			}
			if event.Op == fsnotify.Chmod {
				continue
			}
			if quiet == nil {
				first = time.Now()
			}
			quiet = time.After(max(0, min(watchPause, watchMost-time.Since(first))))
		case _, ok := <-watcher.Errors: // such as too much at once
			if !ok {
				return
			}
			quiet = time.After(watchPause)
		case <-quiet:
			quiet = nil
			send(out)
		}
	}
}

func everySecond(ctx context.Context, out chan<- struct{}) {
	clock := time.NewTicker(watchByClock)
	defer clock.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-clock.C:
			send(out)
		}
	}
}

// send leaves word, unless there is word already.
func send(out chan<- struct{}) {
	select {
	case out <- struct{}{}:
	default:
	}
}
