package parse

import "math"

// Default limits. What is read from outside is bounded even if the caller asks
// for nothing.
const (
	DefaultMaxBytes   = 64 << 20 // bytes of a document
	DefaultMaxLetters = 200_000  // letters of a document
	DefaultMaxDepth   = 500      // elements, arrays or objects within each other
)

// An Option changes how a document is read. [Feed] and [NewDecoder] heed all
// of them; [OPML] heeds the limits, BaseURL, Charset and FileName.
type Option func(*options)

type options struct {
	maxBytes   int64
	maxLetters int
	maxDepth   int
	baseURL    string
	charset    string
	file       string
	markup     bool
	report     func(Reading)
	tellFaults bool // somebody asked what was mended or left out
}

func newOptions(opts []Option) options {
	o := options{maxBytes: DefaultMaxBytes, maxLetters: DefaultMaxLetters, maxDepth: DefaultMaxDepth}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// MaxBytes limits the size of the document after its charset was decoded to
// UTF-8. 0 is [DefaultMaxBytes], negative is no limit. A longer document gives
// an error that is [ErrTooLarge].
func MaxBytes(n int64) Option {
	return func(o *options) { o.maxBytes = bound(n, DefaultMaxBytes, math.MaxInt64) }
}

// MaxLetters limits how many letters a feed may hold. 0 is
// [DefaultMaxLetters], negative is no limit. A feed with more gives its first n
// letters and an error that is [ErrTooManyLetters].
func MaxLetters(n int) Option {
	return func(o *options) { o.maxLetters = bound(n, DefaultMaxLetters, math.MaxInt) }
}

// MaxDepth limits how deep elements, arrays and objects stand within each
// other. 0 is [DefaultMaxDepth], negative is no limit. A deeper document gives
// an error that is [ErrTooDeep].
func MaxDepth(n int) Option {
	return func(o *options) { o.maxDepth = bound(n, DefaultMaxDepth, math.MaxInt) }
}

// BaseURL is where the document was read from. Relative URLs are resolved
// against it where the document itself names no base.
func BaseURL(u string) Option {
	return func(o *options) { o.baseURL = u }
}

// Charset is the charset parameter of the HTTP Content-Type that the document
// came with. A byte order mark overrules it, and it overrules the document's
// own declaration (RFC 7303, section 3).
func Charset(name string) Option {
	return func(o *options) { o.charset = name }
}

// FileName is the name that errors begin with.
func FileName(name string) Option {
	return func(o *options) { o.file = name }
}

// Markup keeps the HTML that stands in a feed's titles, descriptions, summaries
// and rights, which otherwise are turned into text. Relative URLs in it are
// resolved. What the feed says is text stays as it is.
func Markup() Option {
	return func(o *options) { o.markup = true }
}

// bound gives a limit its three meanings: 0 the default, negative none.
func bound[T int | int64](n, byDefault, none T) T {
	switch {
	case n == 0:
		return byDefault
	case n < 0:
		return none
	}
	return n
}
