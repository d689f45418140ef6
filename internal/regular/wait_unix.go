//go:build unix

package regular

import "syscall"

// noWait has a named pipe be opened at once, whether anybody writes to it or not.
const noWait = syscall.O_NONBLOCK
