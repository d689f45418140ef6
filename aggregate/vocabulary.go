package aggregate

import (
	"fmt"

	"github.com/automationregion/newsletter/aggregate/internal/intake"
)

// Vocabularies say which extensions of partners' letters are taken over: those
// whose namespace is in the list. An entry is one of
//
//   - a namespace, such as "https://www.example.org/ns",
//   - the short name of a known one: "itunes", "podcast", "media", "georss", "dc",
//     "dcterms", "thr", and others,
//   - "rss" for elements without a namespace, which are RSS's own,
//   - a member of JSON Feed, such as "_example",
//   - "known": those that other software reads, and whose addresses are known,
//   - "all", but for HTML and drawings, which belong in the content,
//   - "none".
//
// An empty list is "known". What is taken is cleaned in any case: HTML as
// in content, addresses as [Aggregator.Vocabularies] says. What is left out,
// [PartnerReport.LeftOut] counts. A letter has what was taken when it was last seen
// to have changed.
type Vocabularies []string

// Validate returns an error that names the first entry that is not one of these.
func (v Vocabularies) Validate() error {
	_, err := intake.Choose(v)
	return err
}

// LeftOut says what of the extensions of a partner's letters was not taken over,
// and how often.
type LeftOut struct {
	Namespace string `json:"namespace,omitzero"` // empty for RSS's own elements, and for a member of JSON Feed
	Name      string `json:"name"`               // "rating"; of an attribute with its element, "content@onclick"
	Reason    string `json:"reason"`
	Count     int    `json:"count"`
}

// words says it in a few words: "rating of https://www.example.org/ns, of a
// vocabulary that is not taken (12)".
func (l *LeftOut) words() string {
	name := l.Name
	if l.Namespace != "" {
		name += " of " + l.Namespace
	}
	return fmt.Sprintf("%s, %s (%d)", name, l.Reason, l.Count)
}
