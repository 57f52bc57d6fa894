package app

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"oshirase/breach"
	"oshirase/configs"
	"oshirase/stream"
	"oshirase/watcher"
)

func TestADailyHeartbeatTellsThatTheMonitorLives(t *testing.T) {
	yaml := fmt.Sprintf(`
data_dir: %q
sources: [{id: a, kind: feed, url: "https://a.example/feed"}, {id: b, kind: feed, url: "https://b.example/feed"}]
receivers: [{id: console, kind: console}]
heartbeat: "09:00"
`, t.TempDir())
	cfg, err := configs.Parse("c.yaml", []byte(yaml), os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC) // 09:00 in Tokyo
	if next := cfg.Heartbeat.Next(at.Add(-time.Second)); !next.Equal(at) {
		t.Fatalf("next heartbeat at %s, want %s", next, at)
	}
	a, err := New(t.Context(), cfg, Options{Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.down.run(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	a.pulse.polled(at)
	a.pulse.polled(at)
	for range 2 { // two daemons, or one that was restarted
		if err := a.heartbeat(t.Context(), at); err != nil {
			t.Fatal(err)
		}
	}
	var told []breach.Alert
	err = a.bus.Replay(t.Context(), stream.ReplayQuery{Stream: breach.StreamAlerts}, func(m stream.Message) error {
		var alert breach.Alert
		told = append(told, alert)
		return json.Unmarshal(m.Data, &told[len(told)-1])
	})
	if err != nil || len(told) != 1 {
		t.Fatalf("%d alerts: %v", len(told), err)
	}
	want := "2 of 2 sources are healthy; in the last day 2 polls, 0 notices, 0 alerts"
	if got := told[0]; got.Kind != breach.AlertOps || got.Severity != breach.Info || !strings.Contains(got.Ops.Message, want) {
		t.Errorf("%+v %+v, want %q", got, got.Ops, want)
	}
}

func TestAHeartbeatNamesTheSourcesThatAreNotWell(t *testing.T) {
	list := []watcher.Status{{ID: "well", Polled: true, Healthy: true}, {ID: "new"}, {ID: "ill", Polled: true, Reason: "timeout"}}
	if got, want := wellness(list), "2 of 3 sources are healthy, not ill (timeout)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for i := range 30 {
		list = append(list, watcher.Status{ID: fmt.Sprint("s", i), Polled: true, Reason: "dns"})
	}
	if got := wellness(list); !strings.HasSuffix(got, "and 21 more") {
		t.Error(got)
	}
}

func TestThePulseForgetsAfterADay(t *testing.T) {
	var p pulse
	at := time.Date(2026, 11, 26, 0, 30, 0, 0, time.UTC)
	for h := range 48 {
		p.polled(at.Add(time.Duration(h) * time.Hour))
	}
	if got := p.lastDay(at.Add(47 * time.Hour)); got != 25 {
		t.Errorf("%d polls, want those of 25 hours", got)
	}
	if got := p.lastDay(at.Add(20 * 24 * time.Hour)); got != 0 {
		t.Errorf("%d polls of weeks ago", got)
	}
}
