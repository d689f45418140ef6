package postgres

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate"
)

// No error of a wrong address has a part of the password in it, and nothing that may be
// one is looked up.
func TestNoPartOfAPasswordIsPrinted(t *testing.T) {
	for name, address := range map[string]string{
		"an @":                        "postgres://u:first@second@localhost:1/db",
		"two of them":                 "postgres://u:first@se@cond@localhost:1/db",
		"an @ and a slash":            "postgres://u:first@1/second@localhost:1/db",
		"an @ and a question mark":    "postgres://u:first@1?second@localhost:1/db",
		"an @ and a hash":             "postgres://u:first@1#second@localhost:1/db",
		"no user":                     "postgres://:first@second@localhost:1/db",
		"a slash":                     "postgres://u:first/second@localhost:1/db",
		"a slash, as if of a port":    "postgres://u:1/first@second/db",
		"in the query":                "postgres://localhost:1?password=first@second",
		"no colon in the scheme":      "postgresql//u:first@second@localhost:1/db",
		"another case of the scheme":  "Postgres://u:first@second@localhost:1/db",
		"a bad escape":                "postgres://u:first%zzsecond@localhost:1/db",
		"a space":                     "postgres://u:first second@localhost:1/db",
		"settings with a space":       "host=localhost port=1 user=u password=first second",
		"settings with an open quote": "host=localhost port=1 user=u password = 'first second",
		"settings with an @":          "u:first@second",
		"a wrong port":                "postgres://u:first-second@localhost:x/db",
		"nobody listens":              "postgres://u:first%40second@localhost:1/db?connect_timeout=1",
		"or a question mark":          "postgres://u:first?second@localhost:1/db?connect_timeout=1",
		"settings, nobody listens":    "host=localhost port=1 user=u password='first second' connect_timeout=1",
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			_, err := Open(ctx, address)
			require.ErrorIs(t, err, aggregate.ErrStore)
			for _, part := range []string{"first", "second", "cond"} {
				assert.NotContains(t, err.Error(), part)
			}
			assert.NotContains(t, err.Error(), "resolv", "nothing is looked up but localhost")
		})
	}
}

func TestAddresses(t *testing.T) {
	for address, password := range map[string]string{
		"postgres://u@localhost/db":                  "",
		"postgres://u:a%40b@localhost/db":            "a@b",
		"postgresql://u:a:b@localhost,other:2/db":    "a:b",
		"postgres://u:a?b@localhost/db":              "a?b",
		"postgres://localhost/db?user=a@b":           "",
		"postgres:///db?host=/tmp&password=a%40b":    "a@b",
		"postgres://localhost/db?password=a@b":       "a@b",
		"host=localhost user=u password='a b@c d'":   "a b@c d",
		"postgres://u:a@[::1]:5433/db?sslmode=allow": "a",
	} {
		config, err := configOf(address)
		require.NoError(t, err, address)
		assert.Equal(t, password, config.ConnConfig.Password, address)
	}
}
