// Package fetch is the only code that talks HTTP to sources.
//
// Make one [Client] with [New] and call [Client.Get]. It asks politely (its own
// User-Agent, conditional requests, one request at a time and one a second to a
// host by default, robots.txt, Retry-After) and trusts nothing: only public
// addresses, checked on the address that is dialled, so for redirects and for
// names that change between look-up and connect too; TLS verified; bounded
// time, headers, redirects and bodies, the body counted after decompression. A
// limit fails, it never truncates. Every hop of a redirect is a request of its
// own: it waits for its host's turn and passes the same checks.
//
// A host that names a Retry-After, or that fails several times in a row, is left
// alone for that long: its requests are refused at once, and then one of them
// tries it.
//
// Every failure is an [*Error] with a [Reason] from a closed set; no error
// shows a query, a user name or a fragment. The client does not retry, cache
// or keep cookies: the next poll asks again.
package fetch

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Config configures [New]; zero fields mean their defaults.
type Config struct {
	// Version and Contact go into the User-Agent. Contact is an address or URL.
	Version string
	Contact string
	// AllowPrivate are networks that may be asked although they are not public;
	// AllowAll lifts the guard. None.
	AllowPrivate []netip.Prefix
	AllowAll     bool
	// Interval is the least time between two requests to a host; 1 s.
	Interval time.Duration
	// Concurrency is how many requests to a host run at a time; 1.
	Concurrency int
	// Timeout bounds one request from its turn to the last byte; 30 s.
	Timeout time.Duration
	// MaxBody bounds a body in bytes, decompressed; 20 MiB.
	MaxBody int64
	// MaxRedirects bounds the hops of one request; 5.
	MaxRedirects int
	// Now is the clock; time.Now.
	Now func() time.Time

	resolver *net.Resolver  // the system's
	roots    *x509.CertPool // the system's
}

// Robots says what robots.txt means for a request.
type Robots string

// The policies.
const (
	RobotsRespect Robots = "respect"
	RobotsIgnore  Robots = "ignore"
)

// Request asks for one document.
type Request struct {
	URL string
	// ETag and LastModified of the copy that is there already.
	ETag         string
	LastModified string
	Robots       Robots // RobotsRespect
	Accept       string // */*
	// MaxBytes lowers Config.MaxBody.
	MaxBytes int64
	// Form is posted where it is not nil. A redirect then is an error: what a
	// search answers lies where the search was sent.
	Form url.Values
	// Referer is the page that the request comes from; none. Some forms are
	// answered to their own page only.
	Referer string

	cut bool // a body beyond the limit is cut there, as robots.txt may be
}

// Response is a document, or the news that it has not changed.
type Response struct {
	URL          string // as asked
	FinalURL     string // after redirects
	Status       int
	Header       http.Header
	NotModified  bool
	Body         []byte // decompressed
	SHA256       string // of Body, hex
	ETag         string
	LastModified string
	FetchedAt    time.Time
}

// Client is safe for use by several goroutines.
type Client struct {
	cfg       Config
	agent     string
	transport *http.Transport
	hosts     *hosts
	robots    *robotsCache
	now       func() time.Time
}

// New makes a client. Close it.
func New(cfg Config) *Client {
	cfg.Interval = cmp.Or(cfg.Interval, time.Second)
	cfg.Concurrency = cmp.Or(cfg.Concurrency, 1)
	cfg.Timeout = cmp.Or(cfg.Timeout, 30*time.Second)
	cfg.MaxBody = cmp.Or(cfg.MaxBody, 20<<20)
	cfg.MaxRedirects = cmp.Or(cfg.MaxRedirects, 5)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	c := &Client{cfg: cfg, agent: userAgent(cfg), transport: newTransport(cfg), now: cfg.Now}
	c.hosts = newHosts(cfg.Interval, cfg.Concurrency, cfg.Now)
	c.robots = newRobotsCache(c)
	return c
}

// Close drops the idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// userAgent names the product and whom to ask, in printable ASCII.
func userAgent(cfg Config) string {
	printable := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r <= ' ' || r >= 0x7f || r == '(' || r == ')' {
				return -1
			}
			return r
		}, s)
	}
	agent := "Oshirase/" + cmp.Or(printable(cfg.Version), "dev")
	if contact := printable(cfg.Contact); contact != "" {
		agent += " (+" + contact + ")"
	}
	return agent
}

// Get asks for r.URL and follows redirects. A 304 is a Response with
// NotModified; every other status beside 2xx is an error. ctx also bounds the
// wait for the host's turn, which Config.Timeout does not.
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	first, err := parseURL(r.URL)
	if err != nil {
		return nil, err
	}
	at := first
	for hop := 0; ; hop++ {
		if r.Robots != RobotsIgnore {
			if err := c.robots.check(ctx, at); err != nil {
				return nil, redirected(first, at, err)
			}
		}
		response, next, err := c.ask(ctx, r, at)
		if err != nil {
			return nil, redirected(first, at, err)
		}
		if next == nil {
			return response, nil
		}
		if hop == c.cfg.MaxRedirects {
			return nil, describe(first, errRedirects)
		}
		if r.Form != nil {
			return nil, &Error{Reason: Redirects, URL: redact(first), err: fmt.Errorf("it redirects a form to %s: correct the address", next.Host)}
		}
		at = next
	}
}
