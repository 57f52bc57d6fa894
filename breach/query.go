package breach

// AlertQuery narrows a list of alerts, newest first. The zero value of a field
// does not narrow.
type AlertQuery struct {
	// Limit is the most to list; the one who answers bounds it.
	Limit int
	// Before is the id of an alert: only older ones are listed.
	Before string
	// Severity is the mildest to list.
	Severity Severity
	Vector   Vector
	Kind     AlertKind
	// Incident is the id that alerts must be about.
	Incident string
	// Watched lists only what an entry of the watch-list matches.
	Watched bool
	// Incidents leaves out alerts of kind ops.
	Incidents bool
}

// DeliveryQuery narrows a list of deliveries, newest first. The zero value of a
// field does not narrow.
type DeliveryQuery struct {
	Limit int
	// Before is the id of a delivery: only older ones are listed.
	Before   string
	Receiver string
	Outcome  Outcome
	Alert    string // its id
	Incident string // the id that the alerts are about
	// Current lists only the latest delivery of each alert and receiver: what
	// failed and was sent later is no failure then.
	Current bool
}
