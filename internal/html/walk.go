package html

import "golang.org/x/net/html/atom"

// Walk goes once through a piece of HTML and hands over what it is made of, as it
// is written: text, and start tags and end tags. A "<" that begins none is a text
// of its own. Comments are passed, and what stands in dropped elements; their start
// tags are handed over.
func Walk(s string, text func(string), tag func(*Tags)) {
	w := walk{Tags: In(s)}
	for from := 0; ; from = w.End {
		more := w.markup()
		if w.At > from {
			text(s[from:w.At])
		}
		switch {
		case !more:
			return
		case w.End == w.At+1:
			text("<")
			continue
		case w.Name == "":
			continue
		}
		tag(&w.Tags)
		switch {
		case w.Closing:
		case w.Is&container != 0:
			w.skip()
		case w.Is&Dropped != 0:
			w.PassRaw()
		}
	}
}

// A walk goes once through a piece of HTML.
type walk struct {
	Tags
	counted int               // up to where open is right
	open    map[atom.Atom]int // how many elements are open around the present one
}

// skip passes what is in the dropped element that begins here: until its end tag, or
// where a parser would end it without one.
func (w *walk) skip() {
	el, is := w.El, w.Is
	foreign := el == atom.Svg || el == atom.Math
	if foreign && w.ClosesItself() {
		return
	}
	w.count(w.At)
	inside := map[atom.Atom]int{el: 1}
	within := 0 // elements of HTML, in a drawing or a formula
	for w.Next() {
		other := w.El
		if w.Closing {
			switch {
			case inside[other] > 0:
				inside[other]--
				if w.Is&integration != 0 {
					within--
				}
				if other == el && inside[el] == 0 {
					w.counted = w.End
					return
				}
			case w.open[other] > 0 && is&walled == 0 && other != 0:
				w.back()
				return
			}
			continue
		}
		switch {
		case foreign && within == 0 && w.Is&breakout != 0, el == atom.Option && (other == atom.Option || other == atom.Optgroup):
			w.back()
			return
		case el == atom.Select && (other == atom.Select || other == atom.Input || other == atom.Textarea):
			w.counted = w.End
			return
		case el == other && (el == atom.Button || el == atom.Optgroup):
			continue
		case foreign && w.ClosesItself(), w.Is&Void != 0:
			continue
		}
		inside[other]++
		if foreign && w.Is&integration != 0 {
			within++
		}
		if !foreign {
			w.PassRaw()
		}
	}
	w.counted = w.End
}

// back goes back before the present tag, which is one of what stands around.
func (w *walk) back() { w.End, w.counted = w.At, w.At }

// count goes on counting what is open, up to a place.
func (w *walk) count(to int) {
	if w.open == nil {
		w.open = map[atom.Atom]int{}
	}
	t := Tags{s: w.s, End: w.counted}
	for w.counted < to && t.markup() && t.At < to {
		switch {
		case t.Name == "":
		case !t.Closing:
			if t.Is&Void == 0 {
				w.open[t.El]++
			}
			t.PassRaw()
		case w.open[t.El] > 0:
			w.open[t.El]--
		}
		w.counted = t.End
	}
	w.counted = max(w.counted, to)
}
