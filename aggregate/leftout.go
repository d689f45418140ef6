package aggregate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// LeftOut says what of the extensions of a partner's letters was not taken over,
// and how often.
type LeftOut struct {
	Namespace string `json:"namespace,omitzero"` // empty for RSS's own elements, and for a member of JSON Feed
	Name      string `json:"name"`               // "rating"; of an attribute with its element, "content@onclick"
	Reason    string `json:"reason"`
	Count     int    `json:"count"`
}

// Why something is left out.
const (
	leftOutVocabulary = "of a vocabulary that is not taken"           // which Vocabularies may change
	leftOutAddress    = "an address that leads nowhere or to no good" // not on the web, or loaded from a private network
	leftOutActs       = "acts where a page shows it"
	leftOutSize       = "more than a letter has room for" // which Limits may change
	leftOutPlace      = "it stood in what is left out itself"
)

// Bounds of what a report tells of extensions.
const (
	leftOutNames = 100 // names that are counted each by itself
	leftOutSaid  = 5   // names in its sentences
	leftOutChars = 200 // of a stranger's name
)

type leftOut map[LeftOut]int

func (m *leftOut) add(namespace, name, reason string) {
	if *m == nil {
		*m = leftOut{}
	}
	key := LeftOut{Namespace: namespace, Name: name, Reason: reason}
	if _, ok := (*m)[key]; !ok && len(*m) >= leftOutNames {
		key = LeftOut{Name: "others", Reason: reason}
	}
	(*m)[key]++
}

// list returns what was counted: the most first.
func (m leftOut) list() []LeftOut {
	var list []LeftOut
	for key, n := range m {
		key.Namespace, key.Name, key.Count = shortName(key.Namespace), shortName(key.Name), n
		list = append(list, key)
	}
	slices.SortFunc(list, func(a, b LeftOut) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Reason, b.Reason))
	})
	return list
}

func shortName(s string) string {
	s, _ = shorten(s, leftOutChars)
	return plainWords(s)
}

// String says it in a few words: "rating of https://www.example.org/ns, of a
// vocabulary that is not taken (12)".
func (l LeftOut) String() string {
	name := l.Name
	if l.Namespace != "" {
		name += " of " + l.Namespace
	}
	return fmt.Sprintf("%s, %s (%d)", name, l.Reason, l.Count)
}

// saidLeftOut is the sentence of a report.
func saidLeftOut(list []LeftOut) string {
	if len(list) == 0 {
		return ""
	}
	var said []string
	for _, l := range list[:min(len(list), leftOutSaid)] {
		said = append(said, l.String())
	}
	if more := len(list) - leftOutSaid; more > 0 {
		said = append(said, count(more, "other name"))
	}
	return "Left out of letters: " + strings.Join(said, "; ") + "."
}
