// Package letters reads the documents that letters are written in, Markdown and
// plain text: one with [Read], a folder of them with [ReadFolder].
//
// # Words
//
// Each has one meaning here:
//
//   - A letter is what comes out, a document what it is read from.
//   - A page is where a letter will stand on the web: its URL.
//   - A place is a line and a column in a file, where errors point.
//   - A setting is a value of front matter or of newsletter.yaml, with its place;
//     a row says what the setting of a key means (package internal/settings).
//   - A fault is something wrong that a writer can mend. All of a folder are
//     reported at once.
//   - A draft is a letter that says of itself that it is not finished; it is left
//     out, as letters of the future and expired ones are.
//   - An asset is a file of the folder that letters show, link to or carry.
//   - The cost of a letter is what reading it takes of time and memory.
//
// # Markdown
//
// It is CommonMark (0.31), with what GitHub adds, tables, strikethrough, bare links,
// lists of tasks, alerts (a quotation that begins with [!NOTE], [!TIP], [!IMPORTANT],
// [!WARNING] or [!CAUTION]), and footnotes. Beyond that:
//
//   - A list of definitions is a line for the term, and lines after it that begin
//     with a colon and a space.
//   - A paragraph after a table that begins with a colon, or with "Table:", is the
//     table's caption.
//   - A picture that stands alone and has a title is a figure with a caption:
//     ![The harbour](harbour.jpg "Seen from the north").
//   - A picture whose address ends in .mp4, .mp3 or the like is a player, with a link
//     for programs that can't play it.
//
// Tasks are written as the characters ☐ and ☑, and an alert as a quotation with its
// name in the letter's language, so that feed readers show them too. HTML is
// dropped, unless [Options] say otherwise.
//
// # Files
//
// They stand on each other in this order: options.go, fault.go, rule.go, text.go and
// file.go; name.go, slug.go and document.go; frontmatter.go, pandoc.go, episode.go, byline.go, plain.go and
// markdown.go; address.go and read.go; cache.go; config.go, show.go, folder.go,
// folderreader.go, folderaddress.go and dir.go. What reads YAML and TOML is package
// internal/settings, what reads Markdown and counts what that costs is
// internal/markdown below this one.
package letters
