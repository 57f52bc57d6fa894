package slack

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

	"go.uber.org/goleak"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/notifier/notifiertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	webhookPath = "/services/T0123/B0456/s3cr3t-webhook-part"
	botToken    = "xoxb-1-2-s3cr3t-token-part"
)

// server is a Slack in the test process.
type server struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
	heads  []http.Header
}

// answer is what the server says to each message.
type answer struct {
	status int
	header map[string]string
	body   string
	hang   bool
}

func newServer(t testing.TB, a answer) *server {
	s := &server{}
	stop := make(chan struct{})
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.bodies = append(s.bodies, string(body))
		s.heads = append(s.heads, r.Header.Clone())
		s.mu.Unlock()
		if a.hang {
			select {
			case <-stop:
			case <-r.Context().Done():
			}
			return
		}
		for k, v := range a.header {
			w.Header().Set(k, v)
		}
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.body)
	}))
	t.Cleanup(func() {
		close(stop)
		s.Close()
	})
	return s
}

func (s *server) received() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.bodies...)
}

func openWebhook(t testing.TB, base string) *Notifier {
	n, err := New(Config{WebhookURL: breach.NewSecret(base + webhookPath)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n
}

func openBot(t testing.TB, base string) *Notifier {
	n, err := New(Config{BotToken: breach.NewSecret(botToken), Channel: "C0123456", APIURL: base + "/api"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n
}

func message(a *breach.Alert, language string) notifier.Message {
	return notifier.Compose(a, "soc", language, notifiertest.Tokyo, notifiertest.Now)
}

var allBehaviours = []notifiertest.Behaviour{notifiertest.Accepts, notifiertest.RateLimits, notifiertest.FailsNow,
	notifiertest.Refuses, notifiertest.Hangs, notifiertest.Unreached}

func TestWebhookConforms(t *testing.T) {
	answers := map[notifiertest.Behaviour]answer{
		notifiertest.Accepts:    {status: 200, body: "ok"},
		notifiertest.RateLimits: {status: 429, header: map[string]string{"Retry-After": "7"}, body: "rate_limited"},
		notifiertest.FailsNow:   {status: 500, body: "rollup_error " + webhookPath},
		notifiertest.Refuses:    {status: 404, body: "no_service for " + webhookPath},
		notifiertest.Hangs:      {hang: true},
		notifiertest.Unreached:  {status: 200},
	}
	notifiertest.Run(t, notifiertest.Suite{
		Behaviours: allBehaviours,
		Harmless:   harmless,
		Open: func(t *testing.T, b notifiertest.Behaviour) notifiertest.Opened {
			s := newServer(t, answers[b])
			base := s.URL
			if b == notifiertest.Unreached {
				s.Close()
			}
			return notifiertest.Opened{Channel: openWebhook(t, base), Received: s.received, Secrets: []string{"s3cr3t"}}
		},
	})
}

func TestBotConforms(t *testing.T) {
	answers := map[notifiertest.Behaviour]answer{
		notifiertest.Accepts:    {status: 200, body: `{"ok":true,"channel":"C0123456","ts":"1764000000.000100"}`},
		notifiertest.RateLimits: {status: 200, body: `{"ok":false,"error":"ratelimited"}`, header: map[string]string{"Retry-After": "7"}},
		notifiertest.FailsNow:   {status: 200, body: `{"ok":false,"error":"internal_error"}`},
		notifiertest.Refuses:    {status: 200, body: `{"ok":false,"error":"channel_not_found ` + botToken + `"}`},
		notifiertest.Hangs:      {hang: true},
		notifiertest.Unreached:  {status: 200},
	}
	notifiertest.Run(t, notifiertest.Suite{
		Behaviours: allBehaviours,
		Harmless:   harmless,
		Open: func(t *testing.T, b notifiertest.Behaviour) notifiertest.Opened {
			s := newServer(t, answers[b])
			base := s.URL
			if b == notifiertest.Unreached {
				s.Close()
			}
			return notifiertest.Opened{Channel: openBot(t, base), Received: s.received, Secrets: []string{"s3cr3t"}}
		},
	})
}

func TestStatusDecidesTheAnswer(t *testing.T) {
	for _, tt := range []struct {
		name      string
		answer    answer
		permanent bool
		wait      time.Duration
		says      string
	}{
		{"429 without Retry-After waits the default", answer{status: 429}, false, 30 * time.Second, "429"},
		{"429 with retry_after in the body", answer{status: 429, body: `{"ok":false,"retry_after":12}`}, false, 12 * time.Second, "429"},
		{"429 with an absurd wait is held to an hour", answer{status: 429, header: map[string]string{"Retry-After": "999999999"}}, false, time.Hour, "429"},
		{"500 waits", answer{status: 500, body: "rollup_error"}, false, 30 * time.Second, "rollup_error"},
		{"503 with Retry-After waits that long", answer{status: 503, header: map[string]string{"Retry-After": "90"}}, false, 90 * time.Second, "503"},
		{"invalid_blocks is permanent and named", answer{status: 400, body: "invalid_blocks"}, true, 0, "invalid_blocks: report this message"},
		{"403 action_prohibited is permanent", answer{status: 403, body: "action_prohibited"}, true, 0, "ask for permission"},
		{"404 no_service is permanent", answer{status: 404, body: "no_service"}, true, 0, "no_service: the webhook is gone: make another one"},
		{"410 channel_is_archived is permanent", answer{status: 410, body: "channel_is_archived"}, true, 0, "bring the channel back"},
		{"a redirect is not followed", answer{status: 302, header: map[string]string{"Location": "http://127.0.0.1:1/"}}, true, 0, "redirects are not followed"},
		{"an endless answer is cut", answer{status: 400, body: strings.Repeat("x", 1<<20)}, true, 0, "xxx"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t, tt.answer)
			_, err := openWebhook(t, s.URL).Send(t.Context(), message(notifiertest.Alerts()[0].Alert, "ja"))
			if err == nil || breach.IsPermanent(err) != tt.permanent {
				t.Fatalf("Send = %v, want permanent %v", err, tt.permanent)
			}
			if wait, _ := breach.RetryDelay(err); wait != tt.wait {
				t.Errorf("wait %s, want %s", wait, tt.wait)
			}
			if !strings.Contains(err.Error(), tt.says) || len(err.Error()) > 600 {
				t.Errorf("the error %.700q does not say %q briefly", err, tt.says)
			}
		})
	}
}

func TestBotRefusalNamesSlacksWord(t *testing.T) {
	s := newServer(t, answer{status: 200, body: `{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["[ERROR] must be less than 3001 characters"]}}`})
	_, err := openBot(t, s.URL).Send(t.Context(), message(notifiertest.Alerts()[0].Alert, "ja"))
	if !breach.IsPermanent(err) || !strings.Contains(err.Error(), "invalid_blocks") || !strings.Contains(err.Error(), "3001") {
		t.Errorf("Send = %v", err)
	}
}

func TestBotAnswerThatIsNotTheAPIsMayHeal(t *testing.T) {
	s := newServer(t, answer{status: 200, body: "<html>captive portal</html>"})
	_, err := openBot(t, s.URL).Send(t.Context(), message(notifiertest.Alerts()[0].Alert, "ja"))
	if err == nil || breach.IsPermanent(err) {
		t.Errorf("Send = %v, want an error that may heal", err)
	}
}

func TestBotThreadsReportsOfOneIncident(t *testing.T) {
	s := newServer(t, answer{status: 200, body: `{"ok":true,"channel":"C0123456","ts":"1764000000.000200"}`})
	n := openBot(t, s.URL)
	m := message(notifiertest.Alerts()[1].Alert, "ja")
	m.Thread = "C0123456/1764000000.000100"
	reference, err := n.Send(t.Context(), m)
	if err != nil || reference != "C0123456/1764000000.000200" {
		t.Fatalf("Send = %q, %v", reference, err)
	}
	var p payload
	if err := json.Unmarshal([]byte(s.received()[0]), &p); err != nil {
		t.Fatal(err)
	}
	if p.ThreadTS != "1764000000.000100" || !p.ReplyBroadcast || p.Channel != "C0123456" {
		t.Errorf("channel %q, thread %q, broadcast %v: want the escalation in the thread and in the channel", p.Channel, p.ThreadTS, p.ReplyBroadcast)
	}
	if got := s.heads[0].Get("Authorization"); got != "Bearer "+botToken {
		t.Errorf("Authorization is %q", got)
	}
}

func TestConfigIsChecked(t *testing.T) {
	secret := breach.NewSecret
	for _, tt := range []struct {
		name   string
		config Config
		key    string // of the fault; "-" for none
	}{
		{"a webhook", Config{WebhookURL: secret("https://hooks.slack.example/services/x")}, "-"},
		{"a webhook on this machine may use http", Config{WebhookURL: secret("http://127.0.0.1:9999/x")}, "-"},
		{"a webhook in the private network may use http", Config{WebhookURL: secret("http://10.1.2.3/x")}, "-"},
		{"a webhook elsewhere may not", Config{WebhookURL: secret("http://hooks.slack.example/x")}, "webhook_url"},
		{"a bot with a channel", Config{BotToken: secret("xoxb-1"), Channel: "C1"}, "-"},
		{"a bot without a channel", Config{BotToken: secret("xoxb-1")}, "channel"},
		{"nothing", Config{}, ""},
		{"both", Config{WebhookURL: secret("https://x.example/"), BotToken: secret("x"), Channel: "C"}, "bot_token"},
		{"a webhook with a channel", Config{WebhookURL: secret("https://x.example/"), Channel: "C"}, "channel"},
		{"a secret and its file", Config{WebhookURL: secret("https://x.example/"), WebhookURLFile: "f"}, "webhook_url_file"},
		{"a scheme that is none", Config{WebhookURL: secret("ftp://x.example/")}, "webhook_url"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			faults := tt.config.Validate()
			if tt.key == "-" && len(faults) > 0 || tt.key != "-" && (len(faults) != 1 || faults[0].Key != tt.key) {
				t.Errorf("faults %v, want one for %q", faults, tt.key)
			}
			for _, f := range faults {
				if strings.Contains(fmt.Sprint(f), "/x") {
					t.Errorf("the fault %v shows the URL", f)
				}
			}
		})
	}
}

func TestWebhookURLMayStandInAFile(t *testing.T) {
	s := newServer(t, answer{status: 200, body: "ok"})
	file := filepath.Join(t.TempDir(), "slack")
	if err := os.WriteFile(file, []byte(s.URL+webhookPath+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	n, err := New(Config{WebhookURLFile: file})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	if _, err := n.Send(t.Context(), message(notifiertest.Alerts()[0].Alert, "en")); err != nil {
		t.Error(err)
	}
	if _, err := New(Config{WebhookURLFile: file + "-missing"}); err == nil || !strings.Contains(err.Error(), "webhook_url_file") {
		t.Errorf("a missing file gives %v", err)
	}
}
