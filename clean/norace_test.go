//go:build !race

package clean

const racing = false
