package clean

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	nethtml "golang.org/x/net/html"

	"github.com/automationregion/newsletter/internal/netblock"
)

// imageSources are the attributes that an image has its address in: first those in which
// scripts keep it until it is scrolled to, the surest of them first.
var imageSources = []string{
	"data-src", "data-lazy-src", "data-lazy", "data-original", "data-orig-file", "data-large-file", "data-url",
	"data-srcset", "data-lazy-srcset", "src", "srcset",
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
	u, ok := c.parse(val)
	if !ok {
		return "", false
	}
	return pictureAddress(u)
}

// pictureAddress returns the address that a picture is shown from.
func pictureAddress(u *url.URL) (string, bool) {
	if u.Scheme != "http" && u.Scheme != "https" || u.User != nil || !netblock.IsPublicHost(u.Hostname()) {
		return "", false
	}
	if u.Scheme == "http" {
		u.Scheme = "https"
	}
	return u.String(), true
}

// Picture returns the address by which a picture of strangers may be shown, and
// false if there is none: a letter's picture, an author's, a feed's logo. The
// rules are those of pictures in content:
//
//   - It is an absolute address by https; one by http becomes one by https, since
//     pages that were fetched safely show no others.
//   - It is not a data: address, which may have any length, and has no name and
//     password in it.
//   - It leads to the public internet by what it is written as: not to a private or
//     local address, in any of the forms in which browsers take one, nor to a name of a
//     local network. Otherwise opening a page would ask the devices on the reader's own
//     network.
//   - It is not an address that is known to count readers.
func Picture(address string) (string, bool) {
	c := cleaner{}
	src, ok := c.imageAddress(address)
	if !ok || isTrackerAddress(src) {
		return "", false
	}
	return src, true
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
