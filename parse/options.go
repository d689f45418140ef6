package parse

import (
	"fmt"
	"math"
)

// Default limits. What is read from outside is bounded even if the caller asks
// for nothing.
const (
	DefaultMaxBytes   = 64 << 20 // bytes of a document
	DefaultMaxLetters = 200_000  // letters of a document
	DefaultMaxDepth   = 500      // elements, arrays or objects within each other
)

// Options say how a document is read. The zero value is of use: it reads what
// stands there, up to the default limits.
type Options struct {
	// FileName is the name that errors begin with.
	FileName string

	// BaseURL is where the document was read from. Relative URLs are resolved
	// against it where the document itself names no base: with xml:base, or with
	// the link of an RSS channel, if that is absolute, for the links of RSS are the
	// site's. IDs are never resolved.
	BaseURL string

	// Charset is the charset parameter of the HTTP Content-Type that the document
	// came with. A byte order mark overrules it, and it overrules the document's
	// own declaration (RFC 7303, section 3).
	Charset string

	// MaxBytes limits the size of the document after its charset was decoded to
	// UTF-8. 0 is [DefaultMaxBytes], negative is no limit. A longer document
	// gives an error that is [ErrTooLarge].
	MaxBytes int64

	// MaxLetters limits how many letters a feed may hold, or how many
	// newsletters a list. 0 is [DefaultMaxLetters], negative is no limit. A feed
	// with more gives its first ones and an error that is [ErrTooManyLetters], and so
	// does, by default, one of more than 10,000 that are shorter than 64 bytes each.
	MaxLetters int

	// MaxDepth limits how deep elements, arrays and objects stand within each
	// other. 0 is [DefaultMaxDepth], negative is no limit. A deeper document
	// gives an error that is [ErrTooDeep].
	MaxDepth int

	// KeepMarkup keeps the HTML that stands in a feed's titles, descriptions,
	// summaries and rights, which otherwise are turned into text. Relative URLs
	// in it are resolved. What the feed says is text stays as it is.
	KeepMarkup bool

	// KeepUnpublished hands on all items of a WordPress export as letters: those too
	// whose wp:status is not publish, whose wp:post_type is not post, or that have a
	// wp:post_password, which are among each letter's extensions. Without it they are
	// counted in the [Reading], and against MaxLetters.
	KeepUnpublished bool

	// Report is called once, when [Feed] or a [Decoder] has read the document to
	// its end, with how it was read. A loop over letters that stops early never
	// calls it, nor does [OPML].
	Report func(Reading)
}

// optionsOf returns the options that a variadic argument holds, at most one,
// with limits in the place of those that it leaves out.
func optionsOf(opts []Options) Options {
	var o Options
	if len(opts) > 0 {
		o = opts[0]
	}
	o.MaxBytes = limit(o.MaxBytes, DefaultMaxBytes, math.MaxInt64)
	o.MaxLetters = limit(o.MaxLetters, DefaultMaxLetters, math.MaxInt)
	o.MaxDepth = limit(o.MaxDepth, DefaultMaxDepth, math.MaxInt)
	return o
}

// Letters of fewer bytes than anybody's are no letters: what is written of each is
// many times as long.
const (
	manyLetters = 10_000
	leastLetter = 64 // bytes of each, on average, where there are more than manyLetters
)

// tooMany says why there are no more letters after the first ones of a document of
// which so many bytes were read; "" if there may be.
func (o *Options) tooMany(letters, size int) string {
	switch {
	case letters >= o.MaxLetters:
		return fmt.Sprintf("the feed has more than %d letters", o.MaxLetters)
	case o.MaxLetters == DefaultMaxLetters && letters >= manyLetters && letters > size/leastLetter:
		return fmt.Sprintf("the feed has more than %d letters, and fewer than %d bytes for each", letters, leastLetter)
	}
	return ""
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
