package stream

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"oshirase/breach"
)

const (
	// noticesInFlight bounds how many writes of one [Bus.InsertNotices] are under
	// way: enough that the disk's syncs and the work of both ends overlap.
	noticesInFlight = 64
	// allInFlight bounds those of all callers together, so that the last of them
	// is answered well inside attemptTimeout by a disk of 100 syncs a second: what
	// is asked twice because it waited too long only lengthens the queue.
	allInFlight = 2 * noticesInFlight
)

// InsertNotices is [Bus.InsertNotice] for many: it stores list in its order
// with several writes in flight, and calls each for every notice, in that order
// too. stored, latest and err are those of InsertNotice; one notice that cannot
// be stored does not hold back the others. The error is each's own.
//
// Order holds among the notices that are stored at the first attempt: one that
// must be tried again, because the server did not answer, comes later.
func (b *Bus) InsertNotices(ctx context.Context, list []*breach.Notice, each func(i int, latest *breach.Notice, stored bool, err error) error) error {
	for start := 0; start < len(list); {
		part := list[start : start+inFlight(list[start:])]
		if err := b.inserting.Acquire(ctx, int64(len(part))); err != nil {
			return fmt.Errorf("insert %d notices: %w", len(part), context.Cause(ctx))
		}
		err := b.insertPart(ctx, part, func(i int, latest *breach.Notice, stored bool, err error) error {
			return each(start+i, latest, stored, err)
		})
		b.inserting.Release(int64(len(part)))
		if err != nil {
			return err
		}
		start += len(part)
	}
	return nil
}

func (b *Bus) insertPart(ctx context.Context, part []*breach.Notice, each func(i int, latest *breach.Notice, stored bool, err error) error) error {
	writes := make([]*insertion, len(part))
	acks := make([]jetstream.PubAckFuture, len(part))
	if len(part) > 1 {
		for i, n := range part {
			writes[i], acks[i] = b.beginInsert(n)
		}
	}
	for i, n := range part {
		latest, stored, err := b.endInsert(ctx, n, writes[i], acks[i])
		if err := each(i, latest, stored, err); err != nil {
			return err
		}
	}
	return nil
}

// inFlight is how many of list may be written at once: first revisions, since a
// later one reads first what is there.
func inFlight(list []*breach.Notice) int {
	n := 0
	for n < len(list) && n < noticesInFlight && list[n].Revision == 1 {
		n++
	}
	return max(n, 1)
}

// beginInsert sends a first revision; nil when that did not come about.
func (b *Bus) beginInsert(n *breach.Notice) (*insertion, jetstream.PubAckFuture) {
	e, err := n.Event()
	if err != nil {
		return nil, nil
	}
	stream, msg, err := b.encode(e)
	if err != nil {
		return nil, nil
	}
	w := &insertion{bus: b, stream: stream, event: e, msg: msg, notice: n}
	msg.Header.Set(jetstream.ExpectedLastSubjSeqHeader, "0")
	ack, err := b.js.PublishMsgAsync(msg)
	if err != nil {
		return nil, nil
	}
	return w, ack
}

// endInsert waits for the answer. Whatever it is but a plain yes, InsertNotice's
// own way decides.
func (b *Bus) endInsert(ctx context.Context, n *breach.Notice, w *insertion, ack jetstream.PubAckFuture) (latest *breach.Notice, stored bool, err error) {
	if w == nil {
		return b.InsertNotice(ctx, n)
	}
	timer := time.NewTimer(attemptTimeout)
	defer timer.Stop()
	select {
	case yes := <-ack.Ok():
		if !yes.Duplicate {
			return n, true, nil
		}
	case err := <-ack.Err():
		w.uncertain = !wrongSequence(err)
	case <-timer.C:
		w.uncertain = true
	case <-ctx.Done():
		return nil, false, fmt.Errorf("insert notice %q of source %q: %w", n.ID, n.Source, context.Cause(ctx))
	}
	w.read = true
	return b.finishInsert(ctx, w)
}

// RecallNotices calls each for the stored notices of a source, oldest first,
// those of before since left out. any tells whether there is one at all.
func (b *Bus) RecallNotices(ctx context.Context, source string, since time.Time, each func(*breach.Notice) error) (any bool, err error) {
	filter := "notices." + source + ".*"
	if any, err = b.Exists(ctx, breach.StreamNotices, filter); err != nil || !any {
		return any, err
	}
	query := ReplayQuery{Stream: breach.StreamNotices, Subjects: []string{filter}, Since: since}
	return true, b.Replay(ctx, query, func(m Message) error {
		n := new(breach.Notice)
		if err := json.Unmarshal(m.Data, n); err != nil {
			return fmt.Errorf("decode message %d of %s: %w", m.Sequence, m.Stream, err)
		}
		return each(n)
	})
}
