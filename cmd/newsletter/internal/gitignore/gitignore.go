// Package gitignore tells which files a repository's .gitignore files name.
package gitignore

import (
	"io"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// name is that of the files.
const name = ".gitignore"

// What one of them may say: more lines than anybody writes. What stands beyond names
// nothing.
const (
	maxBytes   = 256 << 10
	maxRules   = 2_000
	maxPattern = 500
)

// maxWork is what all patterns may cost, in bytes of them times bytes of the names that
// begin and end as they do: some 100,000 names, and a second at worst.
const maxWork = 1 << 25

// A Tree is what the .gitignore files say that stand in the folders of a file system.
// Each is read when it is first asked for; the file system opens regular files alone.
type Tree struct {
	fsys    fs.FS
	files   map[string][]rule // by folder
	folders map[string]bool   // whether they are ignored
	work    int               // that patterns took
	costly  string            // the file whose pattern was too much; nothing if none was
}

// New returns what is said in a file system.
func New(fsys fs.FS) *Tree {
	return &Tree{fsys: fsys, files: map[string][]rule{}, folders: map[string]bool{".": false}}
}

// Costly is the file whose patterns took more work than there is, if one did. From there
// on what has a pattern names nothing.
func (t *Tree) Costly() (file string, is bool) { return t.costly, t.costly != "" }

// Ignores reports whether a file or folder is named, or a folder that it is in.
func (t *Tree) Ignores(file string, isFolder bool) bool {
	for i, c := range file {
		if c == '/' && t.ignoresFolder(file[:i]) {
			return true // nothing in it is taken back
		}
	}
	return t.names(file, isFolder)
}

// ignoresFolder is for a folder in one that isn't ignored.
func (t *Tree) ignoresFolder(folder string) bool {
	is, known := t.folders[folder]
	if !known {
		is = t.names(folder, true)
		t.folders[folder] = is
	}
	return is
}

// names says it of what is in no folder that is ignored. The nearest file counts that
// says anything, and the last line in it.
func (t *Tree) names(file string, isFolder bool) bool {
	if file == "." {
		return false
	}
	base := path.Base(file)
	for folder := path.Dir(file); ; folder = path.Dir(folder) {
		below := file
		if folder != "." {
			below = file[len(folder)+1:]
		}
		rules := t.of(folder)
		for i := len(rules) - 1; i >= 0; i-- {
			if t.matches(&rules[i], folder, below, base, isFolder) {
				return !rules[i].takesBack
			}
		}
		if folder == "." {
			return false
		}
	}
}

func (t *Tree) of(folder string) []rule {
	rules, known := t.files[folder]
	if !known {
		rules = parse(t.read(path.Join(folder, name)))
		t.files[folder] = rules
	}
	return rules
}

// read returns the text of a file, or nothing: what can't be read names nothing.
func (t *Tree) read(file string) string {
	f, err := t.fsys.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxBytes))
	if err != nil {
		return ""
	}
	return string(text)
}

// A rule is a line.
type rule struct {
	takesBack  bool // what a line before it names
	foldersToo bool // and nothing else: files are not meant
	base       bool // it is held against the last name of the path alone
	literal    string
	prefix     string // of what matches a pattern
	suffix     string // of that too, and of "*.log"
	pattern    *regexp.Regexp
	cost       int // of the pattern, for each byte of a name
}

// parse reads the lines of a file (gitignore(5)).
func parse(text string) []rule {
	var rules []rule
	for line := range strings.Lines(strings.TrimPrefix(text, "\uFEFF")) {
		line = trimEnd(strings.TrimSuffix(strings.TrimRight(line, "\n"), "\r"))
		var r rule
		if rest, ok := strings.CutPrefix(line, "!"); ok {
			r.takesBack, line = true, rest
		}
		if line == "" || line[0] == '#' && !r.takesBack {
			continue
		}
		line, r.foldersToo = strings.CutSuffix(line, "/")
		r.base = !strings.Contains(line, "/")
		line = strings.TrimPrefix(line, "/")
		if line == "" || len(line) > maxPattern {
			continue
		}
		if len(rules) == maxRules {
			break
		}
		rest, isSuffix := strings.CutPrefix(line, "*")
		switch {
		case !strings.ContainsAny(line, `*?[\`):
			r.literal = line
		case r.base && isSuffix && !strings.ContainsAny(rest, `*?[\`):
			r.suffix = rest
		default:
			var err error
			if r.pattern, err = regexp.Compile(expression(line)); err != nil {
				continue // as git has it, which matches nothing by it
			}
			r.prefix, r.cost = line[:strings.IndexAny(line, `*?[\`)], len(line)
			r.suffix = line[strings.LastIndexAny(line, `*?[]\`)+1:]
		}
		rules = append(rules, r)
	}
	return rules
}

// trimEnd takes the spaces off the end of a line, but for one behind a backslash.
func trimEnd(line string) string {
	trimmed := strings.TrimRight(line, " ")
	if len(trimmed) < len(line) && strings.HasSuffix(trimmed, `\`) && (len(trimmed)-len(strings.TrimRight(trimmed, `\`)))%2 == 1 {
		trimmed += " "
	}
	return trimmed
}

// matches holds a file or folder against a line of the file in a folder above it.
func (t *Tree) matches(r *rule, folder, file, base string, isFolder bool) bool {
	if r.foldersToo && !isFolder {
		return false
	}
	if r.base {
		file = base
	}
	switch {
	case r.literal != "":
		return file == r.literal
	case !strings.HasPrefix(file, r.prefix), !strings.HasSuffix(file, r.suffix):
		return false
	case r.pattern == nil:
		return true
	case t.work > maxWork:
		if t.costly == "" {
			t.costly = path.Join(folder, name)
		}
		return false
	}
	t.work += r.cost * len(file)
	return r.pattern.MatchString(file)
}

// expression writes a pattern as a regular expression.
func expression(pattern string) string {
	var b strings.Builder
	b.WriteString(`^(?s:`)
	for i := 0; i < len(pattern); {
		rest := pattern[i:]
		atStart := i == 0 || pattern[i-1] == '/'
		switch {
		case atStart && strings.HasPrefix(rest, "**/"):
			b.WriteString(`(?:[^/]+/)*`)
			i += 3
		case atStart && rest == "**":
			b.WriteString(`.+`)
			i += 2
		case rest[0] == '*':
			b.WriteString(`[^/]*`)
			for i < len(pattern) && pattern[i] == '*' {
				i++
			}
		case rest[0] == '?':
			b.WriteString(`[^/]`)
			i++
		case rest[0] == '[':
			class, length := classOf(rest)
			b.WriteString(class)
			i += length
		case rest[0] == '\\' && len(rest) > 1:
			b.WriteString(regexp.QuoteMeta(rest[1:2]))
			i += 2
		case rest[0] < 0x80:
			b.WriteString(regexp.QuoteMeta(rest[:1]))
			i++
		default:
			b.WriteByte(rest[0]) // of a character that is more than a byte
			i++
		}
	}
	b.WriteString(`)$`)
	return b.String()
}

// nothing is an expression that matches nothing.
const nothing = `[^\x00-\x{10FFFF}]`

// classOf writes the bracket that a pattern begins with, and says how long it is.
func classOf(pattern string) (class string, length int) {
	var b strings.Builder
	b.WriteByte('[')
	i := 1
	if i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^') {
		b.WriteString(`^/`)
		i++
	}
	for first := true; ; first = false {
		switch {
		case i >= len(pattern):
			return nothing, len(pattern) // it is never closed
		case pattern[i] == ']' && !first:
			b.WriteByte(']')
			return b.String(), i + 1
		case strings.HasPrefix(pattern[i:], "[:"):
			end := strings.Index(pattern[i:], ":]")
			if end < 0 {
				return nothing, len(pattern)
			}
			b.WriteString(pattern[i : i+end+2])
			i += end + 2
			continue
		case pattern[i] == '\\' && i+1 < len(pattern):
			i++
			b.WriteString(`\` + pattern[i:i+1])
		case pattern[i] == '-' || pattern[i] >= 0x80 || pattern[i] >= '0' && pattern[i] <= 'z' && !strings.ContainsRune(`[\]^`, rune(pattern[i])):
			b.WriteByte(pattern[i])
		default:
			b.WriteString(`\` + pattern[i:i+1])
		}
		i++
	}
}
