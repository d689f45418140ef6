package feed

import (
	"slices"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/repeat"
)

// derived returns the list of a name with what change changes in its elements: the
// same list if that is nothing. An element that then says no more than another one,
// whose index sameAs has (see package repeat), is left out; what stood in it goes to that one.
func derived[T comparable](extensions *newsletter.Extensions, name string, list []T, change func(T) T, sameAs func(list []T) []int) []T {
	first := slices.IndexFunc(list, func(e T) bool { return change(e) != e })
	if first < 0 {
		return list
	}
	changed := slices.Clone(list)
	for i := first; i < len(changed); i++ {
		changed[i] = change(changed[i])
	}
	same := sameAs(changed)
	if same == nil {
		return changed
	}
	var kept []T
	to := make([]int, len(changed)) // where each is among those that are kept; below 0: the same as ^to
	for i, e := range changed {
		if same[i] >= 0 {
			to[i] = ^same[i]
			continue
		}
		to[i] = len(kept)
		kept = append(kept, e)
	}
	for i := range to {
		for to[i] < 0 {
			to[i] = to[^to[i]]
		}
	}
	*extensions = extensions.Moved(func(in newsletter.Place) (newsletter.Place, bool) {
		if in.List == name && in.Index >= 0 && in.Index < len(to) {
			in.Index = to[in.Index]
		}
		return in, true
	})
	return kept
}

// sameWhole is for lists whose elements are the same where all of them is.
func sameWhole[T comparable](list []T) []int { return repeat.Of(list, repeat.It) }

// sameCategory finds too one without a label where there is one with it.
func sameCategory(list []newsletter.Category) []int {
	return repeat.Less(list, sameWhole(list), func(c *newsletter.Category) (newsletter.Category, bool) {
		return newsletter.Category{Term: c.Term, Scheme: c.Scheme}, c.Label != ""
	})
}

// samePage is for links, that lead to the same page in the same relation.
func samePage(list []newsletter.Link) []int {
	return repeat.Of(list, func(l *newsletter.Link) [2]string { return [2]string{l.Rel, l.URL} })
}
