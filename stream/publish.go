package stream

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"oshirase/breach"
)

// Publish stores e and returns once it is on disk. An event whose id is
// already stored under its filter (or its subject, where it has none) is not
// stored again and is no error, however long ago that was.
//
// The first event under a filter costs one round trip: the write carries the
// expectation that there is none yet. A later one costs three: the refused
// write, one read of what is there, the write behind it. A repeat costs two.
// While the server does not answer, the same write is tried again for
// Config.RetryFor; since each carries what it expects, it cannot be stored
// twice. An event that can never be stored is breach.Permanent.
func (b *Bus) Publish(ctx context.Context, e breach.Event) error {
	stream, msg, err := b.encode(e)
	if err != nil {
		return err
	}
	filter := e.Filter
	if filter == "" {
		filter = e.Subject
	} else {
		msg.Header.Set(jetstream.ExpectedLastSubjSeqSubjHeader, b.names.out(filter))
	}
	var expect uint64
	err = retry(ctx, b.cfg.RetryFor, func(ctx context.Context) error {
		for {
			_, err := b.put(ctx, msg, expect)
			if !wrongSequence(err) {
				return err
			}
			last, found, err := b.find(ctx, stream, filter, e.ID)
			if err != nil || found {
				return err
			}
			if last == expect {
				return errUnsettled
			}
			expect = last
		}
	})
	if err != nil {
		return fmt.Errorf("publish %s %q: %w", e.Type, e.ID, err)
	}
	return nil
}

// find looks for an event id under filter, and tells the last sequence there.
func (b *Bus) find(ctx context.Context, stream, filter, id string) (last uint64, found bool, err error) {
	err = b.scan(ctx, stream, filter, func(m *stored) bool {
		last, found = m.seq, m.id == id
		return !found
	})
	return last, found, err
}

// put writes msg if the last sequence is the expected one.
func (b *Bus) put(ctx context.Context, msg *nats.Msg, expect uint64) (*jetstream.PubAck, error) {
	msg.Header.Set(jetstream.ExpectedLastSubjSeqHeader, strconv.FormatUint(expect, 10))
	return b.js.PublishMsg(ctx, msg)
}

// InsertNotice stores n as revision n.Revision if the latest stored revision is
// the one before it (0: none). Otherwise it stores nothing and returns the
// latest one, nil when there is none. Of several callers with the same
// revision exactly one gets stored true.
//
// A first revision costs one round trip when it is new and two when it is not;
// a later one costs two.
func (b *Bus) InsertNotice(ctx context.Context, n *breach.Notice) (latest *breach.Notice, stored bool, err error) {
	if n.Revision < 1 {
		return nil, false, breach.Permanent(fmt.Errorf("insert notice %q revision %d of source %q: revisions count from 1", n.ID, n.Revision, n.Source))
	}
	e, err := n.Event()
	if err != nil {
		return nil, false, breach.Permanent(err)
	}
	stream, msg, err := b.encode(e)
	if err != nil {
		return nil, false, err
	}
	return b.finishInsert(ctx, &insertion{bus: b, stream: stream, event: e, msg: msg, notice: n, read: n.Revision > 1})
}

func (b *Bus) finishInsert(ctx context.Context, w *insertion) (latest *breach.Notice, stored bool, err error) {
	if err := retry(ctx, b.cfg.RetryFor, w.attempt); err != nil {
		n := w.notice
		return nil, false, fmt.Errorf("insert notice %q revision %d of source %q: %w", n.ID, n.Revision, n.Source, err)
	}
	return w.latest, w.stored, nil
}

// insertion is the state of one InsertNotice over its attempts.
type insertion struct {
	bus    *Bus
	stream string
	event  breach.Event
	msg    *nats.Msg
	notice *breach.Notice

	read      bool   // look at the latest before writing
	expect    uint64 // its sequence
	uncertain bool   // an earlier write of ours may have been stored
	latest    *breach.Notice
	stored    bool
}

func (w *insertion) attempt(ctx context.Context) error {
	for {
		if w.read {
			if done, err := w.look(ctx); done || err != nil {
				return err
			}
		}
		ack, err := w.bus.put(ctx, w.msg, w.expect)
		switch {
		case err == nil && !ack.Duplicate:
			w.latest, w.stored = w.notice, true
			return nil
		case err != nil && !wrongSequence(err):
			w.uncertain = true
			return err
		case w.read:
			// Refused although the read allowed it: another write is in flight,
			// or the replica that answered lags behind.
			return errUnsettled
		default:
			// Also a duplicate: a cluster answers a known message id before it
			// looks at the expectation, and the same id may be another watcher's.
			w.read = true
		}
	}
}

// look reads the latest revision. done is true when it decides the insertion;
// otherwise it is the one before ours.
func (w *insertion) look(ctx context.Context) (done bool, err error) {
	last, err := w.bus.last(ctx, w.stream, w.event.Subject)
	if err != nil {
		return false, err
	}
	w.expect, w.latest = 0, nil
	if last != nil {
		w.expect, w.latest = last.seq, new(breach.Notice)
		if err := json.Unmarshal(last.data, w.latest); err != nil {
			return false, fmt.Errorf("decode message %d of %s: %w", last.seq, w.stream, err)
		}
		if w.uncertain && last.id == w.event.ID && bytes.Equal(last.data, w.event.Data) {
			w.latest, w.stored = w.notice, true
			return true, nil
		}
	}
	return w.revision() != w.notice.Revision-1, nil
}

func (w *insertion) revision() int {
	if w.latest == nil {
		return 0
	}
	return w.latest.Revision
}

// LatestNotice returns the latest stored revision of a notice, nil when there
// is none. One round trip.
func (b *Bus) LatestNotice(ctx context.Context, source, id string) (*breach.Notice, error) {
	head := breach.NoticeHead{Source: source, ID: id}
	subject := (&breach.Notice{NoticeHead: head}).Subject()
	last, err := b.lastOf(ctx, breach.StreamNotices, subject)
	if err != nil || last == nil {
		return nil, err
	}
	n := new(breach.Notice)
	if err := json.Unmarshal(last.data, n); err != nil {
		return nil, fmt.Errorf("decode message %d of %s: %w", last.seq, breach.StreamNotices, err)
	}
	return n, nil
}

// Exists reports whether any message is stored on subject, which may hold
// wildcards. One round trip.
func (b *Bus) Exists(ctx context.Context, stream, subject string) (bool, error) {
	last, err := b.lastOf(ctx, stream, subject)
	return last != nil, err
}

func (b *Bus) lastOf(ctx context.Context, stream, subject string) (last *stored, err error) {
	if !validFilter(subject) {
		return nil, fmt.Errorf("read %s: invalid subject %q", stream, subject)
	}
	err = retry(ctx, b.cfg.RetryFor, func(ctx context.Context) error {
		last, err = b.last(ctx, stream, subject)
		return err
	})
	return last, err
}
