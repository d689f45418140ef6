package parse

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/text"
)

// A post is what an item of an export says of itself.
type post struct {
	typ, status string // where it is not "post", and not "publish"
	password    bool
}

func (p *post) setType(s string) {
	if s != "" && !strings.EqualFold(s, "post") {
		p.typ = cmp.Or(p.typ, s)
	}
}

func (p *post) setStatus(s string) {
	if s != "" && !strings.EqualFold(s, "publish") {
		p.status = cmp.Or(p.status, s)
	}
}

func (p *post) setPassword(s string) { p.password = p.password || s != "" }

// postState reads an element that tells whether an item of WordPress's export is a
// letter: a draft, a page, a picture or an entry of a menu is an item there too. The
// item keeps a copy, whether there is room for one or not. Comments stand within an
// item, and are kept with all else as extensions.
func postState(set func(p *post, s string)) func(d *Decoder, p *page, rank int8) {
	return func(d *Decoder, p *page, _ int8) {
		var e newsletter.Extension
		ok := d.extensionTag(&e)
		e.Text = xmlText(string(d.tok.Plain()))
		set(&p.post, oneLine(e.Text))
		if ok && d.roomForExtension(1+len(e.Attrs)) {
			p.extensions = append(p.extensions, e)
		}
	}
}

// unpublished says why it is no letter, or nothing.
func (p *post) unpublished() string {
	const most = 40
	switch {
	case p.typ != "":
		return "wp:post_type " + text.Clip(p.typ, most)
	case p.status != "":
		return "wp:status " + text.Clip(p.status, most)
	case p.password:
		return "wp:post_password"
	}
	return ""
}

// A LeftOut is how many items of a WordPress export are not letters, and why.
type LeftOut struct {
	Reason string // "wp:status draft", "wp:post_type attachment", "wp:post_password"
	Count  int
}

// maxReasons is how many reasons are told apart.
const maxReasons = 20

// leaveOut counts an item that is no letter.
func (r *Reading) leaveOut(reason string) {
	i := slices.IndexFunc(r.LeftOut, func(l LeftOut) bool { return l.Reason == reason })
	if i < 0 && len(r.LeftOut) >= maxReasons {
		reason = "others"
		i = slices.IndexFunc(r.LeftOut, func(l LeftOut) bool { return l.Reason == reason })
	}
	if i < 0 {
		r.LeftOut = append(r.LeftOut, LeftOut{Reason: reason})
		i = len(r.LeftOut) - 1
	}
	r.LeftOut[i].Count++
}

// Unpublished says in words what [Reading.LeftOut] counts: "3 items of a WordPress
// export that are no published posts are left out: wp:status draft (2),
// wp:post_password (1)". It is empty if there are none.
func (r *Reading) Unpublished() string {
	all := 0
	var reasons []string
	list := slices.SortedStableFunc(slices.Values(r.LeftOut), func(a, b LeftOut) int { return cmp.Compare(b.Count, a.Count) })
	for _, l := range list {
		all += l.Count
		reasons = append(reasons, fmt.Sprintf("%s (%d)", l.Reason, l.Count))
	}
	switch all {
	case 0:
		return ""
	case 1:
		return "1 item of a WordPress export that is no published post is left out: " + reasons[0]
	}
	return fmt.Sprintf("%d items of a WordPress export that are no published posts are left out: %s", all, strings.Join(reasons, ", "))
}
