package websub

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/automationregion/newsletter/fetch"
)

const (
	maxRedirects = 3
	excerpt      = 200 // bytes of a hub's refusal that are told
)

// Ping tells a hub that topics of ours changed, which it then fetches. A nil
// client is one that refuses addresses of private networks. The request is that
// of PubSubHubbub 0.4, section 7; WebSub leaves it to hub and publisher.
func Ping(ctx context.Context, client *http.Client, hub string, topics ...string) error {
	var c http.Client
	if client != nil {
		c = *client
	} else {
		t := fetch.Transport()
		defer t.CloseIdleConnections()
		c = http.Client{Transport: t, Timeout: requestTime}
	}
	c.CheckRedirect = checkRedirect
	return post(ctx, &c, hub, url.Values{"hub.mode": {"publish"}, "hub.url": topics})
}

func post(ctx context.Context, client *http.Client, hub string, form url.Values) error {
	if err := secure(hub); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, hub, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", fetch.UserAgent(""))
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(resp.Body, excerpt))
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %w: status %d: %q", hub, ErrRefused, resp.StatusCode, said)
	}
	return nil
}

// checkRedirect lets go on what stays a POST over TLS.
func checkRedirect(req *http.Request, via []*http.Request) error {
	code := req.Response.StatusCode
	switch {
	case code != http.StatusTemporaryRedirect && code != http.StatusPermanentRedirect:
		return fmt.Errorf("%w: a redirect with status %d", ErrRefused, code)
	case len(via) > maxRedirects:
		return fmt.Errorf("%w: more than %d redirects", ErrRefused, maxRedirects)
	}
	return secure(req.URL.String())
}
