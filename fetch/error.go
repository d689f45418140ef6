package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"

	"github.com/automationregion/newsletter/parse"
)

// What an [*Error] may wrap, to be told apart with [errors.Is].
var (
	// ErrPrivateAddress says that a server was not asked because its address is
	// not on the public internet.
	ErrPrivateAddress = errors.New("not an address of the public internet")

	// ErrTooLarge says that more bytes came than MaxTransfer or MaxBody allow, or that
	// a feed goes on in more documents than [Whole] reads.
	ErrTooLarge = errors.New("too many bytes")

	// errRedirect says that redirects lead nowhere, in a circle, too far, or from
	// https to http.
	errRedirect = errors.New("a redirect that is not followed")

	errTimeout = errors.New("no complete answer in the time allowed")
	errTooSlow = errors.New("the body comes too slowly") // slower than MinRate
	errEmpty   = errors.New("an empty answer")
)

// A limitError is ErrTooLarge in other words.
type limitError string

func (e limitError) Error() string        { return string(e) }
func (e limitError) Is(target error) bool { return target == ErrTooLarge }

// A redirectError is errRedirect in other words.
type redirectError string

func (e redirectError) Error() string        { return string(e) }
func (e redirectError) Is(target error) bool { return target == errRedirect }

// An Error says what went wrong with a feed, in words for people, and what its
// publisher could do about it.
type Error struct {
	URL     string // that was asked
	Code    int    // HTTP status; 0 if there was no answer
	Message string // what happened: "the certificate expired on 2 May 2026"
	Advice  string // what the publisher could do about it; empty if nothing
	Err     error  // cause; may be nil
}

// Error returns what happened and where.
func (e *Error) Error() string { return e.URL + ": " + e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// statusWords say what a status means for a feed.
var statusWords = map[int][2]string{
	http.StatusNoContent:                  {"the server answers, but without a feed", "Send the feed itself (200) at this address."},
	http.StatusBadRequest:                 {"the server does not understand the request", "See whether the feed's address, or a filter in front of the server, is at fault."},
	http.StatusUnauthorized:               {"the server wants a password", "Let the feed be read without one, or give the newsletter's owner one."},
	http.StatusPaymentRequired:            {"the server wants to be paid", "Let the feed be read freely."},
	http.StatusForbidden:                  {"the server refuses to give out the feed", "Let programs read the feed: a filter against robots should leave its address out."},
	http.StatusNotFound:                   {"there is nothing at this address", "Put the feed back, or lead its old address to the new one with a permanent redirect (301)."},
	http.StatusMethodNotAllowed:           {"the server does not let the feed be read", "Allow GET for the feed's address."},
	http.StatusNotAcceptable:              {"the server has no form of the feed that it would send", "Send the feed whatever the Accept header says."},
	http.StatusRequestTimeout:             {"the server gave up waiting for the request", ""},
	http.StatusGone:                       {"the server says that the feed is gone for good", "If it is not, answer with the feed or a redirect instead of 410, and tell the newsletter's owner."},
	http.StatusMisdirectedRequest:         {"the server does not serve this host", "See to the server's names and certificates."},
	http.StatusTooManyRequests:            {"the server finds that it is asked too often", "Allow a visit an hour, and send ETag or Last-Modified so that visits cost little."},
	http.StatusUnavailableForLegalReasons: {"the feed is withheld for legal reasons", ""},
	http.StatusInternalServerError:        {"the server has an error of its own", "See the server's log for the feed's address."},
	http.StatusBadGateway:                 {"the server cannot reach the program that makes the feed", "See whether that program runs."},
	http.StatusServiceUnavailable:         {"the server cannot answer for now", "If it is not maintenance, see the server's log."},
	http.StatusGatewayTimeout:             {"the program that makes the feed takes too long", "Let the feed be made ahead, or kept in a cache."},
}

// statusError says what a status without a feed means.
func statusError(url string, code int) *Error {
	w, ok := statusWords[code]
	switch {
	case ok:
	case code >= 500:
		w = [2]string{"the server has an error of its own", "See the server's log for the feed's address."}
	case code >= 400:
		w = [2]string{"the server refuses the request", "Let the feed be read at this address."}
	default:
		w = [2]string{"the server answers with something that is no feed", "Send the feed itself (200) at this address."}
	}
	msg := fmt.Sprintf("%s (%d %s)", w[0], code, http.StatusText(code))
	return &Error{URL: url, Code: code, Message: strings.Replace(msg, " )", ")", 1), Advice: w[1]}
}

// errorWords say what a cause means; the first that fits is it.
var errorWords = []struct {
	err     error
	message string // empty: the cause in its own words
	advice  string
}{
	{errBusy, errBusy.Error(), "Allow more time for a visit, or a shorter pause between two requests to a host."},
	{errRedirectLoop, "", "Let the redirects end at the feed, without a cookie or a login on the way."},
	{errTooManyRedirects, "", "Let the redirects end at the feed; one is enough."},
	{errInsecureRedirect, "", "Let the redirect lead to an https address."},
	{errBadRedirect, "", "Let the redirect name the feed's new address."},
	{errTransferTooLarge, "", "Let the feed hold only the newest letters; 50 are plenty."},
	{errBodyTooLarge, "", "Let the feed hold only the newest letters; 50 are plenty."},
	{errTooSlow, "", "See why the server sends the feed so slowly."},
	{errTimeout, "", "See why the server takes so long over the feed."},
	{errEmpty, "", "See why the feed's address gives nothing."},
	{errUnasked, "", "Answer 304 and 226 only to requests that ask for it with If-None-Match or If-Modified-Since."},
	{errEncoded, "", "See whether the server compresses the feed twice, or declares the wrong Content-Encoding."},
	{errEncoding, "", "Send the feed as it is or with gzip."},
	{http.ErrSchemeMismatch, "the server does not speak TLS at this address", "See to the server's https port."},
	{syscall.ECONNREFUSED, "nothing answers at the server's address", "See whether the web server runs, and whether a firewall is in front of it."},
	{syscall.EHOSTUNREACH, "there is no way to the server", "See to the server's network."},
	{syscall.ENETUNREACH, "there is no way to the server", "See to the server's network."},
	{syscall.ECONNRESET, "the server broke the connection off", "See the server's log, or a firewall's in front of it."},
	{io.ErrUnexpectedEOF, "the answer ended before it was complete", "See whether the server states the right Content-Length, and why it breaks off."},
	{io.EOF, "the server closed the connection without an answer", "See the server's log."},
}

// explain says what an error of a request means.
func explain(url string, code int, err error) *Error {
	e := &Error{URL: url, Code: code, Err: err}
	var (
		address   *addressError
		dns       *net.DNSError
		cert      *tls.CertificateVerificationError
		hostname  x509.HostnameError
		invalid   x509.CertificateInvalidError
		authority x509.UnknownAuthorityError
		record    tls.RecordHeaderError
		alert     tls.AlertError
		op        *net.OpError
		timeout   interface{ Timeout() bool }
	)
	for _, w := range errorWords {
		if errors.Is(err, w.err) {
			e.Message, e.Advice = w.message, w.advice
			if e.Message == "" {
				e.Message = plain(err)
			}
			return e
		}
	}
	switch {
	case errors.As(err, &address):
		e.Message, e.Advice = address.Error(), address.advice()
	case errors.As(err, &dns) && dns.IsNotFound:
		e.Message = fmt.Sprintf("the name %s is not known", dns.Name)
		e.Advice = "See whether the domain is still registered and its DNS complete."
	case errors.As(err, &dns):
		e.Message = fmt.Sprintf("the name %s could not be looked up", dns.Name)
		e.Advice = "See whether the domain's name servers answer."
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		e.Message = "the certificate is not valid now"
		if invalid.Cert != nil {
			e.Message = fmt.Sprintf("the certificate is valid from %s to %s, which is not now",
				invalid.Cert.NotBefore.Format("2 January 2006"), invalid.Cert.NotAfter.Format("2 January 2006"))
		}
		e.Advice = "Renew the certificate."
	case errors.As(err, &hostname):
		e.Message = fmt.Sprintf("the certificate is not for %s", hostname.Host)
		e.Advice = "Get a certificate that names this host."
	case errors.As(err, &authority), errors.As(err, &cert):
		e.Message = "the certificate is not trusted"
		e.Advice = "Get a certificate from a known authority, and send those between it and the root along."
	case errors.As(err, &record):
		e.Message = "the server does not speak TLS at this address"
		e.Advice = "See to the server's https port."
	case errors.As(err, &alert):
		e.Message = "the server breaks off the TLS handshake: " + alert.Error()
		e.Advice = "See to the server's TLS settings; TLS 1.2 is the least."
	case errors.As(err, &timeout) && timeout.Timeout():
		e.Message = "the server takes too long to answer"
		e.Advice = "See why the server takes so long over the feed."
		if errors.As(err, &op) && op.Op == "dial" {
			e.Message = "the server cannot be reached in time"
			e.Advice = "See whether the web server runs, and whether a firewall is in front of it."
		}
	default:
		e.Message = plain(err)
	}
	return e
}

// plain returns an error's words without those of net/http's wrapping, which
// repeat the URL.
func plain(err error) string {
	var u interface {
		error
		Unwrap() error
		Temporary() bool
	}
	for errors.As(err, &u) && u.Unwrap() != nil {
		err = u.Unwrap()
	}
	return err.Error()
}

// readError says why what came is no feed that can be read.
func readError(url string, code int, err error) *Error {
	e := &Error{URL: url, Code: code, Message: err.Error(), Err: err, Advice: "See what a feed validator says of it: https://validator.w3.org/feed/"}
	var notFeed *parse.NotFeedError
	if errors.As(err, &notFeed) {
		e.Advice = "Send the feed itself at this address, without a login or a check for robots in front."
		if len(notFeed.Feeds) > 0 {
			e.Advice = "Lead this address to the feed with a permanent redirect (301), or tell the newsletter's owner to read " + notFeed.Feeds[0] + "."
		}
	}
	return e
}
