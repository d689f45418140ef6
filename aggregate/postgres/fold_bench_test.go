package postgres

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate"
)

// twenty answers for every partner with a feed of twenty letters, and one more once
// it is told so.
type twenty struct {
	newest time.Time
	more   map[string]int // by path
}

// RoundTrip is described at [http.RoundTripper].
func (tw *twenty) RoundTrip(r *http.Request) (*http.Response, error) {
	i, err := strconv.Atoi(r.URL.Path[1:])
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<rss version="2.0"><channel><title>P%d</title><link>%s</link><description/>`, i, r.URL)
	for k := range 20 + tw.more[r.URL.Path] {
		at := tw.newest.Add(-time.Duration(20-k)*24*time.Hour - time.Duration(i)*time.Second)
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">%d-%d</guid><title>Letter %[2]d of %[1]d</title><pubDate>%[3]s</pubDate></item>`, i, k, at.UTC().Format(time.RFC1123Z))
	}
	b.WriteString(`</channel></rss>`)
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/rss+xml"}}, Body: io.NopCloser(&b), ContentLength: int64(b.Len()),
	}, nil
}

// BenchmarkFold is what it costs to fold one new letter into a newsletter of the
// newest 500, by the number of letters that are remembered.
func BenchmarkFold(b *testing.B) {
	for _, letters := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(letters), func(b *testing.B) {
			s := newStore(b)
			list := make([]aggregate.Partner, letters/20)
			for i := range list {
				list[i] = aggregate.Partner{FeedURL: fmt.Sprintf("http://h%d.example/%d", i, i)}
			}
			_, err := s.SetPartners(b.Context(), list)
			require.NoError(b, err)
			web := &twenty{newest: time.Now().Add(-24 * time.Hour), more: map[string]int{}}
			a := aggregator("")
			a.Fetch.Client, a.Fetch.Limits.Pause = &http.Client{Transport: web}, -1
			a.Store, a.All, a.Window, a.MaxLetters = s, true, 0, 500
			visit := func(list []aggregate.Partner) {
				_, err := a.Run(b.Context(), list)
				require.NoError(b, err)
			}
			visit(list)
			p := s.newPublisher(a)
			fold := func() {
				changed, err := p.fold(b.Context())
				require.NoError(b, err)
				require.True(b, changed)
			}
			for pending := 1; pending > 0; { // a fold takes so many at once
				_, err := p.fold(b.Context())
				require.NoError(b, err)
				require.NoError(b, s.pool.QueryRow(b.Context(), `SELECT count(*) FROM pending`).Scan(&pending))
			}
			_, err = s.pool.Exec(b.Context(), `VACUUM ANALYZE`)
			require.NoError(b, err)
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				one := list[i%50 : i%50+1]
				web.more[fmt.Sprintf("/%d", i%50)]++
				visit(one)
				b.StartTimer()
				fold()
			}
		})
	}
}
