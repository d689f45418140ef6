package aggregate

// NewMemStore returns what remembers only as long as it lives, for the tests of all stores.
func NewMemStore() Store { return &memStore{} }
