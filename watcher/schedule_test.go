package watcher_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"oshirase/watcher"
)

func schedule(t testing.TB, line string) cron.Schedule {
	t.Helper()
	s, err := cron.NewParser(cron.SecondOptional | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor).Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestManySourcesOfOneScheduleSpreadOverIt(t *testing.T) {
	const many = 5000
	for _, line := range []string{"*/10 * * * *", "@every 10m"} {
		t.Run(line, func(t *testing.T) {
			var cfg watcher.Config
			for i := range many {
				cfg.Sources = append(cfg.Sources, watcher.Source{ID: fmt.Sprint("feed-", i), Schedule: schedule(t, line), Lister: watcher.Feed{}})
			}
			w, err := watcher.New(cfg, watcher.Deps{})
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			first, second := map[int64]int{}, map[int64]int{}
			for _, s := range cfg.Sources {
				ticks := watcher.Ticks(w, s.ID)
				at := ticks.Next(start)
				if late := at.Sub(start); late < 0 || late > 2*time.Minute {
					t.Fatalf("%s starts after %s", s.ID, late)
				}
				first[at.Unix()]++
				next := ticks.Next(at)
				if next.Sub(at) > 11*time.Minute+time.Second {
					t.Fatalf("%s ticks at %s and then at %s", s.ID, at, next)
				}
				second[next.Unix()]++
			}
			for _, at := range []map[int64]int{first, second} {
				for second, n := range at {
					if n > many/20 {
						t.Errorf("%d of %d sources start in one second, %d", n, many, second)
					}
				}
			}
		})
	}
}

func TestDaemonsNameATickAlike(t *testing.T) {
	day := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
	for _, line := range []string{"* * * * *", "*/5 * * * *", "*/15 8-20 * * *", "30 6 1 * *", "*/7 * * * * *"} {
		t.Run(line, func(t *testing.T) {
			s := watcher.Source{ID: "s", Schedule: schedule(t, line)}
			at := s.Schedule.Next(day)
			seen := map[int64]bool{}
			for range 50 {
				next := s.Schedule.Next(at)
				gap := next.Sub(at)
				// One daemon is punctual, another one's clock or queue is behind.
				name := s.TickNumber(at.Add(gap / 10))
				late := s.TickNumber(at.Add(gap / 2))
				if name != late {
					t.Errorf("%s is tick %d to one daemon and %d to another", at, name, late)
				}
				if seen[name] {
					t.Errorf("%s has the name of a tick before", at)
				}
				seen[name] = true
				at = next
			}
		})
	}
}

// shared are claims of daemons in one process.
type shared struct {
	mu   sync.Mutex
	tick map[string]int64
}

func (s *shared) Claim(_ context.Context, source string, tick int64) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, taken := s.tick[source]; taken && at >= tick {
		return false, nil
	}
	s.tick[source] = tick
	return true, nil
}

func TestTwoDaemonsPollATickOnce(t *testing.T) {
	claims := &shared{tick: map[string]int64{}}
	w := newWorld(t, func(w *world) {
		w.deps.Claims = claims
		w.cfg.Sources[0].Schedule = schedule(t, "*/10 * * * *")
	})
	other, err := watcher.New(w.cfg, w.deps)
	if err != nil {
		t.Fatal(err)
	}
	w.clock.add(w.clock.now().Truncate(10 * time.Minute).Add(11 * time.Minute).Sub(w.clock.now()))
	const ticks = 6
	for i := range ticks {
		w.site.feed(feedOf(3+i, 3+i, w.clock.now(), time.Minute)...)
		var both sync.WaitGroup
		for _, one := range []*watcher.Watcher{w.Watcher, other} {
			both.Go(func() { watcher.Tick(t.Context(), one, "source") })
		}
		both.Wait()
		w.clock.add(10 * time.Minute)
	}
	if got := w.site.asked("/feed"); got != ticks {
		t.Errorf("%d polls of %d ticks", got, ticks)
	}
	// One dies: the other has its ticks.
	w.site.feed(row{title: "後", link: "/later", at: w.clock.now()})
	watcher.Tick(t.Context(), other, "source")
	if n := w.latest(); n.Title != "後" {
		t.Errorf("latest is %q", n.Title)
	}
}

func TestTicksThatComeWhileOneWaitsDoNotPileUp(t *testing.T) {
	w := newWorld(t, func(w *world) { w.cfg.Concurrency = 1 })
	gate := make(chan struct{})
	w.site.put("/feed", page{gate: gate, body: `<rss version="2.0"><channel><title>t</title></channel></rss>`})
	var first sync.WaitGroup
	first.Go(func() { watcher.Tick(context.WithoutCancel(t.Context()), w.Watcher, "source") })
	eventually(t, "the poll runs", func() bool { return w.site.asked("/feed") == 1 })
	for range 100 {
		watcher.Tick(t.Context(), w.Watcher, "source") // returns at once
	}
	close(gate)
	first.Wait()
	if got := w.site.asked("/feed"); got != 1 {
		t.Errorf("asked %d times", got)
	}
}

func TestRunPollsOnScheduleAndEndsWhenTold(t *testing.T) {
	w := newWorld(t, func(w *world) {
		w.cfg.Sources[0].Schedule = schedule(t, "* * * * * *")
		w.cfg.Now = time.Now
	})
	w.site.feed(row{title: "甲", link: "/a", at: time.Now()})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	eventually(t, "it polls twice", func() bool { return w.site.asked("/feed") >= 2 })
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	w.want("甲")
}
