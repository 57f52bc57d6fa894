package web

import (
	"fmt"
	"net/http"
	"strings"
)

// healthz answers 200 while every part works. Who shows no token is not told
// more than which part does not.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) {
	report, status := s.report(r)
	plain(w, status, report)
}

// readyz answers 200 once the daemon has begun its work and while all its parts
// do theirs.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	report, status := s.report(r)
	if !s.cfg.Ready() {
		report, status = "daemon: starting or stopping\n"+report, http.StatusServiceUnavailable
	}
	plain(w, status, report)
}

func (s *Server) report(r *http.Request) (string, int) {
	var report strings.Builder
	status := http.StatusOK
	trusted := s.trusted(r)
	for _, c := range s.cfg.Health(r.Context()) {
		switch {
		case c.Err == nil:
			fmt.Fprintf(&report, "%s: ok\n", c.Name)
			continue
		case trusted:
			fmt.Fprintf(&report, "%s: %v\n", c.Name, c.Err)
		default:
			fmt.Fprintf(&report, "%s: failing\n", c.Name)
		}
		status = http.StatusServiceUnavailable
	}
	return report.String(), status
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // the asker may have gone
}
