package plaintext

import (
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
)

func TestLine(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"nothing":           {"", ""},
		"a name":            {"Julhälsning från Västerås: nyheter", "Julhälsning från Västerås: nyheter"},
		"emoji":             {"👩\u200d🔧 på jobbet", "👩\u200d🔧 på jobbet"},
		"joiners":           {"می\u200cخواهم", "می\u200cخواهم"},
		"a terminal's":      {"a\x1b[2Jb", `a\x1b[2Jb`},
		"eight bits":        {"a\u009b2Jb", `a\x9b2Jb`},
		"a bell":            {"\a", `\x07`},
		"no UTF-8":          {"a\xffb", `a\xffb`},
		"turned around":     {"invoice\u202efdp.exe", `invoice\u202efdp.exe`},
		"an isolate":        {"\u2066a\u2069", `\u2066a\u2069`},
		"unseen":            {"pay\u200bpal\ufeff", `pay\u200bpal\ufeff`},
		"tags":              {"a\U000e0041", `a\U000e0041`},
		"two lines":         {"one\ntwo", "one two"},
		"other line breaks": {"one\r\ntwo\u2028three\u0085", "one  two three "},
		"a command":         {"::error file=x::y", `\x3a:error file=x::y`},
		"after space":       {" \t::stop-commands::x", `  \x3a:stop-commands::x`},
		"on a second line":  {"x\n::set-env name=PATH::y", "x ::set-env name=PATH::y"},
		"an address":        {"[2001:db8::1]:80", "[2001:db8::1]:80"},
		"this machine":      {"::1: connection refused", "::1: connection refused"},
		"another address":   {" ::ffff:192.0.2.1, ::abcd/64", " ::ffff:192.0.2.1, ::abcd/64"},
		"of hex at first":   {"::add-mask::x", `\x3a:add-mask::x`},
		"in capitals":       {"::DEBUG::x", `\x3a:DEBUG::x`},
		"no word":           {":: a", ":: a"},
		"an operator":       {"::operator new", `\x3a:operator new`},
		"Azure's":           {"x ##vso[task.setvariable]", `x \x23#vso[task.setvariable]`},
		"TeamCity's":        {"##teamcity[x]", `\x23#teamcity[x]`},
		"GitHub's older":    {"a ##[command]b", `a \x23#[command]b`},
		"a heading":         {"## Heading", "## Heading"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, Line(c.in))
		})
	}
	assert.Equal(t, "one\n\\x3a:error::two", Lines("one\n::error::two"))
}

func FuzzLine(f *testing.F) {
	f.Add("a\x1b[0m\u202e::x\n##vso[y]")
	f.Add("\u2000::\u00a0::x")
	f.Add("::1::error::x")
	f.Add("::-")
	f.Add("::ffff:1::error::x")
	f.Fuzz(func(t *testing.T, s string) {
		got := Line(s)
		assert.Equal(t, got, Line(got), "what is fit stays")
		assert.NotRegexp(t, `^\s*::([G-Zg-z]|[A-Za-z]+[G-Zg-z-])`, got)
		assert.NotContains(t, got, "##[")
		for _, r := range got {
			assert.False(t, unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r), "%q", r)
		}
	})
}
