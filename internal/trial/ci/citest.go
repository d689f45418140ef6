// Package ci runs the shell steps of action.yml and of examples/ci as they
// stand.
package ci
