package html

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// An Element is what is known of an element of HTML.
type Element uint16

const (
	Inline      Element = 1 << iota // it may begin and end within a word; of any other the tags part words
	Void                            // it has no end tag, and nothing is in it
	OpenEnd                         // its end tag may be left out
	Raw                             // what is in it is no markup
	Dropped                         // nothing of it is for readers, not even the text that is in it
	Mark                            // a parser begins it again where it was not ended (HTML, 13.2.4.3)
	EndsP                           // its start tag ends a paragraph that is open
	container                       // dropped with all that stands between its tags
	walled                          // a container that no end tag of an element around it ends
	breakout                        // it ends a drawing or a formula that it stands in (HTML, 13.2.6.5)
	integration                     // of SVG and MathML, and HTML may stand in it
	plain                           // it ends nothing around it but perhaps a paragraph, and ends with its end tag
)

// Of returns what is known of an element.
func Of(el atom.Atom) Element { return elements[el] }

// Is reports whether the element has one of these properties.
func (e Element) Is(one Element) bool { return e&one != 0 }

// elements is what all who look at HTML know of it. An element of another vocabulary
// may stand within a word.
var elements = func() map[atom.Atom]Element {
	all := map[atom.Atom]Element{0: Inline}
	for _, row := range [...]struct {
		is    Element
		names string
	}{
		{Inline, `a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd mark nobr q ruby s samp small span strike strong
			sub sup time tt u var wbr`},
		{Void, `area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr`},
		{OpenEnd, `p li dd dt option optgroup tbody thead tfoot tr td th rp rt colgroup body html`},
		{Raw, `script style textarea title xmp iframe noembed noframes`},
		{Dropped, `script style noembed noframes iframe textarea title`},
		{Dropped | container, `audio button canvas math optgroup option svg video`},
		{Dropped | container | walled, `applet object select template`},
		// Within the body of a page head and frameset are tags that mean nothing.
		{Dropped, `base embed frame frameset head input link meta param source track`},
		{Mark, `a b big code em font i nobr s small strike strong tt u`},
		{EndsP, `address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6
			header hgroup hr main menu nav ol p pre search section summary table ul`},
		{breakout, `b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p
			pre ruby s small span strong strike sub sup table tt u ul var`},
		{integration, `foreignobject desc title mi mo mn ms mtext annotation-xml`},
		{plain, `abbr bdi bdo cite del dfn ins kbd mark q samp span sub sup time var
			address article aside blockquote details div dl figcaption figure footer header ol pre section summary ul p h1 h2 h3 h4 h5 h6 li dd dt
			br hr img wbr`},
	} {
		for name := range strings.FieldsSeq(row.names) {
			all[Lookup(name)] |= row.is
		}
	}
	return all
}()

// Lookup returns the element of HTML of a name in any case; 0 if there is none.
func Lookup(name string) atom.Atom {
	var lower [20]byte
	if len(name) > len(lower) {
		return 0
	}
	for i := range len(name) {
		lower[i] = name[i]
		if name[i] >= 'A' && name[i] <= 'Z' {
			lower[i] |= 0x20
		}
	}
	return atom.Lookup(lower[:len(name)])
}
