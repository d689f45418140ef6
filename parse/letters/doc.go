// Package letters reads the documents that letters are written in, Markdown and
// plain text: one with [Read], a folder of them with [Dir] and [ReadFolder].
package letters
