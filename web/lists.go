package web

import (
	"net/http"

	"oshirase/breach"
)

type alertsPage struct {
	Query      breach.AlertQuery
	Filtered   bool
	Rows       []row
	Older      string
	Severities []breach.Severity
	Vectors    []breach.Vector
	Kinds      []breach.AlertKind
}

// alerts lists all alerts about incidents, page by page.
func (s *Server) alerts(w http.ResponseWriter, r *http.Request) {
	q, err := alertQuery(r.URL.Query())
	if err != nil {
		s.asked(w, r, err)
		return
	}
	body := alertsPage{Query: q, Severities: worstFirst(), Vectors: breach.Vectors()}
	body.Filtered = q.Severity != "" || q.Vector != "" || q.Kind != "" || q.Watched || q.Incident != ""
	for _, kind := range breach.AlertKinds() {
		if kind != breach.AlertOps {
			body.Kinds = append(body.Kinds, kind)
		}
	}
	limit := q.Limit
	q.Limit++
	q.Incidents = true
	list, err := s.cfg.Reader.Alerts(r.Context(), q)
	if err != nil {
		s.failed(w, r, err)
		return
	}
	list, body.Older = page(list, limit, r.URL, alertID)
	body.Rows = s.painter(r).rows(list)
	s.render(w, r, http.StatusOK, "alerts", body)
}

type deliveriesPage struct {
	Query    breach.DeliveryQuery
	Filtered bool
	Rows     []deliveryRow
	Older    string
	Outcomes []breach.Outcome
}

type deliveryRow struct {
	breach.Delivery
	When    moment
	Lang    string // of the title
	Latency string
}

// deliveries lists who was told of what, page by page.
func (s *Server) deliveries(w http.ResponseWriter, r *http.Request) {
	q, err := deliveryQuery(r.URL.Query())
	if err != nil {
		s.asked(w, r, err)
		return
	}
	body := deliveriesPage{Query: q, Outcomes: breach.Outcomes()}
	body.Filtered = q.Receiver != "" || q.Outcome != "" || q.Alert != "" || q.Incident != ""
	limit := q.Limit
	q.Limit++
	// What failed and was sent later needs nobody.
	q.Current = q.Outcome == breach.Failed || q.Outcome == breach.Dead
	list, err := s.cfg.Reader.Deliveries(r.Context(), q)
	if err != nil {
		s.failed(w, r, err)
		return
	}
	p := s.painter(r)
	list, body.Older = page(list, limit, r.URL, deliveryID)
	for _, d := range list {
		one := deliveryRow{Delivery: d, When: p.moment(d.At), Lang: printedIn(d.Title)}
		if d.LatencyMS > 0 {
			one.Latency = p.lasting(millis(d.LatencyMS))
		}
		body.Rows = append(body.Rows, one)
	}
	s.render(w, r, http.StatusOK, "deliveries", body)
}
