package publish

import (
	"math"
	"strconv"
	"strings"

	"github.com/automationregion/newsletter/internal/settings"
)

// accent reads a colour that links can have on white (WCAG 2.2, 1.4.3), and returns
// the styles that give it to them.
func accent(v settings.Value) string {
	text := strings.ToLower(v.Line())
	if text == "" {
		return ""
	}
	hex := strings.TrimPrefix(text, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 || !strings.HasPrefix(text, "#") {
		v.Fault("expected a colour such as \"#0b5566\", found %q", text)
		return ""
	}
	if c := contrast(n); c < 4.5 {
		v.Fault("expected a darker colour: text in #%s has a contrast of %.1f to 1 on white, and needs 4.5", hex, math.Floor(c*10)/10)
		return ""
	}
	return ":root { --accent: #" + hex + "; }\n@media (prefers-color-scheme: dark) { :root { --accent: color-mix(in srgb, #" + hex + " 35%, #fff); } }\n"
}

// contrast is that of a colour on white (WCAG 2.2, relative luminance).
func contrast(rgb uint64) float64 {
	linear := func(shift int) float64 {
		c := float64(rgb>>shift&0xFF) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0) + 0.05)
}
