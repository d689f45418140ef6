package feed

import "github.com/automationregion/newsletter"

// Atom Threading Extensions (RFC 4685): where a letter is answered is a link of
// Atom that is rel=replies, in RSS too. RSS has an element of its own for one.

// isReplies reports whether the link says that and nothing more.
func isReplies(l newsletter.Link) bool {
	return l == newsletter.Link{Rel: "replies", URL: l.URL}
}
