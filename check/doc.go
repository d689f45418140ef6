// Package check judges a document by the rules of its own format: RSS 0.90 to
// 2.0, Atom, JSON Feed and OPML, and the vocabularies that feeds have beside
// those.
//
//	report, err := check.Document(file)
//	for _, f := range report.Findings {
//		fmt.Printf("%d:%d: %s: %s [%s]\n", f.Line, f.Column, f.Severity, f.Message, f.Rule)
//	}
//
// It reads bytes, not a model: what is judged is what is published, to the
// character. An error is something that a specification forbids, a warning
// something that readers are known to trip over, and advice is good practice.
//
// Each rule is a row of a table: an ID that stays, the severity, what the rule
// asks for and why, how to mend what breaks it, the section of the specification,
// an example, and what the W3C's validator of feeds calls it. [Rules] returns
// them all. The verdict, whether there is an error or none, is that validator's;
// the command in internal/trial/w3c measures it by the validator's own test cases.
//
// # How it works
//
// One pass over the tokens of the document, with their places. What is kept is
// what has to be compared: IDs, the open elements, and one token. The time that
// a document takes grows with its length, whatever stands in it.
//
// The tokens are those of package parse, by its strict reader: it stops at the first
// thing that is not well-formed, as XML asks for, and keeps the places of attributes.
//
// # Words
//
// A schema is the tree of elements that a
// format has; a node is one of them that is open. A val is the text of an element
// or an attribute with its place; a value is a function that judges one. A rule is
// what a finding breaks.
package check
