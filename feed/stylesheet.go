package feed

import (
	"fmt"
	"io"
	"net/url"
	"strings"
)

// checkStylesheet returns an error for what is no URL, absolute or relative.
func (o Options) checkStylesheet() error {
	_, err := url.Parse(o.Stylesheet)
	if err != nil || strings.ContainsFunc(o.Stylesheet, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("Options.Stylesheet %q: expected a URL, absolute or relative to the feed's", o.Stylesheet)
	}
	return nil
}

// A prolog writes the processing instruction that links to a stylesheet (Associating
// Style Sheets with XML documents 1.0) after what is written first, the XML declaration.
type prolog struct {
	w    io.Writer
	href string
}

func (p *prolog) Write(data []byte) (int, error) {
	n, err := p.w.Write(data)
	if err != nil || p.href == "" {
		return n, err
	}
	var b builder
	b.buf = append(b.buf, "\n<?xml-stylesheet type=\"text/css\" href=\""...)
	b.escape(p.href, true)
	b.buf = append(b.buf, "\"?>\n"...)
	p.href = ""
	_, err = p.w.Write(b.buf)
	return n, err
}
