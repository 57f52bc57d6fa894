package notifiertest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/notifier/render"
)

// Behaviour is how the other side behaves.
type Behaviour string

// The behaviours. A suite leaves out those that its medium does not know.
const (
	Accepts    Behaviour = "accepts"
	RateLimits Behaviour = "rate limits for 7 s"
	FailsNow   Behaviour = "fails for now"
	Refuses    Behaviour = "refuses for good"
	Hangs      Behaviour = "never answers"
	Unreached  Behaviour = "cannot be reached"
)

// Wait is how long a receiver that rate limits asks to wait.
const Wait = 7 * time.Second

// Opened is a channel with the other side.
type Opened struct {
	Channel notifier.Channel
	// Received returns the messages that arrived, each as a person or program
	// would read it (transfer encodings undone).
	Received func() []string
	// Secrets must appear in no error.
	Secrets []string
}

// Suite tells how to open a channel.
type Suite struct {
	// Behaviours that the medium knows.
	Behaviours []Behaviour
	Open       func(t *testing.T, b Behaviour) Opened
	// Verbatim is true for a channel of machines, which carries the alert as it
	// is; what keeps it harmless is its encoding.
	Verbatim bool
	// Harmless checks a received message for what is dangerous in its medium.
	Harmless func(t *testing.T, received string)
}

// Run checks the promises of [notifier.Channel].
func Run(t *testing.T, s Suite) {
	for _, b := range s.Behaviours {
		t.Run("a receiver that "+string(b), func(t *testing.T) {
			o := s.Open(t, b)
			timeout := 10 * time.Second
			if b == Hangs {
				timeout = 150 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), timeout)
			defer cancel()
			m := notifier.Compose(newRansomware(), "soc", "ja", Tokyo, Now)
			start := time.Now()
			reference, err := o.Channel.Send(ctx, m)
			if took := time.Since(start); took > timeout+5*time.Second {
				t.Errorf("Send took %s, longer than its deadline of %s", took, timeout)
			}
			s.answer(t, b, reference, err)
			for _, secret := range o.Secrets {
				if text := fmt.Sprintf("%v %+v %#v %s", err, err, o.Channel, reference); strings.Contains(text, secret) {
					t.Errorf("the secret %q shows in %s", secret, text)
				}
			}
			if got := len(o.Received()); b == Accepts && got != 1 {
				t.Errorf("%d messages arrived, want 1", got)
			}
		})
	}
	t.Run("a deadline that is over", func(t *testing.T) {
		o := s.Open(t, Accepts)
		ctx, cancel := context.WithTimeout(t.Context(), -time.Second)
		defer cancel()
		if _, err := o.Channel.Send(ctx, notifier.Compose(newRansomware(), "soc", "ja", Tokyo, Now)); err == nil || breach.IsPermanent(err) {
			t.Errorf("Send after the deadline = %v, want an error that may heal", err)
		}
	})
	t.Run("every example in every language", func(t *testing.T) {
		o := s.Open(t, Accepts)
		for _, e := range Alerts() {
			for _, language := range render.Languages() {
				if _, err := o.Channel.Send(t.Context(), notifier.Compose(e.Alert, "soc", language, Tokyo, Now)); err != nil {
					t.Errorf("%s in %s: %v", e.Name, language, err)
				}
			}
		}
	})
	t.Run("hostile text stays harmless", func(t *testing.T) {
		o := s.Open(t, Accepts)
		for _, text := range Hostile() {
			a := HostileAlert(text)
			if _, err := o.Channel.Send(t.Context(), notifier.Compose(a, "soc", "en", Tokyo, Now)); err != nil {
				t.Fatalf("Send of %.60q: %v", text, err)
			}
		}
		received := o.Received()
		if len(received) != len(Hostile()) {
			t.Fatalf("%d messages arrived, want %d", len(received), len(Hostile()))
		}
		for _, r := range received {
			s.check(t, r)
		}
	})
}

func (s Suite) answer(t *testing.T, b Behaviour, reference string, err error) {
	t.Helper()
	wait, asked := breach.RetryDelay(err)
	switch b {
	case Accepts:
		if err != nil {
			t.Errorf("Send = %v, want nil", err)
		}
	case RateLimits:
		if !asked || wait != Wait || !notifier.IsPause(err) || breach.IsPermanent(err) {
			t.Errorf("Send = %v (wait %s), want a pause of %s", err, wait, Wait)
		}
	case FailsNow, Hangs, Unreached:
		if err == nil || breach.IsPermanent(err) || notifier.IsPause(err) {
			t.Errorf("Send = %v, want an error that may heal and pauses nobody", err)
		}
	case Refuses:
		if !breach.IsPermanent(err) {
			t.Errorf("Send = %v, want a permanent error", err)
		}
	}
	if err != nil && reference != "" && !notifier.IsPartlyRefused(err) {
		t.Errorf("Send gives the reference %q beside %v", reference, err)
	}
}

// check holds the promises about hostile text that all media share.
func (s Suite) check(t *testing.T, received string) {
	t.Helper()
	if !utf8.ValidString(received) {
		t.Errorf("invalid UTF-8 arrived: %.200q", received)
	}
	for _, r := range received {
		if unicode.Is(unicode.Cc, r) && r != '\n' && r != '\r' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) && !s.Verbatim {
			t.Errorf("the control character %U arrived: %.200q", r, received)
			break
		}
	}
	if !s.Verbatim {
		if strings.Contains(received, "://evil.example") || strings.Contains(strings.ToLower(received), "www.evil.example") {
			t.Errorf("a link of the source arrived alive: %.2000q", received)
		}
		if len(received) > 200<<10 {
			t.Errorf("%d bytes arrived: long text is not cut", len(received))
		}
	}
	if s.Harmless != nil {
		s.Harmless(t, received)
	}
}

// Hostile are texts that a source may contain to harm a receiver.
func Hostile() []string {
	return []string{
		"<!channel> <!here> <!everyone> @here @channel <@U012345> <#C012345>",
		"<https://evil.example|https://bank.example> https://evil.example/x www.evil.example WWW.Evil.example",
		"Title\r\nBcc: victim@evil.example\r\n\r\nbody",
		"Title\nBcc: victim@evil.example\n.\n\nMAIL FROM:<x@evil.example>",
		"\x1b[2J\x1b[31mred\x1b]0;title\x07 \x9b31m \x00 nul",
		"<script>alert(1)</script><img src=x onerror=alert(1)>\" onmouseover=\"x\" 'y' </td></table>",
		"=?UTF-8?B?PHNjcmlwdD4=?= =?utf-8?q?=0D=0ABcc:_x?=",
		"\u202egnp.exe\u202c \u2066x\u2069 \ufeff\u200b",
		"{{.Secret}} ${HOME} %s%n `id` *bold* _it_ ~no~ ```code``` ]]> --oshirase-",
		"invalid \xff\xfe\xc3 utf-8 \xed\xa0\x80",
		strings.Repeat("長い題名 & <長い> ", 100<<10/25),
		strings.Repeat("<", 100<<10),
		"e" + strings.Repeat("\u0301", 5000) + " zalgo",
		strings.Repeat("A", 5000),
		"",
	}
}

// linkless takes from a text what the suite looks for as a live link, so that
// the notice's own address may hold the rest of it.
var linkless = strings.NewReplacer("://", ":", "www.", "www", "WWW.", "www")

// HostileAlert is an alert with text wherever a source's text can stand.
func HostileAlert(text string) *breach.Alert {
	a := escalation()
	a.ID = breach.AlertID(text, 1, breach.AlertEscalation)
	a.Notice.Title = text
	a.Notice.URL = "https://bank.example:x@notice.example/" + linkless.Replace(text)
	a.Notice.Publisher.Name, a.Incident.Publisher.Name, a.Incident.Title = text, text, text
	a.Incident.Members[0].Notice.Title = text
	f := &a.Incident.Facts
	f.Victim, f.ThirdParty, f.SeverityReason, f.RansomwareFamily = text, text, text, text
	f.Clients, f.Products, f.CVEs = []string{text, text}, []string{text}, []string{text}
	f.Counts = []breach.Count{{Value: 58000, Unit: text}, {Value: 1, Unit: text, Population: text}}
	f.Dates = []breach.Date{{Role: text, From: text, To: text}}
	f.Evidence = map[string][]breach.Quote{"leak_status": quote(text), "affected_count": quote("x" + text)}
	a.Changes = append(a.Changes, breach.Change{Field: text, From: text, To: "x" + text})
	a.Incident.Watchlist = []breach.WatchlistMatch{{Name: text, Tags: []string{text}, On: text}}
	return a
}
