package intake

// Why something is left out.
const (
	OfVocabulary = "of a vocabulary that is not taken"           // which Vocabularies may change
	OfAddress    = "an address that leads nowhere or to no good" // not on the web, or loaded from a private network
	Acting       = "acts where a page shows it"
	TooLarge     = "more than a letter has room for" // which Limits may change
	Placeless    = "it stood in what is left out itself"
)

// LeftOut counts what of the extensions of letters was not taken over.
type LeftOut map[Left]int

// Left is what was left out, and why.
type Left struct{ Namespace, Name, Reason string }

// leftOutNames are counted each by itself.
const leftOutNames = 100

func (m *LeftOut) add(namespace, name, reason string) {
	if *m == nil {
		*m = LeftOut{}
	}
	key := Left{Namespace: namespace, Name: name, Reason: reason}
	if _, ok := (*m)[key]; !ok && len(*m) >= leftOutNames {
		key = Left{Name: "others", Reason: reason}
	}
	(*m)[key]++
}
