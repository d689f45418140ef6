package partners

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate"
)

func TestWithSecrets(t *testing.T) {
	env := func(name string) (string, bool) { return "s3cret$", name == "TOKEN" }
	list, err := WithSecrets([]aggregate.Partner{
		{Name: "A", FeedURL: "https://a.example/feed", MaxLetters: 5, Include: aggregate.Filter{Words: []string{"port"}},
			Header: http.Header{"authorization": {"Bearer ${TOKEN}"}, "X-Cost": {"$5 ${}"}}},
		{URL: "https://b.example/"},
	}, env)
	require.NoError(t, err)
	assert.Equal(t, []aggregate.Partner{
		{Name: "A", FeedURL: "https://a.example/feed", MaxLetters: 5, Include: aggregate.Filter{Words: []string{"port"}},
			Header: http.Header{"Authorization": {"Bearer s3cret$"}, "X-Cost": {"$5 ${}"}}},
		{URL: "https://b.example/"},
	}, list)
	_, err = WithSecrets([]aggregate.Partner{{Name: "A", Header: http.Header{"X": {"${NONE}"}}}}, env)
	assert.EqualError(t, err, "partner A: header X: ${NONE} is not set in the environment")
	broken := func(string) (string, bool) { return "a\nb", true }
	_, err = WithSecrets([]aggregate.Partner{{Name: "A", Header: http.Header{"X": {"${SECRET}"}}}}, broken)
	assert.EqualError(t, err, "partner A: header X: its value can't be sent, with what the environment has for it")
	ended := func(string) (string, bool) { return "s3cret\n", true }
	list, err = WithSecrets([]aggregate.Partner{{Header: http.Header{"X": {"${SECRET}"}}}}, ended)
	require.NoError(t, err)
	assert.Equal(t, "s3cret", list[0].Header.Get("X"))
}
