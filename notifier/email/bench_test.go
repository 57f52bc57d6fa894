package email_test

import (
	"io"
	"net"
	"net/smtp"
	"testing"

	gosmtp "github.com/emersion/go-smtp"

	"oshirase/notifier/email"
	"oshirase/notifier/notifiertest"
)

// sink takes mail and keeps none.
type sink struct{ mailbox }

func (*sink) NewSession(*gosmtp.Conn) (gosmtp.Session, error) { return sinkSession{}, nil }

type sinkSession struct{}

func (sinkSession) Mail(string, *gosmtp.MailOptions) error { return nil }
func (sinkSession) Rcpt(string, *gosmtp.RcptOptions) error { return nil }
func (sinkSession) Data(r io.Reader) error                 { _, err := io.Copy(io.Discard, r); return err }
func (sinkSession) Reset()                                 {}
func (sinkSession) Logout() error                          { return nil }

func serveSink(b *testing.B) string {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := gosmtp.NewServer(&sink{})
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	b.Cleanup(func() { _ = server.Close(); _ = listener.Close(); <-done })
	return listener.Addr().String()
}

// BenchmarkDeliver renders an alert and mails it.
func BenchmarkDeliver(b *testing.B) {
	n := open(b, email.Config{SMTP: serveSink(b), TLS: "none"})
	a := notifiertest.Alerts()[1].Alert
	b.ReportAllocs()
	for b.Loop() {
		if _, err := n.Send(b.Context(), message(a)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBareSMTP is the floor for BenchmarkDeliver: as many bytes by
// net/smtp alone, in a connection of their own each time.
func BenchmarkBareSMTP(b *testing.B) {
	box := &mailbox{}
	if _, err := open(b, email.Config{SMTP: serve(b, box), TLS: "none"}).Send(b.Context(), message(notifiertest.Alerts()[1].Alert)); err != nil {
		b.Fatal(err)
	}
	raw, address := []byte(box.received()[0].raw), serveSink(b)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if err := smtp.SendMail(address, nil, "oshirase@example.com", []string{"soc@example.com"}, raw); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPage renders the HTML part alone.
func BenchmarkPage(b *testing.B) {
	v := message(notifiertest.Alerts()[1].Alert).View
	b.ReportAllocs()
	for b.Loop() {
		if _, err := email.HTML(v); err != nil {
			b.Fatal(err)
		}
	}
}
