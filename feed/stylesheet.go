package feed

import (
	"fmt"
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
