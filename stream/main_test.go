package stream

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server/ats"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"oshirase/breach"
)

func TestMain(m *testing.M) {
	// The server's clock goroutine is one for the process. Started here, it
	// stands outside every synctest bubble.
	ats.Register()
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/nats-io/nats-server/v2/server/ats.Register.func1"))
}

// open runs an embedded bus without a port for one test.
func open(t testing.TB, change ...func(*Config)) *Bus {
	t.Helper()
	cfg := Config{DataDir: t.TempDir(), InProcess: true}
	for _, f := range change {
		f(&cfg)
	}
	return openConfig(t, cfg)
}

func openConfig(t testing.TB, cfg Config) *Bus {
	t.Helper()
	b, err := Open(t.Context(), cfg, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeBus(t, b) })
	return b
}

func closeBus(t testing.TB, b *Bus) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := b.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
}

func testLog(t testing.TB) *zap.Logger {
	return zaptest.NewLogger(t, zaptest.Level(zap.ErrorLevel))
}

// eventually polls until ok answers true.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for !ok() {
		if !wait(ctx, 2*time.Millisecond) {
			t.Fatalf("never: %s", what)
		}
	}
}

func receive[T any](t testing.TB, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(10 * time.Second):
		t.Fatal("nothing arrived in 10 s")
		panic("unreachable")
	}
}

// all reads a stream.
func all(t testing.TB, b *Bus, stream string, filters ...string) []Message {
	t.Helper()
	var list []Message
	err := b.Replay(t.Context(), ReplayQuery{Stream: stream, Subjects: filters}, func(m Message) error {
		list = append(list, m)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func ids(list []Message) []string {
	out := make([]string, len(list))
	for i, m := range list {
		out[i] = m.ID
	}
	return out
}

var seen = time.Date(2026, 11, 20, 6, 30, 0, 0, time.UTC)

// notice is a made-up notice.
func notice(source, key string, revision int, title string) *breach.Notice {
	n := &breach.Notice{NoticeHead: breach.NoticeHead{
		ID: breach.NoticeID(source, key), Revision: revision, Source: source, Key: key, Title: title,
		FirstSeen: seen, SeenAt: seen, DocumentState: breach.DocumentNone,
	}}
	n.ListingHash = breach.ListingHash(&n.NoticeHead)
	n.ContentHash = breach.ContentHash(n)
	return n
}

// finding is a made-up verdict on n.
func finding(n *breach.Notice, isBreach bool) *breach.Finding {
	return &breach.Finding{ID: breach.FindingID(n.ID, n.Revision, "rules"), Notice: n.NoticeHead, Rules: "rules", IsBreach: isBreach, Cases: []breach.Case{}}
}

func eventOf(t testing.TB, v interface {
	Event() (breach.Event, error)
}) breach.Event {
	t.Helper()
	e, err := v.Event()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func publish(t testing.TB, b *Bus, v interface {
	Event() (breach.Event, error)
}) {
	t.Helper()
	if err := b.Publish(t.Context(), eventOf(t, v)); err != nil {
		t.Fatal(err)
	}
}

// fill publishes n first notices of a source and returns them.
func fill(t testing.TB, b *Bus, source string, n int) []*breach.Notice {
	t.Helper()
	list := make([]*breach.Notice, n)
	for i := range list {
		list[i] = notice(source, fmt.Sprintf("key-%d", i), 1, fmt.Sprintf("お知らせ %d", i))
		publish(t, b, list[i])
	}
	return list
}
