package ledger_test

import (
	"encoding/json"
	"testing"

	"oshirase/breach"
	"oshirase/ledger"
)

// FuzzApply: whatever a stream holds, the position moves past it, nothing that
// was there is lost, and lists can still be read.
func FuzzApply(f *testing.F) {
	for _, r := range story(f).records {
		f.Add(r.Stream, []byte(r.Data))
	}
	f.Add(breach.StreamAlerts, []byte(`{"id":null,"incident":{},"severity":"","created_at":"0001-01-01T00:00:00Z"}`))
	f.Add(breach.StreamNotices, []byte(`[]`))
	f.Add(breach.StreamDeliveries, []byte("{\"receiver\":\"\x00\"}"))
	l, _ := open(f, newPath(f))
	apply(f, l, story(f).records...)
	f.Fuzz(func(t *testing.T, stream string, data []byte) {
		position, err := l.Position(t.Context(), stream)
		if err != nil {
			t.Fatal(err)
		}
		err = l.Apply(t.Context(), ledger.Record{Stream: stream, Sequence: position + 1, Stored: now, Data: data})
		switch stream {
		case breach.StreamNotices, breach.StreamFindings, breach.StreamAlerts, breach.StreamDeliveries:
			if err != nil {
				t.Fatalf("%s %q: %v", stream, data, err)
			}
			if after, err := l.Position(t.Context(), stream); err != nil || after != position+1 {
				t.Fatalf("position %d after %d, %v", after, position, err)
			}
		default:
			if err == nil {
				t.Fatalf("a stream %q is known", stream)
			}
		}
		if a, err := l.Alert(t.Context(), "a1"); err != nil || a == nil {
			t.Fatal(a, err)
		}
		list, err := l.Alerts(t.Context(), breach.AlertQuery{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(list); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Outcomes(t.Context(), now.AddDate(-1, 0, 0)); err != nil {
			t.Fatal(err)
		}
	})
}
