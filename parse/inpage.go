package parse

import (
	"bytes"

	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

// withinPage looks for a feed that some program put into an HTML page, and goes
// to its root element.
func (d *Decoder) withinPage() bool {
	t := d.tok
	if !format.Of(format.HTML).HasRoot(string(d.localName())) {
		return false
	}
	if head := t.Ahead(); !bytes.Contains(head, []byte("<feed")) && !bytes.Contains(head, []byte("<rss")) {
		return false
	}
	for {
		switch t.Next() {
		case xmltoken.Start:
			local := string(d.localName())
			if (local == "feed" && t.Space == namespace.Atom || local == "rss") && d.root() {
				return true
			}
		case xmltoken.EOF:
			return false
		}
	}
}
