package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oshirase/breach"
)

func TestAnEventIsStoredOnceHoweverItComesAgain(t *testing.T) {
	n := notice("tdnet", "a", 1, "不正アクセスに関するお知らせ")
	second, third := notice("tdnet", "a", 2, "続報"), notice("tdnet", "a", 3, "最終報")
	f1, f2, f3 := finding(n, false), finding(second, true), finding(third, true)
	for name, order := range map[string][]*breach.Finding{
		"at once":                                 {f1, f1},
		"after a later one":                       {f1, f2, f1},
		"after a later one with another verdict":  {f1, f2, f3, f1, f2, f3},
		"the latest again":                        {f1, f2, f3, f3},
		"in the order in which nobody meant them": {f3, f1, f3, f2, f1},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, func(c *Config) { c.DuplicateWindow = minDuplicateWindow })
			var want []string
			for _, f := range order {
				publish(t, b, f)
				if !slices.Contains(want, f.ID) {
					want = append(want, f.ID)
				}
			}
			if got := ids(all(t, b, breach.StreamFindings)); !slices.Equal(got, want) {
				t.Errorf("stored %v, want %v", got, want)
			}
		})
	}
}

func TestAnEventIsStoredOnceAfterARestartPastTheDuplicateWindow(t *testing.T) {
	cfg := Config{DataDir: t.TempDir(), InProcess: true, DuplicateWindow: minDuplicateWindow}
	b := openConfig(t, cfg)
	n := notice("tdnet", "a", 1, "お知らせ")
	publish(t, b, finding(n, true))
	publish(t, b, finding(notice("tdnet", "a", 2, "続報"), true))
	closeBus(t, b)

	b = openConfig(t, cfg)
	other := time.Now().Add(2 * minDuplicateWindow)
	eventually(t, "the window is over", func() bool { return time.Now().After(other) })
	publish(t, b, finding(n, true))
	if got := all(t, b, breach.StreamFindings); len(got) != 2 {
		t.Errorf("%d messages, want 2", len(got))
	}
}

func TestManyPublishersOfTheSameEventsStoreEachOnce(t *testing.T) {
	b := open(t)
	const publishers, revisions = 6, 5
	var wg sync.WaitGroup
	for range publishers {
		wg.Go(func() {
			for r := 1; r <= revisions; r++ {
				e := eventOf(t, finding(notice("tdnet", "a", r, "お知らせ"), r%2 == 0))
				if err := b.Publish(t.Context(), e); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	got := ids(all(t, b, breach.StreamFindings))
	if slices.Sort(got); len(slices.Compact(got)) != revisions || len(all(t, b, breach.StreamFindings)) != revisions {
		t.Errorf("stored %v, want %d events once each", got, revisions)
	}
}

func TestARepeatIsFoundBehindMoreMessagesThanOneRead(t *testing.T) {
	b := open(t)
	attempt := func(n int) *breach.Delivery {
		d := &breach.Delivery{AlertID: "a1", Receiver: "soc", Outcome: breach.Failed, Attempt: n, At: seen, Severity: breach.Low, Kind: breach.AlertNew}
		d.ID = breach.DeliveryID(d.AlertID, d.Receiver, d.Outcome, n)
		return d
	}
	const n = scanBatch + 20
	subject := attempt(1).Subject()
	for i := 1; i <= n; i++ {
		// Straight to the stream: only the reading is on trial.
		_, msg, err := b.encode(eventOf(t, attempt(i)))
		if err != nil {
			t.Fatal(err)
		}
		msg.Header.Del("Nats-Msg-Id")
		if _, err := b.js.PublishMsg(t.Context(), msg); err != nil {
			t.Fatal(err)
		}
	}
	for _, i := range []int{1, scanBatch, scanBatch + 1, n, n + 1} {
		publish(t, b, attempt(i))
	}
	if got := all(t, b, breach.StreamDeliveries, subject); len(got) != n+1 {
		t.Errorf("%d messages, want %d", len(got), n+1)
	}
}

func TestWhatCanNeverBeStoredIsPermanent(t *testing.T) {
	b := open(t)
	good := eventOf(t, notice("tdnet", "a", 1, "お知らせ"))
	for name, change := range map[string]func(*breach.Event){
		"no stream takes the subject":  func(e *breach.Event) { e.Subject = "rumours.tdnet.a" },
		"the subject has a wildcard":   func(e *breach.Event) { e.Subject = "notices.*.a" },
		"the subject has a space":      func(e *breach.Event) { e.Subject = "notices.td net.a" },
		"the subject has a line break": func(e *breach.Event) { e.Subject = "notices.tdnet.a\r\nPUB x 0" },
		"the subject has an empty end": func(e *breach.Event) { e.Subject = "notices.tdnet." },
		"the filter is broken":         func(e *breach.Event) { e.Filter = "notices.>.a" },
		"the id is empty":              func(e *breach.Event) { e.ID = "" },
		"the message is too large":     func(e *breach.Event) { e.Data = []byte(`"` + strings.Repeat("x", maxPayload) + `"`) },
	} {
		t.Run(name, func(t *testing.T) {
			e := good
			change(&e)
			if err := b.Publish(t.Context(), e); !breach.IsPermanent(err) {
				t.Errorf("error %v, want a permanent one", err)
			}
		})
	}
	e := good
	e.Data = []byte(strings.Repeat("x", maxPayload))
	if err := b.Publish(t.Context(), e); !errors.Is(err, ErrTooLarge) {
		t.Errorf("error %v, want ErrTooLarge", err)
	}
	if got := all(t, b, breach.StreamNotices); len(got) != 0 {
		t.Errorf("%d messages stored", len(got))
	}
}

func TestTheGreatestNoticeFits(t *testing.T) {
	b := open(t)
	n := notice("tdnet", "a", 1, "お知らせ")
	// Every byte of it becomes six in JSON.
	n.Text = strings.Repeat("<", breach.MaxTextBytes)
	publish(t, b, n)
	if latest, err := b.LatestNotice(t.Context(), "tdnet", n.ID); err != nil || latest.Text != n.Text {
		t.Errorf("read back %d bytes, %v", len(latest.Text), err)
	}
}

func TestAPublishGivesUpWithItsContext(t *testing.T) {
	b := open(t)
	// A stream that is gone answers nobody, as a cluster without a leader.
	if err := b.js.DeleteStream(t.Context(), breach.StreamNotices); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	err := b.Publish(ctx, eventOf(t, notice("tdnet", "a", 1, "お知らせ")))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want the deadline", err)
	}
}

func TestAPublishOutlivesAPauseOfTheStream(t *testing.T) {
	b := open(t)
	if err := b.js.DeleteStream(t.Context(), breach.StreamNotices); err != nil {
		t.Fatal(err)
	}
	result := make(chan error, 1)
	go func() { result <- b.Publish(t.Context(), eventOf(t, notice("tdnet", "a", 1, "お知らせ"))) }()
	select {
	case err := <-result:
		t.Fatalf("published without a stream: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	if err := b.ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := receive(t, result); err != nil {
		t.Fatal(err)
	}
	if got := all(t, b, breach.StreamNotices); len(got) != 1 {
		t.Errorf("%d messages, want 1", len(got))
	}
}

func TestAnyOrderOfPublishesStoresEachIDOnce(t *testing.T) {
	b := open(t, func(c *Config) { c.DuplicateWindow = minDuplicateWindow })
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		source := fmt.Sprintf("s%d", run)
		stored := map[string]bool{}
		for _, step := range rapid.SliceOfN(rapid.IntRange(0, 11), 1, 12).Draw(rt, "steps") {
			n := notice(source, fmt.Sprint(step%3), 1+step%4, "お知らせ")
			f := finding(n, step%2 == 0)
			f.ID = fmt.Sprintf("%s-%d", n.ID, step%4)
			if err := b.Publish(t.Context(), eventOf(t, f)); err != nil {
				rt.Fatal(err)
			}
			stored[f.ID] = true
		}
		got := ids(all(t, b, breach.StreamFindings, "findings.*."+source+".*"))
		slices.Sort(got)
		if len(got) != len(stored) || len(slices.Compact(got)) != len(stored) {
			rt.Fatalf("stored %v, want each of %v once", got, stored)
		}
	})
}
