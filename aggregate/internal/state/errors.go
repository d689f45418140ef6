package state

import (
	"errors"
	"fmt"
)

// The errors of stores, which package aggregate describes.
var (
	ErrStore      = errors.New("the memory between runs failed")
	ErrUnreadable = errors.New("what is remembered of the partner can't be read")
	ErrOvertaken  = errors.New("another run has taken this partner over")
)

// Failed makes an error of a store ErrStore, if it isn't ErrOvertaken.
func Failed(err error) error {
	if err == nil || errors.Is(err, ErrStore) || errors.Is(err, ErrOvertaken) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrStore, err)
}

// Overtaken is the error for a claim that a later one followed.
func Overtaken(key string) error { return fmt.Errorf("%s: %w", key, ErrOvertaken) }

// Unread is the error for a state whose letters are to be written, and were left out.
func Unread(key string) error {
	return fmt.Errorf("%w: the letters of %s were never read", ErrStore, key)
}
