// Package charset reads documents of any charset as UTF-8.
package charset

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"

	"github.com/automationregion/newsletter/internal/text"
)

// sniffed is how much of a document is looked at before its charset is settled.
const sniffed = 64 << 10

// NewReader returns the document as UTF-8 without byte order mark. The charset
// is what the first of these says: the byte order mark, what was declared in the
// Content-Type ("" if nothing was), the
// look of the first bytes where they take more than one byte a letter, and the
// XML declaration. Bytes overrule names: what claims to be UTF-8 and isn't is
// read as windows-1252 there, and what claims to have one byte for each
// character but is UTF-8 throughout is UTF-8.
func NewReader(r io.Reader, declared string) (*Reader, error) {
	br := bufio.NewReaderSize(r, 4<<10)
	head, err := br.Peek(4)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if f, ok := FamilyOf(head); ok {
		br.Discard(f.Mark)
		return decodeWith(br, f.Encoding), nil
	}
	head, err = br.Peek(1024)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte(ebcdic)) {
		return decodeWith(br, ebcdicPage(head)), nil
	}
	if wide := wideByLook(head); wide != nil {
		return decodeWith(br, wide), nil
	}
	enc := encodingByName(declared)
	if enc == nil {
		enc = encodingByName(declaredCharset(head))
	}
	if enc == nil || isWide(enc) { // its declaration was read byte for byte, so it is not
		return decodeWith(br, nil), nil
	}
	br = bufio.NewReaderSize(br, sniffed)
	if head, err = br.Peek(sniffed); err != nil && err != io.EOF {
		return nil, err
	}
	if isUTF8(head, isSingleByte(enc)) {
		return decodeWith(br, nil), nil
	}
	return decodeWith(br, enc), nil
}

// isUTF8 reports whether a document that declares another charset is UTF-8 all
// the same, perhaps with some stray bytes. Two letters of a single-byte charset
// are hardly ever a character of UTF-8; those of GBK and the like sometimes are.
func isUTF8(head []byte, singleByte bool) bool {
	characters, strays := utf8Beyond(head)
	switch {
	case !singleByte:
		return characters >= 8 && strays <= characters/16
	case strays == 0:
		return characters > 0
	}
	return characters >= 2 && strays <= characters/2
}

// decodeWith returns r decoded; nil is UTF-8.
func decodeWith(r *bufio.Reader, enc encoding.Encoding) *Reader {
	if enc == nil {
		return &Reader{r: r}
	}
	return &Reader{r: transform.NewReader(r, enc.NewDecoder())}
}

var (
	utf16BE = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	utf16LE = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	utf32BE = utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	utf32LE = utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
)

// A Family is how wide the characters of a document are.
type Family struct {
	start    string
	Name     string            // "UTF-16BE"
	Mark     int               // bytes of a byte order mark
	Encoding encoding.Encoding // nil is UTF-8
}

// families are told by a byte order mark, or by the first bytes of "<?xml" where a
// letter is not one byte of ASCII (XML 1.0, appendix F.1).
var families = []Family{
	{"\xef\xbb\xbf", "UTF-8", 3, nil},
	{"\x00\x00\xfe\xff", "UTF-32BE", 4, utf32BE},
	{"\xff\xfe\x00\x00", "UTF-32LE", 4, utf32LE},
	{"\xfe\xff", "UTF-16BE", 2, utf16BE},
	{"\xff\xfe", "UTF-16LE", 2, utf16LE},
	{"\x00\x00\x00<", "UTF-32BE", 0, utf32BE},
	{"<\x00\x00\x00", "UTF-32LE", 0, utf32LE},
	{"\x00<\x00?", "UTF-16BE", 0, utf16BE},
	{"<\x00?\x00", "UTF-16LE", 0, utf16LE},
}

// FamilyOf returns what the first bytes of a document say of its characters.
func FamilyOf(head []byte) (Family, bool) {
	for _, f := range families {
		if bytes.HasPrefix(head, []byte(f.start)) {
			return f, true
		}
	}
	return Family{}, false
}

// ebcdic is "<?xm" in EBCDIC, the same on each of its code pages.
const ebcdic = "\x4c\x6f\xa7\x94"

// ebcdicPage returns the code page that a document in EBCDIC declares, in the
// characters that all of them share.
func ebcdicPage(head []byte) encoding.Encoding {
	text, err := charmap.CodePage037.NewDecoder().Bytes(head)
	if err == nil {
		if enc := encodingByName(declaredCharset(text)); enc != nil {
			if b, err := enc.NewDecoder().String(ebcdic); err == nil && b == "<?xm" {
				return enc
			}
		}
	}
	return charmap.CodePage037
}

// wideByLook finds UTF-16 and UTF-32 by where the zero bytes stand in a
// document that begins with ASCII characters.
func wideByLook(head []byte) encoding.Encoding {
	var zero [4]int
	n := min(len(head), 64) / 4 * 4
	if n < 8 {
		return nil
	}
	for i, c := range head[:n] {
		if c == 0 {
			zero[i%4]++
		}
	}
	quarter := n / 4
	mostly := func(i int) bool { return zero[i] > quarter*3/4 }
	none := func(i int) bool { return zero[i] == 0 }
	switch {
	case mostly(0) && mostly(1) && mostly(2) && none(3):
		return utf32BE
	case none(0) && mostly(1) && mostly(2) && mostly(3):
		return utf32LE
	case mostly(0) && none(1) && mostly(2) && none(3):
		return utf16BE
	case none(0) && mostly(1) && none(2) && mostly(3):
		return utf16LE
	}
	return nil
}

// declaredCharset returns the encoding that the XML declaration names.
func declaredCharset(head []byte) string {
	head = bytes.TrimLeft(head, " \t\r\n")
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return ""
	}
	end := bytes.IndexByte(head, '>')
	if end < 0 {
		return ""
	}
	_, rest, ok := strings.Cut(string(head[:end]), "encoding")
	if !ok {
		return ""
	}
	rest = strings.TrimLeft(rest, " \t\r\n=")
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	name, _, _ := strings.Cut(rest[1:], rest[:1])
	return name
}

// encodingByName returns nil for UTF-8 and for a name that nobody knows.
func encodingByName(name string) encoding.Encoding {
	name = strings.Trim(strings.ToLower(name), " \t\r\n\"'")
	if name == "" {
		return nil
	}
	// The Web's names come first: there ISO-8859-1 is windows-1252.
	if enc, canonical := charset.Lookup(name); enc != nil {
		if canonical == "utf-8" || canonical == "replacement" || enc == encoding.Nop {
			return nil
		}
		return enc
	}
	if enc, err := ianaindex.IANA.Encoding(name); err == nil && enc != nil {
		return enc
	}
	if number, ok := strings.CutPrefix(name, "cp"); ok {
		for _, name := range [...]string{"ibm" + number, fmt.Sprintf("ibm%05s", number)} {
			if enc, err := ianaindex.IANA.Encoding(name); err == nil && enc != nil {
				return enc
			}
		}
		if enc, _ := charset.Lookup("windows-" + number); enc != nil {
			return enc
		}
	}
	if name == "mac-roman" || name == "macroman" {
		return charmap.Macintosh
	}
	// iso8859_1, ISO 8859-1, windows_1252, latin-1 and others that differ in a mark
	plain := strings.Map(func(r rune) rune {
		if r == '_' || r == ' ' {
			return '-'
		}
		return r
	}, name)
	if plain != name {
		return encodingByName(plain)
	}
	if number, ok := strings.CutPrefix(name, "iso8859"); ok && !strings.HasPrefix(number, "-") {
		return encodingByName("iso-8859-" + number)
	}
	return nil
}

// isWide reports whether an encoding has no byte that is ASCII.
func isWide(enc encoding.Encoding) bool {
	out, err := enc.NewDecoder().Bytes([]byte("<?xml a?"))
	return err != nil || string(out) != "<?xml a?"
}

// isSingleByte reports whether an encoding takes one byte for each character.
func isSingleByte(enc encoding.Encoding) bool {
	out, err := enc.NewDecoder().Bytes([]byte("\xc3\xa5\xc3\xa4"))
	return err == nil && utf8.RuneCount(out) == 4
}

// utf8Beyond counts the characters beyond ASCII in p, which may end within a
// character, and the bytes that are none.
func utf8Beyond(p []byte) (characters, strays int) {
	for len(p) > 0 {
		if p[0] < utf8.RuneSelf {
			p = p[1:]
			continue
		}
		r, n := utf8.DecodeRune(p)
		if r == utf8.RuneError && n == 1 {
			if !utf8.FullRune(p) {
				break
			}
			strays++
		} else {
			characters++
		}
		p = p[n:]
	}
	return characters, strays
}

// A Reader passes UTF-8 through. Bytes that are not UTF-8, and characters that
// stand where Unicode has C1 control characters, become what they are in
// windows-1252.
type Reader struct {
	r    io.Reader
	held [utf8.UTFMax]byte // the beginning of a character that the last read cut
	n    int               // how much of held is used
	out  []byte            // mended bytes that the caller had no room for
	err  error
	odd  bool
}

// Odd reports whether there was a character among those that were read which XML can't
// hold, or a C1 control character.
func (m *Reader) Odd() bool { return m.odd }

func (m *Reader) Read(p []byte) (int, error) {
	if len(m.out) > 0 {
		n := copy(p, m.out)
		m.out = m.out[n:]
		return n, nil
	}
	if len(p) < 4*utf8.UTFMax {
		if len(p) == 0 {
			return 0, nil
		}
		var small [64]byte
		n, err := m.Read(small[:])
		m.out = append(small[:n:n], m.out...) // what had no room in small comes after it
		n = copy(p, m.out)
		m.out = m.out[n:]
		if len(m.out) > 0 {
			m.err, err = err, nil
		}
		return n, err
	}
	for {
		if m.err != nil {
			n := copy(p, m.mendTail())
			return n, m.err
		}
		n := copy(p, m.held[:m.n])
		got, err := m.r.Read(p[n:])
		m.err, m.n = err, 0
		n += got
		n -= m.hold(p[:n])
		if n == 0 {
			if m.err == nil || m.n > 0 {
				continue
			}
			return 0, m.err
		}
		if m.clean(p[:n]) {
			return n, nil
		}
		mended := m.mend(p[:n])
		n = copy(p, mended)
		m.out = mended[n:]
		return n, nil
	}
}

// hold keeps back the beginning of a character at the end of p and returns its
// length.
func (m *Reader) hold(p []byte) int {
	for back := 1; back <= min(len(p), utf8.UTFMax-1); back++ {
		tail := p[len(p)-back:]
		if utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			m.n = copy(m.held[:], tail)
			return back
		}
	}
	return 0
}

// mendTail returns what was kept back when no more came.
func (m *Reader) mendTail() []byte {
	tail := m.mend(m.held[:m.n])
	m.n = 0
	return tail
}

// clean reports whether p is UTF-8 without C1 control characters. Unlike
// utf8.Valid it takes ASCII eight bytes at a time also after a letter that is
// none, and looks for both at once, and for what is odd.
func (m *Reader) clean(p []byte) bool {
	odd := uint64(0)
	for len(p) > 0 {
		for len(p) >= 32 {
			w, x, y, z := binary.LittleEndian.Uint64(p), binary.LittleEndian.Uint64(p[8:]), binary.LittleEndian.Uint64(p[16:]), binary.LittleEndian.Uint64(p[24:])
			if (w|x|y|z)&high != 0 {
				break
			}
			if above(w)&above(x)&above(y)&above(z)&high != high { // as at the end of a line
				odd |= controls(w) | controls(x) | controls(y) | controls(z)
			}
			p = p[32:]
		}
		for len(p) >= 8 {
			x := binary.LittleEndian.Uint64(p)
			beyond := x & high
			x = (x | -(beyond & -beyond >> 7)) &^ high // without what is no ASCII, and what follows
			if above(x)&high != high {
				odd |= controls(x)
			}
			if beyond != 0 {
				p = p[bits.TrailingZeros64(beyond)/8:]
				break
			}
			p = p[8:]
		}
		for len(p) > 0 && p[0] < utf8.RuneSelf {
			if isControl(rune(p[0])) {
				odd = 1
			}
			p = p[1:]
		}
		for len(p) > 0 && p[0] >= utf8.RuneSelf {
			c, n := p[0], 2
			switch {
			case c < 0xE0 && len(p) >= 2: // most letters of European languages
				if c < 0xC2 || p[1]&0xC0 != 0x80 || c == 0xC2 && p[1] < 0xA0 {
					return false
				}
			case c > 0xE0 && c < 0xED && len(p) >= 3 && p[1]&0xC0 == 0x80 && p[2]&0xC0 == 0x80: // and their quotes and dashes
				n = 3
			default:
				var r rune
				if r, n = utf8.DecodeRune(p); r == utf8.RuneError && n == 1 {
					return false
				}
				if r == 0xFFFE || r == 0xFFFF {
					odd = 1
				}
			}
			p = p[n:]
		}
	}
	m.odd = m.odd || odd != 0
	return true
}

// The bytes of eight, each the same.
const (
	ones = 0x0101010101010101
	high = 0x80 * ones
)

// above sets the highest bit of each of eight bytes of ASCII that is no control
// character.
func above(x uint64) uint64 { return x + 0x60*ones }

// controls sets the highest bit of each of eight bytes of ASCII that is a control
// character other than white space.
func controls(x uint64) uint64 {
	const most = 0x7F * ones // with which a byte reaches the highest bit unless it is zero
	return ^above(x) & (x ^ '\t'*ones + most) & (x ^ '\n'*ones + most) & (x ^ '\r'*ones + most) & high
}

func isControl(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' }

func (m *Reader) mend(p []byte) []byte {
	out := make([]byte, 0, len(p)+len(p)/2+utf8.UTFMax)
	for len(p) > 0 {
		r, n := utf8.DecodeRune(p)
		if r == utf8.RuneError && n == 1 {
			r = rune(p[0])
		}
		if r >= 0x80 && r < 0xA0 {
			r = text.Windows1252[r-0x80]
		}
		m.odd = m.odd || isControl(r) || r >= 0x80 && r < 0xA0 || r == 0xFFFE || r == 0xFFFF
		out = utf8.AppendRune(out, r)
		p = p[n:]
	}
	return out
}
