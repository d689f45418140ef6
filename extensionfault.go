package newsletter

import (
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/repeat"
	"github.com/automationregion/newsletter/internal/xmlchar"
)

// fault says why no format can hold the extension, or nothing.
func (e *Extension) fault(child bool) string {
	switch {
	case child && e.In != "":
		return "what is inside another extension is required to have no In"
	case child && e.JSON != "":
		return "a JSON member is required to stand in no other extension"
	case e.JSON != "" && (e.Name == "" || e.Namespace != "" || e.Text != "" || e.Attrs != nil || e.Children != nil):
		return "a JSON member is required to have a Name and nothing beside its JSON"
	case e.JSON != "" && (!json.Valid([]byte(e.JSON)) || !xmlchar.Holds(e.JSON) || !xmlchar.Holds(e.Name)):
		return "JSON of characters that XML can hold is required, not " + quote(e.JSON)
	case e.JSON != "":
		return ""
	case e.Name == "" && !child && len(e.Attrs) == 0:
		return "a name or attributes are required"
	case e.Name == "" && child && (strings.Trim(e.Text, " \t\r\n") == "" || e.Attrs != nil):
		return "an element is required to have a name, and text between elements to be not empty"
	case e.Name == "" && (e.Namespace != "" || e.Children != nil || !child && e.Text != ""):
		return "attributes or text alone are required to have nothing beside them"
	case e.Name != "" && !xmlchar.IsName(e.Name):
		return "an XML name without a prefix is required, not " + quote(e.Name)
	case e.Namespace == namespace.Declarations:
		return "a namespace that a prefix may stand for is required, not " + quote(e.Namespace)
	case e.Text != "" && e.Children != nil:
		return "text among elements is required to be one of the Children"
	case !xmlchar.Holds(e.Text) || !xmlchar.Holds(e.Namespace):
		return "text of characters that XML can hold is required"
	}
	for _, a := range e.Attrs {
		if a.Namespace == "" && a.Name == "xmlns" || a.Namespace == namespace.Declarations {
			return "declarations of namespaces are required to be left to the writers"
		}
		if !xmlchar.IsName(a.Name) || !xmlchar.Holds(a.Value) || !xmlchar.Holds(a.Namespace) {
			return "attributes with an XML name, and a value of characters that XML can hold, are required, not " + quote(a.Name)
		}
	}
	for i, first := range repeat.Of(e.Attrs, func(a *Attr) [2]string { return [2]string{a.Namespace, a.Name} }) {
		if first >= 0 {
			return "each attribute is required once, not again " + quote(e.Attrs[i].Name)
		}
	}
	for i := range e.Children {
		c := &e.Children[i]
		if c.Name == "" && (len(e.Children) == 1 || i > 0 && e.Children[i-1].Name == "") {
			return "text is required to be the Text of an element without others, and in one piece between two"
		}
		if reason := c.fault(true); reason != "" {
			return reason
		}
	}
	return ""
}

// extensionFaults visits the extensions that no format can hold, of a newsletter
// or letter with these fields.
func extensionFaults(extensions []Extension, fields iter.Seq[Field], visit func(i int, reason string)) {
	var places map[string]bool
	looks := 0
	var alone map[[3]string]bool // attributes without an element: In, namespace and name
	for i := range extensions {
		e := &extensions[i]
		isPlace := true
		if e.In != "" && places == nil {
			if looks++; looks <= maxLooks {
				isPlace = hasPlace(fields, e.In)
			} else {
				places = placesOf(fields)
			}
		}
		if e.In != "" && places != nil {
			isPlace = places[e.In]
		}
		if !isPlace {
			visit(i, "In is required to name a field that there is, not "+quote(e.In))
		} else if reason := e.fault(false); reason != "" {
			visit(i, reason)
		} else if e.Name == "" {
			if alone == nil {
				alone = map[[3]string]bool{}
			}
			if name, repeated := repeatedAttr(alone, e); repeated {
				visit(i, "each attribute is required once in a place, not again "+quote(name))
			}
		}
	}
}

func (l *Letter) extensionFaults(visit func(i int, reason string)) {
	extensionFaults(l.Extensions, l.Fields(), visit)
}

// repeatedAttr reports whether an attribute alone stands among those that are
// there, and adds it to them.
func repeatedAttr(there map[[3]string]bool, e *Extension) (name string, repeated bool) {
	for _, a := range e.Attrs {
		key := [3]string{e.In, a.Namespace, a.Name}
		if there[key] {
			return a.Name, true
		}
		there[key] = true
	}
	return "", false
}

// maxLooks is how many extensions' places are looked for among the fields one by
// one; for more of them a table is worth its cost.
const maxLooks = 16

// hasPlace reports whether an extension may be in a place: a field, or the element
// or struct that fields are in.
func hasPlace(fields iter.Seq[Field], in string) bool {
	for f := range fields {
		if f.isAt(in) {
			return true
		}
	}
	return false
}

// isAt reports whether in is the field's name, or that of what the field is in.
func (f *Field) isAt(in string) bool {
	if f.list == "" {
		rest, ok := strings.CutPrefix(f.name, in)
		return ok && (rest == "" || rest[0] == '.')
	}
	rest, ok := strings.CutPrefix(in, f.list)
	if !ok || rest == "" || rest[0] != '[' {
		return false
	}
	var digits [20]byte
	rest, ok = strings.CutPrefix(rest[1:], string(strconv.AppendInt(digits[:0], int64(f.index), 10)))
	if !ok || rest == "" || rest[0] != ']' {
		return false
	}
	return rest == "]" || f.name != "" && rest[1] == '.' && rest[2:] == f.name
}

// placesOf returns all that hasPlace reports true of.
func placesOf(fields iter.Seq[Field]) map[string]bool {
	places := map[string]bool{}
	for f := range fields {
		name := f.String()
		places[name] = true
		if in, _, ok := strings.Cut(name, "."); ok {
			places[in] = true
		}
	}
	return places
}

func extensionName(i int) string { return fmt.Sprintf("Extensions[%d]", i) }
