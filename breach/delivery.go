package breach

import "time"

// Outcome is how one attempt to tell one receiver ended.
type Outcome string

// The outcomes.
const (
	// Sent: the receiver said yes.
	Sent Outcome = "sent"
	// Failed: it will be tried again.
	Failed Outcome = "failed"
	// Suppressed: a silence or rule held it back; Reason names it.
	Suppressed Outcome = "suppressed"
	// Dead: it cannot heal by itself; listed for the operator to re-drive.
	Dead Outcome = "dead"
	// Acknowledged: a person took it.
	Acknowledged Outcome = "acknowledged"
)

// Outcomes lists every outcome.
func Outcomes() []Outcome { return []Outcome{Sent, Failed, Suppressed, Dead, Acknowledged} }

// UnmarshalText accepts the ids of [Outcomes] and the empty text.
func (o *Outcome) UnmarshalText(text []byte) error {
	return parseOneOf(o, "outcome", text, Outcomes())
}

// Delivery is one attempt to tell one receiver of one alert.
type Delivery struct {
	// ID is [DeliveryID] of alert, receiver, outcome and attempt.
	ID       string  `json:"id"`
	AlertID  string  `json:"alert_id"`
	Receiver string  `json:"receiver"`
	Outcome  Outcome `json:"outcome"`
	// Attempt counts from 1; a wait that the receiver asked for is an attempt
	// of its own but no failure.
	Attempt int       `json:"attempt"`
	At      time.Time `json:"at"`
	// Reason tells why, where Outcome is not sent: step, object and remedy,
	// without secrets.
	Reason string `json:"reason,omitempty"`
	// Reference is the receiver's own id of the message (Slack ts, Message-ID).
	Reference string `json:"reference,omitempty"`
	// Latency is from Notice.SeenAt to At, in milliseconds, for sent.
	LatencyMS int64 `json:"latency_ms,omitempty"`
	// Title, Severity and Kind repeat the alert's, for lists.
	Title    string    `json:"title"`
	Severity Severity  `json:"severity"`
	Kind     AlertKind `json:"kind"`
}
