package stream

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// Follow calls each for every message of q.Stream after q.After in stored
// order, those to come included, until ctx ends or each fails. Like
// [Bus.Replay] it acknowledges nothing and moves no consumer; Until has no
// meaning here. It returns nil when ctx ends.
func (b *Bus) Follow(ctx context.Context, q ReplayQuery, each func(Message) error) error {
	if err := b.follow(ctx, q, each); err != nil && ctx.Err() == nil {
		return fmt.Errorf("follow %s: %w", q.Stream, err)
	}
	return nil
}

func (b *Bus) follow(ctx context.Context, q ReplayQuery, each func(Message) error) error {
	if subjects[q.Stream] == nil && q.Stream != StreamDeadLetters {
		return fmt.Errorf("unknown stream: use one of %v", pipeline)
	}
	name := b.names.object(q.Stream)
	r := &replay{bus: b, query: q, each: each}
	var consumer jetstream.Consumer
	err := retry(ctx, b.cfg.RetryFor, func(ctx context.Context) error {
		s, err := b.js.Stream(ctx, name)
		if err != nil {
			return err
		}
		consumer, err = s.OrderedConsumer(ctx, r.config())
		return err
	})
	if err != nil {
		return err
	}
	defer r.remove(ctx, name, consumer)
	messages, err := consumer.Messages(jetstream.PullMaxMessages(replayBatch), jetstream.PullHeartbeat(pullHeartbeat))
	if err != nil {
		return err
	}
	defer messages.Stop()
	for {
		msg, err := messages.Next(jetstream.NextContext(ctx))
		if errors.Is(err, jetstream.ErrNoHeartbeat) {
			continue // the ordered consumer makes itself anew
		}
		if err != nil {
			return err
		}
		meta, err := msg.Metadata()
		if err != nil {
			return err
		}
		m := b.decode(msg, meta)
		m.Deliveries = 0
		if m.Sequence <= q.After || m.Stored.Before(q.Since) {
			continue
		}
		if err := each(m); err != nil {
			return err
		}
	}
}
