package feed

import (
	"slices"
	"strconv"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/repeat"
)

// derived returns the list of a name with what change changes in its elements: the
// same list if that is nothing. An element that then says no more than another one,
// whose index sameAs has (see package repeat), is left out; what stood in it goes to that one.
func derived[T comparable](extensions *[]newsletter.Extension, name string, list []T, change func(T) T, sameAs func(list []T) []int) []T {
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
	*extensions = movedExtensions(*extensions, name, to)
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

// movedExtensions returns the extensions with those in the elements of a list where
// the elements are now. An attribute or a member is there once: the first counts.
func movedExtensions(extensions []newsletter.Extension, list string, to []int) []newsletter.Extension {
	moved := make([]newsletter.Extension, 0, len(extensions))
	there := map[[4]string]bool{}
	for _, e := range extensions {
		if index, rest, ok := strings.Cut(strings.TrimPrefix(e.In, list+"["), "]"); ok && strings.HasPrefix(e.In, list+"[") {
			if i, err := strconv.Atoi(index); err == nil && i >= 0 && i < len(to) {
				e.In = list + "[" + strconv.Itoa(to[i]) + "]" + rest
			}
			if e.Name == "" {
				e.Attrs = slices.DeleteFunc(slices.Clone(e.Attrs), func(a newsletter.Attr) bool {
					return isThere(there, [4]string{e.In, "attribute", a.Namespace, a.Name})
				})
				if len(e.Attrs) == 0 {
					continue
				}
			} else if e.JSON != "" && isThere(there, [4]string{e.In, "member", "", e.Name}) {
				continue
			}
		}
		moved = append(moved, e)
	}
	return moved
}

// isThere reports whether there is a key in a set, and adds it.
func isThere(set map[[4]string]bool, key [4]string) bool {
	was := set[key]
	set[key] = true
	return was
}
