package main

import (
	"bytes"
	"os"
	"path/filepath"

	"github.com/automationregion/newsletter/cmd/newsletter/internal/output"
	"github.com/automationregion/newsletter/internal/atomicfile"
	"github.com/automationregion/newsletter/parse/letters"
)

// A letterCache is what is remembered between builds of the letters of a folder,
// in the user's cache folder: nobody else may read it, as drafts are in it.
type letterCache struct {
	letters.Cache
	file string // empty to remember nothing
	head []byte // which program wrote it
}

// letterCacheOf reads what is remembered of a folder. What can't be read is as if
// there were nothing.
func letterCacheOf(dir string) *letterCache {
	c := &letterCache{file: output.CacheFile(dir, ".letters")}
	program := output.Program(version(), nil)
	if program == "" {
		c.file = ""
	}
	c.head = []byte(program + "\n")
	if data, err := os.ReadFile(c.file); err == nil {
		if rest, ok := bytes.CutPrefix(data, c.head); ok {
			_ = c.UnmarshalBinary(rest) // then it is empty
		}
	}
	return c
}

// keep writes what is to be remembered, if that is something else than it was.
func (c *letterCache) keep() {
	if c == nil || c.file == "" || c.Made() == 0 {
		return
	}
	data, err := c.MarshalBinary()
	if err != nil || os.MkdirAll(filepath.Dir(c.file), 0o700) != nil {
		return
	}
	_ = atomicfile.Write(c.file, append(c.head, data...), 0o600) // the next build does without
}
