package feed

import (
	"bytes"
	"html/template"
	"io"

	"github.com/automationregion/newsletter"
)

var page = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="{{.Language}}"><title>{{.Title}}</title><h1>{{.Title}}</h1>
<ul>{{range .Letters}}<li><a href="{{.URL}}">{{.Title}}</a></li>{{end}}</ul>
</html>
`))

func writeHTML(w io.Writer, n *newsletter.Newsletter) error {
	var b bytes.Buffer
	if err := page.Execute(&b, n); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}
