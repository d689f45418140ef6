package feed_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/sample"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestWriteGolden(t *testing.T) {
	for name, n := range map[string]*newsletter.Newsletter{
		"full":  sample.Full(),
		"small": sample.Small(),
	} {
		for _, format := range []feed.Format{feed.RSS, feed.Atom, feed.JSON} {
			t.Run(name+"/"+format.String(), func(t *testing.T) {
				var b bytes.Buffer
				require.NoError(t, feed.Write(&b, n, format))
				golden(t, name+"."+format.FileName(), b.Bytes())
			})
		}
	}
}

func TestWriteOPMLGolden(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, feed.WriteOPML(&b, "Partners & friends", sample.Partners()))
	golden(t, "partners.opml", b.Bytes())
}

// golden compares what was written with what a person has read and found good.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}
