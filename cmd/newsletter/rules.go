package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/automationregion/newsletter/check"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/say"
	"github.com/automationregion/newsletter/parse/letters"
)

// Rules that are the command's own.
const (
	ruleLetter   = "letter" // of package letters
	ruleDeadLink = "letter-link-dead"
	ruleTooMany  = "too-many-findings"
	ruleActive   = "asset-active"

	ruleTakenBack = "letter-taken-back"

	// Of package letters.
	rulePassedOver  = "letter-passed-over"
	ruleForeignFile = "letter-file-foreign"
	rulePictureSize = "letter-picture-large"
	ruleLinkScheme  = "letter-link-scheme"
)

var ownRules = []check.Rule{
	{ID: ruleActive, Severity: check.Warning, Text: "A file beside the letters is nothing that can hold scripts, as HTML and SVG can.", Reason: "It is published as it is, and what it runs speaks in the newsletter's name. preview and serve keep it from running; other servers do only where they are told to.", Mend: "Read what it says, or have a PNG or a letter in its place. Where all is well, ignore the rule: check: {ignore: [asset-active]} in newsletter.yaml."},
	{ID: ruleDeadLink, Severity: check.Warning, Text: "A link to the newsletter itself leads to a page of it.", Reason: "Subscribers see that there is nothing.", Mend: "Write the path of the other letter's file, such as winter.md: it becomes the address of its page."},
	{ID: ruleTakenBack, Severity: check.Error, Text: "A file that was published as a letter is one still, or says that it is none.", Reason: "What is passed over leaves the pages and feeds, and nobody is told.", Mend: "Give it back its date, front matter or byline; to take the letter back, write draft: true, or remove the file."},
	{ID: ruleTooMany, Severity: check.Warning, Text: "A document has fewer findings than are listed.", Reason: "The rest of it was not looked at.", Mend: "Mend what is listed and check again."},
}

// advised are the rules of letters that are good practice; other remarks are
// warnings.
var advised = []string{"letter-picture-text-missing", "letter-author-missing"}

// allRules are those of feeds, those of letters and the command's own, by ID.
func allRules() []check.Rule {
	all := append(check.Rules(), ownRules...)
	for _, rule := range letters.Rules() {
		severity := check.Error
		switch {
		case slices.Contains(advised, rule.ID):
			severity = check.Advice
		case rule.Remark:
			severity = check.Warning
		}
		all = append(all, check.Rule{ID: rule.ID, Severity: severity, Text: rule.Text, Reason: rule.Reason, Mend: rule.Mend})
	}
	slices.SortFunc(all, func(a, b check.Rule) int { return strings.Compare(a.ID, b.ID) })
	return all
}

func ruleIDs() []string {
	all := allRules()
	ids := make([]string, len(all))
	for i, rule := range all {
		ids[i] = rule.ID
	}
	return ids
}

// ruleCalled returns the rule of that ID.
func ruleCalled(id string) check.Rule {
	for _, rule := range allRules() {
		if rule.ID == id {
			return rule
		}
	}
	return check.Rule{ID: id, Severity: check.Error}
}

// knownRule says what to do about an ID that is no rule's.
func knownRule(id string) error {
	ids := ruleIDs()
	if slices.Contains(ids, id) {
		return nil
	}
	var near []string
	for _, known := range ids {
		if strings.Contains(known, id) && id != "" {
			near = append(near, known)
		}
	}
	if len(near) > 0 && len(near) < 6 {
		return fmt.Errorf("there is no such rule: expected one such as %s", strings.Join(near, ", "))
	}
	return fmt.Errorf("there is no such rule: newsletter check --rules lists them")
}

func severityCalled(name string) (check.Severity, error) {
	var s check.Severity
	if err := s.UnmarshalText([]byte(name)); err != nil {
		return 0, fmt.Errorf("expected error, warning or advice")
	}
	return s, nil
}

// listRules prints all rules, one a line.
func (c *command) listRules(format string) error {
	all := allRules()
	if format == "json" {
		type row struct {
			ID       string         `json:"id"`
			Severity check.Severity `json:"severity"`
			Formats  []check.Format `json:"formats"`
			Text     string         `json:"text"`
			Reason   string         `json:"reason"`
			Mend     string         `json:"mend"`
			Section  string         `json:"section"`
			W3C      []string       `json:"w3c"`
		}
		rows := make([]row, len(all))
		for i, r := range all {
			rows[i] = row{r.ID, r.Severity, append([]check.Format{}, r.Formats...), r.Text, r.Reason, r.Mend, r.Section, append([]string{}, r.W3C...)}
		}
		return say.JSON(c.stdout, rows)
	}
	w := tabwriter.NewWriter(c.stdout, 0, 8, 2, ' ', 0)
	for _, r := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.ID, r.Severity, r.Text)
	}
	return w.Flush()
}

// explainRule prints all that there is to know of a rule.
func (c *command) explainRule(id string) error {
	if err := knownRule(id); err != nil {
		return fmt.Errorf("--explain %s: %w", id, err)
	}
	rule := ruleCalled(id)
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)\n\n%s %s\n\nTo mend it: %s\n", rule.ID, rule.Severity, rule.Text, rule.Reason, rule.Mend)
	if len(rule.Formats) > 0 {
		names := make([]string, len(rule.Formats))
		for i, f := range rule.Formats {
			names[i] = string(f)
		}
		fmt.Fprintf(&b, "\nIn: %s\n", strings.Join(names, ", "))
	}
	if rule.Section != "" {
		fmt.Fprintf(&b, "By: %s\n", rule.Section)
	}
	if len(rule.W3C) > 0 {
		fmt.Fprintf(&b, "The W3C's validator calls it %s.\n", rule.W3C[0])
	}
	if rule.Before != "" {
		fmt.Fprintf(&b, "\nBefore:\n\n%s\n", indent(rule.Before))
		if rule.After != "" {
			fmt.Fprintf(&b, "\nAfter:\n\n%s\n", indent(rule.After))
		}
	}
	_, err := c.stdout.Write([]byte(b.String()))
	return err
}

func indent(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n    ")
}
