package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"oshirase/configs"
	"oshirase/extract"
	"oshirase/fetch"
	"oshirase/watcher"
)

// Polled is what one source listed.
type Polled struct {
	Listing extract.Listing
	Rows    []PolledRow
}

// PolledRow is one row for a person.
type PolledRow struct {
	Key       string    `json:"key"`
	Title     string    `json:"title"`
	URL       string    `json:"url"`
	Publisher string    `json:"publisher"`
	Code      string    `json:"code,omitempty"`
	Published time.Time `json:"published,omitzero"`
	Label     string    `json:"label,omitempty"`
	Withdrawn bool      `json:"withdrawn,omitempty"`
	// Screened: the title alone is reason to read the document.
	Screened bool `json:"screened"`
}

// Poll looks at one source of cfg, or of the catalogue, now and publishes
// nothing; it needs no streams.
func Poll(ctx context.Context, cfg *configs.Config, version, id string) (Polled, error) {
	list, faults := sources(cfg)
	if err := faults.Err(); err != nil {
		return Polled{}, err
	}
	at := slices.IndexFunc(list, func(s watcher.Source) bool { return s.ID == id })
	if at < 0 {
		offered, err := offered(cfg, id)
		if err != nil {
			return Polled{}, err
		}
		if offered == nil {
			return Polled{}, unknownSource(id, list)
		}
		list, at = offered, 0
	}
	client := fetchClient(cfg, version, time.Now)
	defer client.Close()
	w, err := watcher.New(watcher.Config{Sources: list[at : at+1], TimeZone: cfg.TimeZone}, watcher.Deps{Fetch: client})
	if err != nil {
		return Polled{}, err
	}
	listing, err := w.List(ctx, id)
	if err != nil {
		return Polled{}, fmt.Errorf("source %q: %w", id, err)
	}
	return polled(cfg, listing, list[at])
}

// offered is a source that the catalogue has and cfg does not switch on; nil
// when there is none of that id.
func offered(cfg *configs.Config, id string) ([]watcher.Source, error) {
	entries, err := configs.Catalogue()
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.ID == id {
			one := *cfg
			one.Sources = []configs.Source{e.Source}
			list, faults := sources(&one)
			return list, faults.Err()
		}
	}
	return nil, nil
}

// polled makes rows for a person of a source's listing.
func polled(cfg *configs.Config, listing extract.Listing, source watcher.Source) (Polled, error) {
	judge, err := NewClassifier(cfg)
	if err != nil {
		return Polled{}, err
	}
	out := Polled{Listing: listing}
	for _, it := range listing.Items {
		publisher := it.Publisher
		if publisher.Name == "" {
			publisher = source.Publisher
		}
		out.Rows = append(out.Rows, PolledRow{
			Key: it.Key, Title: it.Title, URL: it.URL, Publisher: publisher.Name, Code: publisher.Code, Published: it.Published,
			Label: it.Label, Withdrawn: it.Deleted, Screened: judge.Screen(it.Title),
		})
	}
	return out, nil
}

// ErrUnknownSource: no source of that id is configured and switched on.
var ErrUnknownSource = errors.New("no such source")

func unknownSource(id string, list []watcher.Source) error {
	var ids []string
	for _, s := range list {
		ids = append(ids, s.ID)
	}
	switch near := configs.Nearest(id, ids); {
	case near != "":
		return fmt.Errorf("%w: %q is not configured; did you mean %s?", ErrUnknownSource, id, near)
	case len(ids) == 0:
		return fmt.Errorf("%w: %q, and none is configured: name some under sources or catalogue", ErrUnknownSource, id)
	}
	return fmt.Errorf("%w: %q is not configured: use %s", ErrUnknownSource, id, strings.Join(ids, ", "))
}

func fetchClient(cfg *configs.Config, version string, now func() time.Time) *fetch.Client {
	return fetch.New(fetch.Config{
		Version: version, Contact: cfg.HTTP.Contact, AllowPrivate: cfg.HTTP.AllowPrivate.List, AllowAll: cfg.HTTP.AllowPrivate.All,
		Interval: cfg.HTTP.Interval, Concurrency: cfg.HTTP.Concurrency, Timeout: cfg.HTTP.Timeout, MaxBody: cfg.HTTP.MaxBody, Now: now,
	})
}
