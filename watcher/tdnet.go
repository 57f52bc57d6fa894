package watcher

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"oshirase/extract"
	"oshirase/fetch"
)

// TDnet lists the TSE's disclosures: the day lists of today and yesterday.
type TDnet struct{}

const (
	// tdnetPageRows is the number of rows on a full page of the list.
	tdnetPageRows = 100
	// maxTDnetPages is well beyond the busiest day known, 24 pages.
	maxTDnetPages = 100
	// tdnetWalks is how often a day is read again while rows are being inserted.
	tdnetWalks = 3
	// tdnetRewalk is how long a day whose total does not move is left with its
	// first page only: retitles and deletions further down do not change it.
	tdnetRewalk = 15 * time.Minute
)

// List implements [Lister]. Days are those of Source.Zone, which is Asia/Tokyo.
func (t TDnet) List(ctx context.Context, ask Ask) (Listed, error) {
	base, err := url.Parse(ask.Source.URL)
	if err != nil {
		return Listed{}, fmt.Errorf("url: %w", err)
	}
	now := ask.Now.In(ask.Source.Zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, ask.Source.Zone)
	out := Listed{Unchanged: true, Memo: map[string]Memo{}}
	out.Format = "tdnet"
	missing := 0
	var notFound error
	for _, day := range []time.Time{today, today.AddDate(0, 0, -1)} {
		err := t.day(ctx, ask, base, day, &out)
		if failed, ok := errors.AsType[*fetch.Error](err); ok && failed.Reason == fetch.NotFound {
			missing++ // a day that has no page yet, or no more
			notFound = err
			continue
		}
		if err != nil {
			return Listed{}, err
		}
	}
	if missing == 2 {
		return Listed{}, notFound
	}
	return out, nil
}

// day reads one day: its first page, and all others when something moved.
func (t TDnet) day(ctx context.Context, ask Ask, base *url.URL, day time.Time, out *Listed) error {
	first := extract.TDnetPageURL(base, day, 1).String()
	for walk := 1; ; walk++ {
		response, memo, same, err := ask.get(ctx, first, "text/html")
		if err != nil {
			return err
		}
		due := ask.Now.Sub(ask.Memo[first].Walked) >= tdnetRewalk
		if walk == 1 && same && (!due || ask.Memo[first].Rows <= tdnetPageRows) {
			out.Memo[first] = memo
			return nil
		}
		if response.NotModified { // a walk needs the page itself
			if response, memo, _, err = (Ask{Fetch: ask.Fetch, Source: ask.Source}).get(ctx, first, "text/html"); err != nil {
				return err
			}
		}
		listing, err := t.parse(response, day)
		if err != nil {
			return err
		}
		rows := map[string]extract.Item{}
		order := keep(rows, nil, listing.Items)
		total := listing.Total
		if order, err = t.rest(ctx, ask, base, day, total, rows, order); err != nil {
			return err
		}
		complete := len(rows) == total
		if !complete && walk < tdnetWalks {
			ask.Memo = nil // read the first page whole again
			continue
		}
		memo.Rows, memo.Walked = total, ask.Now
		if !complete {
			memo.SHA256, memo.ETag, memo.LastModified = "", "", ""
			out.Incomplete = fmt.Sprintf("the list of %s claims %d rows, %d were read in %d walks", day.Format(time.DateOnly), total, len(rows), walk)
		}
		out.Unchanged = false
		out.Memo[first] = memo
		out.Warnings = append(out.Warnings, listing.Warnings...)
		for _, key := range order {
			out.Items = append(out.Items, rows[key])
		}
		out.Total = max(out.Total, 0) + total
		return nil
	}
}

// rest reads the pages after the first. A page that is not there is the end:
// the count tells whether that was right.
func (t TDnet) rest(ctx context.Context, ask Ask, base *url.URL, day time.Time, total int, rows map[string]extract.Item, order []string) ([]string, error) {
	pages := min((total+tdnetPageRows-1)/tdnetPageRows, maxTDnetPages)
	for page := 2; page <= pages; page++ {
		address := extract.TDnetPageURL(base, day, page).String()
		response, _, _, err := (Ask{Fetch: ask.Fetch, Source: ask.Source}).get(ctx, address, "text/html")
		if failed, ok := errors.AsType[*fetch.Error](err); ok && failed.Reason == fetch.NotFound {
			return order, nil
		}
		if err != nil {
			return nil, err
		}
		listing, err := t.parse(response, day)
		if err != nil {
			return nil, err
		}
		order = keep(rows, order, listing.Items)
	}
	return order, nil
}

func (TDnet) parse(response *fetch.Response, day time.Time) (extract.Listing, error) {
	base, err := url.Parse(response.FinalURL)
	if err != nil {
		return extract.Listing{}, err
	}
	return extract.TDnet(response.Body, base, day)
}

// keep adds items that are not there yet: a row that was pushed to the next
// page shows twice.
func keep(rows map[string]extract.Item, order []string, items []extract.Item) []string {
	for _, item := range items {
		if _, there := rows[item.Key]; !there {
			rows[item.Key] = item
			order = append(order, item.Key)
		}
	}
	return order
}
