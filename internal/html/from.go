package html

import (
	"html"
	"strings"
)

// FromText escapes text and makes paragraphs of what blank lines separate. A
// single line break stays one; a single line needs no paragraph.
func FromText(s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	if strings.IndexByte(s, '\n') < 0 {
		return html.EscapeString(s)
	}
	var b strings.Builder
	for paragraph := range strings.SplitSeq(s, "\n\n") {
		if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
			b.WriteString("<p>")
			b.WriteString(strings.ReplaceAll(html.EscapeString(paragraph), "\n", "<br>\n"))
			b.WriteString("</p>\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
