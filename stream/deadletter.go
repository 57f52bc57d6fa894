package stream

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"oshirase/breach"
)

// DeadLetter is a message that a consumer gave up.
type DeadLetter struct {
	Stream   string
	Consumer string
	Sequence uint64 // of the message in its stream
	Reason   string
	Time     time.Time
	// Deliveries counts how often the consumer was handed the message.
	Deliveries int
	// Subject, ID and Type are the message's own; empty when it is past its
	// retention.
	Subject string
	ID      string
	Type    string
}

// DeadLetters lists what consumers gave up, oldest first.
func (b *Bus) DeadLetters(ctx context.Context) ([]DeadLetter, error) {
	var letters []DeadLetter
	err := b.Replay(ctx, ReplayQuery{Stream: StreamDeadLetters}, func(m Message) error {
		letter, err := b.deadLetter(m)
		if err != nil {
			return err
		}
		letters = append(letters, letter)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("dead letters: %w", err)
	}
	for i := range letters {
		l := &letters[i]
		err := retry(ctx, b.cfg.RetryFor, func(ctx context.Context) error {
			m, err := b.at(ctx, l.Stream, l.Sequence)
			if err == nil && m != nil {
				l.Subject, l.ID, l.Type = m.subject, m.id, m.typ
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("dead letters: message %d of %s: %w", l.Sequence, l.Stream, err)
		}
	}
	return letters, nil
}

// FollowDeadLetters calls each for every message that a consumer gave up since
// a time, those to come included, until ctx ends or each fails. Subject, ID and
// Type are not filled in.
func (b *Bus) FollowDeadLetters(ctx context.Context, since time.Time, each func(DeadLetter) error) error {
	return b.Follow(ctx, ReplayQuery{Stream: StreamDeadLetters, Since: since}, func(m Message) error {
		letter, err := b.deadLetter(m)
		if err != nil {
			return err
		}
		return each(letter)
	})
}

// deadLetter reads a server's advisory.
func (b *Bus) deadLetter(m Message) (DeadLetter, error) {
	var advisory struct {
		Stream     string `json:"stream"`
		Consumer   string `json:"consumer"`
		StreamSeq  uint64 `json:"stream_seq"`
		Deliveries int    `json:"deliveries"`
		Reason     string `json:"reason"`
	}
	if err := json.Unmarshal(m.Data, &advisory); err != nil {
		return DeadLetter{}, fmt.Errorf("decode message %d: %w", m.Sequence, err)
	}
	return DeadLetter{
		Stream:     b.names.plain(advisory.Stream),
		Consumer:   b.names.plain(advisory.Consumer),
		Sequence:   advisory.StreamSeq,
		Reason:     advisory.Reason,
		Time:       m.Stored,
		Deliveries: advisory.Deliveries,
	}, nil
}

// Redrive puts an alert on ALERTS once more, for one receiver:
// retries.<receiver>.<alert-id>. Each call is a message of its own; of calls at
// the same time one is stored.
func (b *Bus) Redrive(ctx context.Context, receiver string, a *breach.Alert) error {
	fail := func(err error) error {
		return fmt.Errorf("re-drive alert %q to receiver %q: %w", a.ID, receiver, err)
	}
	if !breach.ValidToken(receiver) {
		return fail(fmt.Errorf("this is no receiver's id"))
	}
	e, err := a.Event()
	if err != nil {
		return fail(err)
	}
	e.Subject, e.Filter = "retries."+receiver+"."+a.ID, ""
	last, err := b.lastOf(ctx, breach.StreamAlerts, e.Subject)
	if err != nil {
		return fail(err)
	}
	var seq uint64
	if last != nil {
		seq = last.seq
	}
	// The id says after which earlier one this comes, so a second call before
	// this one is stored makes the same id.
	e.ID = fmt.Sprintf("%s-%s-%d", a.ID, receiver, seq)
	return b.Publish(ctx, e)
}
