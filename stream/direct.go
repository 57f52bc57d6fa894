package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// directRequest is the body of $JS.API.DIRECT.GET.<stream>. Any replica
// answers, so the answer may lag behind the leader; what is decided by it is
// checked once more by the leader at the write.
type directRequest struct {
	Seq      uint64 `json:"seq,omitempty"`
	LastFor  string `json:"last_by_subj,omitempty"`
	NextFor  string `json:"next_by_subj,omitempty"`
	Batch    int    `json:"batch,omitempty"`
	MaxBytes int    `json:"max_bytes,omitempty"`
}

const (
	// scanBatch and scanBytes bound one answer of a scan.
	scanBatch = 256
	scanBytes = 4 << 20

	headerStatus  = "Status"
	headerPending = "Nats-Num-Pending"
)

// stored is one message as a direct read answers it.
type stored struct {
	subject string // without prefix
	seq     uint64
	id      string
	typ     string
	data    []byte
}

// errNone: no message matches.
var errNone = errors.New("no message")

func (b *Bus) directSubject(stream string) string {
	return "$JS.API.DIRECT.GET." + b.names.object(stream)
}

// last reads the last message on a subject, which may hold wildcards; nil when
// there is none. One round trip.
func (b *Bus) last(ctx context.Context, stream, subject string) (*stored, error) {
	return b.get(ctx, stream, directRequest{LastFor: b.names.out(subject)})
}

// at reads the message with a sequence; nil when there is none (any more).
func (b *Bus) at(ctx context.Context, stream string, seq uint64) (*stored, error) {
	return b.get(ctx, stream, directRequest{Seq: seq})
}

func (b *Bus) get(ctx context.Context, stream string, req directRequest) (*stored, error) {
	body, err := json.Marshal(req)
	if err != nil {
		return nil, fmt.Errorf("encode read of %s: %w", stream, err)
	}
	msg, err := b.nc.RequestWithContext(ctx, b.directSubject(stream), body)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", stream, err)
	}
	m, err := b.parseStored(msg)
	if errors.Is(err, errNone) {
		return nil, nil
	}
	return m, err
}

// scan calls each for every message on filter, oldest first, until it returns
// false. It costs one round trip for scanBatch messages.
func (b *Bus) scan(ctx context.Context, stream, filter string, each func(*stored) bool) error {
	inbox := b.nc.NewInbox()
	sub, err := b.nc.SubscribeSync(inbox)
	if err != nil {
		return fmt.Errorf("scan %s: %w", stream, err)
	}
	// An error here means that the connection is gone, and the subscription with it.
	defer func() { _ = sub.Unsubscribe() }()
	for next := uint64(1); ; {
		body, err := json.Marshal(directRequest{Seq: next, NextFor: b.names.out(filter), Batch: scanBatch, MaxBytes: scanBytes})
		if err != nil {
			return fmt.Errorf("encode scan of %s: %w", stream, err)
		}
		if err := b.nc.PublishRequest(b.directSubject(stream), inbox, body); err != nil {
			return fmt.Errorf("scan %s: %w", stream, err)
		}
		more := false
		for {
			msg, err := sub.NextMsgWithContext(ctx)
			if err != nil {
				return fmt.Errorf("scan %s: %w", stream, err)
			}
			if msg.Header.Get(headerStatus) == "204" {
				more = msg.Header.Get(headerPending) != "0"
				break
			}
			m, err := b.parseStored(msg)
			if errors.Is(err, errNone) {
				return nil
			}
			if err != nil {
				return err
			}
			next = m.seq + 1
			if !each(m) {
				return nil
			}
		}
		if !more {
			return nil
		}
	}
}

// parseStored reads the answer to a direct read.
func (b *Bus) parseStored(msg *nats.Msg) (*stored, error) {
	if status := msg.Header.Get(headerStatus); status != "" && len(msg.Data) == 0 {
		if status == "404" {
			return nil, errNone
		}
		return nil, fmt.Errorf("read: server answered %s %s", status, msg.Header.Get("Description"))
	}
	seq, err := strconv.ParseUint(msg.Header.Get(jetstream.SequenceHeader), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("read: answer without a sequence: %w", err)
	}
	return &stored{
		subject: b.names.in(msg.Header.Get(jetstream.SubjectHeader)),
		seq:     seq,
		id:      unescape(msg.Header.Get(headerID)),
		typ:     unescape(msg.Header.Get(headerType)),
		data:    msg.Data,
	}, nil
}
