package watcher

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"time"

	"oshirase/extract"
	"oshirase/fetch"
)

// walk is what was read of a day.
type walk struct {
	first    *fetch.Response
	total    int             // as the page read last claims
	rows     seen            // all rows, those known before included
	before   map[string]bool // what the rows showed when the walk began
	listed   map[string]bool // keys of items
	items    []extract.Item
	warnings []string
}

// complete reports that all rows were seen.
func (k *walk) complete() bool { return len(k.rows.keys) == k.total }

// walk reads the pages of a day until all rows were seen. known are rows of
// earlier walks: the pages behind the last new row need not be read. first is
// the first page where it is there already.
func (w *tdnetWalk) walk(ctx context.Context, day time.Time, known *seen, first *fetch.Response) (*walk, error) {
	k := &walk{rows: seen{map[string]bool{}, map[string]bool{}}, listed: map[string]bool{}}
	if known != nil {
		k.rows = seen{maps.Clone(known.keys), maps.Clone(known.shows)}
	}
	for range tdnetWalks {
		k.before = maps.Clone(k.rows.shows)
		for page := 1; page <= maxTDnetPages; page++ {
			response := first
			first = nil
			if response == nil {
				var err error
				response, _, _, err = (Ask{Fetch: w.ask.Fetch, Source: w.ask.Source}).get(ctx, w.page(day, page), "text/html")
				if gone(err) && page > 1 {
					break // the total tells whether that was the end
				}
				if err != nil {
					return nil, err
				}
			}
			if page == 1 {
				k.first = response
			}
			listing, err := parseTDnet(response, day)
			if err != nil {
				return nil, err
			}
			k.keep(listing)
			if k.complete() || page*tdnetPageRows >= k.total {
				break
			}
		}
		if k.complete() {
			break
		}
	}
	return k, nil
}

// keep takes the rows of a page that were not seen: a row that was pushed to
// the next page shows twice.
func (k *walk) keep(l extract.Listing) {
	k.total = l.Total
	k.warnings = append(k.warnings, l.Warnings...)
	for _, item := range l.Items {
		if k.listed[item.Key] {
			continue
		}
		k.listed[item.Key] = true
		k.items = append(k.items, item)
		// A row that was deleted since is one of those that count already.
		if !item.Deleted || k.rows.keys[item.Key] || !k.before[item.RowKey] {
			k.rows.keys[item.Key] = true
			k.rows.shows[item.RowKey] = true
		}
	}
}

// digest is of all that the rows show.
func (k *walk) digest() string {
	h := sha256.New()
	for _, item := range k.items {
		fmt.Fprintf(h, "%q %q %q %t\n", item.Key, item.Title, item.Published.Format(time.RFC3339), item.Deleted)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
