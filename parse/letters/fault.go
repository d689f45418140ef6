package letters

import (
	"cmp"
	"errors"
	"slices"

	"github.com/automationregion/newsletter/parse"
)

// joinFaults returns the faults sorted by place, each once, or nil if there are
// none.
func joinFaults(list []*parse.Error) error {
	if len(list) == 0 {
		return nil
	}
	slices.SortStableFunc(list, func(a, b *parse.Error) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message),
		)
	})
	list = slices.CompactFunc(list, func(a, b *parse.Error) bool { return a.Error() == b.Error() })
	if len(list) == 1 {
		return list[0]
	}
	errs := make([]error, len(list))
	for i, e := range list {
		errs[i] = e
	}
	return errors.Join(errs...)
}
