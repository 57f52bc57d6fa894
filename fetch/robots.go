package fetch

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
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
	// maxWildcards bounds the rules with * or $, each of which becomes a regular
	// expression: half a megabyte of them would take 100 MB for half a day.
	maxWildcards = 2000
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
	group *robotstxt.Group
	err   error // nothing may be asked
	// reason goes with err: RobotsDisallow stays, a fault of the host heals.
	reason Reason
	until  time.Time
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
		return &Error{Reason: entry.reason, URL: redact(u), err: entry.err}
	}
	path := cmp.Or(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	if !entry.group.Test(oneForm(path)) {
		return &Error{Reason: RobotsDisallow, URL: redact(u), err: errDisallowed}
	}
	return nil
}

// oneForm writes escapes in one way, as RFC 9309, section 2.2.2, compares:
// unreserved characters and those beyond ASCII plain, other escapes in capitals.
// So a rule for /お知らせ/ and one for its escapes match both forms.
func oneForm(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if v, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				if c := byte(v); c >= 0x80 || c == '-' || c == '.' || c == '_' || c == '~' || c-'0' < 10 || (c|0x20)-'a' < 26 {
					b.WriteByte(c)
				} else {
					b.WriteString(strings.ToUpper(text[i : i+3]))
				}
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

func (r *robotsCache) entry(ctx context.Context, u *url.URL) (robotsEntry, error) {
	root := u.Scheme + "://" + u.Host
	for {
		r.mu.Lock()
		entry, cached := r.byHost[root]
		r.mu.Unlock()
		if cached && r.client.now().Before(entry.until) {
			return entry, nil
		}
		mine := false
		v, err, _ := r.flight.Do(root, func() (any, error) {
			mine = true
			fresh, err := r.load(ctx, root, entry)
			if err == nil {
				r.keep(root, fresh)
			}
			return fresh, err
		})
		switch {
		case err == nil:
			return v.(robotsEntry), nil
		case mine || ctx.Err() != nil || !gaveUp(err):
			return robotsEntry{}, err
		}
		// Another's work ended while it asked for both: ask for oneself.
	}
}

// gaveUp reports an error that is the asker's and not the host's.
func gaveUp(err error) bool {
	failed, ok := errors.AsType[*Error](err)
	return ok && failed.Reason == Stopped || errors.Is(err, errNoTurn)
}

// load asks for robots.txt. By RFC 9309, section 2.3.1, a 4xx and redirects
// that lead nowhere allow everything, a 5xx or no answer disallows everything,
// a copy that is there already serves on until the host answers, and a text
// beyond the limit is read up to it.
func (r *robotsCache) load(ctx context.Context, root string, old robotsEntry) (robotsEntry, error) {
	until := r.client.now().Add(robotsAge)
	response, err := r.client.Get(ctx, Request{URL: root + "/robots.txt", Robots: RobotsIgnore, MaxBytes: robotsBytes, cut: true})
	failed, isFetch := errors.AsType[*Error](err)
	switch {
	case err == nil && wildcards(response.Body) > maxWildcards:
		return robotsEntry{reason: RobotsDisallow, err: fmt.Errorf("robots.txt has more than %d rules with wildcards, which are not read: set robots: ignore on the source if you may", maxWildcards), until: until}, nil
	case err == nil:
		data, err := robotstxt.FromString(oneForm(string(response.Body)))
		if err != nil { // nothing in it can be read: it forbids nothing
			data = &robotstxt.RobotsData{}
		}
		return robotsEntry{group: data.FindGroup(robotsName), until: until}, nil
	case isFetch && failed.Status >= 400 && failed.Status < 500 && failed.Status != http.StatusTooManyRequests,
		isFetch && failed.Reason == Redirects:
		return robotsEntry{group: (&robotstxt.RobotsData{}).FindGroup(robotsName), until: until}, nil
	case old.group != nil && !gaveUp(err):
		return robotsEntry{group: old.group, until: r.client.now().Add(robotsFailed)}, nil
	case isFetch && failed.Status >= 500:
		return robotsEntry{
			reason: ServerStatus,
			err:    errors.New("robots.txt answers with a server error, which forbids everything: it is asked again in ten minutes"),
			until:  r.client.now().Add(robotsFailed),
		}, nil
	}
	return robotsEntry{}, err // the host itself cannot be had, for a reason of its own
}

func wildcards(text []byte) int {
	n := 0
	for line := range bytes.Lines(text) {
		if bytes.ContainsAny(line, "*$") {
			n++
		}
	}
	return n
}

func (r *robotsCache) keep(root string, entry robotsEntry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.byHost[root]; !known && len(r.byHost) >= maxRobots {
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
