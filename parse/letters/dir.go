package letters

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/filename"
	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/internal/weburl"
	"github.com/automationregion/newsletter/parse"
)

// ReadFolder reads a folder of letters with its newsletter.yaml: the newsletter with every
// letter that is not a draft, newest first. Letters are files that end in .txt, .md or
// .markdown that have front matter, whose name or folder's name begins with a date, or
// whose second paragraph is a byline. Names that begin with "." or "_", README, LICENSE
// and robots.txt, and what [Options.Ignored] names are not letters; of other texts
// [Options.Remark] is told.
//
// A letter's slug is its file's name without a leading date, or what its front
// matter states. A file called index, or letter in a folder whose name begins with a
// date, has its folder's name. Its URL is the newsletter's URL with the slug and a slash, and
// its ID a tag URI of the newsletter's host, the letter's date and the slug,
// unless it states others, or newsletter.yaml has its ID under "ids". Of a file
// "name.sv.md" the letter is in Swedish and the slug "name-sv"; letters whose
// names differ only in that are linked as each other's translations.
//
// A relative address in a letter is that of a file beside it: it becomes the
// URL of the other letter, or of an [Asset]. A picture or attachment that isn't
// there is a fault. Other relative links start from the letter's own page.
//
// Several goroutines read fsys at once. Only regular files are opened: whatever
// else has the name of a letter, of newsletter.yaml or of a picture is a fault.
//
// It reports every fault of the folder at once, but for those in drafts that are
// left out: the error is an [*parse.Error], or several of them joined, sorted by file
// and line. With an error it returns what it could read. If ctx ends, the error
// is its cause.
func ReadFolder(ctx context.Context, fsys fs.FS, opts ...Options) (*Folder, error) {
	o := optionsOf(opts)
	r := folderReader{
		fsys: fsys, opts: o, config: readConfig(fsys, o.Settings, o.Remark != nil),
		files: make(map[string]string), letters: make(map[string]*folderLetter), assets: make(map[string]Asset), pictures: make(map[string][2]int),
	}
	r.folder = &Folder{
		Newsletter: &r.config.newsletter,
		Files:      make(map[*newsletter.Letter]string), Withheld: make(map[*newsletter.Letter]string),
	}
	r.stated = r.config.complete(o)
	r.opts.Language = r.config.newsletter.Language // what the library writes into letters is in it
	r.opts.zone = r.config.zone
	r.opts.posts = path.Base(o.FileName) == postsFolder
	r.base, _ = url.Parse(r.config.newsletter.URL)
	if fault := r.list(ctx); fault != nil {
		return r.folder, joinFaults(append(r.config.All(), fault))
	}
	if o.Cache != nil {
		r.cache = o.Cache
		r.cache.of(r.opts)
	}
	for _, step := range [...]func(context.Context){r.read, r.name, r.unique, r.finish} {
		if step(ctx); ctx.Err() != nil {
			return r.folder, context.Cause(ctx)
		}
	}
	if r.cache != nil {
		r.cache.only(r.letters)
	}
	return r.folder, joinFaults(r.faults())
}

// name gives each letter its URL and ID.
func (r *folderReader) name(context.Context) {
	for file, stated := range r.config.ids {
		if r.letters[file] == nil {
			r.config.Add(stated.at, "ids: there is no letter %q in the folder: expected the path of a letter's file", file)
		}
	}
	for _, f := range r.order {
		l := &f.Letter
		if f.Slug == "" {
			f.Add(firstLine, "the letter has no slug: expected letters or digits in the file's name, or the key slug")
			continue
		}
		if r.stated == "" {
			continue // reported
		}
		address := l.URL
		if address == "" {
			if !filename.IsPortable(f.Slug) {
				f.AddAs(ruleAddress, f.at(keySlug), "not every system can hold a page of the name %q (Windows keeps some for devices, and 255 bytes are the most): expected another file name, or the key slug", f.Slug)
				continue
			}
			address = url.PathEscape(f.Slug) + "/"
		}
		base, _ := url.Parse(r.stated)
		found, problem := resolveAddress(base, address)
		if _, ok := weburl.Web(found.URL); problem != "" || !ok {
			f.AddAs(ruleAddress, f.at(keyURL), "url: expected an address such as /letters/winter/, found %q", address)
			continue
		}
		l.URL = moved(found.URL, r.stated, r.config.newsletter.URL)
		if l.ID == "" {
			l.ID = r.config.ids[f.File].id
		}
		if l.ID != "" || l.Published.IsZero() {
			continue
		}
		id, err := newsletter.TagURI(asciiHost(r.stated), cmp.Or(f.Day, l.Published), f.Slug)
		if err != nil {
			f.Add(firstLine, "the letter has no ID: %v; expected the key id", err)
		}
		l.ID = id
	}
}

// asciiHost returns an address with its host in punycode, as a tag URI has it
// (RFC 4151, section 2.1), or as it is if the host is no name.
func asciiHost(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	host, err := idna.Lookup.ToASCII(u.Hostname())
	if err != nil || host == u.Hostname() {
		return address
	}
	return (&url.URL{Scheme: u.Scheme, Host: host, Path: "/"}).String()
}

// unique reports letters that have the slug, the URL or the ID of another.
func (r *folderReader) unique(context.Context) {
	slugs, urls, ids := map[string]string{}, map[string]string{}, map[string]string{}
	taken := func(f *folderLetter, what, value, key string, known map[string]string) bool {
		if value == "" || f.Draft && f.left != "" {
			return false
		}
		if other, taken := known[value]; taken {
			f.AddAs(ruleTaken, f.at(key), "the %s %q is that of %s too: expected one of its own", what, value, other)
			return true
		}
		known[value] = f.File
		return false
	}
	for _, f := range r.order {
		// One fault is enough: the URL and the ID come of the slug.
		_ = taken(f, "slug", f.Slug, keySlug, slugs) ||
			taken(f, "URL", f.Letter.URL, keyURL, urls) ||
			taken(f, "ID", f.Letter.ID, keyID, ids)
	}
}

// finish writes the letters' content and puts them in the newsletter.
func (r *folderReader) finish(ctx context.Context) {
	n := r.folder.Newsletter
	isForgotten := func(f *folderLetter) bool { return f.Draft && f.left != "" }
	for _, f := range r.order {
		f.url = f.Letter.URL
	}
	r.each(ctx, func(f *folderLetter) {
		if !isForgotten(f) {
			r.finishLetter(ctx, f)
		}
	})
	if ctx.Err() != nil {
		return
	}
	for _, f := range r.order {
		if isForgotten(f) {
			continue
		}
		if r.config.markdown {
			f.keepMarkdown()
		}
		f.text, f.content, f.addresses = "", "", nil
		if f.left != "" {
			continue
		}
		l := &f.Letter
		n.Letters = append(n.Letters, l)
		r.folder.Files[l] = f.path
		if f.why != "" {
			r.folder.Withheld[l] = f.why
		}
		for _, t := range [...]time.Time{l.Published, l.Updated} {
			if t.After(n.Updated) {
				n.Updated = t
			}
		}
	}
	n.Sort()
	r.linkTranslations()
	r.configFile("image", &n.Image)
	r.configFile("icon", &n.Icon)
	r.finishShow()
	r.configFile("logo", &r.config.logo)
	r.folder.Logo = r.config.logo
	for name, file := range r.files {
		path, ok := strings.CutPrefix(name, staticFolder)
		if !ok {
			continue
		}
		switch info, err := fs.Stat(r.fsys, file); {
		case err != nil:
			r.odd = append(r.odd, &parse.Error{File: file, Message: err.Error(), Err: err})
		case !info.Mode().IsRegular():
			r.odd = append(r.odd, oddFile(file, info.Mode()))
		default:
			r.assets[name] = Asset{File: file, Path: path}
		}
	}
	for _, asset := range r.assets {
		r.folder.Assets = append(r.folder.Assets, asset)
	}
	slices.SortFunc(r.folder.Assets, func(a, b Asset) int { return cmp.Compare(a.Path, b.Path) })
}

// keepMarkdown has feeds carry the Markdown of a letter as it is written, for programs
// that edit it (source:markdown, http://source.scripting.com/).
func (f *folderLetter) keepMarkdown() {
	delimiter, _, body, _ := cutFrontMatter(f.text)
	if body = strings.TrimSpace(body); body != "" && (delimiter != "" || f.Name.Markdown) {
		f.Letter.Extensions.Elements = append(slices.Clip(f.Letter.Extensions.Elements), newsletter.Extension{
			Namespace: "http://source.scripting.com/", Prefix: "source", Name: "markdown", Text: body,
		})
	}
}

// linkTranslations makes letters whose files differ only in the language of
// their names each other's alternates.
func (r *folderReader) linkTranslations() {
	translations := make(map[string][]*folderLetter)
	for _, f := range r.order {
		if f.left == "" && f.Letter.URL != "" {
			translations[f.Name.Original] = append(translations[f.Name.Original], f)
		}
	}
	language := func(f *folderLetter) string { return cmp.Or(f.Letter.Language, r.folder.Newsletter.Language) }
	for _, f := range r.order {
		for _, other := range translations[f.Name.Original] {
			if tag := language(other); f.left == "" && tag != "" && tag != language(f) {
				f.Letter.Links = append(f.Letter.Links, newsletter.Link{
					Rel: "alternate", URL: other.Letter.URL, MediaType: "text/html", Language: tag, Title: other.Letter.Title,
				})
			}
		}
	}
}

// configFile resolves a picture that newsletter.yaml names.
func (r *folderReader) configFile(key string, address *string) {
	r.configFileAt(key, r.config.at(key), address)
}

func (r *folderReader) configFileAt(key string, at settings.Place, address *string) {
	if *address == "" || r.base == nil {
		return
	}
	found, problem := r.resolve(".", r.base, *address, fileOfLetter, true)
	if problem != "" {
		r.config.AddAs(ruleAddress, at, "%s %q: %s", key, *address, problem)
	}
	*address = found.URL
}

// faults returns those of newsletter.yaml and of every letter. If there are
// none, the whole is held against what the feed formats require.
func (r *folderReader) faults() []*parse.Error {
	all := slices.Concat(r.config.All(), r.odd)
	for _, f := range r.order {
		all = append(all, f.All()...)
		if f.left == "" {
			f.tell(r.opts)
		}
	}
	f := r.folder
	for _, remark := range r.config.Remarks {
		r.opts.Remark(remark)
	}
	r.remarkAuthors()
	r.remarkFiles()
	if len(all) == 0 && len(f.Newsletter.Letters) == 0 && !r.config.knows("partners") {
		others := ""
		if r.ignored > 0 {
			others = fmt.Sprintf(", ignored by .gitignore and the like: %d", r.ignored)
		}
		if len(f.Others) > 0 {
			others += fmt.Sprintf(", texts that are taken for none: %d, such as %s", len(f.Others), f.Others[0])
		}
		all = append(all, &parse.Error{Rule: ruleNewsletter, Message: fmt.Sprintf("the folder has no letter to publish (drafts: %d, dated in the future: %d, expired: %d%s): expected a file such as 2021-12-22-winter.md",
			f.Drafts, f.Future, f.Expired, others)})
	}
	if len(all) > 0 || len(f.Newsletter.Letters) == 0 {
		return all
	}
	return r.validate()
}

// remarkAuthors remarks on the first letter that has no author. It is the newsletter's:
// feeds that require one name that by its title.
func (r *folderReader) remarkAuthors() {
	if r.opts.Remark == nil || r.config.knows("author", "authors") {
		return
	}
	var first *folderLetter
	more := 0
	for _, f := range r.order {
		switch {
		case len(f.Letter.Authors) > 0 || f.left != "" || f.Unreadable:
		case first == nil:
			first = f
		default:
			more++
		}
	}
	if first == nil {
		return
	}
	message := "the letter has no author, and readers see the newsletter's title in its place: write one here, or authors in " + r.config.File
	if more > 0 {
		message += fmt.Sprintf("; so it is with %d more", more)
	}
	at := first.at(keyAuthor)
	r.opts.Remark(&parse.Error{File: first.File, Line: at.Line, Column: at.Column, Rule: ruleAuthor, Message: message})
}

// validate says what the feed formats require beyond what was looked at before.
func (r *folderReader) validate() []*parse.Error {
	var all []*parse.Error
	n := r.folder.Newsletter
	for _, err := range flattenErrors(n.Validate()) {
		e := &parse.Error{File: r.config.File, Rule: ruleNewsletter, Message: err.Error(), Err: err}
		if field, ok := errors.AsType[*newsletter.FieldError](err); ok {
			e.Message = field.Field + ": " + field.Reason
			key, _, _ := strings.Cut(strings.ToLower(field.Field), "[")
			at := r.config.at(key)
			if field.Letter >= 0 && field.Letter < len(n.Letters) {
				e.Rule = ruleOther
				e.File = norm.NFC.String(r.folder.Files[n.Letters[field.Letter]])
				at = r.letters[e.File].at(key)
			}
			e.Line, e.Column = at.Line, at.Column
		}
		all = append(all, e)
	}
	return all
}

// flattenErrors returns the errors that errors.Join put together.
func flattenErrors(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, flattenErrors(e)...)
	}
	return all
}
