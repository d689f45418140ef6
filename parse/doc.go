// Package parse reads newsletters: feeds of every kind with [Feed], letter by
// letter with a [Decoder], and lists of feeds with [OPML]. The documents that
// people write letters in are read by package parse/letters.
package parse

// The files from the bottom upwards:
//
//   - error, options, text: what all of them use
//   - rank, page: what a title page or a letter states, while it is read
//   - element, passage, person, link: what elements hold
//   - dublincore, itunes, …, vocabulary: what each element means, a vocabulary a file
//   - rss, atom, formats: the formats in XML; json, jsonfeed: the one in JSON
//   - discover, inpage: what a document is that is no feed
//   - decoder, feed; opml
