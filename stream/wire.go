package stream

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"oshirase/breach"
)

// CloudEvents 1.0 attributes in binary content mode: one header each, the data
// as the payload. See the NATS protocol binding,
// https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/nats-protocol-binding.md
const (
	headerID      = "ce-id"
	headerSource  = "ce-source"
	headerType    = "ce-type"
	headerTime    = "ce-time"
	headerVersion = "ce-specversion"

	specVersion = "1.0"
)

// Message is one stored message of a stream.
type Message struct {
	// Stream and Subject are without the configured prefix.
	Stream  string
	Subject string
	// Sequence is the message's place in its stream, from 1.
	Sequence uint64
	// Stored is when the stream stored it.
	Stored time.Time
	// ID and Type are the CloudEvents attributes; empty on a message that
	// somebody else put there.
	ID   string
	Type string
	Data []byte // JSON
	// Deliveries counts how often a consumer was handed the message, from 1; it
	// is 0 in a replay.
	Deliveries int
}

// encode makes the message that carries e.
func (b *Bus) encode(e breach.Event) (stream string, msg *nats.Msg, err error) {
	stream, ok := streamOf(e.Subject)
	switch {
	case !ok || !validSubject(e.Subject):
		return "", nil, breach.Permanent(fmt.Errorf("publish %s %q: subject %q belongs to no stream", e.Type, e.ID, e.Subject))
	case e.Filter != "" && !validFilter(e.Filter):
		return "", nil, breach.Permanent(fmt.Errorf("publish %s %q: invalid filter %q", e.Type, e.ID, e.Filter))
	case e.ID == "":
		return "", nil, breach.Permanent(fmt.Errorf("publish %s on %q: the event has no id", e.Type, e.Subject))
	}
	msg = nats.NewMsg(b.names.out(e.Subject))
	msg.Data = e.Data
	msg.Header.Set(headerID, escape(e.ID))
	msg.Header.Set(headerSource, escape(e.Source))
	msg.Header.Set(headerType, escape(e.Type))
	msg.Header.Set(headerTime, e.Time.UTC().Format(time.RFC3339Nano))
	msg.Header.Set(headerVersion, specVersion)
	// Two streams of one cluster must not be mixed up by a wrong prefix.
	msg.Header.Set(jetstream.ExpectedStreamHeader, b.names.object(stream))
	msg.Header.Set(jetstream.MsgIDHeader, escape(e.ID))
	// The client leaves its own limit check to the server for headers.
	if size, limit := int64(msg.Size()+expectationSize), b.nc.MaxPayload(); size > limit {
		return "", nil, breach.Permanent(fmt.Errorf("publish %s %q: %w: %d bytes, the server takes %d: raise max_payload of the cluster",
			e.Type, e.ID, ErrTooLarge, size, limit))
	}
	return stream, msg, nil
}

// expectationSize is room for the headers that a publish adds: the expected
// sequence and the subject that it is about.
const expectationSize = 512

// escape percent-encodes what a header cannot carry: space, double quote,
// percent, and all outside U+0021 to U+007E (section 3.1.3.2 of the binding).
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c == '"' || c == '%' || c >= 0x7f {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// unescape undoes escape; text that was never escaped stays as it is.
func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// decode makes the Message of a delivered message.
func (b *Bus) decode(msg jetstream.Msg, meta *jetstream.MsgMetadata) Message {
	h := msg.Headers()
	return Message{
		Stream:     b.names.plain(meta.Stream),
		Subject:    b.names.in(msg.Subject()),
		Sequence:   meta.Sequence.Stream,
		Stored:     meta.Timestamp.UTC(),
		ID:         unescape(h.Get(headerID)),
		Type:       unescape(h.Get(headerType)),
		Data:       msg.Data(),
		Deliveries: int(meta.NumDelivered),
	}
}
