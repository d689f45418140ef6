"""Prints what newsboat stores of the feed in a file."""
import os
import sqlite3
import subprocess
import sys
import tempfile
import time

with tempfile.TemporaryDirectory() as home:
    urls, cache, config = (os.path.join(home, name) for name in ("urls", "cache.db", "config"))
    with open(urls, "w") as f:
        f.write("file://%s\n" % os.path.abspath(sys.argv[1]))
    open(config, "w").close()
    subprocess.run(["newsboat", "-u", urls, "-c", cache, "-C", config, "-x", "reload"], check=True, env={**os.environ, "HOME": home})
    db = sqlite3.connect(cache)
    for title, url in db.execute("select title, url from rss_feed"):
        print("feed\n  title: %s\n  link: %s" % (title, url))
    rows = "select guid, title, url, pubDate, author, content, enclosure_url from rss_item order by id desc"
    for guid, title, url, date, author, content, enclosure in db.execute(rows):
        print("letter", guid)
        date = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(date)))
        for name, value in (("title", title), ("link", url), ("date", date), ("authors", author), ("content", content), ("enclosure", enclosure)):
            if value.strip():
                print("  %s: %s" % (name, " ".join(value.split())))
