package aggregate

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
)

// Whatever partners share with each other, a dry run, a run, one in which
// nothing is new, one a day later, and one offline publish the same.
func TestRandomPartners(t *testing.T) {
	for seed := range uint64(150) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		w := newWorld(t)
		w.MaxLetters = []int{0, 3, 8}[rnd.IntN(3)]
		one := func(of ...string) string { return of[rnd.IntN(len(of))] }
		for _, name := range []string{"alpha", "beta", "gamma", "delta"}[:2+rnd.IntN(3)] {
			var items []string
			for range 1 + rnd.IntN(6) {
				n := rnd.IntN(4)
				items = append(items, post(
					one("", fmt.Sprint(n), fmt.Sprintf("http://%s.example/%d", name, n), fmt.Sprintf("https://alpha.example/%d", n), "urn:x:"+fmt.Sprint(n)),
					one("", fmt.Sprintf("https://%s.example/%d", name, n), fmt.Sprintf("https://alpha.example/%d", n), fmt.Sprintf("http://beta.example/%d?utm_source=x", n)),
					fmt.Sprint("Title ", n), rnd.IntN(4),
					text(one("x", fmt.Sprint(n, " ", long), "<p>"+long+"</p>")),
					one("", "", source("Alpha", w.server.URL+"/alpha/feed.xml"), source("Other", "https://other.example/feed"))))
			}
			p := w.partner(name, items...)
			p.MaxLetters = rnd.IntN(4)
			if rnd.IntN(3) == 0 {
				p.Exclude.Words = []string{"2"}
			}
		}
		if rnd.IntN(3) == 0 {
			w.Newsletter.Letters = []*newsletter.Letter{
				{ID: "urn:x:1", URL: "https://alpha.example/1", Title: "Title 1", Content: "<p>" + long + "</p>"},
				{ID: "https://region.example/2", Title: "Title 2", Content: "2 " + long},
			}
		}
		w.DryRun = true
		want := w.run().Newsletter
		w.DryRun = false
		same := func(what string, got *newsletter.Newsletter) {
			require.Equal(t, want, got, "%s, seed %d", what, seed)
		}
		same("a run", w.run().Newsletter)
		same("one at once", w.run().Newsletter)
		same("one a day later", w.later().Newsletter)
		w.Offline = true
		same("one offline", w.run().Newsletter)
	}
}
