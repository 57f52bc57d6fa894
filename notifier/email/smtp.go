package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"oshirase/breach"
	"oshirase/notifier/egress"
	"oshirase/notifier/render"
)

const (
	// timeout bounds one conversation where the caller's context does not.
	timeout = 60 * time.Second
	// adminWait is the wait after a failure that only an administrator heals.
	adminWait = 5 * time.Minute
	// maxAnswer bounds what an error quotes of the server's answer, in runes.
	maxAnswer = 200
)

// server is how to reach the mail server. go-mail's own client gives up the
// whole message when one recipient is refused and takes no context beyond the
// dial, so the conversation is led here, on its SMTP commands.
type server struct {
	address, host string
	mode          string
	tls           *tls.Config
	helo          string
	username      string
	password      breach.Secret
}

// transact sends raw to each of to in one conversation. answers has nil for a
// recipient that has it, else why not, marked [breach.Permanent] where it never
// will. err means that nobody has it.
func (s *server) transact(ctx context.Context, from string, to []string, raw []byte) (answers map[string]error, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	c, closeConn, err := s.connect(ctx)
	if err != nil {
		return nil, s.explain(ctx, "connect", err)
	}
	defer closeConn()
	if err := s.login(c); err != nil {
		return nil, s.explain(ctx, "log in", err)
	}
	if err := c.Mail("<" + from + ">"); err != nil {
		return nil, s.explain(ctx, "name the sender "+from, err)
	}
	answers = make(map[string]error, len(to))
	accepted := 0
	for _, rcpt := range to {
		err := c.Rcpt("<" + rcpt + ">")
		if err == nil {
			accepted++
		} else if code(err) == 0 || code(err) == 421 {
			return nil, s.explain(ctx, "name the recipient "+rcpt, err)
		} else {
			answers[rcpt] = s.judge(err)
		}
	}
	if accepted == 0 {
		s.quit(c)
		return answers, nil
	}
	w, err := c.Data()
	if err == nil {
		if _, err = w.Write(raw); err == nil {
			// Only the answer to the end of the data means yes.
			err = w.Close()
		}
	}
	if err != nil {
		return nil, s.explain(ctx, "send the message", err)
	}
	s.quit(c)
	return answers, nil
}

// quit says goodbye; the message is the server's already, so an error changes
// nothing.
func (s *server) quit(c *smtp.Client) { _ = c.Quit() }

// connect dials and greets, with TLS as configured. The connection ends with
// ctx.
func (s *server) connect(ctx context.Context) (*smtp.Client, func(), error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.address)
	if err != nil {
		return nil, nil, err
	}
	if d, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(d); err != nil {
			return nil, nil, errors.Join(err, conn.Close())
		}
	}
	raw := conn
	stop := context.AfterFunc(ctx, func() { _ = raw.SetDeadline(time.Unix(1, 0)) })
	closeConn := func() {
		stop()
		_ = raw.Close()
	}
	c, err := s.greet(ctx, conn)
	if err != nil {
		closeConn()
		return nil, nil, err
	}
	return c, closeConn, nil
}

func (s *server) greet(ctx context.Context, conn net.Conn) (*smtp.Client, error) {
	if s.mode == tlsImplicit {
		tc := tls.Client(conn, s.tls)
		if err := tc.HandshakeContext(ctx); err != nil {
			return nil, &tlsError{err}
		}
		conn = tc
	}
	c, err := smtp.NewClient(conn, s.host)
	if err != nil {
		return nil, err
	}
	c.SkipSMTPUTF8(true)
	if err := c.Hello(s.helo); err != nil {
		return nil, err
	}
	if s.mode != tlsStart {
		return c, nil
	}
	if ok, _ := c.Extension("STARTTLS"); !ok {
		return nil, errNoStartTLS
	}
	if err := c.StartTLS(s.tls); err != nil {
		return nil, &tlsError{err}
	}
	return c, nil
}

var (
	errNoStartTLS = errors.New("it offers no STARTTLS: set tls: implicit (port 465), or tls: none if mail may travel in the clear")
	errNoAuth     = errors.New("it offers no login that is known here (SCRAM-SHA-256, PLAIN, LOGIN, CRAM-MD5): remove username, or use another port")
)

type tlsError struct{ err error }

func (e *tlsError) Error() string {
	return "TLS: " + egress.Reason(e.err) + ": correct the certificate, or name its authority in ca_file"
}

func (e *tlsError) Unwrap() error { return e.err }

func (s *server) login(c *smtp.Client) error {
	if s.username == "" {
		return nil
	}
	_, offered := c.Extension("AUTH")
	mechanisms := strings.Fields(strings.ToUpper(offered))
	// Plain text passwords go only through TLS or to this machine.
	clear := s.mode == tlsNone && loopback(s.host)
	password := s.password.Reveal()
	for _, m := range []struct {
		name string
		auth func() smtp.Auth
	}{
		{"SCRAM-SHA-256", func() smtp.Auth { return smtp.ScramSHA256Auth(s.username, password) }},
		{"PLAIN", func() smtp.Auth { return smtp.PlainAuth("", s.username, password, s.host, clear) }},
		{"LOGIN", func() smtp.Auth { return smtp.LoginAuth(s.username, password, s.host, clear) }},
		{"CRAM-MD5", func() smtp.Auth { return smtp.CRAMMD5Auth(s.username, password) }},
	} {
		if slices.Contains(mechanisms, m.name) {
			return c.Auth(m.auth())
		}
	}
	return errNoAuth
}

// code is the SMTP reply code in err, or 0.
func code(err error) int {
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		return e.Code
	}
	return 0
}

// judge puts a server's reply into an answer: 5xx never heals.
func (s *server) judge(err error) error {
	out := errors.New(s.scrub(err.Error()))
	if c := code(err); c >= 500 && c <= 599 {
		return breach.Permanent(out)
	}
	return out
}

// explain says at which step the conversation ended, and whether it may work
// later.
func (s *server) explain(ctx context.Context, step string, err error) error {
	_, badTLS := errors.AsType[*tlsError](err)
	text := s.scrub(egress.Reason(err))
	switch {
	case ctx.Err() != nil || isTimeout(err):
		text = "no answer in time"
	case errors.Is(err, io.EOF):
		text = "it closed the connection"
	}
	out := fmt.Errorf("%s: %s: %s", s.address, step, text)
	c := code(err)
	switch {
	case c >= 530 && c <= 538:
		remedy := "check username and password"
		if s.username == "" {
			remedy = "set username and password"
		}
		return breach.RetryAfter(fmt.Errorf("%w: %s", out, remedy), adminWait)
	case badTLS && ctx.Err() == nil, errors.Is(err, errNoStartTLS), errors.Is(err, errNoAuth):
		return breach.RetryAfter(out, adminWait)
	case step == "connect":
		// A greeting of 554 is a server that takes no mail now.
		return out
	case c >= 500 && c <= 599:
		return breach.Permanent(out)
	}
	return out
}

func isTimeout(err error) bool {
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}

// scrub makes one harmless line of a server's words, without the password.
func (s *server) scrub(text string) string {
	if p := s.password.Reveal(); p != "" {
		text = strings.ReplaceAll(text, p, "[secret]")
	}
	return render.Clean(text, maxAnswer)
}
