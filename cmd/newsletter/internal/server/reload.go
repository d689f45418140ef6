package server

import (
	"context"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

const reloadEvery = 5 * time.Second // between two looks at whether the configuration changed

// reloads reads the configuration again when it changed, or when somebody asks
// for it, or a list that was held is decided on, until ctx is done.
func reloads(ctx context.Context, o *Options, before uint64, decided func(context.Context) bool, load func() error) {
	hangup := make(chan os.Signal, 1)
	notifyHangup(hangup)
	ticker := time.NewTicker(reloadEvery)
	defer ticker.Stop()
	for {
		now := before
		select {
		case <-ctx.Done():
			return
		case <-hangup:
			now = stamp(o.Path, o.State)
		case <-ticker.C:
			if now = stamp(o.Path, o.State); now == before && !decided(ctx) {
				continue
			}
		}
		before = now
		if err := load(); err != nil {
			o.Logger.Error("the configuration was not taken over", "path", o.Path, "error", err)
			continue
		}
		o.Logger.Info("the configuration was read again", "path", o.Path)
	}
}

// stamp is a number that changes with the names, sizes and times of the files at
// path, but for those of the state, which are ours.
func stamp(path, state string) uint64 {
	own, err := os.Stat(state)
	sum := fnv.New64a()
	filepath.WalkDir(path, func(name string, _ fs.DirEntry, walkErr error) error {
		info, statErr := os.Stat(name)
		switch {
		case walkErr != nil || statErr != nil:
			fmt.Fprintln(sum, name, "can't be read")
		case info.IsDir() && err == nil && os.SameFile(info, own):
			return fs.SkipDir
		case !info.IsDir():
			fmt.Fprintln(sum, name, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return sum.Sum64()
}
