package web_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
	"go.uber.org/zap"

	"oshirase/breach"
	"oshirase/ledger"
	"oshirase/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	tokyo = time.FixedZone("JST", 9*60*60)
	now   = time.Date(2026, 11, 24, 15, 31, 20, 0, tokyo)
)

// book is the ledger as the daemon shows it to the pages.
type book struct{ *ledger.Ledger }

func (b book) Summary(ctx context.Context, since, today time.Time, n int) (web.Summary, error) {
	counts, err := b.Since(ctx, since)
	days, dayErr := b.Days(ctx, today, n)
	s := web.Summary{Notices: counts.Notices, Breaches: counts.Breaches, Alerts: counts.Alerts}
	for _, id := range slices.Sorted(maps.Keys(counts.Receiver)) {
		told := counts.Receiver[id]
		s.Receivers = append(s.Receivers, web.ReceiverSummary{ID: id, Sent: told.Sent, Dead: told.Dead, Slowest: told.Slowest})
	}
	for _, d := range days {
		s.Days = append(s.Days, web.Day(d))
	}
	return s, errors.Join(err, dayErr)
}

// shelf fills a ledger.
type shelf struct {
	t    testing.TB
	book book
	next map[string]uint64
	at   time.Time
	// held waits for flush while hold is set: one transaction instead of many.
	hold bool
	held []ledger.Record
}

func newShelf(t testing.TB) *shelf {
	t.Helper()
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"), zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return &shelf{t: t, book: book{l}, next: map[string]uint64{}, at: now}
}

func (s *shelf) put(stream string, values ...any) {
	s.t.Helper()
	for _, v := range values {
		data, err := json.Marshal(v)
		if err != nil {
			s.t.Fatal(err)
		}
		s.next[stream]++
		s.held = append(s.held, ledger.Record{Stream: stream, Sequence: s.next[stream], Stored: s.at, Data: data})
	}
	if !s.hold {
		s.flush()
	}
}

func (s *shelf) flush() {
	s.t.Helper()
	if err := s.book.Apply(context.Background(), s.held...); err != nil {
		s.t.Fatal(err)
	}
	s.hold, s.held = false, nil
}

func ptr[T any](v T) *T { return &v }

// event is one notice, its verdict, and the alert that it raises.
type event struct {
	notice   breach.Notice
	facts    breach.Case
	kind     breach.AlertKind // empty: no alert
	incident *breach.Incident // nil: a new one
	changes  []breach.Change
	watch    []breach.WatchlistMatch
	at       time.Time // of the alert
}

func (s *shelf) tell(e event) *breach.Alert {
	s.t.Helper()
	n := e.notice
	n.FirstSeen, n.SeenAt = e.at.Add(-2*time.Second), e.at.Add(-2*time.Second)
	n.Revision = max(n.Revision, 1)
	s.put(breach.StreamNotices, n)
	finding := breach.Finding{ID: breach.FindingID(n.ID, n.Revision, "rules"), Notice: n.NoticeHead, Rules: "rules", IsBreach: e.kind != "", Basis: "text", Cases: []breach.Case{}}
	if e.kind != "" {
		finding.Cases = append(finding.Cases, e.facts)
		finding.Severity, finding.PrimaryVector = e.facts.Severity, e.facts.PrimaryVector
	}
	s.put(breach.StreamFindings, finding)
	if e.kind == "" {
		return nil
	}
	i := &breach.Incident{ID: breach.IncidentID(n.ID, 0), OpenedAt: n.SeenAt}
	if e.incident != nil {
		*i = *e.incident
	}
	i.Revision++
	i.Publisher, i.Title, i.Facts, i.UpdatedAt, i.Watchlist = n.Publisher, n.Title, e.facts, n.SeenAt, e.watch
	i.Members = append(slices.Clone(i.Members), breach.Member{FindingID: finding.ID, Notice: n.NoticeHead, ReportNo: e.facts.ReportNo, Stage: e.facts.Stage,
		Link: map[bool]string{true: "opened", false: "report_number"}[e.incident == nil]})
	a := &breach.Alert{ID: breach.AlertID(i.ID, i.Revision, e.kind), Kind: e.kind, CreatedAt: e.at, Severity: e.facts.Severity,
		PrimaryVector: e.facts.PrimaryVector, Notice: n.NoticeHead, Incident: i, Changes: e.changes}
	s.put(breach.StreamAlerts, a)
	return a
}

func (s *shelf) deliver(a *breach.Alert, receiver string, o breach.Outcome, latency time.Duration, reason string) {
	d := breach.Delivery{ID: breach.DeliveryID(a.ID, receiver, o, 1), AlertID: a.ID, Receiver: receiver, Outcome: o, Attempt: 1, At: a.CreatedAt.Add(latency),
		Reason: reason, Title: a.Notice.Title, Severity: a.Severity, Kind: a.Kind}
	if o == breach.Sent {
		d.LatencyMS = latency.Milliseconds()
	}
	s.put(breach.StreamDeliveries, d)
}

// quotes finds each quote in the text, as the classifier records it.
func quotes(title, text string, evidence map[string]string) map[string][]breach.Quote {
	out := map[string][]breach.Quote{}
	for field, quote := range evidence {
		in, whole := "text", text
		if strings.Contains(title, quote) {
			in, whole = "title", title
		}
		start := strings.Index(whole, quote)
		out[field] = []breach.Quote{{Text: quote, In: in, Start: start, End: start + len(quote)}}
	}
	return out
}

func notice(source, key, title, text string, p breach.Publisher, published time.Time) breach.Notice {
	return breach.Notice{
		NoticeHead: breach.NoticeHead{ID: breach.NoticeID(source, key), Source: source, Key: key, URL: "https://disclosure.example/" + key + ".pdf", Title: title,
			Publisher: p, Published: published, PublishedPrecision: breach.PrecisionMinute, Language: "ja", DocumentState: breach.DocumentFetched},
		Text: text,
	}
}

// story is a day of a SOC: an incident that grew, a card leak, a small mistake,
// a withdrawn notice, days before it, and a monitor with troubles of its own.
func story(t testing.TB) *shelf {
	s := newShelf(t)
	s.hold = true
	defer s.flush()
	logistics, shop := breach.Publisher{Name: "架空商事", Code: "9876"}, breach.Publisher{Name: "アクメ電子", Code: "130A"}
	clinic := breach.Publisher{Name: "見本市民病院"}
	for i := range 13 {
		day := now.AddDate(0, 0, -13+i)
		for n := range []int{1, 0, 2, 1, 0, 3, 1, 2, 0, 1, 4, 2, 1}[i] {
			key := fmt.Sprintf("%d-%d", i, n)
			s.tell(event{notice: notice("security-news", key, "過去の公表 "+key, "", clinic, day), kind: breach.AlertNew, at: day.Add(time.Duration(n) * time.Hour),
				facts: breach.Case{Severity: breach.Severities()[(i+n)%5], PrimaryVector: breach.Vectors()[(i*3+n)%7], LeakStatus: breach.LeakSuspected, Stage: breach.StageFirst}})
		}
	}
	for i := range 40 {
		s.tell(event{notice: notice("tdnet", fmt.Sprintf("q%d", i), "2027年３月期 第２四半期決算短信〔日本基準〕（連結）", "", breach.Publisher{}, now.Add(-time.Hour)), at: now.Add(-time.Hour)})
	}

	firstTitle, firstText := "当社グループのシステムに対するランサムウェア攻撃について（第1報）", `2026年11月22日
株式会社架空商事
このたび、当社グループの一部のサーバーが暗号化され、ランサムウェアによる攻撃であることを確認いたしました。
現在、受注及び出荷業務を停止しております。お客様の個人情報が外部に流出した可能性を否定できません。
対象となる可能性のあるお客様は最大で約12,000名です。`
	facts := breach.Case{
		PrimaryVector: breach.Ransomware, Vectors: []breach.Vector{breach.Ransomware}, ATTACK: []string{"T1486"}, Severity: breach.High, SeverityReason: "high (a)",
		LeakStatus: breach.LeakSuspected, AffectedCount: ptr[int64](12000), Counts: []breach.Count{{Value: 12000, Unit: "名", Certainty: "possible", AtMost: true}},
		DataTypes: []breach.DataType{breach.DataName}, ReportNo: ptr(1), Stage: breach.StageFirst, ServiceDisrupted: true, ReportedTo: []breach.Authority{},
		Evidence: quotes(firstTitle, firstText, map[string]string{"primary_vector": "ランサムウェア攻撃", "leak_status": "流出した可能性を否定できません。",
			"affected_count": "対象となる可能性のあるお客様は最大で約12,000名です。", "service_disrupted": "受注及び出荷業務を停止しております。"}),
	}
	first := s.tell(event{notice: notice("tdnet", "140120261122500001", firstTitle, firstText, logistics, now.Add(-48*time.Hour)), facts: facts, kind: breach.AlertNew, at: now.Add(-47 * time.Hour)})
	s.deliver(first, "soc-slack", breach.Sent, 2300*time.Millisecond, "")

	mistake := notice("ppc-information", "mail", "電子メールの誤送信による個人情報の漏えいについて", "参加者24名のメールアドレスが互いに見える状態となりました。", breach.Publisher{Name: "個人情報保護委員会"}, now.Add(-6*time.Hour))
	mistake.PublishedPrecision = breach.PrecisionDay
	small := s.tell(event{notice: mistake, kind: breach.AlertNew, at: now.Add(-5 * time.Hour), facts: breach.Case{
		PrimaryVector: breach.Misdelivery, Severity: breach.Low, LeakStatus: breach.LeakConfirmed, AffectedCount: ptr[int64](24),
		Counts: []breach.Count{{Value: 24, Unit: "名", Certainty: "confirmed"}}, Stage: breach.StageFirst,
		Evidence: quotes("", mistake.Text, map[string]string{"affected_count": "参加者24名のメールアドレスが互いに見える状態"})}})
	s.deliver(small, "soc-mail", breach.Suppressed, time.Second, "route: severity below high")
	s.deliver(small, "soc-slack", breach.Sent, 1800*time.Millisecond, "")

	card := notice("acme-ir", "card", "弊社ECサイトへの不正アクセスによるクレジットカード情報漏えいの可能性に関するお詫びとお知らせ", "", shop, now.Add(-95*time.Minute))
	card.DocumentState = breach.DocumentPending
	shopAlert := s.tell(event{notice: card, kind: breach.AlertNew, at: now.Add(-94 * time.Minute), watch: []breach.WatchlistMatch{{Name: "アクメ電子", Tags: []string{"supplier"}, On: "code"}},
		facts: breach.Case{PrimaryVector: breach.WebSkimming, Severity: breach.High, LeakStatus: breach.LeakUnderInvestigation, Stage: breach.StageFirst,
			Evidence: quotes(card.Title, "", map[string]string{"primary_vector": "不正アクセス", "data_types": "クレジットカード情報漏えいの可能性"})}})
	s.deliver(shopAlert, "soc-slack", breach.Sent, 900*time.Millisecond, "")
	s.deliver(shopAlert, "soc-mail", breach.Dead, time.Second, `send to "soc@example.com": 550 5.1.1 no such mailbox: correct the address`)

	secondTitle, secondText := "ランサムウェア攻撃による個人情報の漏えいについて（第2報）", `調査の結果、お客様の個人情報が外部に流出していたことが判明いたしました。
流出が確認されたお客様は約58,000名です。氏名、住所、電話番号が含まれます。
当社が配送業務を委託しているサンプル物流株式会社のシステムを経由して侵入されました。`
	grown := facts
	grown.Severity, grown.SeverityReason, grown.LeakStatus, grown.AffectedCount = breach.Critical, "critical (a)", breach.LeakConfirmed, ptr[int64](58000)
	grown.Counts = []breach.Count{{Value: 58000, Unit: "名", Certainty: "confirmed", Approx: true}}
	grown.ReportNo, grown.Stage, grown.ThirdParty = ptr(2), breach.StageUpdate, "サンプル物流株式会社"
	grown.Evidence = quotes(secondTitle, secondText, map[string]string{"primary_vector": "ランサムウェア攻撃", "leak_status": "外部に流出していたことが判明いたしました。",
		"affected_count": "流出が確認されたお客様は約58,000名です。", "third_party": "サンプル物流株式会社のシステムを経由して侵入されました。"})
	second := s.tell(event{notice: notice("tdnet", "140120261124500002", secondTitle, secondText, logistics, now.Add(-4*time.Minute)), facts: grown,
		kind: breach.AlertEscalation, incident: first.Incident, at: now.Add(-3 * time.Minute),
		watch: []breach.WatchlistMatch{{Name: "架空商事", Tags: []string{"supplier", "tier-1"}, On: "code"}},
		changes: []breach.Change{{Field: "severity", From: "high", To: "critical"}, {Field: "leak_status", From: "suspected", To: "confirmed"},
			{Field: "affected_count", From: "12000", To: "58000"}, {Field: "third_party", To: "サンプル物流株式会社"}, {Field: "report_no", From: "1", To: "2"}}})
	s.deliver(second, "soc-slack", breach.Sent, 2100*time.Millisecond, "")
	s.deliver(second, "siem", breach.Failed, 5*time.Second, "post to siem.example: 503: tried again after 30 s")

	for i, e := range []breach.OpsEvent{
		{Subject: "security-news", Reason: "html_instead", Message: `source "security-news": a web page came instead of the feed: configure its new URL`},
		{Subject: "acme-ir", Reason: "timeout", Message: `source "acme-ir" works again after 12m0s; the trouble was: timeout`, Healed: true},
	} {
		at := now.Add(time.Duration(-90+60*i) * time.Minute)
		s.put(breach.StreamAlerts, breach.Alert{ID: breach.OpsAlertID(e.Subject, e.Reason, at.String()), Kind: breach.AlertOps, Severity: breach.Medium, CreatedAt: at, Ops: &e})
	}
	return s
}

func sources() []web.Source {
	return []web.Source{
		{ID: "tdnet", Kind: "tdnet", URL: "https://disclosure.example/inbs/", State: web.SourceHealthy, LastSuccess: now.Add(-20 * time.Second), NextPoll: now.Add(40 * time.Second), Rows: 412},
		{ID: "ppc-information", Kind: "page", URL: "https://www.example/information/", State: web.SourceHealthy, LastSuccess: now.Add(-4 * time.Minute), NextPoll: now.Add(6 * time.Minute), Rows: 30},
		{ID: "acme-ir", Kind: "page", URL: "https://acme.example/ir/news/", State: web.SourceFailing, Reason: "timeout", Message: "fetch https://acme.example/ir/news/: no answer within 30s", Failures: 1, LastSuccess: now.Add(-11 * time.Minute), NextPoll: now.Add(4 * time.Minute), Rows: 18},
		{ID: "security-news", Kind: "feed", URL: "https://news.example/feed", State: web.SourceUnhealthy, Reason: "html_instead", Message: "a web page came instead of the feed: configure its new URL", Failures: 19, LastSuccess: now.Add(-95 * time.Minute), NextPoll: now.Add(5 * time.Minute), Rows: 20},
		{ID: "city", Kind: "page", URL: "https://city.example/", State: web.SourceWaiting, NextPoll: now.Add(30 * time.Second)},
	}
}

// describe words an alert as the daemon does, in short.
func describe(a *breach.Alert, lang string) web.AlertView {
	v := web.AlertView{Badge: string(a.Severity), KindWord: string(a.Kind), Title: a.Notice.Title, Link: a.Notice.URL}
	if a.Incident == nil {
		v.Title, v.Summary = a.Ops.Message, a.Ops.Subject
		return v
	}
	ja := lang == "ja"
	pick := func(j, e string) string {
		if ja {
			return j
		}
		return e
	}
	c := &a.Incident.Facts
	names := map[breach.Vector][2]string{breach.Ransomware: {"ランサムウェア", "Ransomware"}, breach.WebSkimming: {"Webスキミング", "Web skimming"}, breach.Misdelivery: {"誤送信・誤交付", "Misdelivery"}}
	vector := cmp.Or(pick(names[a.PrimaryVector][0], names[a.PrimaryVector][1]), string(a.PrimaryVector))
	v.Summary = vector + ": " + a.Incident.Publisher.Name
	if code := a.Incident.Publisher.Code; code != "" {
		v.Summary += " (" + code + ")"
	}
	v.Facts = []web.Fact{{Label: pick("手口", "Vectors"), Value: vector}, {Label: pick("深刻度", "Severity"), Value: string(a.Severity) + " " + c.SeverityReason}}
	if c.ThirdParty != "" {
		v.Facts = append(v.Facts, web.Fact{Label: pick("委託先・外部サービス", "Third party"), Value: c.ThirdParty})
	}
	for _, m := range a.Incident.Watchlist {
		v.Watchlist = append(v.Watchlist, m.Name+" ["+strings.Join(m.Tags, ", ")+"]"+pick("（証券コードが一致）", " (by securities code)"))
	}
	if a.Notice.DocumentState == breach.DocumentPending {
		v.Notes = []string{pick("表題のみで判定しました。", "Judged by its title alone.")}
	}
	for _, change := range a.Changes {
		v.Changes = append(v.Changes, web.Change{Label: change.Field, From: change.From, To: change.To})
	}
	return v
}

func config(b web.Reader) web.Config {
	return web.Config{
		Listen: "127.0.0.1:0", Version: "1.2.3", TimeZone: tokyo, Reader: b, Sources: sources, Describe: describe,
		Health: func(context.Context) []web.Check { return []web.Check{{Name: "streams"}} },
		Ready:  func() bool { return true }, Metrics: prometheus.NewRegistry(), Now: func() time.Time { return now },
	}
}
