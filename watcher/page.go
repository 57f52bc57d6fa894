package watcher

import (
	"context"
	"net/url"

	"oshirase/breach"
	"oshirase/extract"
)

// Page lists an HTML page by selectors.
type Page struct {
	// Selectors find the rows; see [extract.Selectors].
	Selectors extract.Selectors `yaml:"list"`
}

// Validate reports a page without a row selector.
func (p *Page) Validate() []breach.Fault {
	if p.Selectors.Row == "" {
		return []breach.Fault{{Key: "list", Message: "row is missing: name the CSS selector of one row, as in list: {row: \"ul.news > li\", date: time, title: a, link: a@href}"}}
	}
	return nil
}

// List implements [Lister].
func (p *Page) List(ctx context.Context, ask Ask) (Listed, error) {
	return single(ctx, ask, "text/html, application/xhtml+xml, */*;q=0.5", func(body []byte, contentType string, base *url.URL) (extract.Listing, error) {
		return extract.Page(body, contentType, base, p.Selectors, ask.Source.Zone)
	})
}
