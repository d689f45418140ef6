package check

// A name is an element's or an attribute's: its namespace, and the rest. The
// names of the document's own format have no namespace here, wherever they are.
type name struct {
	space space
	local string
}

// mode is what may stand in an element.
type mode uint8

const (
	modeElements  mode = iota // known elements, no text
	modeText                  // text, no elements
	modeAny                   // anything: not judged, but for the text where there are values
	modeDiv                   // XHTML
	modeConstruct             // text or XHTML, as its type says
	modeRDF                   // anything that is sound RDF
	modeRoot                  // the document
)

// An element says what its attributes, elements and text have to be.
type element struct {
	mode   mode
	kids   kids
	attrs  attrs
	values []value // what its text has to be
	raw    bool    // values see the white space around it too
	blank  bool    // not even white space may stand around its value
	begin  func(c *checker, n *node)
	finish func(c *checker, n *node)
}

// An attribute says what the value of one has to be.
type attribute struct {
	missing string // the rule that is broken where it isn't there
	values  []value
}

// A child is an element where it stands in another.
type child struct {
	el    *element
	name  name
	twice string // the rule that a second one breaks
	twins []twin // elements that say the same
	seen  func(c *checker, parent, n *node)
}

type twin struct {
	name name
	rule string
}

// A value is judged by a function.
type value func(c *checker, n *node, v val)

// A val is a value and where it stands.
type val struct {
	s     string
	at    place
	end   place
	attr  string // the attribute's name; none of an element's text
	plain bool   // written without references by number
}

// A node is an element that is open.
type node struct {
	el       *element
	child    *child
	key      name
	at, tail place // of its start tag
	nameFrom int
	nameTo   int
	index    int // among its siblings of the same name; from 1
	textFrom int
	textAt   place
	textEnd  place
	hex      bool // a reference by number stands in its text
	cdata    bool
	elements int // how many stand in it
	lang     bool
	base     string
	based    bool
	kind     string // what an attribute said of its content
	flag     uint8
	seen     []seenChild
	state    any
}

type seenChild struct {
	child *child
	n     int
}

// count is how many elements of that name the node has had.
func (n *node) count(space space, local string) int {
	for i := range n.seen {
		if k := n.seen[i].child.name; k.space == space && k.local == local {
			return n.seen[i].n
		}
	}
	return 0
}

func (n *node) has(space space, local string) bool { return n.count(space, local) > 0 }

// own is the name of an element of the document's own format.
func own(local string) name { return name{local: local} }

// kids is a set of children.
type kids map[name]*child

func (k kids) add(space space, local string, el *element, twice string, opts ...func(*child)) kids {
	c := &child{el: el, name: name{space, local}, twice: twice}
	for _, o := range opts {
		o(c)
	}
	k[c.name] = c
	return k
}

// many adds one that may stand there any number of times, once one that may not
// be repeated.
func (k kids) many(space space, local string, el *element, opts ...func(*child)) kids {
	return k.add(space, local, el, "", opts...)
}

func (k kids) once(space space, local string, el *element, opts ...func(*child)) kids {
	return k.add(space, local, el, "element-repeated", opts...)
}

func (k kids) with(others ...kids) kids {
	for _, o := range others {
		for n, c := range o {
			if _, ok := k[n]; !ok {
				k[n] = c
			}
		}
	}
	return k
}

// saysSame makes the child one that means the same as another.
func saysSame(rule string, space space, local string) func(*child) {
	return func(c *child) { c.twins = append(c.twins, twin{name{space, local}, rule}) }
}

func onSeen(f func(c *checker, parent, n *node)) func(*child) {
	return func(c *child) { c.seen = f }
}

// text is an element whose text has to pass each of the values.
func text(values ...value) *element { return &element{mode: modeText, values: values} }

// strict is one around whose value no white space may stand.
func strictText(values ...value) *element {
	return &element{mode: modeText, values: values, blank: true}
}

// rawText is one whose value is judged with the white space around it.
func rawText(values ...value) *element { return &element{mode: modeText, values: values, raw: true} }

type attrs map[name]attribute

func (a attrs) may(local string, values ...value) attrs {
	a[own(local)] = attribute{values: values}
	return a
}

func (a attrs) must(local string, missing string, values ...value) attrs {
	a[own(local)] = attribute{missing: missing, values: values}
	return a
}

func (a attrs) in(space space, local string, values ...value) attrs {
	a[name{space, local}] = attribute{values: values}
	return a
}

func (e *element) attr(a attrs) *element {
	copied := *e
	copied.attrs = a
	return &copied
}

var anything = &element{mode: modeAny}
