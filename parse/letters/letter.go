package letters

import (
	"cmp"
	"context"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
)

// Read reads one letter document in UTF-8. It is Markdown if it begins with
// front matter (a line "---" for YAML or "+++" for TOML) or if [Options.FileName]
// ends in .md or .markdown, and plain text otherwise.
//
// In plain text the first paragraph is the title and the second the byline,
// whose fields are separated by " · ": kind, authors and date. Kind and authors
// may be missing. Of two fields, the first is the kind if it is a single word,
// and the authors if it is more or has a comma or semicolon; an empty field
// leaves no doubt ("Staff · · 2021-12-22"). Paragraphs follow, separated by
// blank lines. Lines that begin with "> " are a quotation, with "- " or "* " a
// list, a bare http or https URL is a link, and everything else is text.
//
// Markdown is CommonMark with tables, footnotes, strikethrough and bare links.
// Its HTML is dropped unless [Options.RawHTML] is set. Without a title in the front
// matter, the first heading is the title. The keys are those of Hugo, Jekyll and
// Zola, at the top or in the tables taxonomies, extra and params:
//
//	title
//	date, publishDate, published           the letter's date
//	lastmod, updated, modified             its last change
//	expiryDate                             for a folder: not after this
//	draft                                  for a folder: true or false
//	author, authors                        a byline, a list, or tables with name,
//	                                       organization, email, url, avatar
//	kind, type, section                    its section in the newsletter
//	tags, categories, keywords             a list, or a text with commas between
//	                                       them; tables with term and scheme
//	summary, description, excerpt
//	lang, language                         BCP 47 tag, also from a file name.sv.md
//	rights, copyright
//	slug; url, permalink; id, guid
//	image, cover
//	attachments, enclosures                addresses, or tables with url, type,
//	                                       length, duration, title
//
// Other keys are for other software and left alone.
//
// Dates are ISO 8601 with or without time and zone, or long ones in Swedish or
// English. Without a zone they are UTC. A Markdown letter without a date has
// the one that its file name begins with. A letter that states no change was
// updated when it was published.
//
// ID and URL are what the document says, so they may be empty: [Dir] gives them
// to the letters of a folder. Relative addresses are resolved against
// [Options.BaseURL], the letter's own page; without it they stay relative.
//
// Reading costs little, whatever the letter says: one that would take more time
// or memory than a letter has any need of is a fault that is [ErrTooCostly], one
// too large [parse.ErrTooLarge], one nested too deeply [parse.ErrTooDeep].
//
// Every fault is reported at once, up to a thousand: the error is an [*parse.Error], or several of them
// joined.
func Read(r io.Reader, opts ...Options) (*newsletter.Letter, error) {
	o := optionsOf(opts)
	d := readLetter(context.Background(), r, o)
	base, err := pageURL(o.BaseURL)
	if err != nil {
		d.addError(mark{}, err)
	}
	resolve := func(address string, _ addressUse) (target, string) { return resolveAddress(base, address) }
	if d.letter.URL != "" {
		d.letter.URL = d.address("url", d.letter.URL, d.at(keyURL), resolve).url
	}
	d.finish(resolve)
	if err := joinFaults(d.all()); err != nil {
		return nil, err
	}
	return &d.letter, nil
}

// A letterDoc is a letter document on its way to be a letter. It is made in two
// steps, because addresses in a letter may lead to other letters of its folder:
// readLetter reads everything, finish makes addresses absolute and writes the
// content.
type letterDoc struct {
	*faults
	cost       *cost
	letter     newsletter.Letter
	text       string // the document
	name       letterName
	slug       string // from the front matter, else from the file name
	draft      bool
	unreadable bool      // nobody knows all that the letter states
	publish    time.Time // not before this time
	expiry     time.Time // not after this time

	marks   map[string]mark // where the settings stand that the folder may object to
	content func() string   // writes the body as HTML
	places  map[string]int  // where in the text the addresses of the content stand
}

// Settings whose place is remembered.
const (
	keyTitle  = "title"
	keyID     = "id"
	keyURL    = "url"
	keySlug   = "slug"
	keyDate   = "date"
	keyAuthor = "author"
	keyImage  = "image"
)

func attachmentKey(i int) string { return "attachment " + strconv.Itoa(i) }

// knows says whether the letter states something, be it wrongly.
func (d *letterDoc) knows(key string) bool {
	_, stated := d.marks[key]
	return stated || d.unreadable
}

// at is the place of a setting, or the first line.
func (d *letterDoc) at(key string) mark { return cmp.Or(d.marks[key], mark{1, 1}) }

// readLetter never returns nil; what is wrong is in the faults.
func readLetter(ctx context.Context, r io.Reader, o Options) *letterDoc {
	d := &letterDoc{
		cost:    &cost{ctx: ctx, allowed: o.MaxTime},
		faults:  &faults{file: o.FileName},
		name:    readLetterName(o.FileName),
		marks:   make(map[string]mark),
		content: func() string { return "" },
	}
	d.slug = d.name.slug
	d.cost.begin()
	text, fault := readText(r, o.MaxBytes, o.FileName)
	if fault != nil {
		d.list = append(d.list, fault)
		d.unreadable = true
		return d
	}
	d.text = text
	d.letter.Language = d.name.language
	delimiter, head, body, closed := cutFrontMatter(text)
	switch {
	case delimiter != "" && !closed:
		d.add(mark{1, 1}, "the front matter has no end: expected a second line %q", delimiter)
		return d
	case delimiter != "":
		d.readFrontMatter(delimiter, head, o.MaxDepth)
		d.readMarkdown(body, o)
	case d.name.markdown:
		d.readMarkdown(body, o)
	default:
		d.readPlain(o.MaxDepth)
	}
	return d
}

// A letterName is what the name of a letter's file tells.
type letterName struct {
	markdown bool
	date     time.Time // that the name begins with
	language string    // BCP 47 tag, of "name.sv.md"
	slug     string
	original string // directory and slug without the language: what translations share
}

// readLetterName reads a path such as "2021/2021-12-22-winter.sv.md". A letter
// in a file "index.md" has the name of its directory.
func readLetterName(file string) letterName {
	var n letterName
	base := path.Base(file)
	ending := letterEnding(base)
	n.markdown = ending == ".md" || ending == ".markdown"
	base = base[:len(base)-len(ending)]
	if i := strings.LastIndexByte(base, '.'); i > 0 {
		if tag, ok := nameLanguage(base[i+1:]); ok {
			n.language, base = tag, base[:i]
		}
	}
	directory := path.Dir(file)
	if strings.EqualFold(base, "index") && directory != "." && directory != "/" {
		base, directory = path.Base(directory), path.Dir(directory)
	}
	if len(base) >= len(time.DateOnly) {
		if date, err := time.Parse(time.DateOnly, base[:len(time.DateOnly)]); err == nil {
			n.date = date
			base = cmp.Or(strings.TrimLeft(base[len(time.DateOnly):], "-_ "), base)
		}
	}
	n.original = directory + "/" + slugOf(base)
	if n.language != "" {
		base += "-" + n.language
	}
	n.slug = slugOf(base)
	return n
}

// letterEnding returns the end of a file's name if it is one of a letter.
func letterEnding(name string) string {
	switch ending := strings.ToLower(path.Ext(name)); ending {
	case ".txt", ".md", ".markdown":
		return ending
	}
	return ""
}

// finish makes the letter's addresses absolute, writes its content, and fills
// in what follows from the rest.
func (d *letterDoc) finish(resolve resolveFunc) {
	l := &d.letter
	d.cost.begin()
	if l.Image != "" {
		l.Image = d.address("image", l.Image, d.at(keyImage), resolve).url
	}
	for i := range l.Attachments {
		a := &l.Attachments[i]
		at := d.at(attachmentKey(i))
		found := d.address("attachment", a.URL, at, resolve)
		a.MediaType = cmp.Or(a.MediaType, newsletter.MediaType(a.URL))
		if a.MediaType == "" {
			d.add(at, "attachment %q: expected a type such as application/pdf, as its name tells none", a.URL)
		}
		a.URL = found.url
		if found.local {
			a.Length = found.size
		}
	}
	l.Content = d.finishContent(resolve)
	if l.Updated.IsZero() {
		l.Updated = l.Published
	}
}

// address resolves the address of a file that belongs to the letter.
func (d *letterDoc) address(what, address string, at mark, resolve resolveFunc) target {
	found, problem := resolve(address, fileOfLetter)
	if problem != "" {
		d.add(at, "%s %q: %s", what, address, problem)
	}
	return found
}
