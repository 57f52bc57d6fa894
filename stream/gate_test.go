package stream

import (
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"oshirase/breach"
)

// visitor connects as a stranger would.
func visitor(t *testing.T, url string, options ...nats.Option) (*nats.Conn, chan error) {
	t.Helper()
	refused := make(chan error, 8)
	options = append(options, nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
		select {
		case refused <- err:
		default:
		}
	}))
	nc, err := nats.Connect(url, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc, refused
}

func listening(t *testing.T, subscribers ...Subscriber) (*Bus, string) {
	t.Helper()
	b := openConfig(t, Config{DataDir: t.TempDir(), Listen: "127.0.0.1:0", Subscribers: subscribers})
	e, err := readEndpoint(storeDir(b.cfg))
	if err != nil {
		t.Fatal(err)
	}
	return b, e.URL
}

func TestASubscriberHearsThePublicSubjectsAndMayDoNothingElse(t *testing.T) {
	b, url := listening(t)
	nc, refused := visitor(t, url)
	alerts, err := nc.SubscribeSync("alerts.>")
	if err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	ops := &breach.Alert{ID: breach.OpsAlertID("s", "r", "o"), Kind: breach.AlertOps, CreatedAt: seen, Severity: breach.Medium, Ops: &breach.OpsEvent{Subject: "s", Reason: "r"}}
	publish(t, b, ops)
	m, err := alerts.NextMsg(10 * time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if m.Subject != ops.Subject() || m.Header.Get("ce-type") != breach.TypeAlert {
		t.Errorf("heard %s %v", m.Subject, m.Header)
	}
	for name, attempt := range map[string]func() error{
		"publish an alert":                 func() error { return nc.Publish(ops.Subject(), []byte("{}")) },
		"delete a stream":                  func() error { return nc.PublishRequest("$JS.API.STREAM.DELETE.ALERTS", "_INBOX.x", nil) },
		"read a message directly":          func() error { return nc.PublishRequest("$JS.API.DIRECT.GET.ALERTS", "_INBOX.x", []byte(`{"seq":1}`)) },
		"listen to everything":             func() error { _, err := nc.SubscribeSync(">"); return err },
		"listen to JetStream's own":        func() error { _, err := nc.SubscribeSync("$JS.>"); return err },
		"listen to what is told once more": func() error { _, err := nc.SubscribeSync("retries.>"); return err },
	} {
		if err := attempt(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := receive(t, refused); !strings.Contains(strings.ToLower(err.Error()), "permissions violation") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left := all(t, b, breach.StreamAlerts); len(left) != 1 {
		t.Errorf("%d alerts are stored", len(left))
	}
}

func TestWhoHasNoPlaceComesNotIn(t *testing.T) {
	siem := Subscriber{User: "siem", Password: breach.NewSecret("correct horse")}
	_, url := listening(t, siem)
	visitor(t, url, nats.UserInfo("siem", "correct horse"))
	for name, option := range map[string]nats.Option{
		"a wrong password":          nats.UserInfo("siem", "wrong"),
		"an unknown user":           nats.UserInfo("soc", "correct horse"),
		"nobody, as users are set":  nats.Name("nobody"),
		"the daemon's own name":     nats.UserInfo(adminUser, ""),
		"a token":                   nats.Token("correct horse"),
		"the subscriber, no secret": nats.UserInfo("siem", ""),
	} {
		nc, err := nats.Connect(url, option, nats.MaxReconnects(0))
		if err == nil {
			nc.Close()
			t.Errorf("%s came in", name)
		}
	}
}

func TestAPrefixSeparatesWhatIsPublic(t *testing.T) {
	b := openConfig(t, Config{DataDir: t.TempDir(), Listen: "127.0.0.1:0", SubjectPrefix: "acme"})
	e, err := readEndpoint(storeDir(b.cfg))
	if err != nil {
		t.Fatal(err)
	}
	nc, _ := visitor(t, e.URL)
	sub, err := nc.SubscribeSync("acme.notices.>")
	if err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	n := notice("alpha", "key", 1, "お知らせ")
	publish(t, b, n)
	m, err := sub.NextMsg(10 * time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if m.Subject != "acme."+n.Subject() {
		t.Errorf("on %q", m.Subject)
	}
	if got := all(t, b, breach.StreamNotices); len(got) != 1 || got[0].Subject != n.Subject() {
		t.Errorf("inside, subjects have no prefix: %v", got)
	}
}
