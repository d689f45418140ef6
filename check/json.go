package check

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	chars "github.com/automationregion/newsletter/internal/text"
)

// A jsonKind is what a value of JSON has to be.
type jsonKind uint8

const (
	jsonString jsonKind = iota
	jsonBoolean
	jsonNumber
	jsonStrings // a list of them
	jsonObject
	jsonObjects // a list of them
)

var jsonKinds = [...]string{"a string", "true or false", "a number", "a list of strings", "an object", "a list of objects"}

// A member is what an object of JSON Feed has under a name.
type member struct {
	kind    jsonKind
	missing string // the rule that is broken where it isn't there
	newer   bool   // it came with version 1.1
	values  []value
	object  *object
}

// An object says what its members have to be.
type object struct {
	what    string
	members map[string]*member
	finish  func(c *checker, o *jsonNode)
}

// A jsonNode is an object that is open.
type jsonNode struct {
	def     *object
	at, end place
	seen    map[string]val // its strings, and empty for what is none
}

func (o *jsonNode) has(member string) bool { _, ok := o.seen[member]; return ok }

var (
	jsonAuthor = &object{what: "an author", members: map[string]*member{
		"name": {values: []value{jsonText}}, "url": {values: []value{jsonURL}}, "avatar": {values: []value{jsonURL}},
	}, finish: func(c *checker, o *jsonNode) {
		if !o.has("name") && !o.has("url") && !o.has("avatar") {
			c.reportAt("json-author-empty", o.at, o.end, "", "an author has neither name nor url nor avatar")
		}
	}}
	jsonHub = &object{what: "a hub", members: map[string]*member{
		"type": {missing: "json-hub-incomplete"}, "url": {missing: "json-hub-incomplete", values: []value{jsonURL}},
	}}
	jsonAttachment = &object{what: "an attachment", members: map[string]*member{
		"url":                 {missing: "json-attachment-url-missing", values: []value{jsonURL}},
		"mime_type":           {missing: "json-attachment-type-missing", values: []value{mime("media-type")}},
		"title":               {values: []value{jsonText}},
		"size_in_bytes":       {kind: jsonNumber, values: []value{jsonAmount}},
		"duration_in_seconds": {kind: jsonNumber, values: []value{jsonAmount}},
	}}
	jsonItem = &object{what: "an item", members: map[string]*member{
		"id":             {missing: "json-item-id-missing", values: []value{notBlank, jsonID}},
		"url":            {values: []value{jsonURL}},
		"external_url":   {values: []value{jsonURL}},
		"title":          {values: []value{jsonText}},
		"content_html":   {values: []value{safeHTML}},
		"content_text":   {},
		"summary":        {values: []value{jsonText}},
		"image":          {values: []value{jsonURL}},
		"banner_image":   {values: []value{jsonURL}},
		"date_published": {values: []value{rfc3339}},
		"date_modified":  {values: []value{rfc3339}},
		"author":         {kind: jsonObject, object: jsonAuthor},
		"authors":        {kind: jsonObjects, object: jsonAuthor, newer: true},
		"tags":           {kind: jsonStrings, values: []value{notBlank}},
		"language":       {newer: true, values: []value{languageCode}},
		"attachments":    {kind: jsonObjects, object: jsonAttachment},
	}, finish: func(c *checker, o *jsonNode) {
		if !o.has("content_html") && !o.has("content_text") {
			c.reportAt("json-item-no-content", o.at, o.end, "", "an item has neither content_html nor content_text")
		}
		c.jsonAuthorOld(o)
	}}
	jsonFeed = &object{what: "the feed", members: map[string]*member{
		"version":       {missing: "json-version-missing", values: []value{jsonVersion}},
		"title":         {missing: "json-title-missing", values: []value{notBlank, jsonText}},
		"home_page_url": {values: []value{jsonURL}},
		"feed_url":      {values: []value{jsonURL, jsonSelf}},
		"description":   {values: []value{jsonText}},
		"user_comment":  {},
		"next_url":      {values: []value{jsonURL}},
		"icon":          {values: []value{jsonURL}},
		"favicon":       {values: []value{jsonURL}},
		"author":        {kind: jsonObject, object: jsonAuthor},
		"authors":       {kind: jsonObjects, object: jsonAuthor, newer: true},
		"language":      {newer: true, values: []value{languageCode}},
		"expired":       {kind: jsonBoolean},
		"hubs":          {kind: jsonObjects, object: jsonHub},
		"items":         {kind: jsonObjects, missing: "json-items-missing", object: jsonItem},
	}, finish: func(c *checker, o *jsonNode) {
		if next, self := o.seen["next_url"], o.seen["feed_url"]; next.s != "" && next.s == self.s {
			c.reportVal("json-next-is-self", next, "next_url is "+quote(next.s)+", which is this feed")
		}
		for _, m := range []struct{ name, rule string }{
			{"feed_url", "json-feed-url-missing"}, {"home_page_url", "json-home-page-url-missing"}, {"language", "json-language-missing"},
		} {
			if !o.has(m.name) && (m.name != "language" || c.version == "1.1") {
				c.reportAt(m.rule, o.at, o.end, "", "the feed has no "+m.name)
			}
		}
		c.jsonAuthorOld(o)
	}}
)

func (c *checker) jsonAuthorOld(o *jsonNode) {
	if c.version == "1.1" && o.has("author") && !o.has("authors") {
		c.reportAt("json-author-old", o.at, o.end, "", o.def.what+" has author, which version 1.1 replaced by authors")
	}
}

func jsonVersion(c *checker, n *node, v val) {
	switch rest, ok := strings.CutPrefix(v.s, "https://jsonfeed.org/version/"); {
	case ok && (rest == "1" || rest == "1.1"):
		c.version = rest
	default:
		c.wrong("json-version", v, "https://jsonfeed.org/version/1.1")
	}
}

func jsonURL(c *checker, n *node, v val) {
	if _, rest, _ := strings.Cut(v.s, ":"); chars.Scheme(v.s) == "" || rest == "" || strings.TrimLeft(rest, "/") == "" {
		c.wrong("json-url", v, "a full address such as https://example.org/")
		return
	}
	c.uri(uriKind{rule: "json-url", iri: true}, n, v)
}

// jsonText is for what is text by the specification. Where it has tags in it
// there is no other way to write them, or somebody means HTML.
func jsonText(c *checker, n *node, v val) { c.noHTML(n, v, "json-text-with-html") }

func jsonSelf(c *checker, n *node, v val) {
	if c.opts.URL != "" && isAbsolute(v.s) {
		c.selfLink(n, v)
	}
}

func jsonAmount(c *checker, n *node, v val) {
	if strings.HasPrefix(v.s, "-") {
		c.wrong("integer-negative", v, "a number that is not negative")
	}
}

func jsonID(c *checker, n *node, v val) {
	if v.s != "" && !c.remember("id", v.s) {
		c.reportVal("json-id-repeated", v, "id is "+quote(v.s)+", as that of an item before it is")
	}
}

var (
	errJSONLimit = errors.New("a value is longer than what is read of one")
	errBehindEnd = errors.New("something stands behind the end of the document")
)

// A placeReader keeps what was read and not yet counted: a decoder knows
// offsets, people know lines.
type placeReader struct {
	src  io.Reader
	left int64
	buf  []byte
	from int   // what of it is counted
	off  int64 // of buf[from] in the document
	at   place // the same
}

func (r *placeReader) Read(p []byte) (int, error) {
	if len(r.buf)-r.from > maxToken {
		return 0, errJSONLimit
	}
	n, err := r.src.Read(p[:min(int64(len(p)), r.left+1)])
	if int64(n) > r.left {
		return 0, errJSONLimit
	}
	if r.from > len(r.buf)/2 {
		r.buf = r.buf[:copy(r.buf, r.buf[r.from:])]
		r.from = 0
	}
	r.buf = append(r.buf, p[:n]...)
	r.left -= int64(n)
	return n, err
}

// placeAt is the place of an offset, which is not before the last one asked for.
func (r *placeReader) placeAt(offset int64) place {
	n := int(min(max(0, offset-r.off), int64(len(r.buf)-r.from)))
	r.at = r.at.After(r.buf[r.from : r.from+n])
	r.off += int64(n)
	r.from += n
	return r.at
}

// blanks skips what stands between values.
func (r *placeReader) blanks() {
	n := r.from
	for n < len(r.buf) && (isBlank(r.buf[n]) || r.buf[n] == ',' || r.buf[n] == ':') {
		n++
	}
	r.placeAt(r.off + int64(n-r.from))
}

// A jsonReader judges a document of JSON as it reads it.
type jsonReader struct {
	*checker
	dec *jsontext.Decoder
	src *placeReader
	err error // why it can't go on; io.EOF where it was reported
}

var noNode node

func (c *checker) json(r *bufio.Reader) error {
	c.format = JSONFeed
	mark := []byte("\ufeff")
	head, _ := r.Peek(len(mark))
	marked := bytes.Equal(head, mark)
	if marked {
		r.Discard(len(mark))
	}
	src := &placeReader{src: r, left: c.opts.MaxBytes}
	j := &jsonReader{checker: c, src: src, dec: jsontext.NewDecoder(src, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
	j.document()
	if marked {
		c.reportAt("json-byte-order-mark", place{}, place{}, "", "the document begins with a byte order mark, which JSON has no place for")
	}
	if j.err == io.EOF {
		return nil
	}
	return j.err
}

func (j *jsonReader) document() {
	t, at, end := j.token()
	if j.err != nil {
		return
	}
	if t.Kind() != '{' {
		j.checker.format = ""
		j.reportAt("document-not-a-feed", at, end, "", "this is a list, and a JSON Feed is an object")
		return
	}
	o := j.object(jsonFeed, at, end)
	if j.err != nil {
		return
	}
	if !o.has("version") && !o.has("items") {
		j.format = ""
		j.report_.Findings = nil
		j.reportAt("document-not-a-feed", at, end, "", "this is an object of JSON without version and items, and no feed that is known")
	}
	if _, err := j.dec.ReadToken(); err != io.EOF && !j.full() {
		if err == nil {
			err = errBehindEnd
		}
		j.fail(err)
	}
}

// token reads the next one.
func (j *jsonReader) token() (t jsontext.Token, at, end place) {
	if j.err != nil {
		return t, at, end
	}
	t, err := j.dec.ReadToken()
	if err != nil {
		j.fail(err)
		return t, at, end
	}
	j.src.blanks()
	at = j.src.at
	if j.dec.StackDepth() > maxDepth {
		j.reportAt("document-limit", at, at, "", "values stand more than "+itoa(maxDepth)+" deep within each other")
		j.err = io.EOF
	}
	if t.Kind() == '"' && !j.invalid {
		rest := j.src.buf[j.src.from:]
		if raw := rest[:min(max(0, j.dec.InputOffset()-j.src.off), int64(len(rest)))]; !utf8.Valid(raw) {
			j.invalid = true
			j.reportAt("encoding-invalid-bytes", at, at, "", "bytes that are no UTF-8, which JSON is in")
		}
	}
	end = j.src.placeAt(j.dec.InputOffset())
	if j.full() {
		j.err = io.EOF
	}
	return t, at, end
}

// fail ends the reading.
func (j *jsonReader) fail(err error) {
	if j.err != nil {
		return
	}
	j.err = io.EOF
	var bad *jsontext.SyntacticError
	at := j.src.placeAt(j.dec.InputOffset())
	switch {
	case errors.Is(err, errJSONLimit):
		j.reportAt("document-limit", at, at, "", "the document, or a value in it, is longer than what is read of one")
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		at = j.src.placeAt(1 << 62)
		j.reportAt("json-not-well-formed", at, at, "", "the document ends in the middle")
	case errors.As(err, &bad):
		at = j.src.placeAt(bad.ByteOffset)
		message := strings.TrimPrefix(bad.Err.Error(), "jsontext: ")
		j.reportAt("json-not-well-formed", at, at, "", "this is no JSON: "+clip(message))
	case err == errBehindEnd:
		j.reportAt("json-not-well-formed", at, at, "", err.Error())
	default:
		j.err = err
	}
}

// skip reads past a value whose first token was read.
func (j *jsonReader) skip(t jsontext.Token) {
	if k := t.Kind(); k != '{' && k != '[' {
		return
	}
	for depth := j.dec.StackDepth(); j.err == nil && j.dec.StackDepth() >= depth; {
		j.token()
	}
}

// object judges the members of an object whose "{" was read.
func (j *jsonReader) object(def *object, at, end place) *jsonNode {
	o := &jsonNode{def: def, at: at, end: end, seen: map[string]val{}}
	depth := len(j.jsonPath)
	for {
		t, at, end := j.token()
		if j.err != nil {
			return o
		}
		if t.Kind() == '}' {
			break
		}
		name := t.String()
		j.jsonPath = append(j.jsonPath[:depth], "."+clip(name))
		_, twice := o.seen[name]
		if twice {
			j.reportAt("json-member-repeated", at, end, name, quote(name)+" stands twice in "+def.what)
		}
		m := def.members[name]
		if m == nil {
			if !twice && len(o.seen) < maxMembers {
				o.seen[name] = val{}
			}
			if !strings.HasPrefix(name, "_") {
				j.reportAt("json-member-undefined", at, end, name, def.what+" has no member "+quote(name)+": an extension's name begins with _")
			}
			t, _, _ := j.token()
			j.skip(t)
			continue
		}
		if m.newer && j.version == "1" {
			j.reportAt("json-member-newer", at, end, name, quote(name)+" came with version 1.1, and the feed says that it is of version 1")
		}
		o.seen[name] = j.member(m, name)
	}
	j.jsonPath = j.jsonPath[:depth]
	for _, name := range sortedKeys(def.members) {
		if m := def.members[name]; m.missing != "" && !o.has(name) {
			j.reportAt(m.missing, o.at, o.end, "", def.what+" has no "+name)
		}
	}
	if def.finish != nil {
		def.finish(j.checker, o)
	}
	return o
}

// member judges the value that follows and returns it, if it is a string or a
// number.
func (j *jsonReader) member(m *member, name string) val {
	t, at, end := j.token()
	if j.err != nil {
		return val{}
	}
	v := val{at: at, end: end, attr: name, plain: true}
	wrong := func(t jsontext.Token, at, end place, verb, expected string) {
		j.reportAt("json-type", at, end, "", quote(name)+" "+verb+" "+jsonNameOf(t.Kind())+", where "+expected+" was expected")
		j.skip(t)
	}
	switch k := t.Kind(); {
	case m.kind == jsonString && k == '"', m.kind == jsonNumber && k == '0':
		v.s = t.String()
		for _, f := range m.values {
			f(j.checker, &noNode, v)
		}
		return v
	case m.kind == jsonBoolean && (k == 't' || k == 'f'):
	case m.kind == jsonObject && k == '{':
		j.object(m.object, at, end)
	case (m.kind == jsonObjects || m.kind == jsonStrings) && k == '[':
		depth := len(j.jsonPath)
		for i := 0; ; i++ {
			t, at, end := j.token()
			if j.err != nil || t.Kind() == ']' {
				break
			}
			j.jsonPath = append(j.jsonPath[:depth], "["+itoa(i)+"]")
			switch k := t.Kind(); {
			case m.kind == jsonObjects && k == '{':
				j.object(m.object, at, end)
			case m.kind == jsonStrings && k == '"':
				w := val{s: t.String(), at: at, end: end, attr: name, plain: true}
				for _, f := range m.values {
					f(j.checker, &noNode, w)
				}
			case m.kind == jsonStrings:
				wrong(t, at, end, "holds", "a string")
			default:
				wrong(t, at, end, "holds", "an object")
			}
		}
		j.jsonPath = j.jsonPath[:depth]
	default:
		wrong(t, at, end, "is", jsonKinds[m.kind])
	}
	return val{}
}

func jsonNameOf(k jsontext.Kind) string {
	switch k {
	case 'n':
		return "null"
	case 't', 'f':
		return "true or false"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case '{':
		return "an object"
	}
	return "a list"
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
