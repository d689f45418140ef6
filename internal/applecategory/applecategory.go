// Package applecategory has the categories that Apple's directory of podcasts has and
// had.
package applecategory

import "strings"

// Now are the categories, each with those within it.
var Now = map[string][]string{
	"Arts":                    bars("Books|Design|Fashion & Beauty|Food|Performing Arts|Visual Arts"),
	"Business":                bars("Careers|Entrepreneurship|Investing|Management|Marketing|Non-Profit"),
	"Comedy":                  bars("Comedy Interviews|Improv|Stand-Up"),
	"Education":               bars("Courses|How To|Language Learning|Self-Improvement"),
	"Fiction":                 bars("Comedy Fiction|Drama|Science Fiction"),
	"Government":              nil,
	"Health & Fitness":        bars("Alternative Health|Fitness|Medicine|Mental Health|Nutrition|Sexuality"),
	"History":                 nil,
	"Kids & Family":           bars("Education for Kids|Parenting|Pets & Animals|Stories for Kids"),
	"Leisure":                 bars("Animation & Manga|Automotive|Aviation|Crafts|Games|Hobbies|Home & Garden|Video Games"),
	"Music":                   bars("Music Commentary|Music History|Music Interviews"),
	"News":                    bars("Business News|Daily News|Entertainment News|News Commentary|Politics|Sports News|Tech News"),
	"Religion & Spirituality": bars("Buddhism|Christianity|Hinduism|Islam|Judaism|Religion|Spirituality"),
	"Science":                 bars("Astronomy|Chemistry|Earth Sciences|Life Sciences|Mathematics|Natural Sciences|Nature|Physics|Social Sciences"),
	"Society & Culture":       bars("Documentary|Personal Journals|Philosophy|Places & Travel|Relationships"),
	"Sports":                  bars("Baseball|Basketball|Cricket|Fantasy Sports|Football|Golf|Hockey|Rugby|Running|Soccer|Swimming|Tennis|Volleyball|Wilderness|Wrestling"),
	"Technology":              nil,
	"True Crime":              nil,
	"TV & Film":               bars("After Shows|Film History|Film Interviews|Film Reviews|TV Reviews"),
}

// Old are those that there were.
var Old = map[string][]string{
	"Arts":                       bars("Literature|Fashion"),
	"Arts & Entertainment":       bars("Architecture|Design|Entertainment|Games|Performing Arts|Photography|Poetry|Science Fiction"),
	"Audio Blogs":                nil,
	"Business":                   bars("Business News|Careers|Finance|Investing|Management & Marketing|News|Shopping"),
	"Comedy":                     nil,
	"Education":                  bars("Education Technology|Higher Education|K-12|Language Courses|Training"),
	"Family":                     nil,
	"Food":                       nil,
	"Games & Hobbies":            bars("Automotive|Aviation|Hobbies|Other Games|Video Games"),
	"Government & Organizations": bars("Local|National|Non-Profit|Regional"),
	"Health":                     bars("Alternative Health|Diet & Nutrition|Fitness|Fitness & Nutrition|Relationships|Self-Help|Sexuality"),
	"International":              bars("Australian|Belgian|Brazilian|Canadian|Chinese|Dutch|French|German|Hebrew|Italian|Japanese|Norwegian|Polish|Portuguese|Spanish|Swedish"),
	"Movies & Television":        nil,
	"News & Politics":            nil,
	"Politics":                   nil,
	"Public Radio":               nil,
	"Religion & Spirituality":    bars("New Age|Philosophy|Other"),
	"Science & Medicine":         bars("Medicine|Natural Sciences|Social Sciences"),
	"Society & Culture":          bars("History"),
	"Sports & Recreation":        bars("Amateur|College & High School|Outdoor|Professional"),
	"Talk Radio":                 nil,
	"Technology":                 bars("Computers|Developers|Gadgets|Information Technology|News|Operating Systems|Podcasting|Smart Phones|Software How-To|Tech News|Text/Speech"),
	"Transportation":             bars("Automotive|Aviation|Bicycles|Commuting"),
	"Travel":                     nil,
}

func bars(s string) []string { return strings.Split(s, "|") }
