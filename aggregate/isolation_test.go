package aggregate

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate/internal/state"
	"github.com/automationregion/newsletter/fetch"
)

// What is wrong with what is remembered of one partner harms no other.
func TestAnUnreadableStateFailsItsPartnerAlone(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, path string){
		"a folder in its place": func(t *testing.T, path string) {
			require.NoError(t, os.Remove(path))
			require.NoError(t, os.Mkdir(path, 0o777))
		},
		"no permission": func(t *testing.T, path string) {
			require.NoError(t, os.Chmod(path, 0))
			if f, err := os.Open(path); err == nil {
				f.Close()
				t.Skip("this user may read everything")
			}
		},
		"a later version": func(t *testing.T, path string) {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, withFileSum(strings.Replace(string(data), `"schema": 1`, `"schema": 2`, 1)), 0o666))
		},
	} {
		for _, offline := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", offline ", offline), func(t *testing.T) {
				w := newWorld(t)
				w.partner("alpha", post("1", "", "A", 1, text("a")))
				w.partner("beta", post("2", "", "B", 2, text("b")))
				w.run()
				path := filepath.Join(w.dir, w.partners[0].Key()+".json")
				damage(t, path)
				w.serve("beta", post("2", "", "B", 2, text("b")), post("3", "", "C", 3, text("c")))
				w.Offline, w.now = offline, w.now.Add(30*time.Hour)
				r, err := w.tryRun()
				require.NoError(t, err)
				want := []string{"C", "B"}
				if offline {
					want = want[1:]
				}
				assert.Equal(t, want, titles(r))
				alpha := r.Partners[0]
				assert.Equal(t, stateUnreadable, alpha.Status)
				assert.True(t, alpha.Failing())
				assert.Contains(t, alpha.String(), "what is remembered of the partner can't be read")
				assert.Contains(t, w.log.String(), "state unreadable")
				_, err = os.Lstat(path)
				assert.NoError(t, err, "it is left alone")

				w.Strict = true
				_, err = w.tryRun()
				if !offline {
					assert.ErrorIs(t, err, ErrPartner)
				}
				w.partners, w.Strict = w.partners[:1], false
				if _, err = w.tryRun(); !offline {
					assert.ErrorIs(t, err, ErrStore, "of no partner anything can be read")
				}
			})
		}
	}
}

// A bit that flipped is said, and what it took away comes back in the same run.
func TestEveryFlippedBitIsNoticed(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds, and no goroutine shares anything")
	}
	w := newWorld(t)
	w.partner("alpha", post("1", "https://alpha.example/1", "A", 1, text("<p>a</p>")), post("2", "https://alpha.example/2", "B", 20, text("<p>b</p>")))
	w.run()
	w.later()
	files := stateFiles(t, w.dir)
	rnd := rand.New(rand.NewPCG(1, 1))
	for name, data := range files {
		for range 60 {
			at, bit := rnd.IntN(len(data)), byte(1)<<rnd.IntN(8)
			for name, data := range files {
				require.NoError(t, os.WriteFile(filepath.Join(w.dir, name), []byte(data), 0o666))
			}
			flipped := []byte(data)
			flipped[at] ^= bit
			require.NoError(t, os.WriteFile(filepath.Join(w.dir, name), flipped, 0o666))
			w.log.Reset()
			w.now = w.now.Add(30 * time.Hour)
			r := w.run()
			at = max(at, 20)
			near := string(flipped[at-20 : min(at+20, len(flipped))])
			require.Equal(t, []string{"B", "A"}, titles(r), near)
			assert.Equal(t, "<p>a</p>", only(t, r, "A").Content, near)
			assert.Equal(t, time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC), only(t, r, "A").Published, near)
			w.now = w.now.Add(-30 * time.Hour)
			for path := range stateFiles(t, w.dir) {
				if strings.HasSuffix(path, damagedExt) {
					os.Remove(filepath.Join(w.dir, path))
				}
			}
			unread := strings.Contains(near, "sum") || strings.Contains(near, "schema") || name == state.VisitsName && strings.Contains(near, "\n")
			assert.True(t, unread || w.log.Len() > 0, "nobody was told of %s", near)
		}
	}
}

// lossy is a store that has lost the letters of those partners that it knows.
type lossy struct{ *memStore }

func (s lossy) Claim(ctx context.Context, key string, c Claim) (*State, bool, error) {
	st, claimed, err := s.memStore.Claim(ctx, key, c)
	if err == nil && len(st.Letters) > 0 {
		st.Index, st.Letters = append(make([]byte, 9), 0), nil
	}
	return st, claimed, err
}

func (s lossy) Letters(context.Context, string, int) ([]*Record, error) { return nil, nil }

// A feed that is unchanged, but whose letters are lost, is asked again for all of
// it in the same visit.
func TestNotModifiedWithLostLetters(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "", "A", 1, text("a")))
	handler := w.server.Config.Handler
	w.server.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("ETag", `"1"`)
		handler.ServeHTTP(rw, r)
	})
	memory := &memStore{}
	w.Store = memory
	w.run()
	w.now, w.requests = w.now.Add(30*time.Hour), 0
	w.Store = lossy{memory}
	r := w.run()
	assert.Equal(t, fetch.Fetched, r.Partners[0].Status)
	assert.Equal(t, 2, w.requests)
	assert.Equal(t, 1, r.Partners[0].New)
	s, err := memory.Load(t.Context(), w.partners[0].Key())
	require.NoError(t, err)
	assert.Len(t, s.Letters, 1)
}

// Where the disk is full, each partner's report says what became of it.
func TestWhoWasNotVisitedSaysSo(t *testing.T) {
	w := newWorld(t)
	w.Fetch.Limits.Concurrency = 1
	for i := range 3 {
		w.partner(fmt.Sprint("p", i), post(fmt.Sprint(i), "", fmt.Sprint("A", i), 1, text("a")))
	}
	s := openDir(t)
	w.Store = s
	w.run()
	w.now = w.now.Add(30 * time.Hour)
	w.partners = append(w.partners, w.partners[0])
	for i := range 3 {
		w.serve(fmt.Sprint("p", i), post("n", "", fmt.Sprint("B", i), 1, text("b")))
	}
	s.write = func(string, []byte, fs.FileMode) error { return syscall.ENOSPC }
	r, err := w.tryRun()
	assert.ErrorIs(t, err, syscall.ENOSPC)
	said := map[fetch.Status]int{}
	for _, p := range r.Partners {
		said[p.Status]++
	}
	assert.Equal(t, map[fetch.Status]int{notRecorded: 1, notVisited: 2, Twice: 1}, said)
	for _, p := range r.Partners[:3] {
		assert.NotContains(t, p.String(), "not due")
	}
}

// What a run with a wrong clock dated is dated anew, and what it forgot is read
// again.
func TestLettersThatAClockAheadDated(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "https://alpha.example/1", "Undated", 0, text("a")), post("2", "https://alpha.example/2", "Dated", 20, text("b")))
	right := w.now
	w.now = time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC)
	assert.Equal(t, []string{"Undated"}, titles(w.run()))
	w.now = right
	r := w.run()
	assert.Equal(t, []string{"Undated", "Dated"}, titles(r))
	assert.Equal(t, right, only(t, r, "Undated").Published)
	assert.Equal(t, right, only(t, r, "Undated").Updated)
	assert.Equal(t, "b", only(t, r, "Dated").Content)
	assert.Equal(t, time.Date(2026, 4, 20, 8, 0, 0, 0, time.UTC), only(t, r, "Dated").Published)

	w.now = right.Add(30 * time.Hour)
	r = w.run()
	assert.Equal(t, right, only(t, r, "Undated").Published, "it stays")
	assert.Zero(t, r.Partners[0].Changed)
}
