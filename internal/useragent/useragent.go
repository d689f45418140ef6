// Package useragent says who asks other servers.
package useragent

import "cmp"

const (
	software = "newsletter/1"
	project  = "https://github.com/automationregion/newsletter"
)

// Of returns the name of this library with the home page of the program's owner, so
// that a server's owner can reach them. Without one it is the library's own.
func Of(home string) string { return software + " (+" + cmp.Or(home, project) + ")" }
