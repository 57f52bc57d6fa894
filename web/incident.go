package web

import (
	"context"
	"net/http"
	"slices"

	"oshirase/breach"
)

// Bounds of what one page shows of an incident; the latest count.
const (
	incidentAlerts     = 100
	incidentMembers    = 30
	incidentDeliveries = 500
)

type incidentPage struct {
	Latest    row
	Facts     []Fact
	Withdrawn bool
	Opened    moment
	Updated   moment
	Events    []event
	Notices   []member
	Left      int // notices that are not shown
	ID        string
}

// event is an alert with what became of it.
type event struct {
	row
	Told []told
}

// told is what became of an alert at one receiver.
type told struct {
	Receiver string
	Outcome  breach.Outcome
	At       moment
	Latency  string
	Reason   string
}

// member is a notice with the proof that it holds.
type member struct {
	Title     []part
	Lang      string // of the notice
	Link      string
	Source    string
	Published moment
	Seen      moment
	Revision  int
	ReportNo  int // 0: not numbered
	Stage     breach.Stage
	Joined    string // why
	Withdrawn bool
	Judged    bool // the verdict is kept
	Passages  []passage
}

func (s *Server) incident(w http.ResponseWriter, r *http.Request) {
	p, ctx, id := s.painter(r), r.Context(), r.PathValue("id")
	incident, err := s.cfg.Reader.Incident(ctx, id)
	if err != nil {
		s.failed(w, r, err)
		return
	}
	alerts, err := s.cfg.Reader.Alerts(ctx, breach.AlertQuery{Limit: incidentAlerts, Incident: id})
	if err != nil {
		s.failed(w, r, err)
		return
	}
	if incident == nil || len(alerts) == 0 {
		s.unknown(w, r)
		return
	}
	deliveries, err := s.cfg.Reader.Deliveries(ctx, breach.DeliveryQuery{Limit: incidentDeliveries, Incident: id, Current: true})
	if err != nil {
		s.failed(w, r, err)
		return
	}
	body := incidentPage{
		Latest: p.row(&alerts[0]), Facts: p.describe(&alerts[0]).Facts, ID: id, Withdrawn: incident.Withdrawn,
		Opened: p.moment(incident.OpenedAt), Updated: p.moment(incident.UpdatedAt), Events: p.events(alerts, deliveries),
		Left: max(0, len(incident.Members)-incidentMembers),
	}
	for _, m := range slices.Backward(incident.Members[body.Left:]) {
		one, err := p.member(ctx, &m)
		if err != nil {
			s.failed(w, r, err)
			return
		}
		body.Notices = append(body.Notices, one)
	}
	s.render(w, r, http.StatusOK, "incident", body)
}

func (p *painter) events(alerts []breach.Alert, deliveries []breach.Delivery) []event {
	byAlert := map[string][]told{}
	for _, d := range slices.Backward(deliveries) {
		one := told{Receiver: d.Receiver, Outcome: d.Outcome, At: p.moment(d.At), Reason: d.Reason}
		if d.LatencyMS > 0 {
			one.Latency = p.lasting(millis(d.LatencyMS))
		}
		byAlert[d.AlertID] = append(byAlert[d.AlertID], one)
	}
	events := make([]event, len(alerts))
	for i := range alerts {
		events[i] = event{p.row(&alerts[i]), byAlert[alerts[i].ID]}
	}
	return events
}

func (p *painter) member(ctx context.Context, m *breach.Member) (member, error) {
	n := &m.Notice
	one := member{
		Title: []part{{Text: n.Title}}, Lang: printedIn(n.Title), Link: safeLink(n.URL), Source: n.Source, Published: p.published(n), Seen: p.moment(n.SeenAt),
		Revision: n.Revision, Stage: m.Stage, Joined: m.Link, Withdrawn: n.Withdrawn,
	}
	if m.ReportNo != nil {
		one.ReportNo = *m.ReportNo
	}
	finding, err := p.s.cfg.Reader.Finding(ctx, m.FindingID)
	if err != nil || finding == nil {
		return one, err
	}
	i := slices.IndexFunc(finding.Cases, func(c breach.Case) bool { return c.Index == m.CaseIndex })
	one.Judged = true
	if i < 0 {
		return one, nil // a later reading that takes the incident back
	}
	notice, err := p.s.cfg.Reader.Notice(ctx, finding.Notice.ID, finding.Notice.Revision)
	if err != nil {
		return one, err
	}
	text := ""
	if notice != nil {
		text = notice.Text
	}
	spans, _ := evidence(&finding.Cases[i], "title", n.Title)
	one.Title = marked(n.Title, spans)
	spans, loose := evidence(&finding.Cases[i], "text", text)
	one.Passages = p.passages(text, spans, loose)
	return one, nil
}

// alert leads to the incident that an alert tells of.
func (s *Server) alert(w http.ResponseWriter, r *http.Request) {
	alert, err := s.cfg.Reader.Alert(r.Context(), r.PathValue("id"))
	switch {
	case err != nil:
		s.failed(w, r, err)
	case alert == nil:
		s.unknown(w, r)
	case alert.Incident == nil:
		http.Redirect(w, r, "/#monitor", http.StatusSeeOther)
	default:
		http.Redirect(w, r, "/incidents/"+alert.Incident.ID+"#alert-"+alert.ID, http.StatusSeeOther)
	}
}
