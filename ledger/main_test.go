package ledger_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
	_ "pgregory.net/rapid" // has the flag that TestMain sets

	"oshirase/breach"
	"oshirase/ledger"
)

func TestMain(m *testing.M) {
	// A check opens a database, which the race detector makes slow.
	if err := flag.Set("rapid.checks", "25"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

var now = time.Date(2026, 11, 24, 6, 30, 0, 0, time.UTC)

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "ledger", "ledger.db") }

// open opens a ledger and watches its log.
func open(t testing.TB, path string) (*ledger.Ledger, *observer.ObservedLogs) {
	t.Helper()
	core, logs := observer.New(zapcore.InfoLevel)
	l, err := ledger.Open(t.Context(), path, zap.New(core))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, l) })
	return l, logs
}

func closing(t testing.TB, l *ledger.Ledger) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

func apply(t testing.TB, l *ledger.Ledger, records ...ledger.Record) {
	t.Helper()
	if err := l.Apply(t.Context(), records...); err != nil {
		t.Fatal(err)
	}
}

// history makes records with the sequences that the streams would give.
type history struct {
	t       testing.TB
	next    map[string]uint64
	records []ledger.Record
	at      time.Time
}

func newHistory(t testing.TB) *history {
	return &history{t: t, next: map[string]uint64{}, at: now}
}

func (h *history) add(stream string, v any) {
	h.t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		h.t.Fatal(err)
	}
	h.raw(stream, data)
}

func (h *history) raw(stream string, data []byte) {
	h.next[stream]++
	h.records = append(h.records, ledger.Record{Stream: stream, Sequence: h.next[stream], Stored: h.at, Data: data})
}

func (h *history) notice(n breach.Notice)     { h.add(breach.StreamNotices, n) }
func (h *history) finding(f breach.Finding)   { h.add(breach.StreamFindings, f) }
func (h *history) alert(a breach.Alert)       { h.add(breach.StreamAlerts, a) }
func (h *history) delivery(d breach.Delivery) { h.add(breach.StreamDeliveries, d) }

func head(n, revision int, source, title string) breach.NoticeHead {
	return breach.NoticeHead{
		ID: fmt.Sprintf("n%d", n), Revision: revision, Source: source, Title: title,
		URL: "https://www.example/ir", FirstSeen: now, SeenAt: now.Add(time.Duration(revision) * time.Minute),
	}
}

func alert(id string, kind breach.AlertKind, s breach.Severity, v breach.Vector, incident string, revision int, n breach.NoticeHead, at time.Time) breach.Alert {
	return breach.Alert{
		ID: id, Kind: kind, Severity: s, PrimaryVector: v, Notice: n, CreatedAt: at,
		Incident: &breach.Incident{
			ID: incident, Revision: revision, Title: n.Title,
			Members: []breach.Member{{FindingID: "f-" + n.ID, Notice: n, Link: "opened"}},
		},
	}
}

// story is a short history of two incidents, an operations alert, and what
// became of them.
func story(t testing.TB) *history {
	h := newHistory(t)
	first, second := head(1, 1, "tdnet", "不正アクセスに関するお知らせ"), head(1, 2, "tdnet", "不正アクセスに関するお知らせ（第2報）")
	other, quiet := head(2, 1, "ppc", "誤送信について"), head(3, 1, "tdnet", "決算短信")
	backlog := head(4, 1, "tdnet", "昨年の不正アクセス")
	backlog.Backlog = true
	for _, n := range []breach.NoticeHead{first, second, other, quiet, backlog} {
		h.notice(breach.Notice{NoticeHead: n, Text: n.Title + "の本文"})
		h.finding(breach.Finding{ID: fmt.Sprintf("f-%s-%d", n.ID, n.Revision), Notice: n, IsBreach: n.ID != "n3"})
	}
	told := alert("a1", breach.AlertNew, breach.High, breach.UnauthorizedAccess, "i1", 1, first, now)
	told.Incident.Members[0].FindingID = "f-n1-1"
	h.alert(told)
	risen := alert("a2", breach.AlertEscalation, breach.Critical, breach.Ransomware, "i1", 2, second, now.Add(time.Minute))
	risen.Incident.Members[0].FindingID = "f-n1-2"
	risen.Incident.Watchlist = []breach.WatchlistMatch{{Name: "架空商事", On: "code"}}
	h.alert(risen)
	h.alert(breach.Alert{ID: "o1", Kind: breach.AlertOps, Severity: breach.Medium, CreatedAt: now.Add(2 * time.Minute),
		Ops: &breach.OpsEvent{Subject: "tdnet", Reason: "timeout"}})
	h.alert(alert("a3", breach.AlertNew, breach.Low, breach.Misdelivery, "i2", 1, other, now.Add(3*time.Minute)))
	for i, d := range []breach.Delivery{
		{AlertID: "a1", Receiver: "soc", Outcome: breach.Failed, Attempt: 1, Reason: "503"},
		{AlertID: "a1", Receiver: "soc", Outcome: breach.Sent, Attempt: 2, LatencyMS: 1000},
		{AlertID: "a2", Receiver: "soc", Outcome: breach.Sent, Attempt: 1, LatencyMS: 3000},
		{AlertID: "a3", Receiver: "soc", Outcome: breach.Sent, Attempt: 1, LatencyMS: 9000},
		{AlertID: "a3", Receiver: "soc", Outcome: breach.Acknowledged, Attempt: 1},
		{AlertID: "a1", Receiver: "mail", Outcome: breach.Dead, Attempt: 3, Reason: "550"},
		{AlertID: "a2", Receiver: "mail", Outcome: breach.Failed, Attempt: 1, Reason: "451"},
		{AlertID: "a3", Receiver: "mail", Outcome: breach.Suppressed, Attempt: 1, Reason: "route"},
	} {
		d.ID, d.At = fmt.Sprintf("d%d", i+1), now.Add(time.Duration(i)*time.Second)
		h.delivery(d)
	}
	return h
}
