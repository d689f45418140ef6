package check_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/check"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/sample"
	"github.com/automationregion/newsletter/parse/letters"
)

// What this module writes itself is advised upon at most.
func TestWritersWriteWhatIsSound(t *testing.T) {
	newsletters := map[string]*newsletter.Newsletter{"full": sample.Full(), "small": sample.Small(), "village": sample.Village()}
	folder, err := letters.ReadFolder(t.Context(), os.DirFS("../examples/letters"), letters.Options{Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	require.NoError(t, err)
	newsletters["examples/letters"] = folder.Newsletter
	show, err := letters.ReadFolder(t.Context(), os.DirFS("../examples/podcast"))
	require.NoError(t, err)
	newsletters["examples/podcast"] = show.Newsletter
	judge := func(t *testing.T, document *bytes.Buffer) {
		report, err := check.Document(document, check.Options{Now: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)})
		require.NoError(t, err)
		for _, f := range report.Findings {
			switch f.Rule {
			case "html-malformed": // the village's own content
				continue
			case "atom-updated-repeated": // the letters' own dates, which are not bent
				continue
			}
			assert.LessOrEqual(t, f.Severity, check.Advice, "%d:%d: %s [%s]", f.Line, f.Column, f.Message, f.Rule)
		}
	}
	t.Run("OPML", func(t *testing.T) {
		var document bytes.Buffer
		require.NoError(t, feed.WriteOPML(&document, "Partners", sample.Partners()))
		judge(t, &document)
	})
	for name, n := range newsletters {
		for _, format := range []feed.Format{feed.RSS, feed.Atom, feed.JSON} {
			t.Run(name+" as "+format.String(), func(t *testing.T) {
				var document bytes.Buffer
				require.NoError(t, feed.Write(&document, n, format))
				judge(t, &document)
			})
		}
	}
}
