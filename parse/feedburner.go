package parse

// feedBurner says where a letter stood before FeedBurner counted its readers.
var feedBurner = map[string]rule{
	"origlink": {read: func(d *Decoder, p *page) { p.url.set(urlOriginal, d.url()) }},
}
