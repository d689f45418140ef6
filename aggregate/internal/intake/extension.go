package intake

import (
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/clean"
	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/mediarss"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/netblock"
	"github.com/automationregion/newsletter/internal/text"
)

// extensionPart is what an element, an attribute or a text counts beside its own
// bytes, as about so many are kept of it.
const extensionPart = 100

// An extensionTaker takes the extensions of letters of one delivery.
type extensionTaker struct {
	choice *Choice
	limits *Limits
	base   *url.URL // of the feed, which what is relative is relative to
	out    *LeftOut
	size   int // of what is being taken
}

// TakeExtensions leaves those of the letter that are to be taken over, cleaned.
func (d *Delivery) TakeExtensions(l *newsletter.Letter) {
	x := &l.Extensions
	if x.IsZero() {
		return
	}
	t := extensionTaker{choice: d.Choice, limits: &d.Limits, out: &d.LeftOut}
	if t.choice == nil {
		t.choice, _ = Choose(nil)
	}
	if base, err := url.Parse(d.Base); err == nil && base.IsAbs() {
		t.base = base
	}
	places := placesOf(l)
	total := 0
	// fits reports whether something has a place that is there, passes, and is not too much.
	fits := func(in newsletter.Place, namespace, name string, passes func() bool) bool {
		if !places[in] {
			t.out.add(namespace, name, Placeless)
			return false
		}
		if t.size = 0; !passes() {
			return false
		}
		if total+t.size > d.Limits.Extensions {
			t.out.add(namespace, name, TooLarge)
			return false
		}
		total += t.size
		return true
	}
	var taken newsletter.Extensions
	for i := range x.Elements {
		e := &x.Elements[i]
		c := *e
		if fits(e.In, e.Namespace, e.Name, func() (ok bool) {
			if _, _, stands := mediarss.StandOf(e); stands { // where an attachment stood is of no vocabulary
				t.size = extensionPart
				return t.choice.takes(namespace.Media.URI())
			}
			c, ok = t.take(e, nil)
			c.In = e.In
			return ok
		}) {
			taken.Elements = append(taken.Elements, c)
		}
	}
	for _, a := range x.Attributes {
		if fits(a.In, "", "@"+a.Name, func() (ok bool) {
			a.Value, ok = t.attr(&newsletter.Extension{In: a.In}, a.Attr)
			t.size = sizeOfAttr(&a.Attr)
			return ok
		}) {
			taken.Attributes = append(taken.Attributes, a)
		}
	}
	for _, m := range x.Members {
		if fits(m.In, "", m.Name, func() bool { return t.member(&m) }) {
			taken.Members = append(taken.Members, m)
		}
	}
	*x = taken
}

// placesOf returns what the extensions of a letter may stand in: the letter too.
func placesOf(l *newsletter.Letter) map[newsletter.Place]bool {
	places := map[newsletter.Place]bool{{}: true}
	for f := range l.Fields() {
		in := f.Place()
		if f.IsZero() && in.List == "" {
			continue // so that nothing stands in a source that there isn't
		}
		places[in] = true
		if in.List != "" {
			in.Name = ""
		}
		in.Name, _, _ = strings.Cut(in.Name, ".")
		places[in] = true
	}
	return places
}

// take returns an extension as it may be published, and false if nothing of it may.
// Around is the element that it stands in.
func (t *extensionTaker) take(e, around *newsletter.Extension) (newsletter.Extension, bool) {
	c := newsletter.Extension{Namespace: e.Namespace, Prefix: e.Prefix, Name: e.Name}
	switch {
	case around != nil && e.Namespace == "" && acts[strings.ToLower(e.Name)]:
		t.out.add(e.Namespace, e.Name, Acting)
		return c, false
	case around != nil && (e.Namespace == "" || e.Namespace == around.Namespace):
	case !t.choice.takes(e.Namespace):
		t.out.add(e.Namespace, e.Name, OfVocabulary)
		return c, false
	}
	had := e.Text != "" || len(e.Attrs) > 0 || len(e.Children) > 0
	t.size += extensionPart + len(e.Namespace) + len(e.Name)
	for _, a := range e.Attrs {
		if value, ok := t.attr(e, a); ok {
			a.Value = value
			c.Attrs = append(c.Attrs, a)
			t.size += sizeOfAttr(&a)
		}
	}
	if e.Text != "" {
		c.Text, _ = t.text(e, e.Text)
		t.size += len(c.Text)
	}
	for i := range e.Children {
		if t.size > t.limits.Extensions { // counted as too much when all is there
			break
		}
		if child, ok := t.take(&e.Children[i], e); ok {
			c.Children = append(c.Children, child)
		}
		t.between(e, &c, e.Children[i].Tail)
	}
	if len(c.Children) > 0 && strings.TrimSpace(c.Text) == "" {
		c.Text = ""
	}
	return c, !had || c.Text != "" || len(c.Attrs) > 0 || len(c.Children) > 0
}

// between adds text of an element to what was taken of it.
func (t *extensionTaker) between(e, c *newsletter.Extension, tail string) {
	if tail == "" {
		return
	}
	tail, _ = t.text(e, tail)
	if strings.TrimSpace(tail) == "" {
		return
	}
	to := &c.Text
	if last := len(c.Children) - 1; last >= 0 {
		to = &c.Children[last].Tail
	}
	t.size += extensionPart + len(tail)
	if *to == "" {
		*to = tail
	} else if text, ok := t.text(e, *to+tail); ok { // together they may be an address that neither is
		*to = text
	}
}

// acts are elements of HTML that act where somebody shows them as such.
var acts = map[string]bool{
	"script": true, "style": true, "iframe": true, "frame": true, "object": true, "embed": true, "applet": true,
	"form": true, "input": true, "button": true, "meta": true, "base": true, "svg": true, "math": true, "template": true,
}

// attr returns the value of an attribute as it may stand, and false if it may not.
func (t *extensionTaker) attr(e *newsletter.Extension, a newsletter.Attr) (string, bool) {
	name := strings.ToLower(a.Name)
	as := e.Name + "@" + a.Name
	switch {
	case a.Namespace == namespace.XML.URI() && name == "base":
		t.out.add(a.Namespace, as, Placeless) // addresses are absolute without it
		return "", false
	case a.Namespace == namespace.XML.URI():
	case a.Namespace == "" && e.Name == "" && e.In == (newsletter.Place{Name: "ID"}) && a.Name == "isPermaLink":
	case a.Namespace == "" && e.Name == "" && !t.choice.takes(""),
		a.Namespace != "" && a.Namespace != e.Namespace && a.Namespace != xlink && !t.choice.takes(a.Namespace):
		t.out.add(a.Namespace, as, OfVocabulary)
		return "", false
	case strings.HasPrefix(name, "on"), name == "style", name == "srcdoc":
		t.out.add(e.Namespace, as, Acting)
		return "", false
	}
	if len(a.Value) > t.limits.Address && !strings.ContainsAny(a.Value, " \n") || len(a.Value) > t.limits.Extensions {
		t.out.add(e.Namespace, as, TooLarge)
		return "", false
	}
	value, ok := t.value(t.html(a.Value), addresses[name], t.isLink(e, "@"+name))
	if !ok || addresses[name] && strings.ContainsAny(a.Value, "<>") {
		t.out.add(e.Namespace, as, OfAddress)
		return "", false
	}
	return value, true
}

const xlink = "http://www.w3.org/1999/xlink"

// addresses are the attributes that hold one, whatever their element.
var addresses = map[string]bool{
	"href": true, "src": true, "url": true, "img": true, "image": true, "poster": true, "icon": true, "thumbnail": true,
	"srcset": true, "feedurl": true, "action": true, "formaction": true, "data": true,
}

// isLink says whether an address is one that people follow.
func (t *extensionTaker) isLink(e *newsletter.Extension, attr string) bool {
	return t.choice.links[sameSpace(e.Namespace)+" "+strings.ToLower(e.Name)+attr]
}

// text returns the text of an element as it may stand.
func (t *extensionTaker) text(e *newsletter.Extension, s string) (string, bool) {
	short, cut := Shorten(s, t.limits.Text)
	if cut {
		t.out.add(e.Namespace, e.Name, TooLarge)
		s = short
	}
	s, ok := t.value(t.html(s), false, t.isLink(e, ""))
	if !ok {
		t.out.add(e.Namespace, e.Name, OfAddress)
		return "", false
	}
	return s, true
}

// html cleans what has tags in it: nobody says whether that is HTML, and who takes
// it for HTML is to be safe. It goes before addresses are looked at, of which one
// may be left.
func (t *extensionTaker) html(s string) string {
	if !html.HasMarkup(s) {
		return s
	}
	base := ""
	if t.base != nil {
		base = t.base.String()
	}
	return clean.HTML(s, clean.Options{BaseURL: base, MaxBytes: t.limits.Extensions})
}

// value returns a text or an attribute, and false if it is an address that may not
// stand: one that is not of the web; or, if it is not known to be a link that
// people follow, one that a program would load from a private network.
func (t *extensionTaker) value(v string, isAddress, isLink bool) (string, bool) {
	s := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return -1 // as browsers do
		}
		return r
	}, strings.TrimSpace(v))
	if s == "" {
		return v, true
	}
	oneWord := !strings.Contains(s, " ")
	scheme := strings.ToLower(text.Scheme(s))
	switch {
	case scheme == "" && (isAddress && oneWord || strings.HasPrefix(s, "//")):
		u, err := url.Parse(s)
		if err != nil || t.base == nil {
			return "", false
		}
		v = t.base.ResolveReference(u).String()
		if WebAddress(v) == "" {
			return "", false
		}
		return t.value(v, isAddress, isLink) // as whoever wrote it whole
	case scheme == "":
		return v, true
	case scheme == "http" || scheme == "https":
		if !isAddress && !oneWord { // a sentence
			return v, true
		}
		for address := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == ',' }) { // of srcset
			if text.Scheme(address) != "" && (WebAddress(address) == "" || !isLink && !isLoadable(address)) {
				return "", false
			}
		}
		return v, true
	case scheme == "javascript" || scheme == "vbscript":
		return "", false
	case isAddress, oneWord && (scheme == "data" || scheme == "file" || scheme == "blob"):
		return "", false
	}
	return v, true
}

// isLoadable says whether a program may load an address of strangers.
func isLoadable(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.User == nil && netblock.IsPublicHost(u.Hostname())
}

// member cleans the texts of a member of JSON as those of elements, and reports
// whether it may be published.
func (t *extensionTaker) member(m *newsletter.Member) bool {
	if !t.choice.takesMember(m.Name) {
		t.out.add("", m.Name, OfVocabulary)
		return false
	}
	if len(m.JSON) > t.limits.Extensions {
		t.out.add("", m.Name, TooLarge)
		return false
	}
	around := newsletter.Extension{Name: m.Name}
	var b strings.Builder
	dec := jsontext.NewDecoder(strings.NewReader(m.JSON), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	enc := jsontext.NewEncoder(&b, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		isObject, before := dec.StackIndex(dec.StackDepth())
		name := isObject == '{' && before%2 == 0
		token, err := dec.ReadToken()
		if err != nil {
			break // the end, or of what is no JSON: then it is not complete
		}
		if token.Kind() == '"' && !name {
			s, ok := t.text(&around, token.String())
			if token = jsontext.String(s); !ok {
				token = jsontext.Null
			}
		}
		t.size += extensionPart / 4
		if enc.WriteToken(token) != nil {
			return false
		}
	}
	m.JSON = strings.TrimSpace(b.String())
	t.size += extensionPart + len(m.Name) + len(m.JSON)
	return jsontext.Value(m.JSON).IsValid()
}

// sizeOfExtensions returns about how many bytes they take.
func sizeOfExtensions(x *newsletter.Extensions) int {
	n := sizeOfElements(x.Elements)
	for i := range x.Attributes {
		n += sizeOfAttr(&x.Attributes[i].Attr)
	}
	for _, m := range x.Members {
		n += extensionPart + len(m.Name) + len(m.JSON)
	}
	return n
}

func sizeOfElements(list []newsletter.Extension) (n int) {
	for i := range list {
		e := &list[i]
		n += extensionPart + len(e.Namespace) + len(e.Name) + len(e.Text) + sizeOfElements(e.Children)
		if e.Tail != "" {
			n += extensionPart + len(e.Tail)
		}
		for k := range e.Attrs {
			n += sizeOfAttr(&e.Attrs[k])
		}
	}
	return n
}

func sizeOfAttr(a *newsletter.Attr) int { return extensionPart + len(a.Name) + len(a.Value) }
