package websub

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/internal/useragent"
)

const maxRedirects = 3

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
	if err := post(ctx, &c, hub, url.Values{"hub.mode": {"publish"}, "hub.url": topics}); err != nil {
		return fmt.Errorf("%s: %w", hub, err)
	}
	return nil
}

// post asks a hub. Its error has no word of the hub's own: it may repeat what it
// was sent, which is secret, and in a form that nobody thinks of.
func post(ctx context.Context, client *http.Client, hub string, form url.Values) error {
	if secure(hub) != nil {
		return errPlain
	}
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, hub, strings.NewReader(form.Encode()))
	if err != nil {
		return &hubError{"the hub's address can't be asked", err}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", useragent.Of(""))
	resp, err := client.Do(req)
	if err != nil {
		return explain(err)
	}
	resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%w: status %d", errRefused, resp.StatusCode)
	}
	return nil
}

// checkRedirect lets go on what stays a POST over TLS.
func checkRedirect(req *http.Request, via []*http.Request) error {
	code := req.Response.StatusCode
	switch {
	case code != http.StatusTemporaryRedirect && code != http.StatusPermanentRedirect:
		return redirectError{fmt.Errorf("%w: a redirect with status %d", errRefused, code)}
	case len(via) > maxRedirects:
		return redirectError{fmt.Errorf("%w: more than %d redirects", errRefused, maxRedirects)}
	case secure(req.URL.String()) != nil:
		return redirectError{fmt.Errorf("a redirect to what is %w", errPlain)}
	}
	return nil
}

// A redirectError is one of ours, in our words.
type redirectError struct{ error }

func (e redirectError) Unwrap() error { return e.error }

// A hubError is why a hub could not be asked, in words of our own.
type hubError struct {
	words string
	err   error
}

func (e *hubError) Error() string { return e.words }
func (e *hubError) Unwrap() error { return e.err }

// explain returns what went wrong without a name, an address, a certificate or a
// line of an answer: a hub chooses all these once it was asked.
func explain(err error) error {
	var (
		ours    redirectError
		dns     *net.DNSError
		cert    *tls.CertificateVerificationError
		timeout interface{ Timeout() bool }
	)
	words := "the connection to the hub failed"
	switch {
	case errors.As(err, &ours):
		return ours.error
	case errors.Is(err, fetch.ErrPrivateAddress):
		words = fetch.ErrPrivateAddress.Error()
	case errors.As(err, &dns):
		words = "the hub's name could not be looked up"
	case errors.As(err, &cert):
		words = "the hub's certificate is not trusted"
	case errors.Is(err, syscall.ECONNREFUSED):
		words = "nothing answers at the hub's address"
	case errors.As(err, &timeout) && timeout.Timeout():
		words = "the hub did not answer in time"
	}
	return &hubError{words, err}
}
