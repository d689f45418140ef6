package aggregate

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/state"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/internal/atomicfile"
)

// stateFiles returns what a folder holds, but for the lock.
func stateFiles(t testing.TB, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	files := map[string]string{}
	for _, e := range entries {
		if e.Name() == lockName {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		files[e.Name()] = string(data)
	}
	return files
}

// put makes a store remember a state.
func put(t testing.TB, s Store, st *State) {
	t.Helper()
	before, claimed, err := s.Claim(t.Context(), st.Key, Claim{All: true})
	require.NoError(t, err)
	require.True(t, claimed)
	st.Epoch = before.Epoch
	require.NoError(t, s.Record(t.Context(), st))
}

func openDir(t testing.TB) *dirStore {
	s, err := OpenDir(t.TempDir(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s.(*dirStore)
}

// fullState returns a state in which every field says something.
func fullState() *State {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.FixedZone("", 2*3600))
	author := newsletter.Author{Name: "Kim", Organization: "Alpha", Email: "kim@alpha.example", URL: "https://alpha.example/kim", Avatar: "https://alpha.example/kim.png"}
	r := &Record{
		GUID: "1", FirstSeen: at, Left: at.Add(time.Hour), Seen: "s", Text: "t", Edits: 2, Held: "a flood", Closed: true,
		Letter: newsletter.Letter{
			ID: "urn:x:1", URL: "https://alpha.example/1", Title: "A & B", Kind: "Report", Language: "sv",
			Authors: []newsletter.Author{author}, Published: at, Updated: at, Summary: "<s>", Rights: "R",
			Categories:  []newsletter.Category{{Term: "c", Scheme: "https://c.example/"}},
			Image:       "https://alpha.example/1.png",
			Attachments: []newsletter.Attachment{{URL: "https://alpha.example/1.pdf", MediaType: "application/pdf", Length: 7, Duration: time.Minute, Title: "pdf"}},
			Source:      newsletter.Source{ID: "urn:s", Title: "S", URL: "https://s.example/", FeedURL: "https://s.example/feed", Updated: at},
			Links:       []newsletter.Link{{Rel: "related", URL: "https://r.example/", MediaType: "text/html", Language: "en", Title: "R"}},
		},
	}
	r.Letter.Content = "<p class=\"x\">å</p>\n"
	return &State{
		Schema: currentSchema, Key: "alpha-1", Name: "Alpha", Most: 3, Flood: Flood{At: at, Held: 1, Reason: "a flood"},
		Fetch:   fetch.State{ETag: `W/"x"`, Due: at, DueReason: "r", Failures: 1},
		Feed:    Feed{ID: "urn:f", Title: "F", URL: "https://alpha.example/", Language: "sv", Rights: "R", Authors: []newsletter.Author{author}},
		Letters: []*Record{r, {GUID: "2", FirstSeen: at, Letter: newsletter.Letter{ID: "urn:x:2", Title: "B"}}},
	}
}

func TestDirStoreRemembersEverything(t *testing.T) {
	s := openDir(t)
	want := fullState()
	put(t, s, want)
	got, err := s.Load(t.Context(), "alpha-1")
	require.NoError(t, err)
	encoded := func(s *State) string {
		var b bytes.Buffer
		require.NoError(t, toFile(s).Encode(&b))
		return b.String()
	}
	assert.Equal(t, encoded(want), encoded(got))
	assert.Equal(t, want.Letters[0].Letter.Content, got.Letters[0].Letter.Content)
	assert.True(t, want.Letters[0].Letter.Published.Equal(got.Letters[0].Letter.Published))

	files := stateFiles(t, s.dir)
	assert.Len(t, files, 1)
	assert.Contains(t, files["alpha-1.json"], `"title": "A & B"`, "readable")
	assert.Contains(t, files["alpha-1.json"], `      "content": "<p class=\"x\">å</p>\n"`+"\n", "on a line of its own")
	put(t, s, got)
	assert.Equal(t, files, stateFiles(t, s.dir), "what didn't change is written the same")
}

func TestDirStoreExcludes(t *testing.T) {
	s := openDir(t)
	_, err := OpenDir(s.dir, nil)
	assert.ErrorIs(t, err, errLocked)
	require.NoError(t, s.Close())
	again, err := OpenDir(s.dir, nil)
	require.NoError(t, err)
	again.Close()
}

func TestDirStoreKeysStayInside(t *testing.T) {
	s := openDir(t)
	for _, key := range []string{"", ".", "..", "../x", "a/b", `a\b`, "/etc/passwd", ".lock"} {
		_, err := s.Load(t.Context(), key)
		assert.ErrorIs(t, err, ErrStore, key)
		assert.ErrorIs(t, s.Record(t.Context(), &State{Key: key}), ErrStore, key)
	}
}

func TestDirStoreRefusesLaterSchemas(t *testing.T) {
	for name, was := range map[string]string{"alpha-1.json": `"schema": 1`, state.VisitsName: `"schema":1`, hostsName: `"schema": 1`} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s, err := OpenDir(dir, nil)
			require.NoError(t, err)
			put(t, s, fullState())
			visit, claimed, err := s.Claim(t.Context(), "alpha-1", Claim{All: true})
			require.NoError(t, err)
			require.True(t, claimed)
			require.NoError(t, s.RecordVisit(t.Context(), visit))
			require.NoError(t, s.RecordRests(t.Context(), time.Time{}, map[string]time.Time{"x.example": time.Now()}))
			require.NoError(t, s.Close())
			path := filepath.Join(dir, name)
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Contains(t, string(data), was)
			later := strings.Replace(string(data), was, was[:len(was)-1]+"2", 1)
			require.NoError(t, os.WriteFile(path, []byte(later), 0o666))

			s, err = OpenDir(dir, nil)
			require.NoError(t, err)
			_, err = s.Load(t.Context(), "alpha-1")
			_, restsErr := s.Rests(t.Context())
			err = errors.Join(err, restsErr)
			assert.ErrorIs(t, err, ErrStore)
			assert.ErrorContains(t, err, name)
			assert.ErrorContains(t, err, "later version")
			require.NoError(t, s.Close())
			assert.Equal(t, later, stateFiles(t, dir)[name], "it is left alone")
		})
	}
}

func TestReadOnly(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "", "A", 1, text("x")))
	w.run()
	before := stateFiles(t, w.dir)
	w.Store = OpenDirReadOnly(w.dir, nil)
	w.Offline = true
	assert.Equal(t, []string{"A"}, titles(w.run()))
	w.Offline, w.All = false, true
	w.serve("alpha", post("1", "", "A", 1, text("x")), post("2", "", "B", 2, text("y")))
	r, err := w.tryRun()
	assert.ErrorIs(t, err, errReadOnly)
	assert.ErrorIs(t, err, ErrStore)
	assert.Equal(t, []string{"A"}, titles(r), "what can't be remembered isn't published")
	assert.Equal(t, before, stateFiles(t, w.dir))
	assert.Empty(t, stateFiles(t, t.TempDir()))
	w.Store = nil
	assert.Equal(t, []string{"B", "A"}, titles(w.run()))
}

func TestDamagedStateIsRebuilt(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"cut off":            func(path string) error { return os.Truncate(path, 100) },
		"empty":              func(path string) error { return os.Truncate(path, 0) },
		"of another partner": func(path string) error { return os.WriteFile(path, []byte(`{"schema":1,"key":"x"}`), 0o666) },
		"a content cut off": func(path string) error {
			data, err := os.ReadFile(path)
			return errors.Join(err, os.Truncate(path, int64(bytes.Index(data, []byte("<p>x"))+2)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.partner("alpha", post("1", "", "A", 1, text("<p>x</p>")))
			w.partner("beta", post("2", "", "B", 2, text("<p>y</p>")))
			w.run()
			require.NoError(t, damage(filepath.Join(w.dir, w.partners[0].Key()+".json")))
			r := w.run()
			assert.Equal(t, 1, w.requests, "the partner begins anew")
			assert.Equal(t, []string{"B", "A"}, titles(r))
			assert.Equal(t, "<p>x</p>", only(t, r, "A").Content)
			assert.Contains(t, w.log.String(), "damaged file")
			w.run()
			assert.Zero(t, w.requests)
		})
	}
}

// TestDiskFull lets every write of a run fail, one after the other, in the ways
// that a full disk and a crash do.
func TestDiskFull(t *testing.T) {
	crash := errors.New("killed")
	for _, cause := range []error{syscall.ENOSPC, crash} {
		for n := range 4 {
			t.Run(fmt.Sprintf("%v at write %d", cause, n), func(t *testing.T) {
				w := newWorld(t)
				w.Fetch.Limits.Concurrency = 1
				w.partner("alpha", post("1", "", "A", 1, text("a")), post("2", "", "B", 2, text("b")))
				w.partner("beta", post("3", "", "C", 3, text("c")))
				before := w.run()
				w.serve("alpha", post("2", "", "B", 2, text("b")), post("5", "", "D", 4, text("d")), post("6", "", "Undated", 0, text("u")))
				w.serve("beta", post("3", "", "C", 3, text("c2")))
				w.now = w.now.Add(25 * time.Hour)

				opened, err := OpenDir(w.dir, nil)
				require.NoError(t, err)
				s := opened.(*dirStore)
				writes := 0
				s.write = func(path string, data []byte, perm fs.FileMode) error {
					if writes++; writes > n {
						if cause == crash { // what it leaves behind
							os.WriteFile(filepath.Join(w.dir, "."+filepath.Base(path)+".1.tmp"), data[:len(data)/2], perm)
						}
						return cause
					}
					return atomicfile.Write(path, data, perm)
				}
				w.Store = s
				r, err := w.tryRun()
				if n < 2 {
					assert.ErrorIs(t, err, ErrStore)
					assert.ErrorIs(t, err, cause)
				}
				assert.Subset(t, titles(r), titles(before), "no letter is lost")
				require.NoError(t, s.Close())

				w.Store = nil
				w.now = w.now.Add(time.Hour)
				r = w.run()
				assert.Equal(t, []string{"Undated", "D", "C", "B", "A"}, titles(r), "none is lost, none is there twice")
				assert.Equal(t, "c2", only(t, r, "C").Content)
				for name := range stateFiles(t, w.dir) {
					assert.NotContains(t, name, ".tmp")
				}
				files := stateFiles(t, w.dir)
				delete(files, state.VisitsName)
				assert.Len(t, files, 2)
			})
		}
	}
}

// TestKill kills a process in the middle of its run, again and again, and lets
// another finish its work.
func TestKill(t *testing.T) {
	const variable = "NEWSLETTER_KILL_TEST"
	if args := os.Getenv(variable); args != "" {
		dir, addresses, _ := strings.Cut(args, " ")
		s, err := OpenDir(dir, nil)
		require.NoError(t, err)
		var partners []Partner
		for _, a := range strings.Fields(addresses) {
			partners = append(partners, Partner{FeedURL: a})
		}
		a := Aggregator{Newsletter: newWorld(t).Newsletter, Store: s, All: true, Window: -1,
			Fetch: fetch.Options{AllowPrivate: true, Limits: fetch.Limits{Pause: -1, PerHost: -1, Concurrency: 2}}}
		_, err = a.Run(t.Context(), partners)
		require.NoError(t, err)
		return
	}
	w := newWorld(t)
	w.Window = -1
	var addresses []string
	for i := range 30 {
		p := w.partner(fmt.Sprintf("p%d", i), post("1", "", fmt.Sprint("A", i), 1, text("a")), post("2", "", fmt.Sprint("B", i), 2, text("b")))
		p.Name = ""
		addresses = append(addresses, p.FeedURL)
	}
	for _, wait := range []int{5, 10, 15, 20} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKill$")
		cmd.Env = append(os.Environ(), variable+"="+w.dir+" "+strings.Join(addresses, " "))
		require.NoError(t, cmd.Start())
		start := time.Now()
		for { // until so many partners are remembered
			if files, _ := filepath.Glob(filepath.Join(w.dir, "*.json")); len(files) >= wait {
				break
			}
			require.Less(t, time.Since(start), time.Minute)
			time.Sleep(time.Millisecond)
		}
		require.NoError(t, cmd.Process.Kill())
		cmd.Wait()
	}
	w.now = time.Now().Add(time.Hour)
	assert.Len(t, w.run().Newsletter.Letters, 60)
	w.All = true
	r := w.run()
	assert.Len(t, r.Newsletter.Letters, 60)
	for _, p := range r.Partners {
		assert.Zero(t, p.New+p.Changed)
	}
}

func TestRestsOutlastARun(t *testing.T) {
	s := openDir(t)
	until := time.Date(2026, 5, 5, 0, 0, 0, 0, time.UTC)
	require.NoError(t, s.RecordRests(t.Context(), time.Time{}, map[string]time.Time{"slow.example": until}))
	rests, err := s.Rests(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]time.Time{"slow.example": until}, rests)
	data, err := os.ReadFile(filepath.Join(s.dir, hostsName))
	require.NoError(t, err)
	for name, damaged := range map[string]string{
		"cut off":       "{",
		"another year":  strings.Replace(string(data), "2026", "2036", 1),
		"another host":  strings.Replace(string(data), "slow", "slov", 1),
		"no line's end": strings.TrimSpace(string(data)),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(s.dir, hostsName), []byte(damaged), 0o666), name)
		rests, err = s.Rests(t.Context())
		require.NoError(t, err, name)
		assert.Empty(t, rests, name)
		assert.FileExists(t, filepath.Join(s.dir, hostsName+damagedExt), name)
	}
	byHand := `{"schema": 1, "rests": {"slow.example": "2026-05-05T00:00:00Z"}}`
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, hostsName), []byte(byHand), 0o666))
	rests, err = s.Rests(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]time.Time{"slow.example": until}, rests, "somebody's own, without a checksum")
}

func FuzzState(f *testing.F) {
	for _, s := range []*State{fullState(), calmState()} {
		var b bytes.Buffer
		require.NoError(f, toFile(s).Encode(&b))
		f.Add(b.Bytes())
	}
	f.Add([]byte(`{"schema":1,"key":"alpha-1","letters":[{"edits":-1}]}`))
	f.Add([]byte("{\"schema\":1,\"key\":\"alpha-1\",\n  \"letters\": [{\"content\":\"\xff\"}]}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, "alpha-1.json")
		require.NoError(t, os.WriteFile(path, data, 0o666))
		s := newDirStore(dir, slog.New(slog.DiscardHandler))
		s.write = os.WriteFile // quick
		st, err := s.Load(t.Context(), "alpha-1")
		if err != nil {
			assert.ErrorIs(t, err, ErrStore)
			return
		}
		if st.leftOut() {
			st.Letters, err = s.Letters(t.Context(), "alpha-1", -1)
			require.NoError(t, err)
			st.Index = nil
		}
		st.quiet(time.Time{}, time.Time{}, 8<<20)
		st.Index = encodeIndex(st.Letters)
		put(t, s, st)
		again, err := s.Load(t.Context(), "alpha-1")
		require.NoError(t, err)
		assert.Equal(t, len(st.Index) > 0, again.leftOut())
		if again.leftOut() {
			again.Letters, err = s.Letters(t.Context(), "alpha-1", 1<<20)
			require.NoError(t, err)
		}
		require.Len(t, again.Letters, len(st.Letters))
		for i, r := range again.Letters {
			assert.Equal(t, strings.ToValidUTF8(st.Letters[i].Letter.Content, "\uFFFD"), r.Letter.Content)
		}
	})
}
