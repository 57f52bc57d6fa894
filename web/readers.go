package web

import (
	"context"
	"time"

	"oshirase/breach"
)

// Reader is the read model. Lists are newest first.
type Reader interface {
	Lists
	Proofs
	Counts
}

// Lists are what is paged through.
type Lists interface {
	Alerts(ctx context.Context, q breach.AlertQuery) ([]breach.Alert, error)
	Deliveries(ctx context.Context, q breach.DeliveryQuery) ([]breach.Delivery, error)
}

// Proofs are single things by id; nil, nil where there is none (any more).
type Proofs interface {
	Alert(ctx context.Context, id string) (*breach.Alert, error)
	Incident(ctx context.Context, id string) (*breach.Incident, error)
	Finding(ctx context.Context, id string) (*breach.Finding, error)
	// Notice is one revision, with its text.
	Notice(ctx context.Context, id string, revision int) (*breach.Notice, error)
}

// Counts sum up. Alerts about the monitor itself count nowhere.
type Counts interface {
	// Summary counts what happened since a time, and the alerts of the days up
	// to and including today's, in its zone.
	Summary(ctx context.Context, since, today time.Time, days int) (Summary, error)
	// Vectors counts incidents that alerts told of since a time.
	Vectors(ctx context.Context, since time.Time) (map[breach.Vector]int, error)
	// Watched counts incidents that match the watch-list.
	Watched(ctx context.Context, since time.Time) (int, error)
	// Seen counts notices by source.
	Seen(ctx context.Context, since time.Time) (map[string]int, error)
	// Outcomes counts, by receiver, what became of alerts last.
	Outcomes(ctx context.Context, since time.Time) (map[string]map[breach.Outcome]int, error)
}

// Summary is what the counters and the picture show.
type Summary struct {
	Notices, Breaches int
	Alerts            map[breach.Severity]int
	Receivers         []ReceiverSummary
	Days              []Day // oldest first
}

// ReceiverSummary is what one receiver was told.
type ReceiverSummary struct {
	ID         string
	Sent, Dead int
	Slowest    time.Duration // from seeing the notice to the receiver's yes
}

// Day is one column of the picture.
type Day struct {
	Start  time.Time
	Alerts map[breach.Severity]int
}

// The states of a source.
const (
	SourceWaiting   = "waiting" // not asked yet
	SourceHealthy   = "healthy"
	SourceFailing   = "failing" // failed lately, still within patience
	SourceUnhealthy = "unhealthy"
)

// SourceStates lists them.
func SourceStates() []string {
	return []string{SourceHealthy, SourceWaiting, SourceFailing, SourceUnhealthy}
}

// Source is the health of one source.
type Source struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	URL   string `json:"url"`
	State string `json:"state"` // one of [SourceStates]
	// Reason is of the closed set of the watcher, empty when all is well;
	// Message says it in words.
	Reason      string    `json:"reason,omitempty"`
	Message     string    `json:"message,omitempty"`
	LastSuccess time.Time `json:"last_success,omitzero"`
	NextPoll    time.Time `json:"next_poll,omitzero"`
	Failures    int       `json:"failures"` // in a row
	Rows        int       `json:"rows"`     // of the latest listing
}

// Check is one part of the daemon's health; Err is nil when it is well.
type Check struct {
	Name string
	Err  error
}

// AlertView is an alert in words, as receivers read it.
type AlertView struct {
	Badge, KindWord, Summary string
	Title, Link              string
	Notes                    []string
	Changes                  []Change
	Facts                    []Fact
	Watchlist                []string
	Quotes                   []Fact
	Times                    []Fact
	Latency                  string
}

// Change is a fact that moved, in words.
type Change struct{ Label, From, To string }

// Fact is a labelled value.
type Fact struct{ Label, Value string }
