//go:build !race

package letters_test

const racing = false
