package stream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"oshirase/breach"
)

// Stats is the state of the streams, for metrics and the health page.
type Stats struct {
	Streams   []StreamStats
	Consumers []ConsumerStats
}

// StreamStats is the state of one stream.
type StreamStats struct {
	Stream   string
	Messages uint64
	Bytes    uint64
	Last     time.Time // when its last message was stored; zero when it is empty
}

// ConsumerStats is the state of one durable consumer.
type ConsumerStats struct {
	Stream  string
	Durable string
	// Pending messages were not delivered yet, AckPending ones are being handled
	// or wait for their next attempt. Of those, Redelivered ones were delivered
	// before.
	Pending     uint64
	AckPending  int
	Redelivered int
}

// Stats reads the state of every stream and of its durable consumers: two
// round trips a stream.
func (b *Bus) Stats(ctx context.Context) (Stats, error) {
	var out Stats
	for _, name := range append([]string{StreamDeadLetters}, pipeline...) {
		if err := b.stats(ctx, name, &out); err != nil {
			return Stats{}, fmt.Errorf("state of %s: %w", name, err)
		}
	}
	return out, nil
}

func (b *Bus) stats(ctx context.Context, name string, out *Stats) error {
	s, err := b.js.Stream(ctx, b.names.object(name))
	if err != nil {
		return err
	}
	state := s.CachedInfo().State
	row := StreamStats{Stream: name, Messages: state.Msgs, Bytes: state.Bytes}
	if state.Msgs > 0 {
		row.Last = state.LastTime.UTC()
	}
	out.Streams = append(out.Streams, row)
	list := s.ListConsumers(ctx)
	for c := range list.Info() {
		if c.Config.Durable == "" {
			continue // somebody's replay
		}
		out.Consumers = append(out.Consumers, ConsumerStats{
			Stream:      name,
			Durable:     b.names.plain(c.Name),
			Pending:     c.NumPending,
			AckPending:  c.NumAckPending,
			Redelivered: c.NumRedelivered,
		})
	}
	return list.Err()
}

// Healthy tells whether messages can be stored and read: the connection stands
// and the first stream answers. It is cheap enough for a probe.
func (b *Bus) Healthy(ctx context.Context) error {
	if s := b.nc.Status(); s != nats.CONNECTED {
		return fmt.Errorf("streams: the connection is %s: look at the NATS server", s)
	}
	if b.embedded != nil && !b.embedded.server.JetStreamEnabled() {
		return errors.New("streams: the embedded store has shut down, most likely because the disk is full: free space and restart")
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	if _, err := b.js.Stream(ctx, b.names.object(breach.StreamNotices)); err != nil {
		return fmt.Errorf("streams: %s does not answer: %w", breach.StreamNotices, err)
	}
	return nil
}
