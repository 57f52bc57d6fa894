package web

import (
	"net/http"
	"slices"
	"strings"

	"oshirase/breach"
)

// How much the first page shows.
const (
	overviewAlerts = 12
	overviewOps    = 5
	overviewDays   = 14
	opsFor         = 7 * day
)

type overviewPage struct {
	Today      today
	Rows       []row
	Older      string // to the rest of the alerts
	Ops        []opsRow
	Columns    []column
	Severities []breach.Severity // worst first
	Flat       bool              // no alert in the picture
	Bars       []bar
	Receivers  []receiverRow
	Sources    []sourceRow
}

// today is the answer in one look.
type today struct {
	Sentence string // how many, and how bad
	Worst    breach.Severity
	Read     string
	Counters []counter
	Watched  int
	Since    string // the zone whose midnight counts
}

type counter struct {
	Severity breach.Severity
	Count    int
}

// sourceRow is one line of the sources' table.
type sourceRow struct {
	Source
	Link, ReasonText, Remedy string
	Seen                     int
	Last, Next               moment
}

func (s *Server) overview(w http.ResponseWriter, r *http.Request) {
	p, ctx, reader := s.painter(r), r.Context(), s.cfg.Reader
	alerts, err := reader.Alerts(ctx, breach.AlertQuery{Limit: overviewAlerts + 1, Incidents: true})
	if err != nil {
		s.failed(w, r, err)
		return
	}
	ops, err := reader.Alerts(ctx, breach.AlertQuery{Limit: overviewOps, Kind: breach.AlertOps})
	if err != nil {
		s.failed(w, r, err)
		return
	}
	ops = slices.DeleteFunc(ops, func(a breach.Alert) bool { return a.CreatedAt.Before(p.now.Add(-opsFor)) })
	summary, err := reader.Summary(ctx, p.today(), p.now, overviewDays)
	if err != nil {
		s.failed(w, r, err)
		return
	}
	vectors, err := reader.Vectors(ctx, p.today().AddDate(0, 0, 1-overviewDays))
	if err != nil {
		s.failed(w, r, err)
		return
	}
	watched, err := reader.Watched(ctx, p.today())
	if err != nil {
		s.failed(w, r, err)
		return
	}
	seen, err := reader.Seen(ctx, p.now.Add(-day))
	if err != nil {
		s.failed(w, r, err)
		return
	}
	receivers, err := p.receivers(ctx, summary)
	if err != nil {
		s.failed(w, r, err)
		return
	}
	body := overviewPage{
		Today: p.sumUp(summary, watched), Ops: p.opsRows(ops), Columns: p.columns(summary.Days), Bars: bars(vectors),
		Receivers: receivers, Sources: p.sources(seen), Severities: worstFirst(),
	}
	if len(alerts) > overviewAlerts {
		alerts = alerts[:overviewAlerts]
		body.Older = "/alerts?before=" + alerts[overviewAlerts-1].ID
	}
	body.Rows = p.rows(alerts)
	body.Flat = !slices.ContainsFunc(body.Columns, func(c column) bool { return c.Total > 0 })
	s.render(w, r, http.StatusOK, "overview", body)
}

func worstFirst() []breach.Severity {
	list := breach.Severities()
	slices.Reverse(list)
	return list
}

func (p *painter) sumUp(summary Summary, watched int) today {
	t := today{
		Sentence: p.say("today.none"), Watched: watched,
		Read:  p.say("today.read", number(int64(summary.Notices)), number(int64(summary.Breaches))),
		Since: p.say("today.zone", p.now.Format("MST")),
	}
	total := 0
	var worst []string
	for _, severity := range worstFirst() {
		n := summary.Alerts[severity]
		t.Counters = append(t.Counters, counter{severity, n})
		total += n
		if n == 0 {
			continue
		}
		if t.Worst == "" {
			t.Worst = severity
		}
		worst = append(worst, p.say("today.worst", n, p.w.id("severity", severity)))
	}
	if total > 0 {
		t.Sentence = p.say("today.some", total) + p.w["open"] + strings.Join(worst, p.w["comma"]) + p.w["close"]
	}
	return t
}

func (p *painter) sources(seen map[string]int) []sourceRow {
	var rows []sourceRow
	for _, source := range p.s.cfg.Sources() {
		one := sourceRow{Source: source, Link: safeLink(source.URL), Seen: seen[source.ID], Last: p.moment(source.LastSuccess), Next: p.moment(source.NextPoll)}
		if source.Reason != "" {
			one.ReasonText = p.w.id("reason", source.Reason)
			one.Remedy = p.w["remedy."+source.Reason]
		}
		rows = append(rows, one)
	}
	return rows
}
