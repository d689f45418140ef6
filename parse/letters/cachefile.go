package letters

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"maps"
	"slices"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/settings"
)

// A cacheFile is what a Cache is written as, before its letters. Of letters'
// documents these have the hash alone.
type cacheFile struct {
	RawHTML  bool
	MaxBytes int64
	MaxDepth int
	MaxTime  time.Duration
	Letters  int
}

type cacheFileLetter struct {
	File, Hash      string
	Letter          newsletter.Letter
	Markdown        bool
	Named           time.Time
	Language        string
	NameSlug        string
	Original        string
	Slug            string
	Draft           bool
	Unreadable      bool
	Publish, Expiry time.Time
	Stated          map[string]settings.Place
	Finished        []cacheFileFinished
}

type cacheFileFinished struct {
	ByDefault string
	Answers   []cacheFileAnswer
	Outcome   letterOutcome
}

type cacheFileAnswer struct {
	Address string
	Use     uint8
	URL     string
	Local   bool
	Size    int64
	Width   int
	Height  int
}

// Made returns how many letters were read anew since the Cache was empty or came
// from UnmarshalBinary: if none, there is nothing to keep that was not kept.
func (c *Cache) Made() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.made
}

// MarshalBinary returns the Cache in a form for the next process of the same
// program: another version of this package may read letters in another way, and
// whoever keeps the bytes keeps them apart. They hold letters' texts, drafts among
// them.
func (c *Cache) MarshalBinary() ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := cacheFile{c.like.rawHTML, c.like.maxBytes, c.like.maxDepth, c.like.maxTime, len(c.letters)}
	var b bytes.Buffer
	e := gob.NewEncoder(&b)
	if err := e.Encode(f); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(c.letters)) {
		l := c.letters[name]
		d := &l.read
		hash := l.hash()
		out := cacheFileLetter{
			File: name, Hash: string(hash[:]), Letter: d.letter, Markdown: d.name.markdown, Named: d.name.date, Language: d.name.language, NameSlug: d.name.slug,
			Original: d.name.original, Slug: d.slug, Draft: d.draft, Unreadable: d.unreadable, Publish: d.publish, Expiry: d.expiry,
			Stated: d.stated,
		}
		for i := range l.finished {
			r := &l.finished[i]
			finished := cacheFileFinished{ByDefault: r.byDefault, Outcome: r.outcome}
			for _, a := range r.answers {
				finished.Answers = append(finished.Answers, cacheFileAnswer{a.address, uint8(a.use), a.to.url, a.to.local, a.to.size, a.to.width, a.to.height})
			}
			out.Finished = append(out.Finished, finished)
		}
		if err := e.Encode(&out); err != nil {
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
		l := &cachedLetter{read: document{
			isCached: true,
			letter:   in.Letter, name: letterName{in.Markdown, in.Named, in.Language, in.NameSlug, in.Original},
			slug: in.Slug, draft: in.Draft, unreadable: in.Unreadable, publish: in.Publish, expiry: in.Expiry,
			stated: in.Stated,
		}}
		copy(l.sum[:], in.Hash)
		for _, r := range in.Finished {
			finished := finishedLetter{byDefault: r.ByDefault, outcome: r.Outcome}
			for _, a := range r.Answers {
				finished.answers = append(finished.answers, addressAnswer{a.Address, addressUse(a.Use), target{a.URL, a.Local, a.Size, a.Width, a.Height}})
			}
			l.finished = append(l.finished, finished)
		}
		all[in.File] = l
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.like = cacheOptions{f.RawHTML, f.MaxBytes, f.MaxDepth, f.MaxTime}
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
