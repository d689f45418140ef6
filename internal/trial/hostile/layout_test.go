//go:build linux && !race && !386 && !arm

package hostile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLayouts has folders with hostile layouts built and checked.
func TestLayouts(t *testing.T) {
	program := build(t)
	rep := strings.Repeat
	text := `{{$x := printf "%999d" 1}}` + rep(`{{$x = print $x $x}}`, 9)
	for name, layout := range map[string]string{
		"copies":     text + `{{range 4999000}}{{$y := print $x}}{{end}}`,
		"loops":      rep("{{range 99}}", 6) + rep("{{end}}", 6),
		"in loops":   rep("{{range 1}}", 40) + rep("{{end}}", 40),
		"styles":     text + `<style>{{range 4999000}}p:url({{$x}});{{end}}</style>`,
		"the page":   `<script>{{range 4999000}}var a={{$}};{{end}}</script>`,
		"formats":    `{{range 4999000}}{{$y := printf "` + rep("%[1]999d", 1000) + `" 1}}{{end}}`,
		"attributes": text + `{{range 999999}}<a b={{$x}}>{{end}}`,
		"a script":   "{{define \"x\"}}`${ {{template \"x\" .}} }`{{end}}<script>{{template \"x\" .}}</script>",
		"itself":     `{{define "x"}}{{template "x" .}}{{end}}{{template "x" .}}`,
		"marks":      rep("<", 120000),
		"brackets":   "{{" + rep("(", 60000) + "1" + rep(")", 60000) + "}}",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			save := func(name, text string) {
				require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
			}
			save("newsletter.yaml", "title: Letters\nurl: https://example.org/\nauthors: Ann\n")
			save("2026-01-01-one.md", "# One\n\nText.\n")
			for _, file := range []string{"letter.html", "index.html", "head.html"} {
				save("layouts/"+file, layout)
			}
			for _, way := range []string{"build", "check"} {
				c := run(t, nil, program.path, way, dir)
				c.judge(t, way, 3*len(layout))
				assert.Equal(t, 1, c.code, c.out)
				assert.Contains(t, c.out, "layouts/", "with its place")
			}
		})
	}
}
