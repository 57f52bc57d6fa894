// Package extract turns bytes into values: listings (feeds, the TSE's day list,
// HTML lists) into [Item] rows, and documents (HTML, PDF, plain text) into
// [Text].
//
// Listings: [Feed]; [Page] for an HTML list by selectors and [Discover] for one
// that is found by itself; [TDnet], [TDnetSearch] and [Yanoshin] for the TSE's
// disclosures; [PPC]; [Backends] and [IRList] for the services behind companies'
// IR pages. Documents: [Reader].
//
// The package does no network I/O; the same bytes give the same values. Whatever it is given, it returns or fails within the stated limits:
// input comes from strangers.
package extract

import (
	"time"

	"oshirase/breach"
)

// Item is one row of a listing.
type Item struct {
	// Key identifies the row inside its source for good: a TDnet document id, a
	// normalised URL, or a digest of what the row shows. It survives re-ordering,
	// retitling, tracking parameters and the move from http to https.
	Key string
	// RowKey is a digest of what the row shows (date and time, code, title). It
	// is set on every row, and need not be unique. A row that loses its link,
	// and with it its Key, keeps its RowKey: a watcher that remembers both finds
	// the item that a deleted TDnet row withdraws.
	RowKey string
	// URL is absolute, http or https; empty when the row has no link.
	URL   string
	Title string // white space folded
	// PreviousTitle is the old title where the row itself shows a retitle.
	PreviousTitle string
	// Published is zero when the row tells no date.
	Published time.Time
	Precision breach.Precision
	Publisher breach.Publisher
	// Summary is the readable text that the listing itself carries (a feed's
	// description or content).
	Summary string
	// Label is the row's own category, where it has one.
	Label string
	// Deleted is true for a row that the source shows as withdrawn.
	Deleted bool
	// Fallback is where the same document lies when URL gives it no longer: the
	// permanent copy of a TDnet document. Empty when there is none.
	Fallback string
	// DocumentID names the document in every source that lists it: "tdnet:" and
	// the TSE's 18 digits. Empty when the row has no such name.
	DocumentID string
	// Action is what an authority does by the notice; empty when nothing.
	Action breach.Action
	// Routine is true for a row that its source is known to publish by routine
	// (pages updated, meetings held): its title is all that is worth reading.
	Routine bool
}

// Listing is what one response listed.
type Listing struct {
	Format string // "rss 2.0", "rss 1.0", "atom", "json feed", "tdnet", "html", …
	Title  string
	Items  []Item // in the source's order, Key unique
	// Total is the number of rows that the listing itself claims over all its
	// pages, or -1 when it claims none.
	Total int
	// Warnings name rows that were left out or mended, with the reason.
	Warnings []string
}

// Reason is why a listing or document could not be read: a closed set, fit for
// metric labels.
type Reason string

// The reasons.
const (
	NotAFeed        Reason = "not_a_feed"       // nothing that gofeed knows
	HTMLInstead     Reason = "html_instead"     // a web page where a feed or list was
	NoRows          Reason = "no_rows"          // the selectors match nothing
	WrongDay        Reason = "wrong_day"        // the list is for another day
	NotTheList      Reason = "not_the_list"     // an error page in the list's place
	BadMarkup       Reason = "bad_markup"       // rows of an unknown shape
	BadSelector     Reason = "bad_selector"     // the configuration's selector is no CSS
	NotADocument    Reason = "not_a_document"   // a media type that holds no text
	Unreadable      Reason = "unreadable"       // damaged, encrypted or no such format
	LimitExceeded   Reason = "limit_exceeded"   // more time, memory or text than allowed
	UnknownEncoding Reason = "unknown_encoding" // declared charset does not exist and none fits
)

// Error says what could not be read and what to do about it.
type Error struct {
	Reason  Reason
	Message string
}

func (e *Error) Error() string { return e.Message }
