package notifier

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
	"oshirase/notifier/render"
)

// maxReason bounds a recorded reason, in runes.
const maxReason = 500

// maxWait bounds how far a wait grows that no receiver asked for, so that an
// alert goes out soon after the receiver is back.
const maxWait = 5 * time.Minute

// Option tells [Notifier.Handle] more about one call.
type Option func(*call)

// Attempt tells which attempt this is, from 1: the stream's delivery count, on
// top of the attempts that are on record where it is a re-drive. Default 1.
func Attempt(n int) Option { return func(c *call) { c.attempt = n } }

// Redrive sends although the routes do not say so or the receiver was told
// before: an operator asked for it, at the time given.
func Redrive(asked time.Time) Option {
	return func(c *call) { c.forced, c.since = true, asked }
}

// call is one attempt to tell one receiver of one alert.
type call struct {
	alert   *breach.Alert
	to      *receiver
	attempt int
	forced  bool
	since   time.Time // from when the alert's age counts
}

// Handle tells one receiver of one alert, if a route leads there and it was not
// told before. The package comment tells what the answers mean.
func (n *Notifier) Handle(ctx context.Context, receiverID string, a *breach.Alert, options ...Option) error {
	to, err := n.receiver(receiverID)
	if err != nil {
		return fmt.Errorf("deliver alert %s: %w", a.ID, err)
	}
	c := call{alert: a, to: to, attempt: 1, since: a.CreatedAt}
	for _, o := range options {
		o(&c)
	}
	if list := to.kept(a.ID); list != nil {
		// The receiver has answered, only the record is missing.
		return n.record(ctx, c, list)
	}
	if !c.forced {
		if !slices.Contains(n.Route(a), receiverID) {
			return nil
		}
		sent, err := n.deliveries.WasSent(ctx, receiverID, a.ID)
		if err != nil {
			return fmt.Errorf("ask whether %s was told of alert %s: %w", receiverID, a.ID, err)
		}
		if sent {
			return nil
		}
	}
	if reason, wait := to.paused(n.now()); wait > 0 {
		return breach.RetryAfter(reason, wait)
	}
	reference, err := n.send(ctx, c)
	now := n.now()
	switch {
	case err == nil:
		n.healthy(ctx, to, now)
		return n.record(ctx, c, []*breach.Delivery{n.sent(c, now, reference)})
	case ctx.Err() != nil:
		// The daemon stops; this says nothing about the receiver.
		return fmt.Errorf("deliver alert %s to %s: %w", a.ID, receiverID, context.Cause(ctx))
	case IsPartlyRefused(err):
		n.healthy(ctx, to, now)
		return n.die(ctx, c, now, err, n.sent(c, now, reference))
	case breach.IsPermanent(err):
		return n.die(ctx, c, now, err)
	case now.Sub(c.since) > n.giveUp:
		return n.die(ctx, c, now, fmt.Errorf("given up after %s: %w", n.giveUp, err))
	}
	return n.wait(ctx, c, now, err)
}

func (n *Notifier) send(ctx context.Context, c call) (reference string, err error) {
	ctx, cancel := context.WithTimeout(ctx, n.sendTimeout)
	defer cancel()
	m := Compose(c.alert, c.to.ID, c.to.Language, n.zone, n.now())
	if t, ok := c.to.Channel.(Threading); ok && t.Threading() && n.threads != nil && c.alert.Incident != nil {
		if m.Thread, err = n.threads.Thread(ctx, c.to.ID, c.alert.Incident); err != nil {
			return "", fmt.Errorf("look up the thread of incident %s: %w", c.alert.Incident.ID, err)
		}
	}
	return c.to.Channel.Send(ctx, m)
}

// wait answers for a message that may be taken later.
func (n *Notifier) wait(ctx context.Context, c call, now time.Time, err error) error {
	reason := reasonOf(err)
	delay, asked := breach.RetryDelay(err)
	if asked && IsPause(err) {
		c.to.pause(err, now.Add(delay))
	}
	isNew, long := c.to.refused(now, reason)
	if isNew {
		n.log.Warn("a receiver does not take messages now", zap.String("receiver", c.to.ID),
			zap.String("alert", c.alert.ID), zap.String("reason", reason), zap.Duration("wait", delay))
	}
	if grown := min(long/4, maxWait); asked && !IsPause(err) && grown > delay {
		// A receiver that has been down for long is asked less often.
		err = breach.RetryAfter(err, grown)
	}
	if long >= n.patience && c.alert.Kind != breach.AlertOps && !c.to.toldUnreachable() {
		event := breach.OpsEvent{Subject: c.to.ID, Reason: ReasonUnreachable, Message: fmt.Sprintf(
			"receiver %s has taken no message for %s; alerts wait for it and are tried again: %s",
			c.to.ID, long.Round(time.Minute), reason)}
		if reportErr := n.ops.Report(ctx, event); reportErr != nil {
			return errors.Join(err, fmt.Errorf("report receiver %s as unreachable: %w", c.to.ID, reportErr))
		}
		c.to.setUnreachable(&event)
	}
	if IsPause(err) || !c.to.failureChanged(c.alert.ID, reason) {
		return err
	}
	if recordErr := n.deliveries.Record(ctx, n.delivery(c, breach.Failed, now, reason)); recordErr != nil {
		c.to.forgetFailure(c.alert.ID)
		return errors.Join(err, fmt.Errorf("record a failed delivery: %w", recordErr))
	}
	return err
}

// die records that no retry can heal the delivery, after operations were told,
// so that a crash in between repeats and loses nothing.
func (n *Notifier) die(ctx context.Context, c call, now time.Time, err error, also ...*breach.Delivery) error {
	reason := reasonOf(err)
	n.log.Error("a delivery is dead", zap.String("receiver", c.to.ID), zap.String("alert", c.alert.ID), zap.String("reason", reason))
	if c.alert.Kind != breach.AlertOps && !c.to.toldDead(reason) {
		event := breach.OpsEvent{Subject: c.to.ID + "/" + c.alert.ID, Reason: ReasonUndeliverable, Message: fmt.Sprintf(
			"receiver %s was not told of alert %s: %s; once mended, send it again with: oshirase deliveries retry; "+
				"further ones that die of this are listed only", c.to.ID, c.alert.ID, reason)}
		if reportErr := n.ops.Report(ctx, event); reportErr != nil {
			if also == nil {
				return fmt.Errorf("report a dead delivery of alert %s: %w", c.alert.ID, reportErr)
			}
			// Those who took it must not get it again for the sake of the report;
			// the record still lists who did not.
			n.log.Error("report a partly dead delivery", zap.String("alert", c.alert.ID), zap.Error(reportErr))
		} else {
			c.to.tellDead(reason)
		}
	}
	return n.record(ctx, c, append([]*breach.Delivery{n.delivery(c, breach.Dead, now, reason)}, also...))
}

// record stores what a final answer led to. What cannot be stored is kept, so
// that the next call stores it without sending again.
func (n *Notifier) record(ctx context.Context, c call, list []*breach.Delivery) error {
	for i, d := range list {
		if err := n.deliveries.Record(ctx, d); err != nil {
			c.to.keep(c.alert.ID, list[i:])
			return fmt.Errorf("record that alert %s is %s for %s: %w", d.AlertID, d.Outcome, d.Receiver, err)
		}
	}
	c.to.settled(c.alert.ID)
	return nil
}

// healthy notes a yes and takes back what operations were told. A report that
// fails is tried again at the next yes: it must not undo the delivery.
func (n *Notifier) healthy(ctx context.Context, to *receiver, now time.Time) {
	since, heal := to.accepted()
	if !since.IsZero() {
		n.log.Info("a receiver takes messages again", zap.String("receiver", to.ID), zap.Duration("after", now.Sub(since)))
	}
	if heal == nil {
		return
	}
	event := *heal
	event.Healed = true
	event.Message = fmt.Sprintf("receiver %s takes messages again after %s", to.ID, now.Sub(since).Round(time.Second))
	if err := n.ops.Report(ctx, event); err != nil {
		to.setUnreachable(heal)
		n.log.Error("report that a receiver has healed", zap.String("receiver", to.ID), zap.Error(err))
	}
}

func (n *Notifier) sent(c call, now time.Time, reference string) *breach.Delivery {
	d := n.delivery(c, breach.Sent, now, "")
	d.Reference = reference
	if seen := c.alert.Notice.SeenAt; !seen.IsZero() {
		d.LatencyMS = max(now.Sub(seen).Milliseconds(), 0)
	}
	return d
}

func (n *Notifier) delivery(c call, outcome breach.Outcome, now time.Time, reason string) *breach.Delivery {
	a := c.alert
	title := a.Notice.Title
	if a.Ops != nil {
		title = cmp.Or(title, a.Ops.Message)
	}
	return &breach.Delivery{
		ID:       breach.DeliveryID(a.ID, c.to.ID, outcome, c.attempt),
		AlertID:  a.ID,
		Receiver: c.to.ID,
		Outcome:  outcome,
		Attempt:  c.attempt,
		At:       now.UTC(),
		Reason:   reason,
		Title:    title,
		Severity: a.Severity,
		Kind:     a.Kind,
	}
}

// reasonOf is an error as it is recorded: one line without what a remote server
// may have slipped into it.
func reasonOf(err error) string { return render.Clean(err.Error(), maxReason) }
