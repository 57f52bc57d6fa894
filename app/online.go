package app

import (
	"context"
	"errors"
	"net/url"
	"time"

	"golang.org/x/sync/errgroup"

	"oshirase/configs"
	"oshirase/extract"
	"oshirase/fetch"
	"oshirase/watcher"
)

// Tried is what became of one look at a source.
type Tried struct {
	Source string `json:"source"`
	Kind   string `json:"kind"`
	URL    string `json:"url"`
	OK     bool   `json:"ok"`
	Rows   int    `json:"rows"`
	// Newest is the date of the newest row; zero where no row has one.
	Newest       time.Time `json:"newest,omitzero"`
	Milliseconds int64     `json:"ms"`
	// Reason is of the closed set of fetch and extract; empty when OK.
	Reason string `json:"reason,omitempty"`
	// Message says what is wrong and what to do about it.
	Message  string   `json:"message,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

const (
	// triedAtOnce is how many hosts are asked side by side.
	triedAtOnce = 16
	// tryLimit bounds one source, the pages of a long list included.
	tryLimit = 2 * time.Minute
)

// TryAll looks at every source of cfg once, as the daemon would, and publishes
// nothing. Hosts are asked side by side, the sources of one host one after the
// other. The answer is in the order of cfg.
func TryAll(ctx context.Context, cfg *configs.Config, version string) ([]Tried, error) {
	list, faults := sources(cfg)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	client := fetchClient(cfg, version, time.Now)
	defer client.Close()
	w, err := watcher.New(watcher.Config{Sources: list, TimeZone: cfg.TimeZone}, watcher.Deps{Fetch: client})
	if err != nil {
		return nil, err
	}
	byHost := map[string][]int{}
	var hosts []string
	for i, s := range list {
		host := s.URL
		if u, err := url.Parse(s.URL); err == nil {
			host = u.Host
		}
		if byHost[host] == nil {
			hosts = append(hosts, host)
		}
		byHost[host] = append(byHost[host], i)
	}
	tried := make([]Tried, len(list))
	var group errgroup.Group
	group.SetLimit(triedAtOnce)
	for _, host := range hosts {
		group.Go(func() error {
			for _, i := range byHost[host] {
				tried[i] = try(ctx, w, &list[i])
			}
			return nil
		})
	}
	return tried, group.Wait()
}

func try(ctx context.Context, w *watcher.Watcher, s *watcher.Source) Tried {
	ctx, cancel := context.WithTimeout(ctx, tryLimit)
	defer cancel()
	t := Tried{Source: s.ID, Kind: s.Kind, URL: s.URL}
	began := time.Now()
	listing, err := w.List(ctx, s.ID)
	t.Milliseconds = time.Since(began).Milliseconds()
	if err != nil {
		t.Reason, t.Message = reasonOf(err), err.Error()
		return t
	}
	t.OK, t.Rows, t.Warnings = true, len(listing.Items), listing.Warnings
	for _, it := range listing.Items {
		if it.Published.After(t.Newest) {
			t.Newest = it.Published
		}
	}
	return t
}

// reasonOf is the reason of a failed look.
func reasonOf(err error) string {
	if failed, ok := errors.AsType[*fetch.Error](err); ok {
		return string(failed.Reason)
	}
	if failed, ok := errors.AsType[*extract.Error](err); ok {
		return string(failed.Reason)
	}
	return "failed"
}
