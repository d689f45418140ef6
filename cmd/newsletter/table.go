package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/say"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/internal/netblock"
	"github.com/automationregion/newsletter/internal/plaintext"
)

// mostRows is how many partners with nothing to tell the table has.
const mostRows = 40

// partnersTable returns the reports as a table: those with trouble first, and
// below it what they may do about it.
func partnersTable(reports []aggregate.PartnerReport, columns int) string {
	const (
		trouble = iota
		news
		same
	)
	rank := func(r *aggregate.PartnerReport) int {
		switch {
		case wrong(r) != "":
			return trouble
		case r.New+r.Changed > 0:
			return news
		}
		return same
	}
	rows := make([]*aggregate.PartnerReport, len(reports))
	for i := range reports {
		rows[i] = &reports[i]
	}
	slices.SortStableFunc(rows, func(a, b *aggregate.PartnerReport) int { return cmp.Compare(rank(a), rank(b)) })
	more := 0
	if quiet := slices.IndexFunc(rows, func(r *aggregate.PartnerReport) bool { return rank(r) == same }); quiet >= 0 && len(rows) > quiet+mostRows {
		more = len(rows) - quiet - mostRows
		rows = rows[:quiet+mostRows]
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "PARTNER\tSTATUS\tNEW\tSHOWN\tLEFT OUT\tNEXT VISIT\tWHAT IS WRONG")
	for _, r := range rows {
		next := "never"
		if !r.Due.IsZero() {
			next = r.Due.Local().Format("Jan _2 15:04")
		}
		if r.Status == aggregate.Twice {
			next = ""
		}
		left := r.Filtered + r.Old + r.Beyond + r.BeyondText + r.Held
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", fitted(r.Name, 28), r.Status, number(r.New), number(r.Letters), number(left), next, wrong(r))
	}
	w.Flush()
	var out strings.Builder
	for line := range strings.Lines(b.String()) {
		out.WriteString(fitted(strings.TrimRight(line, " \n"), columns) + "\n")
	}
	if more > 0 {
		fmt.Fprintf(&out, "… and %d more with nothing new\n", more)
	}
	if len(rows) > 0 && rank(rows[0]) == trouble {
		out.WriteString("partners.html has the whole of it, and what each partner may do\n")
	}
	return out.String()
}

// wrong says what is wrong with a partner, if anything.
func wrong(r *aggregate.PartnerReport) string {
	switch {
	case r.Error != "":
		return plaintext.Line(r.Error)
	case r.Held > 0:
		return fmt.Sprintf("%s held back: %s", say.Count(r.Held, "letter"), plaintext.Line(r.HeldReason))
	case r.Status == aggregate.Twice:
		return "listed twice: the first counts"
	}
	return plaintext.Line(r.Warning)
}

func number(n int) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

// fitted shortens a line to so many characters.
func fitted(s string, most int) string { return say.Cut(plaintext.Line(s), most) }

// leftOutLines say how many letters are not published and why, a line for each
// reason, with the flag that has them published.
func leftOutLines(result *aggregate.Result, shape site.Options, f *aggregateFlags) []string {
	out := result.Window.LeftOut
	ownBeside, othersBeside := site.FeedsLeaveOut(result.Newsletter, shape)
	most := cmp.Or(f.letters, aggregate.DefaultMaxLetters)
	share := fmt.Sprintf("with %s there is no room for a letter of each", say.Count(result.Window.Partners, "partner"))
	if result.Window.Share > 0 {
		share = fmt.Sprintf("of %s each has its newest %d in any case", say.Count(result.Window.Partners, "partner"), result.Window.Share)
	}
	whose := mostOf(result.Partners, func(r *aggregate.PartnerReport) int { return r.Beyond })
	days := f.days
	if days == 0 {
		days = int(aggregate.DefaultWindow / (24 * time.Hour))
	}
	var lines []string
	for _, left := range []struct {
		n   int
		why string
	}{
		{out.Old, fmt.Sprintf("older than %d days: more --days, or -1 for all that is remembered, publishes them", days)},
		{out.Beyond, fmt.Sprintf("beyond the newest %d: --letters %d or more, or -1 for all, publishes them; they are of %s, and %s",
			most, most+out.Beyond, strings.Join(whose, ", "), share)},
		{out.BeyondText, fmt.Sprintf("beyond the text that a newsletter may have: shorter or fewer letters of these partners make room; they are of %s, and each has its share in any case",
			strings.Join(mostOf(result.Partners, func(r *aggregate.PartnerReport) int { return r.BeyondText }), ", "))},
		{out.Filtered, "by filters and limits of their partners, as the partners' list and the limits of text have them"},
		{out.Held, "held back, since they were far too many at once, or took the place of all that the feed had: look at the partner's site, then --release takes them in; else they come in after seven days without another such flood"},
	} {
		if left.n > 0 {
			lines = append(lines, fmt.Sprintf("left out: %s %s", say.Count(left.n, "letter"), left.why))
		}
	}
	if ownBeside+othersBeside > 0 {
		lines = append(lines, fmt.Sprintf("left out of the feeds, and not of the pages: %s of this newsletter and %d of partners; more than %d, and %d of this newsletter, are for feed: {size, own} in newsletter.yaml to allow",
			say.Count(ownBeside, "letter"), othersBeside, shape.FeedLetters, shape.FeedOwn))
	}
	return lines
}

// mostOf names the partners with most of something: "Alpha (120)", "Beta (7)",
// "12 others".
func mostOf(reports []aggregate.PartnerReport, number func(*aggregate.PartnerReport) int) (parts []string) {
	var list []*aggregate.PartnerReport
	for i := range reports {
		if number(&reports[i]) > 0 {
			list = append(list, &reports[i])
		}
	}
	slices.SortStableFunc(list, func(a, b *aggregate.PartnerReport) int { return cmp.Compare(number(b), number(a)) })
	for _, r := range list[:min(len(list), 3)] {
		parts = append(parts, fmt.Sprintf("%s (%d)", fitted(r.Name, 28), number(r)))
	}
	if more := len(list) - len(parts); more > 0 {
		parts = append(parts, say.Count(more, "other"))
	}
	return parts
}

// adviceLines say of each kind of trouble that its remedy is here, and not at the
// partner, what that is.
func adviceLines(reports []aggregate.PartnerReport, err error) []string {
	var failing, blocked, resting int
	for i := range reports {
		r := &reports[i]
		switch {
		case r.Status == fetch.Resting:
			resting++
		case r.Failing() && r.Blocked.IsValid() && netblock.Allowed(r.Blocked, true, nil):
			blocked++
			failing++
		case r.Failing():
			failing++
		}
	}
	var lines []string
	if errors.Is(err, aggregate.ErrAllFailed) {
		line := fmt.Sprintf("%s: %d failing", aggregate.ErrAllFailed, failing)
		if resting > 0 {
			line += fmt.Sprintf(", %d not asked because their host failed for others of it or asked for a rest", resting)
		}
		lines = append(lines, line)
		if blocked < failing {
			lines = append(lines, "  If one of them opens in a browser here, look for what stands between: a proxy, a firewall, the name server. --all asks again before they are due.")
		}
	} else if resting > 0 {
		lines = append(lines, fmt.Sprintf("%s not asked: their host did not answer for others of it, or asked for a rest; a later run asks them, once they are due", say.Count(resting, "partner")))
	}
	if blocked > 0 {
		lines = append(lines, fmt.Sprintf("%s at addresses that are not of the public internet: if they are in your own network, --allow-private asks them, at once", say.Count(blocked, "partner")))
	}
	return lines
}
