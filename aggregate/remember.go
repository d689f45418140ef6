package aggregate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/intake"
	"github.com/automationregion/newsletter/aggregate/internal/sameness"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/internal/weburl"
)

// floodHeld is for how long a flood is held back: so long must no other come.
const floodHeld = 7 * 24 * time.Hour

const (
	restless       = 3       // changes in a row after which a letter's changes are noise
	floodMin       = 20      // letters at once that are no flood, whatever came before
	floodFactor    = 2       // a flood is more than so many times what a partner ever brought at once
	floodReplaced  = 10      // letters of a feed that are all replaced at once by others that are no newer
	keptPerPartner = 1_000   // newest letters of a partner that are kept with their text
	namesBytes     = 2 << 20 // of what the letters of a feed are known by: its oldest letters are left out, beyond
	nameOverhead   = 400     // about what is kept of a letter beside its names
	remembered     = 10_000  // letters of a partner that are known again, beside those in its feed
)

// A delivery is what a partner's feed brought, and the terms on which it is
// taken.
type delivery struct {
	intake.Delivery
	partner *Partner
	partial bool      // the feed lacks letters that didn't change
	now     time.Time // start of the run
	oldest  time.Time // of the window; zero is none
	own     *sameness.Ourselves
	release bool  // take in what is held
	memory  int   // Limits.Memory
	wire    int64 // bytes that came

	whole map[*sameness.Item]bool // those that are cleaned, if that is needed

	unnamed   int // letters that are left out, for what all are known by
	forgotten int // letters without their text
}

func newDelivery(p *Partner, feed *newsletter.Newsletter, base string, limits *Limits) delivery {
	return delivery{
		Delivery: intake.Delivery{
			Feed: feed, Base: base, Partner: intake.Partner{Name: p.Name, FeedURL: p.FeedURL, Address: p.address()}, Limits: limits.ofLetters(),
		},
		partner: p, memory: limits.Memory,
	}
}

// counts says what became of the letters of a delivery.
type counts struct {
	new, changed, known, own int
}

// remember takes a delivery into the state of the partner. An error is ctx's: then
// the state is worth nothing.
func (s *State) remember(ctx context.Context, d *delivery) (counts, error) {
	var c counts
	d.FitFeed()
	memory := growth(d.wire)
	for _, r := range s.Letters {
		memory += intake.WeightOf(&r.Letter)
	}
	first := len(s.Letters) == 0 && s.Most == 0
	s.Feed = newFeed(d.Feed, d.partner)

	items, err := d.items(ctx, s.Key, &c)
	if err != nil {
		return c, err
	}
	found := sameness.Match(known(s.Letters), items, sameness.URL(s.Feed.URL), sameness.URL(d.Base))
	d.choose(s.Letters, items, found)
	var unknown []*sameness.Item
	had := s.attendance()
	in := make(map[*Record]bool, len(items))
	ids := make(map[string]bool, len(s.Letters))
	for _, r := range s.Letters {
		ids[sameness.ID(r.Letter.ID)] = true
	}
	for i, it := range items {
		if ctx.Err() != nil {
			return c, context.Cause(ctx)
		}
		if found[i] < 0 {
			unknown = append(unknown, it)
			continue
		}
		r := s.Letters[found[i]]
		in[r] = true
		had.stayed = had.stayed || r.Left.IsZero()
		if s.meet(r, it, d) {
			c.changed++
		} else {
			c.known++
		}
	}
	if !d.partial {
		for _, r := range s.Letters {
			if !in[r] && r.Left.IsZero() {
				r.Left = d.now
			}
		}
	}

	fresh := make([]*Record, len(unknown))
	for i, it := range unknown {
		if ctx.Err() != nil {
			return c, context.Cause(ctx)
		}
		fresh[i] = s.meetFirst(it, d, ids)
	}
	flood := ""
	if !first && !d.release {
		flood = s.flood(fresh, had, d)
	}
	for _, r := range fresh {
		r.Held = flood
	}
	s.Letters = append(s.Letters, fresh...)
	switch {
	case d.release:
		s.Most = max(s.Most, len(fresh), s.letIn())
	case flood != "":
		s.Flood.At = d.now
	default:
		s.Most = max(s.Most, len(fresh))
	}
	if !d.partial {
		s.dropTaken()
	}
	s.endFlood(d.now)
	c.new = len(fresh)
	for _, r := range fresh {
		if r.Closed && !r.Letter.Published.Before(d.oldest) {
			d.forgotten++
		}
	}
	d.forgotten += s.close(d.oldest, min(memory, d.memory))
	return c, nil
}

// choose chooses the newest of the items that are to be cleaned, as many as there is
// room for: the others would be remembered by name only when that is done. found has
// the records of the items that are known.
func (d *delivery) choose(records []*Record, items []*sameness.Item, found []int) {
	var order []*sameness.Item
	for i, it := range items {
		if at := found[i]; at < 0 || records[at].Closed || records[at].Edits > restless || records[at].Seen != it.Seen {
			order = append(order, it)
		}
	}
	date := func(it *sameness.Item) time.Time { return firstDate(d.now, it.Published, it.Updated) }
	slices.SortStableFunc(order, func(a, b *sameness.Item) int { return date(b).Compare(date(a)) })
	d.whole = make(map[*sameness.Item]bool, len(order))
	size, most := 0, growth(d.wire)
	for _, it := range order[:min(len(order), 2*keptPerPartner)] {
		more := intake.WeightOf(it.Letter)
		if size == 0 || size+more <= most {
			d.whole[it] = true
			size += more
		}
	}
}

// An attendance is what a feed had before a visit, and whether any of it is still
// there.
type attendance struct {
	letters int
	newest  time.Time // of all that are remembered
	stayed  bool
}

func (s *State) attendance() (a attendance) {
	for _, r := range s.Letters {
		if r.Left.IsZero() {
			a.letters++
		}
		if r.Letter.Published.After(a.newest) {
			a.newest = r.Letter.Published
		}
	}
	return a
}

// flood says why new letters are held back, or nothing if they are not: they are
// far too many, or all that the feed had is gone for others that are no newer. A
// feed that shows its newest letters alone has newer ones when all are others.
func (s *State) flood(fresh []*Record, had attendance, d *delivery) string {
	on := d.now.Format("2 January 2006")
	if len(fresh) > max(floodMin, floodFactor*s.Most) {
		return fmt.Sprintf("%d new letters at once on %s, and never more than %d before", len(fresh), on, s.Most)
	}
	isNewer := func(r *Record) bool { return r.Letter.Published.After(had.newest) }
	if had.letters >= floodReplaced && !had.stayed && !d.partial && len(fresh) >= had.letters && !slices.ContainsFunc(fresh, isNewer) {
		return fmt.Sprintf("on %s all %d letters of the feed were gone, and %d others there, none of them newer", on, had.letters, len(fresh))
	}
	return ""
}

// endFlood releases what is held back when it was for long enough, and takes note
// of what still is. Nobody looked at it: what the partner may bring at once is as
// before.
func (s *State) endFlood(now time.Time) {
	if s.floodIsOver(now) {
		s.letIn()
	}
	s.Flood.Held, s.Flood.Reason = s.held()
	if s.Flood.Held == 0 {
		s.Flood = Flood{}
	}
}

// floodIsOver says whether what is held back comes in.
func (s *State) floodIsOver(now time.Time) bool {
	return s.Flood.Held > 0 && now.Sub(s.Flood.At) >= floodHeld
}

// held counts what is held back, and says why.
func (s *State) held() (n int, reason string) {
	if s.leftOut() {
		return s.Flood.Held, s.Flood.Reason
	}
	for _, r := range s.Letters {
		if r.Held != "" {
			n++
			reason = r.Held
		}
	}
	return n, reason
}

// dropTaken forgets letters that are held back and that the feed took away: a site
// that was broken into is mended like that. A letter older than all in the feed
// was not taken away but made room for others.
func (s *State) dropTaken() {
	var oldest time.Time // in the feed
	for _, r := range s.Letters {
		if r.Left.IsZero() && (oldest.IsZero() || r.Letter.Published.Before(oldest)) {
			oldest = r.Letter.Published
		}
	}
	s.Letters = slices.DeleteFunc(s.Letters, func(r *Record) bool {
		return r.Held != "" && !r.Left.IsZero() && !r.Letter.Published.Before(oldest)
	})
}

// letIn releases what is held back, and says how many letters that are.
func (s *State) letIn() (released int) {
	for _, r := range s.Letters {
		if r.Held != "" {
			r.Held = ""
			released++
		}
	}
	return released
}

// quiet takes note of a visit that brought nothing new.
func (s *State) quiet(now, oldest time.Time, memory int) (changed bool) {
	before := s.tally()
	for _, r := range s.Letters {
		if r.Edits <= restless {
			r.Edits = 0
		}
	}
	s.endFlood(now)
	s.close(oldest, memory)
	return s.tally() != before
}

// tally counts what a quiet visit may change.
func (s *State) tally() (t [4]int) {
	t[0] = len(s.Letters)
	for _, r := range s.Letters {
		t[1] += r.Edits
		if r.Held != "" {
			t[2]++
		}
		if r.Closed {
			t[3]++
		}
	}
	return t
}

// items returns the letters of the feed that are the partner's to bring, each
// once.
func (d *delivery) items(ctx context.Context, key string, c *counts) ([]*sameness.Item, error) {
	names := 0
	items := make([]*sameness.Item, 0, len(d.Feed.Letters))
	seen := make(map[string]bool, len(d.Feed.Letters))
	if d.own.Wrote(d.Feed.ID, d.Feed.FeedURL, d.Base) {
		c.own = len(d.Feed.Letters)
		return nil, nil
	}
	if namesOf(d.Feed.Letters) > namesBytes { // the newest stay
		slices.SortStableFunc(d.Feed.Letters, func(a, b *newsletter.Letter) int { return b.Published.Compare(a.Published) })
	}
	for _, l := range d.Feed.Letters {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if d.own.Wrote(l.Source.ID, l.Source.FeedURL, l.Source.URL) || d.own.Sent(l.ID, l.URL) {
			c.own++
			continue
		}
		d.Fit(l, key)
		d.TakeExtensions(l)
		if names += namesOf([]*newsletter.Letter{l}); names > namesBytes {
			d.unnamed++
			continue
		}
		it := sameness.NewItem(l)
		if same := it.Key(); !seen[same] {
			seen[same] = true
			items = append(items, it)
		}
	}
	return items, nil
}

// known returns what letters are known by.
func known(letters []*Record) []sameness.Known {
	list := make([]sameness.Known, len(letters))
	for i, r := range letters {
		list[i] = sameness.Known{ID: r.GUID, URL: r.Letter.URL, Title: r.Letter.Title, Published: r.Letter.Published, Seen: r.Seen, Text: r.Text}
	}
	return list
}

// namesOf returns about how many bytes letters take that are known by name alone.
func namesOf(letters []*newsletter.Letter) (n int) {
	for _, l := range letters {
		n += nameOverhead + 2*len(l.ID) + len(l.URL) + len(l.Title)
	}
	return n
}

// meet takes a known letter as the feed has it now, and says whether readers
// should know of a change.
func (s *State) meet(r *Record, it *sameness.Item, d *delivery) (changed bool) {
	r.Left = time.Time{}
	reopen := r.Closed && !r.Letter.Published.Before(d.oldest)
	wasRestless := r.Edits > restless
	if it.Seen == r.Seen && !reopen && !wasRestless {
		r.Edits = 0
		return false
	}
	if it.Seen != r.Seen && wasRestless {
		r.Seen = it.Seen
		return false
	}
	if r.Closed && (!reopen || !d.whole[it]) {
		r.Seen, r.GUID = it.Seen, it.Letter.ID
		r.Letter.Title, r.Letter.URL = it.Letter.Title, it.URL
		return false
	}
	if !d.whole[it] {
		return false // a later visit may have room for it
	}
	old, oldText := r.Letter, r.Text
	l := d.Tidy(it.Letter)
	if r.Seen == "" { // its file was damaged, in a date perhaps
		old.Published = firstDate(d.now, l.Published, l.Updated, old.Published)
		if old.Updated.Before(old.Published) || old.Updated.After(d.now) {
			old.Updated = old.Published
		}
	}
	l.ID, l.Published = old.ID, old.Published
	if l.Updated.IsZero() || l.Updated.After(d.now) {
		l.Updated = time.Time{}
	}
	r.Letter = l
	unread := r.Seen == "" || reopen // what the letter was before isn't known
	r.Seen, r.GUID, r.Text, r.Closed = it.Seen, it.Letter.ID, it.Words(), false

	// The same words in other markup are no news.
	sameText := l.Content == old.Content && l.Summary == old.Summary || r.Text != "" && r.Text == oldText
	same := sameText && l.Title == old.Title && slices.Equal(l.Attachments, old.Attachments)
	switch {
	case same || unread:
		r.Letter.Updated = old.Updated
		r.Edits = 0
		return false
	case wasRestless:
		r.Edits = 0 // twice the same: it came to rest
	default:
		r.Edits++
	}
	if r.Edits > restless {
		r.Letter.Updated = old.Published
		return false
	}
	if !l.Updated.After(old.Updated) {
		r.Letter.Updated = d.now
	}
	return true
}

// firstDate returns the first of the times that can be a date, and latest if there
// is none.
func firstDate(latest time.Time, times ...time.Time) time.Time {
	for _, t := range times {
		if isDate(t, latest) {
			return t
		}
	}
	return latest
}

// meetFirst returns the record of a letter that was never seen before.
func (s *State) meetFirst(it *sameness.Item, d *delivery, ids map[string]bool) *Record {
	written := *it.Letter
	if !d.whole[it] {
		written.Content = ""
	}
	l := d.Tidy(&written)
	if l.Published.IsZero() {
		l.Published = l.Updated
	}
	if !isDate(l.Published, d.now) {
		l.Published = d.now
	}
	if !isDate(l.Updated, d.now) || l.Updated.Before(l.Published) {
		l.Updated = l.Published
	}
	if l.ID = mendedID(it.Letter.ID); it.Letter.ID == "" {
		l.ID = mendedID(it.URL)
	}
	if l.ID == "" || ids[sameness.ID(l.ID)] {
		l.ID = sameness.DerivedID(s.Key, it.Letter.ID, it.URL)
		for i := 2; ids[l.ID]; i++ {
			l.ID = sameness.DerivedID(s.Key, it.Letter.ID, it.URL, it.Folded, fmt.Sprint(i))
		}
	}
	ids[sameness.ID(l.ID)] = true
	r := &Record{Letter: l, GUID: it.Letter.ID, FirstSeen: d.now, Seen: it.Seen, Text: it.Words()}
	if !d.whole[it] {
		r.close()
	}
	return r
}

// clockSkew is by how much the clocks of two workers may differ.
const clockSkew = time.Hour

// isAhead says whether a clock that was wrong noted the last visit.
func isAhead(s *fetch.State, now time.Time) bool { return s.LastAttempt.After(now.Add(clockSkew)) }

// forgetBody forgets what the last body was, so that the next comes whole and is read.
func forgetBody(s *fetch.State) { s.ETag, s.LastModified, s.ValidFor, s.BodyHash = "", "", "", "" }

// forget is forgetBody, and makes the feed due at once.
func forget(s *fetch.State) {
	forgetBody(s)
	s.Due = time.Time{}
}

// redate gives what a clock dated that was ahead the time that it is, and says
// whether there was anything.
func (s *State) redate(now time.Time) (changed bool) {
	if s.Flood.At.After(now.Add(clockSkew)) {
		s.Flood.At, changed = now, true
	}
	for _, r := range s.Letters {
		for _, t := range []*time.Time{&r.Letter.Published, &r.Letter.Updated, &r.FirstSeen, &r.Left} {
			if t.After(now.Add(clockSkew)) {
				*t, changed = now, true
			}
		}
	}
	return changed
}

// isDate says whether a date can be when a letter was written: the letter is
// not from the future, nor from the first day that computers know.
func isDate(t, now time.Time) bool {
	return !t.IsZero() && !t.After(now) && t.Year() >= 1990
}

// mendedID returns an ID in the form that all formats take, or the empty string
// if there is none.
func mendedID(id string) string {
	if !sameness.IsIRI(id) {
		return ""
	}
	l := newsletter.Letter{ID: id, Title: "x", Updated: time.Unix(0, 0)}
	mend(&l)
	return l.ID
}

// mend makes a letter one that passes Validate. It says whether there is
// anything in it.
func mend(l *newsletter.Letter) bool {
	const page = "https://x.invalid/"
	n := newsletter.Newsletter{
		ID: page, Title: "x", URL: page, FeedURL: page, Updated: l.Updated,
		Authors: []newsletter.Author{{Name: "x"}}, Letters: []*newsletter.Letter{l},
	}
	n.Repair()
	return len(n.Letters) > 0
}

// newFeed returns what a feed says of itself, in texts that don't hold on to
// the whole of it: they outlast the visit.
func newFeed(n *newsletter.Newsletter, p *Partner) Feed {
	return Feed{
		ID:       strings.Clone(n.ID),
		Title:    strings.Clone(strings.TrimSpace(n.Title)),
		URL:      strings.Clone(cmp.Or(intake.WebAddress(n.URL), weburl.WithoutUser(p.URL))),
		Language: strings.Clone(n.Language),
		Rights:   strings.Clone(n.Rights),
		Authors:  n.Authors,
	}
}

// close forgets the text of letters that are too many or have more bytes of text
// together than memory, and the letters themselves when there are far too many of
// them. It returns how many of the window lose their text. Letters that left the
// window stay: it may be made wider.
func (s *State) close(oldest time.Time, memory int) (forgotten int) {
	// Not by ID too, which a letter may have to change.
	slices.SortStableFunc(s.Letters, func(a, b *Record) int { return b.Letter.Published.Compare(a.Letter.Published) })
	open, size := 0, 0
	for _, held := range [...]bool{false, true} { // what is held back takes no other letter's place
		for _, r := range s.Letters {
			if r.Closed || held != (r.Held != "") {
				continue
			}
			size += intake.WeightOf(&r.Letter)
			if !held {
				open++
			}
			if (held || open <= keptPerPartner) && size <= memory {
				continue
			}
			if !r.Letter.Published.Before(oldest) {
				forgotten++
			}
			r.close()
		}
	}
	gone := 0
	size = 0
	s.Letters = slices.DeleteFunc(s.Letters, func(r *Record) bool {
		if r.Left.IsZero() {
			return false
		}
		gone++
		if r.Closed {
			size += intake.SizeOf(&r.Letter) + len(r.GUID)
		}
		return gone > remembered || r.Closed && size > memory
	})
	return forgotten
}

// close forgets what a letter says.
func (r *Record) close() {
	r.Closed = true
	r.Letter = newsletter.Letter{ID: r.Letter.ID, URL: r.Letter.URL, Title: r.Letter.Title, Published: r.Letter.Published, Updated: r.Letter.Updated}
}

// staysQuiet says whether a visit that brings nothing new changes none of the
// letters, as far as that is known without them.
func (s *State) staysQuiet(now time.Time) bool {
	_, _, err := decodeIndexHead(s.Index)
	return s.leftOut() && err == nil && !s.floodIsOver(now)
}
