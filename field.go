package newsletter

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Place is a field of a newsletter or of one of its letters, or what fields are in:
// the source, an author. The zero value is the newsletter or the letter itself.
type Place struct {
	List  string // the list that it is in: "Authors"; empty if it is in none
	Index int    // of the element of the list
	Name  string // within the element, "Email", or else "Title", "Source", "Source.URL"; empty for a whole element
}

// String returns the place as a Go program writes it: "Title", "Source.URL",
// "Authors[1].Email", "Hubs[0]". It is empty for the newsletter or the letter itself.
func (p Place) String() string {
	switch {
	case p.List == "":
		return p.Name
	case p.Name == "":
		return p.List + "[" + strconv.Itoa(p.Index) + "]"
	}
	return p.List + "[" + strconv.Itoa(p.Index) + "]." + p.Name
}

// ParsePlace is the reverse of [Place.String]. What is not an element of a list is the
// name of a field, which need not be there.
func ParsePlace(s string) Place {
	list, rest, ok := strings.Cut(s, "[")
	number, name, closed := strings.Cut(rest, "]")
	index, err := strconv.Atoi(number)
	p := Place{list, index, strings.TrimPrefix(name, ".")}
	if !ok || !closed || err != nil || index < 0 || p.String() != s {
		return Place{Name: s}
	}
	return p
}

// A FieldType is what a field may hold.
type FieldType uint8

// The types of fields. All but the last four hold a string.
const (
	TypeLine      FieldType = iota + 1 // text on one line
	TypeText                           // text, on several lines perhaps
	TypeHTML                           // HTML
	TypeID                             // an ID, compared and copied character by character
	TypeIRI                            // an absolute IRI that names something
	TypeURL                            // an absolute URL
	TypePage                           // an absolute URL of a document on the web
	TypeEmail                          // an e-mail address
	TypeLanguage                       // a BCP 47 tag
	TypeMediaType                      // a media type, such as "application/pdf"
	TypeRelation                       // a link relation (RFC 8288)
	TypeTime                           // a time.Time
	TypeNumber                         // an int64
	TypeDuration                       // a time.Duration
	TypeFlag                           // a bool
)

// A Field is one field of a newsletter or of one of its letters: where it is,
// what it may hold, and its value, to be read and set. [Newsletter.Fields] and
// [Letter.Fields] yield them.
type Field struct {
	place    Place
	typ      FieldType
	required string  // what it is, where an element of a list can't be without
	text     *string // of a type that holds a string
	other    any     // *time.Time, *int64, *time.Duration or *bool, of any other
}

// String returns the place as a Go program writes it: "Title", "Source.URL",
// "Authors[1].Email", "Hubs[0]".
func (f Field) String() string { return f.place.String() }

// Place returns where the field is.
func (f Field) Place() Place { return f.place }

// Type returns what the field may hold.
func (f Field) Type() FieldType { return f.typ }

// Text returns the string that the field is, to be read or set, or nil if it is not a
// string.
func (f Field) Text() *string { return f.text }

// Value returns a pointer to what the field is, to be read or set: a *string,
// *time.Time, *int64, *[time.Duration] or *bool.
func (f Field) Value() any {
	if f.text != nil {
		return f.text
	}
	return f.other
}

// IsZero reports whether the field is not stated.
func (f Field) IsZero() bool {
	if f.text != nil {
		return *f.text == ""
	}
	switch v := f.other.(type) {
	case *time.Time:
		return v.IsZero()
	case *int64:
		return *v == 0
	case *time.Duration:
		return *v == 0
	case *bool:
		return !*v
	}
	return true
}

// Format returns the value as text: a string as it is, a time as RFC 3339 has it,
// a number in decimal digits, a duration as Go writes it, "true" for a flag. It
// is empty for what is not stated.
func (f Field) Format() string {
	if f.text != nil {
		return *f.text
	}
	if f.IsZero() {
		return ""
	}
	switch v := f.other.(type) {
	case *time.Time:
		return v.Format(time.RFC3339Nano)
	case *int64:
		return strconv.FormatInt(*v, 10)
	case *time.Duration:
		return v.String()
	}
	return "true"
}

func textField(name string, typ FieldType, value *string) Field {
	return Field{place: Place{Name: name}, typ: typ, text: value}
}

func timeField(name string, value *time.Time) Field {
	return Field{place: Place{Name: name}, typ: TypeTime, other: value}
}

func flagField(name string, value *bool) Field {
	return Field{place: Place{Name: name}, typ: TypeFlag, other: value}
}

// Fields yields every field of the newsletter itself but Extensions, in the order
// of the type, stated or not. Letters have [Letter.Fields]. A field may be set
// while it is there; lists have to keep their length.
func (n *Newsletter) Fields() iter.Seq[Field] {
	return func(yield func(Field) bool) { n.visit(yield) }
}

// Fields yields every field of the letter but Extensions, as [Newsletter.Fields]
// does.
func (l *Letter) Fields() iter.Seq[Field] {
	return func(yield func(Field) bool) { l.visit(yield) }
}

// visit is the one place that knows the fields of a newsletter. A field that is
// added to the type has a row here.
func (n *Newsletter) visit(yield func(Field) bool) bool {
	return yield(textField("ID", TypeID, &n.ID)) &&
		yield(textField("Title", TypeLine, &n.Title)) &&
		yield(textField("Description", TypeLine, &n.Description)) &&
		yield(textField("URL", TypeURL, &n.URL)) &&
		yield(textField("FeedURL", TypePage, &n.FeedURL)) &&
		yield(textField("Language", TypeLanguage, &n.Language)) &&
		visitAuthors(n.Authors, yield) &&
		yield(textField("Rights", TypeLine, &n.Rights)) &&
		yield(textField("Image", TypeURL, &n.Image)) &&
		yield(textField("Icon", TypeURL, &n.Icon)) &&
		visitCategories(n.Categories, yield) &&
		yield(timeField("Updated", &n.Updated)) &&
		yield(textField("Generator.Name", TypeLine, &n.Generator.Name)) &&
		yield(textField("Generator.Version", TypeLine, &n.Generator.Version)) &&
		yield(textField("Generator.URL", TypeURL, &n.Generator.URL)) &&
		visitHubs(n.Hubs, yield) &&
		yield(textField("Paging.First", TypeURL, &n.Paging.First)) &&
		yield(textField("Paging.Previous", TypeURL, &n.Paging.Previous)) &&
		yield(textField("Paging.Next", TypeURL, &n.Paging.Next)) &&
		yield(textField("Paging.Last", TypeURL, &n.Paging.Last)) &&
		yield(textField("Paging.Current", TypeURL, &n.Paging.Current)) &&
		yield(textField("Paging.PreviousArchive", TypeURL, &n.Paging.PreviousArchive)) &&
		yield(textField("Paging.NextArchive", TypeURL, &n.Paging.NextArchive)) &&
		yield(flagField("Paging.Archive", &n.Paging.Archive)) &&
		yield(flagField("Paging.Complete", &n.Paging.Complete))
}

// visit is the one place that knows the fields of a letter.
func (l *Letter) visit(yield func(Field) bool) bool {
	return yield(textField("ID", TypeID, &l.ID)) &&
		yield(textField("URL", TypeURL, &l.URL)) &&
		yield(textField("Title", TypeLine, &l.Title)) &&
		yield(textField("Kind", TypeLine, &l.Kind)) &&
		yield(textField("Language", TypeLanguage, &l.Language)) &&
		visitAuthors(l.Authors, yield) &&
		yield(timeField("Published", &l.Published)) &&
		yield(timeField("Updated", &l.Updated)) &&
		yield(textField("Summary", TypeText, &l.Summary)) &&
		yield(textField("Content", TypeHTML, &l.Content)) &&
		yield(textField("Rights", TypeLine, &l.Rights)) &&
		visitCategories(l.Categories, yield) &&
		yield(textField("Image", TypeURL, &l.Image)) &&
		visitAttachments(l.Attachments, yield) &&
		yield(textField("Source.ID", TypeID, &l.Source.ID)) &&
		yield(textField("Source.Title", TypeLine, &l.Source.Title)) &&
		yield(textField("Source.URL", TypeURL, &l.Source.URL)) &&
		yield(textField("Source.FeedURL", TypeURL, &l.Source.FeedURL)) &&
		yield(timeField("Source.Updated", &l.Source.Updated)) &&
		visitLinks(l.Links, yield)
}

func visitAuthors(authors []Author, yield func(Field) bool) bool {
	for i := range authors {
		a := &authors[i]
		if !(yield(Field{Place{"Authors", i, "Name"}, TypeLine, "", &a.Name, nil}) &&
			yield(Field{Place{"Authors", i, "Organization"}, TypeLine, "", &a.Organization, nil}) &&
			yield(Field{Place{"Authors", i, "Email"}, TypeEmail, "", &a.Email, nil}) &&
			yield(Field{Place{"Authors", i, "URL"}, TypeURL, "", &a.URL, nil}) &&
			yield(Field{Place{"Authors", i, "Avatar"}, TypeURL, "", &a.Avatar, nil})) {
			return false
		}
	}
	return true
}

func visitCategories(categories []Category, yield func(Field) bool) bool {
	for i := range categories {
		c := &categories[i]
		if !(yield(Field{Place{"Categories", i, "Term"}, TypeLine, "", &c.Term, nil}) &&
			yield(Field{Place{"Categories", i, "Scheme"}, TypeIRI, "", &c.Scheme, nil}) &&
			yield(Field{Place{"Categories", i, "Label"}, TypeLine, "", &c.Label, nil})) {
			return false
		}
	}
	return true
}

func visitHubs(hubs []string, yield func(Field) bool) bool {
	for i := range hubs {
		if !yield(Field{Place{"Hubs", i, ""}, TypeURL, "an absolute URL", &hubs[i], nil}) {
			return false
		}
	}
	return true
}

func visitAttachments(attachments []Attachment, yield func(Field) bool) bool {
	for i := range attachments {
		a := &attachments[i]
		if !(yield(Field{Place{"Attachments", i, "URL"}, TypeURL, "an absolute URL", &a.URL, nil}) &&
			yield(Field{Place{"Attachments", i, "MediaType"}, TypeMediaType, "", &a.MediaType, nil}) &&
			yield(Field{Place{"Attachments", i, "Length"}, TypeNumber, "", nil, &a.Length}) &&
			yield(Field{Place{"Attachments", i, "Duration"}, TypeDuration, "", nil, &a.Duration}) &&
			yield(Field{Place{"Attachments", i, "Title"}, TypeLine, "", &a.Title, nil})) {
			return false
		}
	}
	return true
}

func visitLinks(links []Link, yield func(Field) bool) bool {
	for i := range links {
		k := &links[i]
		if !(yield(Field{Place{"Links", i, "Rel"}, TypeRelation, "", &k.Rel, nil}) &&
			yield(Field{Place{"Links", i, "URL"}, TypeURL, "an absolute URL", &k.URL, nil}) &&
			yield(Field{Place{"Links", i, "MediaType"}, TypeMediaType, "", &k.MediaType, nil}) &&
			yield(Field{Place{"Links", i, "Language"}, TypeLanguage, "", &k.Language, nil}) &&
			yield(Field{Place{"Links", i, "Title"}, TypeLine, "", &k.Title, nil})) {
			return false
		}
	}
	return true
}

// Same reports whether two newsletters say the same, letter by letter: each field, the
// zone of each time too, and each extension, whatever its prefix and the order of its
// attributes. A list that is nil and one that is empty are the same.
func Same(a, b *Newsletter) bool {
	if a == nil || b == nil {
		return a == b
	}
	return sameFields(a.Fields(), b.Fields()) && sameExtensions(&a.Extensions, &b.Extensions) && slices.EqualFunc(a.Letters, b.Letters, sameLetters)
}

func sameLetters(a, b *Letter) bool {
	if a == nil || b == nil || a == b {
		return a == b
	}
	return sameFields(a.Fields(), b.Fields()) && sameExtensions(&a.Extensions, &b.Extensions)
}

func sameExtensions(a, b *Extensions) bool {
	return slices.EqualFunc(a.Elements, b.Elements, Extension.Equal) && slices.Equal(a.Members, b.Members) &&
		equalAttrs(a.Attributes, b.Attributes, func(a *Attribute) Attribute { return Attribute{a.In, a.said()} })
}

func sameFields(a, b iter.Seq[Field]) bool {
	var fields [32]Field
	rest := slices.AppendSeq(fields[:0], a)
	for f := range b {
		if len(rest) == 0 || !rest[0].same(f) {
			return false
		}
		rest = rest[1:]
	}
	return len(rest) == 0
}

func (f Field) same(o Field) bool {
	switch {
	case f.place != o.place:
		return false
	case f.text != nil:
		return *f.text == *o.text
	}
	if t, ok := f.other.(*time.Time); ok {
		u := o.other.(*time.Time)
		_, here := t.Zone()
		_, there := u.Zone()
		return t.Equal(*u) && here == there
	}
	return f.Format() == o.Format()
}
