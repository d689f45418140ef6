package letters

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/parse/letters/internal/markdown"
)

// A Cache remembers the letters of a folder between readings: a letter that stands as
// it stood, and leads where it led, is not made anew. What [ReadFolder] returns is the
// same with it and without. Letters with faults are not remembered.
//
// The zero Cache is empty and ready to use, by several goroutines at once. What
// several readings return may share memory and is not to be changed.
type Cache struct {
	mu      sync.Mutex
	like    cacheOptions
	letters map[string]*cachedLetter // by file name
	made    int                      // letters that were read anew
}

// cacheOptions are those that what is remembered depends on.
type cacheOptions struct {
	RawHTML  bool
	Heard    bool // remarks are
	MaxBytes int64
	MaxDepth int
	MaxTime  time.Duration
	Language string // in which a byline is read
	Zone     string
	Posts    bool
}

// A cachedLetter is a letter document as it was read, and what became of it.
type cachedLetter struct {
	source   []byte            // nil if only its hash is known,
	sum      [sha256.Size]byte // which this is then
	read     document
	finished []finishedLetter // the latest last
}

// maxFinished is how many outcomes of a letter are remembered. Two readings of a
// folder may differ in whether a letter that this one links to is published.
const maxFinished = 2

// A finishedLetter is what became of a letter where its addresses led to answers
// and the newsletter's language was byDefault.
type finishedLetter struct {
	ByDefault string
	Answers   []addressAnswer
	Outcome   letterOutcome
	Remarks   []cachedRemark // on all of it
}

type cachedRemark struct {
	At            settings.Place
	Rule, Message string
}

// A letterOutcome is what document.finish decides of a letter.
type letterOutcome struct {
	Image       string
	Attachments []newsletter.Attachment
	Extensions  newsletter.Extensions
	Content     string
	Updated     time.Time
}

func outcomeOf(l *newsletter.Letter) letterOutcome {
	return letterOutcome{l.Image, l.Attachments, l.Extensions, l.Content, l.Updated}
}

func (o *letterOutcome) set(l *newsletter.Letter) {
	l.Image, l.Attachments, l.Extensions, l.Content, l.Updated = o.Image, slices.Clone(o.Attachments), o.Extensions, o.Content, o.Updated
}

type addressAnswer struct {
	Address string
	Use     addressUse
	To      target
}

// of makes the cache one for readings with the options.
func (c *Cache) of(o Options) {
	like := cacheOptions{o.RawHTML, o.Remark != nil, o.MaxBytes, o.MaxDepth, o.MaxTime, o.Language, "", o.posts}
	if o.zone != nil {
		_, offset := time.Unix(0, 0).In(o.zone).Zone() // tells those without a name apart
		like.Zone = o.zone.String() + strconv.Itoa(offset)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.like != like || c.letters == nil {
		c.like, c.letters = like, make(map[string]*cachedLetter)
	}
}

// only forgets letters that the folder has no more.
func (c *Cache) only(letters map[string]*folderLetter) {
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.DeleteFunc(c.letters, func(file string, _ *cachedLetter) bool { return letters[file] == nil })
}

// readLetter is [readLetter] for a file, which it need not read if it did before.
func (c *Cache) readLetter(ctx context.Context, file io.Reader, o Options) *document {
	limit := o.MaxBytes
	if limit < math.MaxInt64 {
		limit++ // for readText to see that there is more
	}
	source, err := io.ReadAll(io.LimitReader(file, limit))
	if err != nil {
		return readLetter(ctx, io.MultiReader(bytes.NewReader(source), failingReader{err}), o)
	}
	c.mu.Lock()
	cached := c.letters[o.FileName]
	c.mu.Unlock()
	if cached != nil && cached.is(source) {
		if cached.source == nil {
			known := *cached
			known.source, known.read.text = source, string(source) // that there is one is all that is asked of it
			cached = &known
			c.mu.Lock()
			c.letters[o.FileName] = cached
			c.mu.Unlock()
		}
		d := cached.read
		d.byDefault = o.Language
		d.Faults, d.cost = &settings.Faults{File: o.FileName, Heard: o.Remark != nil}, markdown.NewCost(o.MaxTime)
		d.Letter.Attachments = slices.Clone(d.Letter.Attachments)
		d.Letter.Links = slices.Clip(d.Letter.Links) // translations are added
		d.cached = cached
		return &d
	}
	d := readLetter(ctx, bytes.NewReader(source), o)
	d.Letter.Links = slices.Clip(d.Letter.Links)
	if len(d.List) == 0 && d.cost.Fault == nil {
		cached = &cachedLetter{source: source, read: *d}
		cached.read.Letter.Attachments = slices.Clone(d.Letter.Attachments)
		cached.read.isCached = true
		cached.read.Faults, cached.read.cost, cached.read.content, cached.read.addresses = nil, nil, "", nil
		cached.read.zoned = nil
		d.cached = cached
		c.mu.Lock()
		c.letters[o.FileName] = cached
		c.made++
		c.mu.Unlock()
	}
	return d
}

// finish is the document's finish, from memory if all addresses lead where they
// led.
func (c *Cache) finish(ctx context.Context, d *document, resolve resolveFunc, o Options) {
	known := d.cached
	if known == nil {
		d.finish(ctx, resolve)
		return
	}
	c.mu.Lock()
	finished := slices.Clone(known.finished)
	c.mu.Unlock()
	for _, f := range slices.Backward(finished) {
		if f.ByDefault == d.byDefault && f.stands(resolve) {
			f.Outcome.set(&d.Letter)
			d.Remarks = nil
			for _, remark := range f.Remarks {
				d.Remark(remark.Rule, remark.At, "%s", remark.Message)
			}
			return
		}
	}
	if d.isCached { // and that doesn't serve
		again := readLetter(ctx, bytes.NewReader(known.source), o)
		d.content, d.addresses = again.content, again.addresses
		d.cost = again.cost
		// What the letter is called was said in between.
		again.Letter.URL, again.Letter.ID = d.Letter.URL, d.Letter.ID
		again.Faults.List = append(again.Faults.List, d.Faults.List...)
		again.cached = known
		*d = *again
	}
	before := len(d.List) + d.More
	var answers []addressAnswer
	d.finish(ctx, func(address string, use addressUse) (target, string) {
		to, problem := resolve(address, use)
		answers = append(answers, addressAnswer{address, use, to})
		return to, problem
	})
	if len(d.List)+d.More > before || d.cost.Fault != nil {
		return
	}
	var remarks []cachedRemark
	for _, r := range d.Remarks {
		remarks = append(remarks, cachedRemark{settings.Place{Line: r.Line, Column: r.Column}, r.Rule, r.Message})
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made++
	known.finished = append(known.finished, finishedLetter{d.byDefault, answers, outcomeOf(&d.Letter), remarks})
	if len(known.finished) > maxFinished {
		known.finished = slices.Delete(known.finished, 0, 1)
	}
}

// stands reports whether all addresses of the letter lead where they led.
func (f *finishedLetter) stands(resolve resolveFunc) bool {
	for _, a := range f.Answers {
		if to, problem := resolve(a.Address, a.Use); problem != "" || to != a.To {
			return false
		}
	}
	return true
}

// A failingReader fails.
type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }
