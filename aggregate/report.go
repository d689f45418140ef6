package aggregate

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/automationregion/newsletter/aggregate/internal/intake"
	"github.com/automationregion/newsletter/fetch"
	"github.com/go-json-experiment/json"

	"github.com/automationregion/newsletter/internal/plaintext"
)

// What a partner's report may say beside what a visit ends in.
const (
	Offline fetch.Status = "offline"      // nobody was to be asked
	Claimed fetch.Status = "claimed"      // it wasn't asked: another run that shares the store is asking it
	Twice   fetch.Status = "listed twice" // a partner before it has the same address

	// takenOver says that it was asked, for so long that another run that shares
	// the store took it over: what that one remembers counts.
	takenOver fetch.Status = "overtaken"

	// stateUnreadable says that it wasn't asked, since what is remembered of it can't be
	// read; its letters are left out. The fault is here and not at the partner.
	stateUnreadable fetch.Status = "state unreadable"

	// notVisited says that it was due, but the run ended before its turn, because
	// the memory failed; and notRecorded that it was asked before that, and what it
	// brought is not remembered.
	notVisited  fetch.Status = "not visited"
	notRecorded fetch.Status = "not recorded"
)

// A PartnerReport says what became of one partner in a run, in words that can
// be forwarded to the partner.
type PartnerReport struct {
	Key     string       `json:"key"`
	Name    string       `json:"name"`
	URL     string       `json:"url,omitzero"`     // home page
	FeedURL string       `json:"feedURL,omitzero"` // where the feed is asked for
	Status  fetch.Status `json:"status"`
	Code    int          `json:"code,omitzero"` // HTTP status of the last answer

	New        int    `json:"new"`                 // letters that were never seen before
	Changed    int    `json:"changed"`             // known letters that changed
	Known      int    `json:"known"`               // known letters that didn't
	Held       int    `json:"held"`                // letters held back
	HeldReason string `json:"heldReason,omitzero"` // why they are; they come in at HeldUntil, or when somebody releases them
	Filtered   int    `json:"filtered"`            // letters that the partner's filters and limit leave out
	Old        int    `json:"old,omitzero"`        // letters older than the window, which leaves them out
	Beyond     int    `json:"beyond,omitzero"`     // letters that are left out because the newsletter has as many as it may
	Share      int    `json:"share,omitzero"`      // of a partner with such letters: how many of its newest stay, whatever other partners bring
	BeyondText int    `json:"beyondText,omitzero"` // letters that are left out because the newsletter has as much text as it may
	ShareText  int    `json:"shareText,omitzero"`  // of a partner with such letters: the text of its newest that stays, whatever other partners bring
	Copies     int    `json:"copies,omitzero"`     // letters that are in the newsletter as those of another partner
	Letters    int    `json:"letters"`             // letters in the newsletter
	Own        int    `json:"own,omitzero"`        // letters of this newsletter that came back

	LeftOut []LeftOut `json:"leftOut,omitzero"` // of the extensions of the letters in the feed as it came in this visit

	HeldUntil time.Time `json:"heldUntil,omitzero"` // from when on a visit takes in what is held back, if there is no other flood until then

	Newest      time.Time     `json:"newest,omitzero"`      // date of the newest of them
	Duration    time.Duration `json:"-"`                    // of the visit; "seconds" in JSON
	Bytes       int64         `json:"bytes"`                // over the wire
	LastAttempt time.Time     `json:"lastAttempt,omitzero"` // last time that it was asked
	LastSuccess time.Time     `json:"lastSuccess,omitzero"` // last time that the feed was there, changed or not
	Due         time.Time     `json:"due,omitzero"`         // when it is asked next
	DueReason   string        `json:"dueReason,omitzero"`
	Failures    int           `json:"failures,omitzero"` // in a row
	Gone        bool          `json:"gone,omitzero"`     // the server said that the feed is gone for good
	Error       string        `json:"error,omitzero"`    // what is wrong
	Advice      string        `json:"advice,omitzero"`   // what the partner could do about it
	Warning     string        `json:"warning,omitzero"`  // what is wrong with the feed although it can be read

	// Topic and Hubs are what the feed last named for WebSub, as
	// [github.com/automationregion/newsletter/fetch/websub.Discover] finds it.
	Topic string   `json:"topic,omitzero"`
	Hubs  []string `json:"hubs,omitempty"`

	// Pushes says in words how the subscription at a hub does. The program that
	// subscribes fills it in; this package leaves it empty.
	Pushes string `json:"pushes,omitzero"`

	// Blocked is the address that the feed's host has and that was not connected to:
	// AllowPrivate or Allow of [fetch.Options] would.
	Blocked netip.Addr `json:"blocked,omitzero"`

	recorded bool      // more of it changed than when it is asked next
	rest     time.Time // end of the rest that its host asked for
}

// MarshalJSON writes the report as report.json has it.
func (r PartnerReport) MarshalJSON() ([]byte, error) {
	type report PartnerReport
	return json.Marshal(struct {
		report
		Seconds float64 `json:"seconds"`
	}{report(r), r.Duration.Seconds()})
}

// Visited brings the report up to a visit, which knows nothing of the newsletter that was
// made of what is remembered.
func (r *PartnerReport) Visited(visit *PartnerReport) {
	was := *r
	*r = *visit
	r.Letters, r.Copies, r.Newest = was.Letters, was.Copies, was.Newest
	r.Filtered, r.Old, r.Beyond = was.Filtered, was.Old, was.Beyond
	r.Share, r.BeyondText, r.ShareText = was.Share, was.BeyondText, was.ShareText
	r.Warning = cmp.Or(r.Warning, was.Warning)
}

// Failing says whether the partner's feed could not be had when it was last
// asked for.
func (r *PartnerReport) Failing() bool {
	return r.Status == fetch.Failed || r.Status == fetch.Gone || r.Status == stateUnreadable || r.Failures > 0
}

// String returns the report as a few sentences.
func (r *PartnerReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): ", r.Name, r.FeedURL)
	switch r.Status {
	case fetch.Failed, fetch.Gone:
		fmt.Fprintf(&b, "the feed could not be read: %s.", strings.TrimSuffix(r.Error, "."))
	case fetch.Resting:
		fmt.Fprintf(&b, "not asked: %s.", strings.TrimSuffix(r.Error, "."))
	case fetch.NotDue:
		b.WriteString("not asked, it is not due.")
	case notVisited:
		b.WriteString("not asked, although it is due: the run ended before its turn.")
	case notRecorded:
		b.WriteString("asked, but what it brought could not be remembered.")
	case stateUnreadable:
		fmt.Fprintf(&b, "not asked, and its letters are left out: %s.", strings.TrimSuffix(r.Error, "."))
	case Claimed:
		b.WriteString("not asked, another run is asking it.")
	case fetch.NotModified, fetch.SameBody:
		b.WriteString("nothing new.")
	case fetch.Fetched:
		fmt.Fprintf(&b, "%s, %d changed, %d as before.", count(r.New, "new letter"), r.Changed, r.Known)
	case takenOver:
		b.WriteString("asked for so long that another run took it over; what this one brought is left out.")
	case Twice:
		b.WriteString("listed twice; the first one counts.")
	case Offline:
		b.WriteString("nobody was asked.")
	}
	if (r.Status == fetch.NotDue || r.Status == Claimed || r.Status == Offline) && r.Error != "" {
		fmt.Fprintf(&b, " Last time the feed could not be read: %s.", strings.TrimSuffix(r.Error, "."))
	}
	if r.Held > 0 {
		fmt.Fprintf(&b, " %s", r.saidHeld())
	}
	if r.Filtered > 0 {
		fmt.Fprintf(&b, " %s left out by filters or the limit.", count(r.Filtered, "letter"))
	}
	if r.Old > 0 {
		fmt.Fprintf(&b, " %s left out as older than the newsletter's window.", count(r.Old, "letter"))
	}
	for _, said := range r.saidBeyond() {
		b.WriteString(" " + said)
	}
	if r.Copies > 0 {
		fmt.Fprintf(&b, " %s in the newsletter as another's: it is the same there.", count(r.Copies, "letter"))
	}
	if r.Own > 0 {
		fmt.Fprintf(&b, " %s left out that came from this newsletter.", count(r.Own, "letter"))
	}
	if said := saidLeftOut(r.LeftOut); said != "" {
		b.WriteString(" " + said)
	}
	if r.Warning != "" {
		fmt.Fprintf(&b, " The feed has a fault: %s.", strings.TrimSuffix(r.Warning, "."))
	}
	if r.Failing() && !r.LastSuccess.IsZero() {
		fmt.Fprintf(&b, " It last could be on %s.", r.LastSuccess.UTC().Format("2 January 2006 15:04 MST"))
	}
	if r.Advice != "" {
		b.WriteString(" " + r.Advice)
	}
	if !r.Due.IsZero() {
		fmt.Fprintf(&b, " Asked again from %s", r.Due.UTC().Format("2 January 2006 15:04 MST"))
		if r.DueReason != "" {
			fmt.Fprintf(&b, " (%s)", r.DueReason)
		}
		b.WriteByte('.')
	}
	return b.String()
}

// saidHeld says what is held back and what becomes of it.
func (r *PartnerReport) saidHeld() string {
	said := fmt.Sprintf("%s held back: %s. Somebody may release them (aggregate --release, or db release of a database)", count(r.Held, "letter"), strings.TrimSuffix(r.HeldReason, "."))
	if !r.HeldUntil.IsZero() {
		said += fmt.Sprintf("; else they come in from %s on, if there is no such flood until then", day(r.HeldUntil.UTC()))
	}
	return said + "."
}

// saidBeyond says what is left out since the newsletter is full, what stays in any
// case, and what would make room.
func (r *PartnerReport) saidBeyond() (said []string) {
	if r.Beyond > 0 {
		why := "it has more partners than letters"
		if r.Share > 0 {
			why = fmt.Sprintf("the newest %d of this partner stay in any case, and more as far as others leave room", r.Share)
		}
		said = append(said, fmt.Sprintf("%s left out because the newsletter is full: %s. More letters in all (MaxLetters, --letters) make room.", count(r.Beyond, "letter"), why))
	}
	if r.BeyondText > 0 {
		said = append(said, fmt.Sprintf("%s left out because the newsletter has as much text as it may: the newest of this partner stay in any case up to %d bytes, and more as far as others leave room. More text in all (Limits.Newsletter) makes room, and so do shorter letters.", count(r.BeyondText, "letter"), r.ShareText))
	}
	return said
}

// joined returns two sentences about a feed as one.
func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return strings.TrimSuffix(a, ".") + "; " + b
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// maxWords is how many characters a report has of what a stranger wrote.
const maxWords = 1_000

// plain makes what strangers wrote text and nothing else: the report is printed,
// logged and mailed.
func (r *PartnerReport) plain() {
	for _, words := range []*string{&r.Name, &r.Error, &r.Advice, &r.Warning, &r.HeldReason, &r.DueReason} {
		*words = plainWords(*words)
	}
}

func plainWords(s string) string {
	short, _ := intake.Shorten(s, maxWords)
	return plaintext.Line(short)
}

// Errors of a run that are about partners, to be told apart with [errors.Is].
var (
	ErrAllFailed = errors.New("no partner's feed could be had")
	ErrPartner   = errors.New("a partner's feed could not be had") // of a strict run
)

// judge returns the error of a run with these reports.
func judge(reports []PartnerReport, strict bool) error {
	var failing []string
	total, held, unreadable := 0, 0, 0
	for i := range reports {
		r := &reports[i]
		if r.Status == Twice {
			continue
		}
		total++
		if r.Status == stateUnreadable {
			unreadable++
		}
		switch {
		case r.Failing():
			failing = append(failing, r.Name)
		case r.Status == fetch.Resting:
			held++ // for the failure of another on its host
		}
	}
	switch {
	case unreadable > 0 && unreadable == total:
		return fmt.Errorf("%w: %w", ErrStore, ErrUnreadable)
	case len(failing) > 0 && len(failing)+held == total:
		return ErrAllFailed
	case strict && len(failing) > 0:
		return fmt.Errorf("%w: %s", ErrPartner, strings.Join(failing, ", "))
	}
	return nil
}

func day(t time.Time) string { return t.Format("2 January 2006") }

func minute(t time.Time) string { return t.UTC().Format("2 January 2006 15:04 UTC") }

// Bounds of what a report tells of extensions.
const (
	leftOutSaid  = 5   // names in its sentences
	leftOutChars = 200 // of a stranger's name
)

// leftOut returns what was counted: the most first.
func leftOut(counted intake.LeftOut) []LeftOut {
	var list []LeftOut
	for what, n := range counted {
		list = append(list, LeftOut{shortName(what.Namespace), shortName(what.Name), what.Reason, n})
	}
	slices.SortFunc(list, func(a, b LeftOut) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Reason, b.Reason))
	})
	return list
}

func shortName(s string) string {
	s, _ = intake.Shorten(s, leftOutChars)
	return plainWords(s)
}

// saidLeftOut is the sentence of a report.
func saidLeftOut(list []LeftOut) string {
	if len(list) == 0 {
		return ""
	}
	var said []string
	for _, l := range list[:min(len(list), leftOutSaid)] {
		said = append(said, l.words())
	}
	if more := len(list) - leftOutSaid; more > 0 {
		said = append(said, count(more, "other name"))
	}
	return "Left out of letters: " + strings.Join(said, "; ") + "."
}
