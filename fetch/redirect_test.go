package fetch

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFollow(t *testing.T) {
	for _, c := range []struct {
		from, location, want string
		err                  error
	}{
		{"http://a.example/feed", "/new", "http://a.example/new", nil},
		{"http://a.example/feed", "https://a.example/feed", "https://a.example/feed", nil},
		{"http://a.example/feed", "//b.example/x", "http://b.example/x", nil},
		{"https://a.example/feed", " https://b.example/x#top ", "https://b.example/x", nil},
		{"https://a.example/feed", "https://me:secret@b.example/x", "https://b.example/x", nil},
		{"https://a.example/feed", "http://a.example/feed", "", errInsecureRedirect},
		{"http://a.example/feed", "/feed", "", errRedirectLoop},
		{"http://a.example/feed", "", "", errBadRedirect},
		{"http://a.example/feed", "ftp://a.example/feed", "", errBadRedirect},
		{"http://a.example/feed", "file:///etc/passwd", "", errBadRedirect},
		{"http://a.example/feed", "javascript:alert(1)", "", errBadRedirect},
		{"http://a.example/feed", "http://", "", errBadRedirect},
		{"http://a.example/feed", "http://[::1/", "", errBadRedirect},
	} {
		ch := newChain(c.from, 10)
		err := ch.follow(301, c.location)
		if c.err != nil {
			assert.ErrorIs(t, err, c.err, c.location)
			continue
		}
		if assert.NoError(t, err, c.location) {
			assert.Equal(t, c.want, ch.url)
		}
	}
	ch := newChain("http://a.example/", 10)
	var err error
	for i := 0; err == nil && i < 1000; i++ {
		err = ch.follow(302, fmt.Sprint("/", i))
	}
	assert.ErrorIs(t, err, errTooManyRedirects)
	assert.Len(t, ch.seen, 11)
}

// What visits that succeeded, day by day, leave in the state.
func TestMoves(t *testing.T) {
	type hop struct {
		code int
		to   string
	}
	const old, secure = "http://a.example/feed", "https://a.example/feed"
	moved := []hop{{301, "https://b.example/feed"}}
	for _, c := range []struct {
		name  string
		days  [][]hop
		want  string // PermanentURL
		still string // Move.To
	}{
		{"no redirect", [][]hop{{}, {}}, "", ""},
		{"http to https at once", [][]hop{{{301, secure}}}, secure, ""},
		{"308 as well", [][]hop{{{308, secure}}}, secure, ""},
		{"http to https for now", [][]hop{{{302, secure}}, {{307, secure}}, {{302, secure}}, {{302, secure}}, {{302, secure}}}, "", ""},
		{"permanent, on its first day", [][]hop{moved}, "", "https://b.example/feed"},
		{"permanent, on its third", [][]hop{moved, moved, moved}, "", "https://b.example/feed"},
		{"permanent, for days", [][]hop{moved, moved, moved, moved}, "https://b.example/feed", ""},
		{"permanent, with a slip back", [][]hop{moved, moved, {}, moved, moved}, "", "https://b.example/feed"},
		{"permanent, to here and there", [][]hop{moved, moved, {{301, "https://c.example/"}}, moved, moved}, "", "https://b.example/feed"},
		{"temporary for ever", [][]hop{{{302, "/x"}}, {{302, "/x"}}, {{302, "/x"}}, {{302, "/x"}}, {{302, "/x"}}}, "", ""},
		{"as far as permanent", [][]hop{
			{{301, "/a"}, {302, "/b"}}, {{301, "/a"}, {302, "/b"}}, {{301, "/a"}, {307, "/c"}}, {{301, "/a"}, {302, "/d"}, {301, "/e"}},
		}, "http://a.example/a", ""},
		{"not after a temporary one", [][]hop{
			{{302, "/a"}, {301, "/b"}}, {{302, "/a"}, {301, "/b"}}, {{302, "/a"}, {301, "/b"}}, {{302, "/a"}, {301, "/b"}},
		}, "", ""},
		{"https at once, the rest in days", [][]hop{{{301, secure}, {301, "https://b.example/"}}}, secure, "https://b.example/"},
		{"another path by https is no upgrade", [][]hop{{{301, "https://a.example/other"}}}, "", "https://a.example/other"},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := State{}
			for day, hops := range c.days {
				start := old
				if st.PermanentURL != "" {
					start = st.PermanentURL
				}
				ch := newChain(start, 10)
				for _, h := range hops {
					require.NoError(t, ch.follow(h.code, h.to))
				}
				ch.remember(&st, noon.AddDate(0, 0, day))
			}
			assert.Equal(t, c.want, st.PermanentURL)
			to := ""
			if st.Move != nil {
				to = st.Move.To
				assert.WithinRange(t, st.Move.Since, noon, noon.Add(4*24*time.Hour))
			}
			assert.Equal(t, c.still, to)
		})
	}
}

func TestSameHost(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"https://a.example/feed", "https://A.example:443/other", true},
		{"http://a.example/feed", "https://a.example/feed", true},
		{"https://a.example/feed", "http://a.example/feed", false},
		{"https://a.example/feed", "https://www.a.example/feed", false},
		{"https://a.example/feed", "https://a.example:8443/feed", false},
		{"http://a.example:8080/feed", "https://a.example/feed", false},
		{"https://a.example/feed", "https://a.example.evil.example/feed", false},
	} {
		assert.Equal(t, c.want, sameHost(c.a, c.b), "%s and %s", c.a, c.b)
	}
}
