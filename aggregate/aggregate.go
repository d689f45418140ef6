// Package aggregate makes one newsletter out of the feeds of many partners:
// fetched politely, remembered between runs, cleaned, merged and attributed.
//
// An [Aggregator] visits those partners that are due, takes what is new into a
// [Store], and merges what the store remembers. It may run every hour from a CI
// job. A [Service] does the same for as long as it runs: it asks each partner when
// due, publishes what changed, and tells of letters that are new.
//
// # Which letters are the same
//
// Within a partner's feed a letter is known by its ID. An ID that comes with
// another address, title and text is another letter; one that only changed from
// http to https is the same. When a site was rebuilt, letters are known by their
// address or by their words.
//
// Across partners an ID proves nothing. There letters are the same if they have
// the same address, parameters that track readers and the like aside, or the
// same title and words. Such a letter appears once, with the original's source,
// and the other partners are links with the relation "related". The original is
// our own letter; or the one of the partner that another declares as its
// source, or on whose site the letter's page is; or one that declares its
// source; or the one that was seen first. Letters of different partners with
// the same ID are different letters: the one whose site the ID names, or which
// was seen first, keeps it, and the other's is a UUID made of the partner and
// the ID, which it keeps. An ID that Atom can't hold is replaced in the same
// way.
//
// # Dates
//
// A letter without a date, or with one in the future or of 1 January 1970, is
// published when it was first seen. Once published, a letter keeps its place:
// what changes later is Updated, if the feed doesn't say when, at the time of
// the run that saw it. A letter that changes at every visit has something in it
// that counts visitors, and stays as it is until it comes to rest.
//
// # Content
//
// Content keeps headings, lists, tables, figures, images, quotations and code.
// Scripts, styles, forms, frames, embedded media and tracking pixels are
// dropped. Addresses are absolute and, for images, https. The pictures of letters
// and of their authors follow the rules of those in content (clean.Picture).
//
// Every text has a limit, and so have every list, every partner and the newsletter
// itself ([Limits]). What is longer is cut or left out, and the partner's report
// says so.
//
// # Room
//
// A newsletter has so many letters ([Aggregator.MaxLetters]) and so much text
// (Limits.Newsletter). Each partner that has letters for it has its share of both:
// what the newsletter may have, divided by these partners, and one letter at least.
// Nothing that others bring takes the place of a partner's newest letters within its
// share. What a partner leaves of it goes to the newest letters of others. Where there
// are more partners than letters, the newest letter of as many as possible is there. A
// partner's report says what is left out, and Result.Window how large a share is. Our own
// letters are all there, whatever partners bring, and count for none of this.
//
// # Extensions
//
// Elements and attributes of vocabularies that other software knows (iTunes, the
// podcast namespace, Media RSS, GeoRSS, Dublin Core, Atom's threading and more) are
// taken over with a letter, and others are not, unless [Vocabularies] say so. What
// is left out is counted in the partner's report by namespace and name.
//
// # Words
//
//   - A partner is somebody whose feed is gathered. Its key names it between runs.
//   - A run visits many partners; a visit is of one partner, and makes one request
//     of package [github.com/automationregion/newsletter/fetch].
//   - A claim makes a partner one visitor's for the time of its lease; its epoch
//     tells it from those before and after. One that a later claim followed was
//     overtaken. A claim that comes to nothing is given back (Unclaim).
//   - A rest is what a server asked for, and nothing else. It concerns requests.
//   - Letters that are far too many at once are a flood, and so are those of a feed
//     whose letters are all others, none of them newer. They are held back until
//     they are released: by somebody, or because seven days brought no other flood.
//     That concerns letters.
//   - A letter left when its feed stopped having it, and is closed when there are
//     too many newer ones: then it is known by name only.
//   - A record is what is remembered of a letter, a state what is of a partner.
//   - A letter that several partners have is picked once, from one of them.
//   - To publish is to make a newsletter the one that a service hands out.
package aggregate

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/parse"
)

// Defaults of an [Aggregator].
const (
	DefaultWindow     = 90 * 24 * time.Hour
	DefaultMaxLetters = 1_000
)

// An Aggregator makes one newsletter out of the feeds of partners. Its fields
// must not change while it runs. Two runs at once need two stores, or one that
// several processes may share.
type Aggregator struct {
	// Newsletter is the title page of the merged newsletter; its Title, URL and
	// FeedURL are required. Letters that it has are our own: they are published
	// beside those of the partners, and copies of them that partners bring are
	// left out.
	Newsletter newsletter.Newsletter

	Store Store // nil remembers nothing beyond the run

	Window     time.Duration // for how long partners' letters are published; 0 is DefaultWindow, negative is for ever. Older ones are remembered: the newest 1,000 of each partner, within Limits.Memory
	MaxLetters int           // letters of partners in the newsletter, which they share; 0 is DefaultMaxLetters, negative is all

	// Limits bound what each letter and each partner may bring.
	Limits Limits

	// Vocabularies say which extensions are taken over with letters; an empty list is
	// "known". HTML in extensions is cleaned like content. Addresses in
	// them are absolute and of http or https; those that programs load lead to the
	// public internet by what they are written as, as pictures do, and those of links
	// that people follow may lead elsewhere, as links in content do.
	Vocabularies Vocabularies

	All     bool // visit partners that are not due too, also those that are gone
	Offline bool // visit nobody: rebuild the newsletter from the store
	DryRun  bool // change nothing in the store
	Strict  bool // a partner that fails makes Run fail
	Release bool // take in the letters that are held back

	// Fetch says how partners' servers are asked, and how often. Without a
	// UserAgent it is one that names the newsletter's URL. Its Now is the one below.
	Fetch fetch.Options

	Now func() time.Time // nil is time.Now
	// Logger is told of each visit, with the partner's key, name and url: at
	// level Info, and of one that failed at Warn. nil is silence.
	Logger *slog.Logger

	// Progress, if not nil, is called with the report of each partner when it is
	// done, by one goroutine at a time.
	Progress func(PartnerReport)

	readFeed feedReader // in tests, instead of parse.Feed
	early    bool       // somebody said that the partner's feed changed
}

type feedReader = func(io.Reader, ...parse.Options) (*newsletter.Newsletter, error)

// A Result is what a run came to.
type Result struct {
	Newsletter *newsletter.Newsletter // passes Validate; letters are newest first
	Partners   []PartnerReport        // in the order of the partners
	Window     Window
}

// A Window says how the newsletter's letters are shared among partners, and how many of
// theirs are left out. Our own are beside that.
type Window struct {
	Partners int       // that have letters for it
	Share    int       // of the newest letters of each so many stay, whatever others bring; 0 if there are more partners than letters
	Chosen   int       // letters that there is room for, whatever text they have
	Oldest   time.Time // when the oldest of these was published
	LeftOut  Omissions // of all partners
}

// Omissions are how many letters the newsletter leaves out, by the reason, as in a
// [PartnerReport].
type Omissions struct{ Old, Beyond, BeyondText, Filtered, Held int }

// add counts those of a partner.
func (o *Omissions) add(r *PartnerReport) {
	o.Old += r.Old
	o.Beyond += r.Beyond
	o.BeyondText += r.BeyondText
	o.Filtered += r.Filtered
	o.Held += r.Held
}

// LogValue has the reasons that there are.
func (o Omissions) LogValue() slog.Value {
	var attrs []slog.Attr
	for _, left := range []struct {
		name string
		n    int
	}{{"older", o.Old}, {"beyond_letters", o.Beyond}, {"beyond_text", o.BeyondText}, {"filtered", o.Filtered}, {"held", o.Held}} {
		if left.n > 0 {
			attrs = append(attrs, slog.Int(left.name, left.n))
		}
	}
	return slog.GroupValue(attrs...)
}

// Run visits the partners that are due and returns the merged newsletter, with
// a report for each partner.
//
// A partner that fails does not fail the run: the newsletter has what is
// remembered of it. The error is [ErrAllFailed] if all of them are failing,
// [ErrPartner] in a strict run if one is, and [ErrStore] if the store failed;
// with these there is a Result too. Without one it is that of ctx, or a
// [*newsletter.FieldError] before anybody is visited, if the title page lacks
// something, or that of [Vocabularies.Validate]. What was recorded before an error stays recorded.
func (a *Aggregator) Run(ctx context.Context, partners []Partner) (*Result, error) {
	v, err := a.NewVisitor(lease)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	r := a.newRun(partners)
	r.visitor = v
	result, err := r.gather(ctx, func(take taker) error { return r.visitAll(ctx, take) })
	if err != nil {
		return result, err
	}
	if a.Offline { // nobody was asked, so nobody failed
		return result, nil
	}
	return result, judge(result.Partners, a.Strict)
}
