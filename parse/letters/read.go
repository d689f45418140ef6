package letters

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/internal/value"
	"github.com/automationregion/newsletter/parse/letters/internal/markdown"
)

// Read reads one letter document in UTF-8. It is Markdown if it begins with
// front matter (a line "---" for YAML, "+++" for TOML, or Pandoc's title block) or if [Options.FileName]
// ends in .md or .markdown, and plain text otherwise.
//
// In plain text the first paragraph is the title and the second the byline,
// whose fields are separated by " · ": kind, authors and date. Kind and authors
// may be missing, and so may the date, or all of it, where the name of the file or of
// its folder begins with a date. Of two fields, the first is the kind if it is a single word,
// and the authors if it is more or has a comma or semicolon; an empty field
// leaves no doubt ("Staff · · 2021-12-22"). It may be in italics, between asterisks or
// underlines. The authors may open with "By", "Von", "Av", "Af", "Par", "Por", "Door"
// or "Di", and have "and" between them in that language or the letter's, where all names
// are of two words or more; semicolons leave no doubt. Paragraphs follow, separated by
// blank lines. Lines that begin with "> " are a quotation, with "- " or "* " a
// list, a bare http or https URL is a link, and everything else is text.
//
// Markdown is CommonMark with tables, footnotes, strikethrough and bare links.
// Its HTML is dropped unless [Options.RawHTML] is set. Without a title in the front
// matter, the first heading is the title. A paragraph in italics below the title that
// is a byline is read as one, unless the front matter has said it. The keys are those
// of Hugo, Jekyll, Zola and others, at the top or in the tables taxonomies, extra and
// params; the schema in docs/schema has each of them:
//
//	title
//	date, publishDate, published, pubDate, the letter's date
//	date_published, post_date
//	created                                its date where nothing else says one, nor the
//	                                       name of the file
//	lastmod, updated, modified,            its last change
//	last_modified_at
//	expiryDate                             for a folder: not after this
//	draft, published, status               for a folder: a draft is true, false, "draft";
//	                                       so is one of a file name.draft.txt
//	author, authors                        a byline, a list, or tables with name,
//	                                       organization, email, url, avatar
//	kind, type, section                    its section in the newsletter
//	tags, categories, keywords             a list, or a text with commas between
//	                                       them (in Jekyll's _posts spaces); tables with
//	                                       term and scheme
//	summary, description, excerpt
//	lang, language                         BCP 47 tag, also from a file name.sv.md
//	rights, copyright
//	slug; url, permalink; id, guid         an ID is any text
//	image, cover, heroImage, feature_image
//	attachments, enclosures                addresses, or tables with url, type,
//	                                       length, duration, title
//	audio, video                           the same, of an episode of a podcast
//	duration, season, episode,             of a letter with sound or film, as
//	episode_type, explicit,                package podcast has them
//	transcript, chapters
//
// Other keys are for other software and left alone.
//
// Pandoc's title block is front matter too: lines "% title", "% author; author" and
// "% date" at the top.
//
// Dates are ISO 8601 with or without time and zone, "2024/03/03", "03.03.2024" with the
// day first, or long ones in any language whose months package internal/dates has, such
// as "den 3 mars 2024", "1er mars 2024", "3 de marzo de 2024". Without a zone they are
// in that of the folder's newsletter.yaml, else UTC. A letter without a date has
// the one that its file name begins with, or its folder's. A letter that states no change was
// updated when it was published.
//
// ID and URL are what the document says, so they may be empty: [ReadFolder] gives them
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
	ctx, o := context.Background(), optionsOf(opts)
	d := readLetter(ctx, r, o)
	base, err := pageURL(o.BaseURL)
	if err != nil {
		d.AddError(settings.Place{}, err)
	}
	resolve := func(address string, _ addressUse) (target, string) { return resolveAddress(base, address) }
	if d.Letter.URL != "" {
		d.Letter.URL = d.address("url", d.Letter.URL, d.at(keyURL), resolve).URL
	}
	d.finish(ctx, resolve)
	d.tell(o)
	if err := joinFaults(d.All()); err != nil {
		return nil, err
	}
	return &d.Letter, nil
}

// ErrTooCostly says that a letter would take more time or memory to read than a
// letter has any need of.
var ErrTooCostly = settings.ErrTooCostly

// postsFolder is the folder that Jekyll has letters in.
const postsFolder = "_posts"

// readLetter never returns nil; what is wrong is in the faults.
func readLetter(ctx context.Context, r io.Reader, o Options) *document {
	d := &document{
		cost:      markdown.NewCost(o.MaxTime),
		Faults:    &settings.Faults{File: o.FileName, Heard: o.Remark != nil},
		known:     known{Name: readLetterName(o.FileName), Stated: make(map[string]settings.Place)},
		byDefault: o.Language,
	}
	d.Slug, d.Draft = d.Name.Slug, d.Name.Draft
	d.isPost = o.posts || slices.Contains(strings.Split(o.FileName, "/"), postsFolder)
	defer d.settleDates(o.zone)
	defer d.cost.Begin(ctx)()
	text, fault := readText(r, o.MaxBytes, o.FileName)
	if fault != nil {
		d.List = append(d.List, fault)
		d.Unreadable = true
		return d
	}
	d.text = text
	d.Letter.Language = d.Name.Language
	delimiter, head, body, closed := cutFrontMatter(text)
	switch {
	case delimiter == pandocMark && strings.Count(head, "\n") < 2 && !d.Name.Markdown: // a title may begin like that
		d.readPlain(o.MaxDepth)
	case delimiter != "" && !closed:
		d.AddAs(ruleYAML, firstLine, "the front matter has no end: expected a second line %q", delimiter)
		return d
	case delimiter != "":
		d.readFrontMatter(delimiter, head, o.MaxDepth)
		d.readMarkdown(body, o)
	case d.Name.Markdown:
		d.readMarkdown(body, o)
	default:
		d.readPlain(o.MaxDepth)
	}
	return d
}

// finish makes the letter's addresses absolute, and fills in what follows from the
// rest.
func (d *document) finish(ctx context.Context, resolve resolveFunc) {
	l := &d.Letter
	defer d.cost.Begin(ctx)()
	if l.Image != "" {
		l.Image = d.address("image", l.Image, d.at(keyImage), resolve).URL
	}
	for i := range l.Attachments {
		a := &l.Attachments[i]
		at := d.at(attachmentKey(i))
		found := d.address("attachment", a.URL, at, resolve)
		a.MediaType = cmp.Or(a.MediaType, value.MediaType(a.URL))
		if a.MediaType == "" {
			d.AddAs(ruleAddress, at, "attachment %q: expected a type such as application/pdf, as its name tells none", a.URL)
		}
		a.URL = found.URL
		if found.Local {
			a.Length = found.Size
		}
	}
	d.finishEpisode(resolve)
	l.Content = d.finishContent(resolve)
	if len(l.Content) > d.mostHTML() {
		d.AddError(firstLine, d.tooMuchHTML())
		l.Content = ""
	}
	if l.Updated.IsZero() {
		l.Updated = l.Published
	}
}

// maxHTML is how many bytes a letter may become, or twice the document: its page and
// three feeds hold it.
const maxHTML = 1_800_000

func (d *document) mostHTML() int { return max(maxHTML, 2*len(d.text)) }

func (d *document) tooMuchHTML() error {
	return fmt.Errorf("%w: expected at most %d bytes of HTML: put the letter's tables or code into a file that it links to", ErrTooCostly, d.mostHTML())
}

// address resolves the address of a file that belongs to the letter.
func (d *document) address(what, address string, at settings.Place, resolve resolveFunc) target {
	found, problem := resolve(address, fileOfLetter)
	if problem != "" {
		d.AddAs(ruleAddress, at, "%s %q: %s", what, address, problem)
	}
	return found
}
