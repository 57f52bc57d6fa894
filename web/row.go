package web

import (
	"cmp"
	"slices"
	"unicode"

	"oshirase/breach"
)

// row is one alert in a list.
type row struct {
	ID       string
	Severity breach.Severity
	Kind     breach.AlertKind
	Headline string // what happened to whom
	Href     string // to the incident
	Title    string // as printed
	Lang     string // of the title
	Link     string // to the notice
	Leak     breach.LeakStatus
	People   string
	Watched  []string
	Changes  []Change
	More     int // changes that a list leaves out
	Notes    []string
	Source   string
	At       moment
}

// listedChanges is how many changes a list shows of an alert: the first are the
// ones that matter.
const listedChanges = 4

func (p *painter) rows(alerts []breach.Alert) []row {
	rows := make([]row, len(alerts))
	for i := range alerts {
		rows[i] = p.row(&alerts[i])
		if more := len(rows[i].Changes) - listedChanges; more > 0 {
			rows[i].Changes, rows[i].More = rows[i].Changes[:listedChanges], more
		}
	}
	return rows
}

func (p *painter) row(a *breach.Alert) row {
	v := p.describe(a)
	one := row{
		ID: a.ID, Severity: a.Severity, Kind: a.Kind, Headline: v.Summary, Title: v.Title, Lang: printedIn(v.Title), Link: safeLink(a.Notice.URL),
		Watched: v.Watchlist, Changes: v.Changes, Notes: v.Notes, Source: a.Notice.Source, At: p.moment(a.CreatedAt),
	}
	if a.Incident == nil {
		return one
	}
	one.Href = "/incidents/" + a.Incident.ID
	one.Leak = a.Incident.Facts.LeakStatus
	one.People = p.people(&a.Incident.Facts)
	return one
}

// printedIn is the language that a printed text is marked with, for fonts and
// screen readers.
func printedIn(text string) string {
	for _, r := range text {
		if unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) {
			return japanese
		}
	}
	return english
}

// people is the headline number with its unit as printed; empty when none is
// told.
func (p *painter) people(c *breach.Case) string {
	if c.AffectedCount == nil {
		return ""
	}
	unit := ""
	if i := slices.IndexFunc(c.Counts, func(n breach.Count) bool { return n.Value == *c.AffectedCount }); i >= 0 {
		unit = c.Counts[i].Unit
	}
	separator := ""
	if p.lang == english {
		separator = " "
	}
	return number(*c.AffectedCount) + separator + cmp.Or(p.w["unit."+unit], unit, p.w["unit."])
}

// opsRow is an alert about the monitor itself, as one line.
type opsRow struct {
	ID      string
	Subject string
	Message string
	Healed  bool
	At      moment
}

func (p *painter) opsRows(alerts []breach.Alert) []opsRow {
	rows := make([]opsRow, 0, len(alerts))
	for i := range alerts {
		if e := alerts[i].Ops; e != nil {
			rows = append(rows, opsRow{alerts[i].ID, e.Subject, e.Message, e.Healed, p.moment(alerts[i].CreatedAt)})
		}
	}
	return rows
}
