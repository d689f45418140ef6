//go:build race

package letters_test

// racing says that the race detector makes all costs others.
const racing = true
