package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"oshirase/app"
	"oshirase/audit"
	"oshirase/breach"
	"oshirase/configs"
)

// killHelper names the configuration of a daemon that the test binary becomes,
// to be killed.
const killHelper = "OSHIRASE_TEST_DAEMON_CONFIG"

func TestMain(m *testing.M) {
	if file := os.Getenv(killHelper); file != "" {
		os.Exit(daemon(file))
	}
	os.Exit(m.Run())
}

func daemon(file string) int {
	cfg, err := configs.Load(file, os.LookupEnv)
	if err == nil {
		log, logErr := app.NewLogger(cfg, os.Stderr)
		if logErr != nil {
			panic(logErr)
		}
		var d *app.App
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		if d, err = app.New(ctx, cfg, app.Options{Console: io.Discard, Log: log}); err == nil {
			err = d.Run(ctx)
		}
	}
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// killSite is a feed that grows by one notice at a time, each breach followed
// by one that is none, with a document behind each.
type killSite struct {
	mu    sync.Mutex
	items int
	polls int // requests for the feed
	began time.Time
	onGet func(path string)
}

func (s *killSite) title(i int) string {
	if i%2 == 1 {
		return fmt.Sprintf("新製品発売のお知らせ 第%d弾", i)
	}
	return fmt.Sprintf("架空商事%d号店における不正アクセスによる個人情報漏えいに関するお知らせ", i)
}

func (s *killSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	items, onGet := s.items, s.onGet
	if r.URL.Path == "/feed" {
		s.polls++
	}
	s.mu.Unlock()
	if onGet != nil {
		onGet(r.URL.Path)
	}
	if r.URL.Path != "/feed" {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		text := "当社のサーバーが第三者による不正アクセスを受け、お客様1,234名の氏名が漏えいしました。"
		if n := r.URL.Path; (n[len(n)-1]-'0')%2 == 1 {
			text = "このたび新しい掃除機を発売いたします。色は白と黒の二種類です。"
		}
		fmt.Fprintf(w, "<html><body><main><p>%s</p><p>%s</p></main></body></html>", text, r.URL.Path)
		return
	}
	w.Header().Set("Content-Type", "application/rss+xml")
	fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>t</title>`)
	for i := range items {
		fmt.Fprintf(w, "<item><title>%s</title><link>http://%s/%d</link><pubDate>%s</pubDate></item>",
			s.title(i), r.Host, i, s.began.Add(time.Duration(i)*time.Minute).Format(time.RFC1123Z))
	}
	fmt.Fprint(w, `</channel></rss>`)
}

// killReceiver says yes to every alert and remembers who asked when.
type killReceiver struct {
	mu     sync.Mutex
	life   int              // which daemon runs
	yes    map[string][]int // alert id → lives that were told yes
	onTold func()
}

func (k *killReceiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var alert breach.Alert
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&alert); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	k.mu.Lock()
	k.yes[alert.ID] = append(k.yes[alert.ID], k.life)
	onTold := k.onTold
	k.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
	if onTold != nil {
		onTold()
	}
}

// TestAKilledDaemonLosesNothingAndRepeatsNothing kills the daemon with SIGKILL
// at many points of the pipeline. Every notice must be stored once; every
// breach told at least once, and told again only where the kill fell between
// the receiver's yes and its record.
func TestAKilledDaemonLosesNothingAndRepeatsNothing(t *testing.T) {
	const lives, perLife = 14, 4
	site := &killSite{began: time.Now().Add(-time.Hour)}
	receiver := &killReceiver{yes: map[string][]int{}}
	siteServer, receiverServer := httptest.NewServer(site), httptest.NewServer(receiver)
	defer siteServer.Close()
	defer receiverServer.Close()
	dir := t.TempDir()
	file := dir + "/oshirase.yaml"
	yaml := fmt.Sprintf(`
data_dir: %q
http: {contact: test@oshirase.example, allow_private_addresses: true, per_host: {interval: 1ms, concurrency: 8}}
sources:
  - {id: feed, kind: feed, url: %q, schedule: "@every 1s", first_run: all}
receivers:
  - {id: hook, kind: webhook, url: %q}
routes:
  - {to: [hook]}
web: {listen: "127.0.0.1:0"}
log: {level: error}
`, dir+"/data", siteServer.URL+"/feed", receiverServer.URL)
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}

	killedAt := make([]time.Time, lives)
	random := rand.New(rand.NewPCG(1, 2))
	for life := range lives {
		kill := make(chan struct{}, 1)
		trigger := func() {
			select {
			case kill <- struct{}{}:
			default:
			}
		}
		countdown := random.IntN(2*perLife) + 1
		step := func() {
			if countdown--; countdown == 0 {
				trigger()
			}
		}
		site.mu.Lock()
		site.items += perLife
		site.onGet = nil
		receiver.mu.Lock()
		receiver.life, receiver.onTold = life, nil
		var mode string
		var after time.Duration
		switch life % 3 {
		case 0: // when a page is asked for: in the watcher
			mode = "request"
			var mu sync.Mutex
			site.onGet = func(string) { mu.Lock(); defer mu.Unlock(); step() }
		case 1: // right after the receiver's yes: before or around its record
			mode = "yes"
			countdown = random.IntN(2) + 1
			receiver.onTold = func() { receiver.mu.Lock(); defer receiver.mu.Unlock(); step() }
		case 2: // at any time: in the stages between
			mode = "time"
			after = time.Duration(random.IntN(900)+100) * time.Millisecond
		}
		receiver.mu.Unlock()
		site.mu.Unlock()

		process := startDaemon(t, file)
		var timer <-chan time.Time
		if after > 0 {
			timer = time.After(after)
		}
		select {
		case <-kill:
		case <-timer:
		case <-time.After(20 * time.Second):
			t.Fatalf("life %d: the point %q was never reached", life, mode)
		}
		killedAt[life] = time.Now()
		if err := process.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		_ = process.Wait() // killed: the state says so
	}

	site.mu.Lock()
	site.onGet = nil
	items, polls := site.items, site.polls
	site.mu.Unlock()
	receiver.mu.Lock()
	receiver.life, receiver.onTold = lives, nil
	receiver.mu.Unlock()
	last := startDaemon(t, file)
	waitFor(t, 60*time.Second, "every breach told, and the listing worked through", func() bool {
		receiver.mu.Lock()
		defer receiver.mu.Unlock()
		site.mu.Lock()
		defer site.mu.Unlock()
		// A poll begins only after the one before is done.
		return len(receiver.yes) >= items/2 && site.polls >= polls+2
	})
	// What was in a killed handler's hands comes again after its lease.
	waitFor(t, 60*time.Second, "every yes recorded", func() bool { return recordedYes(t, file) >= items/2 })
	if err := last.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := last.Wait(); err != nil {
		t.Errorf("the daemon did not stop in peace: %v", err)
	}

	verifyAfterKills(t, file, items, receiver, killedAt)
}

// recordedYes counts the alerts that the running daemon has recorded as told.
func recordedYes(t *testing.T, file string) int {
	t.Helper()
	cfg, err := configs.Load(file, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := app.OpenArchive(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	list, err := archive.Deliveries(t.Context(), app.DeliveryFilter{Outcome: breach.Sent})
	if err := errors.Join(err, archive.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func startDaemon(t *testing.T, file string) *exec.Cmd {
	t.Helper()
	process := exec.Command(os.Args[0])
	process.Env = append(os.Environ(), killHelper+"="+file)
	process.Stderr = os.Stderr
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = process.Process.Kill() }) // already gone when all went well
	return process
}

func verifyAfterKills(t *testing.T, file string, items int, receiver *killReceiver, killedAt []time.Time) {
	t.Helper()
	cfg, err := configs.Load(file, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := app.OpenArchive(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := archive.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	each := func(stream string, do func(audit.Message)) {
		t.Helper()
		if err := archive.Replay(t.Context(), audit.Query{Stream: stream}, func(m audit.Message) error { do(m); return nil }); err != nil {
			t.Fatal(err)
		}
	}

	titles := map[string]bool{}
	for _, stream := range []string{breach.StreamNotices, breach.StreamFindings, breach.StreamAlerts} {
		seen := map[string]uint64{}
		each(stream, func(m audit.Message) {
			if before, twice := seen[m.ID]; twice {
				t.Errorf("%s holds %s at %d and %d", stream, m.ID, before, m.Sequence)
			}
			seen[m.ID] = m.Sequence
			if stream == breach.StreamNotices {
				var n breach.Notice
				if err := json.Unmarshal(m.Data, &n); err != nil {
					t.Fatal(err)
				}
				titles[n.Title] = true
			}
		})
	}
	if len(titles) != items {
		t.Errorf("%d notices are stored, %d were published", len(titles), items)
	}

	recorded := map[string]time.Time{}
	each(breach.StreamDeliveries, func(m audit.Message) {
		if strings.Contains(m.Subject, ".sent.") {
			var d breach.Delivery
			if err := json.Unmarshal(m.Data, &d); err != nil {
				t.Fatal(err)
			}
			if _, twice := recorded[d.AlertID]; !twice {
				recorded[d.AlertID] = m.Stored
			}
		}
	})
	receiver.mu.Lock()
	defer receiver.mu.Unlock()
	repeats := 0
	for id, lives := range receiver.yes {
		if _, ok := recorded[id]; !ok {
			t.Errorf("alert %s was told and is not recorded", id)
		}
		for _, life := range lives[:len(lives)-1] {
			repeats++
			if recorded[id].Before(killedAt[min(life, len(killedAt)-1)]) {
				t.Errorf("alert %s was told in lives %v although it was recorded before the kill", id, lives)
			}
		}
	}
	if told := len(receiver.yes); told != items/2 {
		t.Errorf("%d alerts were told, %d breaches were published", told, items/2)
	}
	t.Logf("%d kills, %d notices, %d alerts, %d told again because the kill fell between yes and record", len(killedAt), items, len(receiver.yes), repeats)
}

// waitFor polls until ok or the deadline.
func waitFor(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for !ok() {
		select {
		case <-poll.C:
		case <-deadline.C:
			t.Fatalf("not within %s: %s", limit, what)
		}
	}
}
