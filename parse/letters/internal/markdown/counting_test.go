package markdown

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldhtml "github.com/yuin/goldmark/renderer/html"
)

// What counts the cost changes nothing of what is read.
func FuzzCostChangesNothing(f *testing.F) {
	for _, s := range []string{
		"# a\n\n*b **c** _d_* ~~e~~ `f` ``g`h`` \\`i` j`` `` `k", "[a](b \"c\") ![d](<e f> 'g') [h][i] [j] [^k]\n\n[i]: l (m)\n[j]: n\n[^k]: o\n",
		"|a|b|\n|-|:-:|\n|`\\|`|c|\n|d\n", "> - a\n>   1. b\n\n  \n    c\n", "www.a.b www.a http://a.b/(c) a@b.c _www.a.b_ (d@e.f)", "<a b='c'><!-- d --> <e:f> <g@h.i>\n<div>\n\nj",
		"a\n-:\n-\n", "`a\n`b ```c`` d``` `", "[a]: b\n[c]: d 'e\nf\n", "a\n: b\n\n: c\n", "- [x] a\n- [ ] b\n", "> [!NOTE]\n> a\n", "|a|\n|-|\n\n: b *c*\n", "![a](b.mp4 'c')\n", "[![a](b 'c')](d)\n",
		"a\\\nb  \nc\n***\n```d\ne\n```\n",
	} {
		f.Add(s)
	}
	plain := goldmark.New(
		goldmark.WithExtensions(
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
			extension.NewFootnote(extension.WithFootnoteIDPrefix("s-")), extension.Strikethrough, extension.Linkify,
		),
		goldmark.WithRendererOptions(goldhtml.WithUnsafe()),
	)
	markup{new(string)}.Extend(plain)
	md := NewReader(true) // of all letters, which leave nothing behind
	f.Fuzz(func(t *testing.T, s string) {
		if n, _ := TooDeep(s, 50); n > 0 || len(s) > 10_000 {
			return
		}
		c := NewCost(0)
		got, err := md.Read(s, "", "s-", c).HTML(math.MaxInt)
		require.NoError(t, err)
		var want bytes.Buffer
		require.NoError(t, plain.Convert([]byte(s), &want))
		require.NoError(t, c.Fault)
		assert.Equal(t, want.String(), got)
	})
}

// Ordinary letters are far from what a letter may cost.
func TestCostOfAnOrdinaryLetter(t *testing.T) {
	s := strings.Repeat("A *word* and a [link](https://example.org/a) with `code`, and a paragraph of some length that goes on.\n\n- an item\n  - within\n\n", 4000)
	c := NewCost(0)
	NewReader(false).Read(s, "", "", c)
	require.NoError(t, c.Fault)
	assert.Less(t, c.blocks, maxBlocks/2)
	assert.Less(t, c.marks, maxMarks/2)
	assert.Less(t, c.nested, maxNested/10)
	assert.Less(t, c.search, maxSearch/10)
}
