package check

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Any document is judged without a panic, the same way however it arrives, and
// what is said of it is fit to be printed.
func FuzzDocument(f *testing.F) {
	for _, r := range Rules() {
		f.Add(r.in.document(r.Before))
	}
	f.Add("\xff\xfe<\x00?\x00x\x00m\x00l\x00")
	f.Add("\x00<\x00?")
	f.Add(`<!DOCTYPE a [<!ENTITY b "&#60;c>"><!ENTITY % d SYSTEM "e">]><a>&b;</a>`)
	f.Add("<html><yyyy\xff\xff>")
	f.Fuzz(func(t *testing.T, document string) {
		report, err := Document(strings.NewReader(document))
		require.NoError(t, err)
		again, err := Document(iotest.OneByteReader(strings.NewReader(document)))
		require.NoError(t, err)
		assert.Equal(t, report, again)
		lines := strings.Count(document, "\n") + 1
		for _, f := range report.Findings {
			assert.NotEmpty(t, ruleCalled(f.Rule).Text, f.Rule)
			assert.Positive(t, f.Line)
			assert.Positive(t, f.Column)
			if utf8.ValidString(document) {
				assert.LessOrEqual(t, f.Line, lines)
			}
			assert.False(t, strings.ContainsAny(f.Message+f.Path+f.Text, "\n\r\x1b\u202e"), "%q %q %q", f.Message, f.Path, f.Text)
			assert.True(t, utf8.ValidString(f.Message+f.Path+f.Text), "%q %q %q", f.Message, f.Path, f.Text)
		}
	})
}

var errBroken = errors.New("the line is down")

func TestReaderThatFails(t *testing.T) {
	for _, document := range []string{"<rss version=\"2.0\"><channel>", `{"version": "https://jsonfeed.org/version/1.1", `} {
		_, err := Document(io.MultiReader(strings.NewReader(document), iotest.ErrReader(errBroken)))
		assert.ErrorIs(t, err, errBroken)
	}
}
