// Package parse reads newsletters: feeds of every kind with [Feed], letter by
// letter with a [Decoder], and lists of feeds with [OPML]. The documents that
// people write letters in are read by package parse/letters.
package parse
