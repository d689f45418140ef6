package newsletter_test

import (
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
)

// leaves returns the names of all that a value holds, as a Go program writes
// them.
func leaves(v reflect.Value, name string) []string {
	var names []string
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		return []string{name}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i).Name
			if field == "Letters" || field == "Extensions" {
				continue
			}
			if name != "" {
				field = name + "." + field
			}
			names = append(names, leaves(v.Field(i), field)...)
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			names = append(names, leaves(v.Index(i), name+"["+strconv.Itoa(i)+"]")...)
		}
	default:
		return []string{name}
	}
	return names
}

func TestFieldsAreAllFieldsInTheirOrder(t *testing.T) {
	n := complete()
	var names []string
	for f := range n.Fields() {
		names = append(names, f.String())
	}
	assert.Equal(t, leaves(reflect.ValueOf(*n), ""), names)
	names = nil
	for f := range n.Letters[0].Fields() {
		names = append(names, f.String())
	}
	assert.Equal(t, leaves(reflect.ValueOf(*n.Letters[0]), ""), names)
}

func TestFieldsAreRead(t *testing.T) {
	got := map[string]string{}
	types := map[string]newsletter.FieldType{}
	for f := range complete().Letters[0].Fields() {
		got[f.String()], types[f.String()] = f.Format(), f.Type()
		assert.Equal(t, f.Format() == "", f.IsZero(), f)
	}
	assert.Equal(t, "Bo Lind", got["Authors[1].Name"])
	assert.Equal(t, "2024-05-17T09:30:00+02:00", got["Published"])
	assert.Equal(t, "12345", got["Attachments[0].Length"])
	assert.Equal(t, "1m30s", got["Attachments[0].Duration"])
	assert.Equal(t, "", got["Attachments[1].Length"])
	assert.Equal(t, newsletter.TypeHTML, types["Content"])
	assert.Equal(t, newsletter.TypeURL, types["Links[0].URL"])
}

func TestFieldsAreSet(t *testing.T) {
	l := complete().Letters[0]
	for f := range l.Fields() {
		switch value := f.Value().(type) {
		case *string:
			*value = f.String()
		case *time.Time:
			*value = time.Time{}
		}
	}
	assert.Equal(t, "Links[2].Rel", l.Links[2].Rel)
	assert.Equal(t, "Authors[0].Name", l.Authors[0].Name)
	assert.True(t, l.Source.Updated.IsZero())
}

func TestFieldsEnd(t *testing.T) {
	count := 0
	for f := range complete().Letters[0].Fields() {
		if count++; f.Place().Name == "Organization" {
			assert.Equal(t, newsletter.Place{List: "Authors", Name: "Organization"}, f.Place())
			break
		}
	}
	assert.Equal(t, 7, count)
}

func TestFieldsCostNoMemory(t *testing.T) {
	l := complete().Letters[0]
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		length := 0
		for f := range l.Fields() {
			if text := f.Text(); text != nil {
				length += len(*text)
			}
		}
		_ = length
	}))
}

func TestSame(t *testing.T) {
	a, b := complete(), complete()
	a.Letters[1].Categories = []newsletter.Category{}
	assert.True(t, newsletter.Same(a, b))
	assert.False(t, newsletter.Same(a, nil))
	assert.True(t, newsletter.Same(nil, nil))
	for name, change := range map[string]func(n *newsletter.Newsletter){
		"a title":   func(n *newsletter.Newsletter) { n.Title = "Letters" },
		"a flag":    func(n *newsletter.Newsletter) { n.Paging.Complete = !n.Paging.Complete },
		"an author": func(n *newsletter.Newsletter) { n.Letters[0].Authors = n.Letters[0].Authors[:1] },
		"a zone":    func(n *newsletter.Newsletter) { n.Letters[0].Updated = n.Letters[0].Updated.UTC() },
		"an extension": func(n *newsletter.Newsletter) {
			n.Letters[0].Extensions.Elements = []newsletter.Extension{{Name: "ttl"}}
		},
		"a letter":      func(n *newsletter.Newsletter) { n.Letters = n.Letters[1:] },
		"their order":   func(n *newsletter.Newsletter) { n.Letters[0], n.Letters[2] = n.Letters[2], n.Letters[0] },
		"a letter less": func(n *newsletter.Newsletter) { n.Letters[0] = nil },
	} {
		b := complete()
		change(b)
		assert.False(t, newsletter.Same(complete(), b), name)
	}
}

func TestExtensionsThatNoFormatHolds(t *testing.T) {
	type extensions = newsletter.Extensions
	element := func(e newsletter.Extension) extensions { return extensions{Elements: []newsletter.Extension{e}} }
	attribute := func(a ...newsletter.Attribute) extensions { return extensions{Attributes: a} }
	member := func(m newsletter.Member) extensions { return extensions{Members: []newsletter.Member{m}} }
	in, attr := newsletter.Place{Name: "ID"}, newsletter.Attr{Name: "isPermaLink", Value: "true"}
	tests := map[string]struct {
		extensions
		want string
	}{
		"an element":                {element(newsletter.Extension{Namespace: "https://example.org/x", Name: "season", Text: "2"}), ""},
		"an attribute":              {attribute(newsletter.Attribute{In: in, Attr: attr}), ""},
		"an element of a category":  {element(newsletter.Extension{In: newsletter.Place{List: "Categories", Index: 1}, Name: "x"}), ""},
		"text among elements":       {element(newsletter.Extension{Name: "x", Text: "a", Children: []newsletter.Extension{{Name: "y", Tail: "b"}}}), ""},
		"a JSON member":             {member(newsletter.Member{Name: "_a b", JSON: `{"a":[1]}`}), ""},
		"nothing":                   {element(newsletter.Extension{}), `Elements[0]: an XML name without a prefix is required, not ""`},
		"a place that there is not": {element(newsletter.Extension{In: newsletter.Place{List: "Authors", Index: 7}, Name: "x"}), `Elements[0]: In is required to name a field that there is, not "Authors[7]"`},
		"a name that is none":       {element(newsletter.Extension{Name: "a b"}), `Elements[0]: an XML name without a prefix is required, not "a b"`},
		"a control character":       {element(newsletter.Extension{Name: "a", Text: "\x00"}), "Elements[0]: text of characters that XML can hold is required"},
		"an attribute twice": {element(newsletter.Extension{Name: "a", Attrs: []newsletter.Attr{{Name: "b"}, {Name: "b"}}}),
			`Elements[0]: each attribute is required once, not again "b"`},
		"white space among elements": {element(newsletter.Extension{Name: "a", Text: " ", Children: []newsletter.Extension{{Name: "b"}}}),
			"Elements[0]: text between elements is required to be more than white space"},
		"text after all":  {element(newsletter.Extension{Name: "a", Tail: "b"}), "Elements[0]: an element that is in no other is required to have no Tail"},
		"a child's place": {element(newsletter.Extension{Name: "a", Children: []newsletter.Extension{{In: in, Name: "b"}}}), "Elements[0]: what is inside another element is required to have no In"},
		"a declaration":   {attribute(newsletter.Attribute{Attr: newsletter.Attr{Name: "xmlns"}}), "Attributes[0]: declarations of namespaces are required to be left to the writers"},
		"twice in a place": {attribute(newsletter.Attribute{In: in, Attr: attr}, newsletter.Attribute{In: in, Attr: attr}),
			`Attributes[1]: each attribute is required once in a place, not again "isPermaLink"`},
		"JSON that is none":        {member(newsletter.Member{Name: "a", JSON: "{"}), `Members[0]: JSON of characters that XML can hold is required, not "{"`},
		"a member without a name":  {member(newsletter.Member{JSON: "1"}), "Members[0]: a JSON member is required to have a Name"},
		"a member of another list": {member(newsletter.Member{In: newsletter.Place{List: "Hubs"}, Name: "a", JSON: "1"}), `Members[0]: In is required to name a field that there is, not "Hubs[0]"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			n := complete()
			n.Letters[0].Extensions = test.extensions
			err := n.Validate()
			if test.want == "" {
				require.NoError(t, err)
				require.Empty(t, n.Repair())
				return
			}
			require.EqualError(t, err, "letter 0 (https://letters.example.org/2024/robots): Extensions."+test.want)
			require.Len(t, n.Repair(), 1)
			require.NoError(t, n.Validate())
		})
	}
}

// Few extensions are looked for one by one, many in a table: both find the same.
func TestExtensionsArePlacedAlikeHoweverManyThereAre(t *testing.T) {
	for _, in := range []string{"ID", "Authors[0]", "Authors[1].Name", "Source", "Source.URL", "Title", "Links[2].Rel",
		"", "Authors", "Authors[01]", "Authors[2]", "Authors[1].", "Authors[1].Names", "Authors[1]Name", "Sour", "Source.", "Authors[", "I"} {
		faults := func(before int) int {
			n := complete()
			l := n.Letters[0]
			for range before {
				l.Extensions.Elements = append(l.Extensions.Elements, newsletter.Extension{In: newsletter.Place{Name: "ID"}, Name: "x"})
			}
			l.Extensions.Elements = append(l.Extensions.Elements, newsletter.Extension{In: newsletter.ParsePlace(in), Name: "x"})
			assert.Equal(t, in, newsletter.ParsePlace(in).String())
			return len(n.Repair())
		}
		assert.Equal(t, faults(0), faults(40), in)
	}
}

func TestExtensionsFollowTheElementsThatTheyBelongTo(t *testing.T) {
	n := complete()
	l := n.Letters[0]
	l.Authors = []newsletter.Author{{Name: "Ann"}, {}, {Name: "Ann"}, {Name: "Bo"}}
	in := newsletter.ParsePlace
	l.Extensions.Elements = []newsletter.Extension{{In: in("Authors[3].Name"), Name: "last"}, {In: in("Authors[1]"), Name: "gone"}, {In: in("Source"), Name: "source"}, {In: in("Authors[0]"), Name: "first"}}
	n.Repair()
	assert.Equal(t, []newsletter.Extension{{In: in("Authors[1].Name"), Name: "last"}, {In: in("Source"), Name: "source"}, {In: in("Authors[0]"), Name: "first"}}, l.Extensions.Elements)
}

func TestExtensionsAreEqualWhateverTheirPrefixes(t *testing.T) {
	a := newsletter.Extension{Namespace: "n", Prefix: "p", Name: "x", Attrs: []newsletter.Attr{{Name: "a", Value: "1"}, {Name: "b"}}}
	b := newsletter.Extension{Namespace: "n", Prefix: "q", Name: "x", Attrs: []newsletter.Attr{{Name: "b"}, {Name: "a", Value: "1"}}}
	assert.True(t, a.Equal(b))
	b.Text = "y"
	assert.False(t, a.Equal(b))
	assert.Equal(t, "1", a.Attr("", "a"))
}

func BenchmarkFields(b *testing.B) {
	l := complete().Letters[0]
	for b.Loop() {
		for f := range l.Fields() {
			if f.IsZero() {
				continue
			}
		}
	}
}
