"""Prints what feedparser has of the feed in a file."""
import sys
import time

import feedparser


def line(name, value):
    if value:
        print("  %s: %s" % (name, " ".join(str(value).split())))


def date(parsed):
    return parsed and time.strftime("%Y-%m-%dT%H:%M:%SZ", parsed)


d = feedparser.parse(sys.argv[1])
print("feed")
line("title", d.feed.get("title"))
line("link", d.feed.get("link"))
line("authors", ", ".join(sorted({a.get("name", "") for a in d.feed.get("authors", [])})))
line("image", d.feed.get("image", {}).get("href") or d.feed.get("logo"))
line("date", date(d.feed.get("updated_parsed")))
for e in d.entries:
    print("letter", e.get("id"))
    line("title", e.get("title"))
    line("link", e.get("link"))
    line("date", date(e.get("published_parsed") or e.get("updated_parsed")))
    line("authors", ", ".join(a.get("name", "") for a in e.get("authors", [])))
    line("summary", e.get("summary"))
    for c in e.get("content", []):
        line("content", c.value)
    for m in e.get("media_thumbnail", []):
        line("image", m["url"])
    for m in e.enclosures:
        line("enclosure", m.href)
    for m in e.get("media_content", []):
        line("media", m["url"])
