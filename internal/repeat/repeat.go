// Package repeat finds what a list has twice, in time that grows with the list and
// not with its square.
package repeat

// few is how many elements are sooner compared with each other than looked up.
const few = 16

// Of returns for each element of a list the index of the first before it that has
// the same key, or -1. It is nil if each has a key of its own, as nearly always.
func Of[T any, K comparable](list []T, key func(*T) K) (same []int) {
	if len(list) < 2 {
		return nil
	}
	var seen map[K]int
	if len(list) > few {
		seen = make(map[K]int, len(list))
	}
	for i := range list {
		k, first := key(&list[i]), -1
		if seen == nil {
			for j := range i {
				if key(&list[j]) == k {
					first = j
					break
				}
			}
		} else if j, ok := seen[k]; ok {
			first = j
		} else {
			seen[k] = i
		}
		if first >= 0 {
			same = is(same, len(list), i, first)
		}
	}
	return same
}

// Less is Of where an element can say less than another one of the same key does,
// wherever that stands: then it is the same as the first that says more.
func Less[T any, K comparable](list []T, same []int, key func(*T) (k K, more bool)) []int {
	var full map[K]int
	for i := range list {
		if k, more := key(&list[i]); more {
			if full == nil {
				full = map[K]int{}
			}
			if _, ok := full[k]; !ok {
				full[k] = i
			}
		}
	}
	if full == nil {
		return same
	}
	for i := range list {
		k, more := key(&list[i])
		if first, ok := full[k]; ok && !more {
			same = is(same, len(list), i, first)
		}
	}
	return same
}

// In returns what reports whether a list has an element of a key.
func In[T any, K comparable](list []T, key func(*T) K) func(K) bool {
	if len(list) <= few {
		return func(k K) bool {
			for i := range list {
				if key(&list[i]) == k {
					return true
				}
			}
			return false
		}
	}
	there := make(map[K]bool, len(list))
	for i := range list {
		there[key(&list[i])] = true
	}
	return func(k K) bool { return there[k] }
}

// is says in the list of n that i is the same as first.
func is(same []int, n, i, first int) []int {
	if same == nil {
		same = make([]int, n)
		for j := range same {
			same[j] = -1
		}
	}
	same[i] = first
	return same
}

// It is the key of an element that is compared whole.
func It[T comparable](e *T) T { return *e }
