package tracker

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"oshirase/breach"
)

// dossier is what is known of one organisation.
type dossier struct {
	Incidents []*record `json:"incidents"` // in the order in which they were opened
	// Outbox are alerts that are decided and perhaps not published yet.
	Outbox []*breach.Alert `json:"outbox,omitempty"`
	Log    []Entry         `json:"log,omitempty"` // oldest first
	// Forgotten are the notices of incidents that gave way to younger ones,
	// oldest first: an edit of one is no new incident.
	Forgotten []string `json:"forgotten,omitempty"`

	// anonymous: the source named nobody, and the incidents may be of anyone.
	anonymous bool
}

// record is an incident with what the tracker must remember of it.
type record struct {
	Incident *breach.Incident `json:"incident"`
	// Told are the facts as of the last alert; those at the opening where there
	// was none yet.
	Told map[string]string `json:"told"`
	// Alerted is true once a person was told of the incident.
	Alerted bool `json:"alerted,omitempty"`
	// Basis is "text" once a document was read, and Rules the digest of the
	// rules that read last.
	Basis string `json:"basis"`
	Rules string `json:"rules,omitempty"`
	// Retracted are the notices that turned out to report no incident.
	Retracted []string `json:"retracted,omitempty"`
}

// Entry is one recorded decision.
type Entry struct {
	NoticeID  string `json:"notice_id"`
	Revision  int    `json:"revision"`
	FindingID string `json:"finding_id"`
	// CaseIndex is that of the case; -1 where the finding reports no incident.
	CaseIndex int      `json:"case_index"`
	Incident  string   `json:"incident"`
	Link      string   `json:"link"` // as in [breach.Member]
	Decision  Decision `json:"decision"`
	AlertID   string   `json:"alert_id,omitempty"`
	// At is when it was decided.
	At time.Time `json:"at"`
}

// Bounds of a dossier. An incident's first member and its latest ones are kept.
const (
	maxIncidents = 50
	maxMembers   = 50
	maxLog       = 200
	maxForgotten = 500
	// maxDossierBytes leaves room below the 1 MiB that a server takes by default.
	maxDossierBytes = 512 << 10
)

func decodeDossier(value []byte) (*dossier, error) {
	d := &dossier{}
	if value == nil {
		return d, nil
	}
	if err := json.Unmarshal(value, d); err != nil {
		return nil, err
	}
	for _, r := range d.Incidents {
		if r == nil || r.Incident == nil || len(r.Incident.Members) == 0 {
			return nil, errors.New("an incident without members")
		}
	}
	return d, nil
}

// encode keeps the bounds: what is oldest and least needed goes first.
func (d *dossier) encode() ([]byte, error) {
	if extra := len(d.Incidents) - maxIncidents; extra > 0 {
		d.forget(extra)
	}
	if extra := len(d.Log) - maxLog; extra > 0 {
		d.Log = slices.Delete(d.Log, 0, extra)
	}
	for {
		value, err := json.Marshal(d)
		if err != nil {
			return nil, err
		}
		if len(value) <= maxDossierBytes {
			return value, nil
		}
		if !d.shrink() {
			return nil, errors.New("larger than 512 KiB: a single notice is too large to track")
		}
	}
}

// shrink drops one thing; false when there is nothing left to drop.
func (d *dossier) shrink() bool {
	if slices.ContainsFunc(d.Incidents, func(r *record) bool { return dropQuotes(&r.Incident.Facts) }) {
		return true
	}
	if slices.ContainsFunc(d.Incidents, func(r *record) bool { return keepMembers(r.Incident, 10) }) {
		return true
	}
	if len(d.Log) > maxLog/4 {
		d.Log = slices.Delete(d.Log, 0, len(d.Log)-maxLog/4)
		return true
	}
	if len(d.Incidents) > 1 {
		d.forget(1)
		return true
	}
	return slices.ContainsFunc(d.Outbox, func(a *breach.Alert) bool { return dropQuotes(&a.Incident.Facts) || keepMembers(a.Incident, 2) }) ||
		slices.ContainsFunc(d.Incidents, func(r *record) bool { return keepMembers(r.Incident, 2) })
}

// forget drops the oldest incidents.
func (d *dossier) forget(n int) {
	for _, r := range d.Incidents[:n] {
		for _, m := range r.Incident.Members {
			if !slices.Contains(d.Forgotten, m.Notice.ID) {
				d.Forgotten = append(d.Forgotten, m.Notice.ID)
			}
		}
	}
	d.Incidents = slices.Delete(d.Incidents, 0, n)
	d.Forgotten = d.Forgotten[max(len(d.Forgotten)-maxForgotten, 0):]
}

// dropQuotes takes the evidence out of facts; the notices have it still. It
// changes nothing that another copy of the facts shares.
func dropQuotes(c *breach.Case) bool {
	if c.Evidence == nil && c.Why == nil && c.Counts == nil && c.Dates == nil {
		return false
	}
	c.Evidence, c.Why, c.Counts, c.Dates = nil, nil, nil, nil
	return true
}

// keepMembers keeps the first member and the latest ones.
func keepMembers(i *breach.Incident, most int) bool {
	extra := len(i.Members) - most
	if extra <= 0 {
		return false
	}
	i.Members = slices.Delete(slices.Clone(i.Members), 1, 1+extra)
	return true
}

// handled reports whether the revision, or a later one, was decided on before.
func (d *dossier) handled(n *breach.NoticeHead, caseIndex int) bool {
	return slices.ContainsFunc(d.Log, func(e Entry) bool {
		return e.NoticeID == n.ID && (e.Revision > n.Revision || (e.Revision == n.Revision && e.CaseIndex == caseIndex))
	})
}

// insert puts a member in its place by time: after all that are not later.
func insert(i *breach.Incident, m breach.Member) (at int) {
	at = len(i.Members)
	for at > 0 && before(&m, &i.Members[at-1]) {
		at--
	}
	i.Members = slices.Insert(slices.Clone(i.Members), at, m)
	keepMembers(i, maxMembers)
	return at
}

// before reports whether a was told before b: by report number where both have
// one, else by publication. A day stands for any time of it, and then what was
// seen first came first.
func before(a, b *breach.Member) bool {
	if a.ReportNo != nil && b.ReportNo != nil && *a.ReportNo != *b.ReportNo {
		return *a.ReportNo < *b.ReportNo
	}
	apart := when(&a.Notice).Sub(when(&b.Notice))
	if apart.Abs() < fuzz(&a.Notice)+fuzz(&b.Notice) || apart == 0 {
		return a.Notice.FirstSeen.Before(b.Notice.FirstSeen)
	}
	return apart < 0
}

// when is the publication, or when it was first seen.
func when(n *breach.NoticeHead) time.Time {
	if n.Published.IsZero() {
		return n.FirstSeen
	}
	return n.Published
}

// fuzz is how much later than its time a notice may have been published.
func fuzz(n *breach.NoticeHead) time.Duration {
	switch n.PublishedPrecision {
	case breach.PrecisionDay:
		return 24 * time.Hour
	case breach.PrecisionMonth, breach.PrecisionYear:
		return 31 * 24 * time.Hour
	}
	return 0
}
