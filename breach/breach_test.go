package breach_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oshirase/breach"
)

func TestSecuritiesCodeKeepsFourCharactersAndFiveOnlyWhenTheyMean(t *testing.T) {
	for in, want := range map[string]string{
		"93260": "9326", "9326": "9326", "130A0": "130A", "603A0": "603A", "25935": "25935",
		"13B00": "", "93-6": "", "932": "", "": "", "９３２６": "", "932600": "",
	} {
		got, ok := breach.SecuritiesCode(in)
		if got != want || ok != (want != "") {
			t.Errorf("SecuritiesCode(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
}

func TestIDsDifferWhereTheirPartsDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		c, d := rapid.String().Draw(t, "c"), rapid.String().Draw(t, "d")
		same := a == c && b == d
		if (breach.NoticeID(a, b) == breach.NoticeID(c, d)) != same {
			t.Fatalf("NoticeID(%q, %q) and NoticeID(%q, %q)", a, b, c, d)
		}
	})
}

// The ids below are stored in the streams of running installations: a change
// here would tell everything once more.
func TestIDsStayWhatTheyAre(t *testing.T) {
	for want, got := range map[string]string{
		"a62da07af71b0b3bbc9e071c08028621": breach.NoticeID("tdnet", "140120261124500000"),
		"428ea75cada9383a6a8c03dfbd08ecbe": breach.FindingID("n", 1, "r"),
		"767e33a272d4a59e71c14cb5ff264641": breach.IncidentID("n", 0),
		"c06d5edbc8721e135f1a630ef10a0aa4": breach.AlertID("i", 1, breach.AlertNew),
		"fb3dc69d52034553aca4b975edcc9217": breach.DeliveryID("a", "r", breach.Sent, 1),
		"dd40a814129277b150df6a49f7e6a63f": breach.OpsAlertID("tdnet", "timeout", "2026-11-24T00:00:00Z"),
	} {
		if got != want {
			t.Errorf("id %s, want %s", got, want)
		}
	}
}

func TestAnswersSurviveWrapping(t *testing.T) {
	base := errors.New("no")
	if !breach.IsPermanent(fmt.Errorf("send: %w", breach.Permanent(base))) || breach.IsPermanent(base) {
		t.Error("IsPermanent")
	}
	d, ok := breach.RetryDelay(fmt.Errorf("send: %w", breach.RetryAfter(base, time.Minute)))
	if !ok || d != time.Minute {
		t.Errorf("RetryDelay = %v, %v", d, ok)
	}
	if breach.Permanent(nil) != nil || breach.RetryAfter(nil, time.Second) != nil {
		t.Error("nil is no error")
	}
	if !errors.Is(breach.Permanent(base), base) || !errors.Is(breach.RetryAfter(base, 1), base) {
		t.Error("the cause is lost")
	}
}

func TestASecretIsNeverPrinted(t *testing.T) {
	const value = "hunter2"
	s := breach.NewSecret(value)
	encoded, err := json.Marshal(map[string]any{"s": s, "p": &s})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "s", s, "wrapped", struct{ S breach.Secret }{s})
	for _, printed := range []string{
		fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q %x %d", s, s, s, s, s, s, s),
		fmt.Sprintf("%+v %#v", struct{ S breach.Secret }{s}, &struct{ S *breach.Secret }{&s}),
		fmt.Sprintf("%v %+v %#v", struct{ s breach.Secret }{s}, &struct{ s breach.Secret }{s}, struct{ s breach.Secret }{s}),
		string(encoded), log.String(), s.String(), s.GoString(),
	} {
		if strings.Contains(printed, value) || strings.Contains(printed, fmt.Sprintf("%x", value)) {
			t.Errorf("printed: %s", printed)
		}
	}
	if s.Reveal() != value {
		t.Error("Reveal lost the value")
	}
}

func TestReadSecretNamesTheKeyAndTheRemedy(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := write("good", "token\n")
	if s, err := breach.ReadSecret("token", breach.Secret{}, good); err != nil || s.Reveal() != "token" {
		t.Errorf("ReadSecret = %q, %v", s.Reveal(), err)
	}
	if s, err := breach.ReadSecret("token", breach.Secret{}, ""); err != nil || !s.IsZero() {
		t.Errorf("no secret: %v, %v", s, err)
	}
	for name, test := range map[string]struct {
		inline breach.Secret
		file   string
		want   string
	}{
		"a missing file":       {file: filepath.Join(dir, "none"), want: "create it"},
		"an empty file":        {file: write("empty", " \n"), want: "put the secret into it"},
		"a huge file":          {file: write("huge", strings.Repeat("x", 65<<10)), want: "correct the path"},
		"both inline and file": {inline: breach.NewSecret("x"), file: good, want: "keep one"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := breach.ReadSecret("token", test.inline, test.file)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "token") {
				t.Errorf("error %v, want the key and %q", err, test.want)
			}
		})
	}
}

func TestVocabularyReadsBackAndRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, v := range breach.Vectors() {
		var back breach.Vector
		if err := back.UnmarshalText([]byte(v)); err != nil || back != v {
			t.Errorf("%s: %q, %v", v, back, err)
		}
	}
	var s breach.Severity
	if err := s.UnmarshalText([]byte("severe")); err == nil || !strings.Contains(err.Error(), "critical") {
		t.Errorf("error %v does not name the severities", err)
	}
	for i, s := range breach.Severities() {
		if s.Rank() != i {
			t.Errorf("%s ranks %d", s, s.Rank())
		}
	}
}

func TestSubjectsAreWhatSubscribersFilterBy(t *testing.T) {
	n := breach.Notice{NoticeHead: breach.NoticeHead{ID: "n1", Source: "tdnet"}}
	f := breach.Finding{IsBreach: true, Notice: n.NoticeHead}
	incident := &breach.Incident{ID: "i1", Publisher: breach.Publisher{Code: "9399"}}
	a := breach.Alert{ID: "a1", Severity: breach.Critical, PrimaryVector: breach.Ransomware, Incident: incident}
	ops := breach.Alert{ID: "o1", Severity: breach.Medium, Kind: breach.AlertOps}
	d := breach.Delivery{Receiver: "soc", Outcome: breach.Dead, AlertID: "a1"}
	for got, want := range map[string]string{
		n.Subject(): "notices.tdnet.n1", f.Subject(): "findings.breach.tdnet.n1", f.SubjectFilter(): "findings.*.tdnet.n1",
		a.Subject(): "alerts.critical.ransomware.9399.i1", a.SubjectFilter(): "alerts.*.*.*.i1",
		ops.Subject(): "alerts.medium.ops.none.o1", d.Subject(): "deliveries.soc.dead.a1",
	} {
		if got != want {
			t.Errorf("subject %s, want %s", got, want)
		}
	}
	incident.Publisher.Code = ""
	if got := a.Subject(); got != "alerts.critical.ransomware.none.i1" {
		t.Errorf("subject without a code: %s", got)
	}
	for _, bad := range []string{"", "TDnet", "a.b", "a*", "a b", "日本", "-a", strings.Repeat("a", 64)} {
		if breach.ValidToken(bad) {
			t.Errorf("ValidToken(%q)", bad)
		}
	}
}

func TestContentHashMovesWithWhatAReaderSees(t *testing.T) {
	base := breach.Notice{NoticeHead: breach.NoticeHead{Title: "t"}, ListingHash: "l", Text: "x"}
	h := breach.ContentHash(&base)
	for name, change := range map[string]func(*breach.Notice){
		"listing":   func(n *breach.Notice) { n.ListingHash = "m" },
		"text":      func(n *breach.Notice) { n.Text = "y" },
		"withdrawn": func(n *breach.Notice) { n.Withdrawn = true },
		"document":  func(n *breach.Notice) { n.Documents = []breach.Document{{SHA256: "1"}} },
	} {
		n := base
		change(&n)
		if breach.ContentHash(&n) == h {
			t.Errorf("%s does not move the hash", name)
		}
	}
	n := base
	n.SeenAt, n.Revision = time.Now(), 9
	if breach.ContentHash(&n) != h {
		t.Error("when it was seen moves the hash")
	}
}
