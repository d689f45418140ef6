package parse

import (
	"github.com/automationregion/newsletter"
)

// history are the elements of Feed Paging and Archiving (RFC 5005). The other pages
// and archives are links.
var history = map[string]rule{
	"archive":  {read: func(d *Decoder, p *page) { p.paging.Archive = true; d.tok.Skip() }},
	"complete": {read: func(d *Decoder, p *page) { p.paging.Complete = true; d.tok.Skip() }},
}

// pagingLinks are the relations of its links.
var pagingLinks = map[string]func(*newsletter.Paging) *string{
	"first":        func(p *newsletter.Paging) *string { return &p.First },
	"previous":     func(p *newsletter.Paging) *string { return &p.Previous },
	"prev":         func(p *newsletter.Paging) *string { return &p.Previous },
	"next":         func(p *newsletter.Paging) *string { return &p.Next },
	"last":         func(p *newsletter.Paging) *string { return &p.Last },
	"current":      func(p *newsletter.Paging) *string { return &p.Current },
	"prev-archive": func(p *newsletter.Paging) *string { return &p.PreviousArchive },
	"next-archive": func(p *newsletter.Paging) *string { return &p.NextArchive },
}
