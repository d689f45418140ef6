package parse

import (
	"errors"
	"io"

	"github.com/automationregion/newsletter"
)

// Letter reads one letter document: Markdown if it begins with front matter (a
// line "---" or "+++") or if [FileName] ends in .md or .markdown, else plain
// text.
func Letter(r io.Reader, opts ...Option) (*newsletter.Letter, error) {
	return nil, errors.ErrUnsupported
}
