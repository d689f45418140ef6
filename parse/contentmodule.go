package parse

import ()

// contentModule is the content of a letter in RSS: the element of the RSS 1.0
// content module.
var contentModule = map[string]rule{
	"encoded": {read: func(d *Decoder, p *page) { p.content.set(d.markup(textContent)) }},
}

// xhtmlInRSS is the content as XHTML.
var xhtmlInRSS = map[string]rule{
	"body": {read: xhtmlBody},
}

func xhtmlBody(d *Decoder, p *page) {
	t, base := d.tok, d.base()
	v := trimBytes(t.XHTML())
	p.content.set(passage{value: t.Room.ResolveHTML(v, base), html: true, sure: true, rank: 3})
}
