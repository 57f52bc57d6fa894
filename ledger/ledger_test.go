package ledger_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
	"oshirase/ledger"
)

var now = time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)

func open(t testing.TB, path string) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(t.Context(), path, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func record(t testing.TB, stream string, sequence uint64, v any) ledger.Record {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Record{Stream: stream, Sequence: sequence, Stored: now, Data: data}
}

func history(t testing.TB) []ledger.Record {
	head := breach.NoticeHead{ID: "n1", Revision: 1, Source: "tdnet", Title: "不正アクセス", FirstSeen: now, SeenAt: now}
	incident := &breach.Incident{ID: "i1", Revision: 1}
	return []ledger.Record{
		record(t, breach.StreamNotices, 1, breach.Notice{NoticeHead: head}),
		record(t, breach.StreamNotices, 2, breach.Notice{NoticeHead: breach.NoticeHead{ID: "n2", Revision: 1, Title: "決算短信", FirstSeen: now}}),
		record(t, breach.StreamFindings, 1, breach.Finding{Notice: head, IsBreach: true}),
		record(t, breach.StreamAlerts, 1, breach.Alert{ID: "a1", Kind: breach.AlertNew, Severity: breach.High, CreatedAt: now, Notice: head, Incident: incident}),
		record(t, breach.StreamAlerts, 2, breach.Alert{ID: "a2", Kind: breach.AlertUpdate, Severity: breach.Critical, CreatedAt: now.Add(time.Minute), Notice: head, Incident: incident}),
		record(t, breach.StreamAlerts, 3, breach.Alert{ID: "o1", Kind: breach.AlertOps, Severity: breach.Medium, CreatedAt: now}),
		record(t, breach.StreamDeliveries, 1, breach.Delivery{ID: "d1", AlertID: "a1", Receiver: "soc", Outcome: breach.Sent, At: now, LatencyMS: 1500}),
		record(t, breach.StreamDeliveries, 2, breach.Delivery{ID: "d2", AlertID: "a2", Receiver: "soc", Outcome: breach.Dead, At: now}),
	}
}

func check(t *testing.T, l *ledger.Ledger) {
	t.Helper()
	ctx := t.Context()
	alerts, err := l.Alerts(ctx, 2, time.Time{})
	if err != nil || len(alerts) != 2 || alerts[0].ID != "a2" {
		t.Errorf("latest alerts: %v, %v", alerts, err)
	}
	older, err := l.Alerts(ctx, 10, now.Add(time.Second))
	if err != nil || len(older) != 2 {
		t.Errorf("alerts before a time: %v, %v", older, err)
	}
	of, err := l.IncidentAlerts(ctx, "i1")
	if err != nil || len(of) != 2 || of[1].ID != "a1" {
		t.Errorf("alerts of the incident: %v, %v", of, err)
	}
	if a, err := l.Alert(ctx, "a1"); err != nil || a == nil || a.Notice.Title != "不正アクセス" {
		t.Errorf("alert: %v, %v", a, err)
	}
	if a, err := l.Alert(ctx, "none"); err != nil || a != nil {
		t.Errorf("no alert: %v, %v", a, err)
	}
	if d, err := l.Deliveries(ctx, "a1", 5); err != nil || len(d) != 1 || d[0].ID != "d1" {
		t.Errorf("deliveries of an alert: %v, %v", d, err)
	}
	counts, err := l.Since(ctx, now.Add(-time.Hour))
	if err != nil || counts.Notices != 2 || counts.Breaches != 1 || counts.Alerts[breach.Critical] != 1 || counts.Alerts[breach.Medium] != 0 ||
		counts.Receiver["soc"] != (ledger.Told{Sent: 1, Dead: 1, Slowest: 1500 * time.Millisecond}) {
		t.Errorf("counts: %+v, %v", counts, err)
	}
	days, err := l.Days(ctx, now, 3)
	if err != nil || len(days) != 3 || days[2].Alerts[breach.High] != 1 || len(days[0].Alerts) != 0 {
		t.Errorf("days: %+v, %v", days, err)
	}
}

func TestTheStreamsBecomeLists(t *testing.T) {
	l := open(t, filepath.Join(t.TempDir(), "deep", "ledger.db"))
	if err := l.Apply(t.Context(), history(t)...); err != nil {
		t.Fatal(err)
	}
	check(t, l)
	if p, err := l.Position(t.Context(), breach.StreamAlerts); err != nil || p != 3 {
		t.Errorf("position %d, %v", p, err)
	}
}

func TestAMessageThatComesAgainChangesNothing(t *testing.T) {
	l := open(t, filepath.Join(t.TempDir(), "ledger.db"))
	for range 3 {
		for _, r := range history(t) {
			if err := l.Apply(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
	}
	check(t, l)
}

func TestADamagedOrForeignFileIsBuiltAnew(t *testing.T) {
	for name, content := range map[string]string{"garbage": "this is no database, it only looks like a file of one", "nothing": ""} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.db")
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			l := open(t, path)
			if err := l.Apply(t.Context(), history(t)...); err != nil {
				t.Fatal(err)
			}
			check(t, l)
		})
	}
}

func TestABatchIsTakenWholeOrNotAtAll(t *testing.T) {
	l := open(t, filepath.Join(t.TempDir(), "ledger.db"))
	bad := ledger.Record{Stream: breach.StreamDeliveries, Sequence: 9, Data: []byte("{")}
	if err := l.Apply(t.Context(), append(history(t), bad)...); err == nil {
		t.Fatal("a damaged message was taken")
	}
	if p, err := l.Position(t.Context(), breach.StreamNotices); err != nil || p != 0 {
		t.Errorf("position %d, %v", p, err)
	}
}

func TestPruneDropsWhatIsOld(t *testing.T) {
	l := open(t, filepath.Join(t.TempDir(), "ledger.db"))
	if err := l.Apply(t.Context(), history(t)...); err != nil {
		t.Fatal(err)
	}
	if err := l.Prune(t.Context(), now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if a, err := l.Alerts(t.Context(), 10, time.Time{}); err != nil || len(a) != 0 {
		t.Errorf("left: %v, %v", a, err)
	}
}

func BenchmarkApply(b *testing.B) {
	l := open(b, filepath.Join(b.TempDir(), "ledger.db"))
	r := history(b)[0]
	for b.Loop() {
		r.Sequence++
		if err := l.Apply(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
}
