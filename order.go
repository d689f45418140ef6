package newsletter

import (
	"cmp"
	"slices"
	"time"
)

// NewestFirst compares two letters for [slices.SortFunc]: the later Published
// comes first, or Updated where a letter has no Published. Letters of the same
// instant are ordered by ID, then by URL and by title, so that the order never
// depends on the one before. Letters without any date come last.
func NewestFirst(a, b *Letter) int {
	return cmp.Or(
		b.date().Compare(a.date()),
		cmp.Compare(a.ID, b.ID),
		cmp.Compare(a.URL, b.URL),
		cmp.Compare(a.Title, b.Title),
	)
}

// Sort orders the letters with [NewestFirst].
func (n *Newsletter) Sort() {
	slices.SortStableFunc(n.Letters, NewestFirst)
}

// date is when the letter was written, as far as it is known.
func (l *Letter) date() time.Time {
	if l.Published.IsZero() {
		return l.Updated
	}
	return l.Published
}
