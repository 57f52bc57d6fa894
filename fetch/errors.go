package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"
)

// Reason is why a document could not be had: a closed set, fit for metric
// labels.
type Reason string

// The reasons.
const (
	Timeout        Reason = "timeout"
	DNS            Reason = "dns"
	Refused        Reason = "refused"
	TLS            Reason = "tls"
	PrivateAddress Reason = "private_address"
	Redirects      Reason = "redirects"
	TooLarge       Reason = "too_large" // body or headers
	RateLimited    Reason = "rate_limited"
	NotFound       Reason = "not_found" // 404 and 410
	Forbidden      Reason = "forbidden" // 401 and 403
	ClientStatus   Reason = "status_4xx"
	ServerStatus   Reason = "status_5xx"
	OtherStatus    Reason = "status_other"
	RobotsDisallow Reason = "robots"
	Decompression  Reason = "decompression"
	BadURL         Reason = "bad_url"
	Network        Reason = "network"
	Stopped        Reason = "stopped" // the caller's context ended
)

// Reasons lists every reason.
func Reasons() []Reason {
	return []Reason{
		Timeout, DNS, Refused, TLS, PrivateAddress, Redirects, TooLarge, RateLimited, NotFound, Forbidden,
		ClientStatus, ServerStatus, OtherStatus, RobotsDisallow, Decompression, BadURL, Network, Stopped,
	}
}

// Error says what could not be fetched, why, and what to do.
type Error struct {
	Reason Reason
	// URL without query, user name and fragment, which may hold secrets.
	URL string
	// Status is the HTTP status, or 0.
	Status int
	// RetryAfter is how long the host wants to be left alone, or 0.
	RetryAfter time.Duration
	err        error
}

func (e *Error) Error() string { return "fetch " + e.URL + ": " + e.err.Error() }

func (e *Error) Unwrap() error { return e.err }

var (
	errTimeout       = errors.New("no complete answer in time: the host is slow or down; http.timeout allows more")
	errNoTurn        = errors.New("not asked in time")
	errPrivate       = errors.New("leads to a private address: add its network to http.allow_private_addresses if you mean it")
	errRedirects     = errors.New("too many redirects: look at the address in a browser and correct it")
	errTooLarge      = errors.New("too large")
	errDecompression = errors.New("cannot be decompressed")
)

// redirected names the hop at which a request failed.
func redirected(first, at *url.URL, err error) error {
	failed, ok := errors.AsType[*Error](err)
	if !ok || at == first {
		return err
	}
	hop := *failed
	hop.err = fmt.Errorf("%w (redirected from %s)", failed.err, redact(first))
	return &hop
}

// causeOf prefers the reason for which ctx was ended.
func causeOf(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(context.Cause(ctx), errTimeout) {
		return errTimeout
	}
	return err
}

// maxMessage bounds what an error repeats of what a host sent.
const maxMessage = 300

// describe turns any failure into an *Error.
func describe(u *url.URL, err error) error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	e := &Error{Reason: Network, URL: redact(u), err: err}
	resting, isResting := errors.AsType[*restingError](err)
	dns, isDNS := errors.AsType[*net.DNSError](err)
	var network net.Error
	switch {
	case isResting:
		e.Reason, e.RetryAfter = RateLimited, resting.wait
		if resting.cause != nil {
			e.Reason = resting.cause.Reason
		}
	case errors.Is(err, errPrivate):
		e.Reason = PrivateAddress
	case errors.Is(err, errRedirects):
		e.Reason = Redirects
	case errors.Is(err, errTooLarge):
		e.Reason = TooLarge
	case headersTooLarge(err):
		e.Reason, e.err = TooLarge, fmt.Errorf("headers %w: more than %d bytes: look at the address in a browser", errTooLarge, maxHeaderBytes)
	case errors.Is(err, errDecompression):
		e.Reason = Decompression
	case errors.Is(err, context.Canceled):
		e.Reason, e.err = Stopped, errors.New("given up because the work ended")
	case errors.Is(err, errNoTurn):
		e.Reason = Timeout
	case errors.Is(err, errTimeout):
		e.Reason, e.err = Timeout, errTimeout
	case errors.Is(err, context.DeadlineExceeded):
		e.Reason, e.err = Timeout, fmt.Errorf("%w: the time for the whole poll is up", errNoTurn)
	case isDNS && !dns.IsNotFound:
		e.Reason, e.err = DNS, fmt.Errorf("the resolver does not answer for %q: look at the resolver", dns.Name)
	case isDNS:
		e.Reason, e.err = DNS, fmt.Errorf("the name %q is not known: correct the address or the resolver", dns.Name)
	case untrusted(err):
		e.Reason, e.err = TLS, fmt.Errorf("%s: the host's certificate or protocol is not to be trusted, tell its operator", clip(err.Error()))
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Reason, e.err = Refused, errors.New("connection refused: the host is down or the port is wrong")
	case errors.As(err, &network) && network.Timeout():
		e.Reason, e.err = Timeout, errTimeout
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		e.err = errors.New("the host broke the connection off: it is tried again")
	default:
		e.err = fmt.Errorf("%s: it is tried again", clip(err.Error()))
	}
	return e
}

// clip bounds a message that may hold what a host sent, and leaves no control
// character in it.
func clip(message string) string {
	message = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(message, "\uFFFD"))
	if len(message) > maxMessage {
		return strings.ToValidUTF8(message[:maxMessage], "") + "…"
	}
	return message
}

// headersTooLarge knows net/http's refusals, which have no type.
func headersTooLarge(err error) bool {
	text := err.Error()
	return strings.Contains(text, "response headers exceeded") || strings.Contains(text, "response header list larger")
}

// untrusted reports whether TLS refused the host: its certificate, its
// protocol, or an alert of its own.
func untrusted(err error) bool {
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	return certificate || record || alert || strings.Contains(err.Error(), "remote error: tls:") || strings.Contains(err.Error(), "tls: ") ||
		strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

// Bounds of a host's wish to be left alone.
const (
	maxRetryAfter = 24 * time.Hour
	tooManyRest   = time.Minute // after a 429 that names no time
)

// refused describes an answer that is neither 2xx nor 304, and leaves the host
// alone for as long as it asked.
func (c *Client) refused(u *url.URL, answer *http.Response) error {
	e := &Error{URL: redact(u), Status: answer.StatusCode, RetryAfter: retryAfter(answer.Header.Get("Retry-After"), c.now())}
	remedy := "look at the address in a browser"
	switch s := answer.StatusCode; {
	case s == http.StatusTooManyRequests:
		e.Reason, remedy = RateLimited, "poll less often: lengthen the schedule"
		if e.RetryAfter == 0 {
			e.RetryAfter = tooManyRest
		}
	case s == http.StatusNotFound || s == http.StatusGone:
		e.Reason, remedy = NotFound, "the page has moved or the address is wrong: correct url"
	case s == http.StatusForbidden || s == http.StatusUnauthorized:
		e.Reason, remedy = Forbidden, "the host refuses this client: set http.contact, and ask its operator"
	case s >= 500:
		e.Reason, remedy = ServerStatus, "the host has a fault of its own: it is tried again"
	case s >= 400:
		e.Reason = ClientStatus
	default:
		e.Reason = OtherStatus
	}
	if e.RetryAfter > 0 {
		c.hosts.rest(hostKey(u), c.now().Add(e.RetryAfter))
	}
	e.err = fmt.Errorf("%d %s: %s", answer.StatusCode, http.StatusText(answer.StatusCode), remedy)
	return e
}

// retryAfter reads seconds or an HTTP date; nothing sensible is 0.
func retryAfter(header string, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	if header == "" {
		return 0
	}
	if digits := strings.TrimLeft(header, "0123456789"); digits == "" {
		seconds, err := strconv.Atoi(header)
		if err != nil || seconds > int(maxRetryAfter/time.Second) {
			return maxRetryAfter
		}
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(header)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), maxRetryAfter)
}
