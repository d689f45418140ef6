// Package podcast reads and sets what a newsletter that is a podcast says in the
// elements of Apple's iTunes namespace and of the podcast namespace: a [Show] for the
// newsletter, an [Episode] for each letter. They are kept as extensions of the model,
// in which every reader of this module finds them and every writer writes them.
//
// A podcast is a newsletter whose letters have an attachment that can be heard or
// seen: the episode's title, page, date, text and file are those of the letter.
//
// Sources: Apple, "Podcast RSS feed requirements" and "A Podcaster's Guide to RSS";
// https://podcasting2.org/podcast-namespace for the podcast namespace. Its
// podcast:value, which is about payments, is left alone.
package podcast

import (
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
)

// The namespaces of podcasts.
const (
	namespaceITunes  = "http://www.itunes.com/dtds/podcast-1.0.dtd"
	namespacePodcast = "https://podcastindex.org/namespace/1.0"
)

// spellings are other names under which feeds have the two, in lower case and
// without the scheme.
var spellings = map[string]string{
	"www.itunes.com/dtds/podcast-1.0.dtd":                                          namespaceITunes,
	"itunes.com/dtds/podcast-1.0.dtd":                                              namespaceITunes,
	"podcastindex.org/namespace/1.0":                                               namespacePodcast,
	"github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md":          namespacePodcast,
	"github.com/podcastindex-org/podcast-namespace/blob/main/podcast-namespace.md": namespacePodcast,
}

func namespaceOf(uri string) string {
	if uri == namespaceITunes || uri == namespacePodcast {
		return uri
	}
	plain := strings.ToLower(strings.TrimRight(uri, "/#"))
	plain = strings.TrimPrefix(strings.TrimPrefix(plain, "http://"), "https://")
	return spellings[plain]
}

// Explicit says whether something is not for children.
type Explicit string

// The values that Apple knows. The zero value is not stated.
const (
	IsExplicit  Explicit = "true"
	NotExplicit Explicit = "false"
)

// A Person takes part in a show or an episode (podcast:person).
type Person struct {
	Name  string
	Role  string // such as "guest"; a host if it is empty
	Group string // such as "cast" if it is empty
	Image string // URL
	URL   string // a page about the person
}

// An element is a kind of extension that a T holds.
type element[T any] struct {
	namespace, name string
	read            func(to *T, e *newsletter.Extension)
	write           func(from *T) []newsletter.Extension // without namespace, prefix and name
}

func (el *element[T]) is(e *newsletter.Extension) bool {
	return e.In == newsletter.Place{} && strings.EqualFold(e.Name, el.name) && namespaceOf(e.Namespace) == el.namespace
}

// read returns what the extensions say.
func read[T any](elements []element[T], extensions []newsletter.Extension) (t T) {
	for i := range elements {
		for k := range extensions {
			if elements[i].is(&extensions[k]) {
				elements[i].read(&t, &extensions[k])
			}
		}
	}
	return t
}

// set returns the extensions with what t says in place of what they say. What they say
// already stays as it is written.
func set[T any](elements []element[T], extensions []newsletter.Extension, t *T) []newsletter.Extension {
	was := read(elements, extensions)
	extensions = slices.Clone(extensions)
	for i := range elements {
		el := &elements[i]
		at := slices.IndexFunc(extensions, func(e newsletter.Extension) bool { return el.is(&e) })
		now := el.write(t)
		if slices.EqualFunc(now, el.write(&was), newsletter.Extension.Equal) {
			continue
		}
		extensions = slices.DeleteFunc(extensions, func(e newsletter.Extension) bool { return el.is(&e) })
		for k := range now {
			name(&now[k], el.namespace)
			now[k].Name = el.name
		}
		if at < 0 {
			at = len(extensions)
		}
		extensions = slices.Insert(extensions, at, now...)
	}
	if len(extensions) == 0 {
		return nil
	}
	return extensions
}

// name gives an extension and what is in it the namespace.
func name(e *newsletter.Extension, namespace string) {
	e.Namespace, e.Prefix = namespace, "itunes"
	if namespace == namespacePodcast {
		e.Prefix = "podcast"
	}
	for i := range e.Children {
		name(&e.Children[i], namespace)
	}
}

// text is an element that holds one text.
func text[T any](namespace, name string, field func(*T) *string) element[T] {
	return element[T]{namespace, name,
		func(t *T, e *newsletter.Extension) { first(field(t), textOf(e)) },
		func(t *T) []newsletter.Extension { return texts(*field(t)) },
	}
}

func texts(s string) []newsletter.Extension {
	if s == "" {
		return nil
	}
	return []newsletter.Extension{{Text: s}}
}

// explicit is iTunes' explicit, which has had other values.
func explicit[T any](field func(*T) *Explicit) element[T] {
	return element[T]{namespaceITunes, "explicit",
		func(t *T, e *newsletter.Extension) {
			switch s := strings.ToLower(textOf(e)); s {
			case "yes", "true", "explicit":
				first(field(t), IsExplicit)
			case "no", "false", "clean":
				first(field(t), NotExplicit)
			}
		},
		func(t *T) []newsletter.Extension { return texts(string(*field(t))) },
	}
}

// yes is an element of iTunes' that says Yes or is not there.
func yes[T any](name string, field func(*T) *bool) element[T] {
	return element[T]{namespaceITunes, name,
		func(t *T, e *newsletter.Extension) {
			*field(t) = *field(t) || strings.EqualFold(textOf(e), "yes") || strings.EqualFold(textOf(e), "true")
		},
		func(t *T) []newsletter.Extension {
			if *field(t) {
				return texts("Yes")
			}
			return nil
		},
	}
}

// image is iTunes' image.
func image[T any](field func(*T) *string) element[T] {
	return element[T]{namespaceITunes, "image",
		func(t *T, e *newsletter.Extension) { first(field(t), strings.TrimSpace(e.Attr("", "href"))) },
		func(t *T) []newsletter.Extension { return attrs("", "href", *field(t)) },
	}
}

// people are podcast:person.
func people[T any](field func(*T) *[]Person) element[T] {
	return element[T]{namespacePodcast, "person",
		func(t *T, e *newsletter.Extension) {
			*field(t) = append(*field(t), Person{
				Name: textOf(e), Role: e.Attr("", "role"), Group: e.Attr("", "group"), Image: e.Attr("", "img"), URL: e.Attr("", "href"),
			})
		},
		func(t *T) (list []newsletter.Extension) {
			for _, p := range *field(t) {
				list = append(list, attrs(p.Name, "role", p.Role, "group", p.Group, "img", p.Image, "href", p.URL)...)
			}
			return list
		},
	}
}

// attrs is an element of a text and attributes, which come as pairs. It is nothing if
// all are empty.
func attrs(text string, pairs ...string) []newsletter.Extension {
	e := newsletter.Extension{Text: text}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			e.Attrs = append(e.Attrs, newsletter.Attr{Name: pairs[i], Value: pairs[i+1]})
		}
	}
	if text == "" && e.Attrs == nil {
		return nil
	}
	return []newsletter.Extension{e}
}

// first sets what isn't stated yet.
func first[S ~string](field *S, value S) {
	if *field == "" {
		*field = value
	}
}

// textOf is the text of an extension without white space around it.
func textOf(e *newsletter.Extension) string { return strings.TrimSpace(e.Text) }
