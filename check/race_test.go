//go:build race

package check

// race says that the race detector makes everything take longer.
const race = true
