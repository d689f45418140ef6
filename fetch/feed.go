package fetch

import (
	"bytes"
	"context"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/ctxio"
	"github.com/automationregion/newsletter/parse"
)

// Feed asks for the feed at a URL and reads it. If there is a web page at the URL, the
// first feed is read that it links to and that is there. Relative addresses in the feed
// are resolved against the address that it came from.
//
// An error is an [*Error], which wraps what it came of: [ErrPrivateAddress],
// [ErrTooLarge], [parse.NotFeedError] and others. A feed that is cut off comes with
// the letters that it has, and with an error that is [parse.ErrTruncated]. If ctx
// is done, the error wraps its cause.
//
// Feed asks once and remembers nothing. To ask for the same feed again, use a [Client],
// which costs the server next to nothing if there is nothing new.
func Feed(ctx context.Context, url string, opts ...Options) (*newsletter.Newsletter, error) {
	c := NewClient(opts...)
	defer c.Close()
	n, _, err := c.read(ctx, Request{Home: url})
	return n, err
}

// read asks for a feed that nothing is known of, and returns where it came from.
func (f *Client) read(ctx context.Context, r Request) (n *newsletter.Newsletter, from string, err error) {
	out, _ := f.Fetch(ctx, r, State{})
	defer out.close()
	if out.Err != nil {
		return nil, "", out.Err
	}
	n, err = parse.Feed(ctxio.NewReader(ctx, bytes.NewReader(out.Body)), parse.Options{BaseURL: out.URL, Charset: out.Charset})
	if err != nil {
		err = readError(out.URL, out.Code, err)
	}
	return n, out.URL, err
}
