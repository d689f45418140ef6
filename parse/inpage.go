package parse

import (
	"bytes"
	"strings"
)

// withinPage looks for a feed that some program put into an HTML page, and goes
// to its root element.
func (d *Decoder) withinPage() bool {
	t := d.tok
	if !strings.EqualFold(string(t.local), "html") || !bytes.Contains(t.buf, []byte("<feed")) && !bytes.Contains(t.buf, []byte("<rss")) {
		return false
	}
	page := bytes.Clone(t.buf)
	for {
		switch t.next() {
		case tokenStart:
			local := string(d.localName())
			if (local == "feed" && t.space == spaceAtom || local == "rss") && d.root() {
				return true
			}
		case tokenEOF:
			t.buf, t.err = page, nil // for who says what it is instead
			return false
		}
	}
}
