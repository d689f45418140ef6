package partners

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/internal/weburl"
)

// WithSecrets returns the partners as they are sent for, where header values
// name secrets as ${NAME}, as newsletter.yaml has them: lookup (such as
// [os.LookupEnv]) fills those in. One that it doesn't know, or that no header
// can hold, is an error.
func WithSecrets(list []aggregate.Partner, lookup func(string) (string, bool)) ([]aggregate.Partner, error) {
	partners := make([]aggregate.Partner, len(list))
	var faults []error
	for i, c := range list {
		p := c
		p.Header = nil
		for _, name := range slices.Sorted(maps.Keys(c.Header)) {
			for _, v := range c.Header[name] {
				v = variable.ReplaceAllStringFunc(v, func(ref string) string {
					value, ok := lookup(ref[2 : len(ref)-1])
					if !ok {
						faults = append(faults, fmt.Errorf("partner %s: header %s: %s is not set in the environment", cmp.Or(p.Name, weburl.WithoutUser(cmp.Or(p.FeedURL, p.URL))), name, ref))
					}
					return value
				})
				if v = strings.TrimSpace(v); !httpguts.ValidHeaderFieldValue(v) {
					faults = append(faults, fmt.Errorf("partner %s: header %s: its value can't be sent, with what the environment has for it", cmp.Or(p.Name, weburl.WithoutUser(cmp.Or(p.FeedURL, p.URL))), name))
				}
				if p.Header == nil {
					p.Header = http.Header{}
				}
				p.Header.Add(name, v)
			}
		}
		partners[i] = p
	}
	return partners, errors.Join(faults...)
}

// variable is a reference to the environment, as in "Bearer ${TOKEN}".
var variable = regexp.MustCompile(`\$\{[A-Za-z_][A-Za-z0-9_]*\}`)
