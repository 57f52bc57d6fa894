package breach

import "time"

// Incident is what the tracker knows of one event, joined from the notices
// that tell of it.
type Incident struct {
	// ID is [IncidentID] of the first case that opened it.
	ID string `json:"id"`
	// Revision counts the changes of its facts from 1.
	Revision  int       `json:"revision"`
	Publisher Publisher `json:"publisher"`
	Title     string    `json:"title"` // of the latest notice
	// Facts are the latest stated ones; a notice that is silent on a fact does
	// not erase it.
	Facts Case `json:"facts"`
	// Members are the cases that were joined, oldest first.
	Members   []Member  `json:"members"`
	OpenedAt  time.Time `json:"opened_at"`
	UpdatedAt time.Time `json:"updated_at"`
	// Withdrawn is true once every member was withdrawn at its source.
	Withdrawn bool `json:"withdrawn,omitempty"`
	// Watchlist holds the entries that match publisher, victim or text.
	Watchlist []WatchlistMatch `json:"watchlist,omitempty"`
}

// Member is one case inside an incident.
type Member struct {
	FindingID string     `json:"finding_id"`
	CaseIndex int        `json:"case_index"`
	Notice    NoticeHead `json:"notice"`
	ReportNo  *int       `json:"report_no"`
	Stage     Stage      `json:"stage"`
	// Link tells why the case was joined: opened, same_notice, same_document,
	// report_number, title_stem, correction, only_open_incident, translation,
	// same_event.
	Link string `json:"link"`
}

// WatchlistEntry is an organisation that the operator cares for.
type WatchlistEntry struct {
	Name            string   `yaml:"name" json:"name"`
	Code            string   `yaml:"code" json:"code,omitempty"`
	CorporateNumber string   `yaml:"corporate_number" json:"corporate_number,omitempty"`
	Aliases         []string `yaml:"aliases" json:"aliases,omitempty"`
	Tags            []string `yaml:"tags" json:"tags,omitempty"`
}

// WatchlistMatch tells which entry matched and on what.
type WatchlistMatch struct {
	Name string   `json:"name"`
	Tags []string `json:"tags,omitempty"`
	On   string   `json:"on"` // code, corporate_number, publisher, victim, client, third_party, text
}

// AlertKind is why an alert is raised.
type AlertKind string

// The alert kinds.
const (
	AlertNew        AlertKind = "new"
	AlertUpdate     AlertKind = "update"
	AlertEscalation AlertKind = "escalation"
	AlertWithdrawn  AlertKind = "withdrawn"
	// AlertOps tells of the monitor itself: a source that broke or healed, a
	// message that could not be delivered.
	AlertOps AlertKind = "ops"
)

// AlertKinds lists every alert kind.
func AlertKinds() []AlertKind {
	return []AlertKind{AlertNew, AlertUpdate, AlertEscalation, AlertWithdrawn, AlertOps}
}

// UnmarshalText accepts the ids of [AlertKinds] and the empty text.
func (k *AlertKind) UnmarshalText(text []byte) error {
	return parseOneOf(k, "alert kind", text, AlertKinds())
}

// Alert is something that a person should know.
type Alert struct {
	// ID is [AlertID] of incident and revision, or [OpsAlertID].
	ID        string    `json:"id"`
	Kind      AlertKind `json:"kind"`
	CreatedAt time.Time `json:"created_at"`
	// Severity and PrimaryVector are the incident's; an ops alert has severity
	// medium or info and no vector.
	Severity      Severity `json:"severity"`
	PrimaryVector Vector   `json:"primary_vector,omitempty"`
	// Notice is the one that caused the alert; zero for ops.
	Notice NoticeHead `json:"notice"`
	// Incident is a snapshot after the change; nil for ops.
	Incident *Incident `json:"incident,omitempty"`
	// Changes tells what moved since the last alert of the incident.
	Changes []Change `json:"changes,omitempty"`
	// Ops is set for kind ops only.
	Ops *OpsEvent `json:"ops,omitempty"`
}

// Change is one fact that moved, in machine form: "" means not told before.
type Change struct {
	Field string `json:"field"` // JSON name of the Case field, or "title", "url", "withdrawn"
	From  string `json:"from"`
	To    string `json:"to"`
}

// OpsEvent tells of the monitor's own health.
type OpsEvent struct {
	// Subject is what it is about: a source id, or receiver/alert-id.
	Subject string `json:"subject"`
	// Reason is one of the closed set of the room that reports it.
	Reason string `json:"reason"`
	// Message says what happened and what to do.
	Message string `json:"message"`
	// Healed is true when the trouble is over.
	Healed bool `json:"healed,omitempty"`
}
