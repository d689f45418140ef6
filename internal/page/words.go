package page

// Words are what a page itself says, in one language.
type Words struct {
	Attachments  string
	Categories   string
	Comments     string
	Contents     string // heading of a table of contents
	FeedIs       string // what a feed is
	FeedShown    string // the same to who looks at one; without quotes and backslashes
	FirstIn      string // before the name of the newsletter that a letter was first published in
	Latest       string
	License      string
	Links        string
	MinutesRead  string // after a number
	Newer        string // the letter after this one
	NoLetters    string
	Older        string // the letter before this one
	OtherLetters string
	Pay          string
	Skip         string
	Subscribe    string
	SubscribeHow string
	Table        string // name of a table that has none
	Translations string
	Updated      string // before a date
	Via          string
	Decimal      string // decimal mark

	months [12]string
}

var english = Words{
	Attachments:  "Attachments",
	Categories:   "Subjects",
	Comments:     "Comments",
	Contents:     "Contents",
	FeedIs:       "A feed is an address where a feed reader, an app or a web site, finds new letters. It asks for no e-mail address of yours.",
	FeedShown:    "This is a web feed. To have new letters come to you, copy the address of this page into your feed reader.",
	FirstIn:      "First published in",
	Latest:       "Letters",
	License:      "Licence",
	Links:        "Related",
	MinutesRead:  "min read",
	Newer:        "Next letter",
	NoLetters:    "There are no letters yet.",
	Older:        "Previous letter",
	OtherLetters: "Other letters",
	Pay:          "Support",
	Skip:         "Skip to the content",
	Subscribe:    "Subscribe",
	SubscribeHow: "Add this address to a feed reader, and new letters come to you:",
	Table:        "Table",
	Translations: "In other languages",
	Updated:      "Updated",
	Via:          "Via",
	Decimal:      ".",
	months: [12]string{"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December"},
}

var swedish = Words{
	Attachments:  "Bilagor",
	Categories:   "Ämnen",
	Comments:     "Kommentarer",
	Contents:     "Innehåll",
	FeedIs:       "Ett flöde är en adress där en flödesläsare, en app eller en webbplats, hittar nya brev. Den frågar inte efter din e-postadress.",
	FeedShown:    "Det här är ett webbflöde. Kopiera sidans adress till din flödesläsare, så kommer nya brev till dig.",
	FirstIn:      "Först publicerat i",
	Latest:       "Brev",
	License:      "Licens",
	Links:        "Relaterat",
	MinutesRead:  "min läsning",
	Newer:        "Nästa brev",
	NoLetters:    "Det finns inga brev än.",
	Older:        "Föregående brev",
	OtherLetters: "Fler brev",
	Pay:          "Stöd",
	Skip:         "Hoppa till innehållet",
	Subscribe:    "Prenumerera",
	SubscribeHow: "Lägg till den här adressen i en flödesläsare, så kommer nya brev till dig:",
	Table:        "Tabell",
	Translations: "På andra språk",
	Updated:      "Uppdaterat",
	Via:          "Via",
	Decimal:      ",",
	months: [12]string{"januari", "februari", "mars", "april", "maj", "juni",
		"juli", "augusti", "september", "oktober", "november", "december"},
}
