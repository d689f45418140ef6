package newsletter

import "strings"

// Byline returns the author as a letter signs it: the name and the organization
// with a comma between, or what is known of the two. An author without either
// is known by the e-mail address, else by the URL. It is empty for the zero
// Author.
func (a Author) Byline() string {
	switch {
	case a.Name != "" && a.Organization != "":
		return a.Name + ", " + a.Organization
	case a.Name != "":
		return a.Name
	case a.Organization != "":
		return a.Organization
	case a.Email != "":
		return a.Email
	}
	return a.URL
}

// ParseAuthor reads what [Author.Byline] writes: what follows the first comma
// is the organization.
func ParseAuthor(byline string) Author {
	name, organization, _ := strings.Cut(byline, ",")
	return Author{Name: strings.TrimSpace(name), Organization: strings.TrimSpace(organization)}
}

// Byline returns the bylines of several authors, separated by semicolons.
// Authors without one are left out.
func Byline(authors []Author) string {
	lines := make([]string, 0, len(authors))
	for _, a := range authors {
		if line := a.Byline(); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "; ")
}

// ParseByline reads what [Byline] writes.
func ParseByline(byline string) []Author {
	var authors []Author
	for part := range strings.SplitSeq(byline, ";") {
		if a := ParseAuthor(part); a != (Author{}) {
			authors = append(authors, a)
		}
	}
	return authors
}
