package parse

import (
	"cmp"
	"slices"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

// Bounds of the order that a feed in RSS 1.0 states.
const (
	maxListed  = 10_000 // items in a list
	maxWaiting = 1000   // letters that wait for their turn

	unlisted = maxListed // the turn of those that are not in it
)

// keepTextInput keeps the one textinput of RSS 1.0 as RSS 2.0 has it. Another one is
// but a pointer to it.
func (d *Decoder) keepTextInput(p *page) {
	list, ok := d.appended(p.extensions, 1)
	if !ok {
		return
	}
	e := &list[len(list)-1]
	if e.Children == nil && trimSpace(e.Text) == "" {
		*e = newsletter.Extension{}
		return
	}
	e.Name = "textInput"
	e.Attrs = slices.DeleteFunc(e.Attrs, func(a newsletter.Attr) bool { return namespace.Of(a.Namespace) == namespace.RDF })
	if len(e.Attrs) == 0 {
		e.Attrs = nil
	}
	p.extensions = list
}

// readOrder reads the list of the items that follow. RSS 1.0 (section 5.3.5) has a
// sequence there "to denote item order for rendering and reconstruction".
func (d *Decoder) readOrder() {
	t := d.tok
	depth, ordered := t.Depth(), false
	for {
		switch t.NextTag() {
		case xmltoken.Start:
			if d.stopsAtLetter() {
				return
			}
			switch local := string(d.localName()); {
			case t.Space == namespace.RDF && local == "seq":
				ordered = true
			case t.Space == namespace.RDF && local == "li":
				resource := trimSpace(cmp.Or(t.AttrIn(namespace.RDF, "resource"), t.Attr("resource")))
				if _, listed := d.turns[resource]; ordered && d.letters == 0 && resource != "" && !listed && len(d.turns) < maxListed {
					if d.turns == nil {
						d.turns = map[string]int{}
					}
					d.turns[resource] = len(d.turns)
				}
				d.skip()
			}
		case xmltoken.End:
			if t.Depth() < depth {
				return
			}
		case xmltoken.EOF:
			return
		}
	}
}

// A waiting letter was read before its turn.
type waiting struct {
	turn   int
	letter *newsletter.Letter
}

// next returns the next letter in the order that the feed states, or nil after the last.
// One that the feed doesn't list comes when none waits any more.
func (d *Decoder) next() *newsletter.Letter {
	if d.turns == nil {
		return d.nextOfDocument()
	}
	for {
		last := len(d.waiting) - 1
		if last >= 0 && (d.done || last >= maxWaiting || d.waiting[last].turn <= d.turn) {
			w := d.waiting[last]
			d.waiting[last] = waiting{}
			d.waiting = d.waiting[:last]
			d.turn = max(d.turn, w.turn+1)
			return w.letter
		}
		l := d.nextOfDocument()
		if l == nil {
			if last < 0 {
				return nil
			}
			continue // with those that wait, since it is done
		}
		turn, listed := d.turns[d.about]
		switch {
		case listed && turn <= d.turn:
			d.turn = max(d.turn, turn+1)
			return l
		case !listed && last < 0:
			return l
		case !listed:
			turn = unlisted
		}
		// The last is the next, and of two that have one turn the former.
		at, _ := slices.BinarySearchFunc(d.waiting, turn, func(w waiting, turn int) int { return cmp.Compare(turn, w.turn) })
		d.waiting = slices.Insert(d.waiting, at, waiting{turn, l})
	}
}
