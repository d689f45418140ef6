package sameness

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestURL(t *testing.T) {
	same := [][]string{
		{"https://x.example", "http://x.example/", "HTTPS://X.Example:443/", "http://x.example:80/#top", "https://user:pw@x.example/", "https://x.example./"},
		{"https://x.example/a/b", "https://x.example/a/b/", "http://x.example/a/b?utm_source=x&utm_medium=y", "https://x.example/a/b?fbclid=1&gclid=2&mc_cid=3&mc_eid=4", "https://x.example/%61/b"},
		{"https://x.example/a?id=1", "https://x.example.\u00ad./a?id=1", "https://x.example/a/?utm_campaign=z&id=1", "https://x.example/a?id=1&UTM_Term=q#frag"},
		{"https://x.example/%C3%A4", "https://x.example/ä", "https://x.example/%c3%a4"},
		{"https://bücher.example/", "https://xn--bcher-kva.example/"},
		{"https://x.example/#!/one", "http://x.example#!/one/"},
		{"tag:x.example,2026:1"}, {"https://x.example:8080/"}, {"https://x.example/a?id=2"}, {"https://x.example/a?b=1&id=1"},
		{"https://x.example/a?id=1&b=1"}, {"https://x.example/A/b"}, {"https://x.example/a%2Fb"}, {"https://x.example/#!/two"}, {""}, {"https://[::1]/"},
	}
	names := map[string]int{}
	for i, group := range same {
		for _, u := range group {
			name := URL(u)
			assert.Equal(t, URL(group[0]), name, u)
			assert.Equal(t, name, URL(name), "%s is its own name", name)
			if j, ok := names[name]; ok {
				assert.Equal(t, i, j, u)
			}
			names[name] = i
		}
	}
}

func FuzzURL(f *testing.F) {
	for _, u := range []string{"https://x.example/a?utm_x=1&b=2#c", "http://[::1]:80/%4a", "//x", "a b", "https://x.example/%zz", "https://ä.example?&&=", "https://x/#!/%2f/", "http://a\xc5#/", "https://a..\u00a0#b"} {
		f.Add(u)
	}
	f.Fuzz(func(t *testing.T, u string) {
		name := URL(u)
		if again := URL(name); again != name {
			t.Fatalf("%q is %q is %q", u, name, again)
		}
	})
}

func TestWordsOfHTML(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		"a  b\n\tc":             "a b c",
		"<p>a</p><p>b</p>":      "a b",
		"<b>a</b>b <i>c</i>":    "ab c",
		"a&nbsp;&amp; b\u00a0c": "a & b c",
		"1 < 2":                 "1 < 2",
		`<a title="x>y">z</a>`:  "z",
		"a<!-- b -->c<br/>d":    "ac d",
		"<p>unfinished <em":     "unfinished",
	} {
		assert.Equal(t, want, Words(in), in)
	}
}
