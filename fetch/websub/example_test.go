package websub_test

import (
	"fmt"
	"net/http"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/fetch/websub"
)

func ExampleDiscover() {
	feed := &newsletter.Newsletter{
		FeedURL: "https://partner.example.org/rss.xml",
		Hubs:    []string{"https://hub.example.org/"},
	}
	topic, hubs := websub.Discover("https://partner.example.org/feed", http.Header{}, feed)
	fmt.Println(topic, hubs)
	// Output: https://partner.example.org/rss.xml [https://hub.example.org/]
}

// What partners write is there as soon as their hubs say so.
func ExampleFollower() {
	service := &aggregate.Service{Aggregator: aggregate.Aggregator{Newsletter: newsletter.Newsletter{Title: "Around the bay", URL: "https://bay.example/"}}}

	hubs := &websub.Follower{PublicURL: "https://bay.example", Pushed: service.Pushed, Feeds: func() ([]websub.Feed, bool) { return service.Result().Feeds() }}
	service.PushedSince = hubs.Since
	http.Handle("bay.example"+websub.Below, hubs)
	// go hubs.Run(ctx)
	// service.Serve(ctx)

	fmt.Println(websub.Paths("https://bay.example"))
	// Output: [/websub/] <nil>
}
