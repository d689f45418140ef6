package websub_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/automationregion/newsletter"
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

func ExampleSubscriber() {
	s := &websub.Subscriber{
		PublicURL: "https://news.example.org/websub/",
		OnPush: func(_ context.Context, p websub.Push) error {
			fmt.Println("due:", p.Topic)
			return nil
		},
	}
	http.Handle("/websub/", s)
	// go s.Run(ctx)
	err := s.Follow("https://partner.example.org/rss.xml", "https://hub.example.org/")
	fmt.Println(err, s.Active("https://partner.example.org/rss.xml"))
	// Output: <nil> false
}
