package feed

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
)

// Options say how a newsletter is written. The zero value is of use.
type Options struct {
	// Undated is the date of letters that have neither Published nor Updated. Without
	// it they have no date; Atom, which requires one, takes the oldest date of the
	// other letters, and a newsletter without any date is refused.
	Undated time.Time

	// Stylesheet is the URL of a CSS stylesheet by which a browser shows a feed in XML,
	// absolute or relative to the feed's. Feed readers pass it over. Without it a feed
	// links to none: package feed/site has one of its own for its feeds.
	Stylesheet string
}

// optionsOf returns the options that a variadic argument holds: at most one.
func optionsOf(opts []Options) Options {
	if len(opts) == 0 {
		return Options{}
	}
	return opts[0]
}

// Dated returns the newsletter as it is written: a copy with the date Undated in the
// letters that have none, or n itself if Undated is not set.
func (o Options) Dated(n *newsletter.Newsletter) *newsletter.Newsletter {
	if o.Undated.IsZero() {
		return n
	}
	whole := *n
	whole.Letters = make([]*newsletter.Letter, len(n.Letters))
	for i, l := range n.Letters {
		if l != nil && l.Published.IsZero() && l.Updated.IsZero() {
			letter := *l
			letter.Updated = o.Undated
			l = &letter
		}
		whole.Letters[i] = l
	}
	return &whole
}

// checkStylesheet returns an error for what is no URL, absolute or relative.
func (o Options) checkStylesheet() error {
	_, err := url.Parse(o.Stylesheet)
	if err != nil || strings.ContainsFunc(o.Stylesheet, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("Options.Stylesheet %q: expected a URL, absolute or relative to the feed's", o.Stylesheet)
	}
	return nil
}
