package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
	"oshirase/stream"
)

const (
	// sweepEvery is how often the evidence is measured: in between it may grow
	// beyond its bound by what is fetched in that time.
	sweepEvery = 10 * time.Minute
	// noticesAtATime is how many notices one replay asks for by name.
	noticesAtATime = 100
)

// sweep keeps the evidence within its bound.
func (a *App) sweep(ctx context.Context) error {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		removed, err := a.bus.SweepEvidence(ctx, a.alertedEvidence)
		if err != nil && ctx.Err() == nil {
			a.log.Error("the evidence could not be swept; it is tried again", zap.Error(err))
		}
		if removed > 0 {
			a.log.Info("evidence beyond its bound went, the oldest that no alert rests on first", zap.Int("documents", removed))
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// alertedEvidence are the documents that alerts rest on: those of every revision
// of every notice that an alert or its incident names.
func (a *App) alertedEvidence(ctx context.Context) (map[string]bool, error) {
	subjects := map[string]bool{}
	name := func(head breach.NoticeHead) {
		if head.ID != "" {
			subjects[(&breach.Notice{NoticeHead: head}).Subject()] = true
		}
	}
	err := a.bus.Replay(ctx, stream.ReplayQuery{Stream: breach.StreamAlerts, Subjects: []string{"alerts.>"}}, func(m stream.Message) error {
		var alert breach.Alert
		if err := json.Unmarshal(m.Data, &alert); err != nil {
			return fmt.Errorf("message %d: %w", m.Sequence, err)
		}
		name(alert.Notice)
		if alert.Incident != nil {
			for _, member := range alert.Incident.Members {
				name(member.Notice)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	documents := map[string]bool{}
	var list []string
	for subject := range subjects {
		list = append(list, subject)
	}
	for part := range slices.Chunk(list, noticesAtATime) {
		err := a.bus.Replay(ctx, stream.ReplayQuery{Stream: breach.StreamNotices, Subjects: part}, func(m stream.Message) error {
			var n breach.Notice
			if err := json.Unmarshal(m.Data, &n); err != nil {
				return fmt.Errorf("message %d: %w", m.Sequence, err)
			}
			for _, d := range n.Documents {
				documents[d.SHA256] = true
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return documents, nil
}
