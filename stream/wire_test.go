package stream

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"oshirase/breach"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestTheWireIsWhatSubscribersWereTold: subject, headers and data of each
// message are an interface for others; a golden file that changes breaks them.
func TestTheWireIsWhatSubscribersWereTold(t *testing.T) {
	b := open(t)
	n := notice("tdnet", "140120261120500001", 1, "不正アクセスによる個人情報漏えいに関するお知らせ（第１報）")
	n.Publisher = breach.Publisher{Name: "架空物流", Code: "9399"}
	n.Published, n.PublishedPrecision = seen.Add(-time.Minute), breach.PrecisionMinute
	f := finding(n, true)
	count, first := int64(1234), 1
	f.Basis, f.Severity, f.PrimaryVector = "title", breach.High, breach.UnauthorizedAccess
	f.Cases = []breach.Case{{
		PrimaryVector: breach.UnauthorizedAccess, Vectors: []breach.Vector{breach.UnauthorizedAccess}, Severity: breach.High,
		LeakStatus: breach.LeakSuspected, AffectedCount: &count, DataTypes: []breach.DataType{breach.DataName}, ReportNo: &first,
		Stage: breach.StageFirst, ReportedTo: []breach.Authority{breach.AuthorityPPC},
		Evidence: map[string][]breach.Quote{"report_no": {{Text: "第１報", In: "title", Start: 66, End: 75}}},
	}}
	incident := &breach.Incident{
		ID: breach.IncidentID(n.ID, 0), Revision: 1, Publisher: n.Publisher, Title: n.Title, Facts: f.Cases[0], OpenedAt: seen, UpdatedAt: seen,
		Members: []breach.Member{{FindingID: f.ID, Notice: n.NoticeHead, ReportNo: &first, Stage: breach.StageFirst, Link: "opened"}},
	}
	a := &breach.Alert{
		ID: breach.AlertID(incident.ID, 1, breach.AlertNew), Kind: breach.AlertNew, CreatedAt: seen.Add(time.Second), Severity: breach.High,
		PrimaryVector: breach.UnauthorizedAccess, Notice: n.NoticeHead, Incident: incident,
	}
	d := &breach.Delivery{
		ID: breach.DeliveryID(a.ID, "soc-slack", breach.Sent, 1), AlertID: a.ID, Receiver: "soc-slack", Outcome: breach.Sent, Attempt: 1,
		At: seen.Add(2 * time.Second), LatencyMS: 2000, Title: n.Title, Severity: breach.High, Kind: breach.AlertNew,
	}
	for name, v := range map[string]interface{ Event() (breach.Event, error) }{"notice": n, "finding": f, "alert": a, "delivery": d} {
		e := eventOf(t, v)
		if err := b.Publish(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		stream, _ := streamOf(e.Subject)
		raw, err := b.js.Stream(t.Context(), stream)
		if err != nil {
			t.Fatal(err)
		}
		m, err := raw.GetLastMsgForSubject(t.Context(), e.Subject)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name+".txt", onTheWire(t, m))
	}
}

// onTheWire shows a stored message as a person can compare it.
func onTheWire(t *testing.T, m *jetstream.RawStreamMsg) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", m.Subject)
	var names []string
	for name := range m.Header {
		if strings.HasPrefix(name, "ce-") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&b, "%s: %s\n", name, m.Header.Get(name))
	}
	var data any
	if err := json.Unmarshal(m.Data, &data); err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(data, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "\n%s\n", text)
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "wire", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has changed; a change that is meant raises the version in ce-type, or only adds:\n%s", file, got)
	}
}

func FuzzHeadersComeBackAsTheyWere(f *testing.F) {
	for _, s := range []string{"plain", "a b", `"%"`, "お知らせ", "\r\nX: y", "%zz", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		escaped := escape(s)
		for i := range len(escaped) {
			if c := escaped[i]; c <= ' ' || c >= 0x7f || c == '"' {
				t.Fatalf("%q holds %q", escaped, c)
			}
		}
		if got := unescape(escaped); got != s {
			t.Errorf("%q came back as %q", s, got)
		}
	})
}
