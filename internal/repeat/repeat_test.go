package repeat_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter/internal/repeat"
)

func TestOfIsWhatComparingEachWithEachFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 60 {
		list := make([]int, n)
		for i := range list {
			list[i] = r.IntN(n + 1)
		}
		same := repeat.Of(list, repeat.It)
		for i := range list {
			want := slices.Index(list[:i], list[i])
			if same == nil {
				assert.Negative(t, want)
			} else {
				assert.Equal(t, want, same[i])
			}
		}
	}
}

func TestLessFindsWhatSaysMoreWhereverItStands(t *testing.T) {
	type labelled struct{ term, label string }
	list := []labelled{{"a", ""}, {"b", ""}, {"b", "B"}, {"b", "C"}, {"b", ""}}
	key := func(e *labelled) (string, bool) { return e.term, e.label != "" }
	assert.Equal(t, []int{-1, 2, -1, -1, 2}, repeat.Less(list, nil, key))
	assert.Nil(t, repeat.Less(list[:2], nil, key))
}
