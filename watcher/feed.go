package watcher

import (
	"context"
	"net/url"

	"oshirase/extract"
)

// Feed lists an RSS, RDF, Atom or JSON feed.
type Feed struct{}

// acceptFeed asks for a feed first, for hosts that serve pages at one address.
const acceptFeed = "application/rss+xml, application/rdf+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"

// List implements [Lister].
func (Feed) List(ctx context.Context, ask Ask) (Listed, error) {
	return single(ctx, ask, acceptFeed, func(body []byte, contentType string, base *url.URL) (extract.Listing, error) {
		return extract.Feed(body, contentType, base, ask.Source.Zone)
	})
}

// single lists a source of one address.
func single(ctx context.Context, ask Ask, accept string, parse parser) (Listed, error) {
	return listAt(ctx, ask, ask.Source.URL, accept, parse)
}

// parser reads a body that is listed at base.
type parser func(body []byte, contentType string, base *url.URL) (extract.Listing, error)

// listAt lists what one address has.
func listAt(ctx context.Context, ask Ask, address, accept string, parse parser) (Listed, error) {
	response, memo, unchanged, err := ask.get(ctx, address, accept)
	if err != nil {
		return Listed{}, err
	}
	kept := map[string]Memo{address: memo}
	if unchanged {
		return Listed{Unchanged: true, Memo: kept}, nil
	}
	base, err := url.Parse(response.FinalURL)
	if err != nil {
		return Listed{}, err
	}
	listing, err := parse(response.Body, response.Header.Get("Content-Type"), base)
	if err != nil {
		return Listed{}, err
	}
	memo.Rows = len(listing.Items)
	kept[address] = memo
	return Listed{Listing: listing, Memo: kept}, nil
}
