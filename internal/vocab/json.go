package vocab

// The members of the objects of a JSON Feed 1.1 that fields are for, and ours. Others
// are kept as they are.
var (
	FeedMembers = []string{
		"version", "title", "home_page_url", "feed_url", "description", "next_url", "icon", "favicon", "author", "authors", "language", "hubs",
		"items", "_newsletter",
	}
	ItemMembers = []string{
		"id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "date_published", "date_modified",
		"author", "authors", "tags", "language", "attachments", "_newsletter",
	}
	AuthorMembers     = []string{"name", "url", "avatar", "_newsletter"}
	AttachmentMembers = []string{"url", "mime_type", "title", "size_in_bytes", "duration_in_seconds"}
)
