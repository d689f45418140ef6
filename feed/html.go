package feed

import (
	"bytes"
	"html/template"

	"github.com/automationregion/newsletter"
)

var page = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="{{.Language}}"><title>{{.Title}}</title><h1>{{.Title}}</h1>
<ul>{{range .Letters}}<li><a href="{{.URL}}">{{.Title}}</a></li>{{end}}</ul>
</html>
`))

func writeHTML(b *bytes.Buffer, n *newsletter.Newsletter) error {
	return page.Execute(b, n)
}
