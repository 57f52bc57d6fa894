package web

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
)

//go:embed openapi.yaml
var openapi []byte

// defaultRows and maxRows bound a list.
const (
	defaultRows = 50
	maxRows     = 500
)

func (s *Server) apiAlerts(w http.ResponseWriter, r *http.Request) {
	limit, ok := rowLimit(w, r)
	if !ok {
		return
	}
	var before time.Time
	if text := r.URL.Query().Get("before"); text != "" {
		var err error
		if before, err = time.Parse(time.RFC3339, text); err != nil {
			problem(w, http.StatusBadRequest, fmt.Sprintf("before is %.40q: write an RFC 3339 time", text))
			return
		}
	}
	alerts, err := s.cfg.Reader.Alerts(r.Context(), limit, before)
	s.answer(w, map[string][]breach.Alert{"alerts": nonNil(alerts)}, err)
}

func (s *Server) apiAlert(w http.ResponseWriter, r *http.Request) {
	alert, err := s.cfg.Reader.Alert(r.Context(), r.PathValue("id"))
	if err == nil && alert == nil {
		problem(w, http.StatusNotFound, "there is no such alert")
		return
	}
	s.answer(w, alert, err)
}

func (s *Server) apiIncident(w http.ResponseWriter, r *http.Request) {
	alerts, err := s.cfg.Reader.IncidentAlerts(r.Context(), r.PathValue("id"))
	if err == nil && len(alerts) == 0 {
		problem(w, http.StatusNotFound, "there is no such incident")
		return
	}
	if err != nil {
		s.answer(w, nil, err)
		return
	}
	s.answer(w, struct {
		Incident *breach.Incident `json:"incident"`
		Alerts   []breach.Alert   `json:"alerts"`
	}{alerts[0].Incident, alerts}, nil)
}

func (s *Server) apiDeliveries(w http.ResponseWriter, r *http.Request) {
	limit, ok := rowLimit(w, r)
	if !ok {
		return
	}
	deliveries, err := s.cfg.Reader.Deliveries(r.Context(), r.URL.Query().Get("alert"), limit)
	s.answer(w, map[string][]breach.Delivery{"deliveries": nonNil(deliveries)}, err)
}

func (s *Server) apiSources(w http.ResponseWriter, _ *http.Request) {
	s.answer(w, map[string][]Source{"sources": nonNil(s.cfg.Sources())}, nil)
}

func (s *Server) apiDescription(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml")
	_, _ = w.Write(openapi) // the asker may have gone
}

func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func rowLimit(w http.ResponseWriter, r *http.Request) (int, bool) {
	text := r.URL.Query().Get("limit")
	if text == "" {
		return defaultRows, true
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxRows {
		problem(w, http.StatusBadRequest, fmt.Sprintf("limit is %.20q: write 1 to %d", text, maxRows))
		return 0, false
	}
	return n, true
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
