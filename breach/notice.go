package breach

import "time"

// Notice is one revision of one item that a source lists. It is immutable: an
// edit, a retitle or a withdrawal of the same item is the next revision.
type Notice struct {
	NoticeHead

	// ContentHash is [ContentHash] of this revision: two revisions in a row
	// with the same hash do not exist.
	ContentHash string `json:"content_hash"`
	// ListingHash is the hash of what the listing alone showed, so that a
	// watcher can tell an edited row without fetching its document.
	ListingHash string `json:"listing_hash"`
	// Text is the readable text of the item and its documents, UTF-8, as
	// printed (not normalised). Empty when only the title is known.
	Text string `json:"text,omitempty"`
	// TextTruncated is true when Text was cut at [MaxTextBytes]; the whole
	// document is kept as evidence.
	TextTruncated bool `json:"text_truncated,omitempty"`
	// Documents are the fetched documents, in the order of the listing's links.
	Documents []Document `json:"documents,omitempty"`
}

// MaxTextBytes bounds Notice.Text, so that a notice and a finding that quotes
// it fit the 1 MiB message limit of a NATS server in its default configuration.
const MaxTextBytes = 384 << 10

// NoticeHead is what identifies and introduces a notice. A [Finding] repeats
// it, so that later stages need not look the notice up.
type NoticeHead struct {
	// ID is [NoticeID] of source and lasting key: the same for every revision.
	ID string `json:"id"`
	// Revision counts from 1. A→B→A edits are three revisions.
	Revision int `json:"revision"`
	// Source is the id of the source in the configuration.
	Source string `json:"source"`
	// Key is what identifies the item inside its source for good: a TDnet
	// document id, a normalised URL, or a digest of what the row shows.
	Key string `json:"key"`
	// URL leads a person to the notice. Only http and https.
	URL string `json:"url,omitempty"`
	// FallbackURL is where the same document lies when URL gives it no longer.
	FallbackURL string `json:"fallback_url,omitempty"`
	// DocumentID names the document in every source that lists it, "tdnet:" and
	// the TSE's 18 digits: notices of two sources with one DocumentID are one
	// notice to people.
	DocumentID string `json:"document_id,omitempty"`
	// Title is the title as printed, white space folded.
	Title string `json:"title"`
	// PreviousTitle is set on a revision whose title differs from the one before.
	PreviousTitle string    `json:"previous_title,omitempty"`
	Publisher     Publisher `json:"publisher"`
	// Published is when the source says the notice was published; zero when it
	// does not say. PublishedPrecision tells how much of it is meant.
	Published          time.Time `json:"published,omitzero"`
	PublishedPrecision Precision `json:"published_precision,omitempty"`
	// FirstSeen is when a watcher first saw the item, SeenAt when it saw this
	// revision.
	FirstSeen time.Time `json:"first_seen"`
	SeenAt    time.Time `json:"seen_at"`
	// Language is "ja" or "en" where the source declares it.
	Language string `json:"language,omitempty"`
	// Action is what an authority does by the notice, where its source is one.
	Action Action `json:"action,omitempty"`
	// DocumentState tells whether Text holds the document too.
	DocumentState DocumentState `json:"document_state"`
	// Withdrawn is true on the revision that saw the item deleted at its source.
	Withdrawn bool `json:"withdrawn,omitempty"`
	// Backlog marks an item that stood there before the source was first
	// watched: it is kept and classified, and nobody is told.
	Backlog bool `json:"backlog,omitempty"`
}

// Publisher is the organisation that publishes a notice.
type Publisher struct {
	// Name as printed by the source.
	Name string `json:"name,omitempty"`
	// Code is the securities code: four characters, or five where the fifth is
	// not 0 (see [SecuritiesCode]).
	Code string `json:"code,omitempty"`
	// CorporateNumber is the 13-digit 法人番号.
	CorporateNumber string `json:"corporate_number,omitempty"`
}

// Precision is how exactly a time is known.
type Precision string

// The precisions. A day means midnight in the source's time zone.
const (
	PrecisionMinute Precision = "minute"
	PrecisionDay    Precision = "day"
	PrecisionMonth  Precision = "month"
	PrecisionYear   Precision = "year"
)

// Action is what an authority does by a notice of its own.
type Action string

// The actions, as the Personal Information Protection Commission names them.
const (
	ActionOrder          Action = "order"          // 命令
	ActionRecommendation Action = "recommendation" // 勧告
	ActionGuidance       Action = "guidance"       // 指導
	ActionMeasure        Action = "measure"        // 行政上の対応, where the title says no more
	ActionWarning        Action = "warning"        // 注意喚起: to everybody
)

// DocumentState is what became of an item's linked documents.
type DocumentState string

// The document states.
const (
	// DocumentNone: the item links no document, or only its title is wanted.
	DocumentNone DocumentState = "none"
	// DocumentPending: wanted, not had yet; the next revision brings it.
	DocumentPending DocumentState = "pending"
	// DocumentFetched: Text holds it.
	DocumentFetched DocumentState = "fetched"
	// DocumentFailed: given up; Document.Problem tells why.
	DocumentFailed DocumentState = "failed"
)

// Document is one fetched document behind a notice.
type Document struct {
	// URL as linked; FinalURL after redirects, where it differs.
	URL      string `json:"url"`
	FinalURL string `json:"final_url,omitempty"`
	// SHA256 (hex) names the raw bytes in the evidence store; empty when
	// nothing was received.
	SHA256    string    `json:"sha256,omitempty"`
	MediaType string    `json:"media_type,omitempty"`
	Size      int64     `json:"size,omitempty"` // bytes as received, decompressed
	FetchedAt time.Time `json:"fetched_at,omitzero"`
	// Problem tells in words why there is no text, or why it is doubtful
	// (scanned pages, characters without Unicode mapping).
	Problem string `json:"problem,omitempty"`
}
