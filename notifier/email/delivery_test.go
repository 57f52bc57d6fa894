package email_test

import (
	"mime"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/notifier/email"
	"oshirase/notifier/notifiertest"
)

func message(a *breach.Alert) notifier.Message {
	return notifier.Compose(a, "soc", "ja", notifiertest.Tokyo, notifiertest.Now)
}

func open(t testing.TB, cfg email.Config) *email.Notifier {
	t.Helper()
	if cfg.From == "" {
		cfg.From = "Oshirase お知らせ <oshirase@example.com>"
	}
	if cfg.To == nil {
		cfg.To = notifier.List{"soc@example.com"}
	}
	n, err := email.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestOneRefusedRecipientHarmsOnlyItself(t *testing.T) {
	box := &mailbox{rcpt: func(to string) error {
		if strings.HasPrefix(to, "second") {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
		}
		return nil
	}}
	n := open(t, email.Config{SMTP: serve(t, box), TLS: "none", To: notifier.List{"soc@example.com", "second@example.com"}})
	_, err := n.Send(t.Context(), message(notifiertest.Alerts()[0].Alert))
	if !notifier.IsPartlyRefused(err) || !strings.Contains(err.Error(), "second@example.com") {
		t.Errorf("error %v", err)
	}
	if len(box.received()) != 1 {
		t.Errorf("%d messages arrived", len(box.received()))
	}
}

func TestARecipientThatIsPutOffGetsItLaterAndTheOthersNotAgain(t *testing.T) {
	busy := true
	box := &mailbox{rcpt: func(to string) error {
		if busy && strings.HasPrefix(to, "second") {
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"}
		}
		return nil
	}}
	n := open(t, email.Config{SMTP: serve(t, box), TLS: "none", To: notifier.List{"first@example.com", "second@example.com"}})
	m := message(notifiertest.Alerts()[0].Alert)
	if _, err := n.Send(t.Context(), m); err == nil || breach.IsPermanent(err) || !strings.Contains(err.Error(), "greylisted") {
		t.Fatalf("Send = %v, want an error that heals", err)
	}
	busy = false
	if _, err := n.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := box.received()
	if len(got) != 2 || !slices.Equal(got[0].to, []string{"first@example.com"}) || !slices.Equal(got[1].to, []string{"second@example.com"}) {
		t.Errorf("arrived: %v", got)
	}
	if got[0].raw != got[1].raw {
		t.Error("the two have different messages")
	}
}

func TestAMessageToldTwiceAfterACrashHasOneMessageID(t *testing.T) {
	box := &mailbox{}
	address := serve(t, box)
	var references []string
	for life := range 2 {
		n := open(t, email.Config{SMTP: address, TLS: "none"}) // nothing is left of the process before
		m := message(notifiertest.Alerts()[0].Alert)
		m.Time = m.Time.Add(time.Duration(life) * time.Minute)
		reference, err := n.Send(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		references = append(references, "<"+reference+">")
	}
	for _, l := range box.received() {
		references = append(references, header(t, l).Get("Message-Id"))
	}
	if len(references) != 4 || len(slices.Compact(references)) != 1 {
		t.Errorf("references and Message-IDs: %q", references)
	}
}

func header(t testing.TB, l letter) mail.Header {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(l.raw))
	if err != nil {
		t.Fatal(err)
	}
	return m.Header
}

func TestReportsOfOneIncidentAreOneThread(t *testing.T) {
	box := &mailbox{}
	n := open(t, email.Config{SMTP: serve(t, box), TLS: "none"})
	first, second := notifiertest.Alerts()[0].Alert, *notifiertest.Alerts()[1].Alert
	incident := *second.Incident
	incident.ID = first.Incident.ID
	second.Incident, second.Severity = &incident, first.Severity
	for _, a := range []*breach.Alert{first, &second, notifiertest.Alerts()[2].Alert} {
		if _, err := n.Send(t.Context(), message(a)); err != nil {
			t.Fatal(err)
		}
	}
	var subjects, roots, ids []string
	for _, l := range box.received() {
		h := header(t, l)
		subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
		if err != nil {
			t.Fatal(err)
		}
		subjects, roots, ids = append(subjects, subject), append(roots, h.Get("References")), append(ids, h.Get("Message-Id"))
		if h.Get("In-Reply-To") != h.Get("References") || h.Get("Auto-Submitted") != "auto-generated" {
			t.Errorf("headers %v", h)
		}
	}
	if roots[0] != roots[1] || roots[0] == roots[2] || !strings.Contains(roots[0], first.Incident.ID) {
		t.Errorf("References %q", roots)
	}
	if subjects[1] != "Re: "+subjects[0] {
		t.Errorf("subjects %q: want the second as an answer to the first", subjects)
	}
	if slices.Sort(ids); len(slices.Compact(ids)) != 3 {
		t.Errorf("Message-IDs %q", ids)
	}
}

func TestLongSubjectsAreFoldedAndReadBack(t *testing.T) {
	box := &mailbox{}
	n := open(t, email.Config{SMTP: serve(t, box), TLS: "none"})
	a := notifiertest.Alerts()[0].Alert
	a.Notice.Title = strings.Repeat("当社グループのシステムに対する不正アクセスについて", 4)
	a.Incident.Members[0].Notice.Title = a.Notice.Title
	m := message(a)
	if _, err := n.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	raw := box.received()[0].raw
	head, _, _ := strings.Cut(raw, "\r\n\r\n")
	for line := range strings.SplitSeq(head, "\r\n") {
		if len(line) > 78 {
			t.Errorf("a header line of %d: %q (RFC 5322, section 2.1.1)", len(line), line)
		}
		if strings.Count(line, "=?UTF-8?") > 1 || strings.ContainsFunc(line, func(r rune) bool { return r > 0x7e }) {
			t.Errorf("header line %q", line)
		}
	}
	got, err := new(mime.WordDecoder).DecodeHeader(header(t, letter{raw: raw}).Get("Subject"))
	if err != nil || got != m.View.Subject {
		t.Errorf("the subject reads back as %q, %v", got, err)
	}
}

const password = "s3cr3t-password"

func TestTLSAndLoginFaultsNameTheirRemedyAndMayHeal(t *testing.T) {
	year := time.Now().AddDate(1, 0, 0)
	good, goodCA := certificate(t, year, "127.0.0.1")
	elsewhere, elsewhereCA := certificate(t, year, "mail.elsewhere.example")
	old, oldCA := certificate(t, time.Now().Add(-time.Hour), "127.0.0.1")
	logins := map[string]string{"oshirase": password}
	for name, test := range map[string]struct {
		box  *mailbox
		cfg  email.Config
		want string // "" for success
	}{
		"no STARTTLS":                          {&mailbox{}, email.Config{}, "offers no STARTTLS: set tls: implicit"},
		"an unknown authority":                 {&mailbox{tls: good}, email.Config{}, "name its authority in ca_file"},
		"an authority of the operator's":       {&mailbox{tls: good}, email.Config{CAFile: goodCA}, ""},
		"TLS from the start":                   {&mailbox{tls: good, implicit: true}, email.Config{TLS: "implicit", CAFile: goodCA}, ""},
		"implicit where it is unknown":         {&mailbox{tls: good, implicit: true}, email.Config{TLS: "implicit"}, "name its authority in ca_file"},
		"another host's certificate":           {&mailbox{tls: elsewhere}, email.Config{CAFile: elsewhereCA}, "correct the certificate"},
		"a certificate that is over":           {&mailbox{tls: old}, email.Config{CAFile: oldCA}, "expired"},
		"a good login":                         {&mailbox{tls: good, logins: logins}, email.Config{CAFile: goodCA, Username: "oshirase", Password: breach.NewSecret(password)}, ""},
		"a bad password that is echoed":        {&mailbox{tls: good, logins: logins}, email.Config{CAFile: goodCA, Username: "other", Password: breach.NewSecret(password)}, "check username and password"},
		"a login that is wanted":               {&mailbox{tls: good, logins: logins}, email.Config{CAFile: goodCA}, "set username and password"},
		"a login that is not offered":          {&mailbox{tls: good}, email.Config{CAFile: goodCA, Username: "oshirase", Password: breach.NewSecret(password)}, "offers no login"},
		"a login to this machine in the clear": {&mailbox{logins: logins}, email.Config{TLS: "none", Username: "oshirase", Password: breach.NewSecret(password)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			test.cfg.SMTP = serve(t, test.box)
			_, err := open(t, test.cfg).Send(t.Context(), message(notifiertest.Alerts()[0].Alert))
			if test.want == "" {
				if err != nil || len(test.box.received()) != 1 {
					t.Errorf("Send = %v, %d arrived", err, len(test.box.received()))
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), test.cfg.SMTP) {
				t.Errorf("Send = %v, want %q", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("the error shows the password: %v", err)
			}
			if breach.IsPermanent(err) {
				t.Errorf("Send = %v, want an error that heals: an administrator mends it for every alert", err)
			}
			if len(test.box.received()) != 0 {
				t.Error("the message went out")
			}
		})
	}
}

func TestTheServersWordDecides(t *testing.T) {
	reply := func(code int, text string) func() error {
		return func() error {
			return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: text}
		}
	}
	for name, test := range map[string]struct {
		data      func() error
		permanent bool
		says      string
	}{
		"a full queue waits":            {reply(452, "queue full"), false, "queue full"},
		"a message that it never takes": {reply(554, "looks like spam\x1b[31m"), true, "looks like spam"},
	} {
		t.Run(name, func(t *testing.T) {
			n := open(t, email.Config{SMTP: serve(t, &mailbox{data: test.data}), TLS: "none"})
			_, err := n.Send(t.Context(), message(notifiertest.Alerts()[0].Alert))
			if err == nil || breach.IsPermanent(err) != test.permanent || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "\x1b") {
				t.Errorf("Send = %q, want permanent %v", err, test.permanent)
			}
		})
	}
}
