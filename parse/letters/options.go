package letters

import (
	"math"
	"sync"
	"time"

	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/parse"
)

// DefaultMaxBytes is the size of a letter document up to which it is read where
// [Options] say nothing: a letter of a megabyte is a book.
const DefaultMaxBytes = 1 << 20

// DefaultMaxTime is how long a letter may take where [Options] say nothing. One
// of a megabyte takes a tenth of a second; what costs more than some letter may
// is refused before, so this is for machines that are very busy or very slow.
const DefaultMaxTime = 10 * time.Second

// Options say how letters are read. The zero value is of use: it reads what
// stands there, and leaves out no letter for its date.
type Options struct {
	// FileName is the name that errors of [Read] begin with. Its ending tells
	// whether the letter is Markdown, and the name perhaps date and language. For
	// [ReadFolder] it is the folder's own name: in Jekyll's "_posts" tags have spaces
	// between them.
	FileName string

	// BaseURL is where what is read will stand. Relative addresses of a letter
	// that [Read] reads start from it, the letter's own page. A newsletter that
	// [ReadFolder] reads is published there instead of at its own URL; IDs stay.
	BaseURL string

	RawHTML bool // keep the HTML in Markdown letters, which is dropped otherwise

	MaxBytes int64 // of one letter; 0 is [DefaultMaxBytes], negative is no limit
	MaxDepth int   // of quotations, lists and values within each other; 0 is [parse.DefaultMaxDepth], negative is no limit

	// MaxTime is how long one letter may take to read; 0 is [DefaultMaxTime],
	// negative is no limit. A letter that takes longer is a fault.
	MaxTime time.Duration

	// Remark is told of what is likely not meant and yet doesn't keep a letter from
	// being published: a misspelt key, HTML that is dropped. Each has a place and a
	// Rule.
	Remark func(*parse.Error)

	// The rest is for folders alone.

	// Ignored says which files and folders hold no letters: what a .gitignore names,
	// the output of a build. Files that letters show or link to are found there all the
	// same. Nil names none.
	Ignored func(file string, isFolder bool) bool

	// Settings reads those of [ConfigFile] that say how the newsletter is published,
	// checked and gathered. It is for the newsletter command; nil passes over them.
	Settings func(settings.Value)

	// Cache remembers letters between readings of one folder. Nil remembers nothing.
	Cache *Cache

	MaxFiles int // in the folder, and so letters; 0 is [parse.DefaultMaxLetters], negative is no limit

	Now     time.Time // letters dated after it, or expired before it, are left out; zero leaves none out
	Drafts  bool      // take drafts too
	Future  bool      // take letters dated after Now too
	Expired bool      // take expired letters too

	Title    string // of the newsletter, where newsletter.yaml states none
	URL      string // likewise
	Language string // likewise, a BCP 47 tag

	readers *sync.Pool     // of the letters that are read together
	zone    *time.Location // of dates that state none; nil is UTC
	posts   bool           // the folder is one of Jekyll's
}

// optionsOf returns the options that a variadic argument holds, at most one,
// with limits in the place of those that it leaves out.
func optionsOf(opts []Options) Options {
	var o Options
	if len(opts) > 0 {
		o = opts[0]
	}
	o.readers = new(sync.Pool)
	o.MaxBytes = limit(o.MaxBytes, DefaultMaxBytes, math.MaxInt64)
	if o.MaxTime == 0 {
		o.MaxTime = DefaultMaxTime
	}
	o.MaxDepth = limit(o.MaxDepth, parse.DefaultMaxDepth, math.MaxInt)
	o.MaxFiles = limit(o.MaxFiles, parse.DefaultMaxLetters, math.MaxInt)
	return o
}

// limit gives a limit its three meanings: 0 the default, negative none.
func limit[T int | int64](n, byDefault, none T) T {
	switch {
	case n == 0:
		return byDefault
	case n < 0:
		return none
	}
	return n
}
