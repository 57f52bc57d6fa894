package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"oshirase/app"
	"oshirase/breach"
)

// hostileSite misbehaves in one way a path; /good works.
type hostileSite struct{}

const goodTitle = "架空商店における不正アクセスによる個人情報漏えいに関するお知らせ"

func (hostileSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	html := func(body string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!DOCTYPE html><html><head><title>x</title></head><body>%s</body></html>", body)
	}
	switch r.URL.Path {
	case "/robots.txt":
		http.NotFound(w, r)
	case "/html-instead-of-a-feed":
		html("<h1>ただいまメンテナンス中です</h1>")
	case "/not-a-feed":
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, "GIF89a nothing to see")
	case "/no-rows":
		html("<ul class=other><li>2026.01.01 <a href=/1>お知らせ</a></li></ul>")
	case "/forty-megabytes":
		w.Header().Set("Content-Type", "application/rss+xml")
		chunk := []byte(strings.Repeat("<!-- filler -->", 4096))
		for sent := 0; sent < 40<<20; sent += len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				return // the daemon has had enough
			}
		}
	case "/to-a-private-address":
		http.Redirect(w, r, "http://10.0.0.1/feed", http.StatusFound)
	case "/gone":
		http.NotFound(w, r)
	case "/inbs/I_list_001_" + time.Now().In(tokyo).Format("20060102") + ".html":
		html("<p>システムエラーが発生しました</p>") // an error page with status 200
	case "/good":
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><item><title>%s</title><link>http://%s/broken.pdf</link><pubDate>%s</pubDate></item></channel></rss>`,
			goodTitle, r.Host, time.Now().Format(time.RFC1123Z))
	case "/broken.pdf":
		w.Header().Set("Content-Type", "application/pdf")
		fmt.Fprint(w, "%PDF-1.7\nthis is none")
	default:
		http.NotFound(w, r)
	}
}

var tokyo = time.FixedZone("JST", 9*60*60)

// sourceStatus is a row of /api/v1/sources.
type sourceStatus struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

func sourceStates(t *testing.T, daemon *app.App) map[string]sourceStatus {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+daemon.WebAddr()+"/api/v1/sources", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct{ Sources []sourceStatus }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	states := map[string]sourceStatus{}
	for _, s := range answer.Sources {
		states[s.ID] = s
	}
	return states
}

// TestEachBadSourceIsNamedAndTheRestGoesOn: every kind of bad input gives one
// clear reason and one ops alert, and the good source's breach is told on its
// title although its PDF is none.
func TestEachBadSourceIsNamedAndTheRestGoesOn(t *testing.T) {
	site := httptest.NewServer(hostileSite{})
	t.Cleanup(site.Close)
	var mu sync.Mutex
	ops, breaches := map[string]int{}, map[string]breach.Alert{}
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var a breach.Alert
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&a); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if a.Ops != nil {
			ops[a.Ops.Subject+" "+a.Ops.Reason]++
		} else {
			breaches[a.Notice.Title] = a
		}
	}))
	t.Cleanup(hook.Close)
	dead := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(dead.Close)

	daemon := launch(t, fmt.Sprintf(`
data_dir: %q
http: {contact: soc@example.com, allow_private_addresses: ["127.0.0.0/8"], per_host: {interval: 1ms, concurrency: 16}}
sources:
  - {id: html, kind: feed, url: "%[2]s/html-instead-of-a-feed"}
  - {id: gif, kind: feed, url: "%[2]s/not-a-feed"}
  - {id: selectors, kind: page, url: "%[2]s/no-rows", list: {row: "ul.news > li", date: "time", title: a, link: "a@href"}}
  - {id: large, kind: feed, url: "%[2]s/forty-megabytes"}
  - {id: private, kind: feed, url: "%[2]s/to-a-private-address"}
  - {id: gone, kind: feed, url: "%[2]s/gone"}
  - {id: tse, kind: tdnet, url: "%[2]s/inbs/"}
  - {id: good, kind: feed, url: "%[2]s/good", schedule: "@every 1s"}
receivers:
  - {id: hook, kind: webhook, url: %[3]q}
  - {id: dead, kind: webhook, url: %[4]q}
routes:
  - {to: [hook, dead]}
  - {match: {kind: [ops]}, to: [hook]}
web: {listen: "127.0.0.1:0"}
document_wait: 60s
`, t.TempDir(), site.URL, hook.URL, dead.URL+"/hook"))

	reasons := map[string]struct{ reason, remedy string }{
		"html":      {"html_instead", "correct url"},
		"gif":       {"not_a_feed", "feed"},
		"selectors": {"no_rows", "ul.news > li"},
		"large":     {"too_large", "http.max_body_mib"},
		"private":   {"private_address", "http.allow_private_addresses"},
		"gone":      {"not_found", "correct url"},
		"tse":       {"not_the_list", ""},
	}
	var states map[string]sourceStatus
	waitFor(t, 150*time.Second, "every bad source told to operations, the breach and its dead letter", func() bool {
		mu.Lock()
		told := len(ops)
		found := len(breaches)
		mu.Unlock()
		return told >= len(reasons)+1 && found == 1
	})
	states = sourceStates(t, daemon)
	mu.Lock()
	defer mu.Unlock()
	for id, want := range reasons {
		got := states[id]
		if got.State != "unhealthy" || got.Reason != want.reason {
			t.Errorf("source %s: state %q, reason %q, want %q: %s", id, got.State, got.Reason, want.reason, got.Message)
		}
		if !strings.Contains(got.Message, want.remedy) {
			t.Errorf("source %s: no remedy with %q in %q", id, want.remedy, got.Message)
		}
		if n := ops[id+" "+want.reason]; n != 1 {
			t.Errorf("source %s: operations were told %d times", id, n)
		}
	}
	if states["good"].State != "healthy" {
		t.Errorf("the good source is not well: %+v", states["good"])
	}
	alert := breaches[goodTitle]
	if alert.Notice.DocumentState != breach.DocumentFailed {
		t.Errorf("the document that is no PDF is %q", alert.Notice.DocumentState)
	}
	checkDeadLetter(t, daemon, alert.ID)
}

// checkDeadLetter: a webhook that answers 404 is a dead letter with the reason.
func checkDeadLetter(t *testing.T, daemon *app.App, alertID string) {
	t.Helper()
	found := make(chan breach.Delivery, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err := daemon.FollowDeliveries(ctx, func(d breach.Delivery) error {
		if d.Receiver == "dead" && d.AlertID == alertID && d.Outcome == breach.Dead {
			found <- d
			cancel()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case d := <-found:
		if !strings.Contains(d.Reason, "404") {
			t.Errorf("the dead letter does not tell why: %q", d.Reason)
		}
	default:
		t.Error("the receiver that answers 404 left no dead letter")
	}
}
