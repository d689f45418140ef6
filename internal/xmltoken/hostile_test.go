package xmltoken

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Documents of less than a megabyte that are made to be slow. Each of them took
// from a second to a minute, or the like of it did.
func TestHostileDocumentsCostLittle(t *testing.T) {
	long := strings.Repeat("x", 100<<10)
	for name, c := range map[string]struct {
		doc string
		is  error
	}{
		"a long entity, many times":           {`<!DOCTYPE r [<!ENTITY a "` + long + `">]><r><t>` + strings.Repeat("&a;", 100_000) + `</t></r>`, ErrTooLarge},
		"a long entity in attributes":         {`<!DOCTYPE r [<!ENTITY a "` + long + `">]><r>` + strings.Repeat(`<t b="&a;&a;&a;"/>`, 30_000) + `</r>`, ErrTooLarge},
		"entities of entities":                {`<!DOCTYPE r [<!ENTITY a "` + strings.Repeat("y", 1000) + `"><!ENTITY b "` + strings.Repeat("&a;", 1000) + `">]><r>` + strings.Repeat("<t>&b;</t>", 50_000) + `</r>`, ErrTooLarge},
		"empty entities":                      {`<!DOCTYPE r [<!ENTITY a ""><!ENTITY b "` + strings.Repeat("&a;", 60_000) + `">]><r><t>` + strings.Repeat("&b;", 100_000) + `</t></r>`, ErrTooLarge},
		"references to nothing":               {`<r><t>` + strings.Repeat("&nosuch;", 100_000) + `</t></r>`, nil},
		"lone ampersands":                     {`<r><t>` + strings.Repeat("& ", 400_000) + `</t></r>`, nil},
		"undeclared prefixes":                 {`<r>` + strings.Repeat("<a:b/>", 150_000) + `</r>`, nil},
		"end tags of nothing":                 {`<r>` + strings.Repeat("</a>", 200_000) + `</r>`, ErrMalformed},
		"end tags that close more than one":   {`<r>` + strings.Repeat("<a>"+strings.Repeat("<b>", 40)+"</a>", 7000) + `</r>`, nil},
		"document types by quotes":            {`<!DOCTYPE r [` + strings.Repeat("<!ENTITY a '>' ", 12_000) + `><r></r>`, nil},
		"a tag that never ends":               {`<r ` + strings.Repeat("a='>' ", 150_000), ErrTooLarge},
		"a comment that never ends":           {`<r><!--` + strings.Repeat("-", 900_000), ErrTruncated},
		"a document type that never ends":     {`<!DOCTYPE r [` + strings.Repeat("<!ENTITY a '", 80_000), ErrTooLarge},
		"bases within each other, with links": {strings.Repeat("<r xml:base='"+strings.Repeat("b", 1000)+"/'>", 400) + strings.Repeat("<a href='x'/>", 40_000) + strings.Repeat("</r>", 400), nil},
		"a base of some length, with links":   {"<r xml:base='" + strings.Repeat("b", 4000) + "/'>" + strings.Repeat("<a href='x'/>", 60_000) + "</r>", nil},
	} {
		t.Run(name, func(t *testing.T) {
			require.Less(t, len(c.doc), 1<<20)
			start := time.Now()
			r := NewReader(strings.NewReader(c.doc), Options{MaxBytes: 64 << 20, MaxDepth: 500, Base: "https://example.org/"})
			for r.Next() != EOF {
				switch {
				case r.Kind != Start:
				case string(r.Name) == "t":
					for i := range r.Attrs {
						r.Value(&r.Attrs[i])
					}
					r.Plain()
				case r.Depth() == 1 && strings.Contains(name, "base"):
					require.Less(t, len(r.XHTML()), 24<<20)
				}
			}
			// The square of a megabyte is minutes; the race detector and a busy machine make seconds of a fifth of one.
			assert.Less(t, time.Since(start), 10*time.Second)
			if c.is == nil {
				assert.NoError(t, r.Err())
			} else {
				assert.True(t, errors.Is(r.Err(), c.is), "%v", r.Err())
			}
			assert.LessOrEqual(t, len(r.Faults()), MaxFaults)
		})
	}
}
