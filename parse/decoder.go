package parse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/charset"
	"github.com/automationregion/newsletter/internal/format"
)

// A Decoder reads a feed one letter at a time, in memory that is bounded by the
// largest letter, however long the feed is. A feed longer than
// [DefaultMaxBytes], or with more letters than [DefaultMaxLetters], needs
// [MaxBytes] or [MaxLetters] to be read whole.
//
// A JSON Feed is read whole before its first letter. A document in XML that is
// too far from well-formed to be mended on the way gives the letters up to there
// and an error, where [Feed] begins anew and reads it by guess.
//
// A Decoder is for one goroutine at a time.
type Decoder struct {
	opts   options
	src    io.Reader
	tables tables
	tok    *tokenizer // nil until the feed was opened, and for JSON

	newsletter *newsletter.Newsletter
	head       page // the title page
	letter     page // the present letter
	media      page // a media:content of it
	letters    int  // that were read
	atLetter   bool // the tokenizer stands at the first letter

	draft   bool // Atom 0.3
	lower   [64]byte
	reading Reading
	whole   []*newsletter.Letter // letters to come of a document that was read whole
	opened  bool
	done    bool
	err     error
}

// tables are what becomes of each element, by its namespace.
type tables struct {
	rss, atom map[string]rule
	extension *[spaceOther]map[string]rule
}

// A Reading says how a document was read. Get it with [Report].
type Reading struct {
	Format    string   // what it is, such as "RSS 2.0", "Atom 1.0" or "JSON Feed 1.1"
	Forgiving bool     // too far from well-formed to be read as it stands, it was read by guess
	Faults    []*Error // what was mended or left out: the first hundred
}

// Report calls f once, when [Feed] or a [Decoder] has read the document to its
// end, with how it was read. A loop over letters that stops early never calls
// it. [Letter] and [OPML] don't heed it.
func Report(f func(Reading)) Option {
	return func(o *options) { o.report, o.tellFaults = f, f != nil }
}

// NewDecoder returns a decoder of the feed that r holds. It reads nothing yet.
func NewDecoder(r io.Reader, opts ...Option) *Decoder {
	return &Decoder{opts: newOptions(opts), src: r, tables: tables{rssRows, atomRows, &extensionsBySpace}}
}

// Newsletter returns the title page: what the feed states before its first
// letter. What it states after its last letter is added when the letters have
// been read. The newsletter's Letters stay empty.
//
// With an error it returns what could be read, or nil. The error is a
// [*NotFeedError] if the document is no feed, else an [*Error].
func (d *Decoder) Newsletter() (*newsletter.Newsletter, error) {
	d.begin()
	return d.newsletter, d.err
}

// Letters yields the letters in the order of the feed. An error comes once,
// last, with a nil letter; what came before it stays valid. Letters go on where
// an earlier loop ended.
func (d *Decoder) Letters() iter.Seq2[*newsletter.Letter, error] {
	return func(yield func(*newsletter.Letter, error) bool) {
		d.begin()
		for {
			l := d.next()
			if l == nil {
				break
			}
			if !yield(l, nil) {
				return
			}
		}
		if err := d.err; err != nil {
			yield(nil, err)
		}
	}
}

// sized is what bytes.Reader, strings.Reader and bytes.Buffer are.
type sized interface{ Len() int }

// begin reads up to the first letter.
func (d *Decoder) begin() {
	if d.opened {
		return
	}
	d.opened = true
	size := maxWindow
	if s, ok := d.src.(sized); ok {
		size = s.Len() + 1
	}
	r, err := charset.NewReader(d.src, d.opts.charset)
	if err != nil {
		d.finish(&Error{Message: err.Error(), Err: err})
		return
	}
	t := newTokenizer(r, size, d.opts)
	t.more()
	if first := bytes.TrimLeft(t.buf, " \t\r\n"); len(first) > 0 && format.Of(format.JSON).HasRoot(string(first[:1])) {
		d.readWhole(t)
		return
	}
	d.tok = t
	for t.next() == tokenText {
	}
	if t.kind != tokenStart || !d.root() && !d.withinPage() {
		d.refuse()
		return
	}
	d.newsletter = &newsletter.Newsletter{}
	d.readHead()
	d.head.fill(d, d.newsletter)
	if !d.atLetter {
		d.end()
	}
}

// readWhole reads a document that no tokenizer is for.
func (d *Decoder) readWhole(t *tokenizer) {
	for t.more() {
	}
	if t.err != nil {
		d.finish(t.err)
		return
	}
	n, reading, err := readJSON(t.buf, d.opts)
	d.newsletter, d.reading = n, reading
	if n != nil {
		d.whole, n.Letters = n.Letters, nil
	}
	d.finish(err)
}

// refuse is for what is no feed.
func (d *Decoder) refuse() {
	t := d.tok
	if t.err != nil && (t.begun || !errors.Is(t.err, errMalformed)) {
		d.finish(t.err)
		return
	}
	if t.passed == (place{}) { // what it is may only be seen further in
		t.pos = 0
		for len(t.buf) < maxTag && t.more() {
		}
	}
	d.finish(notFeed(t.buf, d.opts))
}

// root reports whether the element that was just begun is a feed's, and what
// feed that is.
func (d *Decoder) root() bool {
	local := string(d.localName())
	for _, r := range readers {
		if format.Of(r.format).HasRoot(local) {
			if !r.begin(d, local) {
				return false
			}
			d.atRoot()
			return true
		}
	}
	return false
}

// atRoot takes what a root element or a channel says of the newsletter, and
// goes to the first letter at once if the root is one.
func (d *Decoder) atRoot() {
	t := d.tok
	d.head.language.set(1, oneLine(t.attrIn(spaceXML, "lang")))
	d.head.id.set(1, oneLine(t.attrIn(spaceRDF, "about")))
	d.atLetter = d.isLetter()
}

func (d *Decoder) isLetter() bool {
	t := d.tok
	switch t.space {
	case spaceRSS:
		return string(d.localName()) == "item"
	case spaceAtom:
		return string(d.localName()) == "entry"
	}
	return false
}

// localName is the present element's name in lower case.
func (d *Decoder) localName() []byte {
	local := d.tok.local
	for _, c := range local {
		if c >= 'A' && c <= 'Z' {
			return append(d.lower[:0], bytes.ToLower(local)...)
		}
	}
	return local
}

// rule returns what becomes of the present element.
func (d *Decoder) rule() (rule, bool) {
	var r rule
	var ok bool
	switch s := d.tok.space; s {
	case spaceRSS:
		r, ok = d.tables.rss[string(d.localName())]
	case spaceAtom:
		r, ok = d.tables.atom[string(d.localName())]
	case spaceOther:
	default:
		r, ok = d.tables.extension[s][string(d.localName())]
	}
	return r, ok
}

// readHead reads the title page up to the next letter or the end.
func (d *Decoder) readHead() {
	t := d.tok
	for !d.atLetter {
		t.renew()
		switch t.nextTag() {
		case tokenStart:
			if d.isLetter() {
				d.atLetter = true
				return
			}
			r, ok := d.rule()
			switch {
			case !ok:
				t.skip()
				continue
			case r.open:
				d.atRoot()
			}
			if r.read != nil {
				r.read(d, &d.head)
			}
		case tokenEOF:
			return
		}
	}
}

// walk reads the elements within the one that was just begun, by the given rows
// or, without, by those of every format.
func (d *Decoder) walk(rows map[name]rule, p *page) {
	t := d.tok
	depth := t.depth()
	for {
		switch t.nextTag() {
		case tokenStart:
			var r rule
			var ok bool
			if rows == nil {
				r, ok = d.rule()
			} else {
				r, ok = rows[name{t.space, string(d.localName())}]
			}
			switch {
			case !ok:
				t.skip()
			case r.read != nil:
				r.read(d, p)
			}
		case tokenEnd:
			if t.depth() < depth {
				return
			}
		case tokenEOF:
			return
		}
	}
}

// next returns the next letter, or nil after the last.
func (d *Decoder) next() *newsletter.Letter {
	if d.done {
		return d.nextOfWhole()
	}
	if !d.atLetter {
		d.readHead()
	}
	if !d.atLetter {
		d.end()
		return nil
	}
	if d.letters >= d.opts.maxLetters {
		d.tok.fail(ErrTooManyLetters, fmt.Sprintf("the feed has more than %d letters", d.opts.maxLetters))
		d.end()
		return nil
	}
	d.atLetter = false
	d.tok.renew()
	p := &d.letter
	p.reset()
	p.language.set(1, oneLine(d.tok.attrIn(spaceXML, "lang")))
	p.id.set(1, oneLine(d.tok.attrIn(spaceRDF, "about")))
	d.walk(nil, p)
	if d.tok.err != nil { // the letter isn't whole
		d.end()
		return nil
	}
	d.letters++
	return p.letter(d)
}

// nextOfWhole hands out the letters of a document that was read whole.
func (d *Decoder) nextOfWhole() *newsletter.Letter {
	if len(d.whole) == 0 {
		return nil
	}
	l := d.whole[0]
	d.whole = d.whole[1:]
	return l
}

// end completes the title page after the last letter.
func (d *Decoder) end() {
	d.head.fill(d, d.newsletter)
	d.finish(d.tok.err)
}

func (d *Decoder) finish(err error) {
	d.done = true
	nameFile(err, d.opts.file)
	d.err = err
	if d.tok != nil {
		d.reading.Faults = d.tok.faults
	}
	for _, f := range d.reading.Faults {
		f.File = d.opts.file
	}
	if d.opts.report != nil {
		d.opts.report(d.reading)
	}
}

// base is the URL that relative ones are relative to: what xml:base says, where
// the document was read, where it says that it is published, or the home page.
func (d *Decoder) base() string {
	base := d.tok.base
	if isAbsoluteURL(base) {
		return base
	}
	home := d.head.self
	if !isAbsoluteURL(home) {
		home = d.head.url.value
	}
	if base == "" || !isAbsoluteURL(home) {
		return home
	}
	return resolveURL(home, base)
}

// resolve makes a URL absolute; "" stays.
func (d *Decoder) resolve(ref string) string {
	if ref == "" {
		return ""
	}
	return resolveURL(d.base(), ref)
}
