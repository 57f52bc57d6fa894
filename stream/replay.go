package stream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
)

// ReplayQuery says what to read; zero fields do not narrow.
type ReplayQuery struct {
	// Stream is a stream of package breach, or [StreamDeadLetters]. Required.
	Stream string
	// Subjects with wildcards, without prefix; they must not overlap.
	Subjects []string
	// Since and Until bound the time of storing; Until is exclusive.
	Since time.Time
	Until time.Time
	// After is the sequence after which to begin.
	After uint64
}

const (
	// replayBatch is how many messages are under way while one is looked at.
	replayBatch = 128
	// replayPatience is how long a message may take before the end of the
	// stream is asked for again.
	replayPatience = 2 * time.Second
	// clockSlack is how far a corrected clock may have put two messages' times
	// out of order: so much more is read at both ends, and then looked at.
	clockSlack = time.Hour
)

// Replay calls each for every message of q in stored order, up to the stream's
// end as of the call, and stops at its first error. It acknowledges nothing and
// moves no consumer.
func (b *Bus) Replay(ctx context.Context, q ReplayQuery, each func(Message) error) error {
	if subjects[q.Stream] == nil && q.Stream != StreamDeadLetters {
		return fmt.Errorf("replay: unknown stream %q: use one of %v", q.Stream, pipeline)
	}
	for _, s := range q.Subjects {
		if !validFilter(s) {
			return fmt.Errorf("replay %s: invalid subject %q", q.Stream, s)
		}
	}
	r := &replay{bus: b, query: q, each: each}
	if err := r.run(ctx); err != nil {
		return fmt.Errorf("replay %s: %w", q.Stream, err)
	}
	return nil
}

type replay struct {
	bus   *Bus
	query ReplayQuery
	each  func(Message) error
	end   uint64 // the stream's last sequence at the start
}

func (r *replay) run(ctx context.Context) error {
	stream := r.bus.names.object(r.query.Stream)
	var consumer jetstream.Consumer
	err := retry(ctx, r.bus.cfg.RetryFor, func(ctx context.Context) error {
		s, err := r.bus.js.Stream(ctx, stream)
		if err != nil {
			return err
		}
		state := s.CachedInfo().State
		r.end = state.LastSeq
		if state.Msgs == 0 || r.end <= r.query.After {
			return nil
		}
		consumer, err = s.OrderedConsumer(ctx, r.config())
		return err
	})
	if err != nil || consumer == nil {
		return err
	}
	defer r.remove(ctx, stream, consumer)
	if consumer.CachedInfo().NumPending == 0 {
		return nil
	}
	messages, err := consumer.Messages(jetstream.PullMaxMessages(replayBatch))
	if err != nil {
		return err
	}
	defer messages.Stop()
	for {
		msg, err := r.next(ctx, messages)
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			if over, err := r.over(ctx, consumer); err != nil || over {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if last, err := r.take(msg); err != nil || last {
			return err
		}
	}
}

func (r *replay) config() jetstream.OrderedConsumerConfig {
	c := jetstream.OrderedConsumerConfig{
		FilterSubjects: r.bus.names.outAll(r.query.Subjects),
		DeliverPolicy:  jetstream.DeliverAllPolicy,
	}
	switch {
	case r.query.After > 0:
		c.DeliverPolicy, c.OptStartSeq = jetstream.DeliverByStartSequencePolicy, r.query.After+1
	case !r.query.Since.IsZero():
		since := r.query.Since.Add(-clockSlack)
		c.DeliverPolicy, c.OptStartTime = jetstream.DeliverByStartTimePolicy, &since
	}
	return c
}

func (r *replay) next(ctx context.Context, messages jetstream.MessagesContext) (jetstream.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, replayPatience)
	defer cancel()
	return messages.Next(jetstream.NextContext(ctx))
}

// take passes one message on; last is true when nothing more can follow.
func (r *replay) take(msg jetstream.Msg) (last bool, err error) {
	meta, err := msg.Metadata()
	if err != nil {
		return false, err
	}
	m := r.bus.decode(msg, meta)
	m.Deliveries = 0
	q := r.query
	if m.Sequence > r.end || (!q.Until.IsZero() && m.Stored.After(q.Until.Add(clockSlack))) {
		return true, nil
	}
	inside := m.Sequence > q.After && !m.Stored.Before(q.Since) && (q.Until.IsZero() || m.Stored.Before(q.Until))
	if inside {
		if err := r.each(m); err != nil {
			return false, err
		}
	}
	return m.Sequence == r.end || meta.NumPending == 0, nil
}

// over asks whether the messages that were still to come have gone in the
// meantime, by age or by hand.
func (r *replay) over(ctx context.Context, consumer jetstream.Consumer) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	info, err := consumer.Info(ctx)
	if transient(err) || errors.Is(err, jetstream.ErrConsumerNotFound) {
		return false, nil // the ordered consumer makes itself anew
	}
	return err == nil && info.NumPending == 0, err
}

// remove takes the consumer away at once instead of after its idle time.
func (r *replay) remove(ctx context.Context, stream string, consumer jetstream.Consumer) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), attemptTimeout)
	defer cancel()
	err := r.bus.js.DeleteConsumer(ctx, stream, consumer.CachedInfo().Name)
	if err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
		r.bus.log.Debug("remove replay consumer; it goes when idle", zap.Error(err))
	}
}
