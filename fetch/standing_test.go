package fetch

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestResting(t *testing.T) {
	var ss standings
	own := func(server string) charge { return charge{server, server} }
	why := &Error{Message: "too often"}
	ss.rest(own("a"), noon.Add(time.Hour), why)
	ss.rest(own("a"), noon.Add(time.Minute), &Error{Message: "a shorter rest doesn't end a longer one"})

	until, got := ss.resting(own("a"), noon)
	assert.Equal(t, noon.Add(time.Hour), until)
	assert.Same(t, why, got)
	_, got = ss.resting(own("a"), noon.Add(time.Hour))
	assert.Nil(t, got)
	_, got = ss.resting(own("b"), noon)
	assert.Nil(t, got)
	assert.Equal(t, map[string]time.Time{"a": noon.Add(time.Hour)}, ss.rests(noon))
	assert.Empty(t, ss.rests(noon.Add(time.Hour)))

	for range silentVisits {
		_, got = ss.resting(own("c"), noon)
		assert.Nil(t, got)
		ss.silent(own("c"), why)
	}
	until, got = ss.resting(own("c"), noon)
	assert.Zero(t, until)
	assert.Same(t, why, got)
	ss.begin("c", noon)
	_, got = ss.resting(own("c"), noon)
	assert.Nil(t, got, "another run tries again")
}

// What a server does to those who are led there is counted to those who led.
func TestNeighbours(t *testing.T) {
	refused := errors.New("connection refused")
	tooMany := func() *http.Response {
		return &http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {"86400"}}, Body: http.NoBody}
	}
	to := func(url string) func() (*http.Response, error) {
		return func() (*http.Response, error) {
			return &http.Response{StatusCode: 302, Header: http.Header{"Location": {url}}, Body: http.NoBody}, nil
		}
	}
	answers := map[string]func() (*http.Response, error){
		"http://bad.example/1":         to("http://victim.example:1/"),
		"http://bad.example/2":         to("http://victim.example/slow"),
		"http://worse.example/3":       to("http://victim.example/search"),
		"http://bad.example/4":         to("http://bad.example/fine"),
		"http://good.example/moved":    to("http://victim.example/feed"),
		"http://victim.example:1/":     func() (*http.Response, error) { return nil, refused },
		"http://victim.example:81/":    func() (*http.Response, error) { return tooMany(), nil },
		"http://victim.example/slow":   func() (*http.Response, error) { return nil, refused },
		"http://victim.example/search": func() (*http.Response, error) { return tooMany(), nil },
	}
	asked := map[string]int{}
	f, _ := testFetcher(t, func(o *Options) {
		o.Client = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			asked[r.URL.String()]++
			answer, ok := answers[r.URL.String()]
			if !ok {
				return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(rss))}, nil
			}
			return answer()
		})}
	})
	fetch := func(url string) Status {
		out, _ := f.Fetch(t.Context(), Request{URL: url}, State{})
		return out.Status
	}
	for range 2 * silentVisits {
		fetch("http://bad.example/1")
		fetch("http://bad.example/2")
		fetch("http://worse.example/3")
		fetch("http://victim.example:1/")
		fetch("http://victim.example:81/")
	}
	assert.Equal(t, silentVisits, asked["http://victim.example/slow"], "who led there is kept off")
	assert.Equal(t, 1, asked["http://victim.example:81/"])
	assert.Equal(t, Fetched, fetch("http://victim.example/feed"), "its own feeds are there")
	assert.Equal(t, Fetched, fetch("http://good.example/moved"), "and others that lead to them")
	assert.Equal(t, Fetched, fetch("http://bad.example/4"), "and who led there is there too")
	assert.Equal(t, map[string]time.Time{"victim.example:81": noon.Add(24 * time.Hour)}, f.Rests(nil))

	// What its own feeds meet on their port puts off all who go there.
	for range silentVisits {
		fetch("http://victim.example/slow")
	}
	assert.Equal(t, Resting, fetch("http://victim.example/feed"))
	assert.Equal(t, Resting, fetch("http://good.example/moved"))
	assert.Equal(t, Fetched, fetch("http://victim.example:8080/"), "another port is another server")
	f.Begin("victim.example")
	assert.Equal(t, Fetched, fetch("http://victim.example/feed"))
	assert.Equal(t, Resting, fetch("http://victim.example:81/"), "it asked for a rest")
}
