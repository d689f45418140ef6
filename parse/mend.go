package parse

import (
	"fmt"
	"iter"
	"slices"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/relref"
	"github.com/automationregion/newsletter/internal/sound"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

// What no format can hold is mended as it is read, as [newsletter.Newsletter.Repair]
// has it, so that what was read can be written: an address that is none, a second
// alternate of one kind. That two letters have one ID stays.

// A mending is what was changed, and how many addresses were left out because they
// are relative to nobody knows what, which is said but once.
type mending struct {
	changes  []newsletter.Change
	relative int
}

// mend mends a newsletter that has the fields, or whose one letter has.
func mend(n *newsletter.Newsletter, fields iter.Seq[newsletter.Field]) (m mending) {
	half := map[string]bool{} // what was left out for that, and the elements that are nothing without
	for f := range fields {
		typ := f.Type()
		if typ != newsletter.TypeURL && typ != newsletter.TypePage || f.IsZero() || relref.IsAbsolute(*f.Text()) {
			continue
		}
		m.relative++
		half[f.String()] = true
		if in := f.Place(); in.List != "" && in.Name == "URL" {
			in.Name = ""
			half[in.String()] = true
		}
	}
	m.changes = slices.DeleteFunc(n.Repair(), func(c newsletter.Change) bool { return half[c.Field] })
	return m
}

// mendHead mends a title page, whose lists may still grow.
func mendHead(n *newsletter.Newsletter) mending {
	letters := n.Letters
	n.Letters = nil
	defer func() { n.Letters = letters }()
	if n.Validate() == nil {
		return mending{}
	}
	n.Authors, n.Categories, n.Hubs = slices.Clone(n.Authors), slices.Clone(n.Categories), slices.Clone(n.Hubs)
	x := &n.Extensions
	x.Elements, x.Attributes, x.Members = slices.Clone(x.Elements), slices.Clone(x.Attributes), slices.Clone(x.Members)
	return mend(n, n.Fields())
}

// nothing is what is said of a letter that has nothing in it.
var nothing = []newsletter.Change{{Field: "Letter", Reason: "dropped: nothing is known of it"}}

func isNothing(l *newsletter.Letter) bool {
	if l.ID != "" || !l.Extensions.IsZero() {
		return false
	}
	for f := range l.Fields() {
		if !f.IsZero() {
			return false
		}
	}
	return true
}

// A mender mends letters one at a time.
type mender struct {
	alone  newsletter.Newsletter
	letter [1]*newsletter.Letter
	done   []newsletter.Change // before all of the letter is looked at
	note   func(field, reason string)
}

// mend reports false of a letter that has nothing in it. Vouched for is one whose texts
// have no characters that XML can't hold and whose extensions are what XML is, as
// [sound.Letter] has it: nearly all are, and need no more than that.
func (m *mender) mend(l *newsletter.Letter, vouched bool) (done mending, ok bool) {
	if vouched {
		if m.note == nil {
			m.note = func(field, reason string) {
				m.done = append(m.done, newsletter.Change{ID: m.letter[0].ID, Field: field, Reason: reason})
			}
		}
		m.done, m.letter[0] = m.done[:0], l
		if sound.Letter(l, m.note) {
			return mending{changes: m.done}, true
		}
		defer func() { done.changes = append(m.done, done.changes...) }()
	}
	if isNothing(l) { // of which a short document has many
		return mending{changes: nothing}, false
	}
	m.letter[0] = l
	m.alone = newsletter.Newsletter{Letters: m.letter[:]}
	if m.alone.Validate() == nil {
		return mending{}, true
	}
	done = mend(&m.alone, l.Fields())
	return done, len(m.alone.Letters) > 0
}

// mendWhole mends a newsletter that was read whole, and adds to a reading what it
// changed, as faults at the places that at names.
func (r *Reading) mendWhole(n *newsletter.Newsletter, at func(letter int, c newsletter.Change) *Error) {
	note := func(letter int, done mending) {
		r.Relative += done.relative
		for _, c := range done.changes {
			if len(r.Faults) == xmltoken.MaxFaults {
				return
			}
			r.Faults = append(r.Faults, at(letter, c))
		}
	}
	note(-1, mendHead(n))
	var m mender
	kept := n.Letters[:0]
	for i, l := range n.Letters {
		done, ok := m.mend(l, false)
		if note(i, done); ok {
			kept = append(kept, l)
		}
	}
	clear(n.Letters[len(kept):])
	n.Letters = kept
}

// changed is what a change says, of the letter of that number.
func changed(letter int, c newsletter.Change) string {
	c.Letter = letter
	return c.String()
}

// mended notes what was mended.
func (d *Decoder) mended(letter int, done mending) {
	d.reading.Relative += done.relative
	for _, c := range done.changes {
		if len(d.tok.Faults()) == xmltoken.MaxFaults {
			return
		}
		d.tok.Note("%s", fmt.Append(nil, changed(letter, c)))
	}
}
