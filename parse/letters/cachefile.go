package letters

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"maps"
	"slices"
)

// A cacheFile is what a Cache is written as, before its letters. Of letters'
// documents these have the hash alone.
type cacheFile struct {
	Options cacheOptions
	Letters int
}

type cacheFileLetter struct {
	File     string
	Sum      [sha256.Size]byte
	Known    known
	Finished []finishedLetter
}

// Made returns how many letters were read anew since the Cache was empty or came from
// UnmarshalBinary. If it returns 0, what was kept before is still right.
func (c *Cache) Made() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.made
}

// MarshalBinary returns the Cache in a form for the next process of the same program:
// another version of this package may read letters in another way, and has no use for
// them. They hold letters' texts, drafts among them.
func (c *Cache) MarshalBinary() ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := cacheFile{c.like, len(c.letters)}
	var b bytes.Buffer
	e := gob.NewEncoder(&b)
	if err := e.Encode(f); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(c.letters)) {
		l := c.letters[name]
		if err := e.Encode(cacheFileLetter{name, l.hash(), l.read.known, l.finished}); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// UnmarshalBinary makes the Cache what MarshalBinary wrote. With an error it stays
// as it is.
func (c *Cache) UnmarshalBinary(data []byte) error {
	var f cacheFile
	d := gob.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&f); err != nil {
		return err
	}
	all := map[string]*cachedLetter{}
	for range f.Letters {
		var in cacheFileLetter
		if err := d.Decode(&in); err != nil {
			return err
		}
		all[in.File] = &cachedLetter{sum: in.Sum, read: document{known: in.Known, isCached: true}, finished: in.Finished}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.like = f.Options
	c.letters, c.made = all, 0
	return nil
}

// hash is of the document.
func (l *cachedLetter) hash() [sha256.Size]byte {
	if l.source == nil {
		return l.sum
	}
	return sha256.Sum256(l.source)
}

// is reports whether the letter was read from a document.
func (l *cachedLetter) is(source []byte) bool {
	if l.source == nil {
		return l.sum == sha256.Sum256(source)
	}
	return bytes.Equal(l.source, source)
}
