//go:build !unix

package postgres

// process is the program of a process of those tests that send signals.
func process(string) int { return 1 }
