package dates

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/automationregion/newsletter/internal/text"
)

// Duration returns how long something lasts that is said in seconds, or in hours,
// minutes and seconds with colons, as whole seconds; zero for anything else.
func Duration(s string) time.Duration {
	if s = text.Line(s); s == "" {
		return 0
	}
	total := 0.0
	parts := strings.Split(s, ":")
	if len(parts) > 3 {
		return 0
	}
	for _, part := range parts {
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || !(n >= 0) || n > 1e8 {
			return 0
		}
		total = total*60 + n
	}
	return time.Duration(math.Round(total)) * time.Second
}
