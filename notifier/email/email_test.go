package email_test

import (
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/html"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/notifier/email"
	"oshirase/notifier/notifiertest"
	"oshirase/notifier/render"
)

func TestMailKeepsTheChannelsPromises(t *testing.T) {
	notifiertest.Run(t, notifiertest.Suite{
		Behaviours: []notifiertest.Behaviour{notifiertest.Accepts, notifiertest.FailsNow, notifiertest.Refuses, notifiertest.Hangs, notifiertest.Unreached},
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
			switch b {
			case notifiertest.Unreached:
				addr = "127.0.0.1:1"
			case notifiertest.Hangs:
				addr = silent(t)
			}
			return notifiertest.Opened{Channel: open(t, email.Config{SMTP: addr, TLS: "none", To: notifier.List{"監視チーム <soc@example.com>", "second@example.com"}}), Received: func() []string {
				var list []string
				for _, m := range box.received() {
					unharmed(t, m.raw)
					list = append(list, readable(t, m.raw))
				}
				return list
			}}
		},
	})
}

// headers are those that a message may have, each once.
var headers = []string{"Auto-Submitted", "Content-Type", "Date", "From", "Importance", "In-Reply-To", "List-Id", "Message-Id", "Mime-Version",
	"Priority", "References", "Subject", "To", "X-Auto-Response-Suppress", "X-Msmail-Priority", "X-Oshirase-Kind", "X-Oshirase-Severity",
	"X-Oshirase-Vector", "X-Priority"}

// unharmed checks that no text of a source became a header of the message, or
// markup of its page.
func unharmed(t *testing.T, raw string) {
	t.Helper()
	message, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range message.Header {
		if !slices.Contains(headers, name) || len(values) != 1 {
			t.Errorf("the header %s has the values %q", name, values)
		}
	}
	for line := range strings.SplitSeq(raw, "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line that SMTP does not carry (RFC 5322, section 2.1.1): %.200q", line)
		}
	}
	bodies := parts(t, message)
	if len(bodies) != 2 {
		t.Fatalf("%d parts, want plain text and HTML", len(bodies))
	}
	page := html.NewTokenizer(strings.NewReader(bodies[1]))
	for page.Next() != html.ErrorToken {
		token := page.Token()
		switch token.Data {
		case "script", "img", "iframe", "object", "form", "link", "base", "svg":
			if token.Type != html.TextToken {
				t.Errorf("the page has the element %s", token)
			}
		}
		for _, a := range token.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "src":
				t.Errorf("the page has the attribute %s in %s", a.Key, token)
			case a.Key == "href" && !strings.HasPrefix(a.Val, "https://notice.example/") && !strings.HasPrefix(a.Val, "https://disclosure.example/"):
				t.Errorf("the page links to %q", a.Val)
			}
		}
	}
	if !errors.Is(page.Err(), io.EOF) {
		t.Error(page.Err())
	}
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
	return subject + "\n" + strings.Join(parts(t, message), "")
}

// parts are the bodies of a message, decoded.
func parts(t *testing.T, message *mail.Message) (bodies []string) {
	t.Helper()
	_, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	list := multipart.NewReader(message.Body, parameters["boundary"])
	for {
		part, err := list.NextRawPart()
		if errors.Is(err, io.EOF) {
			return bodies
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := part.Header.Get("Content-Transfer-Encoding"); got != "base64" {
			t.Errorf("transfer encoding %q", got)
		}
		b, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, part))
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, strings.ReplaceAll(string(b), "\r\n", "\n"))
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
	secret := breach.NewSecret("s3cr3t-password")
	good := email.Config{SMTP: "mail.example:587", From: "a@example.com", To: notifier.List{"b@example.com"}}
	with := func(change func(*email.Config)) email.Config { c := good; change(&c); return c }
	if faults := good.Validate(); len(faults) > 0 {
		t.Errorf("a good configuration: %v", faults)
	}
	for name, test := range map[string]struct {
		cfg       email.Config
		key, says string
	}{
		"no server":                         {with(func(c *email.Config) { c.SMTP = "" }), "smtp", "mail.example.com:587"},
		"no port":                           {with(func(c *email.Config) { c.SMTP = "mail.example" }), "smtp", "no host:port"},
		"a port that is none":               {with(func(c *email.Config) { c.SMTP = "mail.example:99999" }), "smtp", "no host:port"},
		"an unknown TLS":                    {with(func(c *email.Config) { c.TLS = "maybe" }), "tls", "use starttls, implicit or none"},
		"a password in the clear":           {with(func(c *email.Config) { c.TLS, c.Username, c.Password = "none", "u", secret }), "tls", "would show the password"},
		"a user without a password":         {with(func(c *email.Config) { c.Username = "u" }), "password", "set password or password_file"},
		"a password without a user":         {with(func(c *email.Config) { c.Password = secret }), "username", "set it"},
		"a password and its file":           {with(func(c *email.Config) { c.Username, c.Password, c.PasswordFile = "u", secret, "f" }), "password_file", "keep one"},
		"a sender that is none":             {with(func(c *email.Config) { c.From = "nobody" }), "from", "no mail address"},
		"no recipients":                     {with(func(c *email.Config) { c.To = nil }), "to", "name the recipients"},
		"a recipient that is none":          {with(func(c *email.Config) { c.To = notifier.List{"b@example.com\r\nBcc: c@example.com"} }), "to[0]", "no mail address"},
		"a recipient in Japanese":           {with(func(c *email.Config) { c.To = notifier.List{"b@example.com", "監視@example.com"} }), "to[1]", "no mail address"},
		"a recipient twice":                 {with(func(c *email.Config) { c.To = notifier.List{"b@example.com", "B <B@example.com>"} }), "to[1]", "twice"},
		"a name to greet with that is none": {with(func(c *email.Config) { c.Helo = "a b" }), "helo", "no host name"},
	} {
		t.Run(name, func(t *testing.T) {
			faults := test.cfg.Validate()
			if len(faults) != 1 || faults[0].Key != test.key || !strings.Contains(faults[0].Message, test.says) {
				t.Errorf("faults %v, want %s: %s", faults, test.key, test.says)
			}
			if _, err := email.New(test.cfg); err == nil || strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("New = %v", err)
			}
		})
	}
	for _, c := range []email.Config{with(func(c *email.Config) { c.Username, c.PasswordFile = "u", "/none-such" }), with(func(c *email.Config) { c.CAFile = "/none-such" }), with(func(c *email.Config) { c.CAFile = "mail.html" })} {
		if _, err := email.New(c); err == nil || !strings.Contains(err.Error(), "_file") {
			t.Errorf("New = %v, want the file named", err)
		}
	}
}

func FuzzMail(f *testing.F) {
	for _, text := range notifiertest.Hostile() {
		f.Add(text[:min(len(text), 5000)])
	}
	f.Add("=?UTF-8?B?" + strings.Repeat("A", 100) + "?=\r\nX: y")
	box := &mailbox{}
	n := open(f, email.Config{SMTP: serve(f, box), TLS: "none"})
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := n.Send(t.Context(), notifier.Compose(notifiertest.HostileAlert(text), "soc", "ja", notifiertest.Tokyo, notifiertest.Now)); err != nil {
			t.Fatal(err)
		}
		got := box.received()
		box.clear()
		if len(got) != 1 {
			t.Fatalf("%d messages arrived", len(got))
		}
		unharmed(t, got[0].raw)
		if page := readable(t, got[0].raw); !utf8.ValidString(page) {
			t.Errorf("invalid UTF-8: %.200q", page)
		}
	})
}
