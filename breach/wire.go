package breach

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Event types carry the version of the message's shape.
const (
	TypeNotice   = "oshirase.notice.v1"
	TypeFinding  = "oshirase.finding.v1"
	TypeAlert    = "oshirase.alert.v1"
	TypeDelivery = "oshirase.delivery.v1"
)

// Event is a message with its CloudEvents 1.0 attributes in binary mode: the
// attributes travel as headers, the data as the payload.
type Event struct {
	ID      string // ce-id
	Source  string // ce-source, a URI reference
	Type    string // ce-type
	Time    time.Time
	Subject string // without prefix
	// Filter covers every message about the same thing; empty when Subject does.
	Filter string
	Data   []byte // JSON
}

// Event wraps the notice.
func (n *Notice) Event() (Event, error) {
	return event(n.ID+"-"+strconv.Itoa(n.Revision), "/sources/"+n.Source, TypeNotice, n.SeenAt, n.Subject(), "", n)
}

// Event wraps the finding.
func (f *Finding) Event() (Event, error) {
	return event(f.ID, "/classifier", TypeFinding, f.Notice.SeenAt, f.Subject(), f.SubjectFilter(), f)
}

// Event wraps the alert.
func (a *Alert) Event() (Event, error) {
	return event(a.ID, "/tracker", TypeAlert, a.CreatedAt, a.Subject(), a.SubjectFilter(), a)
}

// Event wraps the delivery.
func (d *Delivery) Event() (Event, error) {
	return event(d.ID, "/receivers/"+d.Receiver, TypeDelivery, d.At, d.Subject(), "", d)
}

func event(id, source, typ string, t time.Time, subject, filter string, v any) (Event, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return Event{}, fmt.Errorf("encode %s %s: %w", typ, id, err)
	}
	return Event{ID: id, Source: source, Type: typ, Time: t.UTC(), Subject: subject, Filter: filter, Data: data}, nil
}
