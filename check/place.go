package check

import (
	"bytes"
	"unicode/utf8"
)

// A place is how far into the document something stands: both count from zero.
type place struct{ lines, columns int }

func (p place) after(b []byte) place {
	if i := bytes.LastIndexByte(b, '\n'); i >= 0 {
		p.lines += bytes.Count(b, []byte{'\n'})
		p.columns = 0
		b = b[i+1:]
	}
	p.columns += utf8.RuneCount(b)
	return p
}
