package letters

import "github.com/automationregion/newsletter"

// ConfigFile is the name of the file, at the top of a folder of letters, that
// says what newsletter the letters belong to, in YAML:
//
//	title                 required
//	url                   home page; required
//	description
//	language              of letters that state none
//	timezone              of dates that state none, such as Europe/Stockholm; UTC if
//	                      it isn't stated
//	authors               of letters that state none; without them feeds that
//	                      require one name the title
//	rights
//	image, icon           a file of the folder, or a URL
//	categories
//	hubs                  URLs of WebSub hubs
//	id                    permanent name, any text; the url if it isn't stated
//	ids                   a table of letters' files and the IDs that they were
//	                      published with, of letters that state none themselves
//	feed                  a table with size, how many letters the feeds carry: all if
//	                      it isn't stated, or 1,000 where there are partners; and own,
//	                      how many of these may be the newsletter's own beside those
//	                      of partners: 50
//	page                  a table with size, how many letters stand on a page of a
//	                      list: 50 if it isn't stated
//	menu                  a list of tables with title and url, at the top of every page
//	footer                a text at the end of every page
//	accent                colour of links, such as "#0b5566"
//	logo                  a picture instead of image, on pages
//	archive               a table with size: feeds of more letters go on in archives
//	                      (RFC 5005) of so many
//	lists                 what there are lists by, with pages and feeds of their own:
//	                      kind, category, author, language
//	markdown              true: feeds carry the letters' Markdown too, in
//	                      source:markdown
//	podcast               a table that makes the newsletter a podcast: image,
//	                      categories and explicit, which Apple requires; author,
//	                      owner (name, email), type, title, subtitle, summary, guid,
//	                      locked, funding, new_feed_url, block, complete
//	check                 a table with ignore, a list of rules that are no
//	                      findings, and severity, from which on one matters:
//	                      error, warning or advice
//	partners              a list of tables with name, feed, url, categories,
//	                      include, exclude (words, categories, languages),
//	                      max_letters, headers
//
// Another key is a fault. Without this file newsletter.yml is read.
const ConfigFile = "newsletter.yaml"

// A Folder is what a folder of letters holds.
type Folder struct {
	Newsletter *newsletter.Newsletter        // with every letter that is to be published, newest first
	Logo       string                        // URL of a picture instead of the newsletter's, on pages
	Drafts     int                           // letters left out because they are drafts,
	Future     int                           // because they are dated after Options.Now,
	Expired    int                           // or because they expired before it
	Withheld   map[*newsletter.Letter]string // why a letter is there only because Options ask for it: "a draft", "dated 2031-05-01", "expired"
	Files      map[*newsletter.Letter]string // path of the file that a letter stands in
	Others     []string                      // texts that are taken for no letters, by path
	Assets     []Asset                       // the files that letters show, link to or carry, sorted by Path
}

// An Asset is a file of the folder that is published beside the letters' pages.
type Asset struct {
	File string // path in the folder
	Path string // path below the newsletter's URL, slash-separated and not escaped
}
