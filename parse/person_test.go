package parse

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter"
)

func TestParsePerson(t *testing.T) {
	for in, want := range map[string]newsletter.Author{
		"":                                 {},
		"Ann Ek":                           {Name: "Ann Ek"},
		"ann@example.org":                  {Email: "ann@example.org"},
		"ann@example.org (Ann Ek)":         {Name: "Ann Ek", Email: "ann@example.org"},
		"Ann Ek (ann@example.org)":         {Name: "Ann Ek", Email: "ann@example.org"},
		"Ann Ek <ann@example.org>":         {Name: "Ann Ek", Email: "ann@example.org"},
		`"Ek, Ann" <ann@example.org>`:      {Name: "Ek, Ann", Email: "ann@example.org"},
		"<ann@example.org>":                {Email: "ann@example.org"},
		"mailto:ann@example.org":           {Email: "ann@example.org"},
		"Ann <mailto:ann@example.org?x=y>": {Name: "Ann", Email: "ann@example.org"},
		"ann@example.org Ann Ek":           {Name: "Ann Ek", Email: "ann@example.org"},
		"Ann Ek ann@example.org":           {Name: "Ann Ek", Email: "ann@example.org"},
		"Ann Ek (Example Region)":          {Name: "Ann Ek (Example Region)"},
		" Ann \n Ek ":                      {Name: "Ann Ek"},
		"@ann":                             {Name: "@ann"},
		"Ann (a) <ann@example.org>":        {Name: "Ann (a)", Email: "ann@example.org"},
		"()":                               {},
		"ann@example.org ()":               {Email: "ann@example.org"},
		"a@b@c":                            {Name: "a@b@c"},
		"Ann, Bo <bo@example.org>":         {Name: "Ann, Bo", Email: "bo@example.org"},
		`<a href="https://example.org/">Ann</a> &amp; Bo`: {Name: "Ann & Bo"},
		"(unclosed": {Name: "(unclosed"},
	} {
		assert.Equal(t, want, parsePerson(in), "parsePerson(%q)", in)
	}
}
