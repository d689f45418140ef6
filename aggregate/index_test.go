package aggregate

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/state"
	"github.com/automationregion/newsletter/fetch"
)

// calmState returns a state whose letters can be left out: one of them with a
// source of its own, one that left the window.
func calmState() *State {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.FixedZone("", 2*3600))
	s := &State{Schema: currentSchema, Key: "alpha-1", Fetch: fetch.State{ETag: `"x"`}, Feed: Feed{URL: "https://alpha.example/"}}
	for i, title := range []string{"A", "B", "C"} {
		r := &Record{GUID: title, FirstSeen: at, Text: "words of " + title}
		r.Letter = newsletter.Letter{ID: "urn:x:" + title, URL: "https://alpha.example/" + title, Title: title, Published: at.Add(-time.Duration(i) * time.Hour), Updated: at}
		r.Letter.Content = "<p>" + title + "</p>"
		s.Letters = append(s.Letters, r)
	}
	s.Letters[1].Letter.Source = newsletter.Source{Title: "S", FeedURL: "https://s.example/feed"}
	s.Letters[2].Closed = true
	s.Letters[2].Letter.Content = ""
	s.Index = encodeIndex(s.Letters)
	return s
}

func TestIndexIsThatOfTheLetters(t *testing.T) {
	s := calmState()
	require.NotEmpty(t, s.Index)
	x, err := decodeIndex(s.Index, nil)
	require.NoError(t, err)
	want := newIndex(s.Letters)
	assert.True(t, want.updated.Equal(x.updated))
	assert.Equal(t, want.entries, x.entries)
	assert.Equal(t, want.oldest, x.oldest)
	assert.Len(t, x.entries, 2)

	for name, unsettle := range map[string]func(r *Record){
		"edited":  func(r *Record) { r.Edits = 1 },
		"no date": func(r *Record) { r.Letter.Published = time.Time{} },
	} {
		s := calmState()
		unsettle(s.Letters[0])
		assert.Nil(t, encodeIndex(s.Letters), name)
	}
	assert.Nil(t, encodeIndex(nil))

	s = calmState()
	s.Letters[0].Held = "a flood"
	x, err = decodeIndex(encodeIndex(s.Letters), nil)
	require.NoError(t, err)
	assert.Len(t, x.entries, 1, "what is held back is not read until it comes in")
}

func FuzzDecodeIndex(f *testing.F) {
	f.Add(calmState().Index)
	f.Add([]byte{0})
	f.Add(bytes.Repeat([]byte{255}, 600))
	f.Add([]byte("\x142026-03-04T05:06:07Z\x00\x00\x00\x00\x00\x00\x00\x01\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := decodeIndex(data, nil)
		assert.Equal(t, err, checkIndex(data))
		if err != nil {
			assert.ErrorIs(t, err, errIndex)
			return
		}
		for _, e := range x.entries {
			assert.GreaterOrEqual(t, e.record, int32(0))
		}
	})
}

func TestLettersAreLeftOutAndRead(t *testing.T) {
	s := openDir(t)
	put(t, s, calmState())
	st, err := s.Load(t.Context(), "alpha-1")
	require.NoError(t, err)
	assert.True(t, st.leftOut())
	assert.Equal(t, `"x"`, st.Fetch.ETag)
	for n, want := range map[int]int{0: 0, 1: 1, 2: 2, 9: 3, -1: 3} {
		letters, err := s.Letters(t.Context(), "alpha-1", n)
		require.NoError(t, err)
		require.Len(t, letters, want, "the first %d", n)
		for i, r := range letters {
			whole := calmState().Letters[i]
			assert.Equal(t, whole.Letter.Title, r.Letter.Title)
			assert.Equal(t, whole.Letter.Content, r.Letter.Content)
		}
	}

	// A letter can't get lost by recording a state without its letters.
	require.ErrorIs(t, s.Record(t.Context(), st), ErrStore)

	// Somebody else adds a letter.
	other := calmState()
	added := *other.Letters[0]
	added.Letter.ID, added.Letter.Title = "urn:x:N", "N"
	other.Letters = append([]*Record{&added}, other.Letters...)
	other.Index = encodeIndex(other.Letters)
	put(t, s, other)
	letters, err := s.Letters(t.Context(), "alpha-1", 1)
	require.NoError(t, err)
	require.NotEmpty(t, letters)
	assert.Equal(t, "N", letters[0].Letter.Title)
}

// indexLine is the index in the file of a state.
var indexLine = regexp.MustCompile(`\n  "index": "([^"]*)",`)

// Whatever becomes of the indexes, the newsletter is the same.
func TestIndexChangesNothing(t *testing.T) {
	w := newWorld(t)
	w.MaxLetters = 6
	w.partner("alpha", post("a1", "https://alpha.example/1", "Boats", 3, text("<p>"+long+"</p>")),
		post("x", "https://alpha.example/2", "Trains", 4, text("<p>trains</p>")), post("a3", "", "Ferries", 1, text("<p>f</p>")))
	w.partner("beta", post("b1", "https://alpha.example/1?utm_source=b", "Boats", 3, text("<p>"+long+"</p>")),
		post("x", "https://beta.example/2", "Buses", 5, text("<p>buses</p>")))
	w.partner("gamma", post("c1", "https://gamma.example/1", "Sea and land", 6, text("<p>"+long+"</p>"), `<source url="https://alpha.example/feed">Alpha</source>`),
		post("c2", "https://gamma.example/2", "Land", 7, text("<p>land</p>"))).Exclude = Filter{Words: []string{"land"}}
	w.partner("delta", post("d1", "https://delta.example/1", "Old", 1, text("<p>o</p>")), post("d2", "https://delta.example/2", "New", 8, text("<p>n</p>"))).MaxLetters = 1
	w.run()
	w.later() // new letters have settled
	bytesOf := func(r *Result) string {
		data, err := json.Marshal(r)
		require.NoError(t, err)
		return string(data)
	}
	rebuild := func() string {
		s := OpenDirReadOnly(w.dir, w.Logger)
		w.Store, w.Offline = s, true
		defer func() { w.Store, w.Offline = nil, false }()
		return bytesOf(w.run())
	}
	want := rebuild()
	files := stateFiles(t, w.dir)
	key := func(i int) string { return w.partners[i].Key() + ".json" }
	foreign := indexLine.FindString(files[key(1)])
	require.NotEmpty(t, foreign)
	cut := func(line string, change func(index []byte) []byte) string {
		index, err := base64.StdEncoding.DecodeString(indexLine.FindStringSubmatch(line)[1])
		require.NoError(t, err)
		return "\n  \"index\": \"" + base64.StdEncoding.EncodeToString(change(index)) + "\","
	}
	for name, change := range map[string]func(line string) string{
		"as it is":     func(line string) string { return line },
		"none":         func(string) string { return "" },
		"empty":        func(string) string { return "\n  \"index\": \"\"," },
		"no base64":    func(string) string { return "\n  \"index\": \"%\"," },
		"foreign":      func(string) string { return foreign },
		"cut off":      func(line string) string { return cut(line, func(x []byte) []byte { return x[:len(x)-1] }) },
		"lengths only": func(line string) string { return cut(line, func(x []byte) []byte { return x[:8] }) },
		"of other letters": func(line string) string {
			return cut(line, func(x []byte) []byte { x[7]++; return x })
		},
	} {
		t.Run(name, func(t *testing.T) {
			w.log.Reset()
			for i := range w.partners {
				data := indexLine.ReplaceAllStringFunc(files[key(i)], change)
				require.NoError(t, os.WriteFile(filepath.Join(w.dir, key(i)), withFileSum(data), 0o666))
			}
			assert.Equal(t, want, rebuild())
			assert.Empty(t, w.log.String())
		})
	}
}

// withFileSum returns the file of a state with the checksum that it should have.
func withFileSum(data string) []byte {
	b := []byte(data)
	state.Seal(b)
	return b
}

// Damage shows before it matters, and is mended in the same run.
func TestDamagedLettersOfQuietPartners(t *testing.T) {
	w := newWorld(t)
	w.MaxLetters = 1
	w.partner("alpha", post("1", "https://alpha.example/1", "A", 1, text("<p>a</p>")))
	w.partner("beta", post("2", "https://beta.example/2", "B", 2, text("<p>b</p>")))
	w.run()
	path := filepath.Join(w.dir, w.partners[0].Key()+".json")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	i := bytes.Index(data, []byte(`"letters": [`)) + len(`"letters": [`)
	copy(data[i:], strings.Repeat("#", len(data)-i)) // nobody can read this
	require.NoError(t, os.WriteFile(path, data, 0o666))

	w.MaxLetters = 2
	r := w.run()
	assert.Equal(t, 1, w.requests, "it is asked, although it is not due")
	assert.Equal(t, []string{"B", "A"}, titles(r))
	assert.Equal(t, fetch.Fetched, r.Partners[0].Status)
	assert.Contains(t, w.log.String(), "damaged file")

	// A partner that has something new begins anew in the same run.
	data, err = os.ReadFile(path)
	require.NoError(t, err)
	copy(data[bytes.Index(data, []byte(`"letters": [`))+len(`"letters": [`):], "#")
	require.NoError(t, os.WriteFile(path, data, 0o666))
	w.serve("alpha", post("1", "https://alpha.example/1", "A", 1, text("<p>a</p>")), post("3", "https://alpha.example/3", "C", 3, text("<p>c</p>")))
	w.MaxLetters = 3
	assert.Equal(t, []string{"C", "B", "A"}, titles(w.later()))
}

// Letters leave the window, and come back when it is made wider, without a visit.
func TestWindowOfQuietPartners(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "https://alpha.example/1", "A", 1, text("<p>a</p>")), post("2", "https://alpha.example/2", "B", 20, text("<p>b</p>")))
	w.run()
	w.now = time.Date(2026, 7, 10, 12, 0, 0, 0, time.UTC)
	assert.Equal(t, []string{"B"}, titles(w.run()))
	w.Window, w.requests = -1, 0
	r := w.run()
	assert.Equal(t, []string{"B", "A"}, titles(r))
	assert.Equal(t, "<p>a</p>", r.Newsletter.Letters[1].Content)
	assert.Zero(t, w.requests)
}

// The reports say how many letters are left out, and for what.
func TestLeftOut(t *testing.T) {
	w := newWorld(t)
	w.Window, w.MaxLetters = 20*24*time.Hour, 3
	w.partner("alpha",
		post("1", "https://alpha.example/1", "A", 1), post("2", "https://alpha.example/2", "B", 20),
		post("3", "https://alpha.example/3", "C", 21), post("4", "https://alpha.example/4", "D", 22)).MaxLetters = 2
	w.partner("beta", post("5", "https://beta.example/5", "E", 23), post("6", "https://beta.example/6", "F", 19))
	r := w.run()
	assert.Equal(t, []string{"E", "D", "C"}, titles(r))
	counts := func(r PartnerReport) [4]int { return [4]int{r.Letters, r.Old, r.Filtered, r.Beyond} }
	assert.Equal(t, [4]int{2, 1, 1, 0}, counts(r.Partners[0]))
	assert.Equal(t, [4]int{1, 0, 0, 1}, counts(r.Partners[1]))
	assert.Contains(t, r.Partners[0].String(), "1 letter left out as older than the newsletter's window.")
	w.Window, w.MaxLetters = -1, -1
	assert.Equal(t, []string{"E", "D", "C", "F"}, titles(w.run()))
}

// Partners whose addresses were refused are asked as soon as they aren't, all of
// them.
func TestUnblocked(t *testing.T) {
	w := newWorld(t)
	w.Fetch.AllowPrivate = false
	for _, name := range []string{"alpha", "beta", "gamma", "delta", "epsilon"} {
		w.partner(name, post(name, "https://"+name+".example/", name, 1))
	}
	r, err := w.tryRun()
	require.ErrorIs(t, err, ErrAllFailed)
	for _, p := range r.Partners {
		assert.Equal(t, fetch.Failed, p.Status, "each is told of by itself")
		assert.Contains(t, p.Advice, "--allow-private")
	}
	r, _ = w.tryRun()
	assert.Equal(t, fetch.NotDue, r.Partners[0].Status, "nothing is otherwise")
	w.Fetch.AllowPrivate = true
	r = w.run()
	assert.Len(t, r.Newsletter.Letters, 5)
	assert.Equal(t, 5, w.requests)
	r = w.run()
	assert.Equal(t, fetch.NotDue, r.Partners[0].Status, "and then when they are due")
}

// So does a service that is started anew.
func TestServiceUnblocked(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "https://alpha.example/1", "A", 1))
	w.Window = -1
	serve := func(private bool, until func(*Service) bool) {
		a := w.Aggregator
		a.Fetch.AllowPrivate, a.Now = private, nil
		store, err := OpenDir(w.dir, w.Logger)
		require.NoError(t, err)
		defer store.Close()
		a.Store = store
		s := &Service{Aggregator: a}
		s.SetPartners(w.partners)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		ended := make(chan error, 1)
		go func() { ended <- s.Serve(ctx) }()
		assert.Eventually(t, func() bool { return until(s) }, 20*time.Second, 10*time.Millisecond)
		stop()
		assert.NoError(t, <-ended)
	}
	serve(false, func(s *Service) bool { return s.Health().Failing == 1 })
	serve(true, func(s *Service) bool { return s.Health().Letters == 1 })
}
