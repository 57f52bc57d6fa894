package email_test

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"

	"encoding/base64"

	"github.com/emersion/go-smtp"

	"oshirase/notifier"
	"oshirase/notifier/email"
	"oshirase/notifier/notifiertest"
	"oshirase/notifier/render"
)

// mailbox is an SMTP server in the test process.
type mailbox struct {
	mu       sync.Mutex
	messages []string
	rcpt     func(to string) error
}

type session struct{ box *mailbox }

func (m *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{m}, nil }
func (*session) Mail(string, *smtp.MailOptions) error          { return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.box.rcpt != nil {
		return s.box.rcpt(to)
	}
	return nil
}
func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.box.messages = append(s.box.messages, string(b))
	return nil
}
func (*session) Reset()        {}
func (*session) Logout() error { return nil }

func (m *mailbox) received() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.messages
}

func serve(t *testing.T, box *mailbox) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(box)
	server.Domain = "mail.example"
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
		<-done
	})
	return listener.Addr().String()
}

func channel(t *testing.T, addr string) *email.Notifier {
	t.Helper()
	n, err := email.New(email.Config{SMTP: addr, TLS: "none", From: "Oshirase お知らせ <oshirase@example.com>", To: notifier.List{"監視チーム <soc@example.com>", "second@example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMailKeepsTheChannelsPromises(t *testing.T) {
	notifiertest.Run(t, notifiertest.Suite{
		Behaviours: []notifiertest.Behaviour{notifiertest.Accepts, notifiertest.FailsNow, notifiertest.Refuses, notifiertest.Unreached},
		Open: func(t *testing.T, b notifiertest.Behaviour) notifiertest.Opened {
			box := &mailbox{}
			switch b {
			case notifiertest.FailsNow:
				box.rcpt = func(string) error {
					return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try later"}
				}
			case notifiertest.Refuses:
				box.rcpt = func(string) error {
					return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
				}
			}
			addr := serve(t, box)
			if b == notifiertest.Unreached {
				addr = "127.0.0.1:1"
			}
			return notifiertest.Opened{Channel: channel(t, addr), Received: func() []string {
				var list []string
				for _, m := range box.received() {
					list = append(list, readable(t, m))
				}
				return list
			}}
		},
		Harmless: func(t *testing.T, received string) {
			if strings.Contains(received, "<script") || strings.Contains(received, "Bcc:") {
				t.Errorf("markup or a header of the source arrived: %.500q", received)
			}
		},
	})
}

// readable is a message as a person's mail program shows it: the subject and
// both bodies.
func readable(t *testing.T, raw string) string {
	t.Helper()
	message, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	out := subject + "\n"
	_, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(message.Body, parameters["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		var body io.Reader = part
		switch strings.ToLower(part.Header.Get("Content-Transfer-Encoding")) {
		case "quoted-printable":
			body = quotedprintable.NewReader(part)
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, part)
		}
		b, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		out += string(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")))
	}
}

func TestReportsOfOneIncidentAreOneThread(t *testing.T) {
	box := &mailbox{}
	n := channel(t, serve(t, box))
	for _, e := range notifiertest.Alerts() {
		if e.Alert.Incident == nil {
			continue
		}
		for range 2 { // told twice after a crash: the same Message-ID both times
			if _, err := n.Send(t.Context(), notifier.Compose(e.Alert, "soc", "ja", notifiertest.Tokyo, notifiertest.Now)); err != nil {
				t.Fatal(err)
			}
		}
	}
	ids := map[string]int{}
	for _, raw := range box.received() {
		m, err := mail.ReadMessage(strings.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		ids[m.Header.Get("Message-Id")]++
		if m.Header.Get("References") == "" && m.Header.Get("In-Reply-To") == "" && !strings.Contains(raw, "Message-I") {
			t.Errorf("no thread:\n%.500s", raw)
		}
		if to, err := m.Header.AddressList("To"); err != nil || len(to) == 0 {
			t.Errorf("recipients cannot be read: %v, %v", to, err)
		}
	}
	for id, n := range ids {
		if n%2 != 0 {
			t.Errorf("Message-ID %s stands %d times", id, n)
		}
	}
}

func TestOneRefusedRecipientHarmsOnlyItself(t *testing.T) {
	box := &mailbox{rcpt: func(to string) error {
		if strings.HasPrefix(to, "second") {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
		}
		return nil
	}}
	n := channel(t, serve(t, box))
	_, err := n.Send(t.Context(), notifier.Compose(notifiertest.Alerts()[0].Alert, "soc", "ja", notifiertest.Tokyo, notifiertest.Now))
	if !notifier.IsPartlyRefused(err) || !strings.Contains(err.Error(), "second@example.com") {
		t.Errorf("error %v", err)
	}
	if len(box.received()) != 1 {
		t.Errorf("%d messages arrived", len(box.received()))
	}
}

func TestTheMailsPageIsGolden(t *testing.T) {
	for _, e := range notifiertest.Alerts() {
		for _, language := range render.Languages() {
			html, err := email.HTML(render.New(e.Alert, language, notifiertest.Tokyo, notifiertest.Now))
			if err != nil {
				t.Fatal(err)
			}
			notifiertest.Golden(t, strings.ReplaceAll(e.Name, " ", "-")+"."+language+".html", html)
		}
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	for key, c := range map[string]email.Config{
		"smtp": {From: "a@example.com", To: notifier.List{"b@example.com"}},
		"from": {SMTP: "mail.example:587", From: "nobody", To: notifier.List{"b@example.com"}},
		"to":   {SMTP: "mail.example:587", From: "a@example.com"},
		"tls":  {SMTP: "mail.example:587", From: "a@example.com", To: notifier.List{"b@example.com"}, TLS: "maybe"},
	} {
		faults := c.Validate()
		found := false
		for _, f := range faults {
			found = found || strings.HasPrefix(f.Key, key)
		}
		if !found {
			t.Errorf("%s: %v", key, faults)
		}
	}
}
