package tracker

import (
	"slices"
	"strconv"

	"oshirase/breach"
)

// outcome is what became of one case.
type outcome struct {
	decision  Decision
	caseIndex int
	incident  string
	link      string
	alert     *breach.Alert // nil: nobody is told
}

// changes reports whether the dossier is another one after it.
func (o outcome) changes() bool { return o.decision != DecisionKnown }

// noCase stands in the log where a finding reports no incident.
const noCase = -1

// apply decides on the cases of a finding, or with none on its verdict that
// there is no incident, and changes the dossier accordingly: its incidents, its
// log and its outbox.
func (t *Tracker) apply(d *dossier, f *breach.Finding, cases []*breach.Case) []outcome {
	var decided []outcome
	switch {
	case len(cases) == 0 && d.handled(&f.Notice, noCase):
		decided = []outcome{{decision: DecisionKnown, caseIndex: noCase}}
	case len(cases) == 0:
		decided = t.retract(d, f)
	}
	for _, c := range cases {
		if d.handled(&f.Notice, c.Index) {
			decided = append(decided, outcome{decision: DecisionKnown, caseIndex: c.Index})
			continue
		}
		o := t.join(d, f, c, cases)
		o.caseIndex = c.Index
		decided = append(decided, o)
	}
	for _, o := range decided {
		if !o.changes() {
			continue
		}
		e := Entry{
			NoticeID: f.Notice.ID, Revision: f.Notice.Revision, FindingID: f.ID, CaseIndex: o.caseIndex,
			Incident: o.incident, Link: o.link, Decision: o.decision, At: t.now().UTC(),
		}
		if o.alert != nil {
			e.AlertID = o.alert.ID
			d.Outbox = append(d.Outbox, o.alert)
		}
		d.Log = append(d.Log, e)
	}
	return decided
}

// join puts a case where it belongs and decides what to tell.
func (t *Tracker) join(d *dossier, f *breach.Finding, c *breach.Case, siblings []*breach.Case) outcome {
	r := newReading(f, c)
	at := d.find(r, siblings)
	if at.record == nil {
		return t.open(d, r)
	}
	rec := at.record
	if at.link == linkSameNotice {
		if rec.Incident.Members[at.member].Notice.Revision >= f.Notice.Revision {
			return outcome{decision: DecisionKnown, incident: rec.Incident.ID, link: at.link}
		}
		return t.revise(rec, at.member, r)
	}
	return t.extend(rec, at.link, r)
}

// open makes an incident.
func (t *Tracker) open(d *dossier, r *reading) outcome {
	f, c := r.f, r.c
	i := &breach.Incident{
		ID: breach.IncidentID(f.Notice.ID, c.Index), Publisher: about(f, c), Title: f.Notice.Title, Facts: *c,
		Members: []breach.Member{member(r, linkOpened)}, OpenedAt: f.Notice.SeenAt, Withdrawn: f.Notice.Withdrawn,
	}
	bound(&i.Facts)
	rec := &record{Incident: i, Told: facts(&i.Facts), Basis: f.Basis, Rules: f.Rules}
	d.Incidents = append(d.Incidents, rec)
	t.watch(rec, r)
	return t.tell(rec, f, breach.AlertNew, nil, linkOpened, f.Notice.Backlog || slices.Contains(d.Forgotten, f.Notice.ID))
}

// extend adds a notice to an incident.
func (t *Tracker) extend(rec *record, link string, r *reading) outcome {
	i, f := rec.Incident, r.f
	// The organisation's own word on what others told before is news by itself.
	official := link == linkSameEvent && r.own
	wasWithdrawn := i.Withdrawn
	at := insert(i, member(r, link))
	latest := at >= len(i.Members)-1
	if f.Notice.Withdrawn {
		// Seen for the first time as deleted: it says nothing.
	} else if (follows(link) || official) && latest {
		i.Facts = merge(&i.Facts, r.c, f.Basis)
	} else {
		i.Facts = fill(&i.Facts, r.c)
	}
	rec.read(f)
	var extra []breach.Change
	if (follows(link) || official) && latest {
		extra = titleChange(i.Title, f.Notice.Title)
		i.Title = f.Notice.Title
	}
	rec.identify(r)
	t.watch(rec, r)
	i.Withdrawn = rec.allWithdrawn()
	extra = append(withdrawnChange(wasWithdrawn, i.Withdrawn), extra...)
	return t.moved(rec, f, extra, link, f.Notice.Backlog)
}

// revise takes in a further revision of a notice that is a member.
func (t *Tracker) revise(rec *record, at int, r *reading) outcome {
	i, f := rec.Incident, r.f
	old := i.Members[at]
	wasWithdrawn, last := i.Withdrawn, at == len(i.Members)-1
	sameReading := rec.Basis == f.Basis && rec.Rules == f.Rules
	m := member(r, old.Link)
	i.Members = slices.Delete(slices.Clone(i.Members), at, at+1)
	insert(i, m)

	copied := old.Link != linkOpened && !follows(old.Link)
	switch {
	case f.Notice.Withdrawn:
		// What it said before stands until somebody says otherwise.
	case len(i.Members) == 1 && rec.Basis != "text" && f.Basis == "text":
		i.Facts = reread(&i.Facts, r.c)
	case !copied && (last || editedLast(i, &old, &m)):
		i.Facts = merge(&i.Facts, r.c, f.Basis)
	default:
		i.Facts = fill(&i.Facts, r.c)
	}
	rec.read(f)

	var extra []breach.Change
	if n := slices.Index(rec.Retracted, f.Notice.ID); n >= 0 {
		rec.Retracted = slices.Delete(rec.Retracted, n, n+1)
		extra = append(extra, breach.Change{Field: "is_breach", From: "false", To: "true"})
		i.Withdrawn = rec.allWithdrawn()
	} else {
		i.Withdrawn = rec.allWithdrawn()
		extra = append(extra, withdrawnChange(wasWithdrawn, i.Withdrawn)...)
		if len(extra) == 0 && !copied {
			// One report of several is gone or back, and the incident stands.
			extra = append(extra, withdrawnChange(old.Notice.Withdrawn, f.Notice.Withdrawn)...)
		}
	}
	if !copied {
		extra = append(extra, titleChange(old.Notice.Title, f.Notice.Title)...)
		if last {
			i.Title = f.Notice.Title
		}
	}
	rec.identify(r)
	t.watch(rec, r)
	// An edit of a notice that stood there before is news, where the same rules
	// read more out of the same kind of text; to read it at last is none.
	return t.moved(rec, f, extra, linkSameNotice, f.Notice.Backlog && !sameReading)
}

// retract takes back what a notice was taken for: a later revision, usually the
// document behind a title, reports no incident. A case of several keeps what the
// others say.
func (t *Tracker) retract(d *dossier, f *breach.Finding) []outcome {
	var decided []outcome
	for _, rec := range d.Incidents {
		i := rec.Incident
		at := slices.IndexFunc(i.Members, func(m breach.Member) bool { return m.Notice.ID == f.Notice.ID })
		if at < 0 || i.Members[at].Notice.Revision >= f.Notice.Revision {
			continue
		}
		i.Members = slices.Clone(i.Members)
		i.Members[at].Notice, i.Members[at].FindingID = f.Notice, f.ID
		o := outcome{decision: DecisionRepeat, incident: i.ID, link: linkSameNotice}
		if !slices.Contains(rec.Retracted, f.Notice.ID) {
			rec.Retracted = append(rec.Retracted, f.Notice.ID)
			if wasWithdrawn := i.Withdrawn; rec.allWithdrawn() && !wasWithdrawn {
				i.Withdrawn = true
				o = t.tell(rec, f, breach.AlertWithdrawn, []breach.Change{{Field: "is_breach", From: "true", To: "false"}}, linkSameNotice, !rec.Alerted)
			}
		}
		o.caseIndex = noCase
		decided = append(decided, o)
	}
	if len(decided) == 0 {
		decided = []outcome{{decision: DecisionKnown, caseIndex: noCase}}
	}
	return decided
}

// moved decides on an incident after a change: told where a fact differs from
// what was last told.
func (t *Tracker) moved(rec *record, f *breach.Finding, extra []breach.Change, link string, silent bool) outcome {
	i := rec.Incident
	changes := append(differences(rec.Told, facts(&i.Facts)), extra...)
	if len(changes) == 0 {
		return outcome{decision: DecisionRepeat, incident: i.ID, link: link}
	}
	kind := breach.AlertUpdate
	switch {
	case i.Withdrawn && f.Notice.Withdrawn:
		kind = breach.AlertWithdrawn
	case i.Facts.Severity.Rank() > breach.Severity(rec.Told["severity"]).Rank():
		kind = breach.AlertEscalation
	}
	return t.tell(rec, f, kind, changes, link, silent)
}

// tell makes the next revision of an incident and, unless it is silent, its
// alert. What moved silently is told with the next alert.
func (t *Tracker) tell(rec *record, f *breach.Finding, kind breach.AlertKind, changes []breach.Change, link string, silent bool) outcome {
	i := rec.Incident
	i.Revision++
	i.UpdatedAt = f.Notice.SeenAt
	if silent {
		return outcome{decision: DecisionBacklog, incident: i.ID, link: link}
	}
	rec.Told, rec.Alerted = facts(&i.Facts), true
	snapshot := *i
	return outcome{decision: DecisionAlert, incident: i.ID, link: link, alert: &breach.Alert{
		ID: breach.AlertID(i.ID, i.Revision, kind), Kind: kind, CreatedAt: t.now().UTC(),
		Severity: i.Facts.Severity, PrimaryVector: i.Facts.PrimaryVector,
		Notice: f.Notice, Incident: &snapshot, Changes: changes,
	}}
}

// read remembers how the incident was read last. A text once read is not
// forgotten for a title.
func (rec *record) read(f *breach.Finding) {
	if rec.Basis != "text" {
		rec.Basis = f.Basis
	}
	rec.Rules = f.Rules
}

// identify fills in what the incident did not know of its organisation.
func (rec *record) identify(r *reading) {
	who, p := about(r.f, r.c), &rec.Incident.Publisher
	if *p == (breach.Publisher{}) || (r.own && p.Code == "" && who.Code != "") {
		*p = who
	}
}

// watch names the watch-list entries that the case touches.
func (t *Tracker) watch(rec *record, r *reading) {
	list := slices.Clone(rec.Incident.Watchlist)
	for _, match := range t.watchlist.match(r.f, r.c) {
		if !slices.ContainsFunc(list, func(m breach.WatchlistMatch) bool { return m.Name == match.Name }) {
			list = append(list, match)
		}
	}
	rec.Incident.Watchlist = list
}

// allWithdrawn reports whether nobody says any more that there was an incident.
func (rec *record) allWithdrawn() bool {
	return !slices.ContainsFunc(rec.Incident.Members, func(m breach.Member) bool {
		return !m.Notice.Withdrawn && !slices.Contains(rec.Retracted, m.Notice.ID)
	})
}

// editedLast reports whether a notice that was read before was edited after all
// others were seen: then its word is the latest.
func editedLast(i *breach.Incident, old, edited *breach.Member) bool {
	return old.Notice.DocumentState == breach.DocumentFetched && edited.Notice.DocumentState == breach.DocumentFetched &&
		!slices.ContainsFunc(i.Members, func(m breach.Member) bool { return m.Notice.SeenAt.After(edited.Notice.SeenAt) })
}

func member(r *reading, link string) breach.Member {
	return breach.Member{FindingID: r.f.ID, CaseIndex: r.c.Index, Notice: r.f.Notice, ReportNo: r.c.ReportNo, Stage: r.c.Stage, Link: link}
}

func titleChange(from, to string) []breach.Change {
	if from == to {
		return nil
	}
	return []breach.Change{{Field: "title", From: from, To: to}}
}

func withdrawnChange(from, to bool) []breach.Change {
	if from == to {
		return nil
	}
	return []breach.Change{{Field: "withdrawn", From: strconv.FormatBool(from), To: strconv.FormatBool(to)}}
}
