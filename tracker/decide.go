package tracker

import (
	"slices"

	"oshirase/breach"
)

// join puts a case where it belongs in d and decides what to tell.
func (t *Tracker) join(d *dossier, f *breach.Finding, c *breach.Case) outcome {
	incident, at, link := d.find(f, c)
	switch {
	case incident == nil:
		return t.opened(d, f, c)
	case link == linkSameNotice && incident.Members[at].Notice.Revision >= f.Notice.Revision:
		return outcome{decision: DecisionKnown, incident: incident.ID, link: link}
	}
	before, wasWithdrawn := incident.Facts, incident.Withdrawn
	m := member(f, c, link)
	alone := len(incident.Members) == 1
	if link == linkSameNotice {
		m.Link = incident.Members[at].Link
		incident.Members[at] = m
	} else {
		add(incident, m)
	}
	latest := incident.Members[len(incident.Members)-1].FindingID == f.ID
	incident.Facts = merge(&before, c, f, latest, alone && link == linkSameNotice)
	incident.Withdrawn = allWithdrawn(incident)
	changes := moved(&before, &incident.Facts)
	if f.Notice.Withdrawn {
		changes = append(changes, breach.Change{Field: "withdrawn", From: "", To: "true"})
	} else if wasWithdrawn {
		changes = append(changes, breach.Change{Field: "withdrawn", From: "true", To: ""})
	}
	if follows(link) {
		changes = append(changes, breach.Change{Field: "title", From: incident.Title, To: f.Notice.Title})
	} else if link == linkSameNotice && f.Notice.PreviousTitle != "" && f.Notice.PreviousTitle != f.Notice.Title {
		changes = append(changes, breach.Change{Field: "title", From: f.Notice.PreviousTitle, To: f.Notice.Title})
	}
	if latest {
		incident.Title = f.Notice.Title
	}
	for _, match := range t.watchlist.match(f, c) {
		if !slices.ContainsFunc(incident.Watchlist, func(m breach.WatchlistMatch) bool { return m.Name == match.Name }) {
			incident.Watchlist = append(incident.Watchlist, match)
		}
	}
	if len(changes) == 0 {
		return outcome{decision: DecisionRepeat, incident: incident.ID, link: link}
	}
	return t.tell(incident, f, kindOf(&before, incident, f), changes, link)
}

// follows reports whether the link says that the publisher has told more.
func follows(link string) bool {
	switch link {
	case linkReport, linkTitle, linkCorrection, linkOnlyOpen:
		return true
	}
	return false
}

func (t *Tracker) opened(d *dossier, f *breach.Finding, c *breach.Case) outcome {
	incident := &breach.Incident{
		ID: breach.IncidentID(f.Notice.ID, c.Index), Publisher: f.Notice.Publisher, Title: f.Notice.Title, Facts: *c,
		Members: []breach.Member{member(f, c, linkOpened)}, OpenedAt: f.Notice.SeenAt, Withdrawn: f.Notice.Withdrawn,
		Watchlist: t.watchlist.match(f, c),
	}
	if incident.Publisher.Code == "" && incident.Publisher.Name == "" {
		incident.Publisher = breach.Publisher{Name: c.Victim, Code: c.VictimCode}
	}
	d.open(incident)
	return t.tell(incident, f, breach.AlertNew, nil, linkOpened)
}

// tell makes the next revision of an incident and its alert, unless the notice
// stood there before its source was watched.
func (t *Tracker) tell(i *breach.Incident, f *breach.Finding, kind breach.AlertKind, changes []breach.Change, link string) outcome {
	i.Revision++
	i.UpdatedAt = f.Notice.SeenAt
	if f.Notice.Backlog {
		return outcome{decision: DecisionBacklog, incident: i.ID, link: link}
	}
	snapshot := *i
	snapshot.Members = slices.Clone(i.Members)
	return outcome{decision: DecisionAlert, incident: i.ID, link: link, alert: &breach.Alert{
		ID: breach.AlertID(i.ID, i.Revision, kind), Kind: kind, CreatedAt: t.now().UTC(),
		Severity: i.Facts.Severity, PrimaryVector: i.Facts.PrimaryVector,
		Notice: f.Notice, Incident: &snapshot, Changes: changes,
	}}
}

func kindOf(before *breach.Case, i *breach.Incident, f *breach.Finding) breach.AlertKind {
	switch {
	case f.Notice.Withdrawn:
		return breach.AlertWithdrawn
	case i.Facts.Severity.Rank() > before.Severity.Rank():
		return breach.AlertEscalation
	}
	return breach.AlertUpdate
}

// retract takes back what a notice was taken for: a later revision, usually the
// document behind a title, reports no incident.
func (t *Tracker) retract(d *dossier, f *breach.Finding) outcome {
	for _, i := range d.Incidents {
		for m := range i.Members {
			if i.Members[m].Notice.ID != f.Notice.ID {
				continue
			}
			if i.Members[m].Notice.Revision >= f.Notice.Revision {
				return outcome{decision: DecisionKnown, incident: i.ID, link: linkSameNotice}
			}
			i.Members[m].Notice = f.Notice
			i.Members[m].FindingID = f.ID
			i.Members[m].Notice.Withdrawn = true
			if !allWithdrawn(i) || i.Withdrawn {
				return outcome{decision: DecisionRepeat, incident: i.ID, link: linkSameNotice}
			}
			i.Withdrawn = true
			return t.tell(i, f, breach.AlertWithdrawn, []breach.Change{{Field: "is_breach", From: "true", To: "false"}}, linkSameNotice)
		}
	}
	return outcome{decision: DecisionKnown}
}

func allWithdrawn(i *breach.Incident) bool {
	return !slices.ContainsFunc(i.Members, func(m breach.Member) bool { return !m.Notice.Withdrawn })
}

func member(f *breach.Finding, c *breach.Case, link string) breach.Member {
	return breach.Member{FindingID: f.ID, CaseIndex: c.Index, Notice: f.Notice, ReportNo: c.ReportNo, Stage: c.Stage, Link: link}
}
