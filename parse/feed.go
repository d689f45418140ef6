// Package parse reads newsletters: feeds of every kind with [Feed], letter by
// letter with a [Decoder], and lists of feeds with [OPML]. The documents that
// people write letters in are read by package parse/letters.
package parse

// The files from the bottom upwards:
//
//   - error, options, text: what all of them use
//   - page: what a title page or a letter states, while it is read
//   - element, passage, person, link: what elements hold
//   - itunes, mediarss, wordpress, …, vocabulary: what each element means, and which counts
//   - rss, atom: the formats in XML; json, jsonfeed: the one in JSON
//   - discover: what a document is that is no feed
//   - decoder, feed; opml

import (
	"bytes"
	"io"

	"github.com/automationregion/newsletter"
)

// Feed reads a feed of any kind: RSS 0.90 to 2.0, RDF, Atom 0.3 and 1.0, JSON
// Feed 1.0 and 1.1, in any charset. Titles come out as text, content as HTML,
// URLs absolute.
//
// Feeds that aren't well-formed are mended as they are read; Report of [Options] tells
// where. A document that is cut off, or that is over a limit, gives the letters before
// that together with an [*Error] which is [ErrTruncated], [ErrTooLarge], [ErrTooDeep]
// or [ErrTooManyLetters]. A document that is not a feed gives a [*NotFeedError] that
// says what it is.
func Feed(r io.Reader, opts ...Options) (*newsletter.Newsletter, error) {
	o := optionsOf(opts)
	again, err := rewindable(r, o)
	if err != nil {
		return nil, err
	}
	from, err := again.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, err
	}
	d := NewDecoder(again, opts...)
	d.report = nil // not before it is known whether this way of reading will do
	n, err := d.all()
	if d.unsited && d.site != "" {
		if _, e := again.Seek(from, io.SeekStart); e == nil { // now that it is known what is relative to what
			site := d.site
			d = NewDecoder(again, opts...)
			d.report, d.site = nil, site
			n, err = d.all()
		}
	}
	if o.Report != nil {
		o.Report(d.reading)
	}
	return n, err
}

// all reads the newsletter with its letters.
func (d *Decoder) all() (*newsletter.Newsletter, error) {
	n, err := d.Newsletter()
	if n == nil {
		return nil, err
	}
	for l, err := range d.Letters() {
		if err != nil {
			return n, err
		}
		n.Letters = append(n.Letters, l)
	}
	return n, nil
}

// rewindable returns r, or what it holds, as something that can be read twice.
func rewindable(r io.Reader, o Options) (io.ReadSeeker, error) {
	if s, ok := r.(io.ReadSeeker); ok {
		if _, err := s.Seek(0, io.SeekCurrent); err == nil {
			return s, nil
		}
	}
	// Four bytes for a character are what UTF-32 takes.
	most := o.MaxBytes
	if most < 1<<40 {
		most = 4*most + 4
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(io.LimitReader(r, most)); err != nil {
		return nil, &Error{Message: err.Error(), Err: err}
	}
	return bytes.NewReader(b.Bytes()), nil
}
