// Package filename says which names every file system can hold.
package filename

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// IsPortable reports whether every file system and web server takes the name
// for an ordinary file or folder.
func IsPortable(name string) bool {
	return name != "" && name[0] != '.' && len(name) <= 255 && strings.TrimRight(name, ". ") == name && !isDevice(name) &&
		!strings.ContainsFunc(name, func(r rune) bool {
			return unicode.IsControl(r) || r == unicode.ReplacementChar || strings.ContainsRune(`\/:*?"<>|`, r)
		})
}

// isDevice reports whether Windows takes the name for a device, whatever its
// extension (Microsoft, Naming Files, Paths, and Namespaces).
func isDevice(name string) bool {
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	switch stem = strings.TrimRight(stem, " "); stem {
	case "con", "prn", "aux", "nul", "conin$", "conout$":
		return true
	}
	port, number := "", ""
	if len(stem) > 3 {
		port, number = stem[:3], stem[3:]
	}
	return (port == "com" || port == "lpt") && slices.Contains([]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"}, number)
}

// Key returns what two paths have in common that some file system takes for one:
// upper and lower case, and the forms of Unicode, make no difference to it.
func Key(path string) string {
	for _, r := range path {
		if r > unicode.MaxASCII {
			// Folded letters may compose anew.
			return norm.NFKC.String(cases.Fold().String(norm.NFKD.String(path)))
		}
	}
	return strings.ToLower(path)
}
