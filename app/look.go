package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"oshirase/configs"
	"oshirase/extract"
	"oshirase/fetch"
	"oshirase/watcher"
)

// Look is what an address that is not configured turns out to be.
type Look struct {
	Polled
	Kind string
	// Entry is the configuration to paste.
	Entry string
	// Notes are what the operator should know besides.
	Notes []string
}

// acceptAny asks for a feed or a page.
const acceptAny = "text/html, application/xhtml+xml, application/rss+xml, application/rdf+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"

// LookAt asks for an address, finds out what kind of source it is, and publishes
// nothing. It fails when nothing on it could be watched, and says what was seen.
func LookAt(ctx context.Context, cfg *configs.Config, version, address string) (Look, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil {
		return Look{}, fmt.Errorf("%w: %q is no http or https address without user name", ErrUnknownSource, address)
	}
	look := Look{Notes: known(u)}
	client := fetchClient(cfg, version, time.Now)
	defer client.Close()
	response, err := client.Get(ctx, fetch.Request{URL: address, Accept: acceptAny, Robots: fetch.RobotsRespect})
	if err != nil {
		return look, err
	}
	base, err := url.Parse(response.FinalURL)
	if err != nil {
		return look, err
	}
	if response.FinalURL != address {
		look.Notes = append(look.Notes, "the address leads to "+response.FinalURL)
	}
	listing, selectors, err := look.find(response, base, cfg.TimeZone)
	if look.Kind == watcher.KindIR {
		listing, err = behind(ctx, cfg, client, response.FinalURL)
	}
	if err != nil {
		return look, err
	}
	for _, part := range strings.Split(base.Path, "/") {
		if part == strconv.Itoa(time.Now().In(cfg.TimeZone).Year()) {
			look.Notes = append(look.Notes, "the address names the year: write {year} (or {fiscal_year}, from April to March) in its place, and it follows the date")
		}
	}
	look.Entry = entry(look.Kind, response.FinalURL, selectors)
	look.Polled, err = polled(cfg, listing, watcher.Source{})
	return look, err
}

// find reads a response as each kind of listing in turn, the surest first.
func (l *Look) find(response *fetch.Response, base *url.URL, zone *time.Location) (extract.Listing, extract.Selectors, error) {
	contentType := response.Header.Get("Content-Type")
	listing, notFeed := extract.Feed(response.Body, contentType, base, zone)
	if notFeed == nil {
		l.Kind = watcher.KindFeed
		return listing, extract.Selectors{}, nil
	}
	if feeds, err := extract.FeedLinks(response.Body, contentType, base); err == nil {
		for _, f := range feeds {
			l.Notes = append(l.Notes, "the page names a feed, which is surer than a page: oshirase poll "+f)
		}
	}
	services, err := extract.Backends(response.Body, contentType)
	if err == nil && len(services) > 0 {
		for _, s := range services {
			l.Notes = append(l.Notes, fmt.Sprintf("the page's list is written by a script of %s, company %s: its own list is read", s.Kind, s.Company))
		}
		l.Kind = watcher.KindIR
		return extract.Listing{}, extract.Selectors{}, nil
	}
	listing, selectors, notPage := extract.Discover(response.Body, contentType, base, time.Now().In(zone))
	if notPage == nil {
		l.Kind = watcher.KindPage
		return listing, selectors, nil
	}
	if failed, ok := errors.AsType[*extract.Error](notFeed); ok && failed.Reason != extract.HTMLInstead {
		return extract.Listing{}, extract.Selectors{}, fmt.Errorf("as a feed: %w; as a page: %w", notFeed, notPage)
	}
	return extract.Listing{}, extract.Selectors{}, notPage
}

// behind lists what the services behind a company's page hold.
func behind(ctx context.Context, cfg *configs.Config, client *fetch.Client, address string) (extract.Listing, error) {
	source := watcher.Source{ID: "look", Kind: watcher.KindIR, URL: address, Robots: fetch.RobotsRespect, Zone: cfg.TimeZone}
	listed, err := (&watcher.IR{}).List(ctx, watcher.Ask{Fetch: client, Source: &source, Now: time.Now(), Memo: map[string]watcher.Memo{}})
	return listed.Listing, err
}

// known tells when the catalogue has a source at that address or host.
func known(u *url.URL) []string {
	entries, err := configs.Catalogue()
	if err != nil {
		return []string{err.Error()}
	}
	var notes []string
	for _, e := range entries {
		at, err := url.Parse(e.URL)
		switch {
		case err != nil || at.Hostname() != u.Hostname():
		case at.Path == u.Path && at.RawQuery == u.RawQuery:
			return []string{fmt.Sprintf("the catalogue has this source: write catalogue: [%s] instead", e.ID)}
		case len(e.Publisher.Code) == 0: // a host that serves many companies is no hint
			notes = append(notes, fmt.Sprintf("the catalogue has a source at this host: %s, kind %s, %s", e.ID, e.Kind, e.URL))
		}
	}
	return notes
}

var notInID = regexp.MustCompile(`[^a-z0-9]+`)

// maxID is the length of an id.
const maxID = 63

// entry is a source's configuration, as YAML. What comes from outside is quoted.
func entry(kind, address string, sel extract.Selectors) string {
	id := "source"
	if u, err := url.Parse(address); err == nil {
		host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
		if text := strings.Trim(notInID.ReplaceAllString(host, "-"), "-"); text != "" {
			id = strings.Trim(text[:min(len(text), maxID)], "-")
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "sources:\n  - id: %s\n    kind: %s\n    url: %s\n    schedule: \"@every 15m\"\n", id, kind, quoted(address))
	if sel.Row != "" {
		var parts []string
		for _, p := range []struct{ key, value string }{
			{"row", sel.Row}, {"date", sel.Date}, {"title", sel.Title}, {"link", sel.Link}, {"publisher", sel.Publisher}, {"label", sel.Label},
		} {
			if p.value != "" {
				parts = append(parts, p.key+": "+quoted(p.value))
			}
		}
		fmt.Fprintf(&b, "    list: {%s}\n", strings.Join(parts, ", "))
	}
	return b.String()
}

// quoted is a double-quoted YAML scalar: JSON's escapes are YAML's too. ${ is
// doubled, or the configuration would take it for a variable.
func quoted(text string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(strings.ReplaceAll(text, "${", "$${")); err != nil {
		return `""` // a string always has a JSON form
	}
	return strings.TrimSpace(b.String())
}
