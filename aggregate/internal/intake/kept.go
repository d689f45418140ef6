package intake

import (
	"strings"

	"github.com/automationregion/newsletter"
)

// kept returns the elements of a list of the letter that are to stay, and has its
// extensions follow.
func kept[T any](l *newsletter.Letter, name string, list []T, stays func(T) bool) []T {
	out := those(list, stays)
	if len(out) < len(list) && !l.Extensions.IsZero() {
		to, n := make([]int, len(list)), 0
		for i, e := range list {
			if to[i] = -1; stays(e) {
				to[i], n = n, n+1
			}
		}
		l.Extensions = l.Extensions.Moved(func(in newsletter.Place) (newsletter.Place, bool) {
			if in.List != name {
				return in, true
			}
			if in.Index < 0 || in.Index >= len(to) || to[in.Index] < 0 {
				return in, false
			}
			in.Index = to[in.Index]
			return in, true
		})
	}
	return out
}

// those returns the elements that are to stay, nil if there are none.
func those[T any](list []T, stays func(T) bool) (out []T) {
	for _, e := range list {
		if stays(e) {
			out = append(out, e)
		}
	}
	return out
}

// WebAddress returns an address if it is one of the web.
func WebAddress(s string) string {
	s = strings.TrimSpace(s)
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok || rest == "" || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return ""
	}
	return s
}
