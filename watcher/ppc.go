package watcher

import (
	"context"
	"net/url"

	"oshirase/extract"
)

// PPC lists what the Personal Information Protection Commission publishes. The
// index of its press releases is a page a fiscal year: {fiscal_year} in the
// address follows it.
type PPC struct{}

// List implements [Lister].
func (PPC) List(ctx context.Context, ask Ask) (Listed, error) {
	return overPeriods(ctx, ask, func(ctx context.Context, address string) (Listed, error) {
		return listAt(ctx, ask, address, acceptPage, func(body []byte, contentType string, base *url.URL) (extract.Listing, error) {
			return extract.PPC(body, contentType, base, ask.Now.In(extract.Japan))
		})
	})
}
