package app_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"oshirase/app"
	"oshirase/breach"
)

// natsServer is a NATS server of somebody else's, in this process.
func natsServer(t *testing.T) string {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the NATS server is not ready")
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	return s.ClientURL()
}

// TestRolesOnSeveralMachinesShareOnePipeline splits the roles over three daemons
// on one NATS server, two of them watchers: every breach is told once.
func TestRolesOnSeveralMachinesShareOnePipeline(t *testing.T) {
	site, url := world(t), natsServer(t)
	config := func() string {
		return fmt.Sprintf(`
data_dir: %q
nats: {url: %q, subject_prefix: acme}
http: {contact: soc@example.com, allow_private_addresses: ["127.0.0.0/8"], per_host: {interval: 1ms, concurrency: 4}}
sources:
  - {id: tdnet, kind: tdnet, url: "%[3]s/inbs/", schedule: "* * * * * *"}
  - {id: news, kind: feed, url: "%[3]s/feed", schedule: "* * * * * *"}
receivers: [{id: console, kind: console}]
routes: [{to: [console]}]
web: {listen: "127.0.0.1:0"}
document_wait: 60s
`, t.TempDir(), url, site.URL())
	}
	teller := launch(t, config(), app.RoleTracker, app.RoleNotifier, app.RoleWeb)
	launch(t, config(), app.RoleWatcher, app.RoleClassifier)
	launch(t, config(), app.RoleWatcher, app.RoleClassifier)

	var mu sync.Mutex
	var told []string
	owned(t, func(ctx context.Context) error {
		return teller.FollowDeliveries(ctx, func(d breach.Delivery) error {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, string(d.Outcome)+" "+string(d.Kind)+" "+d.Title)
			return nil
		})
	})
	count := func() int { mu.Lock(); defer mu.Unlock(); return len(told) }
	waitFor(t, 150*time.Second, "the first reports", func() bool { return count() >= 3 })
	site.Advance()
	waitFor(t, 60*time.Second, "the second report", func() bool { return count() >= 4 })
	mu.Lock()
	defer mu.Unlock()
	slices.Sort(told)
	want := []string{
		"sent new ランサムウェア感染によるシステム障害の発生に関するお知らせ（第１報）",
		"sent new 患者情報1200人分入りのUSBメモリを紛失 - 見本市民病院",
		"sent new 業務委託先における不正アクセスによる個人情報漏えいの可能性に関するお知らせ",
		"sent update ランサムウェア感染によるシステム障害の発生に関するお知らせ（第２報）",
	}
	if !slices.Equal(told, want) {
		t.Errorf("told %q\nwant %q", told, want)
	}
}
