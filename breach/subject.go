package breach

import "regexp"

// Streams, in the order of the pipeline.
const (
	StreamNotices    = "NOTICES"
	StreamFindings   = "FINDINGS"
	StreamAlerts     = "ALERTS"
	StreamDeliveries = "DELIVERIES"
)

// Subjects are without the configured prefix, which package stream adds.

// Subject of the notice: notices.<source>.<notice-id>.
func (n *Notice) Subject() string { return "notices." + n.Source + "." + n.ID }

// Subject of the finding: findings.<breach or other>.<source>.<notice-id>.
func (f *Finding) Subject() string {
	verdict := "other"
	if f.IsBreach {
		verdict = "breach"
	}
	return "findings." + verdict + "." + f.Notice.Source + "." + f.Notice.ID
}

// SubjectFilter covers every finding about the same notice, whatever the verdict.
func (f *Finding) SubjectFilter() string { return "findings.*." + f.Notice.Source + "." + f.Notice.ID }

// Subject of the alert: alerts.<severity>.<vector>.<code or none>.<incident-id>;
// an ops alert has "ops" as its vector and its own id at the end.
func (a *Alert) Subject() string {
	if a.Incident == nil {
		return "alerts." + string(a.Severity) + ".ops.none." + a.ID
	}
	code := a.Incident.Publisher.Code
	if code == "" {
		code = "none"
	}
	return "alerts." + string(a.Severity) + "." + string(a.PrimaryVector) + "." + code + "." + a.Incident.ID
}

// SubjectFilter covers every alert about the same incident.
func (a *Alert) SubjectFilter() string {
	if a.Incident == nil {
		return "alerts.*.ops.none." + a.ID
	}
	return "alerts.*.*.*." + a.Incident.ID
}

// Subject of the delivery: deliveries.<receiver>.<outcome>.<alert-id>.
func (d *Delivery) Subject() string {
	return "deliveries." + d.Receiver + "." + string(d.Outcome) + "." + d.AlertID
}

var tokenPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)

// ValidToken reports whether s may name a source or receiver: lower-case
// letters, digits, - and _, at most 63, so that it can stand in a subject, a
// file name and a metric label.
func ValidToken(s string) bool { return tokenPattern.MatchString(s) }
