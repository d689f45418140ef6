package letters

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/unicode/norm"

	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/internal/weburl"
)

// addressUse is what a letter does with an address.
type addressUse uint8

const (
	linkOfLetter addressUse = iota // the letter leads there
	fileOfLetter                   // the letter shows or carries it
)

// A target is where an address leads.
type target struct {
	URL   string
	Local bool  // a file of the folder,
	Size  int64 // of so many bytes

	Width, Height int // of a picture, in pixels; 0 if they aren't known
}

// A resolveFunc makes an address absolute. The problem is what is wrong with
// it, for an error, or empty.
type resolveFunc func(address string, use addressUse) (to target, problem string)

const notAnAddress = "expected an address such as https://example.org/ or picture.png"

// pageURL reads the address that others are relative to; none is nil.
func pageURL(address string) (*url.URL, error) {
	if address == "" {
		return nil, nil
	}
	u, ok := weburl.Web(address)
	if !ok {
		return nil, fmt.Errorf("base URL %q: expected an absolute URL such as https://example.org/", address)
	}
	return url.Parse(weburl.String(u))
}

// resolveAddress resolves an address against the page that it stands on.
func resolveAddress(base *url.URL, address string) (target, string) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return target{URL: address}, notAnAddress
	}
	if len(u.Scheme) == 1 || u.Scheme == "file" {
		return target{URL: address}, "it leads to a disk that readers don't have: put the file beside the letter, and write its name"
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	return target{URL: weburl.String(u)}, ""
}

// letterAddresses are the attributes of HTML that hold an address, and what it is
// for.
var letterAddresses = map[atom.Atom]map[string]addressUse{
	atom.A:          {"href": linkOfLetter},
	atom.Area:       {"href": linkOfLetter},
	atom.Audio:      {"src": fileOfLetter},
	atom.Blockquote: {"cite": linkOfLetter},
	atom.Iframe:     {"src": linkOfLetter},
	atom.Img:        {"src": fileOfLetter, "srcset": fileOfLetter},
	atom.Q:          {"cite": linkOfLetter},
	atom.Source:     {"src": fileOfLetter, "srcset": fileOfLetter},
	atom.Track:      {"src": fileOfLetter},
	atom.Video:      {"src": fileOfLetter, "poster": fileOfLetter},
}

// finishContent writes the body of the letter as a feed carries it: with
// absolute addresses, in NFC, without a character that XML can't hold.
func (d *document) finishContent(resolve resolveFunc) string {
	content := strings.TrimSpace(d.absolute(d.content, resolve))
	if d.cost.Fault != nil {
		if len(d.List) == 0 {
			d.AddError(firstLine, d.cost.Fault)
		}
		return ""
	}
	for _, r := range content {
		if !settings.IsXMLChar(r) {
			d.AddAs(ruleEncoding, settings.Place{}, "the letter refers to the character %U, which no feed can hold: expected text", r)
			return ""
		}
	}
	return composed(content)
}

// absolute makes the addresses in HTML absolute.
func (d *document) absolute(content string, resolve resolveFunc) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(content))
	for {
		kind := z.Next()
		if kind == html.ErrorToken || d.cost.Over() {
			return b.String()
		}
		raw := string(z.Raw())
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			b.WriteString(raw)
			continue
		}
		tag, changed := z.Token(), false
		var picture target
		for i := range tag.Attr {
			a := &tag.Attr[i]
			use, is := letterAddresses[tag.DataAtom][a.Key]
			if !is {
				continue
			}
			before := a.Val
			switch {
			case before == "": // what the Markdown writer makes of javascript: and the like
			case a.Key == "srcset":
				a.Val = d.sourceSet(before, resolve)
			default:
				to := d.contentAddress(before, use, resolve)
				if a.Val = to.URL; tag.DataAtom == atom.Img && a.Key == "src" {
					picture = to
				}
			}
			changed = changed || a.Val != before || before == ""
		}
		tag.Attr = slices.DeleteFunc(tag.Attr, func(a html.Attribute) bool {
			_, is := letterAddresses[tag.DataAtom][a.Key]
			return is && a.Val == ""
		})
		if picture.Width > 0 && !slices.ContainsFunc(tag.Attr, func(a html.Attribute) bool { return a.Key == "width" || a.Key == "height" }) {
			// So that the page stays where it is when the picture comes.
			tag.Attr = append(tag.Attr, html.Attribute{Key: "width", Val: strconv.Itoa(picture.Width)}, html.Attribute{Key: "height", Val: strconv.Itoa(picture.Height)})
			changed = true
		}
		if changed {
			raw = tag.String()
		}
		b.WriteString(raw)
	}
}

// contentAddress resolves one address of the content.
func (d *document) contentAddress(address string, use addressUse, resolve resolveFunc) target {
	found, problem := resolve(address, use)
	if problem != "" {
		what := "link"
		if use == fileOfLetter {
			what = "picture"
		}
		d.AddAs(ruleAddress, d.placeOfAddress(address), "%s %q: %s", what, address, problem)
	} else if use == linkOfLetter && d.Listens() && !found.Local && strings.HasSuffix(found.URL, "/"+address) {
		if meant := withScheme(address); meant != "" {
			d.Remark(ruleLinkScheme, d.placeOfAddress(address), "the link %q leads to a page of the newsletter: did you mean %s?", address, meant)
		}
	}
	return found
}

// siteNames are how the names of hosts end that people write without a scheme.
var siteNames = strings.Fields("com org net edu gov eu info io se no dk fi is de at ch nl be fr es pt it pl uk ie us ca nu app dev")

// withScheme is the address that was meant by one without a scheme that names a host or
// a mailbox, or nothing.
func withScheme(address string) string {
	host, _, _ := strings.Cut(address, "/")
	if user, domain, ok := strings.Cut(host, "@"); ok && user != "" && strings.Contains(domain, ".") && host == address {
		return "mailto:" + address
	}
	host, _, _ = strings.Cut(host, "?")
	dot := strings.LastIndexByte(host, '.')
	if dot < 1 || !strings.HasPrefix(host, "www.") && !slices.Contains(siteNames, strings.ToLower(host[dot+1:])) {
		return ""
	}
	return "https://" + address
}

// sourceSet resolves the addresses of an image's srcset.
func (d *document) sourceSet(set string, resolve resolveFunc) string {
	parts := strings.Split(set, ",")
	for i, part := range parts {
		address, size, _ := strings.Cut(strings.TrimSpace(part), " ")
		parts[i] = strings.TrimSpace(d.contentAddress(address, fileOfLetter, resolve).URL + " " + size)
	}
	return strings.Join(parts, ", ")
}

// placeOf finds an address of the content in the document.
func (d *document) placeOfAddress(address string) settings.Place {
	if offset, known := d.addresses[address]; known {
		return settings.At(d.text, offset)
	}
	if offset := strings.Index(d.text, address); offset >= 0 {
		return settings.At(d.text, offset)
	}
	return settings.Place{}
}

// composed brings HTML into NFC. A combining character at the start of a text
// would melt with the ">" before it (U+0338 makes it "≯"), so it is written as
// a reference.
func composed(content string) string {
	if norm.NFC.IsNormalString(content) && !startsWithMark(content) {
		return content
	}
	var b strings.Builder
	for content != "" {
		i := strings.IndexByte(content, '>') + 1
		if i == 0 {
			i = len(content)
		}
		b.WriteString(content[:i])
		for content = content[i:]; content != ""; {
			p := norm.NFC.PropertiesString(content)
			if p.CCC() == 0 {
				break
			}
			for _, r := range content[:p.Size()] {
				fmt.Fprintf(&b, "&#%d;", r)
			}
			content = content[p.Size():]
		}
	}
	return norm.NFC.String(b.String())
}

// startsWithMark says whether a combining character follows a ">".
func startsWithMark(content string) bool {
	for {
		i := strings.IndexByte(content, '>')
		if i < 0 {
			return false
		}
		if content = content[i+1:]; content != "" && norm.NFC.PropertiesString(content).CCC() != 0 {
			return true
		}
	}
}
