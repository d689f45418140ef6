package fetch_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/fetch"
)

func atomOf(links string, ids ...int) string {
	s := `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0"><title>T</title>` + links
	for _, id := range ids {
		s += fmt.Sprintf(`<entry><id>urn:%d</id><title>%d</title></entry>`, id, id)
	}
	return s + "</feed>"
}

func TestWhole(t *testing.T) {
	archive := `<fh:archive/>`
	for name, test := range map[string]struct {
		documents map[string]string // by path
		letters   int
		asked     int
		err       string
		is        error
	}{
		"one document": {map[string]string{"/": atomOf("", 1, 2)}, 2, 1, "", nil},
		"archives that overlap": {map[string]string{
			"/": atomOf(`<link rel="prev-archive" href="/2"/>`, 5, 4), "/2": atomOf(archive+`<link rel="prev-archive" href="/1"/>`, 4, 3), "/1": atomOf(archive+`<link rel="next" href="/0"/>`, 2, 1),
		}, 5, 3, "", nil},
		"pages":    {map[string]string{"/": atomOf(`<link rel="next" href="/?2"/>`, 2), "/?2": atomOf("", 1)}, 2, 2, "", nil},
		"a circle": {map[string]string{"/": atomOf(`<link rel="next" href="/2"/>`, 2), "/2": atomOf(`<link rel="next" href="/"/>`, 1)}, 2, 2, "HOST/: the feed goes on in too many documents: 2 letters were read", fetch.ErrTooLarge},
		"another host": {map[string]string{"/": atomOf(`<link rel="next" href="http://other.example/2"/>`, 2)}, 1, 1,
			"http://other.example/2: the feed goes on here, at another host than 127.0.0.1", nil},
		"an archive that is gone": {map[string]string{"/": atomOf(`<link rel="prev-archive" href="/1"/>`, 2)}, 1, 2, "HOST/1: there is nothing at this address (404 Not Found)", nil},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked++
				document, ok := test.documents[r.URL.RequestURI()]
				if !ok {
					http.NotFound(w, r)
					return
				}
				w.Header().Set("Content-Type", "application/atom+xml")
				fmt.Fprint(w, document)
			}))
			defer server.Close()
			n, err := fetch.Whole(context.Background(), server.URL+"/", fetch.Options{AllowPrivate: true, Limits: fetch.Limits{Pause: time.Microsecond}})
			require.NotNil(t, n)
			assert.Len(t, n.Letters, test.letters)
			assert.Equal(t, test.asked, asked)
			if test.err == "" {
				assert.NoError(t, err)
				assert.Empty(t, n.Paging)
				return
			}
			var of *fetch.Error
			require.ErrorAs(t, err, &of)
			want := test.err
			if len(want) > 4 && want[:4] == "HOST" {
				want = server.URL + want[4:]
			}
			assert.EqualError(t, err, want)
			if test.is != nil {
				assert.ErrorIs(t, err, test.is)
			}
		})
	}
}

// A feed without end costs no more than a thousand documents.
func TestWholeEnds(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		fmt.Fprint(w, atomOf(fmt.Sprintf(`<link rel="next" href="/?%d"/>`, asked), asked))
	}))
	defer server.Close()
	n, err := fetch.Whole(context.Background(), server.URL+"/", fetch.Options{AllowPrivate: true, Limits: fetch.Limits{Pause: time.Microsecond}})
	require.ErrorIs(t, err, fetch.ErrTooLarge)
	assert.Equal(t, 1000, asked)
	assert.Len(t, n.Letters, 1000)
}
