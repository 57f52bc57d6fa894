package stream

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oshirase/breach"
)

// consume starts a consumer of NOTICES for one test; zero fields of cfg are
// filled, with waits short enough for real time.
func consume(t testing.TB, b *Bus, cfg ConsumerConfig) *Consumer {
	t.Helper()
	if cfg.Durable == "" {
		cfg.Durable = "test"
	}
	if cfg.Stream == "" {
		cfg.Stream = breach.StreamNotices
	}
	if cfg.Backoff == nil {
		cfg.Backoff = []time.Duration{time.Millisecond}
	}
	c, err := b.Consume(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func stop(t testing.TB, c *Consumer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := c.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func consumerStats(t testing.TB, b *Bus, durable string) ConsumerStats {
	t.Helper()
	s, err := b.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range s.Consumers {
		if c.Durable == durable {
			return c
		}
	}
	t.Fatalf("no consumer %q in %+v", durable, s.Consumers)
	return ConsumerStats{}
}

func deadLetters(t testing.TB, b *Bus) []DeadLetter {
	t.Helper()
	letters, err := b.DeadLetters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return letters
}

func TestEachMessageIsHandledOnceInOrder(t *testing.T) {
	b := open(t, func(c *Config) { c.SubjectPrefix = "acme.soc" })
	list := fill(t, b, "tdnet", 5)
	got := make(chan Message, 16)
	consume(t, b, ConsumerConfig{Handler: func(_ context.Context, m Message) error { got <- m; return nil }})
	list = append(list, fill(t, b, "ppc", 2)...)
	for i, n := range list {
		m := receive(t, got)
		want := Message{Stream: breach.StreamNotices, Subject: n.Subject(), Sequence: uint64(i + 1), ID: eventOf(t, n).ID, Type: breach.TypeNotice, Deliveries: 1}
		if m.Stored.IsZero() || len(m.Data) == 0 {
			t.Errorf("message %d has no time or no data: %+v", i, m)
		}
		m.Stored, m.Data = time.Time{}, nil
		if m.Stream != want.Stream || m.Subject != want.Subject || m.Sequence != want.Sequence || m.ID != want.ID || m.Type != want.Type || m.Deliveries != 1 {
			t.Errorf("message %d is %+v, want %+v", i, m, want)
		}
	}
	eventually(t, "all acknowledged", func() bool {
		s := consumerStats(t, b, "test")
		return s.Pending == 0 && s.AckPending == 0
	})
}

func TestAFailedMessageComesAgainAndBlocksNobody(t *testing.T) {
	b := open(t)
	list := fill(t, b, "tdnet", 3)
	bad := eventOf(t, list[0]).ID
	var order []string
	var mu sync.Mutex
	done := make(chan string, 8)
	consume(t, b, ConsumerConfig{Handler: func(_ context.Context, m Message) error {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, m.ID)
		if m.ID == bad && m.Deliveries < 3 {
			return errors.New("the disk is full")
		}
		done <- m.ID
		return nil
	}, Backoff: []time.Duration{20 * time.Millisecond}})
	for range list {
		receive(t, done)
	}
	mu.Lock()
	defer mu.Unlock()
	if n := len(slices.DeleteFunc(slices.Clone(order), func(id string) bool { return id != bad })); n != 3 {
		t.Errorf("the failing message was handled %d times in %v, want 3", n, order)
	}
	if order[1] == bad || order[2] == bad {
		t.Errorf("the others waited: %v", order)
	}
	if letters := deadLetters(t, b); len(letters) != 0 {
		t.Errorf("dead letters %+v", letters)
	}
}

func TestAPoisonMessageBecomesADeadLetter(t *testing.T) {
	for name, trouble := range map[string]struct {
		answer     error
		panics     bool
		deliveries int
		reason     string
	}{
		"that fails each time":              {answer: errors.New("cannot decode"), deliveries: 3, reason: "failed 3 times: cannot decode"},
		"that makes the handler panic":      {panics: true, deliveries: 3, reason: "failed 3 times: handler panicked: index out of range"},
		"that is permanent":                 {answer: breach.Permanent(errors.New("no such channel\nask  the admin")), deliveries: 1, reason: "no such channel ask the admin"},
		"with a reason longer than allowed": {answer: breach.Permanent(errors.New(strings.Repeat("漏えい", 400))), deliveries: 1, reason: strings.Repeat("漏えい", 55) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, func(c *Config) { c.SubjectPrefix = "acme" })
			n := fill(t, b, "tdnet", 2)[0]
			answers := make(chan Answer, 16)
			consume(t, b, ConsumerConfig{
				MaxAttempts: 3,
				Observe:     func(a Answer, _ time.Duration) { answers <- a },
				Handler: func(_ context.Context, m Message) error {
					if m.Sequence != 1 {
						return nil
					}
					if trouble.panics {
						panic("index out of range")
					}
					return trouble.answer
				},
			})
			var seen []Answer
			for !slices.Contains(seen, Dead) {
				seen = append(seen, receive(t, answers))
			}
			var letters []DeadLetter
			eventually(t, "the dead letter is listed", func() bool {
				letters = deadLetters(t, b)
				return len(letters) == 1
			})
			l := letters[0]
			if l.Time.IsZero() {
				t.Error("the dead letter has no time")
			}
			l.Time = time.Time{}
			want := DeadLetter{Stream: breach.StreamNotices, Consumer: "test", Sequence: 1, Reason: trouble.reason,
				Deliveries: trouble.deliveries, Subject: n.Subject(), ID: eventOf(t, n).ID, Type: breach.TypeNotice}
			if l != want {
				t.Errorf("dead letter\n %+v, want\n %+v", l, want)
			}
			eventually(t, "nothing is left", func() bool {
				s := consumerStats(t, b, "test")
				return s.Pending == 0 && s.AckPending == 0
			})
		})
	}
}

func TestAttemptsAreCountedOverARestart(t *testing.T) {
	cfg := Config{DataDir: t.TempDir(), InProcess: true}
	b := openConfig(t, cfg)
	fill(t, b, "tdnet", 1)
	failures := make(chan int, 16)
	failing := ConsumerConfig{MaxAttempts: 4, Handler: func(_ context.Context, m Message) error {
		failures <- m.Deliveries
		return errors.New("no")
	}, Backoff: []time.Duration{time.Millisecond, time.Millisecond, 300 * time.Millisecond}}
	consume(t, b, failing)
	for range 3 {
		receive(t, failures)
	}
	closeBus(t, b)

	b = openConfig(t, cfg)
	consume(t, b, failing)
	eventually(t, "given up", func() bool { return len(deadLetters(t, b)) == 1 })
	if n := len(failures); n != 1 {
		t.Errorf("%d more attempts after the restart, want 1", n)
	}
}

func TestAHandlerHasADeadlineThatItCanExtend(t *testing.T) {
	b := open(t)
	fill(t, b, "tdnet", 1)
	causes := make(chan error, 4)
	const timeout = 150 * time.Millisecond
	consume(t, b, ConsumerConfig{HandlerTimeout: timeout, Handler: func(ctx context.Context, m Message) error {
		if m.Deliveries == 1 {
			<-ctx.Done()
			causes <- context.Cause(ctx)
			if err := Extend(ctx); err == nil {
				t.Error("an ended context was extended")
			}
			return ctx.Err()
		}
		for range 6 {
			select {
			case <-ctx.Done():
				t.Error("the extended handler was ended")
			case <-time.After(timeout / 3):
			}
			if err := Extend(ctx); err != nil {
				t.Error(err)
			}
		}
		causes <- nil
		return nil
	}})
	if err := receive(t, causes); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "longer than 150ms") {
		t.Errorf("the handler ended by %v", err)
	}
	if err := receive(t, causes); err != nil {
		t.Error(err)
	}
	if err := Extend(t.Context()); err == nil {
		t.Error("a context of no handler was extended")
	}
}

func TestStopLetsHandlersFinish(t *testing.T) {
	b := open(t)
	fill(t, b, "tdnet", 3)
	started, finish := make(chan struct{}, 8), make(chan struct{})
	var handled atomic.Int32
	c := consume(t, b, ConsumerConfig{Handler: func(ctx context.Context, _ Message) error {
		started <- struct{}{}
		<-finish
		handled.Add(1)
		return ctx.Err()
	}})
	receive(t, started)
	stopped := make(chan struct{})
	go func() { stop(t, c); close(stopped) }()
	select {
	case <-stopped:
		t.Fatal("stopped under a running handler")
	case <-time.After(50 * time.Millisecond):
	}
	close(finish)
	receive(t, stopped)
	stop(t, c)
	if handled.Load() != 1 {
		t.Errorf("%d handled, want only the one that ran", handled.Load())
	}
	if s := consumerStats(t, b, "test"); s.Pending != 2 || s.AckPending != 0 {
		t.Errorf("after stop: %+v, want 2 pending, none with us", s)
	}
}

func TestStopCutsHandlersAfterTheGraceAndNothingIsLost(t *testing.T) {
	b := open(t)
	list := fill(t, b, "tdnet", 4)
	started := make(chan struct{}, 8)
	answers := make(chan Answer, 8)
	c := consume(t, b, ConsumerConfig{
		Prefetch: 4, MaxAttempts: 1,
		Observe: func(a Answer, _ time.Duration) { answers <- a },
		Handler: func(ctx context.Context, _ Message) error {
			started <- struct{}{}
			<-ctx.Done()
			return context.Cause(ctx)
		},
	})
	receive(t, started)
	grace, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := c.Stop(grace); err != nil {
		t.Fatal(err)
	}
	if a := receive(t, answers); a != Cut {
		t.Errorf("answer %s, want cut", a)
	}
	got := make(chan string, 8)
	before := time.Now()
	consume(t, b, ConsumerConfig{Handler: func(_ context.Context, m Message) error { got <- m.ID; return nil }})
	var handled []string
	for range list {
		handled = append(handled, receive(t, got))
	}
	slices.Sort(handled)
	if len(slices.Compact(handled)) != len(list) {
		t.Errorf("handled %v", handled)
	}
	if took := time.Since(before); took > 10*time.Second {
		t.Errorf("redelivered after %s, want at once", took)
	}
	if letters := deadLetters(t, b); len(letters) != 0 {
		t.Errorf("being cut counted as an attempt: %+v", letters)
	}
}

func TestWorkersShareTheWork(t *testing.T) {
	b := open(t)
	fill(t, b, "tdnet", 4)
	var together sync.WaitGroup
	together.Add(4)
	done := make(chan struct{}, 4)
	consume(t, b, ConsumerConfig{Workers: 4, Handler: func(context.Context, Message) error {
		together.Done()
		together.Wait() // hangs unless four run at a time
		done <- struct{}{}
		return nil
	}})
	for range 4 {
		receive(t, done)
	}
}

// Two processes on one durable: nothing is fetched that waits longer than the
// server's patience.
func TestSlowHandlersOfTwoProcessesHandleEachMessageOnce(t *testing.T) {
	b := open(t)
	const n = 40
	fill(t, b, "tdnet", n)
	var calls atomic.Int32
	done := make(chan struct{}, 2*n)
	slow := ConsumerConfig{HandlerTimeout: 100 * time.Millisecond, Handler: func(ctx context.Context, _ Message) error {
		calls.Add(1)
		<-time.After(30 * time.Millisecond)
		done <- struct{}{}
		return nil
	}}
	consume(t, b, slow)
	consume(t, b, slow)
	for range n {
		receive(t, done)
	}
	eventually(t, "all acknowledged", func() bool { return consumerStats(t, b, "test").AckPending == 0 })
	if calls.Load() != n {
		t.Errorf("%d calls for %d messages", calls.Load(), n)
	}
}

func TestAnOrderedConsumerWaitsForTheMessageThatFails(t *testing.T) {
	b := open(t)
	fill(t, b, "tdnet", 3)
	got := make(chan uint64, 16)
	consume(t, b, ConsumerConfig{Ordered: true, MaxAttempts: 3, Handler: func(_ context.Context, m Message) error {
		got <- m.Sequence
		switch {
		case m.Sequence == 1 && m.Deliveries < 3:
			return errors.New("not yet")
		case m.Sequence == 2:
			return errors.New("never")
		}
		return nil
	}})
	for i, want := range []uint64{1, 1, 1, 2, 2, 2, 3} {
		if seq := receive(t, got); seq != want {
			t.Fatalf("delivery %d was message %d, want %d", i, seq, want)
		}
	}
}

func TestANewConsumerMayStartAtTheEnd(t *testing.T) {
	b := open(t)
	fill(t, b, "old", 3)
	got := make(chan string, 16)
	cfg := ConsumerConfig{OnlyNew: true, Handler: func(_ context.Context, m Message) error { got <- m.Subject; return nil }}
	c := consume(t, b, cfg)
	stop(t, c)
	n := fill(t, b, "new", 1)[0] // while it is away
	consume(t, b, cfg)
	if subject := receive(t, got); subject != n.Subject() {
		t.Errorf("first message on %s, want %s", subject, n.Subject())
	}
}

func TestADeletedDurableIsMadeAnewWithoutLoss(t *testing.T) {
	for name, onlyNew := range map[string]bool{"from the beginning": false, "from where it began": true} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			fill(t, b, "old", 1)
			got := make(chan string, 64)
			consume(t, b, ConsumerConfig{OnlyNew: onlyNew, Handler: func(_ context.Context, m Message) error { got <- m.Subject; return nil }})
			before := fill(t, b, "before", 1)[0]
			for receive(t, got) != before.Subject() {
			}
			if err := b.RemoveConsumer(t.Context(), breach.StreamNotices, "test"); err != nil {
				t.Fatal(err)
			}
			after := fill(t, b, "after", 1)[0]
			var seen []string
			for !slices.Contains(seen, after.Subject()) {
				seen = append(seen, receive(t, got))
			}
			if old := slices.ContainsFunc(seen, func(s string) bool { return strings.HasPrefix(s, "notices.old.") }); old == onlyNew {
				t.Errorf("after the deletion came %v", seen)
			}
		})
	}
	b := open(t)
	if err := b.RemoveConsumer(t.Context(), breach.StreamNotices, "never-there"); err != nil {
		t.Error(err)
	}
}

func TestAnExistingDurableTakesTheNewConfiguration(t *testing.T) {
	b := open(t)
	nop := func(context.Context, Message) error { return nil }
	stop(t, consume(t, b, ConsumerConfig{Handler: nop, Subjects: []string{"notices.tdnet.>"}}))
	fill(t, b, "tdnet", 1)
	ppc := fill(t, b, "ppc", 1)[0]
	got := make(chan string, 16)
	consume(t, b, ConsumerConfig{
		Subjects: []string{"notices.ppc.>", "notices.ipa.>"}, OnlyNew: true, HandlerTimeout: time.Minute, Ordered: true,
		Handler: func(_ context.Context, m Message) error { got <- m.Subject; return nil },
	})
	if subject := receive(t, got); subject != ppc.Subject() {
		t.Errorf("first message on %s, want %s", subject, ppc.Subject())
	}
}

func TestAWrongConsumerIsRefused(t *testing.T) {
	b := open(t)
	nop := func(context.Context, Message) error { return nil }
	for name, cfg := range map[string]ConsumerConfig{
		"without a name":       {Stream: breach.StreamNotices, Handler: nop},
		"with a dot":           {Durable: "a.b", Stream: breach.StreamNotices, Handler: nop},
		"of no stream":         {Durable: "a", Stream: "RUMOURS", Handler: nop},
		"without a handler":    {Durable: "a", Stream: breach.StreamNotices},
		"ordered in parallel":  {Durable: "a", Stream: breach.StreamNotices, Handler: nop, Ordered: true, Workers: 2},
		"with half a worker":   {Durable: "a", Stream: breach.StreamNotices, Handler: nop, Workers: -1},
		"of a broken subject":  {Durable: "a", Stream: breach.StreamNotices, Handler: nop, Subjects: []string{"notices..x"}},
		"of two that overlap":  {Durable: "a", Stream: breach.StreamNotices, Handler: nop, Subjects: []string{"notices.>", "notices.tdnet.>"}},
		"of another's subject": {Durable: "a", Stream: breach.StreamNotices, Handler: nop, Subjects: []string{"alerts.>", "bad subject"}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := b.Consume(t.Context(), cfg); err == nil {
				t.Error("it was accepted")
			}
		})
	}
}

func TestCloseStopsConsumersAndTakesNoNewOnes(t *testing.T) {
	b := open(t)
	fill(t, b, "tdnet", 1)
	started := make(chan struct{}, 1)
	var finished atomic.Bool
	cfg := ConsumerConfig{Durable: "test", Stream: breach.StreamNotices, Handler: func(context.Context, Message) error {
		started <- struct{}{}
		<-time.After(50 * time.Millisecond)
		finished.Store(true)
		return nil
	}}
	consume(t, b, cfg)
	receive(t, started)
	closeBus(t, b)
	closeBus(t, b)
	if !finished.Load() {
		t.Error("closed under a running handler")
	}
	if _, err := b.Consume(t.Context(), cfg); err == nil {
		t.Error("a closed bus took a consumer")
	}
}
