package email_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// mailbox is an SMTP server in the test process.
type mailbox struct {
	mu       sync.Mutex
	messages []letter
	rcpt     func(to string) error
	data     func() error
	// logins are user names with their passwords; without any, no login is
	// offered.
	logins map[string]string
	// tls offers STARTTLS, or is spoken from the start.
	tls      *tls.Config
	implicit bool
}

// letter is a message with those it was for.
type letter struct {
	to  []string
	raw string
}

type session struct {
	box      *mailbox
	to       []string
	loggedIn bool
}

func (m *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{box: m}, nil }

func (s *session) AuthMechanisms() []string {
	if s.box.logins == nil {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if want, ok := s.box.logins[username]; !ok || want != password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "no such login: " + username + " " + password}
		}
		s.loggedIn = true
		return nil
	}), nil
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	if s.box.logins != nil && !s.loggedIn {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "authentication required"}
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.box.rcpt != nil {
		if err := s.box.rcpt(to); err != nil {
			return err
		}
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.box.data != nil {
		if err := s.box.data(); err != nil {
			return err
		}
	}
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.box.messages = append(s.box.messages, letter{s.to, string(b)})
	return nil
}

func (s *session) Reset()      { s.to = nil }
func (*session) Logout() error { return nil }

func (m *mailbox) received() []letter {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]letter(nil), m.messages...)
}

func (m *mailbox) clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.messages = nil
}

func serve(t testing.TB, box *mailbox) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	server := smtp.NewServer(box)
	server.Domain = "mail.example"
	server.ErrorLog = log.New(io.Discard, "", 0) // broken connections are meant
	server.TLSConfig = box.tls
	server.AllowInsecureAuth = box.tls == nil
	if box.implicit {
		listener, server.TLSConfig = tls.NewListener(listener, box.tls), nil
		server.AllowInsecureAuth = true // the whole connection is in TLS
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		// Closed here too: a server that is closed before it began to serve does
		// not know its listener.
		for _, err := range []error{server.Close(), listener.Close()} {
			if err != nil && !errors.Is(err, net.ErrClosed) {
				t.Error(err)
			}
		}
		<-done
	})
	return address
}

// silent is a server that takes connections and never says a word.
func silent(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var waiting sync.WaitGroup
	waiting.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // closed
			}
			waiting.Go(func() {
				_, _ = io.Copy(io.Discard, conn) // until the client goes
				_ = conn.Close()
			})
		}
	})
	t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		waiting.Wait()
	})
	return listener.Addr().String()
}

// certificate is a new one of the given names, its own authority, with the
// file that a client would name to trust it.
func certificate(t testing.TB, until time.Time, names ...string) (config *tls.Config, caFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: until.AddDate(-1, 0, 0), NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(caFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}, caFile
}
