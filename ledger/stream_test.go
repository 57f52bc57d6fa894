package ledger_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"oshirase/breach"
	"oshirase/ledger"
	"oshirase/stream"
)

// feed brings l up to the end of the streams.
func feed(t *testing.T, bus *stream.Bus, l *ledger.Ledger) {
	t.Helper()
	for _, name := range []string{breach.StreamNotices, breach.StreamFindings, breach.StreamAlerts, breach.StreamDeliveries} {
		after, err := l.Position(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		err = bus.Replay(t.Context(), stream.ReplayQuery{Stream: name, After: after}, func(m stream.Message) error {
			return l.Apply(t.Context(), ledger.Record{Stream: m.Stream, Sequence: m.Sequence, Stored: m.Stored, Data: m.Data})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheLedgerOfRealStreamsCanBeDeletedAndIsBuiltTheSame(t *testing.T) {
	bus, err := stream.Open(t.Context(), stream.Config{DataDir: t.TempDir(), InProcess: true}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := bus.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	publish := func(records []ledger.Record) {
		for _, r := range records {
			if err := bus.Publish(t.Context(), event(t, r)); err != nil {
				t.Fatal(err)
			}
		}
	}
	h := story(t)
	half := len(h.records) / 2
	publish(h.records[:half])
	l, _ := open(t, newPath(t))
	feed(t, bus, l)
	publish(h.records[half:])
	feed(t, bus, l)

	alerts, err := l.Alerts(t.Context(), breach.AlertQuery{Limit: 10})
	if err != nil || len(alerts) != 4 {
		t.Fatalf("alerts %v, %v", ids(alerts), err)
	}
	fresh, _ := open(t, newPath(t))
	feed(t, bus, fresh)
	if diff := cmp.Diff(all(t.Context(), t, l), all(t.Context(), t, fresh)); diff != "" {
		t.Error(diff)
	}
}

func event(t *testing.T, r ledger.Record) breach.Event {
	t.Helper()
	var err error
	var e breach.Event
	switch r.Stream {
	case breach.StreamNotices:
		e, err = as[breach.Notice](t, r).Event()
	case breach.StreamFindings:
		e, err = as[breach.Finding](t, r).Event()
	case breach.StreamAlerts:
		e, err = as[breach.Alert](t, r).Event()
	case breach.StreamDeliveries:
		e, err = as[breach.Delivery](t, r).Event()
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func as[T any](t *testing.T, r ledger.Record) *T {
	t.Helper()
	v := new(T)
	if err := json.Unmarshal(r.Data, v); err != nil {
		t.Fatal(err)
	}
	return v
}
