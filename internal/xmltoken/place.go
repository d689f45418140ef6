package xmltoken

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// A Place is one in the document: both count from zero, columns in characters.
type Place struct{ Lines, Columns int }

// After returns the place behind b, which stands at p.
func (p Place) After(b []byte) Place {
	if i := bytes.LastIndexByte(b, '\n'); i >= 0 {
		p.Lines += bytes.Count(b, []byte{'\n'})
		p.Columns = 0
		b = b[i+1:]
	}
	p.Columns += countRunes(b)
	return p
}

// countRunes is utf8.RuneCount for bytes that are known to be valid, eight at a
// time: documents of a single line are counted whole.
func countRunes(b []byte) int {
	n := len(b)
	for ; len(b) >= 8; b = b[8:] {
		x := binary.LittleEndian.Uint64(b)
		n -= bits.OnesCount64((x >> 7) &^ (x >> 6) & 0x0101010101010101)
	}
	for _, c := range b {
		if c&0xC0 == 0x80 {
			n--
		}
	}
	return n
}
