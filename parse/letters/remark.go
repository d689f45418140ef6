package letters

import (
	"cmp"
	"slices"
	"strings"

	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/parse"
)

// tell hands the remarks on a letter out, in the order of the document.
func (d *document) tell(o Options) {
	if o.Remark == nil {
		return
	}
	slices.SortStableFunc(d.Remarks, func(a, b *parse.Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	for _, remark := range d.Remarks {
		o.Remark(remark)
	}
}

// remarkKeys remarks on keys that are one letter off a known one.
func (d *document) remarkKeys(v settings.Value) {
	if !d.Listens() {
		return
	}
	for e := range v.Entries() {
		if settings.Knows(frontMatterRows, e.Key) || settings.Knows(episodeRows, e.Key) {
			continue
		}
		for _, row := range frontMatterRows {
			if name, ok := misspelt(strings.Fields(row.Names), e.Key); ok {
				d.Remark(ruleKeyMisspelt, e.KeyAt, "the key %q is not read: did you mean %q?", e.Key, name)
				break
			}
		}
	}
}

// foreignKeys are one letter off a known key and other software's.
var foreignKeys = []string{"data", "links", "kinds", "tag", "dates", "slugs", "types", "images", "ids"}

// misspelt returns which of the names a key is one letter off. Short ones are so
// by chance.
func misspelt(names []string, key string) (string, bool) {
	key = settings.Plain(key)
	if len(key) < 4 || slices.Contains(foreignKeys, key) {
		return "", false
	}
	for _, name := range names {
		if plain := settings.Plain(name); len(plain) >= 4 && (settings.Distance(plain, key) == 1 || transposed(plain, key)) {
			return name, true
		}
	}
	return "", false
}

// transposed reports whether two neighbours have changed places.
func transposed(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i+1 < len(a); i++ {
		if a[i] != b[i] {
			return a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
		}
	}
	return false
}
