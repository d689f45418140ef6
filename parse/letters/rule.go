package letters

import (
	"slices"

	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/parse/letters/internal/markdown"
)

// A Rule is something that a letter or its folder may break. The Rule of an
// error of this package is the ID of one.
type Rule struct {
	ID     string
	Remark bool   // broken, it keeps nothing from being published
	Text   string // what it asks for
	Reason string
	Mend   string
}

// The rules' IDs.
const (
	ruleOther       = settings.RuleOther
	ruleSetting     = settings.RuleSetting
	ruleKeyUnknown  = settings.RuleKeyUnknown
	ruleYAML        = settings.RuleYAML
	ruleTOML        = settings.RuleTOML
	ruleTitle       = "letter-title-missing"
	ruleDate        = "letter-date-missing"
	ruleAuthor      = "letter-author-missing"
	ruleByline      = "letter-byline"
	ruleAddress     = "letter-address"
	ruleTaken       = "letter-name-taken"
	ruleEncoding    = "letter-encoding"
	ruleLimit       = settings.RuleLimit
	ruleNewsletter  = "newsletter-incomplete"
	ruleKeyMisspelt = "letter-key-misspelt"
	rulePassedOver  = "letter-passed-over"
	ruleBylineText  = "letter-byline-text"
	ruleLinkScheme  = "letter-link-scheme"
	ruleForeignFile = "letter-file-foreign"
	rulePictureSize = "letter-picture-large"
)

var ruleTable = []Rule{
	{ID: ruleOther, Text: "A letter can be read and published.", Reason: "What is wrong in one letter keeps the whole folder from being built.", Mend: "The message says what was expected."},
	{ID: ruleSetting, Text: "A setting has a value that it can have.", Reason: "Nobody knows what is meant.", Mend: "Write what the message says was expected."},
	{ID: ruleKeyUnknown, Text: "The keys of newsletter.yaml are known.", Reason: "What is misspelt would be passed over.", Mend: "Correct the key, or take it out."},
	{ID: ruleYAML, Text: "Front matter between lines --- is YAML.", Reason: "None of it can be read otherwise.", Mend: "Put quotation marks around a value with a colon in it, and indent with spaces."},
	{ID: ruleTOML, Text: "Front matter between lines +++ is TOML.", Reason: "None of it can be read otherwise.", Mend: "Put quotation marks around every text."},
	{ID: ruleTitle, Text: "A letter has a title.", Reason: "Readers list it by that.", Mend: "Write the key title, or begin with a heading."},
	{ID: ruleDate, Text: "A letter has a date.", Reason: "Letters are in its order, and IDs are made of it.", Mend: "Write the key date, or begin the name of the file or of its folder with it; in plain text the byline may have it."},
	{ID: ruleAuthor, Remark: true, Text: "A letter has an author.", Reason: "Without one readers see the newsletter's title.", Mend: "Write the key author, or authors in newsletter.yaml for all letters."},
	{ID: ruleByline, Text: "A byline, the second paragraph of a letter in plain text, is kind, authors and date with · between.", Reason: "It says who wrote the letter and when.", Mend: "Write kind · authors · date."},
	{ID: ruleAddress, Text: "An address in a letter leads somewhere.", Reason: "Subscribers see a broken picture, or nothing.", Mend: "Write the address of a file beside the letter, or one that begins with https://."},
	{ID: ruleTaken, Text: "No two letters have the same slug, URL or ID, and none has the address of another file of the newsletter.", Reason: "Subscribers would see one of them.", Mend: "Rename one, or give it a slug or an id of its own."},
	{ID: ruleEncoding, Text: "Letters are in UTF-8, and of characters that a feed can hold.", Reason: "Others would be garbled.", Mend: "Save the file as UTF-8 without control characters."},
	{ID: ruleLimit, Text: "A letter keeps within what is read of one.", Reason: "What costs more than any letter would stop the whole folder.", Mend: "Make two letters of it."},
	{ID: ruleNewsletter, Text: "A folder says what newsletter it is.", Reason: "A feed has a title and an address.", Mend: "Write title and url into newsletter.yaml."},
	{ID: rulePassedOver, Remark: true, Text: "A text beside letters is a letter, or says that it is none.", Reason: "A letter that nobody takes for one is never published.", Mend: "Begin its name or its folder's with a date, or its text with front matter or with a title and a byline; or put _ before its name, or name it in .gitignore."},
	{ID: ruleBylineText, Remark: true, Text: "A line of names or a date below the title is a byline.", Reason: "Another form than kind · authors · date is text of the letter, and it has no author.", Mend: "Put · between the fields, and a date at the end."},
	{ID: settings.RulePlaceholder, Remark: true, Text: "A newsletter that is published has a title and an address of its own.", Reason: "newsletter new site writes placeholders where it is not told, and the permanent names of letters are made of the address: to change it later shows each letter again as new.", Mend: "Write title and url into newsletter.yaml."},
	{ID: ruleKeyMisspelt, Remark: true, Text: "A key of the front matter is not one letter off a known one.", Reason: "Other keys are left alone, as they are for other software: drft: true would publish a draft.", Mend: "Correct the key."},
	{ID: ruleLinkScheme, Remark: true, Text: "A link to another site begins with https://.", Reason: "Without it the link leads to a page of the newsletter, which there isn't.", Mend: "Write https:// before it; mailto: before an e-mail address."},
	{ID: ruleForeignFile, Remark: true, Text: "Files beside letters are of a kind that pages can show.", Reason: "A document of a word processor or a mail is never published, and browsers don't show every kind of picture.", Mend: "Save the text as UTF-8 in a file that ends in .md or .txt, and a picture as JPEG or PNG; put what is to be published as it is into static/, or link to it."},
	{ID: rulePictureSize, Remark: true, Text: "A picture has at most 2 MB.", Reason: "Readers with a telephone wait for it, and pay for it.", Mend: "Make it smaller: 2,000 pixels are as wide as a page shows."},
	{ID: markdown.RuleShortcode, Remark: true, Text: "Markdown has no shortcodes of other software.", Reason: "They are shown as they stand.", Mend: "Write what the message says."},
	{ID: markdown.RuleHTMLDropped, Remark: true, Text: "Markdown has no HTML.", Reason: "It is dropped, and what it would have shown with it.", Mend: "Write it in Markdown: a link in the place of <iframe> and <video>. --rawHTML keeps HTML that you vouch for."},
	{ID: markdown.RulePictureSpace, Remark: true, Text: "The address of a picture has no space.", Reason: "Markdown takes it for text then, and shows no picture.", Mend: "Write %20 for the space, or put < and > around the address."},
	{ID: markdown.RulePictureNoText, Remark: true, Text: "A picture has a text.", Reason: "Who can't see the picture hears the text; without one nothing, or the file's name.", Mend: "Write what the picture shows between [ and ]."},
}

// Rules returns what letters and their folders may break.
func Rules() []Rule { return slices.Clone(ruleTable) }
