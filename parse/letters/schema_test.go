package letters

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/automationregion/newsletter/internal/publish"
	"github.com/automationregion/newsletter/internal/settings"
)

// What JSON Schema says of a setting: what it is for, and what values it may have.
type said struct {
	text  string
	value *jsonschema.Schema
}

func typed(types ...string) *jsonschema.Schema {
	if len(types) == 1 {
		return &jsonschema.Schema{Type: types[0]}
	}
	return &jsonschema.Schema{Extras: map[string]any{"type": types}}
}

var (
	aText    = typed("string", "number") // a title such as 2021
	aDate    = &jsonschema.Schema{Type: "string", Examples: []any{"2021-12-22", "2021-12-22T10:00:00+01:00", "22 december 2021", "3. März 2024", "03.03.2024"}}
	aTruth   = typed("boolean")
	anURL    = &jsonschema.Schema{Type: "string", Pattern: "^https?://"}
	anIRI    = &jsonschema.Schema{Type: "string", Pattern: "^[A-Za-z][A-Za-z0-9+.-]*:"}
	aTag     = &jsonschema.Schema{Type: "string", Examples: []any{"sv", "en-GB"}}
	aNumber  = &jsonschema.Schema{Extras: map[string]any{"type": []string{"integer", "string"}, "minimum": 0}}
	aPeriod  = &jsonschema.Schema{Extras: map[string]any{"type": []string{"integer", "string"}}, Examples: []any{95, "1:02:03"}}
	aPicture = oneOrMore(either(aText, table(nil, map[string]said{"image": {"Address", aText}, "url": {"Address", aText}, "src": {"Address", aText}, "file": {"Address", aText}})))
)

func either(of ...*jsonschema.Schema) *jsonschema.Schema { return &jsonschema.Schema{AnyOf: of} }

func oneOrMore(of *jsonschema.Schema) *jsonschema.Schema {
	return either(of, &jsonschema.Schema{Type: "array", Items: of})
}

// defined is what a schema defines under a name.
func defined(name string) *jsonschema.Schema { return &jsonschema.Schema{Ref: "#/$defs/" + name} }

// table is a table with the keys of rows, or of all that is said.
func table(keys [][]string, say map[string]said) *jsonschema.Schema {
	t := &jsonschema.Schema{Type: "object", Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema}
	if keys == nil {
		for _, key := range slices.Sorted(maps.Keys(say)) {
			keys = append(keys, []string{key})
		}
	}
	for _, names := range keys {
		of := say[names[0]]
		for i, name := range names {
			text := of.text
			if i > 0 {
				text = "The same as " + names[0] + "."
			}
			p := &jsonschema.Schema{Description: text, AllOf: []*jsonschema.Schema{of.value}}
			if of.value == nil || of.value.Ref == "" { // what stands beside a reference counts for nothing
				p = new(*cmp.Or(of.value, &jsonschema.Schema{}))
				p.Description = text
			}
			t.Properties.Set(name, p)
		}
	}
	return t
}

func namesOf[T any](rows []settings.Row[T]) (keys [][]string) {
	for _, row := range rows {
		keys = append(keys, strings.Fields(row.Names))
	}
	return keys
}

func tableOf[T any](rows []settings.Row[T], say map[string]said) *jsonschema.Schema {
	return table(namesOf(rows), say)
}

var (
	authorSays = map[string]said{
		"name":         {"Name of a person, or of an organization.", aText},
		"organization": {"Organization that the person writes for.", aText},
		"email":        {"E-mail address, which feeds publish.", aText},
		"url":          {"Page of the author.", anURL},
		"avatar":       {"Picture of the author.", anURL},
	}
	categorySays = map[string]said{
		"term":   {"Word that the category is known by.", aText},
		"scheme": {"IRI of the list that the word is of.", anIRI},
	}
	attachmentSays = map[string]said{
		"url":      {"Address of the file: a path beside the letter, or a URL.", aText},
		"type":     {"Media type, such as application/pdf, where the file's name tells none.", aText},
		"length":   {"Bytes; of files of the folder they are known.", aNumber},
		"duration": {"Seconds, or hours:minutes:seconds, of sound and film.", aPeriod},
		"title":    {"Name of the file for people.", aText},
	}
	filterSays = map[string]said{
		"words":      {"Words in the title or the text.", oneOrMore(aText)},
		"categories": {"Categories of the letter.", oneOrMore(aText)},
		"languages":  {"Languages; sv matches sv-FI too.", oneOrMore(aTag)},
	}
	checkSays = map[string]said{
		"ignore":   {"Rules that are not looked at, by their ids: newsletter check --rules lists them.", oneOrMore(aText)},
		"severity": {"What makes check exit with 1.", &jsonschema.Schema{Type: "string", Enum: []any{"error", "warning", "advice"}}},
	}

	transcriptSays = map[string]said{
		"url":      {"Address of the file: a path beside the letter, or a URL.", aText},
		"type":     {"Media type, such as text/vtt, where the file's name tells none.", aText},
		"language": {"Language, a BCP 47 tag.", aTag},
	}
	showSays = map[string]said{
		"title":        {"Name of the show, where it isn't the newsletter's.", aText},
		"author":       {"Who makes the show, as listeners see it; the newsletter's authors without it.", aText},
		"owner":        {"Whom directories write to.", tableOf(ownerRows, map[string]said{"name": {"Name.", aText}, "email": {"E-mail address, which feeds publish.", aText}})},
		"image":        {"Square JPEG or PNG of 1400 to 3000 pixels: a path in the folder, or a URL.", aText},
		"categories":   {"Apple's categories: Business, or {Business: [Careers]}.", oneOrMore(typed("string", "object"))},
		"explicit":     {"Whether the show is not for children.", typed("boolean", "string")},
		"type":         {"Whether episodes are told in the order of their numbers.", &jsonschema.Schema{Type: "string", Enum: []any{"episodic", "serial"}}},
		"subtitle":     {"The show in a few words.", aText},
		"summary":      {"The show in a few sentences, where it isn't the newsletter's description.", aText},
		"new_feed_url": {"Where the feed has moved.", anURL},
		"block":        {"No directory is to have the show.", aTruth},
		"complete":     {"No episode is to come.", aTruth},
		"guid":         {"The show's permanent name, a UUID (podcast:guid).", aText},
		"locked":       {"No other host may take the show over.", aTruth},
		"funding":      {"Where listeners can give.", oneOrMore(either(anURL, tableOf(fundingRows, map[string]said{"url": {"Address.", anURL}, "text": {"Words for it.", aText}})))},
	}

	anAuthor  = defined("author")
	aCategory = defined("category")
	aFilter   = defined("filter")

	schemaDefinitions = func() jsonschema.Definitions {
		return jsonschema.Definitions{
			"author":     either(aText, tableOf(settings.AuthorRows, authorSays)),
			"category":   either(aText, tableOf(settings.CategoryRows, categorySays)),
			"filter":     tableOf(publish.FilterRows, filterSays),
			"attachment": either(aText, tableOf(attachmentRows, attachmentSays)),
		}
	}

	partnerSay = map[string]said{
		"name":        {"Name of the partner.", aText},
		"feed":        {"Address of the feed.", anURL},
		"url":         {"Address of the site, on which the feed is looked for if none is stated.", anURL},
		"categories":  {"Categories that each letter of the partner gets.", oneOrMore(aCategory)},
		"include":     {"Take only letters with one of these.", aFilter},
		"exclude":     {"Leave out letters with one of these.", aFilter},
		"max_letters": {"At most so many letters of the partner.", aNumber},
		"headers":     {"Header fields that are sent to the partner's server.", &jsonschema.Schema{Type: "object"}},
	}

	configSays = map[string]said{
		"title":       {"Name of the newsletter.", aText},
		"description": {"What the newsletter is about, in a sentence.", aText},
		"url":         {"Where the folder that is built will be served.", anURL},
		"language":    {"Language of every letter that states none, a BCP 47 tag.", aTag},
		"timezone":    {"Time zone of dates that state none, by its name in the tz database; UTC if none is stated.", &jsonschema.Schema{Type: "string", Examples: []any{"Europe/Stockholm"}}},
		"authors":     {"Who writes, where a letter doesn't say.", oneOrMore(anAuthor)},
		"rights":      {"Who has the rights, such as © Example Region.", aText},
		"image":       {"Picture of the newsletter: a path in the folder, or a URL.", aText},
		"icon":        {"Small square picture: a path in the folder, or a URL.", aText},
		"categories":  {"What the newsletter is about, in single words.", oneOrMore(aCategory)},
		"hubs":        {"WebSub hubs that tell readers of new letters.", oneOrMore(anURL)},
		"id":          {"Permanent name; the url if none is stated.", aText},
		"ids":         {"IDs that letters were published with, by the path of the letter's file. newsletter diff --keep-ids writes it.", &jsonschema.Schema{Type: "object", AdditionalProperties: aText}},
		"feed":        {"What the feeds carry. The pages show all.", tableOf(publish.FeedRows, map[string]said{"size": {"Letters of a feed in all, newest first; all if it isn't stated, or 1000 where partners' are among them.", aNumber}, "own": {"The newsletter's own letters among them, where there are partners' too; 50 if it isn't stated.", aNumber}})},
		"page":        {"How the lists of letters are divided.", tableOf(publish.SizeRows, map[string]said{"size": {"Letters on a page; 50 if it isn't stated.", aNumber}})},
		"menu":        {"What stands at the top of every page.", oneOrMore(tableOf(publish.MenuRows, map[string]said{"title": {"Words.", aText}, "url": {"Address, absolute or relative to the newsletter's page.", aText}}))},
		"footer":      {"A text at the end of every page.", aText},
		"accent":      {"Colour of links, dark enough to be read on white.", &jsonschema.Schema{Type: "string", Pattern: "^#([0-9A-Fa-f]{3}){1,2}$"}},
		"logo":        {"Picture on pages, instead of image: a path in the folder, or a URL.", aText},
		"archive":     {"How the feeds go on (RFC 5005).", tableOf(publish.SizeRows, map[string]said{"size": {"Letters of an archive, which never changes once it is full.", aNumber}})},
		"lists":       {"What there are lists by, with pages and feeds of their own.", oneOrMore(&jsonschema.Schema{Type: "string", Enum: []any{"kind", "category", "author", "language"}})},
		"markdown":    {"Feeds carry the letters' Markdown beside what it means (source:markdown).", aTruth},
		"podcast":     {"The newsletter is a podcast. Apple requires image, categories and explicit.", tableOf(showRows, showSays)},
		"check":       {"How newsletter check judges.", tableOf(publish.CheckRows, checkSays)},
		"partners":    {"Partners whose feeds newsletter aggregate gathers.", oneOrMore(tableOf(publish.PartnerRows, partnerSay))},
	}

	frontMatterSays = map[string]said{
		"title":       {"Title; the first heading without it.", aText},
		"date":        {"When the letter is published; the date in the file's name without it.", aDate},
		"publishDate": {"The letter is not published before.", aDate},
		"lastmod":     {"When the letter was last changed.", aDate},
		"expiryDate":  {"The letter is not published after.", aDate},
		"author":      {"Who wrote it: \"Name, Organization; Name, Organization\", a table, or a list.", oneOrMore(anAuthor)},
		"kind":        {"Kind of letter, such as Editorial, Report, Invitation.", aText},
		"tags":        {"What the letter is about; with categories and keywords, each term once.", oneOrMore(aCategory)},
		"categories":  {"What the letter is about.", oneOrMore(aCategory)},
		"keywords":    {"What the letter is about.", oneOrMore(aCategory)},
		"summary":     {"What the letter says, in a few sentences.", aText},
		"lang":        {"Language, a BCP 47 tag.", aTag},
		"rights":      {"Who has the rights, where it isn't who has those of the newsletter.", aText},
		"slug":        {"Last part of the letter's address, instead of the file's name.", aText},
		"url":         {"Address of the letter, in the place of one made of the slug.", aText},
		"id":          {"Permanent name, in the place of one made of date and slug. Never change it.", aText},
		"image":       {"Picture that stands for the letter: a path beside it, or a URL.", aPicture},
		"attachments": {"Files that go with the letter.", oneOrMore(defined("attachment"))},
		"draft":       {"A draft is not published.", aTruth},

		"audio":        {"Sound or film of an episode of a podcast: a file beside the letter, or a URL.", oneOrMore(defined("attachment"))},
		"duration":     {"How long the episode is: seconds, or hours:minutes:seconds.", aPeriod},
		"season":       {"Number of the season.", typed("integer", "string")},
		"episode":      {"Number of the episode within its season.", typed("integer", "string")},
		"episode_type": {"What the episode is.", &jsonschema.Schema{Type: "string", Enum: []any{"full", "trailer", "bonus"}}},
		"explicit":     {"Whether the episode is not for children.", typed("boolean", "string")},
		"transcript":   {"What is said: a file beside the letter, or a URL.", oneOrMore(either(aText, tableOf(transcriptRows, transcriptSays)))},
		"chapters":     {"A JSON file with the chapters of the episode.", &jsonschema.Schema{}},
		"published":    {"False for a draft, as in Jekyll, or a date.", either(aTruth, aDate)},
		"status":       {"\"draft\" for a draft; other values are for other software.", &jsonschema.Schema{}},
		"created":      {"When the letter was begun: its date where nothing else says one, nor the file's name.", &jsonschema.Schema{}},
	}
)

const schemaFolder = "../../docs/schema"

// The schemas in docs say of every key what the reader knows, and no more.
func TestSchemas(t *testing.T) {
	assert.ElementsMatch(t, namesOf(publish.Rows), namesOf(otherRows), "what is left to others is read by them")
	for _, tt := range []struct {
		file, title string
		keys        [][]string
		say         map[string]said
		required    []string
		others      bool // may other keys be there
	}{
		{"newsletter.schema.json", "newsletter.yaml: what newsletter a folder of letters is", append(namesOf(configRows), namesOf(publish.Rows)...), configSays, []string{"title", "url"}, false},
		{"front-matter.schema.json", "Front matter of a letter", append(namesOf(frontMatterRows), namesOf(episodeRows)...), frontMatterSays, nil, true},
	} {
		t.Run(tt.file, func(t *testing.T) {
			var keys []string
			for _, names := range tt.keys {
				keys = append(keys, names[0])
			}
			assert.ElementsMatch(t, keys, slices.Collect(maps.Keys(tt.say)))
			s := table(tt.keys, tt.say)
			s.Version, s.Title = "http://json-schema.org/draft-07/schema#", tt.title
			s.ID = jsonschema.ID("https://raw.githubusercontent.com/automationregion/newsletter/main/docs/schema/" + tt.file)
			s.Required, s.Definitions = tt.required, schemaDefinitions()
			if tt.others {
				s.AdditionalProperties = nil
			}
			var b bytes.Buffer
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			e.SetIndent("", "  ")
			require.NoError(t, e.Encode(s))
			path := filepath.Join(schemaFolder, tt.file)
			if flag.Lookup("update").Value.String() == "true" {
				require.NoError(t, os.WriteFile(path, b.Bytes(), 0o666))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(want), b.String(), "stale: go test ./parse/letters -run TestSchemas -update")
		})
	}
}

// What the examples say is what the schemas allow, and what the reader refuses
// they refuse.
func TestSchemasJudge(t *testing.T) {
	schema := func(file string) *gojsonschema.Schema {
		data, err := os.ReadFile(filepath.Join(schemaFolder, file))
		require.NoError(t, err)
		s, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(data))
		require.NoError(t, err)
		return s
	}
	config, front := schema("newsletter.schema.json"), schema("front-matter.schema.json")
	judge := func(s *gojsonschema.Schema, text string) []gojsonschema.ResultError {
		t.Helper()
		var v map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(text), &v))
		for key, value := range v { // the reader sees a date as it is written
			if date, ok := value.(interface{ IsZero() bool }); ok && !date.IsZero() {
				v[key] = "2021-12-22"
			}
		}
		data, err := json.Marshal(v)
		require.NoError(t, err)
		result, err := s.Validate(gojsonschema.NewBytesLoader(data))
		require.NoError(t, err)
		return result.Errors()
	}
	seen := 0
	for _, pattern := range []string{"../../examples/*/" + ConfigFile, "../../examples/*/*.md", "../../examples/*/*/*.md"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			if filepath.Base(file) == ConfigFile {
				assert.Empty(t, judge(config, string(data)), file)
				seen++
			} else if delimiter, head, _, _ := cutFrontMatter(string(data)); delimiter == "---" {
				assert.Empty(t, judge(front, head), file)
				seen++
			}
		}
	}
	assert.GreaterOrEqual(t, seen, 3)
	for _, text := range []string{
		"title: T", "url: https://a.example/", "title: T\nurl: a.example", "title: T\nurl: https://a.example/\ntitel: T",
		"title: T\nurl: https://a.example/\ncheck: {severity: fatal}", "title: T\nurl: https://a.example/\npartners: [{fed: https://b.example/}]",
	} {
		assert.NotEmpty(t, judge(config, text), text)
	}
	for _, text := range []string{"draft: maybe", "id: [a]", "title: [a]", "attachments: [{adress: a.pdf}]"} {
		assert.NotEmpty(t, judge(front, text), text)
	}
	assert.Empty(t, judge(front, "title: T\nlayout: post\ndate: 2021-12-22\nauthors: [{name: A}, B]\nimage: {src: a.png}\ntags: [a, {term: b}]"), "keys of other software")
}
