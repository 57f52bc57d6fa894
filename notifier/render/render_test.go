package render_test

import (
	"net/url"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"oshirase/breach"
	"oshirase/notifier/notifiertest"
	"oshirase/notifier/render"
)

func TestTextOfEveryExample(t *testing.T) {
	for _, e := range notifiertest.Alerts() {
		for _, language := range render.Languages() {
			t.Run(e.Name+"."+language, func(t *testing.T) {
				v := render.New(e.Alert, language, notifiertest.Tokyo, notifiertest.Now)
				notifiertest.Golden(t, e.Name+"."+language+".txt", []byte(v.Subject+"\n\n"+v.Text(74)))
			})
		}
	}
}

func TestEveryLineFitsItsColumns(t *testing.T) {
	for _, e := range notifiertest.Alerts() {
		for _, language := range render.Languages() {
			v := render.New(e.Alert, language, notifiertest.Tokyo, notifiertest.Now)
			for _, columns := range []int{40, 60, 80} {
				for line := range strings.Lines(v.Text(columns)) {
					if w := render.Width(strings.TrimSuffix(line, "\n")); w > columns && !strings.Contains(line, v.Link) {
						t.Errorf("%s in %s at %d columns: a line has %d: %q", e.Name, language, columns, w, line)
					}
				}
			}
		}
	}
}

func TestAnyAlertRendersHarmlessly(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom(notifiertest.Hostile()))
	rapid.Check(t, func(t *rapid.T) {
		a := notifiertest.HostileAlert(text.Draw(t, "text"))
		a.Kind = rapid.SampledFrom(breach.AlertKinds()).Draw(t, "kind")
		a.Notice.URL = text.Draw(t, "url")
		if rapid.Bool().Draw(t, "no incident") {
			a.Incident, a.Ops = nil, &breach.OpsEvent{Subject: text.Draw(t, "subject"), Message: text.Draw(t, "message")}
		}
		language := rapid.SampledFrom(render.Languages()).Draw(t, "language")
		v := render.New(a, language, notifiertest.Tokyo, notifiertest.Now)
		for _, l := range v.Lines() {
			if strings.Contains(l.Label+l.Text, "://") && l.Part != render.PartLink {
				t.Fatalf("a live link in %q", l.Text)
			}
			for _, r := range l.Label + l.Text {
				if unicode.In(r, unicode.Cc, unicode.Cf) {
					t.Fatalf("%U in %q", r, l.Text)
				}
			}
		}
		if v.Link != "" {
			u, err := url.Parse(v.Link)
			if err != nil || u.Hostname() == "" || u.User != nil || strings.ContainsAny(v.Link, "<>\"'`|\\ \r\n") {
				t.Fatalf("unsafe link %q (%v)", v.Link, err)
			}
		}
		if n := len(v.Text(80)); n > 64<<10 {
			t.Fatalf("the text has %d bytes", n)
		}
	})
}

func TestLinkIsOnlyWhatAPersonShouldFollow(t *testing.T) {
	for _, tt := range []struct{ name, url, want string }{
		{"a plain link stays", "https://acme.example/ir/1.pdf?a=1&b=2#x", "https://acme.example/ir/1.pdf?a=1&b=2#x"},
		{"script is none", "javascript:alert(1)", ""},
		{"file is none", "file:///etc/passwd", ""},
		{"a relative one is none", "/ir/1.pdf", ""},
		{"a user name cannot pose as a host", "https://bank.example@evil.example/x", "https://evil.example/x"},
		{"markup in the query is encoded", `https://acme.example/?q=<b>|"x"`, "https://acme.example/?q=%3Cb%3E%7C%22x%22"},
		{"a Japanese path is encoded", "https://acme.example/お知らせ", "https://acme.example/%E3%81%8A%E7%9F%A5%E3%82%89%E3%81%9B"},
		{"a Japanese host becomes punycode", "https://例え.example/", "https://xn--r8jz45g.example/"},
		{"a host with markup is none", "https://acme<b>.example/", ""},
		{"an IPv6 host keeps its brackets", "http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"},
		{"a line break is none", "https://acme.example/\r\nX: y", ""},
		{"one longer than Slack takes is none", "https://acme.example/" + strings.Repeat("a", 3000), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := notifiertest.Alerts()[0].Alert
			a.Notice.URL = tt.url
			if got := render.New(a, "en", notifiertest.Tokyo, notifiertest.Now).Link; got != tt.want {
				t.Errorf("link of %q = %q, want %q", tt.url, got, tt.want)
			}
		})
	}
}

// Every fact of a case that can move has a name that a reader knows.
func TestEveryFieldOfACaseHasAName(t *testing.T) {
	unnamed := map[string]bool{"index": true, "evidence": true, "why": true}
	typ := reflect.TypeFor[breach.Case]()
	for _, language := range render.Languages() {
		for i := range typ.NumField() {
			field, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			if unnamed[field] {
				continue
			}
			a := notifiertest.Alerts()[1].Alert
			a.Changes = []breach.Change{{Field: field, From: "", To: "zzz"}}
			v := render.New(a, language, notifiertest.Tokyo, notifiertest.Now)
			if len(v.Changes) != 1 || v.Changes[0].Label == field {
				t.Errorf("%s: the field %s has no name: %v", language, field, v.Changes)
			}
		}
	}
}

func TestChangesSpeakTheReadersLanguage(t *testing.T) {
	for _, tt := range []struct{ language, field, from, to, want string }{
		{"ja", "leak_status", "suspected", "confirmed", "漏えい: 可能性あり → 確認済み"},
		{"ja", "affected_count", "12000", "58000", "影響人数: 12,000 → 58,000"},
		{"en", "affected_count", "", "1234567", "People affected: not told → 1,234,567"},
		{"ja", "vectors", "unknown", "ransomware,third_party", "手口: 手口不明 → ランサムウェア、委託先・外部サービスでの被害"},
		{"en", "service_disrupted", "true", "false", "Service disrupted: yes → no"},
		{"en", "report_no", "1", "2", "Report number: report 1 → report 2"},
		{"ja", "withdrawn", "false", "true", "取り下げ: なし → あり"},
		{"en", "leak_status", "new_word", "denied", "Leak: new_word → denied"},
	} {
		t.Run(tt.language+" "+tt.field, func(t *testing.T) {
			a := notifiertest.Alerts()[1].Alert
			a.Changes = []breach.Change{{Field: tt.field, From: tt.from, To: tt.to}}
			c := render.New(a, tt.language, notifiertest.Tokyo, notifiertest.Now).Changes[0]
			if got := c.Label + ": " + c.From + " → " + c.To; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFiguresAreListedOnceAndThePublisherIsNoOtherVictim(t *testing.T) {
	a := notifiertest.Alerts()[0].Alert
	n := int64(1200)
	a.Incident.Facts.AffectedCount, a.Incident.Facts.Victim = &n, "当委員会"
	patients := breach.Count{Value: 1200, Unit: "人分", Certainty: "total", Population: "患者"}
	a.Incident.Facts.Counts = []breach.Count{patients, patients, {Value: 30, Unit: "社"}, {Value: 30, Unit: "社"}, patients}
	facts := map[string]string{}
	for _, f := range render.New(a, "ja", notifiertest.Tokyo, notifiertest.Now).Facts {
		facts[f.Key] = f.Value
	}
	if facts["affected_count"] != "1,200人分" || facts["counts"] != "30社" || facts["victim"] != "" {
		t.Errorf("affected %q, counts %q, victim %q", facts["affected_count"], facts["counts"], facts["victim"])
	}
}

func TestSubjectStaysTheSameFromReportToReport(t *testing.T) {
	first, second := notifiertest.Alerts()[0].Alert, notifiertest.Alerts()[1].Alert
	second.Severity, second.PrimaryVector = first.Severity, first.PrimaryVector
	a := render.New(first, "ja", notifiertest.Tokyo, notifiertest.Now)
	b := render.New(second, "ja", notifiertest.Tokyo, notifiertest.Now)
	if a.Subject != b.Subject {
		t.Errorf("the subject moved from %q to %q", a.Subject, b.Subject)
	}
	if strings.Contains(a.Subject, "第1報") {
		t.Errorf("the subject %q carries a report number", a.Subject)
	}
}

func BenchmarkNew(b *testing.B) {
	a := notifiertest.Alerts()[1].Alert
	for b.Loop() {
		render.New(a, "ja", notifiertest.Tokyo, notifiertest.Now)
	}
}

func BenchmarkText(b *testing.B) {
	v := render.New(notifiertest.Alerts()[1].Alert, "ja", notifiertest.Tokyo, notifiertest.Now)
	for b.Loop() {
		v.Text(74)
	}
}
