package web

import (
	"fmt"
	"net/http"
	"strings"
)

// healthz answers 200 while every part works, and names the ones that do not.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) {
	var report strings.Builder
	status := http.StatusOK
	for _, c := range s.cfg.Health(r.Context()) {
		if c.Err != nil {
			status = http.StatusServiceUnavailable
			fmt.Fprintf(&report, "%s: %v\n", c.Name, c.Err)
			continue
		}
		fmt.Fprintf(&report, "%s: ok\n", c.Name)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(report.String())) // the asker may have gone
}

// readyz answers 200 once the daemon works and all its parts do.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	if !s.cfg.Ready() {
		http.Error(w, "starting or stopping", http.StatusServiceUnavailable)
		return
	}
	s.healthz(w, r)
}
