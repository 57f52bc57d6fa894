package tracker_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"oshirase/breach"
	"oshirase/stream"
	"oshirase/tracker"
)

// toStream publishes alerts on a real stream.
type toStream struct{ bus *stream.Bus }

func (p toStream) PublishAlert(ctx context.Context, a *breach.Alert) error {
	event, err := a.Event()
	if err != nil {
		return err
	}
	return p.bus.Publish(ctx, event)
}

// TestSeveralTrackersShareOneStore hands the same findings to several trackers
// at once, as daemons on several machines do: each incident is opened once and
// every alert stored once.
func TestSeveralTrackersShareOneStore(t *testing.T) {
	bus, err := stream.Open(t.Context(), stream.Config{DataDir: t.TempDir(), InProcess: true}, zaptest.NewLogger(t, zaptest.Level(zap.ErrorLevel)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := bus.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	store, err := bus.Bucket(t.Context(), stream.BucketConfig{Name: "incidents"})
	if err != nil {
		t.Fatal(err)
	}
	const trackers, reports = 3, 6
	var findings []*breach.Finding
	for i := range reports {
		no, stage := i+1, breach.StageUpdate
		if i == 0 {
			stage = breach.StageFirst
		}
		findings = append(findings, finding("tdnet", fmt.Sprint(i), fmt.Sprintf("ランサムウェア被害に関するお知らせ（第%d報）", no), i,
			breach.Case{PrimaryVector: breach.Ransomware, Severity: breach.High, ReportNo: &no, Stage: stage}))
	}
	var working sync.WaitGroup
	for range trackers {
		one, err := tracker.New(tracker.Config{IsConflict: func(err error) bool { return errors.Is(err, stream.ErrConflict) }}, store, toStream{bus})
		if err != nil {
			t.Fatal(err)
		}
		working.Go(func() {
			for _, f := range findings {
				for {
					err := one.Handle(t.Context(), f)
					if err == nil {
						break
					}
					if breach.IsPermanent(err) || t.Context().Err() != nil {
						t.Errorf("Handle: %v", err)
						return
					}
				}
			}
		})
	}
	working.Wait()
	incidents, revisions := map[string]bool{}, map[int]bool{}
	err = bus.Replay(t.Context(), stream.ReplayQuery{Stream: breach.StreamAlerts}, func(m stream.Message) error {
		var a breach.Alert
		if err := json.Unmarshal(m.Data, &a); err != nil {
			return err
		}
		incidents[a.Incident.ID] = true
		if revisions[a.Incident.Revision] {
			t.Errorf("revision %d is told twice", a.Incident.Revision)
		}
		revisions[a.Incident.Revision] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(incidents) != 1 || len(revisions) != reports {
		t.Errorf("%d incidents, %d alerts, want 1 and %d", len(incidents), len(revisions), reports)
	}
}

// BenchmarkHandle tracks a chain of ten reports of an organisation of its own,
// in memory.
func BenchmarkHandle(b *testing.B) {
	w := newWorld(b)
	chain := make([]*breach.Finding, 10)
	for i := range chain {
		no := i + 1
		chain[i] = finding("tdnet", fmt.Sprint(i), fmt.Sprintf("ランサムウェア被害に関するお知らせ（第%d報）", no), i,
			breach.Case{PrimaryVector: breach.Ransomware, Severity: breach.High, ReportNo: &no, Stage: breach.StageUpdate})
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		f := *chain[n%len(chain)]
		organisation := fmt.Sprint(n / len(chain))
		f.Notice.ID = breach.NoticeID("tdnet", fmt.Sprint(n))
		f.Notice.Publisher = breach.Publisher{Name: "架空" + organisation}
		if err := w.tracker.Handle(context.Background(), &f); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

// BenchmarkStore is the floor for BenchmarkHandle: what it loads and saves,
// without a decision.
func BenchmarkStore(b *testing.B) {
	w := newWorld(b)
	if err := w.tracker.Handle(context.Background(), finding("tdnet", "1", "ランサムウェア被害に関するお知らせ（第１報）", 0, breach.Case{PrimaryVector: breach.Ransomware, Severity: breach.High})); err != nil {
		b.Fatal(err)
	}
	value := w.store.values["dossier:code:9399"]
	var v map[string]any
	b.SetBytes(int64(len(value)))
	b.ReportAllocs()
	for b.Loop() {
		v = nil
		if err := json.Unmarshal(value, &v); err != nil {
			b.Fatal(err)
		}
		if _, err := json.Marshal(v); err != nil {
			b.Fatal(err)
		}
	}
}
