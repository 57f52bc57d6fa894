package watcher

import (
	"context"
	"time"

	"github.com/robfig/cron/v3"

	"oshirase/breach"
	"oshirase/extract"
	"oshirase/fetch"
)

// Source is one place to watch.
type Source struct {
	ID        string
	Kind      string
	URL       string
	Publisher breach.Publisher // of rows that name none
	Language  string
	Schedule  cron.Schedule
	FirstRun  FirstRun
	Documents Documents
	Robots    fetch.Robots
	// Zone is the zone of dates without one; Asia/Tokyo for Japanese sources.
	Zone   *time.Location
	Lister Lister
}

// FirstRun is what the first contact with a source tells.
type FirstRun string

// The ways of first contact.
const (
	Baseline FirstRun = "baseline" // nothing
	Recent   FirstRun = "recent"   // what was published in the last 24 hours
	All      FirstRun = "all"      // everything
)

// Documents says which rows' documents are fetched.
type Documents string

// The policies.
const (
	DocumentsAll      Documents = "all"
	DocumentsScreened Documents = "screened" // those whose title passes the screen
	DocumentsNone     Documents = "none"
)

// Lister reads one kind of listing.
type Lister interface {
	// List asks for the listing. Ask.Memo holds what the last success left for
	// each address, so that what has not changed is neither sent nor parsed
	// again.
	List(ctx context.Context, ask Ask) (Listed, error)
}

// Ask is a request for a listing.
type Ask struct {
	Fetch  *fetch.Client
	Source *Source
	Now    time.Time
	Memo   map[string]Memo
}

// Memo is what one address said last time.
type Memo struct {
	ETag         string `json:"e,omitempty"`
	LastModified string `json:"m,omitempty"`
	SHA256       string `json:"h,omitempty"`
	Rows         int    `json:"n,omitempty"`
	// Walked is when all pages were last read, for listings of several pages.
	Walked time.Time `json:"w,omitzero"`
	// Note is what else the lister wants to know next time.
	Note string `json:"o,omitempty"`
}

// Listed is the answer.
type Listed struct {
	extract.Listing
	// Unchanged: nothing differs from last time, and Items is empty.
	Unchanged bool
	// Memo is kept for the next time.
	Memo map[string]Memo
	// Incomplete says why rows may be missing; those that are there count.
	Incomplete string
}

// get asks for one address, conditionally.
func (a Ask) get(ctx context.Context, url, accept string) (response *fetch.Response, memo Memo, unchanged bool, err error) {
	last := a.Memo[url]
	response, err = a.Fetch.Get(ctx, fetch.Request{
		URL: url, ETag: last.ETag, LastModified: last.LastModified, Robots: a.Source.Robots, Accept: accept,
	})
	if err != nil {
		return nil, Memo{}, false, err
	}
	memo = Memo{ETag: response.ETag, LastModified: response.LastModified, SHA256: response.SHA256, Rows: last.Rows, Walked: last.Walked, Note: last.Note}
	if response.NotModified {
		memo.SHA256 = last.SHA256
		return response, memo, true, nil
	}
	return response, memo, last.SHA256 != "" && last.SHA256 == response.SHA256, nil
}
