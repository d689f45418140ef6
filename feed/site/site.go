package site

import (
	"cmp"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/page"
	"github.com/automationregion/newsletter/internal/weburl"
)

// Options say what a site holds. The zero value is of use.
type Options struct {
	// FeedLetters is how many letters the feeds carry, the first ones of the
	// newsletter. 0 is all. The pages are of all letters.
	FeedLetters int

	// FeedOwn is how many of these may be the newsletter's own, where letters of others
	// are Gathered: its own first ones stand in the feeds, however many of others come
	// before them. 0 is all.
	FeedOwn int

	// TrustHTML says that the site's publisher wrote the letters' Content, or that it
	// was cleaned as package aggregate does, and that it goes into the pages as it is:
	// with its scripts, which the pages' policy keeps from running, frames and styles.
	// Without it pages hold what [clean.HTML] leaves of the content, and of the
	// pictures that stand beside it, a letter's, an author's, the newsletter's, those
	// that lie in the folder and those that [clean.Picture] allows. The feeds hold all
	// as it is either way.
	TrustHTML bool

	// LinkPictures keeps pages from loading pictures of letters and of their authors
	// from other hosts than the newsletter's, which would learn who reads. In content a
	// link with the picture's words stands in its place; one beside the content is left
	// out. The feeds hold all as it is.
	LinkPictures bool

	// Highlight returns code of a language as HTML, for the blocks of code in letters
	// that say in what they are written, as Markdown's do; "" leaves one as it is. It
	// is called for trusted content alone, and what it returns stands in pages alone.
	// Nil colours nothing; package highlight has one.
	Highlight func(language, code string) string

	// FromDisk makes pages name the files that they link to in full, as
	// "spring/index.html": then they can be opened from a disk, where no server knows
	// what to serve for a folder. A link to something that is not a page of the
	// newsletter and has no ending stays absolute: only a server knows what that is.
	FromDisk bool

	// PageSize is how many letters stand on a page of a list: the newsletter's page
	// has the newest, "page/2/" those before them, and so on, and there is a list of
	// the letters of each year. 0 is all on one page.
	PageSize int

	// Lists are what there are more lists by, with pages and feeds of their own:
	// "kind/report/" has those of [ByKind] that are a report.
	Lists []ListBy

	// MaxLists is how many lists there are at most of years and of each of Lists, those
	// with the most letters, where strangers say what there is a list by; [LeftOut]
	// tells of the others. 0 is all.
	MaxLists int

	// ArchiveSize makes feeds of more letters than that go on in archives (RFC 5005,
	// section 4): "archive/1/" has the oldest letters, so many, and no archive that was
	// written changes because letters are added. The feeds carry the newest letters, as
	// many at least, and lead to the last archive. 0 is no archives.
	ArchiveSize int

	// Gathered says that letters which state a Source are others', as those of partners
	// are in what package aggregate gathers: they have no page, whatever their URLs
	// are, and lists and feeds lead to these. Without it they have a page where that
	// takes no name of anything that is the newsletter's own.
	Gathered bool

	// Reserved are the files that are published beside those of the site, with slashes
	// and below the same folder: no page and no list has the name of one, or of a
	// folder that one is in.
	Reserved []string

	// Sitemap adds a sitemap.xml, a 404.html and, where the folder is the root of its
	// host, a robots.txt.
	Sitemap bool

	// Layouts are templates in the place of those that are built in; nil changes
	// nothing.
	Layouts *Layouts

	// Style is CSS that every page has after what is built in. Its --accent is the
	// colour of links.
	Style string

	// Menu stands at the top of every page: titles, and URLs that are absolute or
	// relative to the newsletter's page. Footer, a text, stands at its end, and Logo, a
	// URL, in the place of the newsletter's image.
	Menu   []newsletter.Link
	Footer string
	Logo   string

	// Mark returns what the pages say above a letter's title, such as "a draft", where
	// letters are looked at before they are published: text in English. Nil and "" mark
	// nothing.
	Mark func(*newsletter.Letter) string

	// PlainFeeds makes feeds in XML link to no stylesheet. Without it the folder has a
	// feed.css, unless Feed.Stylesheet is another (then relative to the folder), by
	// which a browser that is led to a feed shows what it is and the titles of the
	// letters.
	PlainFeeds bool

	// Feed is how the feeds are written.
	Feed feed.Options

	// Logger and MaxAge are a [Handler]'s, as those of [feedhttp.Options].
	//
	// [feedhttp.Options]: https://pkg.go.dev/github.com/automationregion/newsletter/feed/feedhttp#Options
	Logger *slog.Logger
	MaxAge time.Duration
}

// optionsOf returns the options that a variadic argument holds: at most one.
func optionsOf(opts []Options) Options {
	if len(opts) == 0 {
		return Options{}
	}
	return opts[0]
}

// A File is a file of a site.
type File struct {
	Path      string             // below the folder that the newsletter's URL serves, with slashes, valid by [io/fs.ValidPath]
	MediaType string             // without parameters; all files are UTF-8
	Letter    *newsletter.Letter // that the page is of; nil for a feed and for a list

	format     format.Format
	stylesheet string // of a feed
	write      func(io.Writer) error
	sum        func() digest
}

// WriteTo writes the file's bytes, which are the same each time.
func (f File) WriteTo(w io.Writer) (int64, error) {
	c := &counter{w: w}
	err := f.write(c)
	return c.n, err
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// Grow makes room in a buffer below, which spares it from being moved.
func (c *counter) Grow(n int) {
	if b, ok := c.w.(interface{ Grow(int) }); ok {
		b.Grow(n)
	}
}

// Files returns the files of the newsletter's site: the feeds and their stylesheet, the
// newsletter's page, and the letters' pages, newest first. No two have the same path, in
// upper or lower case, and none is a folder of another; a letter whose URL would have it
// so has no page ([LeftOut]). The newsletter is not to be changed as long as its files
// are written.
//
// The FeedURL in each file is the one that [feed.At] gives the format, and that
// of the RSS feed in the pages. Like [feed.Write], Files refuses a newsletter
// that has faults, and the newsletter is not changed.
func Files(n *newsletter.Newsletter, opts ...Options) ([]File, error) {
	o := optionsOf(opts)
	if err := checkStyle(o.Style); err != nil {
		return nil, err
	}
	n = o.Feed.Dated(n)
	published := feed.At(n, feed.RSS)
	if err := published.Validate(); err != nil {
		return nil, err
	}
	carried := *published
	carried.Letters = o.carried(n.Letters)
	s := newSite(published, o)
	s.makeLists(o)
	m := newSums(s)
	var files []File
	addFeeds := func(folder string, n *newsletter.Newsletter) {
		for f := range feed.Formats() {
			files = append(files, feedFile(feed.At(n, f), f, folder, o, func() digest { return m.feed(n) }))
		}
	}
	add := func(path string, l *newsletter.Letter, write func(io.Writer) error, sum func() digest) {
		files = append(files, File{Path: path, MediaType: format.Of(format.HTML).MediaType(), Letter: l, format: format.HTML, write: write, sum: sum})
	}
	for i, at := range s.lists {
		switch {
		case i == 0 && s.archives(o) > 0:
			files = append(files, s.archiveFiles(o, m)...)
		case i == 0:
			addFeeds("", &carried)
		case at.n != nil:
			of := *at.n
			of.Letters = o.carried(of.Letters)
			addFeeds(at.folder, &of)
		}
		if i == 0 && o.hasFeedStyle() {
			files = append(files, File{Path: page.FeedStyleName, MediaType: "text/css", format: noFormat, write: s.writeFeedStyle, sum: func() digest { return sumOf(s.n.Language) }})
		}
		for number, path := range at.pages {
			add(path, nil, func(w io.Writer) error { return s.writeList(w, at, number) }, func() digest { return m.list(at, number) })
		}
	}
	for i, l := range s.letters {
		if s.paths[i] != "" {
			add(s.paths[i], l, func(w io.Writer) error { return s.writeLetter(w, i) }, func() digest { return m.letter(i) })
		}
	}
	for _, path := range s.around(o) {
		f := File{Path: path, MediaType: "application/xml", format: noFormat, write: s.writeSitemap, sum: m.sitemap}
		switch path {
		case notFoundName:
			f.MediaType, f.write, f.sum = "text/html", s.writeNotFound, m.frame
		case robotsName:
			f.MediaType, f.write, f.sum = "text/plain", s.writeRobots, m.frame
		}
		files = append(files, f)
	}
	return files, nil
}

// FeedsLeaveOut returns how many letters of the newsletter its feeds don't carry: of its
// own, and of others, which it can tell where they are Gathered.
func FeedsLeaveOut(n *newsletter.Newsletter, opts ...Options) (own, others int) {
	o := optionsOf(opts)
	of := func(letters []*newsletter.Letter, sign int) {
		for _, l := range letters {
			if o.Gathered && isOthers(l) {
				others += sign
			} else {
				own += sign
			}
		}
	}
	of(n.Letters, 1)
	of(o.carried(n.Letters), -1)
	return own, others
}

// carried returns those of the letters that a feed of them has, in their order.
func (o *Options) carried(letters []*newsletter.Letter) []*newsletter.Letter {
	size := cmp.Or(max(o.FeedLetters, 0), len(letters))
	if !o.Gathered {
		return letters[:min(size, len(letters))]
	}
	own := 0
	for _, l := range letters {
		if !isOthers(l) {
			own++
		}
	}
	own = min(own, cmp.Or(max(o.FeedOwn, 0), own), size)
	others := size - own
	var list []*newsletter.Letter
	for _, l := range letters {
		left := &own
		if isOthers(l) {
			left = &others
		}
		if *left > 0 {
			*left--
			list = append(list, l)
		}
	}
	return list
}

// LeftOut returns what [Files] leaves out. Pages are those of letters whose URLs are those
// of other files: of the site's own, of those in Options.Reserved, and of newer letters;
// letters of others, which state a Source, are not among them. Lists are how many
// Options.MaxLists leaves out, by what they are of: "category", "year".
func LeftOut(n *newsletter.Newsletter, opts ...Options) (pages []Clash, lists map[string]int) {
	o := optionsOf(opts)
	s := newSite(o.Feed.Dated(n), o)
	s.makeLists(o)
	return s.clashes, s.leftOut
}

func newSite(n *newsletter.Newsletter, o Options) *site {
	s := &site{n: n, pageSize: o.PageSize, layouts: cmp.Or(o.Layouts, builtIn), extra: o.Style, styles: page.NewStyles(o.Style), footer: o.Footer, logo: o.Logo, trust: o.TrustHTML, mark: o.Mark, fromDisk: o.FromDisk, gathered: o.Gathered, again: map[string]int{}, lang: page.NewLang(n.Language), base: feed.Folder(n.URL), served: true, letters: slices.Clone(n.Letters)}
	for _, item := range o.Menu {
		if s.base != nil {
			if u, err := s.base.Parse(item.URL); err == nil {
				item.URL = weburl.String(u)
			}
		}
		s.menu = append(s.menu, item)
	}
	if o.TrustHTML {
		s.highlight = o.Highlight
	}
	if o.LinkPictures {
		s.alien = s.isElsewhere
	}
	slices.SortStableFunc(s.letters, newsletter.NewestFirst)
	s.paths = make([]string, len(s.letters))
	s.reserve(o)
	s.placeOwn()
	return s
}

// feedFile is the feed of a newsletter in a folder.
func feedFile(n *newsletter.Newsletter, f feed.Format, folder string, o Options, sum func() digest) File {
	return File{
		Path: folder + f.FileName(), MediaType: f.MediaType(), format: format.Format(f), stylesheet: o.stylesheetOf(f, folder), sum: sum,
		write: func(w io.Writer) error { return feed.Write(w, n, f, o.feedIn(folder)) },
	}
}

// noFormat is that of a file that is neither a feed nor a page of a letter or list.
const noFormat format.Format = -1

// Write writes the newsletter's page as a document that stands alone: it links
// to the letters' own addresses, and to the feed that n.FeedURL says. If that is
// a feed in the folder that n.URL serves, as by [feed.At], the page is the one
// that [Files] has.
func Write(w io.Writer, n *newsletter.Newsletter, opts ...Options) error {
	o := optionsOf(opts)
	if err := checkStyle(o.Style); err != nil {
		return err
	}
	n = o.Feed.Dated(n)
	if err := n.Validate(); err != nil {
		return err
	}
	s := newSite(n, o)
	s.served = s.published()
	s.makeLists(Options{})
	return s.writeList(w, s.lists[0], 0)
}
