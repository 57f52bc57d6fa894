package stream

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"oshirase/breach"
)

// virtual runs f with an embedded server in virtual time.
func virtual(t *testing.T, f func(t *testing.T, b *Bus)) {
	t.Helper()
	virtualWith(t, Config{}, f)
}

func virtualWith(t *testing.T, cfg Config, f func(t *testing.T, b *Bus)) {
	t.Helper()
	cfg.DataDir, cfg.InProcess = t.TempDir(), true
	// Finalizers of an earlier server would run inside the bubble and wake
	// goroutines outside of it.
	emptyPools()
	// The client keeps its timers in a pool: one made inside the bubble must not
	// be reset outside of it.
	defer emptyPools()
	synctest.Test(t, func(t *testing.T) {
		b, err := Open(t.Context(), cfg, testLog(t))
		if err != nil {
			t.Fatal(err)
		}
		f(t, b)
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// emptyPools drops what a sync.Pool holds, which outlives one collection.
func emptyPools() {
	runtime.GC()
	runtime.GC()
}

// deliveries records when a handler is called, from the first call on.
type deliveries struct {
	mu    sync.Mutex
	first time.Time
	at    []time.Duration
	last  chan struct{}
}

func (d *deliveries) now(last bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.first.IsZero() {
		d.first = time.Now()
	}
	d.at = append(d.at, time.Since(d.first))
	if last {
		close(d.last)
	}
}

func (d *deliveries) check(t *testing.T, gaps ...time.Duration) {
	t.Helper()
	select {
	case <-d.last:
	case <-time.After(48 * time.Hour):
		t.Error("the last delivery never came")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.at) != len(gaps)+1 {
		t.Fatalf("%d deliveries at %v, want %d", len(d.at), d.at, len(gaps)+1)
	}
	for i, want := range gaps {
		if got := d.at[i+1] - d.at[i]; got < want*8/10 || got > want*12/10+time.Second {
			t.Errorf("delivery %d came after %s, want about %s", i+2, got, want)
		}
	}
}

func TestBackOffGrowsAndEndsInADeadLetter(t *testing.T) {
	virtual(t, func(t *testing.T, b *Bus) {
		fill(t, b, "tdnet", 1)
		d := &deliveries{last: make(chan struct{})}
		c, err := b.Consume(t.Context(), ConsumerConfig{Durable: "test", Stream: breach.StreamNotices, MaxAttempts: 7, Handler: func(_ context.Context, m Message) error {
			d.now(m.Deliveries == 7)
			return errors.New("the disk is full")
		}})
		if err != nil {
			t.Fatal(err)
		}
		d.check(t, time.Second, 5*time.Second, 30*time.Second, 2*time.Minute, 10*time.Minute, 10*time.Minute)
		if err := c.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if letters := deadLetters(t, b); len(letters) != 1 || letters[0].Reason != "failed 7 times: the disk is full" {
			t.Errorf("dead letters %+v", letters)
		}
	})
}

func TestAWaitThatTheReceiverAskedForIsNoAttempt(t *testing.T) {
	virtual(t, func(t *testing.T, b *Bus) {
		fill(t, b, "tdnet", 1)
		d := &deliveries{last: make(chan struct{})}
		answers := []error{
			breach.RetryAfter(errors.New("429"), 7*time.Second),
			breach.RetryAfter(errors.New("429"), 0),
			errors.New("connection refused"),
			breach.RetryAfter(errors.New("503"), 20*time.Minute),
			breach.RetryAfter(errors.New("503"), 100*time.Hour),
			breach.RetryAfter(errors.New("503"), 40*time.Second),
			nil,
		}
		_, err := b.Consume(t.Context(), ConsumerConfig{Durable: "test", Stream: breach.StreamNotices, MaxAttempts: 2, Handler: func(_ context.Context, m Message) error {
			d.now(m.Deliveries == len(answers))
			return answers[m.Deliveries-1]
		}})
		if err != nil {
			t.Fatal(err)
		}
		d.check(t, 7*time.Second, time.Second, time.Second, 20*time.Minute, time.Hour, 40*time.Second)
		if letters := deadLetters(t, b); len(letters) != 0 {
			t.Errorf("dead letters %+v", letters)
		}
	})
}

func TestAClaimIsFreeAgainAfterItsTime(t *testing.T) {
	virtual(t, func(t *testing.T, b *Bus) {
		k, err := b.Bucket(t.Context(), BucketConfig{Name: "claims", TTL: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		claim := func(want bool) {
			t.Helper()
			if got, err := k.Claim(t.Context(), "tdnet 2026-11-20T15:30"); err != nil || got != want {
				t.Errorf("claim %v, %v, want %v", got, err, want)
			}
		}
		claim(true)
		claim(false)
		<-time.After(59 * time.Minute)
		claim(false)
		<-time.After(2 * time.Minute)
		claim(true)
		claim(false)
	})
}

func TestStopTellsOfAHandlerThatNeverEnds(t *testing.T) {
	virtual(t, func(t *testing.T, b *Bus) {
		fill(t, b, "tdnet", 1)
		started, release := make(chan struct{}), make(chan struct{})
		c, err := b.Consume(t.Context(), ConsumerConfig{Durable: "test", Stream: breach.StreamNotices, Handler: func(context.Context, Message) error {
			close(started)
			<-release
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		<-started
		grace, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := c.Stop(grace); err == nil {
			t.Error("stopped under a running handler without a word")
		}
		close(release)
		if err := c.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestMessagesAndEvidenceGoAfterTheirRetention(t *testing.T) {
	virtualWith(t, Config{Retention: 40 * time.Hour}, func(t *testing.T, b *Bus) {
		n := fill(t, b, "tdnet", 1)[0]
		body := []byte("%PDF-1.7 made up")
		if err := b.PutEvidence(t.Context(), sum(body), body, nil); err != nil {
			t.Fatal(err)
		}
		<-time.After(39 * time.Hour)
		if _, _, err := b.GetEvidence(t.Context(), sum(body)); err != nil {
			t.Error(err)
		}
		if latest, err := b.LatestNotice(t.Context(), "tdnet", n.ID); err != nil || latest == nil {
			t.Errorf("notice gone before its time: %v", err)
		}
		<-time.After(2 * time.Hour)
		if latest, err := b.LatestNotice(t.Context(), "tdnet", n.ID); err != nil || latest != nil {
			t.Errorf("notice %v, %v after its time", latest, err)
		}
		if got := all(t, b, breach.StreamNotices); len(got) != 0 {
			t.Errorf("replayed %d messages of an expired stream", len(got))
		}
		if _, _, err := b.GetEvidence(t.Context(), sum(body)); !errors.Is(err, ErrNotFound) {
			t.Errorf("evidence after its time: %v", err)
		}
	})
}

// The server's own clock for expiry is outside of the bubble, so only the new
// time of keeping is looked at.
func TestADocumentSeenInTheSecondHalfOfItsTimeIsKeptAnew(t *testing.T) {
	virtualWith(t, Config{Retention: 40 * time.Hour}, func(t *testing.T, b *Bus) {
		body := []byte("%PDF-1.7 made up")
		kept := func() time.Time {
			t.Helper()
			if err := b.PutEvidence(t.Context(), sum(body), body, nil); err != nil {
				t.Fatal(err)
			}
			store, err := b.evidenceStore(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			info, err := store.GetInfo(t.Context(), sum(body))
			if err != nil {
				t.Fatal(err)
			}
			return info.ModTime
		}
		first := kept()
		<-time.After(10 * time.Hour)
		if again := kept(); !again.Equal(first) {
			t.Errorf("written again after 10 of 40 hours")
		}
		<-time.After(20 * time.Hour)
		if again := kept(); !again.After(first) {
			t.Errorf("not written again after 30 of 40 hours")
		}
	})
}
