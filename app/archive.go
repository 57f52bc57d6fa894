package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"go.uber.org/zap"

	"oshirase/audit"
	"oshirase/breach"
	"oshirase/configs"
	"oshirase/stream"
)

// Archive reads the streams for the commands that look back. It works against
// a running daemon, the store of a stopped one, or a cluster.
type Archive struct{ bus *stream.Bus }

// OpenArchive reaches the streams of cfg. Close it.
func OpenArchive(ctx context.Context, cfg *configs.Config) (*Archive, error) {
	bus, err := stream.Attach(ctx, streamConfig(cfg), zap.NewNop())
	if err != nil {
		return nil, err
	}
	return &Archive{bus}, nil
}

// Close lets go of the streams.
func (r *Archive) Close(ctx context.Context) error { return r.bus.Close(ctx) }

// Replay implements [audit.Source].
func (r *Archive) Replay(ctx context.Context, q audit.Query, each func(audit.Message) error) error {
	return r.bus.Replay(ctx, stream.ReplayQuery{Stream: q.Stream, Subjects: q.Subjects, Since: q.Since, Until: q.Until},
		func(m stream.Message) error {
			return each(audit.Message{Stream: m.Stream, Subject: m.Subject, Sequence: m.Sequence, Stored: m.Stored, ID: m.ID, Type: m.Type, Data: m.Data})
		})
}

// DeliveryFilter narrows a list of deliveries; the zero value lists what needs
// a person: deliveries that are dead or still failing.
type DeliveryFilter struct {
	Receiver string
	Outcome  breach.Outcome
	All      bool
}

// Deliveries lists, oldest first, the latest state of each alert and receiver.
func (r *Archive) Deliveries(ctx context.Context, f DeliveryFilter) ([]breach.Delivery, error) {
	type pair struct{ receiver, alert string }
	latest := map[pair]breach.Delivery{}
	receiver := cmp.Or(f.Receiver, "*")
	err := r.bus.Replay(ctx, stream.ReplayQuery{Stream: breach.StreamDeliveries, Subjects: []string{"deliveries." + receiver + ".>"}},
		func(m stream.Message) error {
			var d breach.Delivery
			if err := json.Unmarshal(m.Data, &d); err != nil {
				return fmt.Errorf("message %d: %w", m.Sequence, err)
			}
			key := pair{d.Receiver, d.AlertID}
			if before := latest[key]; before.Outcome == breach.Dead && d.Outcome == breach.Sent && before.At.Equal(d.At) {
				return nil // one attempt: some of the receiver's people have it, the others never will
			}
			latest[key] = d
			return nil
		})
	if err != nil {
		return nil, err
	}
	var list []breach.Delivery
	for _, d := range latest {
		open := d.Outcome == breach.Dead || d.Outcome == breach.Failed
		if f.All || f.Outcome == d.Outcome || (f.Outcome == "" && open) {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b breach.Delivery) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Receiver, b.Receiver), cmp.Compare(a.AlertID, b.AlertID))
	})
	return list, nil
}

// DeadLetters lists the messages that a stage of the pipeline gave up.
func (r *Archive) DeadLetters(ctx context.Context) ([]stream.DeadLetter, error) {
	return r.bus.DeadLetters(ctx)
}

// Retry queues an alert for one receiver once more, whatever became of it.
func (r *Archive) Retry(ctx context.Context, receiver, alertID string) error {
	found := errors.New("found")
	var alert breach.Alert
	err := r.bus.Replay(ctx, stream.ReplayQuery{Stream: breach.StreamAlerts, Subjects: []string{"alerts.>"}},
		func(m stream.Message) error {
			if m.ID != alertID {
				return nil
			}
			if err := json.Unmarshal(m.Data, &alert); err != nil {
				return fmt.Errorf("message %d: %w", m.Sequence, err)
			}
			return found
		})
	switch {
	case err == nil:
		return fmt.Errorf("no alert %q is stored: oshirase deliveries list shows the ids", alertID)
	case !errors.Is(err, found):
		return err
	}
	return r.bus.Redrive(ctx, receiver, &alert)
}
