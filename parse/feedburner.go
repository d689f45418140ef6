package parse

// feedBurner says where a letter and its enclosure stood before FeedBurner counted
// who came for them.
var feedBurner = map[string]rule{
	"origenclosurelink": {read: func(d *Decoder, p *page) { p.enclosure.set(urlOriginal, d.url()) }},
	"origlink":          {read: func(d *Decoder, p *page) { p.url.set(urlOriginal, d.url()) }},
}
