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
		if count++; f.Name() == "Organization" {
			list, index := f.List()
			assert.Equal(t, "Authors", list)
			assert.Equal(t, 0, index)
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

func differences(a, b *newsletter.Newsletter) []string {
	var lines []string
	for d := range newsletter.Diff(a, b) {
		lines = append(lines, d.String())
	}
	return lines
}

func TestDiffOfTheSame(t *testing.T) {
	assert.Empty(t, differences(complete(), complete()))
	a, b := complete(), complete()
	a.Letters[1].Categories = []newsletter.Category{}
	assert.Empty(t, differences(a, b))
	assert.Empty(t, differences(nil, &newsletter.Newsletter{}))
}

func TestDiff(t *testing.T) {
	a, b := complete(), complete()
	b.Title = "Letters"
	b.Paging.Complete = true
	b.Letters[0].Authors = b.Letters[0].Authors[:1]
	b.Letters[0].Updated = b.Letters[0].Updated.UTC()
	b.Letters[0].Extensions = []newsletter.Extension{{Name: "ttl", Text: "60"}}
	b.Letters[1].ID = "tag:letters.example.org,2024-01-01:22"
	assert.Equal(t, []string{
		`newsletter: Title: "Letters from the regions & towns" in the first, "Letters" in the second`,
		`newsletter: Paging.Complete: not stated in the first, "true" in the second`,
		`letter 0 (https://letters.example.org/2024/robots): Updated: "2024-05-17T10:30:00+02:00" in the first, "2024-05-17T08:30:00Z" in the second`,
		`letter 0 (https://letters.example.org/2024/robots): Authors[1].Name: "Bo Lind" in the first, not stated in the second`,
		`letter 0 (https://letters.example.org/2024/robots): Authors[1].Organization: "Example Works" in the first, not stated in the second`,
		`letter 0 (https://letters.example.org/2024/robots): Extensions[0]: not stated in the first, "<ttl>60</ttl>" in the second`,
		`letter 1 (tag:letters.example.org,2024-01-01:22): Letter: not stated in the first, "a letter" in the second`,
		`letter 1 (tag:letters.example.org,2024-01-01:2): Letter: "a letter" in the first, not stated in the second`,
	}, differences(a, b))

	a, b = complete(), complete()
	b.Letters[0], b.Letters[2] = b.Letters[2], b.Letters[0]
	assert.Equal(t, []string{
		`letter 1 (tag:letters.example.org,2024-01-01:2): Letter: "letter 1" in the first, "letter 1" in the second`,
		`letter 2 (https://letters.example.org/2024/robots): Letter: "letter 0" in the first, "letter 2" in the second`,
	}, differences(a, b))
}

func TestExtensionsThatNoFormatHolds(t *testing.T) {
	tests := map[string]struct {
		extension newsletter.Extension
		want      string
	}{
		"an element":                {newsletter.Extension{Namespace: "https://example.org/x", Name: "season", Text: "2"}, ""},
		"an attribute":              {newsletter.Extension{In: "ID", Attrs: []newsletter.Attr{{Name: "isPermaLink", Value: "true"}}}, ""},
		"an element of a category":  {newsletter.Extension{In: "Categories[1]", Name: "x"}, ""},
		"text among elements":       {newsletter.Extension{Name: "x", Children: []newsletter.Extension{{Text: "a"}, {Name: "y"}}}, ""},
		"a JSON member":             {newsletter.Extension{Name: "_a b", JSON: `{"a":[1]}`}, ""},
		"nothing":                   {newsletter.Extension{}, "a name or attributes are required"},
		"a place that there is not": {newsletter.Extension{In: "Authors[7]", Name: "x"}, `In is required to name a field that there is, not "Authors[7]"`},
		"a name that is none":       {newsletter.Extension{Name: "a b"}, `an XML name without a prefix is required, not "a b"`},
		"a control character":       {newsletter.Extension{Name: "a", Text: "\x00"}, "text of characters that XML can hold is required"},
		"an attribute twice": {newsletter.Extension{Name: "a", Attrs: []newsletter.Attr{{Name: "b"}, {Name: "b"}}},
			`each attribute is required once, not again "b"`},
		"JSON that is none": {newsletter.Extension{Name: "a", JSON: "{"}, `JSON of characters that XML can hold is required, not "{"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			n := complete()
			n.Letters[0].Extensions = []newsletter.Extension{{Name: "first"}, test.extension}
			err := n.Validate()
			if test.want == "" {
				require.NoError(t, err)
				require.Empty(t, n.Repair())
				return
			}
			require.EqualError(t, err, "letter 0 (https://letters.example.org/2024/robots): Extensions[1]: "+test.want)
			n.Repair()
			require.NoError(t, n.Validate())
			assert.Equal(t, []newsletter.Extension{{Name: "first"}}, n.Letters[0].Extensions)
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
				l.Extensions = append(l.Extensions, newsletter.Extension{In: "ID", Name: "x"})
			}
			l.Extensions = append(l.Extensions, newsletter.Extension{In: in, Name: "x"})
			return len(n.Repair())
		}
		assert.Equal(t, faults(0), faults(40), in)
	}
}

func TestExtensionsFollowTheElementsThatTheyBelongTo(t *testing.T) {
	n := complete()
	l := n.Letters[0]
	l.Authors = []newsletter.Author{{Name: "Ann"}, {}, {Name: "Ann"}, {Name: "Bo"}}
	l.Extensions = []newsletter.Extension{{In: "Authors[3].Name", Name: "last"}, {In: "Authors[1]", Name: "gone"}, {In: "Source", Name: "source"}, {In: "Authors[0]", Name: "first"}}
	n.Repair()
	assert.Equal(t, []newsletter.Extension{{In: "Authors[1].Name", Name: "last"}, {In: "Source", Name: "source"}, {In: "Authors[0]", Name: "first"}}, l.Extensions)
}

func TestExtensionsAreEqualWhateverTheirPrefixes(t *testing.T) {
	a := newsletter.Extension{Namespace: "n", Prefix: "p", Name: "x", Attrs: []newsletter.Attr{{Name: "a", Value: "1"}, {Name: "b"}}}
	b := newsletter.Extension{Namespace: "n", Prefix: "q", Name: "x", Attrs: []newsletter.Attr{{Name: "b"}, {Name: "a", Value: "1"}}}
	assert.True(t, a.Equal(b))
	b.Children = []newsletter.Extension{{Text: "y"}}
	assert.False(t, a.Equal(b))
	assert.Equal(t, "1", a.Attr("", "a"))
	assert.Equal(t, `<{n}x b="" a="1">y</{n}x>`, b.String())
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
