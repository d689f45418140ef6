package site_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/parse"
)

// An archive is written once: letters that are added leave it as it is, and every
// letter is in the feed or in an archive, each archive but the feed's newest in one.
func TestArchivesStay(t *testing.T) {
	o := site.Options{ArchiveSize: 10}
	written := map[string]string{}
	for size := 3; size <= 45; size++ {
		files, _ := filesOf(t, manyLetters(size), o)
		for path, document := range files {
			if !strings.HasPrefix(path, "archive/") {
				continue
			}
			if was, there := written[path]; there {
				require.Equal(t, was, document, "%s, with %d letters", path, size)
			}
			written[path] = document
		}
		for f := range feed.Formats() {
			seen := map[string]bool{}
			path := f.FileName()
			for path != "" {
				n, err := parse.Feed(strings.NewReader(files[path]))
				require.NoError(t, err, path)
				assert.LessOrEqual(t, len(n.Letters), 10)
				assert.Equal(t, "https://example.org/l/"+path, n.FeedURL)
				assert.Equal(t, strings.HasPrefix(path, "archive/"), n.Paging.Archive)
				for _, l := range n.Letters {
					seen[l.ID] = true
				}
				path = strings.TrimPrefix(n.Paging.PreviousArchive, "https://example.org/l/")
			}
			require.Len(t, seen, size, "%v, %d letters", f, size)
		}
	}
	assert.Len(t, written, 12)
}

// fetch.Whole follows them to the first letter.
func TestArchivesAreFollowed(t *testing.T) {
	var files map[string]string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		document, ok := files[strings.TrimPrefix(r.URL.Path, "/l/")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Write([]byte(document))
	}))
	defer server.Close()
	n := manyLetters(45)
	n.URL = server.URL + "/l/"
	for _, l := range n.Letters {
		l.URL = strings.Replace(l.URL, "https://example.org", server.URL, 1)
	}
	files, _ = filesOf(t, n, site.Options{ArchiveSize: 10})
	for f := range feed.Formats() {
		whole, err := fetch.Whole(context.Background(), server.URL+"/l/"+f.FileName(), fetch.Options{AllowPrivate: true, Limits: fetch.Limits{Pause: time.Microsecond}})
		require.NoError(t, err)
		require.Len(t, whole.Letters, 45)
		for i, l := range whole.Letters {
			assert.Equal(t, n.Letters[44-i].ID, l.ID)
		}
	}
}
