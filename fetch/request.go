package fetch

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// ask makes one request to u, in its host's turn. next is where a redirect
// leads; then there is no response.
func (c *Client) ask(ctx context.Context, r Request, u *url.URL) (response *Response, next *url.URL, err error) {
	release, err := c.hosts.acquire(ctx, hostKey(u))
	if err != nil {
		return nil, nil, describe(u, causeOf(ctx, err))
	}
	defer func() { release(err) }()
	ctx, cancel := context.WithTimeoutCause(ctx, c.cfg.Timeout, errTimeout)
	defer cancel()
	request, err := c.request(ctx, r, u)
	if err != nil {
		return nil, nil, &Error{Reason: BadURL, URL: redact(u), err: errors.New("no request can be made of it: correct the address")}
	}
	answer, err := c.transport.RoundTrip(request)
	if err != nil {
		return nil, nil, describe(u, causeOf(ctx, err))
	}
	defer answer.Body.Close()
	if at := answer.Header.Get("Location"); at != "" && isRedirect(answer.StatusCode) {
		drain(answer)
		next, err = leadsTo(u, at)
		return nil, next, err
	}
	response, err = c.read(ctx, r, u, answer)
	return response, nil, err
}

// request is made by hand for GET: most polls find nothing new, and another
// parse of a checked address is a good part of what they cost.
func (c *Client) request(ctx context.Context, r Request, u *url.URL) (*http.Request, error) {
	request := (&http.Request{Method: http.MethodGet, URL: u, Host: u.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}).WithContext(ctx)
	if r.Form != nil {
		var err error
		if request, err = http.NewRequestWithContext(ctx, http.MethodPost, u.String(), strings.NewReader(r.Form.Encode())); err != nil {
			return nil, err
		}
	}
	request.Header = make(http.Header, 8)
	values := make([]string, 0, 8) // one array for the values of all
	set := func(name, value string) {
		values = append(values, value)
		request.Header[name] = values[len(values)-1 : len(values) : len(values)]
	}
	if r.Referer != "" {
		request.Header.Set("Referer", r.Referer)
	}
	if r.Form != nil {
		set("Content-Type", "application/x-www-form-urlencoded")
	}
	set("User-Agent", c.agent)
	set("Accept", cmp.Or(r.Accept, "*/*"))
	set("Accept-Encoding", "gzip, deflate")
	set("Accept-Language", "ja,en;q=0.8")
	if v := validator(r.ETag); v != "" {
		set("If-None-Match", v)
	}
	if v := validator(r.LastModified); v != "" {
		set("If-Modified-Since", v)
	}
	return request, nil
}

// maxValidator bounds an ETag or date that is kept for the next poll, in bytes.
const maxValidator = 1024

// validator is value, or "" when it cannot be sent back: a host that sets a
// control character there would make every further request fail.
func validator(value string) string {
	if len(value) > maxValidator || !httpguts.ValidHeaderFieldValue(value) {
		return ""
	}
	return value
}

func (c *Client) read(ctx context.Context, r Request, u *url.URL, answer *http.Response) (*Response, error) {
	out := &Response{
		URL: r.URL, FinalURL: u.String(), Status: answer.StatusCode, Header: answer.Header,
		ETag: validator(answer.Header.Get("ETag")), LastModified: validator(answer.Header.Get("Last-Modified")), FetchedAt: c.now().UTC(),
	}
	switch s := answer.StatusCode; {
	case s == http.StatusNotModified && (r.ETag != "" || r.LastModified != ""):
		out.NotModified = true
		out.ETag, out.LastModified = cmp.Or(out.ETag, r.ETag), cmp.Or(out.LastModified, r.LastModified)
		return out, nil
	case s < 200 || s > 299 || s == http.StatusPartialContent: // a part was not asked for
		drain(answer)
		return nil, c.refused(u, answer)
	}
	limit := c.cfg.MaxBody
	remedy := ": http.max_body_mib allows more"
	if r.MaxBytes > 0 && r.MaxBytes < limit {
		limit, remedy = r.MaxBytes, ""
	}
	if answer.ContentLength > limit && !r.cut { // nothing of it need be read
		return nil, describe(u, fmt.Errorf("%w: %d bytes, more than %d bytes%s", errTooLarge, answer.ContentLength, limit, remedy))
	}
	body, err := readBody(answer, limit)
	if r.cut && errors.Is(err, errTooLarge) {
		err = nil
	}
	if errors.Is(err, errTooLarge) {
		return nil, describe(u, fmt.Errorf("%w: more than %d bytes%s", errTooLarge, limit, remedy))
	}
	if err != nil {
		return nil, describe(u, causeOf(ctx, err))
	}
	sum := sha256.Sum256(body)
	out.Body, out.SHA256 = body, hex.EncodeToString(sum[:])
	return out, nil
}

// maxDrain bounds what is read of a body that nobody wants, so that the
// connection serves the next request.
const maxDrain = 64 << 10

func drain(answer *http.Response) {
	if answer.ContentLength >= 0 && answer.ContentLength <= maxDrain {
		_, _ = io.Copy(io.Discard, answer.Body) // a broken rest only costs the connection
	}
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// leadsTo is the address of a redirect. It may not lead from https to http,
// where anyone on the way could change what comes.
func leadsTo(from *url.URL, location string) (*url.URL, error) {
	if len(location) > maxURL {
		return nil, &Error{Reason: Redirects, URL: redact(from), err: fmt.Errorf("it redirects to an address longer than %d bytes: look at it in a browser", maxURL)}
	}
	next, err := from.Parse(location)
	if err != nil {
		return nil, &Error{Reason: Redirects, URL: redact(from), err: errors.New("it redirects to what is no address: look at it in a browser")}
	}
	if next, err = checkURL(next); err != nil {
		return nil, err
	}
	if from.Scheme == "https" && next.Scheme == "http" {
		return nil, &Error{Reason: Redirects, URL: redact(from), err: fmt.Errorf("it redirects from https to http on %s: correct the address", next.Host)}
	}
	return next, nil
}
