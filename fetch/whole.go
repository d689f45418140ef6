package fetch

import (
	"context"
	"fmt"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/weburl"
	"github.com/automationregion/newsletter/parse"
)

// maxWhole is how many documents [Whole] reads, the first one among them.
const maxWhole = 1000

// errTooLong is that of a feed that goes on in more documents than are read, or in a
// circle.
const errTooLong = limitError("the feed goes on in too many documents")

// Whole is [Feed] for all letters that a feed has, those too that are no longer in its
// document: it follows the links to archives (RFC 5005, section 4, prev-archive) and,
// of a feed that has none, to further pages (section 3, next; next_url of a JSON Feed).
// The newsletter is the one of the first document; of letters with the same ID the one
// in the newest document counts.
//
// It asks no other host than the one that the feed came from, and reads at most 1,000
// documents, each within the Limits, and as many letters as a reader takes. With an
// error it returns the letters that it has, or nil. The error is an [*Error], as of
// Feed; it is [ErrTooLarge] if there is more than it reads.
func Whole(ctx context.Context, url string, opts ...Options) (*newsletter.Newsletter, error) {
	c := NewClient(opts...)
	defer c.Close()
	whole, from, err := c.read(ctx, Request{Home: url})
	if whole == nil || err != nil {
		return whole, err
	}
	ids := make(map[string]bool, len(whole.Letters))
	for _, l := range whole.Letters {
		ids[l.ID] = true
	}
	asked := map[string]bool{from: true}
	host, last := weburl.Host(from), whole
	for next := nextOf(last); next != ""; next = nextOf(last) {
		switch {
		case weburl.Host(next) != host:
			return whole, &Error{URL: next, Message: "the feed goes on here, at another host than " + host, Advice: "Read this address too, if it is trusted."}
		case asked[next] || len(asked) >= maxWhole || len(whole.Letters) > parse.DefaultMaxLetters:
			return whole, &Error{URL: next, Message: fmt.Sprintf("%v: %d letters were read", errTooLong, len(whole.Letters)), Err: errTooLong}
		}
		asked[next] = true
		n, _, err := c.read(ctx, Request{URL: next})
		if n != nil {
			for _, l := range n.Letters {
				if l.ID == "" || !ids[l.ID] {
					whole.Letters = append(whole.Letters, l)
				}
				ids[l.ID] = true
			}
		}
		if err != nil {
			return whole, err
		}
		last = n
	}
	whole.Paging = newsletter.Paging{} // this is all
	return whole, nil
}

// nextOf returns where the letters before those of a document are, or "".
func nextOf(n *newsletter.Newsletter) string {
	if n.Paging.PreviousArchive != "" || n.Paging.Archive {
		return n.Paging.PreviousArchive
	}
	return n.Paging.Next
}
