package check

import (
	"bufio"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	webcharset "golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/transform"

	"github.com/automationregion/newsletter/internal/charset"
)

var declaredEncoding = regexp.MustCompile(`^<\?xml\s+version\s*=\s*(?:"[^"]*"|'[^']*')\s+encoding\s*=\s*(?:"([^"]*)"|'([^']*)')`)

// wideNames are what a declaration may call an encoding whose characters the first bytes
// have told.
var wideNames = map[string]string{
	"UTF-32": " utf-32 iso-10646-ucs-4 csucs4 ucs-4 ",
	"UTF-16": " utf-16 iso-10646-ucs-2 csunicode ucs-2 ",
	"UTF-8":  " utf-8 ",
}

// common are the encodings that every reader has, beside UTF-8 and UTF-16.
const common = " us-ascii iso-8859-1 euc-jp iso-8859-2 iso-8859-15 iso-8859-7 koi8-r shift_jis windows-1250 windows-1251 windows-1252 windows-1254 windows-1255 windows-1256 gb18030 "

// decode returns the document in UTF-8, without byte order mark, and judges
// what it says of its encoding.
func (c *checker) decode(r io.Reader) (io.Reader, error) {
	br := bufio.NewReaderSize(r, 4<<10)
	head, err := br.Peek(1024)
	if err != nil && err != io.EOF && len(head) == 0 {
		return nil, err
	}
	first, told := charset.FamilyOf(head)
	br.Discard(first.Mark)
	family, enc, mark := strings.TrimRight(first.Name, "BEL"), first.Encoding, first.Mark > 0
	decl := head[first.Mark:]
	if enc != nil {
		decl, _, _ = transform.Bytes(enc.NewDecoder(), decl[:len(decl)/4*4])
	}
	declared := ""
	if m := declaredEncoding.FindSubmatch(decl); m != nil {
		declared = string(m[1]) + string(m[2])
	}
	name := strings.ToLower(declared)
	known, isKnown := encodingCalled(name)
	switch {
	case told && name != "" && !strings.Contains(wideNames[family], " "+name+" "):
		if name == strings.ToLower(first.Name) && family == "UTF-32" || !mark && isKnown && known == enc {
			break
		}
		c.report("encoding-contradicted", place{}, declared, "the document declares "+quote(declared)+", but its first bytes are "+family)
	case family == "UTF-32" && name == "" || family == "UTF-16" && name == "" && !mark:
		c.report("encoding-undeclared", place{}, "", "a document in "+family+" has to declare its encoding")
	}
	if name == "" && !mark {
		c.report("encoding-advised", place{}, "", "the document doesn't declare its encoding")
	}
	if name != "" && name != "utf-8" && name != "utf-16" {
		switch {
		case !isKnown:
			c.report("encoding-unknown", place{}, declared, quote(declared)+" is no encoding that readers know")
		case !strings.Contains(common, " "+name+" "):
			c.report("encoding-rare", place{}, declared, "few readers know the encoding "+quote(declared))
		default:
			c.report("encoding-not-utf8", place{}, declared, "the document is in "+quote(declared)+": UTF-8 is what every reader has to know")
		}
	}
	c.utf8 = name == "" || name == "utf-8" || name == "utf8"
	switch {
	case told && enc == nil:
		return br, nil
	case told:
		return transform.NewReader(br, enc.NewDecoder()), nil
	case known != nil:
		c.decoded = declared
		return transform.NewReader(br, known.NewDecoder()), nil
	case name == "us-ascii" || name == "ascii":
		return &asciiReader{r: br}, nil
	}
	return br, nil
}

// encodingCalled returns the encoding of that name. UTF-8 and ASCII are nil.
func encodingCalled(name string) (encoding.Encoding, bool) {
	if mac, ok := strings.CutPrefix(name, "mac-"); ok {
		name = "x-mac-" + mac
	}
	switch name {
	case "":
		return nil, false
	case "utf-8", "utf8", "us-ascii", "ascii":
		return nil, true
	case "iso8859-1", "latin-1":
		return charmap.ISO8859_1, true
	}
	if enc, err := ianaindex.IANA.Encoding(name); err == nil && enc != nil {
		return enc, true
	}
	enc, _ := webcharset.Lookup(name)
	return enc, enc != nil && enc != encoding.Replacement
}

// An asciiReader turns every byte beyond ASCII into one that is no UTF-8.
type asciiReader struct{ r io.Reader }

func (a *asciiReader) Read(p []byte) (int, error) {
	n, err := a.r.Read(p)
	for i := range p[:n] {
		if p[i] >= utf8.RuneSelf {
			p[i] = 0xFF
		}
	}
	return n, err
}
