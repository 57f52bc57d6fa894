package app

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
	"oshirase/stream"
)

const (
	// reasonGivenUp is the reason of the operations event about a dead letter of
	// a stage. (A receiver's are the notifier's own.)
	reasonGivenUp = "given_up"
	// deadLettersSeen is how far back dead letters are looked at when the daemon
	// starts: the id of the alert keeps it from being told twice.
	deadLettersSeen = 24 * time.Hour
)

// tellDeadLetters tells operations of messages that a stage gave up: one alert
// a stage and hour, since a fault of a stage hits every message alike. It cannot
// feed itself: an alert of its own that cannot be delivered is a delivery, and
// no dead letter.
func (a *App) tellDeadLetters(ctx context.Context) error {
	return a.bus.FollowDeadLetters(ctx, a.now().Add(-deadLettersSeen), func(l stream.DeadLetter) error {
		event := breach.OpsEvent{Subject: l.Consumer, Reason: reasonGivenUp, Message: fmt.Sprintf(
			"%s gave up message %d of %s: %s; see all of them with: oshirase deliveries list", l.Consumer, l.Sequence, l.Stream, l.Reason)}
		if err := a.operations().Report(ctx, event, l.Time.UTC().Truncate(time.Hour).Format(time.RFC3339)); err != nil && ctx.Err() == nil {
			// It is listed all the same, and told after the next start.
			a.log.Error("tell operations of a dead letter", zap.String("stage", l.Consumer), zap.Error(err))
		}
		return nil
	})
}
