// Package hostile is a folder of inputs that are made to cost much, written by
// code, and the law that they are held to: no input of less than a megabyte, on
// the wire or on disk, costs more than [MostCPU], [MostMemory] or [MostWritten],
// whatever it says.
//
// Its test runs each through the command and through the library, in a process of
// its own under limits of the system, and prints what it cost:
//
//	go test ./internal/trial/hostile -v
//
// A case more is a row in one of the tables.
package hostile

import "time"

// What an input of less than [MostInput] may cost.
const (
	MostInput   = 1_000_000        // bytes
	MostCPU     = 2 * time.Second  // of all threads
	MostMemory  = int64(300 << 20) // bytes that are resident at once
	MostWritten = int64(8 << 20)   // bytes of all files that are left
)
