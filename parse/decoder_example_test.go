package parse_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/automationregion/newsletter/parse"
)

func ExampleNewDecoder() {
	d := parse.NewDecoder(strings.NewReader(`<rss version="2.0"><channel>
		<title>Letters</title>
		<item><title>Spring</title></item>
		<item><title>Wint`))
	n, err := d.Newsletter()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(n.Title)
	for l, err := range d.Letters() {
		if errors.Is(err, parse.ErrTruncated) {
			fmt.Println(err)
			break
		}
		fmt.Println(l.Title)
	}
	// Output:
	// Letters
	// Spring
	// 4:20: the document ends before </title>
}
