package app

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/stream"
)

// decode reads a message's data. What cannot be read now never can: it is a
// dead letter.
func decode[T any](m stream.Message) (*T, error) {
	v := new(T)
	if err := json.Unmarshal(m.Data, v); err != nil {
		return nil, breach.Permanent(fmt.Errorf("decode %s %s: %w", m.Type, m.ID, err))
	}
	return v, nil
}

// classify turns a notice into a finding.
func (a *App) classify(ctx context.Context, m stream.Message) error {
	notice, err := decode[breach.Notice](m)
	if err != nil {
		return err
	}
	started := time.Now()
	finding := a.classifier.Classify(notice)
	a.metrics.classified(&finding, time.Since(started))
	event, err := finding.Event()
	if err != nil {
		return breach.Permanent(err)
	}
	return a.bus.Publish(ctx, event)
}

// track joins a finding into incidents; the tracker publishes the alerts.
func (a *App) track(ctx context.Context, m stream.Message) error {
	finding, err := decode[breach.Finding](m)
	if err != nil {
		return err
	}
	return a.tracker.Handle(ctx, finding)
}

// retriesPrefix is the subject of alerts that are told to one receiver once
// more: retries.<receiver>.<alert-id>.
const retriesPrefix = "retries."

// tell hands an alert to one receiver.
func (a *App) tell(receiver string) func(context.Context, stream.Message) error {
	return func(ctx context.Context, m stream.Message) error {
		alert, err := decode[breach.Alert](m)
		if err != nil {
			return err
		}
		if strings.HasPrefix(m.Subject, retriesPrefix) {
			before, told, err := a.attempts(ctx, receiver, alert.ID, m.Stored)
			if err != nil || told {
				return err
			}
			return a.notifier.Handle(ctx, receiver, alert, notifier.Attempt(before+m.Deliveries), notifier.Redrive(m.Stored))
		}
		return a.notifier.Handle(ctx, receiver, alert, notifier.Attempt(m.Deliveries))
	}
}

// attempts is how often the receiver was told of an alert until it was queued
// once more, and whether it has said yes since: then a crash fell between its
// record and the end of the message.
func (a *App) attempts(ctx context.Context, receiver, alertID string, asked time.Time) (before int, told bool, err error) {
	q := stream.ReplayQuery{Stream: breach.StreamDeliveries, Subjects: []string{"deliveries." + receiver + ".*." + alertID}}
	err = a.bus.Replay(ctx, q, func(m stream.Message) error {
		d, err := decode[breach.Delivery](m)
		if err != nil {
			return err
		}
		if m.Stored.After(asked) {
			told = told || d.Outcome == breach.Sent
		} else {
			before = max(before, d.Attempt)
		}
		return nil
	})
	if err != nil {
		return 0, false, fmt.Errorf("read what %s was told of alert %s: %w", receiver, alertID, err)
	}
	return before, told, nil
}

// alerts publishes what the tracker decided.
type alerts struct {
	bus     *stream.Bus
	metrics *metrics
}

// PublishAlert stores a once; a repeat of the same id changes nothing.
func (p alerts) PublishAlert(ctx context.Context, a *breach.Alert) error {
	event, err := a.Event()
	if err != nil {
		return breach.Permanent(err)
	}
	if err := p.bus.Publish(ctx, event); err != nil {
		return err
	}
	p.metrics.alerted(a)
	return nil
}

// operations turns events of the monitor itself into alerts.
type operations struct {
	alerts alerts
	clock  func() time.Time
	log    *zap.Logger
}

// Report publishes an ops alert. The same trouble reported again, as after a
// crash, is the same alert: occurrence tells one spell from the next.
func (o operations) Report(ctx context.Context, e breach.OpsEvent, occurrence string) error {
	severity := breach.Medium
	if e.Healed {
		severity = breach.Info
	}
	o.log.Warn("operations", zap.String("subject", e.Subject), zap.String("reason", e.Reason), zap.Bool("healed", e.Healed), zap.String("message", e.Message))
	return o.alerts.PublishAlert(ctx, &breach.Alert{
		ID: breach.OpsAlertID(e.Subject, e.Reason, occurrence), Kind: breach.AlertOps,
		CreatedAt: o.clock().UTC(), Severity: severity, Ops: &e,
	})
}

// hourly reports the notifier's trouble; what is reported again within the hour
// is the same spell.
type hourly struct{ operations }

// Report implements [notifier.Reporter].
func (h hourly) Report(ctx context.Context, e breach.OpsEvent) error {
	return h.operations.Report(ctx, e, h.clock().UTC().Truncate(time.Hour).Format(time.RFC3339))
}

// deliveries records what receivers were told.
type deliveries struct {
	bus     *stream.Bus
	metrics *metrics
}

// WasSent reports whether the receiver has said yes to the alert.
func (d deliveries) WasSent(ctx context.Context, receiver, alertID string) (bool, error) {
	sent := breach.Delivery{Receiver: receiver, Outcome: breach.Sent, AlertID: alertID}
	return d.bus.Exists(ctx, breach.StreamDeliveries, sent.Subject())
}

// Record stores one attempt.
func (d deliveries) Record(ctx context.Context, record *breach.Delivery) error {
	event, err := record.Event()
	if err != nil {
		return breach.Permanent(err)
	}
	if err := d.bus.Publish(ctx, event); err != nil {
		return err
	}
	d.metrics.delivered(record)
	return nil
}

// threadRevisions bounds how far into an incident its first message is looked
// for: who is first told of a later revision gets messages of their own.
const threadRevisions = 8

// Thread returns the receiver's reference of the first message about in that it
// took. The ids of an incident's alerts are known from its revisions.
func (d deliveries) Thread(ctx context.Context, receiver string, in *breach.Incident) (string, error) {
	for revision := 1; revision < min(in.Revision, threadRevisions+1); revision++ {
		kinds := []breach.AlertKind{breach.AlertUpdate, breach.AlertEscalation, breach.AlertWithdrawn}
		if revision == 1 {
			kinds = []breach.AlertKind{breach.AlertNew}
		}
		for _, kind := range kinds {
			sent := breach.Delivery{Receiver: receiver, Outcome: breach.Sent, AlertID: breach.AlertID(in.ID, revision, kind)}
			was, err := d.bus.Exists(ctx, breach.StreamDeliveries, sent.Subject())
			if err != nil {
				return "", err
			}
			if !was {
				continue
			}
			err = d.bus.Replay(ctx, stream.ReplayQuery{Stream: breach.StreamDeliveries, Subjects: []string{sent.Subject()}}, func(m stream.Message) error {
				return json.Unmarshal(m.Data, &sent)
			})
			if err != nil {
				return "", fmt.Errorf("read what %s was told of alert %s: %w", receiver, sent.AlertID, err)
			}
			return sent.Reference, nil
		}
	}
	return "", nil
}
