package check

import (
	"strings"

	"golang.org/x/text/encoding/ianaindex"
)

// everywhereKids are the extensions that may stand in a channel, a letter, and
// what stands in those.
func (s *schema) everywhereKids() kids {
	k := kids{}
	k.once(spaceDC, "title", text()).once(spaceDC, "description", text()).
		many(spaceDC, "publisher", text(), saysSame("same-webmaster", spaceNone, "webMaster")).
		many(spaceDC, "contributor", text()).once(spaceDC, "type", text()).once(spaceDC, "format", text()).
		many(spaceDC, "identifier", text()).
		once(spaceDC, "source", text(), saysSame("same-source", spaceNone, "source")).
		once(spaceDC, "language", text(languageCode), saysSame("same-language", spaceNone, "language")).
		many(spaceDC, "relation", text()).many(spaceDC, "coverage", text()).
		once(spaceDC, "rights", text(noHTML), saysSame("same-rights", spaceNone, "copyright"))
	terms(k)
	k.many(spaceRDF, "RDF", anything).many(spaceRDF, "type", anything).many(spaceRDF, "Description", anything).
		many(spaceRDFS, "seeAlso", rdfResource())
	geo(k)
	k.once(spaceOPML, "dateCreated", text(rfc822)).once(spaceOPML, "dateModified", text(rfc822)).once(spaceOPML, "ownerName", text(safeHTML)).
		once(spaceOPML, "ownerEmail", text(mailbox)).once(spaceOPML, "ownerId", text(webAddress))
	return k
}

// terms are those of Dublin Core.
func terms(k kids) {
	for _, local := range strings.Fields("isVersionOf hasVersion isReplacedBy replaces isRequiredBy requires isPartOf hasPart isReferencedBy references isFormatOf hasFormat conformsTo") {
		k.many(spaceDCTerms, local, rdfResource())
	}
	for _, local := range strings.Fields("valid available spatial temporal accessRights accrualMethod accrualPeriodicity accrualPolicy bibliographicCitation educationLevel instructionalMethod license provenance rightsHolder") {
		k.many(spaceDCTerms, local, anything)
	}
	for _, local := range strings.Fields("abstract dateAccepted dateCopyrighted dateSubmitted mediator") {
		k.once(spaceDCTerms, local, text())
	}
	k.many(spaceDCTerms, "alternative", text()).many(spaceDCTerms, "audience", text()).
		once(spaceDCTerms, "tableOfContents", rdfResource()).once(spaceDCTerms, "created", text(w3cdtf)).once(spaceDCTerms, "issued", text(w3cdtf)).
		once(spaceDCTerms, "modified", text(w3cdtf), saysSame("same-build-date", spaceNone, "lastBuildDate")).
		once(spaceDCTerms, "extent", text(positive, notBlank))
}

// linkKids are for channels and letters alike.
func (s *schema) channelItemKids() kids {
	return kids{}.with(s.everywhere, s.mediaKids()).
		many(spaceTaxonomy, "topics", anything).
		many(spaceLink, "link", rdfResource().attr(attrs{}.in(spaceRDF, "resource", uri).in(spaceDC, "title").
			in(spaceLink, "lang", languageCode).in(spaceLink, "rel", uriFull).in(spaceLink, "title", noHTML).
			in(spaceLink, "type", func(c *checker, n *node, v val) {
				if strings.Contains(v.s, ":") {
					uriFull(c, n, v)
				} else {
					mime("media-type")(c, n, v)
				}
			})))
}

// itemExtensions may stand in a letter of any format.
func (s *schema) itemExtensions() kids {
	k := s.channelItemKids()
	k.once(spaceAnnotate, "reference", rdfResource()).
		once(spaceAggregation, "source", text()).once(spaceAggregation, "sourceURL", text(uriFull)).once(spaceAggregation, "timestamp", text(iso8601)).
		once(spaceEvent, "startdate", text(eventDate)).once(spaceEvent, "enddate", text(eventDate)).many(spaceEvent, "location", anything).
		many(spaceEvent, "organizer", anything).once(spaceEvent, "type", text()).
		once(spaceFeedBurner, "awareness", text(uriFull)).once(spaceFeedBurner, "origEnclosureLink", text(uriFull)).once(spaceFeedBurner, "origLink", text(uriFull)).
		many(spaceFOAF, "maker", anything).many(spaceFOAF, "primaryTopic", anything).
		once(spaceSlash, "comments", text(nonNegative)).many(spaceSlash, "section", text()).many(spaceSlash, "department", text()).
		once(spaceSlash, "hit_parade", text(integerList)).once(spaceSlash, "hit-parade", text(integerList))
	k.many(spaceThread1, "children", anything, onSeen(func(c *checker, parent, n *node) {
		if c.format != RSS1 {
			c.report("element-undefined", n.at, c.topName(), "<"+c.topName()+"> is for RSS 1.0")
		}
	}))
	k[name{spaceThread, "children"}] = k[name{spaceThread1, "children"}]
	k.once(spaceThread, "total", text(nonNegative)).many(spaceThread, "in-reply-to", inReplyTo())
	k.once(spaceWFW, "comment", text(uriFull)).once(spaceWFW, "commentRss", text(uriFull)).
		once(spaceWFW, "commentRSS", text(uriFull), onSeen(func(c *checker, parent, n *node) {
			c.report("wfw-comment-rss", n.at, "", "<wfw:commentRSS> is spelt wfw:commentRss")
		}))
	for _, local := range strings.Fields("diff history importance status version") {
		k.many(spaceWiki, local, text())
	}
	k.many(spaceMedia, "group", s.mediaGroup).many(spaceMedia, "content", s.mediaContent)
	k.many(spaceSync, "sync", s.sync)
	k.once(spaceConversations, "introMilliseconds", text(nonNegative)).once(spaceConversations, "image", text(webAddress)).
		once(spaceConversations, "ratingAverage", text(float)).once(spaceConversations, "ratingCount", text(nonNegative)).
		once(spaceConversations, "ratingIndividual", text(positive)).once(spaceConversations, "ratingTimestamp", text(iso8601))
	google(k)
	podcastItem(k)
	return k
}

// google lets what Google's products had of letters stand: it is not judged.
func google(k kids) {
	for _, local := range strings.Fields(googleNames) {
		k.many(spaceGoogle, local, anything)
	}
}

const googleNames = `actor age agent area apparel_type artist author bathrooms bedrooms brand calories cholesterol color cooking_time condition course
 course_date_range course_number course_times cuisine currency delivery_notes delivery_radius education employer ethnicity event_date_range expiration_date
 expiration_date_time fiber from_location gender hoa_dues format id image_link immigration_status interested_in isbn job_function job_industry job_type label
 listing_type location main_ingredient make manufacturer manufacturer_id marital_status meal_type megapixels memory mileage model model_number
 name_of_item_being_reviewed news_source occupation payment_notes pages payment_accepted pickup preparation_time price price_type processor_speed product_type
 property_type protein publication_name publication_volume publish_date quantity rating review_type reviewer_type salary salary_type saturated_fat
 school_district service_type servings sexual_orientation size shipping sodium subject subject_area tax_percent tax_region to_location total_carbs total_fat
 travel_date_range university upc url_of_item_being_reviewed vehicle_type vin weight year gtin mpn availability google_product_category link title description
 sale_price sale_price_effective_date item_group_id additional_image_link age_group identifier_exists material pattern condition adult custom_label_0 custom_label_1`

// entryExtensions may stand in an entry of Atom, which has its own authors,
// categories and dates.
func (s *schema) entryExtensions() kids {
	k := s.itemExtensions()
	k.many(spaceDC, "creator", text()).many(spaceDC, "subject", text()).once(spaceDC, "date", text(w3cdtf)).
		many(spaceCreativeCommons, "license", text(uriFull)).
		once(spaceTrackback, "ping", text(uriFull)).many(spaceTrackback, "about", text(uriFull))
	k.once(spaceApp, "edited", strictText(rfc3339)).
		once(spaceApp, "control", &element{kids: kids{}.once(spaceApp, "draft", rawText(yesNo))})
	return k
}

// channelExtensions may stand in a channel or a feed.
func (s *schema) channelExtensions() kids {
	k := s.channelItemKids()
	k.once(spaceAdmin, "generatorAgent", rdfResource(), saysSame("same-generator", spaceNone, "generator")).
		once(spaceAdmin, "errorReportsTo", rdfResource())
	for _, local := range strings.Fields("blogRoll mySubscriptions blink changes") {
		k.once(spaceBlogChannel, local, text(uriFull))
	}
	k.once(spaceSyndication, "updatePeriod", text(oneOf("syndication-period", "hourly", "daily", "weekly", "monthly", "yearly"))).
		once(spaceSyndication, "updateFrequency", text(positive, notBlank)).once(spaceSyndication, "updateBase", text(w3cdtf))
	k.many(spaceFOAF, "maker", anything).many(spaceChanged, "server", rdfResource()).many(spaceWiki, "interwiki", text()).
		many(spaceThread, "in-reply-to", inReplyTo())
	sort := (&element{kids: kids{}}).attr(attrs{}.may("data-type").may("default").may("element").may("label").may("ns"))
	group := (&element{kids: kids{}}).attr(attrs{}.may("element").may("label").may("ns"))
	k.many(spaceLists, "listinfo", &element{kids: kids{}.many(spaceLists, "sort", sort).many(spaceLists, "group", group)}).
		many(spaceLists, "treatAs", text())
	k.once(spaceFeedBurner, "awareness", text(uriFull)).once(spaceFeedBurner, "browserFriendly", text(noHTML)).
		once(spaceFeedBurner, "emailServiceId", anything).once(spaceFeedBurner, "feedburnerHostname", text(uriFull)).
		many(spaceFeedBurner, "feedFlare", text(noHTML).attr(attrs{}.must("href", "feedburner-attribute-missing", flareAddress).must("src", "feedburner-attribute-missing", flareAddress))).
		many(spaceFeedBurner, "info", (&element{kids: kids{}}).attr(attrs{}.must("uri", "feedburner-attribute-missing", iri)))
	k.once(spaceOpenSearch, "totalResults", text(nonNegative)).once(spaceOpenSearch, "startIndex", text(integer)).
		once(spaceOpenSearch, "itemsPerPage", text(nonNegative)).many(spaceOpenSearch, "Query", openSearchQuery())
	k.many(spaceXHTML, "div", anything).
		many(spaceXHTML, "meta", (&element{kids: kids{}}).attr(attrs{}.must("name", "xhtml-meta-attribute-missing", oneOfFolded("xhtml-meta-name", "robots")).
			must("content", "xhtml-meta-attribute-missing", oneOfFolded("xhtml-meta-content", "all", "none", "index", "index,follow", "index,nofollow",
				"noindex", "noindex,follow", "noindex,nofollow", "follow", "follow,index", "follow,noindex", "nofollow", "nofollow,index", "nofollow,noindex"))))
	k.many(spaceSync, "sharing", s.sharing)
	empty := &element{kids: kids{}}
	k.many(spaceHistory, "archive", empty).many(spaceHistory, "complete", &element{kids: kids{}})
	podcastChannel(k)
	return k
}

func (s *schema) feedExtensions() kids {
	k := s.channelExtensions()
	k.many(spaceDC, "creator", text()).many(spaceDC, "subject", text()).once(spaceDC, "date", text(w3cdtf)).
		many(spaceCreativeCommons, "license", text(uriFull)).many(spaceAccess, "restriction", accessRestriction())
	return k
}

func accessRestriction() *element {
	return (&element{kids: kids{}}).attr(attrs{}.must("relationship", "access-relationship-missing", oneOf("access-relationship", "allow", "deny")))
}

// openSearchQuery is a search that was made, or can be.
func openSearchQuery() *element {
	return (&element{mode: modeAny}).attr(attrs{}.must("role", "opensearch-role-missing", searchRole).
		may("title", maxLength(256), noHTML).may("inputEncoding", knownEncoding).may("outputEncoding", knownEncoding).may("language", searchLanguage).
		may("totalResults", nonNegative).may("count", nonNegative).may("startIndex", integer).may("startPage", integer))
}

// searchRole is one of OpenSearch's, or with a prefix somebody else's.
func searchRole(c *checker, n *node, v val) {
	if !strings.Contains(v.s, ":") {
		oneOf("opensearch-role", "request", "example", "related", "correction", "subset", "superset")(c, n, v)
	}
}

func knownEncoding(c *checker, n *node, v val) {
	if _, err := ianaindex.IANA.Encoding(v.s); err == nil { // though it may be none that is read here
		return
	}
	if _, ok := encodingCalled(strings.ToLower(v.s)); !ok {
		c.wrong("opensearch-encoding", v, `an encoding such as "UTF-8"`)
	}
}

// searchLanguage may be any.
func searchLanguage(c *checker, n *node, v val) {
	if v.s != "*" {
		languageCode(c, n, v)
	}
}

// flareAddress may lead on from the site in Atom, which has a base to it.
func flareAddress(c *checker, n *node, v val) {
	if c.format == Atom {
		iri(c, n, v)
	} else if !isAbsolute(v.s) {
		c.reportVal("html-relative", v, c.what(v)+" is "+quote(v.s)+", which is no full address")
	}
}

func inReplyTo() *element {
	return text().attr(attrs{}.may("href", iriHere).may("ref", permanentID).may("source", iriHere).may("type", mime("media-type")))
}

// mediaRange is what a collection of the publishing protocol takes.
func mediaRange(c *checker, n *node, v val) {
	if v.s == "" {
		return
	}
	for part := range strings.SplitSeq(v.s, ",") {
		w := v
		w.s = strings.TrimSpace(part)
		if strings.Contains(w.s, ";q=") {
			c.reportVal("app-accept-quality", w, "<"+c.topName()+"> has q=, which means nothing here")
		}
		mime("media-type")(c, n, w)
	}
}

// contentItems is the older form of the content module.
func (s *schema) contentItems() *element {
	item := &element{kids: kids{}.once(spaceContent, "format", rdfResource()).once(spaceContent, "encoding", rdfResource()).once(spaceRDF, "value", text())}
	li := &element{kids: kids{}.many(spaceContent, "item", item)}
	return &element{kids: kids{}.once(spaceRDF, "Bag", &element{kids: kids{}.many(spaceRDF, "li", li)})}
}

// rdfResource is an element that points at something.
func rdfResource() *element {
	e := &element{mode: modeText, attrs: attrs{}.in(spaceRDF, "resource", uri).in(spaceDC, "title")}
	e.begin = func(c *checker, n *node) {
		if _, ok := c.attr(spaceRDF, "resource"); !ok && c.format == RSS1 {
			c.report("rdf-resource-missing", n.at, "", "<"+c.topName()+"> lacks the attribute rdf:resource")
		}
	}
	return e
}
