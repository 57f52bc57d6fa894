package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oshirase/breach"
)

func replayed(t testing.TB, b *Bus, q ReplayQuery) []Message {
	t.Helper()
	var list []Message
	if err := b.Replay(t.Context(), q, func(m Message) error { list = append(list, m); return nil }); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAReplayReadsWhatItsQuerySays(t *testing.T) {
	b := open(t)
	fill(t, b, "alpha", 3)
	fill(t, b, "beta", 2)
	whole := all(t, b, breach.StreamNotices)
	if len(whole) != 5 {
		t.Fatalf("%d messages are stored, want 5", len(whole))
	}
	middle := whole[2].Stored
	for _, c := range []struct {
		name string
		q    ReplayQuery
		want []Message
	}{
		{"everything", ReplayQuery{}, whole},
		{"one source", ReplayQuery{Subjects: []string{"notices.beta.>"}}, whole[3:]},
		{"two sources", ReplayQuery{Subjects: []string{"notices.beta.>", "notices.alpha.*"}}, whole},
		{"since a time, inclusive", ReplayQuery{Since: middle}, whole[2:]},
		{"until a time, exclusive", ReplayQuery{Until: middle}, whole[:2]},
		{"after a sequence", ReplayQuery{After: whole[3].Sequence}, whole[4:]},
		{"nothing after the end", ReplayQuery{After: whole[4].Sequence}, nil},
		{"a subject that nobody used", ReplayQuery{Subjects: []string{"notices.gamma.>"}}, nil},
		{"the future", ReplayQuery{Since: time.Now().Add(2 * time.Hour)}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.q.Stream = breach.StreamNotices
			got := replayed(t, b, c.q)
			if !slices.Equal(ids(got), ids(c.want)) {
				t.Errorf("got %v, want %v", ids(got), ids(c.want))
			}
			for _, m := range got {
				if m.Deliveries != 0 {
					t.Errorf("a replay counts as delivery %d", m.Deliveries)
				}
			}
		})
	}
}

func TestAReplayMovesNoConsumerAndLeavesNone(t *testing.T) {
	b := open(t)
	fill(t, b, "alpha", 3)
	replayed(t, b, ReplayQuery{Stream: breach.StreamNotices})
	handled := make(chan string, 3)
	c, err := b.Consume(t.Context(), ConsumerConfig{Durable: "later", Stream: breach.StreamNotices, Handler: func(_ context.Context, m Message) error {
		handled <- m.ID
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		receive(t, handled)
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	s, err := b.js.Stream(t.Context(), breach.StreamNotices)
	if err != nil {
		t.Fatal(err)
	}
	for info := range s.ListConsumers(t.Context()).Info() {
		if info.Name != "later" {
			t.Errorf("a replay left the consumer %q", info.Name)
		}
	}
}

func TestAReplayStopsAtTheFirstErrorAndSaysWhereItWas(t *testing.T) {
	b := open(t)
	fill(t, b, "alpha", 3)
	calls, broken := 0, errors.New("the disk is full")
	err := b.Replay(t.Context(), ReplayQuery{Stream: breach.StreamNotices}, func(Message) error { calls++; return broken })
	if !errors.Is(err, broken) || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
	for _, c := range []struct{ name, subject, stream, says string }{
		{"an unknown stream", "", "NOTES", `unknown stream "NOTES"`},
		{"a subject with a space", "notices. alpha", breach.StreamNotices, `invalid subject "notices. alpha"`},
	} {
		q := ReplayQuery{Stream: c.stream}
		if c.subject != "" {
			q.Subjects = []string{c.subject}
		}
		if err := b.Replay(t.Context(), q, nil); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestAFollowerSeesWhatWasAndWhatComes(t *testing.T) {
	b := open(t)
	before := fill(t, b, "alpha", 2)
	ctx, cancel := context.WithCancel(t.Context())
	got, ended := make(chan string, 8), make(chan error, 1)
	go func() {
		ended <- b.Follow(ctx, ReplayQuery{Stream: breach.StreamNotices, After: 1}, func(m Message) error { got <- m.ID; return nil })
	}()
	if id := receive(t, got); id != before[1].ID+"-1" {
		t.Errorf("first %q, want the second notice", id)
	}
	next := notice("beta", "later", 1, "お知らせ")
	publish(t, b, next)
	if id := receive(t, got); id != next.ID+"-1" {
		t.Errorf("then %q", id)
	}
	cancel()
	if err := receive(t, ended); err != nil {
		t.Errorf("the end of its context is no error: %v", err)
	}
}

// TestAnyReplayIsTheFilterOfTheWhole: whatever is asked, a replay is what a look
// at every message would choose.
func TestAnyReplayIsTheFilterOfTheWhole(t *testing.T) {
	b := open(t)
	for i := range 12 {
		publish(t, b, notice([]string{"alpha", "beta", "gamma"}[i%3], fmt.Sprint(i), 1, "お知らせ"))
	}
	whole := all(t, b, breach.StreamNotices)
	rapid.Check(t, func(r *rapid.T) {
		q := ReplayQuery{Stream: breach.StreamNotices, After: uint64(rapid.IntRange(0, 13).Draw(r, "after"))}
		source := rapid.SampledFrom([]string{"", "alpha", "beta", "gamma"}).Draw(r, "source")
		if source != "" {
			q.Subjects = []string{"notices." + source + ".>"}
		}
		from, to := rapid.IntRange(0, 11).Draw(r, "since"), rapid.IntRange(0, 11).Draw(r, "until")
		q.Since, q.Until = whole[from].Stored, whole[to].Stored
		var want, got []string
		for _, m := range whole {
			if m.Sequence > q.After && !m.Stored.Before(q.Since) && m.Stored.Before(q.Until) && strings.HasPrefix(m.Subject, "notices."+source) {
				want = append(want, m.ID)
			}
		}
		if err := b.Replay(t.Context(), q, func(m Message) error { got = append(got, m.ID); return nil }); err != nil {
			r.Fatal(err)
		}
		if !slices.Equal(got, want) {
			r.Fatalf("%+v: got %v, want %v", q, got, want)
		}
	})
}
