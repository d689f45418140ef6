package feed

import (
	"slices"
	"strconv"
	"strings"

	"github.com/automationregion/newsletter"
)

// derived returns the list of a name with what change changes in its elements: the
// same list if that is nothing. An element that then says no more than another one,
// whose index sameAs returns, is left out; what stood in it goes to that one.
func derived[T comparable](extensions *[]newsletter.Extension, name string, list []T, change func(T) T, sameAs func(list []T, i int) int) []T {
	first := slices.IndexFunc(list, func(e T) bool { return change(e) != e })
	if first < 0 {
		return list
	}
	changed := slices.Clone(list)
	for i := first; i < len(changed); i++ {
		changed[i] = change(changed[i])
	}
	var kept []T
	to := make([]int, len(changed)) // where each is among those that are kept; below 0: the same as ^to
	for i, e := range changed {
		if same := sameAs(changed, i); same >= 0 {
			to[i] = ^same
			continue
		}
		to[i] = len(kept)
		kept = append(kept, e)
	}
	if len(kept) == len(changed) {
		return kept
	}
	for i := range to {
		for to[i] < 0 {
			to[i] = to[^to[i]]
		}
	}
	*extensions = movedExtensions(*extensions, name, to)
	return kept
}

// sameBefore returns the index of an equal element before one, or -1.
func sameBefore[T comparable](list []T, i int) int { return slices.Index(list[:i], list[i]) }

// sameCategory is true too of one without a label where there is one with it.
func sameCategory(list []newsletter.Category, i int) int {
	c := list[i]
	if before := sameBefore(list, i); before >= 0 || c.Label != "" {
		return before
	}
	return slices.IndexFunc(list, func(o newsletter.Category) bool {
		return o.Term == c.Term && o.Scheme == c.Scheme && o.Label != ""
	})
}

// samePage returns the index of a link before one that leads to the same page in the
// same relation, or -1.
func samePage(list []newsletter.Link, i int) int {
	return slices.IndexFunc(list[:i], func(l newsletter.Link) bool { return l.Rel == list[i].Rel && l.URL == list[i].URL })
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
