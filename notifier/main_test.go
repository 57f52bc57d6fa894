package notifier_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/notifier/notifiertest"
	"oshirase/stream"
)

// records keeps deliveries on a real stream, and fails when it is told to.
type records struct {
	bus *stream.Bus

	mu   sync.Mutex
	fail error
}

func (r *records) failing() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fail
}

func (r *records) breakWith(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fail = err
}

func (r *records) WasSent(ctx context.Context, receiver, alertID string) (bool, error) {
	sent := breach.Delivery{Receiver: receiver, Outcome: breach.Sent, AlertID: alertID}
	return r.bus.Exists(ctx, breach.StreamDeliveries, sent.Subject())
}

func (r *records) Record(ctx context.Context, d *breach.Delivery) error {
	if err := r.failing(); err != nil {
		return err
	}
	event, err := d.Event()
	if err != nil {
		return err
	}
	return r.bus.Publish(ctx, event)
}

// reports keeps what operations were told.
type reports struct {
	mu     sync.Mutex
	events []breach.OpsEvent
}

func (r *reports) Report(_ context.Context, e breach.OpsEvent) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
	return nil
}

func (r *reports) reasons() (list []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.events {
		reason := e.Reason
		if e.Healed {
			reason += " healed"
		}
		list = append(list, reason)
	}
	return list
}

// channel answers as it is told, and remembers what it took.
type channel struct {
	mu        sync.Mutex
	answer    error
	reference string
	asked     int
	sent      []string // alert ids
	threads   []string
	threading bool
}

func (c *channel) Threading() bool { return c.threading }

func (c *channel) Send(_ context.Context, m notifier.Message) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	c.threads = append(c.threads, m.Thread)
	if c.answer != nil && !notifier.IsPartlyRefused(c.answer) {
		return "", c.answer
	}
	c.sent = append(c.sent, m.Alert.ID)
	return c.reference, c.answer
}

func (c *channel) answers(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answer = err
}

// desk is a notifier with one receiver, soc, over a real stream, at a time that
// the test sets.
type desk struct {
	t       *testing.T
	bus     *stream.Bus
	records *records
	reports *reports
	channel *channel
	notify  *notifier.Notifier
	now     time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	bus, err := stream.Open(t.Context(), stream.Config{DataDir: t.TempDir(), InProcess: true}, zaptest.NewLogger(t, zaptest.Level(zap.ErrorLevel)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := bus.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	d := &desk{t: t, bus: bus, records: &records{bus: bus}, reports: &reports{}, channel: &channel{}, now: notifiertest.Now}
	d.restart()
	return d
}

// restart forgets all that a process keeps in its memory.
func (d *desk) restart() {
	d.t.Helper()
	var err error
	d.notify, err = notifier.New(notifier.Config{
		Receivers: []notifier.Receiver{{ID: "soc", Channel: d.channel}},
		Routes: []notifier.Route{
			{To: notifier.List{"soc"}},
			{Match: notifier.Match{Kind: notifier.List{"ops"}}, To: notifier.List{"soc"}},
		},
		Now: func() time.Time { return d.now },
	}, d.records, d.reports, zap.NewNop())
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) handle(a *breach.Alert, options ...notifier.Option) error {
	return d.notify.Handle(d.t.Context(), "soc", a, options...)
}

// outcomes are the recorded outcomes, in order.
func (d *desk) outcomes() (list []breach.Outcome) {
	d.t.Helper()
	err := d.bus.Replay(d.t.Context(), stream.ReplayQuery{Stream: breach.StreamDeliveries}, func(m stream.Message) error {
		list = append(list, breach.Outcome(strings.Split(m.Subject, ".")[2]))
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return list
}

func alert() *breach.Alert { return notifiertest.Alerts()[0].Alert }
