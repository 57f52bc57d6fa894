package web

import (
	_ "embed"
	"encoding/json"
	"net/http"

	"go.uber.org/zap"

	"oshirase/breach"
)

//go:embed openapi.yaml
var openapi []byte

// The shapes of lists and of an incident. Next is the address of the page
// behind; empty at the end.
type (
	alertList struct {
		Alerts []breach.Alert `json:"alerts"`
		Next   string         `json:"next,omitempty"`
	}
	deliveryList struct {
		Deliveries []breach.Delivery `json:"deliveries"`
		Next       string            `json:"next,omitempty"`
	}
	sourceList struct {
		Sources []Source `json:"sources"`
	}
	incidentRecord struct {
		Incident   *breach.Incident  `json:"incident"`
		Alerts     []breach.Alert    `json:"alerts"`
		Deliveries []breach.Delivery `json:"deliveries"`
		Findings   []breach.Finding  `json:"findings"`
	}
)

func (s *Server) apiAlerts(w http.ResponseWriter, r *http.Request) {
	q, err := alertQuery(r.URL.Query())
	if err != nil {
		problem(w, http.StatusBadRequest, err.Error())
		return
	}
	limit := q.Limit
	q.Limit++
	list, err := s.cfg.Reader.Alerts(r.Context(), q)
	list, next := page(list, limit, r.URL, alertID)
	s.answer(w, alertList{nonNil(list), next}, err)
}

func (s *Server) apiAlert(w http.ResponseWriter, r *http.Request) {
	alert, err := s.cfg.Reader.Alert(r.Context(), r.PathValue("id"))
	if err == nil && alert == nil {
		problem(w, http.StatusNotFound, "no such alert is kept")
		return
	}
	s.answer(w, alert, err)
}

func (s *Server) apiIncident(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("id")
	incident, err := s.cfg.Reader.Incident(ctx, id)
	if err != nil {
		s.answer(w, nil, err)
		return
	}
	if incident == nil {
		problem(w, http.StatusNotFound, "no such incident is kept")
		return
	}
	out := incidentRecord{Incident: incident, Findings: []breach.Finding{}}
	if out.Alerts, err = s.cfg.Reader.Alerts(ctx, breach.AlertQuery{Limit: incidentAlerts, Incident: id}); err != nil {
		s.answer(w, nil, err)
		return
	}
	if out.Deliveries, err = s.cfg.Reader.Deliveries(ctx, breach.DeliveryQuery{Limit: incidentDeliveries, Incident: id}); err != nil {
		s.answer(w, nil, err)
		return
	}
	out.Alerts, out.Deliveries = nonNil(out.Alerts), nonNil(out.Deliveries)
	read := map[string]bool{}
	for _, m := range incident.Members[max(0, len(incident.Members)-incidentMembers):] {
		if read[m.FindingID] { // several cases of one notice
			continue
		}
		read[m.FindingID] = true
		finding, err := s.cfg.Reader.Finding(ctx, m.FindingID)
		if err != nil {
			s.answer(w, nil, err)
			return
		}
		if finding != nil {
			out.Findings = append(out.Findings, *finding)
		}
	}
	s.answer(w, out, nil)
}

func (s *Server) apiDeliveries(w http.ResponseWriter, r *http.Request) {
	q, err := deliveryQuery(r.URL.Query())
	if err != nil {
		problem(w, http.StatusBadRequest, err.Error())
		return
	}
	limit := q.Limit
	q.Limit++
	list, err := s.cfg.Reader.Deliveries(r.Context(), q)
	list, next := page(list, limit, r.URL, deliveryID)
	s.answer(w, deliveryList{nonNil(list), next}, err)
}

func (s *Server) apiSources(w http.ResponseWriter, _ *http.Request) {
	s.answer(w, sourceList{nonNil(s.cfg.Sources())}, nil)
}

func (s *Server) apiDescription(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml")
	_, _ = w.Write(openapi) // the asker may have gone
}

func (s *Server) apiUnknown(w http.ResponseWriter, _ *http.Request) {
	problem(w, http.StatusNotFound, "there is no such address: /api/v1/openapi.yaml lists them")
}

func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (s *Server) answer(w http.ResponseWriter, v any, err error) {
	if err != nil {
		s.cfg.Log.Error("answer a request", zap.Error(err))
		problem(w, http.StatusInternalServerError, "the read model does not answer: the log tells why")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the asker may have gone
}

// problem answers by RFC 9457.
func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"title": http.StatusText(status), "status": status, "detail": detail}) // the asker may have gone
}
