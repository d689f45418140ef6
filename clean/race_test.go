//go:build race

package clean

// racing says that the race detector makes all costs others.
const racing = true
