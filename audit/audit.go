// Package audit lets a person prove what was known and told, and when.
//
// [Export] writes a stretch of a stream, message for message as it was stored,
// as NDJSON for machines or as a table for eyes. It only reads: exporting
// never notifies anyone and never moves a consumer.
package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"oshirase/breach"
)

// Message is one stored message of a stream.
type Message struct {
	Stream   string
	Subject  string // without the configured prefix
	Sequence uint64
	Stored   time.Time // when the stream stored it
	ID       string    // CloudEvents id
	Type     string    // CloudEvents type
	Data     []byte    // JSON
}

// Query says which messages are wanted; zero fields do not narrow.
type Query struct {
	Stream   string
	Subjects []string // with wildcards, without prefix
	Since    time.Time
	Until    time.Time // exclusive
}

// Source reads the streams.
type Source interface {
	// Replay calls each in stored order for every message of q, up to the
	// stream's end as of the call, and stops at the first error.
	Replay(ctx context.Context, q Query, each func(Message) error) error
}

// Format is how [Export] writes.
type Format string

// The formats.
const (
	NDJSON Format = "ndjson" // one JSON object a line
	Table  Format = "table"  // columns for eyes
)

// Streams lists the streams that can be exported.
func Streams() []string {
	return []string{breach.StreamNotices, breach.StreamFindings, breach.StreamAlerts, breach.StreamDeliveries}
}

// StreamName resolves what a person typed ("alerts") to a stream.
func StreamName(s string) (string, error) {
	name := strings.ToUpper(s)
	if slices.Contains(Streams(), name) {
		return name, nil
	}
	return "", fmt.Errorf("unknown stream %q: use one of %s", s, strings.ToLower(strings.Join(Streams(), ", ")))
}

// Export writes the messages of q to w and returns how many there were.
func Export(ctx context.Context, source Source, q Query, format Format, w io.Writer) (int, error) {
	if !q.Since.IsZero() && !q.Until.IsZero() && !q.Since.Before(q.Until) {
		return 0, fmt.Errorf("replay %s: since %s is not before until %s: swap them",
			q.Stream, q.Since.Format(time.RFC3339), q.Until.Format(time.RFC3339))
	}
	var out writer
	switch format {
	case NDJSON:
		out = &lines{json.NewEncoder(w)}
	case Table:
		out = newTable(w)
	default:
		return 0, fmt.Errorf("unknown format %q: use %s or %s", format, NDJSON, Table)
	}
	n := 0
	err := source.Replay(ctx, q, func(m Message) error {
		n++
		return out.write(m)
	})
	return n, errors.Join(err, out.close())
}

type writer interface {
	write(Message) error
	close() error
}

type lines struct{ enc *json.Encoder }

func (l *lines) write(m Message) error {
	return l.enc.Encode(struct {
		Stream   string          `json:"stream"`
		Sequence uint64          `json:"sequence"`
		Stored   time.Time       `json:"stored"`
		Subject  string          `json:"subject"`
		ID       string          `json:"id"`
		Type     string          `json:"type"`
		Data     json.RawMessage `json:"data"`
	}{m.Stream, m.Sequence, m.Stored.UTC(), m.Subject, m.ID, m.Type, m.Data})
}

func (*lines) close() error { return nil }

// maxTitleRunes keeps a table's row on a wide terminal's line.
const maxTitleRunes = 60

type table struct {
	tab    *tabwriter.Writer
	headed bool
}

func newTable(w io.Writer) *table {
	return &table{tab: tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)}
}

func (t *table) write(m Message) error {
	head, row, err := columns(m)
	if err != nil {
		return fmt.Errorf("replay %s: message %d: %w", m.Stream, m.Sequence, err)
	}
	if !t.headed {
		t.headed = true
		if _, err := fmt.Fprintln(t.tab, "SEQ\tSTORED\t"+strings.Join(head, "\t")); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(t.tab, "%d\t%s\t%s\n", m.Sequence, m.Stored.UTC().Format(time.RFC3339), strings.Join(row, "\t"))
	return err
}

func (t *table) close() error { return t.tab.Flush() }

// columns are what a person looks for first in each kind of message.
func columns(m Message) (head, row []string, err error) {
	switch m.Stream {
	case breach.StreamNotices:
		var n breach.Notice
		if err := json.Unmarshal(m.Data, &n); err != nil {
			return nil, nil, err
		}
		return []string{"SOURCE", "REV", "DOCUMENT", "PUBLISHER", "TITLE"},
			[]string{n.Source, fmt.Sprint(n.Revision), string(n.DocumentState), cell(n.Publisher.Name), cell(n.Title)}, nil
	case breach.StreamFindings:
		var f breach.Finding
		if err := json.Unmarshal(m.Data, &f); err != nil {
			return nil, nil, err
		}
		verdict := "other"
		if f.IsBreach {
			verdict = "breach"
		}
		return []string{"VERDICT", "SEVERITY", "VECTOR", "CASES", "BASIS", "TITLE"},
			[]string{verdict, dash(string(f.Severity)), dash(string(f.PrimaryVector)), fmt.Sprint(len(f.Cases)), f.Basis, cell(f.Notice.Title)}, nil
	case breach.StreamAlerts:
		var a breach.Alert
		if err := json.Unmarshal(m.Data, &a); err != nil {
			return nil, nil, err
		}
		title := a.Notice.Title
		if a.Ops != nil {
			title = a.Ops.Subject + ": " + a.Ops.Message
		}
		return []string{"KIND", "SEVERITY", "VECTOR", "PUBLISHER", "TITLE"},
			[]string{string(a.Kind), string(a.Severity), dash(string(a.PrimaryVector)), cell(a.Notice.Publisher.Name), cell(title)}, nil
	case breach.StreamDeliveries:
		var d breach.Delivery
		if err := json.Unmarshal(m.Data, &d); err != nil {
			return nil, nil, err
		}
		return []string{"RECEIVER", "OUTCOME", "ATTEMPT", "ALERT", "REASON", "TITLE"},
			[]string{d.Receiver, string(d.Outcome), fmt.Sprint(d.Attempt), d.AlertID, dash(cell(d.Reason)), cell(d.Title)}, nil
	}
	return nil, nil, fmt.Errorf("stream %q has no table form: use --format ndjson", m.Stream)
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// cell keeps source text on one line and free of terminal control characters.
func cell(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || (r >= 0x80 && r < 0xa0) {
			return ' '
		}
		return r
	}, s)
	if utf8.RuneCountInString(s) <= maxTitleRunes {
		return dash(s)
	}
	return string([]rune(s)[:maxTitleRunes]) + "…"
}
