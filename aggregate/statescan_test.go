package aggregate

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzUnmarshalState checks that the quick way reads what the usual way reads.
func FuzzUnmarshalState(f *testing.F) {
	for _, seed := range []string{
		`{"schema":1,"key":"a","name":"Å","fetch":{"etag":"\"1\"","hints":{"ttl":60}},"feed":{"title":"T"},"most":2,"contents":"a.a.html"}`,
		`{ "letters" : [ {"guid":"1","title":"a \"b\" \u00e9\n","firstSeen":"2026-03-05T14:00:00Z","size":3,"closed":true,
			"authors":[{"name":"A","email":"a@b"}],"categories":[{"term":"t","scheme":"s"}],"links":[{"rel":"related"}]} , {} ] }`,
		`{"schema":1,"schema":2}`, `{"Key":"a"}`, `{"key":null}`, `{"key":"\ud800"}`, "{\"key\":\"\xff\"}", `{"most":-0}`, `{"most":007}`,
		`{"letters":[]}`, `{"letters":null}`, `{"letters":[null]}`, `{"letters":[{"authors":[]}]}`, `{"unknown":1}`, `{} x`, `{"fetch":{}x}`, ``,
		`{"letters":[{"published":"2026-03-05T14:00:00+01:00","updated":"yesterday"}]}`, `{"fetch": 5 }`, `{"key":"a",}`, `{"fetch":{"due":"x"}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var quick, usual stateFile
		errQuick, errUsual := unmarshalState(data, &quick), json.Unmarshal(data, &usual)
		assert.Equal(t, errUsual == nil, errQuick == nil, "%v, %v", errUsual, errQuick)
		if errUsual == nil {
			a, err := json.Marshal(quick)
			require.NoError(t, err)
			b, err := json.Marshal(usual)
			require.NoError(t, err)
			assert.Equal(t, string(b), string(a))
		}
	})
}

func TestUnmarshalStateTakesTheQuickWay(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("a1", "https://alpha.example/1", `"Boats" & <ferries>`, 3, text("<p>"+long+"</p>"),
		"<author>kim@alpha.example (Kim)</author><category>Sea</category>"))
	w.run()
	for name, data := range stateFiles(t, w.dir) {
		if name == w.partners[0].Key()+".json" {
			s := stateScanner{data: []byte(data)}
			var f stateFile
			s.state(&f)
			assert.False(t, s.bad, data[s.at:])
			assert.Len(t, f.Letters, 1)
		}
	}
}
