package tracker

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"oshirase/breach"
)

// The links of a member to its incident.
const (
	linkOpened       = "opened"
	linkSameNotice   = "same_notice"
	linkSameDocument = "same_document"      // the same document or title through another source
	linkReport       = "report_number"      // the next report of the same title
	linkTitle        = "title_stem"         // a follow-up of the same or a similar title
	linkCorrection   = "correction"         // it corrects or quotes the earlier one
	linkOnlyOpen     = "only_open_incident" // a follow-up that can be of no other
	linkTranslation  = "translation"        // the filing in the other language
	linkSameEvent    = "same_event"         // told by others within days
)

// follows reports whether the link says that the organisation has told more.
func follows(link string) bool {
	return slices.Contains([]string{linkReport, linkTitle, linkCorrection, linkOnlyOpen}, link)
}

// How long an incident takes further notices: of real chains, 95 % of the gaps
// between two reports are within 120 days, the longest are 188 and 208. A filing's
// translation comes within days, and so do newspapers.
const (
	followUpSpan    = 240 * 24 * time.Hour
	translationSpan = 7 * 24 * time.Hour
	sameEventSpan   = 3 * 24 * time.Hour
)

// found is where a case belongs.
type found struct {
	record *record // nil: it opens an incident
	member int     // of the earlier revision; -1 for a new member
	link   string
}

// find is the incident that a case belongs to, and why. siblings are the cases
// of the same finding in this dossier.
func (d *dossier) find(r *reading, siblings []*breach.Case) found {
	if rec, at := d.sameNotice(r, siblings); rec != nil {
		return found{rec, at, linkSameNotice}
	}
	if rec := d.sameDocument(r); rec != nil {
		return found{rec, -1, linkSameDocument}
	}
	if rec := d.translation(r); rec != nil {
		return found{rec, -1, linkTranslation}
	}
	if rec := d.quotes(r); rec != nil {
		return found{rec, -1, linkCorrection}
	}
	if r.follow {
		if rec, link := d.followed(r); rec != nil {
			return found{rec, -1, link}
		}
	} else if rec, link := d.preceding(r); rec != nil {
		return found{rec, -1, link}
	}
	if rec := d.sameEvent(r); rec != nil {
		return found{rec, -1, linkSameEvent}
	}
	return found{nil, -1, linkOpened}
}

// sameNotice is the member that an earlier revision made. A digest that is
// edited may count its cases otherwise: where only one incident of this
// organisation has the notice, and no other case claims it, that is the one.
func (d *dossier) sameNotice(r *reading, siblings []*breach.Case) (*record, int) {
	var candidate *record
	at, several := -1, false
	for _, rec := range d.Incidents {
		for i := range rec.Incident.Members {
			m := &rec.Incident.Members[i]
			if m.Notice.ID != r.f.Notice.ID {
				continue
			}
			if m.CaseIndex == r.c.Index {
				return rec, i
			}
			if slices.ContainsFunc(siblings, func(c *breach.Case) bool { return c.Index == m.CaseIndex }) {
				continue
			}
			several = several || candidate != nil
			candidate, at = rec, i
		}
	}
	if several {
		return nil, -1
	}
	return candidate, at
}

// documentPattern is the TSE's document id without its constant 1401, which
// some copies leave out: the same document has it under every host that serves
// a copy (https://www.release.tdnet.info/inbs/140120261124500000.pdf).
var documentPattern = regexp.MustCompile(`(?:^|\D)(?:1401)?(20\d{12})(?:\D|$)`)

func documentID(n *breach.NoticeHead) string {
	if n.DocumentID != "" {
		return n.DocumentID
	}
	for _, s := range []string{n.URL, n.Key} {
		if m := documentPattern.FindStringSubmatch(s); m != nil {
			return "tdnet:1401" + m[1]
		}
	}
	return ""
}

// sameDocument is the incident that has the same document, or a notice of the
// same title within days, through another source. A copy at the exchange often
// leaves the report's number out of its title.
func (d *dossier) sameDocument(r *reading) *record {
	id := documentID(&r.f.Notice)
	return d.latest(func(rec *record) bool {
		return slices.ContainsFunc(rec.Incident.Members, func(m breach.Member) bool {
			if m.Notice.Source == r.f.Notice.Source || m.Notice.ID == r.f.Notice.ID {
				return false
			}
			if id != "" && id == documentID(&m.Notice) {
				return true
			}
			if !near(&m.Notice, &r.f.Notice, sameEventSpan) {
				return false
			}
			return sameNumber(m.ReportNo, r.c.ReportNo) && sameTitle(m.Notice.Title, r.f.Notice.Title) ||
				numberless(&m, r) && r.stem != "" && r.stem == r.stemOf(m.Notice.Title)
		})
	})
}

// numberless reports whether one of two copies is a first report by its title
// and has no number where the other has one.
func numberless(m *breach.Member, r *reading) bool {
	if r.c.ReportNo == nil {
		return m.ReportNo != nil && !r.follow
	}
	return m.ReportNo == nil && *r.c.ReportNo == 1 && m.Stage == breach.StageFirst
}

// translation is the incident of which a notice in the other language tells the
// same.
func (d *dossier) translation(r *reading) *record {
	if d.anonymous || !r.own {
		return nil
	}
	return d.only(func(rec *record) bool {
		return compatible(&rec.Incident.Facts, r.c) && slices.ContainsFunc(rec.Incident.Members, func(m breach.Member) bool {
			return near(&m.Notice, &r.f.Notice, translationSpan) && foreign(m.Notice.Title) != foreign(r.f.Notice.Title) &&
				ordinal(m.ReportNo, m.Stage) == ordinal(r.c.ReportNo, r.c.Stage)
		})
	})
}

// quotes is the incident of which the title quotes an earlier title, or an
// earlier title quotes this one.
func (d *dossier) quotes(r *reading) *record {
	return d.latest(func(rec *record) bool {
		return within(rec, r, followUpSpan) && slices.ContainsFunc(rec.Incident.Members, func(m breach.Member) bool {
			return quotedIn(r.quoted, r.stemOf(m.Notice.Title)) || quotedIn(quotedStems(m.Notice.Title), r.stem)
		})
	})
}

// followed is the incident that a follow-up continues.
func (d *dossier) followed(r *reading) (*record, string) {
	open := func(rec *record) bool { return within(rec, r, followUpSpan) }
	free := func(rec *record) bool { return open(rec) && (r.corrects || !numbered(rec, r)) }
	sameStem := func(rec *record) bool { return free(rec) && likeness(rec, r) == 1 }
	if rec := d.latest(func(rec *record) bool { return sameStem(rec) && next(rec, r) }); rec != nil {
		return rec, linkReport
	}
	if rec := d.latest(sameStem); rec != nil {
		switch {
		case r.corrects:
			return rec, linkCorrection
		case r.c.ReportNo != nil:
			return rec, linkReport
		}
		return rec, linkTitle
	}
	return d.likely(func(rec *record) bool { return free(rec) && compatible(&rec.Incident.Facts, r.c) }, r)
}

// likely is the incident among the possible ones that tells of it in the most
// similar title, or the only one.
func (d *dossier) likely(possible func(*record) bool, r *reading) (*record, string) {
	if d.anonymous {
		return nil, ""
	}
	best := 0.0
	for _, rec := range d.Incidents {
		if possible(rec) {
			best = max(best, likeness(rec, r))
		}
	}
	if best >= minOverlap {
		if rec := d.only(func(rec *record) bool { return possible(rec) && likeness(rec, r) == best }); rec != nil {
			return rec, linkTitle
		}
	}
	// Titles change wholly inside about half of the real chains. With one
	// incident open that it can be of, there is nothing to mix up.
	if rec := d.only(possible); rec != nil {
		return rec, linkOnlyOpen
	}
	return nil, ""
}

// preceding is the incident whose follow-ups were seen before this first report:
// lists are read newest first when a source is new.
func (d *dossier) preceding(r *reading) (*record, string) {
	headless := func(rec *record) bool {
		first := &rec.Incident.Members[0]
		return within(rec, r, followUpSpan) && first.Stage != breach.StageFirst && !numbered(rec, r) &&
			when(&r.f.Notice).Before(when(&first.Notice).Add(fuzz(&first.Notice)+time.Minute))
	}
	if rec := d.latest(func(rec *record) bool { return headless(rec) && likeness(rec, r) == 1 }); rec != nil {
		return rec, linkTitle
	}
	return d.likely(func(rec *record) bool { return headless(rec) && compatible(&rec.Incident.Facts, r.c) }, r)
}

// sameEvent is the incident that others tell of within days, or that they told
// of before the organisation itself did.
func (d *dossier) sameEvent(r *reading) *record {
	if d.anonymous {
		return nil
	}
	return d.only(func(rec *record) bool {
		if !within(rec, r, sameEventSpan) || !compatible(&rec.Incident.Facts, r.c) {
			return false
		}
		return !r.own && !slices.ContainsFunc(rec.Incident.Members, func(m breach.Member) bool { return m.Notice.Source == r.f.Notice.Source }) ||
			r.own && !ownTold(rec)
	})
}

// ownTold reports whether the organisation itself has told of the incident.
func ownTold(rec *record) bool {
	return slices.ContainsFunc(rec.Incident.Members, func(m breach.Member) bool {
		p, who := m.Notice.Publisher, rec.Incident.Publisher
		return p.Code != "" && p.Code == who.Code || p.Name != "" && normalName(p.Name) == normalName(who.Name)
	})
}

// latest is the youngest incident that matches.
func (d *dossier) latest(matches func(*record) bool) *record {
	for _, rec := range slices.Backward(d.Incidents) {
		if matches(rec) {
			return rec
		}
	}
	return nil
}

// only is the incident that matches; nil when several do.
func (d *dossier) only(matches func(*record) bool) *record {
	var one *record
	for _, rec := range d.Incidents {
		if matches(rec) {
			if one != nil {
				return nil
			}
			one = rec
		}
	}
	return one
}

// within reports whether the case comes at most span away from one of the
// incident's notices.
func within(rec *record, r *reading, span time.Duration) bool {
	return slices.ContainsFunc(rec.Incident.Members, func(m breach.Member) bool { return near(&m.Notice, &r.f.Notice, span) })
}

func near(a, b *breach.NoticeHead, span time.Duration) bool {
	return when(a).Sub(when(b)).Abs() <= span
}

func sameNumber(a, b *int) bool {
	return (a == nil) == (b == nil) && (a == nil || *a == *b)
}

// ordinal is the report number, 1 for a first report without one, and 0 for a
// later one.
func ordinal(reportNo *int, stage breach.Stage) int {
	switch {
	case reportNo != nil:
		return *reportNo
	case stage == breach.StageFirst:
		return 1
	}
	return 0
}

// numbered reports whether the incident has a report of that number already.
func numbered(rec *record, r *reading) bool {
	return r.c.ReportNo != nil && slices.ContainsFunc(rec.Incident.Members, func(m breach.Member) bool { return m.ReportNo != nil && *m.ReportNo == *r.c.ReportNo })
}

// next reports whether the case is the report after the incident's last. One
// that was not numbered is the first.
func next(rec *record, r *reading) bool {
	last := 1
	for _, m := range rec.Incident.Members {
		if m.ReportNo != nil {
			last = max(last, *m.ReportNo)
		}
	}
	return r.c.ReportNo != nil && *r.c.ReportNo == last+1
}

// likeness is how much the case's title shares with the most similar one of the
// incident: 1 is the same stem.
func likeness(rec *record, r *reading) float64 {
	best := 0.0
	if r.stem == "" {
		return 0
	}
	for _, m := range rec.Incident.Members {
		stem := r.stemOf(m.Notice.Title)
		if stem == r.stem {
			return 1
		}
		// The pairs of two stems may agree although the stems do not.
		best = max(best, min(overlap(stem, r.stem), 0.99))
	}
	return best
}

// compatible reports whether two tellings may be of one event as far as vectors
// and victims go: the same, one among the other's, or one too vague to differ.
func compatible(a, b *breach.Case) bool {
	x, y := normalName(victimName(a)), normalName(victimName(b))
	if x != "" && y != "" && !strings.Contains(x, y) && !strings.Contains(y, x) {
		return false
	}
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
