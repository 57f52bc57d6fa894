package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"oshirase/audit"
	"oshirase/breach"
)

// stored is a stream held in memory: the reader's side of the contract.
type stored []audit.Message

func (s stored) Replay(_ context.Context, _ audit.Query, each func(audit.Message) error) error {
	for _, m := range s {
		if err := each(m); err != nil {
			return err
		}
	}
	return nil
}

func message(t *testing.T, stream string, v any) audit.Message {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return audit.Message{Stream: stream, Subject: "s", Sequence: 7, ID: "id", Type: "t", Data: data,
		Stored: time.Date(2026, 11, 24, 6, 30, 0, 0, time.UTC)}
}

func TestExportWritesEveryStreamInBothFormats(t *testing.T) {
	head := breach.NoticeHead{Source: "tdnet", Revision: 2, Title: "不正アクセスに関するお知らせ", Publisher: breach.Publisher{Name: "架空商事"}}
	all := stored{
		message(t, breach.StreamNotices, breach.Notice{NoticeHead: head}),
		message(t, breach.StreamFindings, breach.Finding{Notice: head, IsBreach: true, Severity: breach.High, PrimaryVector: breach.UnauthorizedAccess, Basis: "title"}),
		message(t, breach.StreamAlerts, breach.Alert{Kind: breach.AlertNew, Severity: breach.High, PrimaryVector: breach.UnauthorizedAccess, Notice: head}),
		message(t, breach.StreamDeliveries, breach.Delivery{Receiver: "soc-slack", Outcome: breach.Sent, Attempt: 1, Title: head.Title}),
	}
	for _, m := range all {
		for _, format := range []audit.Format{audit.NDJSON, audit.Table} {
			t.Run(m.Stream+" as "+string(format), func(t *testing.T) {
				var out bytes.Buffer
				n, err := audit.Export(t.Context(), stored{m}, audit.Query{Stream: m.Stream}, format, &out)
				if err != nil || n != 1 {
					t.Fatalf("Export = %d, %v", n, err)
				}
				if !strings.Contains(out.String(), head.Title) {
					t.Errorf("the title is missing:\n%s", out.String())
				}
				if format == audit.NDJSON && !json.Valid(out.Bytes()) {
					t.Errorf("no JSON: %s", out.String())
				}
			})
		}
	}
}

func TestATableRowStaysOneHarmlessLine(t *testing.T) {
	head := breach.NoticeHead{Source: "s", Title: "a\nb\x1b[31mred\u009b" + strings.Repeat("長", 200)}
	var out bytes.Buffer
	if _, err := audit.Export(t.Context(), stored{message(t, breach.StreamNotices, breach.Notice{NoticeHead: head})},
		audit.Query{Stream: breach.StreamNotices}, audit.Table, &out); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "\n"); got != 2 {
		t.Errorf("%d lines, want a head and a row:\n%s", got, out.String())
	}
	if strings.ContainsAny(out.String(), "\x1b\u009b") {
		t.Errorf("control characters reach the terminal: %q", out.String())
	}
}

func TestExportSaysWhatIsWrong(t *testing.T) {
	now := time.Now()
	damaged := message(t, breach.StreamAlerts, nil)
	damaged.Data = []byte("{")
	for name, test := range map[string]struct {
		source audit.Source
		query  audit.Query
		format audit.Format
		want   string
	}{
		"an unknown format":        {stored{}, audit.Query{Stream: breach.StreamAlerts}, "pdf", `unknown format "pdf"`},
		"a time range upside down": {stored{}, audit.Query{Stream: breach.StreamAlerts, Since: now, Until: now.Add(-time.Hour)}, audit.Table, "swap them"},
		"a damaged message":        {stored{damaged}, audit.Query{Stream: breach.StreamAlerts}, audit.Table, "message 7"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := audit.Export(t.Context(), test.source, test.query, test.format, &bytes.Buffer{})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestExportReportsAWriterThatFails(t *testing.T) {
	full := errors.New("disk full")
	m := message(t, breach.StreamAlerts, breach.Alert{})
	if _, err := audit.Export(t.Context(), stored{m}, audit.Query{Stream: breach.StreamAlerts}, audit.NDJSON, failing{full}); !errors.Is(err, full) {
		t.Errorf("error %v, want %v", err, full)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestStreamNamesAreForgivingInCaseOnly(t *testing.T) {
	if got, err := audit.StreamName("alerts"); err != nil || got != breach.StreamAlerts {
		t.Errorf("StreamName(alerts) = %q, %v", got, err)
	}
	if _, err := audit.StreamName("alarms"); err == nil || !strings.Contains(err.Error(), "alerts") {
		t.Errorf("error %v does not name the streams", err)
	}
}
