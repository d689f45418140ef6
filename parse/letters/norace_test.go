//go:build !race

package letters_test

const slower = 1
