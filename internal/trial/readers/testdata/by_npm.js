// Prints what rss-parser, or of a JSON Feed feedsmith, has of the feed in a file.
const fs = require('fs')

const text = (v) => (v && typeof v === 'object' ? JSON.stringify(v) : String(v))
const line = (name, v) => v && console.log(`  ${name}: ${text(v).split(/\s+/).filter(Boolean).join(' ')}`)
const date = (v) => v && new Date(v).toISOString().replace(/\.\d+Z$/, 'Z')
const names = (list) => (list || []).map((a) => a.name).join(', ')

async function main(file) {
  const document = fs.readFileSync(file, 'utf8')
  if (file.endsWith('.json')) {
    const { feed } = require('feedsmith').parseFeed(document)
    console.log('feed')
    line('title', feed.title)
    line('link', feed.home_page_url)
    line('authors', names(feed.authors))
    line('image', feed.icon)
    for (const item of feed.items) {
      console.log('letter', item.id)
      line('title', item.title)
      line('link', item.url)
      line('date', date(item.date_published || item.date_modified))
      line('authors', names(item.authors))
      line('summary', item.summary)
      line('content', item.content_html)
      line('image', item.image)
      for (const a of item.attachments || []) line('enclosure', a.url)
    }
    return
  }
  const Parser = require('rss-parser')
  const feed = await new Parser().parseString(document)
  console.log('feed')
  line('title', feed.title)
  line('link', feed.link)
  line('authors', feed.managingEditor || feed.creator)
  line('image', feed.image && feed.image.url)
  line('date', date(feed.lastBuildDate))
  for (const item of feed.items) {
    console.log('letter', item.guid || item.id)
    line('title', item.title)
    line('link', item.link)
    line('date', date(item.isoDate))
    line('authors', item.creator || item.author)
    line('summary', item.summary)
    line('content', item['content:encoded'] || item.content)
    line('enclosure', item.enclosure && item.enclosure.url)
  }
}

main(process.argv[2])
