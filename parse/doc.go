// Package parse reads newsletters: feeds of every kind with [Feed], and the
// documents that letters are written in with [Letter] and [Dir].
package parse
