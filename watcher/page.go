package watcher

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"oshirase/breach"
	"oshirase/extract"
)

// Page lists an HTML page: by selectors, or, without any, the list that the page
// is seen to have. The address may name a period, {year} or {fiscal_year}.
type Page struct {
	// Selectors find the rows; see [extract.Selectors]. None: the list is found
	// by itself, and kept to as long as it has rows.
	Selectors extract.Selectors `yaml:"list"`
}

// Validate reports selectors that cannot work.
func (p *Page) Validate() []breach.Fault {
	if p.Selectors == (extract.Selectors{}) {
		return nil
	}
	if p.Selectors.Row == "" {
		return []breach.Fault{{Key: "list", Message: "row is missing: name the CSS selector of one row, as in list: {row: \"ul.news > li\", date: time, title: a, link: a@href}, or leave list out and the rows are found by themselves"}}
	}
	faults := p.Selectors.Validate()
	for i := range faults {
		faults[i].Key = "list." + faults[i].Key
	}
	return faults
}

// acceptPage asks for a web page.
const acceptPage = "text/html, application/xhtml+xml, */*;q=0.5"

// List implements [Lister].
func (p *Page) List(ctx context.Context, ask Ask) (Listed, error) {
	return overPeriods(ctx, ask, func(ctx context.Context, address string) (Listed, error) {
		return p.at(ctx, ask, address)
	})
}

func (p *Page) at(ctx context.Context, ask Ask, address string) (Listed, error) {
	at := ask.Now.In(ask.Source.Zone)
	if p.Selectors != (extract.Selectors{}) {
		return listAt(ctx, ask, address, acceptPage, func(body []byte, contentType string, base *url.URL) (extract.Listing, error) {
			return extract.Page(body, contentType, base, p.Selectors, at)
		})
	}
	note := ask.Memo[address].Note
	listed, err := listAt(ctx, ask, address, acceptPage, func(body []byte, contentType string, base *url.URL) (extract.Listing, error) {
		listing, found, err := found(body, contentType, base, ask, note)
		note = found
		return listing, err
	})
	if err != nil {
		return Listed{}, err
	}
	memo := listed.Memo[address]
	memo.Note = note
	listed.Memo[address] = memo
	return listed, nil
}

// found reads the list by the selectors that found it last time, note, while
// they do, so that another list of the page that grows longer does not take its
// place; else it looks for the list anew.
func found(body []byte, contentType string, base *url.URL, ask Ask, note string) (extract.Listing, string, error) {
	at := ask.Now.In(ask.Source.Zone)
	if note != "" {
		var known extract.Selectors
		if err := json.Unmarshal([]byte(note), &known); err == nil {
			listing, err := extract.Page(body, contentType, base, known, at)
			if failed, ok := errors.AsType[*extract.Error](err); !ok || failed.Reason != extract.NoRows {
				return listing, note, err
			}
		}
	}
	listing, selectors, err := extract.Discover(body, contentType, base, at)
	if err != nil {
		return listing, note, err
	}
	if note != "" {
		listing.Warnings = append(listing.Warnings, "the page has another shape than before, its list was found anew at "+selectors.Row)
	}
	value, err := json.Marshal(selectors)
	if err != nil {
		return listing, "", fmt.Errorf("remember the list: %w", err)
	}
	return listing, string(value), nil
}
