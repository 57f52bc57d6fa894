package tracker

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"oshirase/breach"
)

// dossier is what is known of one publisher.
type dossier struct {
	Incidents []*breach.Incident `json:"incidents"` // oldest first
}

// Bounds of a dossier. An incident's first member and its latest ones are kept.
const (
	maxIncidents = 50
	maxMembers   = 50
)

// How long an incident takes further reports: of real chains, 95 % of the gaps
// between two notices are within 120 days, the longest is 208.
const (
	followUpDays  = 180 * 24 * time.Hour
	sameEventSpan = 3 * 24 * time.Hour
)

// outcome is what a case did to a dossier.
type outcome struct {
	decision Decision
	alert    *breach.Alert // nil: nobody is told
	incident string
	link     string
}

// The links of a member to its incident.
const (
	linkOpened       = "opened"
	linkSameNotice   = "same_notice"
	linkSameDocument = "same_document"
	linkReport       = "report_number"
	linkTitle        = "title_stem"
	linkCorrection   = "correction"
	linkOnlyOpen     = "only_open_incident"
	linkSameEvent    = "same_event"
)

// find is the incident that a case belongs to, and why; nil when it opens one.
func (d *dossier) find(f *breach.Finding, c *breach.Case) (incident *breach.Incident, member int, link string) {
	for _, i := range d.Incidents {
		for m := range i.Members {
			if i.Members[m].Notice.ID == f.Notice.ID && i.Members[m].CaseIndex == c.Index {
				return i, m, linkSameNotice
			}
		}
	}
	if id := documentID(f.Notice.URL); id != "" {
		for _, i := range d.Incidents {
			for m := range i.Members {
				if documentID(i.Members[m].Notice.URL) == id && i.Members[m].CaseIndex == c.Index {
					return i, -1, linkSameDocument
				}
			}
		}
	}
	if isFollowUp(f, c) {
		if i, link := d.followed(f, c); i != nil {
			return i, -1, link
		}
	}
	for _, i := range slices.Backward(d.Incidents) {
		if within(i, f, sameEventSpan) && otherSource(i, f) && compatible(&i.Facts, c) {
			return i, -1, linkSameEvent
		}
	}
	return nil, -1, linkOpened
}

// followed is the incident that a follow-up continues.
func (d *dossier) followed(f *breach.Finding, c *breach.Case) (*breach.Incident, string) {
	stem, quoted := titleStem(f.Notice.Title), quotedStems(f.Notice.Title)
	var open []*breach.Incident
	for _, i := range slices.Backward(d.Incidents) {
		if !within(i, f, followUpDays) {
			continue
		}
		open = append(open, i)
		for _, m := range slices.Backward(i.Members) {
			earlier := titleStem(m.Notice.Title)
			switch {
			case slices.Contains(quoted, earlier):
				return i, linkCorrection
			case earlier != stem || stem == "":
			case c.ReportNo != nil:
				return i, linkReport
			default:
				return i, linkTitle
			}
		}
	}
	// Titles change wholly inside about half of the real chains. With one
	// incident open there is nothing to mix up.
	if len(open) == 1 && compatible(&open[0].Facts, c) {
		return open[0], linkOnlyOpen
	}
	return nil, ""
}

// within reports whether f comes at most span away from one of the incident's
// notices.
func within(i *breach.Incident, f *breach.Finding, span time.Duration) bool {
	return slices.ContainsFunc(i.Members, func(m breach.Member) bool {
		return when(&f.Notice).Sub(when(&m.Notice)).Abs() <= span
	})
}

func when(n *breach.NoticeHead) time.Time {
	if n.Published.IsZero() {
		return n.FirstSeen
	}
	return n.Published
}

func otherSource(i *breach.Incident, f *breach.Finding) bool {
	return !slices.ContainsFunc(i.Members, func(m breach.Member) bool { return m.Notice.Source == f.Notice.Source })
}

// documentPattern is the TSE's document id: the same document has it under
// every host that serves a copy.
var documentPattern = regexp.MustCompile(`1401\d{14}`)

func documentID(url string) string { return documentPattern.FindString(url) }

// marks of a follow-up in a title, after normalisation.
var followUpMarks = []string{"(訂正)", "(開示事項の経過)", "続報", "続々報", "最終報", "調査結果", "その後", "[delayed]", "follow-up", "update on", "correction"}

func isFollowUp(f *breach.Finding, c *breach.Case) bool {
	if c.ReportNo != nil {
		return *c.ReportNo > 1
	}
	if c.Stage == breach.StageUpdate || c.Stage == breach.StageFinal {
		return true
	}
	title := normalText(f.Notice.Title)
	return slices.ContainsFunc(followUpMarks, func(mark string) bool { return strings.Contains(title, mark) })
}

// compatible reports whether two tellings may be of one event as far as their
// vectors go: the same, one among the other's, or one too vague to differ.
func compatible(a, b *breach.Case) bool {
	if specificity(a.PrimaryVector) < namedAttack || specificity(b.PrimaryVector) < namedAttack {
		return true
	}
	return a.PrimaryVector == b.PrimaryVector || slices.Contains(a.Vectors, b.PrimaryVector) || slices.Contains(b.Vectors, a.PrimaryVector)
}

const namedAttack = 4

// specificity ranks vectors by how much they say.
func specificity(v breach.Vector) int {
	switch v {
	case "", breach.UnknownVector:
		return 0
	case breach.OtherVector:
		return 1
	case breach.ThirdParty:
		return 2
	case breach.UnauthorizedAccess:
		return 3
	}
	return namedAttack
}

// add puts a member in its place by time and keeps the bound.
func add(i *breach.Incident, m breach.Member) {
	i.Members = append(i.Members, m)
	slices.SortStableFunc(i.Members, func(a, b breach.Member) int {
		return cmp.Or(when(&a.Notice).Compare(when(&b.Notice)), cmp.Compare(a.Notice.ID, b.Notice.ID))
	})
	if len(i.Members) > maxMembers {
		i.Members = slices.Delete(i.Members, 1, 1+len(i.Members)-maxMembers)
	}
}

func (d *dossier) open(i *breach.Incident) {
	d.Incidents = append(d.Incidents, i)
	if extra := len(d.Incidents) - maxIncidents; extra > 0 {
		d.Incidents = slices.Delete(d.Incidents, 0, extra)
	}
}
