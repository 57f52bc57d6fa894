package web_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"oshirase/breach"
)

// BenchmarkPage draws pages from a ledger of 10,000 alerts, over HTTP on a
// connection that is kept. "nothing" is the same server with an answer that
// needs no data: what HTTP itself costs in the same run.
func BenchmarkPage(b *testing.B) {
	const alerts = 10_000
	s := newShelf(b)
	s.hold = true
	var incident *breach.Incident
	for i := range alerts {
		at := now.Add(-time.Duration(alerts-i) * (90 * 24 * time.Hour / alerts))
		if i%3 == 0 {
			incident = nil
		}
		a := s.tell(event{
			notice: notice("tdnet", fmt.Sprint(i), "当社サーバーへの不正アクセスによる個人情報漏えいの可能性に関するお知らせ", "お客様1,200名の氏名が漏えいした可能性があります。", breach.Publisher{Name: "架空商事", Code: "9876"}, at),
			kind:   breach.AlertNew, at: at, incident: incident,
			facts: breach.Case{Severity: breach.Severities()[i%5], PrimaryVector: breach.Vectors()[i%18], LeakStatus: breach.LeakSuspected, AffectedCount: ptr[int64](1200),
				Evidence: quotes("", "お客様1,200名の氏名が漏えいした可能性があります。", map[string]string{"leak_status": "漏えいした可能性があります"})},
		})
		incident = a.Incident
		s.deliver(a, "soc-slack", breach.Sent, 2*time.Second, "")
		if len(s.held) > 2000 {
			s.flush()
			s.hold = true
		}
	}
	s.flush()
	cfg := config(s.book)
	root := serve(b, cfg)
	transport := &http.Transport{}
	b.Cleanup(transport.CloseIdleConnections)
	for _, page := range []struct{ name, path string }{
		{"overview", "/"}, {"incident", "/incidents/" + incident.ID}, {"alerts", "/alerts"}, {"rare alerts", "/alerts?severity=critical&vector=impersonation"},
		{"API", "/api/v1/alerts?limit=50"}, {"nothing", "/healthz"},
	} {
		b.Run(page.name, func(b *testing.B) {
			for b.Loop() {
				response, err := (&http.Client{Transport: transport}).Get(root + page.path)
				if err != nil {
					b.Fatal(err)
				}
				n, err := drain(response)
				if err != nil || response.StatusCode != http.StatusOK {
					b.Fatal(response.Status, err)
				}
				b.ReportMetric(float64(n), "bytes")
			}
		})
	}
}

func drain(r *http.Response) (int64, error) {
	n, err := io.Copy(io.Discard, r.Body)
	return n, errors.Join(err, r.Body.Close())
}
