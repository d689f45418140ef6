//go:build !js

package server

import (
	"os"
	"os/signal"
	"syscall"
)

// notifyHangup has a signal that asks for a reload sent to c.
func notifyHangup(c chan<- os.Signal) { signal.Notify(c, syscall.SIGHUP) }
