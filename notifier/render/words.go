package render

import (
	"maps"
	"slices"

	"oshirase/breach"
)

// words holds everything that a rendering says by itself in one language. Maps
// are complete for their vocabulary; a test fails when one lacks an entry.
type words struct {
	severities  map[breach.Severity]string
	kinds       map[breach.AlertKind]string
	vectors     map[breach.Vector]string
	leaks       map[breach.LeakStatus]string
	data        map[breach.DataType]string
	stages      map[breach.Stage]string
	authorities map[breach.Authority]string

	// fields names the JSON fields of a case, and title, url and withdrawn.
	fields map[string]string
	// units translates the units of a count; one that is not listed is shown
	// as printed.
	units map[string]string
	// certainties of a count; "total" says nothing more.
	certainties map[string]string
	roles       map[string]string // of a date
	matchedOn   map[string]string // of a watch-list match
	// rubric translates the lines of the severity rubric, without severity and
	// letter; one that is not listed is shown as it is.
	rubric map[string]string
	// reasons of operations events; one that is not listed is shown as it is.
	reasons map[string]string

	yes, no, notTold, unnamed    string
	comma                        string
	headline, reportNo, subject  string // formats
	reportAfter, open1, close1   string // before a report number; parentheses
	approx, atMost               string
	summary                      string // format
	ops, opsHealed               string // formats
	trouble, healed              string
	titleLabel, opsLabel, open   string
	changes, facts, watchlist    string // headings
	quotes, times                string
	about, reason                string // labels of an ops alert
	test, testWord               string // of a test
	testSummary, testMessage     string
	lives, livesWord             string // of a heartbeat
	livesSummary                 string
	people, breakdown, clients   string
	victim, notices, noticesText string
	published, seen, told        string
	sincePublished, sinceSeen    string // formats of a latency
	titleOnly, pending, failed   string // notes
	withdrawn, takenBack         string
	original                     string
	incident, alert              string
	seconds, minutes, hours      string // formats
	days                         string
}

var tables = map[string]*words{"ja": &japanese, "en": &english}

// Languages lists the languages that an alert can be rendered in.
func Languages() []string { return slices.Sorted(maps.Keys(tables)) }

func (w *words) opsKind(healed bool) string {
	if healed {
		return w.healed
	}
	return w.trouble
}
