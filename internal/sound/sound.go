// Package sound is what package parse asks package newsletter about each letter that
// it reads, and that is nobody else's affair.
package sound

// Letter looks at a *newsletter.Letter of which its reader vouches for the characters
// of its texts and for its extensions, but for attributes alone that stand in one
// place. It makes "related" of what is no alternate of the letter, as Repair does, and
// tells what it changed. It reports whether nothing is wrong with the letter then; what
// it says of others is nothing. Package newsletter sets it.
var Letter func(letter any, changed func(field, reason string)) bool
