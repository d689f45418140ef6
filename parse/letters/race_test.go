//go:build race

package letters_test

// slower is how much more a program costs with the race detector.
const slower = 15
