// Convert reads any feed from standard input and writes it as JSON Feed.
//
//	go run ./examples/convert < feed.xml
package main

import (
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/parse"
)

func main() {
	log.SetFlags(0)
	n, err := parse.Feed(os.Stdin, parse.Options{FileName: "<stdin>"})
	var notFeed *parse.NotFeedError
	switch {
	case errors.As(err, &notFeed) && len(notFeed.Feeds) > 0:
		log.Fatalf("That is %s. Try %s", notFeed.What, notFeed.Feeds[0])
	case errors.Is(err, parse.ErrTruncated):
		log.Printf("%v: going on with the %d letters before that", err, len(n.Letters))
	case err != nil:
		log.Fatal(err)
	}
	for _, change := range n.Repair() {
		fmt.Fprintln(os.Stderr, change)
	}
	if err := feed.Write(os.Stdout, n, feed.JSON); err != nil {
		log.Fatal(err)
	}
}
