package serve

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestAsset(t *testing.T) {
	const page = "<!DOCTYPE html><script>alert(1)</script>"
	const picture = "\x89PNG\x0d\x0a\x1a\x0a"
	for name, want := range map[string]struct {
		content, mediaType string
		sandboxed, active  bool
	}{
		"a.html":     {page, "text/html", true, true},
		"a.HTM":      {page, "text/html", true, true},
		"a.svg":      {`<svg xmlns="http://www.w3.org/2000/svg"/>`, "image/svg+xml", true, true},
		"a.xml":      {"<x/>", "xml", true, true},
		"a.js":       {"alert(1)", "javascript", true, false},
		"a.png":      {page, "image/png", false, false},
		"a.pdf":      {"%PDF-1.4", "application/pdf", false, false},
		"a.css":      {"p{}", "text/css", false, false},
		"a.qqq":      {page, "application/octet-stream", false, true},
		"a":          {"<?xml version='1.0'?><svg/>", "application/octet-stream", false, true},
		"b":          {picture, "image/png", false, false},
		"c":          {"text", "text/plain", false, false},
		"empty":      {"", "text/plain", false, false},
		"a.html.qqq": {picture, "image/png", false, false},
	} {
		w := httptest.NewRecorder()
		Asset(w, httptest.NewRequest(http.MethodGet, "/"+name, nil), name, time.Time{}, strings.NewReader(want.content))
		assert.Contains(t, w.Header().Get("Content-Type"), want.mediaType, name)
		assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"), name)
		policy := ""
		if want.sandboxed {
			policy = Sandbox
		}
		assert.Equal(t, policy, w.Header().Get("Content-Security-Policy"), name)
		assert.Equal(t, want.content, w.Body.String(), name)
		assert.Equal(t, want.active, IsActive(name, strings.NewReader(want.content)), name)
	}
	for _, mediaType := range []string{"application/xhtml+xml", "IMAGE/SVG+XML; charset=x", "text/xml", "text/html", "message/rfc822", "multipart/related", "application/xslt+xml", "application/x-shockwave-flash", ""} {
		assert.False(t, isStill(mediaType), mediaType)
	}
}
