// Package notifier tells receivers of alerts and records what became of each
// attempt.
//
// Start with [New], then hand each alert to [Notifier.Handle] once for each
// receiver: it asks the routes whether the receiver wants it, makes sure that
// it was not told before, renders it, sends it through the receiver's
// [Channel] and records a [breach.Delivery]. The answer says what to do with
// the stream's message (see package breach):
//
//   - nil: told, not wanted, or dead and listed as such. A message that no retry
//     can heal is recorded as dead, once, with the reason, and answered nil: the
//     DELIVERIES stream is the list from which an operator re-drives
//     ([Redrive]), so it must not stand in the stream's own dead letters too.
//   - [breach.RetryAfter]: the receiver cannot take it now. A wait that it asked
//     for (429, or 503 with Retry-After) holds back every message to this
//     receiver, is no failure and is not recorded.
//   - another error: it failed, for now. It is recorded when the reason
//     changes, not each time, and given up after [Config.GiveUp].
//   - [breach.Permanent]: the call itself makes no sense (unknown receiver).
//
// A receiver counts as told after it said yes, and only after that is it
// recorded. When the record cannot be stored, the next call stores it without
// sending again. A crash between the two sends twice: mail and webhooks carry
// the same id both times, so that the other side can tell.
//
// One folder a channel: slack, email, webhook, file, console. Package
// render makes the words, package egress does HTTP. A channel reports, it never
// retries.
// Nothing here knows NATS or reads configuration files.
package notifier

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
	"oshirase/notifier/render"
)

// Channel tells a receiver. It is used by several goroutines at once.
type Channel interface {
	// Send tells m and returns the receiver's own id of the message, which may
	// be empty. nil means that the receiver said yes; [breach.Permanent] that no
	// retry heals it; [breach.RetryAfter] that it may work after a while;
	// [Pause] that the receiver wants a rest from everyone; [PartlyRefused] that
	// some of its people have it and the others never will, the only error that
	// comes with a reference. Any other error means that it may work later.
	// Errors say step, object and remedy and hold no secret. Send respects ctx
	// and does not retry.
	Send(ctx context.Context, m Message) (reference string, err error)
}

// Threading is a further power of [Channel]: it may put a message under an
// earlier one (Slack with a bot token).
type Threading interface {
	// Threading reports whether Send wants [Message.Thread].
	Threading() bool
}

// Message is an alert on its way to one receiver.
type Message struct {
	Alert    *breach.Alert
	Receiver string // id
	Language string // "ja" or "en"
	// View is the alert in words.
	View *render.View
	// Thread is the reference of the first message that this receiver got about
	// the same incident, for a [Threading] channel; empty when there is none, or
	// nobody remembers.
	Thread string
	// Time of telling.
	Time time.Time
}

// Compose makes the message for a receiver; times are shown in zone, and now is
// the time of telling.
func Compose(a *breach.Alert, receiver, language string, zone *time.Location, now time.Time) Message {
	return Message{Alert: a, Receiver: receiver, Language: language, View: render.New(a, language, zone, now), Time: now}
}

// Deliveries keeps the record of attempts.
type Deliveries interface {
	// WasSent reports whether the receiver has said yes to the alert.
	WasSent(ctx context.Context, receiver, alertID string) (bool, error)
	// Record stores d; it is exactly once by d.ID. After it returned nil for an
	// outcome "sent", WasSent is true.
	Record(ctx context.Context, d *breach.Delivery) error
}

// Threads is a further power of [Deliveries]: where it is there, channels that
// are [Threading] put the reports of one incident together.
type Threads interface {
	// Thread returns the reference of the first delivery with outcome "sent" to
	// the receiver about the incident, as it now stands, or "".
	Thread(ctx context.Context, receiver string, in *breach.Incident) (reference string, err error)
}

// Reporter is told of the notifier's own trouble. It is exactly once by the
// event's content within a spell of trouble, so a repeated report is harmless.
type Reporter interface {
	Report(ctx context.Context, event breach.OpsEvent) error
}

// The reasons of the operations events that the notifier reports.
const (
	// ReasonUndeliverable: a delivery is dead. Further ones that die for the
	// same reason before the receiver says yes again are listed, not reported.
	ReasonUndeliverable = "undeliverable"
	// ReasonUnreachable: the receiver has said yes to nothing for
	// [Config.Patience].
	ReasonUnreachable = "unreachable"
)

// Receiver is someone to tell.
type Receiver struct {
	ID string
	// Language of the messages, "ja" or "en". Default "ja".
	Language string
	Channel  Channel
}

// Config configures [New]. Zero values mean the defaults.
type Config struct {
	Receivers []Receiver
	Routes    []Route
	// TimeZone of the times in messages. Default UTC.
	TimeZone *time.Location
	// SendTimeout bounds one attempt; the stream's lease must be longer.
	// Default 25 s.
	SendTimeout time.Duration
	// Patience is how long a receiver may say yes to nothing before operations
	// are told. Default 15 min.
	Patience time.Duration
	// GiveUp is the age at which an alert that still fails is recorded as dead,
	// counted from its creation or its re-drive. Every alert is tried at least
	// once. Default 72 h.
	GiveUp time.Duration
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// Notifier tells receivers. It is used by several goroutines at once.
type Notifier struct {
	receivers   map[string]*receiver
	routes      []Route
	zone        *time.Location
	sendTimeout time.Duration
	patience    time.Duration
	giveUp      time.Duration
	now         func() time.Time
	deliveries  Deliveries
	threads     Threads // nil when deliveries remember none
	ops         Reporter
	log         *zap.Logger
}

// New checks cfg and returns a notifier that records in deliveries and tells
// ops of its own trouble.
func New(cfg Config, deliveries Deliveries, ops Reporter, log *zap.Logger) (*Notifier, error) {
	n := &Notifier{
		receivers:   make(map[string]*receiver, len(cfg.Receivers)),
		routes:      cfg.Routes,
		zone:        cfg.TimeZone,
		sendTimeout: cmp.Or(cfg.SendTimeout, 25*time.Second),
		patience:    cmp.Or(cfg.Patience, 15*time.Minute),
		giveUp:      cmp.Or(cfg.GiveUp, 72*time.Hour),
		now:         cfg.Now,
		deliveries:  deliveries,
		ops:         ops,
		log:         log,
	}
	if n.zone == nil {
		n.zone = time.UTC
	}
	if n.now == nil {
		n.now = time.Now
	}
	n.threads, _ = deliveries.(Threads)
	var faults []error
	var ids []string
	for _, r := range cfg.Receivers {
		r.Language = cmp.Or(r.Language, "ja")
		switch {
		case !breach.ValidToken(r.ID):
			faults = append(faults, fmt.Errorf("receiver id %q: use lower-case letters, digits, - and _, at most 63", r.ID))
		case n.receivers[r.ID] != nil:
			faults = append(faults, fmt.Errorf("receiver %q is there twice: rename one", r.ID))
		case r.Channel == nil:
			faults = append(faults, fmt.Errorf("receiver %q has no channel", r.ID))
		case !slices.Contains(render.Languages(), r.Language):
			faults = append(faults, fmt.Errorf("receiver %q: unknown language %q: use one of %s",
				r.ID, r.Language, strings.Join(render.Languages(), ", ")))
		}
		n.receivers[r.ID] = newReceiver(r)
		ids = append(ids, r.ID)
	}
	for i, route := range cfg.Routes {
		for _, f := range route.Validate() {
			f.Key = strings.TrimSuffix(fmt.Sprintf("routes[%d].%s", i, f.Key), ".")
			faults = append(faults, f)
		}
	}
	for _, f := range Check(cfg.Routes, ids) {
		faults = append(faults, f)
	}
	if len(faults) > 0 {
		return nil, fmt.Errorf("notifier: %w", errors.Join(faults...))
	}
	return n, nil
}

// Receivers lists the receivers' ids in order.
func (n *Notifier) Receivers() []string {
	ids := make([]string, 0, len(n.receivers))
	for id := range n.receivers {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Test sends a message that says it is a test, whatever the routes say, and
// records nothing. It returns the channel's own reference and answer.
func (n *Notifier) Test(ctx context.Context, receiverID string) (reference string, err error) {
	r, err := n.receiver(receiverID)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, n.sendTimeout)
	defer cancel()
	now := n.now()
	return r.Channel.Send(ctx, Compose(Sample(now), r.ID, r.Language, n.zone, now))
}

// Sample is an alert that says it is a test.
func Sample(now time.Time) *breach.Alert {
	return &breach.Alert{
		ID:        breach.OpsAlertID("test", "test", now.UTC().Format(time.RFC3339Nano)),
		Kind:      breach.AlertOps,
		CreatedAt: now,
		Severity:  breach.Info,
		Ops: &breach.OpsEvent{
			Subject: "test", Reason: render.ReasonTest, Healed: true,
			Message: "this is a test: if you can read it, the receiver works; there is no incident behind it",
		},
	}
}

// Close ends the channels that have something to end.
func (n *Notifier) Close() error {
	var errs []error
	for _, id := range n.Receivers() {
		if c, ok := n.receivers[id].Channel.(io.Closer); ok {
			if err := c.Close(); err != nil {
				errs = append(errs, fmt.Errorf("close receiver %s: %w", id, err))
			}
		}
	}
	return errors.Join(errs...)
}

func (n *Notifier) receiver(id string) (*receiver, error) {
	r := n.receivers[id]
	if r == nil {
		return nil, breach.Permanent(fmt.Errorf("no receiver %q is configured: use one of %s",
			id, strings.Join(n.Receivers(), ", ")))
	}
	return r, nil
}
