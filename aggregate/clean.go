package aggregate

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// What letters need. An element that is not here is dropped and what is in it
// stays, but for those in dropped.
var elements = map[atom.Atom][]string{
	atom.A:          {"href", "hreflang"},
	atom.Abbr:       nil,
	atom.Address:    nil,
	atom.Article:    nil,
	atom.Aside:      nil,
	atom.B:          nil,
	atom.Bdi:        nil,
	atom.Bdo:        nil,
	atom.Blockquote: {"cite"},
	atom.Br:         nil,
	atom.Caption:    nil,
	atom.Cite:       nil,
	atom.Code:       nil,
	atom.Col:        {"span"},
	atom.Colgroup:   {"span"},
	atom.Dd:         nil,
	atom.Del:        {"cite", "datetime"},
	atom.Details:    nil,
	atom.Dfn:        nil,
	atom.Div:        nil,
	atom.Dl:         nil,
	atom.Dt:         nil,
	atom.Em:         nil,
	atom.Figcaption: nil,
	atom.Figure:     nil,
	atom.Footer:     nil,
	atom.H1:         nil,
	atom.H2:         nil,
	atom.H3:         nil,
	atom.H4:         nil,
	atom.H5:         nil,
	atom.H6:         nil,
	atom.Header:     nil,
	atom.Hr:         nil,
	atom.I:          nil,
	atom.Img:        {"src", "alt", "width", "height"},
	atom.Ins:        {"cite", "datetime"},
	atom.Kbd:        nil,
	atom.Li:         {"value"},
	atom.Mark:       nil,
	atom.Ol:         {"start", "reversed", "type"},
	atom.P:          nil,
	atom.Pre:        nil,
	atom.Q:          {"cite"},
	atom.Rp:         nil,
	atom.Rt:         nil,
	atom.Ruby:       nil,
	atom.S:          nil,
	atom.Samp:       nil,
	atom.Section:    nil,
	atom.Small:      nil,
	atom.Strong:     nil,
	atom.Sub:        nil,
	atom.Summary:    nil,
	atom.Sup:        nil,
	atom.Table:      nil,
	atom.Tbody:      nil,
	atom.Td:         {"colspan", "rowspan"},
	atom.Tfoot:      nil,
	atom.Th:         {"colspan", "rowspan", "scope"},
	atom.Thead:      nil,
	atom.Time:       {"datetime"},
	atom.Tr:         nil,
	atom.U:          nil,
	atom.Ul:         nil,
	atom.Var:        nil,
	atom.Wbr:        nil,
}

// everywhere are the attributes that every element may have.
var everywhere = []string{"lang", "dir", "title"}

// dropped are the elements of which nothing stays.
var dropped = map[atom.Atom]bool{
	atom.Applet: true, atom.Audio: true, atom.Base: true, atom.Button: true, atom.Canvas: true, atom.Embed: true,
	atom.Frame: true, atom.Frameset: true, atom.Head: true, atom.Iframe: true, atom.Input: true, atom.Link: true,
	atom.Math: true, atom.Meta: true, atom.Noembed: true, atom.Noframes: true, atom.Object: true,
	atom.Optgroup: true, atom.Option: true, atom.Param: true, atom.Script: true, atom.Select: true,
	atom.Source: true, atom.Style: true, atom.Svg: true, atom.Template: true, atom.Textarea: true,
	atom.Title: true, atom.Track: true, atom.Video: true,
}

// values are the forms that attributes may have which are no addresses.
var values = map[string]*regexp.Regexp{
	"colspan":  regexp.MustCompile(`^[1-9][0-9]{0,2}$`),
	"datetime": regexp.MustCompile(`^[0-9A-Z:+. -]{1,40}$`),
	"dir":      regexp.MustCompile(`^(ltr|rtl|auto)$`),
	"height":   regexp.MustCompile(`^[1-9][0-9]{0,4}$`),
	"hreflang": regexp.MustCompile(`^[A-Za-z0-9-]{2,35}$`),
	"lang":     regexp.MustCompile(`^[A-Za-z0-9-]{2,35}$`),
	"reversed": regexp.MustCompile(`^$`),
	"rowspan":  regexp.MustCompile(`^[1-9][0-9]{0,2}$`),
	"scope":    regexp.MustCompile(`^(row|col|rowgroup|colgroup)$`),
	"span":     regexp.MustCompile(`^[1-9][0-9]{0,2}$`),
	"start":    regexp.MustCompile(`^-?[0-9]{1,9}$`),
	"type":     regexp.MustCompile(`^[1aAiI]$`),
	"value":    regexp.MustCompile(`^-?[0-9]{1,9}$`),
	"width":    regexp.MustCompile(`^[1-9][0-9]{0,4}$`),
}

// imageSources are the attributes that an image has its address in: first those in which
// scripts keep it until it is scrolled to, the surest of them first.
var imageSources = []string{
	"data-src", "data-lazy-src", "data-lazy", "data-original", "data-orig-file", "data-large-file", "data-url",
	"data-srcset", "data-lazy-srcset", "src", "srcset",
}

// policy is what the content of a letter may hold in the end.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.RequireParseableURLs(true)
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowAttrs("lang", "dir", "title").Globally()
	for el, attrs := range elements {
		p.AllowElements(el.String())
		for _, attr := range attrs {
			p.AllowAttrs(attr).OnElements(el.String())
		}
	}
	p.AllowNoAttrs().OnElements("a", "col", "bdo")
	return p
})

// maxContent bounds the HTML of one letter, in bytes. Of a longer one only the
// words stay, as far as they fit.
const maxContent = 1 << 20

// clean returns HTML that is safe to publish: with the elements and attributes
// that letters need and no others, balanced, with absolute addresses. Images
// are asked for by https even if their address was written with http, as
// browsers do; tracking pixels are dropped. Cleaning it once more changes
// nothing.
func clean(content, base string) string {
	content = strings.TrimSpace(strings.ToValidUTF8(content, "\uFFFD"))
	if content == "" || isPlain(content) {
		return content
	}
	if len(content) > maxContent {
		return textOnly(content)
	}
	baseURL, err := url.Parse(base)
	if err != nil || !baseURL.IsAbs() {
		baseURL = nil
	}
	if out, ok := cleanFast(content, newCleaner(baseURL)); ok {
		return out
	}
	return cleanSlow(content, baseURL)
}

// cleanSlow cleans any content.
func cleanSlow(content string, base *url.URL) string {
	// What is dropped may bring together what can't stand together, and then the
	// next parser would read it differently.
	for range 4 {
		c := newCleaner(base)
		next, err := c.clean(content)
		if err != nil {
			return textOnly(content)
		}
		if next == content {
			return content
		}
		content = next
	}
	return textOnly(content)
}

// isPlain says whether content is text that clean would leave as it is.
func isPlain(content string) bool { return !strings.ContainsAny(content, "<>&\r\x00") }

// textOnly returns the words of the content.
func textOnly(content string) string {
	text := plainText(content)
	if len(text) > maxContent/2 {
		text = strings.ToValidUTF8(text[:maxContent/2], "")
	}
	return strings.TrimSpace(readable(html.EscapeString(text)))
}

// A cleaner cleans one content.
type cleaner struct {
	base   *url.URL
	images map[string]bool // addresses of the images so far
}

func newCleaner(base *url.URL) cleaner { return cleaner{base: base} }

var fragmentContext = &nethtml.Node{Type: nethtml.ElementNode, Data: "body", DataAtom: atom.Body}

func (c *cleaner) clean(content string) (string, error) {
	nodes, err := nethtml.ParseFragmentWithOptions(strings.NewReader(content), fragmentContext,
		nethtml.ParseOptionEnableScripting(false))
	if err != nil {
		return "", err
	}
	root := &nethtml.Node{Type: nethtml.ElementNode, Data: "body", DataAtom: atom.Body}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	c.children(root)
	var b strings.Builder
	b.Grow(len(content))
	for n := range root.ChildNodes() {
		if err := nethtml.Render(&b, n); err != nil {
			return "", err
		}
	}
	return strings.TrimSpace(readable(policy().Sanitize(b.String()))), nil
}

// children cleans what is in an element.
func (c *cleaner) children(parent *nethtml.Node) {
	for n := parent.FirstChild; n != nil; {
		next := n.NextSibling
		switch n.Type {
		case nethtml.TextNode:
		case nethtml.ElementNode:
			switch keep, inside := c.element(n); {
			case keep:
				c.children(n)
			case inside:
				next = unwrap(n)
			default:
				parent.RemoveChild(n)
			}
		default:
			parent.RemoveChild(n)
		}
		n = next
	}
}

// unwrap puts what is in an element in its place, and returns where to go on.
func unwrap(n *nethtml.Node) *nethtml.Node {
	next := n.NextSibling
	if n.FirstChild != nil {
		next = n.FirstChild
	}
	for child := n.FirstChild; child != nil; child = n.FirstChild {
		n.RemoveChild(child)
		n.Parent.InsertBefore(child, n)
	}
	n.Parent.RemoveChild(n)
	return next
}

// element cleans the attributes of an element. It says whether the element is
// to be kept and, if not, whether what is in it is.
func (c *cleaner) element(n *nethtml.Node) (keep, inside bool) {
	if n.Namespace != "" || dropped[n.DataAtom] {
		return false, false
	}
	if n.DataAtom == atom.Noscript {
		// What a page shows without scripts is often an image once more that a
		// script would have brought.
		return false, !c.known(n)
	}
	allowed, ok := elements[n.DataAtom]
	if !ok {
		return false, true
	}
	if n.DataAtom == atom.Img && !c.image(n) {
		return false, false
	}
	attrs := n.Attr[:0]
	for _, a := range n.Attr {
		if a.Namespace != "" || !slices.Contains(allowed, a.Key) && !slices.Contains(everywhere, a.Key) {
			continue
		}
		if a.Val, ok = c.value(n.DataAtom, a.Key, a.Val); ok {
			attrs = append(attrs, a)
		}
	}
	n.Attr = attrs
	return true, true
}

// known says whether an element holds an image that was there before.
func (c *cleaner) known(n *nethtml.Node) bool {
	for d := range n.Descendants() {
		if d.Type == nethtml.ElementNode && d.DataAtom == atom.Img && c.images[c.source(d)] {
			return true
		}
	}
	return false
}

// value returns an attribute as it may stand.
func (c *cleaner) value(el atom.Atom, key, val string) (string, bool) {
	switch key {
	case "href":
		return c.address(val)
	case "src":
		return val, true // made by image
	case "cite":
		val, ok := c.address(val)
		return val, ok && strings.HasPrefix(val, "http")
	case "title", "alt":
		return strings.Join(strings.FieldsFunc(val, isSpace), " "), true
	}
	val = strings.TrimSpace(val)
	if key == "reversed" {
		return "", true
	}
	return val, values[key] != nil && values[key].MatchString(val)
}

// address returns where a link leads, if it is one that may stand.
func (c *cleaner) address(val string) (string, bool) {
	val = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return -1 // as browsers do
		}
		return r
	}, strings.TrimSpace(val))
	val = strings.ReplaceAll(val, " ", "%20")
	u, err := url.Parse(val)
	if err != nil || val == "" {
		return "", false
	}
	if c.base != nil {
		u = c.base.ResolveReference(u)
	}
	switch u.Scheme {
	case "http", "https":
		if u.Host == "" {
			return "", false
		}
	case "mailto", "tel":
		if u.Opaque == "" {
			return "", false
		}
	default:
		return "", false
	}
	return u.String(), true
}

// image gives an image its true address. It returns false if there is none, or
// if the image is there to watch readers.
func (c *cleaner) image(n *nethtml.Node) bool {
	src := c.source(n)
	if src == "" || isTracker(n, src) {
		return false
	}
	if c.images == nil {
		c.images = map[string]bool{}
	}
	c.images[src] = true
	attrs := n.Attr[:0]
	for _, a := range n.Attr {
		if a.Key != "src" {
			attrs = append(attrs, a)
		}
	}
	n.Attr = append([]nethtml.Attribute{{Key: "src", Val: src}}, attrs...)
	return true
}

// source returns the address of an image by https, or the empty string.
func (c *cleaner) source(n *nethtml.Node) string {
	for _, key := range imageSources {
		val := attr(n, key)
		if strings.HasSuffix(key, "srcset") {
			val, _, _ = strings.Cut(strings.Join(strings.Fields(val), " "), " ")
			val = strings.TrimRight(val, ",")
		}
		if src, ok := c.imageAddress(val); ok {
			return src
		}
	}
	return ""
}

func (c *cleaner) imageAddress(val string) (string, bool) {
	if val == "" {
		return "", false
	}
	val, ok := c.address(val)
	if !ok {
		return "", false
	}
	if rest, ok := strings.CutPrefix(val, "http://"); ok {
		val = "https://" + rest
	}
	return val, strings.HasPrefix(val, "https://")
}

func attr(n *nethtml.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *nethtml.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a nethtml.Attribute) bool { return a.Key == key && a.Namespace == "" })
}

// trackerHosts and trackerPaths are parts of the addresses of images that
// nobody sees.
var (
	trackerHosts = []string{
		"pixel.wp.com", "stats.wordpress.com", "b.scorecardresearch.com", "sb.scorecardresearch.com",
		"pixel.quantserve.com", "www.google-analytics.com", "ssl.google-analytics.com", "ad.doubleclick.net",
		"www.facebook.com/tr", "pixel.facebook.com", "feeds.feedburner.com/~r/", "feedproxy.google.com/~r/",
		"feeds.wordpress.com/1.0/", "track.hubspot.com", "rss.buysellads.com", "pi.feedsportal.com",
		"da.feedsportal.com", "share.feedsportal.com", "res.feedsportal.com", "tags.bluekai.com", "hits.theguardian.com",
		"px.ads.linkedin.com", "bat.bing.com", "counter.theconversation.com", "audit.median.hu", "vg08.met.vgwort.de",
	}
	trackerPaths = []string{
		"/matomo.php", "/piwik.php", "/track/open", "/track/open.php", "/pixel.gif", "/pixel.png", "/1x1.gif", "/beacon.gif",
		"/__utm.gif", "/open.gif", "/webbug.gif", "/spacer.gif", "/blank.gif", "/clear.gif", "/o.gif",
	}
	tinyStyle = regexp.MustCompile(`(?i)(^|[;\s])(max-)?(width|height)\s*:\s*(0(\.0*)?[a-z%]*|[01](\.\d+)?(px|pt)?)\s*(;|!|$)|(^|[;\s])opacity\s*:\s*0(\.0*)?\s*(;|!|$)|display\s*:\s*none|visibility\s*:\s*hidden`)
)

// isTracker says whether an image is there to watch readers: it is too small to
// be seen, or its address is known.
func isTracker(n *nethtml.Node, src string) bool {
	for _, key := range []string{"width", "height"} {
		val := strings.TrimSpace(attr(n, key))
		if size, err := strconv.ParseFloat(strings.TrimSuffix(val, "px"), 64); err == nil && size <= 1 || val == "0%" {
			return true
		}
	}
	if hasAttr(n, "hidden") || tinyStyle.MatchString(attr(n, "style")) {
		return true
	}
	return isTrackerAddress(src)
}

// isTrackerAddress says whether an image with this address is known to watch
// readers.
func isTrackerAddress(src string) bool {
	rest := strings.ToLower(strings.TrimPrefix(src, "https://"))
	for _, h := range trackerHosts {
		if strings.HasPrefix(rest, h) && (strings.Contains(h, "/") || len(rest) == len(h) || rest[len(h)] == '/') {
			return true
		}
	}
	path, _, _ := strings.Cut(rest, "?")
	for _, p := range trackerPaths {
		if strings.HasSuffix(path, p) {
			return true
		}
	}
	return strings.HasPrefix(path, "stats.") && strings.HasSuffix(path, ".gif")
}

// readable writes quotation marks as themselves where escapes for them aren't
// needed.
func readable(s string) string {
	if !strings.Contains(s, "&#3") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	inTag := false
	for s != "" {
		i := strings.IndexAny(s, "<>&")
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		switch {
		case strings.HasPrefix(s, "&#39;"):
			b.WriteByte('\'')
			s = s[5:]
			continue
		case strings.HasPrefix(s, "&#34;") && !inTag:
			b.WriteByte('"')
			s = s[5:]
			continue
		case s[0] == '<':
			inTag = true
		case s[0] == '>':
			inTag = false
		}
		b.WriteByte(s[0])
		s = s[1:]
	}
	b.WriteString(s)
	return b.String()
}
