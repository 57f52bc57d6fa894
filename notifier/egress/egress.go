// Package egress does HTTP for the channels: one POST, with limits, whose
// outcome is put into the answers that the notifier knows.
//
// [New] makes a client for one endpoint, [Client.Post] sends, [Client.Answer]
// judges the status. Redirects are not followed (an alert must not wander to a
// host that nobody configured), responses are read up to a limit, and no error
// shows more of the endpoint than its host: the path of a webhook is a secret.
package egress

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/notifier/render"
)

// The limits of one exchange.
const (
	// Timeout bounds one exchange where the caller's context does not.
	Timeout = 20 * time.Second
	// maxResponse bounds what is read of a response: no receiver has more to
	// say than this.
	maxResponse = 256 << 10
	// maxExcerpt bounds what an error quotes of a response, in runes.
	maxExcerpt = 200
)

// The waits after "not now" where the other side names none, and the longest
// that it may ask for: an absurd Retry-After must not bury an alert.
const (
	defaultWait = 30 * time.Second
	maxWait     = time.Hour
)

// Config configures [New].
type Config struct {
	// Endpoint is the URL to post to; [CheckURL] tells which are allowed.
	Endpoint breach.Secret
	// Secrets are further texts that no error may show.
	Secrets []breach.Secret
	// UserAgent of the requests. Default "Oshirase".
	UserAgent string
}

// Client posts to one endpoint.
type Client struct {
	endpoint  *url.URL
	hidden    []string
	userAgent string
	http      *http.Client
}

// New returns a client. The error does not show the endpoint.
func New(cfg Config) (*Client, error) {
	if err := CheckURL(cfg.Endpoint.Reveal()); err != nil {
		return nil, err
	}
	u, err := url.Parse(cfg.Endpoint.Reveal())
	if err != nil {
		return nil, errBadURL
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 2
	transport.MaxConnsPerHost = 4
	transport.MaxResponseHeaderBytes = 64 << 10
	c := &Client{
		endpoint:  u,
		userAgent: cfg.UserAgent,
		http: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Timeout:       Timeout,
		},
	}
	if c.userAgent == "" {
		c.userAgent = "Oshirase"
	}
	c.hide(u.String(), u.RequestURI(), u.Path, u.RawQuery)
	if u.User != nil {
		password, _ := u.User.Password()
		c.hide(password)
	}
	for _, s := range cfg.Secrets {
		c.hide(s.Reveal())
	}
	return c, nil
}

// hide keeps texts out of errors; very short ones are no secrets and would
// blot out ordinary words.
func (c *Client) hide(texts ...string) {
	for _, s := range texts {
		if len(s) >= 6 {
			c.hidden = append(c.hidden, s)
		}
	}
}

var errBadURL = errors.New("is no URL: use https://host/path")

// CheckURL tells what is wrong with an endpoint, without showing it. Plain http
// is for this machine and private networks: everywhere else it would show
// alerts and secrets to whoever is on the way.
func CheckURL(raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return errBadURL
	}
	switch u.Scheme {
	case "https":
		return nil
	case "http":
		if private(u.Hostname()) {
			return nil
		}
		return fmt.Errorf("uses http to %s: use https; http is for this machine and private networks", u.Hostname())
	}
	return fmt.Errorf("has the scheme %q: use https", u.Scheme)
}

// private reports whether host is an address or, by its form, a name inside a
// private network: RFC 6761, RFC 8375, RFC 9476, and names without a dot as in
// compose files.
func private(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if !strings.Contains(host, ".") {
		return true
	}
	for _, suffix := range []string{".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test"} {
		if strings.HasSuffix(host, suffix) {
			return true
		}
	}
	return false
}

// Host names the endpoint in errors and logs.
func (c *Client) Host() string { return c.endpoint.Host }

// Response is what came back.
type Response struct {
	Status int
	Header http.Header
	Body   []byte // at most 256 KiB
}

// Post sends body with header. An error means that no whole response came; it
// may work later.
func (c *Client) Post(ctx context.Context, header http.Header, body []byte) (*Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint.String(), bytes.NewReader(body))
	if err != nil {
		return nil, breach.Permanent(fmt.Errorf("post to %s: the request cannot be made", c.Host()))
	}
	if header != nil {
		req.Header = header
	}
	req.Header.Set("User-Agent", c.userAgent)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.failed(err)
	}
	defer resp.Body.Close()
	read, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse))
	if err != nil {
		return nil, c.failed(err)
	}
	return &Response{Status: resp.StatusCode, Header: resp.Header, Body: read}, nil
}

func (c *Client) failed(err error) error {
	return fmt.Errorf("post to %s: %s", c.Host(), c.Scrub(Reason(err)))
}

// Answer judges a response by its status: nil for 2xx, a pause for 429 and for
// 503 with Retry-After, a wait for other 5xx, 408 and 425, and permanent for
// the rest. remedy, where the channel knows one, says what to do about a refusal.
func (c *Client) Answer(r *Response, remedy string) error {
	if r.Status >= 200 && r.Status <= 299 {
		return nil
	}
	err := fmt.Errorf("post to %s: answered %d %s%s", c.Host(), r.Status, http.StatusText(r.Status), c.Excerpt(r.Body))
	wait, asked := r.RetryAfter(time.Now())
	switch {
	case r.Status == http.StatusTooManyRequests, r.Status == http.StatusServiceUnavailable && asked:
		return notifier.Pause(err, wait)
	case r.Status >= 500, r.Status == http.StatusRequestTimeout, r.Status == http.StatusTooEarly:
		return breach.RetryAfter(err, wait)
	case r.Status >= 300 && r.Status <= 399:
		err = fmt.Errorf("%w: redirects are not followed: configure the address that it leads to", err)
	default:
		if remedy = cmp.Or(remedy, remedies[r.Status]); remedy != "" {
			err = fmt.Errorf("%w: %s", err, remedy)
		}
	}
	return breach.Permanent(err)
}

// remedies are what to do about refusals that say nothing by themselves.
var remedies = map[int]string{
	http.StatusUnauthorized:          "correct the secret, or ask for a new one",
	http.StatusForbidden:             "correct the secret, or let it in at the receiver",
	http.StatusNotFound:              "correct the URL: nothing is there",
	http.StatusMethodNotAllowed:      "correct the URL: it takes no POST",
	http.StatusGone:                  "the address was given up: configure its successor",
	http.StatusRequestEntityTooLarge: "raise the size that the receiver takes",
	http.StatusUnsupportedMediaType:  "correct the URL: it takes no JSON",
}

// Excerpt is ": " and a harmless piece of a response, for an error; "" for none.
func (c *Client) Excerpt(body []byte) string {
	// Longer than the excerpt, so that a secret at the cut is seen whole.
	text := render.Clean(c.Scrub(string(body[:min(len(body), 4096)])), maxExcerpt)
	if text == "" {
		return ""
	}
	return ": " + text
}

// Scrub replaces what must not be shown.
func (c *Client) Scrub(text string) string {
	for _, secret := range c.hidden {
		text = strings.ReplaceAll(text, secret, "[secret]")
	}
	return text
}

// Close ends idle connections.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// RetryAfter is the wait that the response asks for, in its header (seconds or
// a date) or as "retry_after" in its JSON, kept between a second and an hour.
// asked is false when it names none; the wait is then a default.
func (r *Response) RetryAfter(now time.Time) (wait time.Duration, asked bool) {
	text := strings.TrimSpace(r.Header.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil {
		return clamp(time.Duration(seconds) * time.Second), true
	}
	if at, err := http.ParseTime(text); err == nil {
		return clamp(at.Sub(now)), true
	}
	var body struct {
		RetryAfter *float64 `json:"retry_after"`
	}
	if json.Unmarshal(r.Body, &body) == nil && body.RetryAfter != nil {
		return clamp(time.Duration(min(*body.RetryAfter, maxWait.Seconds()) * float64(time.Second))), true
	}
	return defaultWait, false
}

func clamp(d time.Duration) time.Duration { return min(max(d, time.Second), maxWait) }

// Reason is a network error in words that are the same each time: without the
// URL, and without the local port, which differs from try to try.
func Reason(err error) string {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	if e, ok := errors.AsType[*net.OpError](err); ok {
		return e.Op + ": " + Reason(e.Err)
	}
	return err.Error()
}
