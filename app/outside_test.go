package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/nats-io/nats.go"

	"oshirase/app"
	"oshirase/app/demo"
	"oshirase/breach"
	"oshirase/configs"
)

// world serves the sample world for one test.
func world(t *testing.T) *demo.World {
	t.Helper()
	w, err := demo.NewWorld(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	owned(t, w.Run)
	return w
}

// owned runs f until the test is over, and waits for it.
func owned(t *testing.T, f func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// launch runs a daemon in this process on a configuration.
func launch(t *testing.T, yaml string, roles ...app.Role) *app.App {
	t.Helper()
	cfg, err := configs.Parse("test.yaml", []byte(yaml), func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Check(cfg); err != nil {
		t.Fatal(err)
	}
	daemon, err := app.New(t.Context(), cfg, app.Options{Roles: roles, Console: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	owned(t, daemon.Run)
	return daemon
}

// slackStub is an incoming webhook.
type slackStub struct {
	mu   sync.Mutex
	sent []string // bodies
}

func (s *slackStub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, string(body))
	fmt.Fprint(w, "ok")
}

func (s *slackStub) bodies() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sent)
}

// mailStub is an SMTP server that keeps what it is given.
type mailStub struct {
	mu   sync.Mutex
	kept []string
}

func (m *mailStub) NewSession(*smtp.Conn) (smtp.Session, error) { return mailSession{m}, nil }

type mailSession struct{ stub *mailStub }

func (mailSession) Mail(string, *smtp.MailOptions) error { return nil }
func (mailSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (mailSession) Reset()                               {}
func (mailSession) Logout() error                        { return nil }
func (s mailSession) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	s.stub.mu.Lock()
	defer s.stub.mu.Unlock()
	s.stub.kept = append(s.stub.kept, string(body))
	return err
}

func (m *mailStub) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.kept)
}

func (m *mailStub) serve(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(m)
	owned(t, func(ctx context.Context) error {
		stop := context.AfterFunc(ctx, func() { _ = listener.Close() }) // closed twice at worst
		defer stop()
		if err := server.Serve(listener); ctx.Err() == nil && !errors.Is(err, smtp.ErrServerClosed) {
			return err
		}
		return nil
	})
	return listener.Addr().String()
}

// natsURL is where the daemon with this data directory listens.
func natsURL(t *testing.T, dataDir string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dataDir, "*", "endpoint.json"))
	if err != nil || len(found) != 1 {
		t.Fatalf("endpoints %v, %v", found, err)
	}
	text, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	var endpoint struct{ URL string }
	if err := json.Unmarshal(text, &endpoint); err != nil {
		t.Fatal(err)
	}
	return endpoint.URL
}

// subscriber collects the titles of the alerts on a subject, as a plain client
// without a credential sees them.
type subscriber struct {
	mu     sync.Mutex
	titles []string
	faults []string
}

func (s *subscriber) take(m *nats.Msg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var alert breach.Alert
	if err := json.Unmarshal(m.Data, &alert); err != nil {
		s.faults = append(s.faults, err.Error())
	}
	if got := m.Header.Get("ce-type"); got != breach.TypeAlert || m.Header.Get("ce-id") != alert.ID || m.Header.Get("ce-specversion") != "1.0" {
		s.faults = append(s.faults, fmt.Sprintf("headers %v", m.Header))
	}
	s.titles = append(s.titles, alert.Notice.Title)
}

func (s *subscriber) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(slices.Values(s.titles))
}

// TestBreachRowsOfAForeignSiteReachSlackMailAndSubscribers runs the daemon on a
// configuration in the documented shape, against a site with the real markup:
// every breach row is told once to each receiver that a route names, and
// nothing else is.
func TestBreachRowsOfAForeignSiteReachSlackMailAndSubscribers(t *testing.T) {
	site, slack, mail := world(t), &slackStub{}, &mailStub{}
	hook := httptest.NewServer(slack)
	t.Cleanup(hook.Close)
	data := t.TempDir()
	daemon := launch(t, fmt.Sprintf(`
data_dir: %q
time_zone: Asia/Tokyo
language: ja
nats: {listen: "127.0.0.1:0"}
http:
  contact: soc@example.com
  allow_private_addresses: ["127.0.0.0/8"]
  per_host: {interval: 1ms, concurrency: 4}
sources:
  - {id: tdnet, kind: tdnet, url: "%[2]s/inbs/", schedule: "* * * * * *", robots: respect}
  - {id: news, kind: feed, url: "%[2]s/feed", schedule: "@every 5m", first_run: recent}
  - id: ppc-information
    kind: page
    url: "%[2]s/information/"
    schedule: "*/10 * * * *"
    publisher: {name: 個人情報保護委員会}
    list: {row: "ul.news-list > li", date: "time@datetime", title: ".news-text a", link: ".news-text a@href"}
  - {id: acme-ir, kind: page, url: "%[2]s/ir/news/", publisher: {name: アクメ, code: "6999"}}
watchlist:
  - {name: 架空物流, code: "9399", aliases: [Kakuu], tags: [supplier]}
receivers:
  - {id: soc-slack, kind: slack, webhook_url: %[3]q, language: ja}
  - {id: soc-mail, kind: email, smtp: %[4]q, tls: none, from: "Oshirase <oshirase@example.com>", to: [soc@example.com], language: en}
routes:
  - {match: {severity: ">=high"}, to: [soc-slack]}
  - {match: {watchlist: [supplier]}, to: [soc-mail]}
  - {match: {kind: [ops]}, to: [soc-slack]}
web: {listen: "127.0.0.1:0", token_file: ""}
document_wait: 60s
`, data, site.URL(), hook.URL, mail.serve(t)))
	client, err := nats.Connect(natsURL(t, data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	subjects := map[string]*subscriber{"alerts.>": {}, "alerts.*.ransomware.>": {}, "alerts.*.*.6999.>": {}, "alerts.low.>": {}}
	for subject, s := range subjects {
		if _, err := client.Subscribe(subject, s.take); err != nil {
			t.Fatal(err)
		}
	}
	const (
		first   = "ランサムウェア感染によるシステム障害の発生に関するお知らせ（第１報）"
		second  = "ランサムウェア感染によるシステム障害の発生に関するお知らせ（第２報）"
		mailing = "業務委託先における不正アクセスによる個人情報漏えいの可能性に関するお知らせ"
		shop    = "弊社ECサイトへの不正アクセスによるクレジットカード情報漏えいの可能性に関するお詫びとお知らせ"
		usb     = "患者情報1200人分入りのUSBメモリを紛失 - 見本市民病院"
		bcc     = "電子メールの誤送信による個人情報の漏えいについて"
	)
	wanted := []string{first, mailing, shop, usb, bcc}
	slices.Sort(wanted)
	// The subscription may have come after the first alerts; the stream has them
	// all, and so have the receivers.
	told := map[string][]breach.Delivery{}
	var mu sync.Mutex
	owned(t, func(ctx context.Context) error {
		return daemon.FollowDeliveries(ctx, func(d breach.Delivery) error {
			mu.Lock()
			defer mu.Unlock()
			told[d.Receiver] = append(told[d.Receiver], d)
			return nil
		})
	})
	titles := func(receiver string) []string {
		mu.Lock()
		defer mu.Unlock()
		var list []string
		for _, d := range told[receiver] {
			list = append(list, string(d.Outcome)+" "+d.Title)
		}
		return slices.Sorted(slices.Values(list))
	}
	high := slices.Sorted(slices.Values([]string{"sent " + first, "sent " + mailing, "sent " + shop, "sent " + usb}))
	waitFor(t, 150*time.Second, "high alerts on Slack, the supplier's by mail", func() bool {
		return len(titles("soc-slack")) >= len(high) && len(titles("soc-mail")) >= 1
	})
	site.Advance()
	high = slices.Sorted(slices.Values(append(high, "sent "+second)))
	waitFor(t, 60*time.Second, "the second report", func() bool {
		return len(titles("soc-slack")) >= len(high) && len(titles("soc-mail")) >= 2
	})
	if got := titles("soc-slack"); !slices.Equal(got, high) {
		t.Errorf("Slack was told %q, want %q", got, high)
	}
	if got, want := titles("soc-mail"), []string{"sent " + first, "sent " + second}; !slices.Equal(got, want) {
		t.Errorf("mail told %q, want %q", got, want)
	}
	if got := len(slack.bodies()); got != len(high) {
		t.Errorf("Slack received %d messages, want %d", got, len(high))
	}
	if got := mail.count(); got != 2 {
		t.Errorf("the mail server received %d messages, want 2", got)
	}
	checkSubjects(t, subjects, wanted, map[string]string{"alerts.*.ransomware.>": "ランサムウェア", "alerts.*.*.6999.>": "クレジットカード", "alerts.low.>": "誤送信"})
	if got := subjects["alerts.>"].seen(); !slices.Contains(got, second) {
		t.Errorf("a subscriber that was there sees %q, not %q", got, second)
	}
	refuseWrites(t, client)
}

// checkSubjects holds what each subject showed against what it may show.
func checkSubjects(t *testing.T, subjects map[string]*subscriber, known []string, only map[string]string) {
	t.Helper()
	for _, subject := range slices.Sorted(maps.Keys(subjects)) {
		s := subjects[subject]
		s.mu.Lock()
		faults := s.faults
		s.mu.Unlock()
		for _, fault := range faults {
			t.Errorf("%s: %s", subject, fault)
		}
		for _, title := range s.seen() {
			if !strings.Contains(title, only[subject]) {
				t.Errorf("%s shows %q", subject, title)
			}
			if !slices.Contains(known, title) && !strings.Contains(title, "第２報") {
				t.Errorf("%s shows %q, which tells of no breach", subject, title)
			}
		}
	}
}

// refuseWrites: a subscriber may only read.
func refuseWrites(t *testing.T, client *nats.Conn) {
	t.Helper()
	refused := make(chan error, 1)
	client.SetErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
		select {
		case refused <- err:
		default:
		}
	})
	if err := client.Publish("alerts.critical.ransomware.none.forged", []byte("{}")); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-refused:
		if !strings.Contains(strings.ToLower(err.Error()), "permissions violation") {
			t.Errorf("refused with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("a subscriber could publish an alert")
	}
}
