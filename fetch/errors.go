package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"syscall"
	"time"
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
	TooLarge       Reason = "too_large"
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
	errPrivate       = errors.New("leads to a private address: add its network to http.allow_private_addresses if you mean it")
	errRedirects     = errors.New("too many redirects: correct the address")
	errTooLarge      = errors.New("body too large")
	errDecompression = errors.New("cannot be decompressed")
)

// redact keeps what helps a person and drops what may be secret.
func redact(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// causeOf prefers the reason for which ctx was ended.
func causeOf(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(context.Cause(ctx), errTimeout) {
		return errTimeout
	}
	return err
}

// describe turns any failure into an *Error.
func describe(u *url.URL, err error) error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err // its text repeats the address, query included
	}
	e := &Error{Reason: Network, URL: redact(u), err: err}
	dns, isDNS := errors.AsType[*net.DNSError](err)
	_, badCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, badRecord := errors.AsType[tls.RecordHeaderError](err)
	_, badHost := errors.AsType[x509.HostnameError](err)
	var network net.Error
	switch {
	case errors.Is(err, errPrivate):
		e.Reason = PrivateAddress
	case errors.Is(err, errRedirects):
		e.Reason = Redirects
	case errors.Is(err, errTooLarge):
		e.Reason = TooLarge
	case errors.Is(err, errDecompression):
		e.Reason = Decompression
	case errors.Is(err, context.Canceled):
		e.Reason = Stopped
	case errors.Is(err, errTimeout), errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout() && !isDNS:
		e.Reason, e.err = Timeout, errTimeout
	case isDNS:
		e.Reason, e.err = DNS, fmt.Errorf("the name %q is not known: correct the address or the resolver", dns.Name)
	case badCertificate, badRecord, badHost:
		e.Reason, e.err = TLS, fmt.Errorf("%w: the host's certificate or protocol is not to be trusted", err)
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Reason, e.err = Refused, errors.New("connection refused: the host is down or the port is wrong")
	}
	return e
}

// maxRetryAfter bounds what a host may ask for.
const maxRetryAfter = 24 * time.Hour

// refused describes an answer that is neither 2xx nor 304, and leaves the host
// alone for as long as it asked.
func (c *Client) refused(u *url.URL, response *http.Response) error {
	e := &Error{URL: redact(u), Status: response.StatusCode, RetryAfter: retryAfter(response.Header.Get("Retry-After"), c.now())}
	remedy := "look at the address in a browser"
	switch s := response.StatusCode; {
	case s == http.StatusTooManyRequests:
		e.Reason, remedy = RateLimited, "poll less often: lengthen the schedule"
		e.RetryAfter = max(e.RetryAfter, time.Minute)
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
		c.hosts.rest(u.Host, c.now().Add(e.RetryAfter))
	}
	e.err = fmt.Errorf("%d %s: %s", response.StatusCode, http.StatusText(response.StatusCode), remedy)
	return e
}

// retryAfter reads seconds or an HTTP date; nothing sensible is 0.
func retryAfter(header string, now time.Time) time.Duration {
	if header == "" {
		return 0
	}
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(header); err == nil {
		wait = time.Duration(min(max(seconds, 0), int(maxRetryAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), maxRetryAfter)
}
