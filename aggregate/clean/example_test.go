package clean_test

import (
	"fmt"

	"github.com/automationregion/newsletter/aggregate/clean"
)

func ExampleHTML() {
	const content = `<h2 onclick="x()">News</h2><script>alert(1)</script>
<p style="color:red">See <a href="../spring">spring</a>. <img src="https://x.example/p.gif" width=1 height=1></p>`

	fmt.Println(clean.HTML(content, clean.Options{BaseURL: "https://partner.example/letters/1"}))
	// Output:
	// <h2>News</h2>
	// <p>See <a href="https://partner.example/spring">spring</a>. </p>
}
