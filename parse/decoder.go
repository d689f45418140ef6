package parse

import (
	"errors"
	"io"
	"iter"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/charset"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/vocab"
	"github.com/automationregion/newsletter/internal/xmlchar"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

// A Decoder reads a feed one letter at a time, in memory that is bounded by the
// largest letter, however long the feed is. A feed longer than
// [DefaultMaxBytes], or with more letters than [DefaultMaxLetters], needs
// [Options] with other limits to be read whole.
//
// A JSON Feed is read whole before its first letter. Where the link of an RSS channel
// comes after letters, relative URLs in those are resolved as if there were no link:
// [Feed] begins anew there.
//
// Of a feed in RSS 1.0 the letters come in the order of its rdf:Seq, which is that of
// the document nearly always: where it isn't, up to 1,000 letters are kept until it is
// their turn.
//
// A Decoder is for one goroutine at a time.
type Decoder struct {
	opts   Options
	report func(Reading) // nil if nobody is to be told yet
	src    io.Reader
	tables *tables
	chars  *charset.Reader
	tok    *xmltoken.Reader // nil until the feed was opened, and for JSON

	newsletter *newsletter.Newsletter
	head       page              // the title page
	letter     page              // the present letter
	site       string            // of RSS: what the channel links to
	unsited    bool              // letters were read before that
	who        newsletter.Author // that is being read
	letters    int               // that were read
	extensions int               // what was kept of other vocabularies
	full       bool              // more of them was there
	spare      []newsletter.Attr // room for the attributes of the next
	words      []byte            // text of those that are being read
	names      map[string]string // of their elements, attributes and prefixes
	recent     [64]string        // those of them that came last, so that most need not be looked up
	atLetter   bool              // the tokens stand at the first letter
	inHead     bool              // what is read is of the title page
	foreignAt  int               // how deep the outermost element of another vocabulary stands that is read of it

	rdf     bool           // RSS 0.90 or 1.0
	turns   map[string]int // of its letters, by their rdf:about
	turn    int            // of the letter that comes next
	about   string         // the rdf:about of the present letter
	waiting []waiting      // letters that were read before their turn, the next one last

	draft   bool // Atom 0.3
	lower   [64]byte
	reading Reading
	whole   []*newsletter.Letter // letters to come of a document that was read whole
	odd     bool                 // what was read may have characters that XML can't hold
	doubted bool                 // the present letter has extensions that may be faulty
	mender  mender
	opened  bool
	done    bool
	err     error
}

// A Reading says how a document was read. Get it with [Options].
type Reading struct {
	Format string   // what it is, such as "RSS 2.0", "Atom 1.0" or "JSON Feed 1.1"
	Faults []*Error // what was mended or left out: the first hundred

	// LeftOut counts the items of a WordPress export that are not letters, since they
	// are drafts, pages, pictures, or have a password. See KeepUnpublished of
	// [Options].
	LeftOut []LeftOut

	// Relative counts the addresses that were left out because they are relative, and
	// nothing says to what: BaseURL of [Options] does.
	Relative int
}

// NewDecoder returns a decoder of the feed that r holds. It reads nothing yet.
func NewDecoder(r io.Reader, opts ...Options) *Decoder {
	o := optionsOf(opts)
	return &Decoder{opts: o, report: o.Report, src: r, tables: rules}
}

// Newsletter returns the title page: what the feed states before its first
// letter. What it states after its last letter is added when the letters have
// been read. The newsletter's Letters stay empty.
//
// With an error it returns what could be read, or nil. The error is a [*NotFeedError]
// if the document is not a feed, else an [*Error].
func (d *Decoder) Newsletter() (*newsletter.Newsletter, error) {
	d.begin()
	return d.newsletter, d.err
}

// Letters yields the letters in the order of the feed, which RSS 1.0 states. An error comes once,
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
	limits := xmltoken.Options{MaxBytes: d.opts.MaxBytes, MaxDepth: d.opts.MaxDepth, Base: d.opts.BaseURL}
	if s, ok := d.src.(sized); ok {
		limits.Size = s.Len()
	}
	r, err := charset.NewReader(d.src, d.opts.Charset)
	if err != nil {
		d.finish(&Error{Message: err.Error(), Err: err})
		return
	}
	d.chars, d.odd = r, d.odd || !xmlchar.Holds(d.opts.BaseURL)
	t := xmltoken.NewReader(r, limits)
	if first := t.First(); format.Of(format.JSON).HasRoot(first) {
		d.readWhole(t)
		return
	}
	d.tok = t
	for t.Next() == xmltoken.Text {
	}
	if err := t.Err(); err != nil && (t.Begun() || !errors.Is(err, xmltoken.ErrMalformed)) {
		d.finish(err)
		return
	}
	if t.Kind != xmltoken.Start || !d.root() && !d.withinPage() {
		head, err := t.Head()
		if err == nil {
			err = notFeed(head, d.opts)
		}
		d.finish(err)
		return
	}
	t.Release()
	d.newsletter = &newsletter.Newsletter{}
	d.readHead()
	d.head.fill(d, d.newsletter)
	mendHead(d.newsletter) // which is noted when it is complete
	if !d.atLetter {
		d.end()
	}
}

// readWhole reads a document that no xmltoken.Reader is for.
func (d *Decoder) readWhole(t *xmltoken.Reader) {
	data, err := t.Rest()
	if err != nil {
		d.finish(err)
		return
	}
	n, reading, err := readJSON(data, d.opts)
	d.newsletter, d.reading = n, reading
	if n != nil {
		d.whole, n.Letters = n.Letters, nil
	}
	d.finish(err)
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
	d.head.language.set(vocab.LanguageAside, oneLine(t.AttrIn(namespace.XML, "lang")))
	d.head.id.set(vocab.IDAside, trimSpace(t.AttrIn(namespace.RDF, "about")))
	if d.atLetter = d.isLetter(); !d.atLetter {
		if attrs := d.foreign(); attrs != nil {
			addForeign(&d.head.foreign, inItself, attrs)
		}
	}
}

// readHead reads the title page up to the next letter or the end.
func (d *Decoder) readHead() {
	t := d.tok
	d.inHead = true
	defer func() { d.inHead = false }()
	for !d.atLetter {
		t.Renew()
		switch t.NextTag() {
		case xmltoken.Start:
			if d.isLetter() {
				d.atLetter = true
				return
			}
			r := d.rule()
			switch {
			case r == nil:
				d.keep(&d.head)
				continue
			case r.open:
				d.atRoot()
			}
			d.apply(r, &d.head)
		case xmltoken.EOF:
			return
		}
	}
}

// nextOfDocument returns the next letter as they stand there, or nil after the last.
func (d *Decoder) nextOfDocument() *newsletter.Letter {
	for {
		if d.done {
			return d.nextOfWhole()
		}
		extensions := d.extensions
		if !d.readLetter() {
			continue
		}
		reason := d.letter.post.unpublished()
		if reason != "" && !d.opts.KeepUnpublished {
			d.reading.leaveOut(reason)
			d.extensions = extensions // of which nothing is kept
			continue
		}
		l := d.letter.letter(d)
		done, ok := d.mender.mend(l, !d.doubted && !d.isOdd())
		if d.mended(d.letters-1, done); ok {
			return l
		}
	}
}

// readLetter reads the next letter, or ends the reading if there is none.
func (d *Decoder) readLetter() bool {
	if !d.atLetter {
		d.readHead()
	}
	if !d.atLetter {
		d.end()
		return false
	}
	if why := d.opts.tooMany(d.letters, d.tok.Room.Size); why != "" {
		d.tok.Fail(ErrTooManyLetters, why)
		d.end()
		return false
	}
	d.atLetter, d.doubted = false, false
	d.unsited = d.unsited || d.site == ""
	d.tok.Renew()
	p := &d.letter
	p.reset()
	p.language.set(vocab.LanguageAside, oneLine(d.tok.AttrIn(namespace.XML, "lang")))
	d.about = trimSpace(d.tok.AttrIn(namespace.RDF, "about"))
	p.id.set(vocab.IDAside, d.about)
	if attrs := d.foreign(); attrs != nil {
		addForeign(&p.foreign, inItself, attrs)
	}
	d.walk(nil, p)
	if d.tok.Err() != nil { // the letter isn't whole
		d.end()
		return false
	}
	d.letters++
	return true
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
	d.mended(-1, mendHead(d.newsletter))
	if d.tok.Room.Full() {
		d.tok.Note(moreRelative, nil)
	}
	d.finish(d.tok.Err())
}

// moreRelative says of a document what a [relref.Room] is for.
const moreRelative = "more relative URLs than are resolved"

func (d *Decoder) finish(err error) {
	d.done = true
	d.err = located(err, d.opts.FileName)
	for _, f := range d.reading.Faults {
		f.File = d.opts.FileName
	}
	if d.tok != nil {
		for _, f := range d.tok.Faults() {
			d.reading.Faults = append(d.reading.Faults, errorOf(f, d.opts.FileName))
		}
	}
	if d.report != nil {
		d.report(d.reading)
	}
}

// readers is who reads each format that an XML document can have: begin is told
// the name of the root element, which is one of the format's, and reports
// whether the document is a feed. JSON has no elements, and is read by readJSON.
var readers = [...]struct {
	format format.Format
	begin  func(d *Decoder, root string) bool
}{
	{format.RSS, (*Decoder).beginRSS},
	{format.RDF, (*Decoder).beginRDF},
	{format.Atom, (*Decoder).beginAtom},
}
