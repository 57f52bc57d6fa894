package fetch

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/temoto/robotstxt"
	"golang.org/x/sync/singleflight"
)

// Bounds of the cache of robots.txt. RFC 9309 asks for 500 KiB at least and for
// no copy older than a day.
const (
	robotsBytes  = 512 << 10
	robotsAge    = 12 * time.Hour
	robotsFailed = 10 * time.Minute // how long a host's failure is remembered
	maxRobots    = 4096
)

// robotsName is the product token that robots.txt may name.
const robotsName = "Oshirase"

type robotsCache struct {
	client *Client
	flight singleflight.Group
	mu     sync.Mutex
	byHost map[string]robotsEntry // "https://host"
}

type robotsEntry struct {
	data  *robotstxt.RobotsData
	err   error // robots.txt could not be had: nothing may be asked
	until time.Time
}

func newRobotsCache(c *Client) *robotsCache {
	return &robotsCache{client: c, byHost: map[string]robotsEntry{}}
}

var errDisallowed = errors.New("robots.txt disallows it: set robots: ignore on the source if you may")

// check reports whether u may be asked for.
func (r *robotsCache) check(ctx context.Context, u *url.URL) error {
	entry, err := r.entry(ctx, u)
	if err != nil {
		return err
	}
	if entry.err != nil {
		return &Error{Reason: RobotsDisallow, URL: redact(u), err: entry.err}
	}
	group := entry.data.FindGroup(robotsName)
	path := u.Path
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	escaped := u.EscapedPath()
	if u.RawQuery != "" {
		escaped += "?" + u.RawQuery
	}
	// Rules stand escaped or not: both forms must pass.
	if !group.Test(path) || !group.Test(escaped) {
		return &Error{Reason: RobotsDisallow, URL: redact(u), err: errDisallowed}
	}
	return nil
}

func (r *robotsCache) entry(ctx context.Context, u *url.URL) (robotsEntry, error) {
	root := u.Scheme + "://" + u.Host
	r.mu.Lock()
	entry, cached := r.byHost[root]
	r.mu.Unlock()
	if cached && r.client.now().Before(entry.until) {
		return entry, nil
	}
	v, err, _ := r.flight.Do(root, func() (any, error) {
		fresh, err := r.load(ctx, root)
		if err == nil {
			r.keep(root, fresh)
		}
		return fresh, err
	})
	if err != nil {
		return robotsEntry{}, err
	}
	return v.(robotsEntry), nil
}

// load asks for robots.txt. By RFC 9309, a 4xx allows everything and a 5xx or
// no answer disallows everything.
func (r *robotsCache) load(ctx context.Context, root string) (robotsEntry, error) {
	u, err := url.Parse(root + "/robots.txt")
	if err != nil {
		return robotsEntry{}, &Error{Reason: BadURL, URL: root, err: err}
	}
	until := r.client.now().Add(robotsAge)
	response, err := r.client.Get(ctx, Request{URL: u.String(), Robots: RobotsIgnore, MaxBytes: robotsBytes})
	failed, isFetch := errors.AsType[*Error](err)
	switch {
	case err == nil:
		data, err := robotstxt.FromBytes(response.Body)
		if err != nil { // nothing in it can be read: it forbids nothing
			data = &robotstxt.RobotsData{}
		}
		return robotsEntry{data: data, until: until}, nil
	case isFetch && failed.Status >= 400 && failed.Status < 500 && failed.Status != http.StatusTooManyRequests,
		isFetch && failed.Reason == TooLarge:
		return robotsEntry{data: &robotstxt.RobotsData{}, until: until}, nil
	case isFetch && failed.Status >= 500:
		return robotsEntry{
			err:   errors.New("robots.txt answers with a server error, which forbids everything: it is asked again in ten minutes"),
			until: r.client.now().Add(robotsFailed),
		}, nil
	}
	return robotsEntry{}, err // the host itself cannot be had, for a reason of its own
}

func (r *robotsCache) keep(root string, entry robotsEntry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.byHost) >= maxRobots {
		now := r.client.now()
		for host, old := range r.byHost {
			if old.until.Before(now) {
				delete(r.byHost, host)
			}
		}
		if len(r.byHost) >= maxRobots {
			clear(r.byHost)
		}
	}
	r.byHost[root] = entry
}
