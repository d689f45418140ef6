package clean_test

import (
	"fmt"

	"github.com/automationregion/newsletter/clean"
)

func ExampleHTML() {
	const content = `<h2 onclick="x()">News</h2><script>alert(1)</script>
<p style="color:red">See <a href="../spring">spring</a>. <img src="https://x.example/p.gif" width=1 height=1></p>`

	fmt.Println(clean.HTML(content, clean.Options{BaseURL: "https://partner.example/letters/1"}))
	// Output:
	// <h2>News</h2>
	// <p>See <a href="https://partner.example/spring">spring</a>. </p>
}

func ExamplePicture() {
	for _, address := range []string{"http://partner.example/kim.png", "http://192.168.1.1/x.png", "data:image/png;base64,AAAA"} {
		src, ok := clean.Picture(address)
		fmt.Printf("%q %t\n", src, ok)
	}
	// Output:
	// "https://partner.example/kim.png" true
	// "" false
	// "" false
}
