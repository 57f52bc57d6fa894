// Package fetch is the only code that talks HTTP to sources.
//
// Make one [Client] with [New] and call [Client.Get]. It asks politely (its own
// User-Agent, conditional requests, one request at a time and one a second to a
// host by default, robots.txt, Retry-After) and trusts nothing: only public
// addresses, checked on the address that is dialled, so for redirects and for
// names that change between look-up and connect too; TLS verified; bounded
// time, headers, redirects and bodies, the body counted after decompression. A
// limit fails, it never truncates.
//
// Every failure is an [*Error] with a [Reason] from a closed set.
package fetch

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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
	http      *http.Client
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
	c := &Client{cfg: cfg, agent: userAgent(cfg), hosts: newHosts(cfg.Interval, cfg.Concurrency), now: cfg.Now}
	c.robots = newRobotsCache(c)
	c.transport = newTransport(cfg)
	c.http = &http.Client{Transport: c.transport, CheckRedirect: c.checkRedirect}
	return c
}

// Close drops the idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// userAgent names the product and whom to ask, in printable ASCII.
func userAgent(cfg Config) string {
	agent := "Oshirase/" + cmp.Or(cfg.Version, "dev")
	if contact := strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7f || r == '(' || r == ')' {
			return -1
		}
		return r
	}, cfg.Contact); contact != "" {
		agent += " (+" + contact + ")"
	}
	return agent
}

// Get asks for r.URL. A 304 is a Response with NotModified; every other status
// beside 2xx is an error.
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	u, err := parseURL(r.URL)
	if err != nil {
		return nil, err
	}
	if r.Robots != RobotsIgnore {
		if err := c.robots.check(ctx, u); err != nil {
			return nil, err
		}
	}
	return c.get(ctx, r, u)
}

func (c *Client) get(ctx context.Context, r Request, u *url.URL) (*Response, error) {
	release, err := c.hosts.acquire(ctx, u.Host, c.now)
	if err != nil {
		return nil, describe(u, err)
	}
	defer release()
	ctx, cancel := context.WithTimeoutCause(ctx, c.cfg.Timeout, errTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(context.WithValue(ctx, policyKey{}, r.Robots), http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, &Error{Reason: BadURL, URL: redact(u), err: err}
	}
	request.Header.Set("User-Agent", c.agent)
	request.Header.Set("Accept", cmp.Or(r.Accept, "*/*"))
	request.Header.Set("Accept-Encoding", "gzip")
	request.Header.Set("Accept-Language", "ja,en;q=0.8")
	if r.ETag != "" {
		request.Header.Set("If-None-Match", r.ETag)
	}
	if r.LastModified != "" {
		request.Header.Set("If-Modified-Since", r.LastModified)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, describe(u, causeOf(ctx, err))
	}
	defer response.Body.Close()
	return c.read(ctx, r, u, response)
}

func (c *Client) read(ctx context.Context, r Request, u *url.URL, response *http.Response) (*Response, error) {
	out := &Response{
		URL: r.URL, FinalURL: response.Request.URL.String(), Status: response.StatusCode, Header: response.Header,
		ETag: response.Header.Get("ETag"), LastModified: response.Header.Get("Last-Modified"), FetchedAt: c.now().UTC(),
	}
	switch {
	case response.StatusCode == http.StatusNotModified:
		out.NotModified = true
		out.ETag, out.LastModified = cmp.Or(out.ETag, r.ETag), cmp.Or(out.LastModified, r.LastModified)
		return out, nil
	case response.StatusCode < 200 || response.StatusCode > 299:
		return nil, c.refused(u, response)
	}
	limit := c.cfg.MaxBody
	if r.MaxBytes > 0 {
		limit = min(limit, r.MaxBytes)
	}
	body, err := readBody(response, limit)
	if err != nil {
		return nil, describe(u, causeOf(ctx, err))
	}
	sum := sha256.Sum256(body)
	out.Body, out.SHA256 = body, hex.EncodeToString(sum[:])
	return out, nil
}

// parseURL accepts http and https with a host and without user name.
func parseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, &Error{Reason: BadURL, URL: fmt.Sprintf("%.100q", raw), err: fmt.Errorf("not a URL: correct it")}
	case (u.Scheme != "http" && u.Scheme != "https") || u.Host == "":
		return nil, &Error{Reason: BadURL, URL: redact(u), err: fmt.Errorf("only http and https addresses are fetched")}
	case u.User != nil:
		return nil, &Error{Reason: BadURL, URL: redact(u), err: fmt.Errorf("an address with a user name is not fetched: remove it")}
	}
	u.Fragment = ""
	return u, nil
}
