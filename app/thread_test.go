package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"oshirase/configs"
)

// bot is Slack's chat.postMessage.
type bot struct {
	mu      sync.Mutex
	threads []string // thread_ts of each message
}

func (b *bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var message struct {
		ThreadTS string `json:"thread_ts"`
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&message); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.threads = append(b.threads, message.ThreadTS)
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"ok":true,"channel":"C0123456","ts":"1764000000.%06d"}`, len(b.threads))
}

func (b *bot) seen() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.threads...)
}

func TestReportsOfOneIncidentAreOneThreadInSlack(t *testing.T) {
	var mu sync.Mutex
	reports := 1
	began := time.Now().Add(-time.Hour)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/feed" {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, "<html><body><main><p>当社のサーバーがランサムウェアに感染し、お客様%s,234名の情報が漏えいした可能性があります。</p></main></body></html>", strings.TrimPrefix(r.URL.Path, "/"))
			return
		}
		mu.Lock()
		defer mu.Unlock()
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>t</title>`)
		for i := 1; i <= reports; i++ {
			fmt.Fprintf(w, "<item><title>ランサムウェア被害に関するお知らせ（第%d報）</title><link>http://%s/%d</link><pubDate>%s</pubDate></item>",
				i, r.Host, i, began.Add(time.Duration(i)*time.Minute).Format(time.RFC1123Z))
		}
		fmt.Fprint(w, `</channel></rss>`)
	}))
	defer site.Close()
	slack := &bot{}
	api := httptest.NewServer(slack)
	defer api.Close()
	file := filepath.Join(t.TempDir(), "oshirase.yaml")
	yaml := fmt.Sprintf(`
data_dir: %q
http: {contact: test@oshirase.example, allow_private_addresses: true, per_host: {interval: 1ms, concurrency: 8}}
sources:
  - {id: feed, kind: feed, url: %q, schedule: "@every 1s", first_run: all, publisher: {name: 架空商事, code: "9876"}}
receivers:
  - {id: soc, kind: slack, bot_token: xoxb-made-up, channel: C0123456, api_url: %q}
routes:
  - {to: [soc]}
web: {listen: "127.0.0.1:0"}
`, filepath.Join(filepath.Dir(file), "data"), site.URL+"/feed", api.URL)
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := configs.Load(file, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	stop := household{t, cfg}.start()
	defer stop()
	for want := 1; want <= 3; want++ {
		mu.Lock()
		reports = want
		mu.Unlock()
		waitFor(t, 60*time.Second, "the next report is told", func() bool { return len(slack.seen()) >= want })
	}
	stop()
	if got := slack.seen(); len(got) != 3 || got[0] != "" || got[1] != "1764000000.000001" || got[2] != "1764000000.000001" {
		t.Errorf("threads %q: want the second and third report under the first", got)
	}
}
