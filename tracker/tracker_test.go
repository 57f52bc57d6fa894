package tracker_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oshirase/breach"
	"oshirase/tracker"
)

var errConflict = errors.New("conflict")

// store is a compare-and-set store that can be told to fail.
type store struct {
	values    map[string][]byte
	revisions map[string]uint64
	failSave  func() error
}

func newStore() *store {
	return &store{values: map[string][]byte{}, revisions: map[string]uint64{}, failSave: func() error { return nil }}
}

func (s *store) Load(_ context.Context, key string) ([]byte, uint64, error) {
	return slices.Clone(s.values[key]), s.revisions[key], nil
}

func (s *store) Save(_ context.Context, key string, value []byte, revision uint64) (uint64, error) {
	if err := s.failSave(); err != nil {
		return 0, err
	}
	if s.revisions[key] != revision {
		return 0, errConflict
	}
	s.values[key] = slices.Clone(value)
	s.revisions[key]++
	return s.revisions[key], nil
}

// published keeps alerts as the stream does: each id once.
type published struct {
	ids    map[string]bool
	alerts []*breach.Alert
	fail   error
}

func (p *published) PublishAlert(_ context.Context, a *breach.Alert) error {
	if p.fail != nil {
		return p.fail
	}
	if !p.ids[a.ID] {
		p.ids[a.ID] = true
		p.alerts = append(p.alerts, a)
	}
	return nil
}

type world struct {
	t       testing.TB
	store   *store
	alerts  *published
	tracker *tracker.Tracker
}

func newWorld(t testing.TB, watch ...breach.WatchlistEntry) *world {
	w := &world{t: t, store: newStore(), alerts: &published{ids: map[string]bool{}}}
	tr, err := tracker.New(tracker.Config{Watchlist: watch, IsConflict: func(err error) bool { return errors.Is(err, errConflict) }}, w.store, w.alerts)
	if err != nil {
		t.Fatal(err)
	}
	w.tracker = tr
	return w
}

// tell hands a finding over and returns the alerts that it raised, as
// "kind severity: field from→to, …".
func (w *world) tell(f *breach.Finding) []string {
	w.t.Helper()
	before := len(w.alerts.alerts)
	if err := w.tracker.Handle(context.Background(), f); err != nil {
		w.t.Fatal(err)
	}
	var lines []string
	for _, a := range w.alerts.alerts[before:] {
		var moves []string
		for _, c := range a.Changes {
			moves = append(moves, fmt.Sprintf("%s %s→%s", c.Field, c.From, c.To))
		}
		lines = append(lines, strings.TrimSuffix(fmt.Sprintf("%s %s: %s", a.Kind, a.Severity, strings.Join(moves, ", ")), ": "))
	}
	return lines
}

func expect(t testing.TB, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
}

var start = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)

func finding(source, key, title string, day int, c breach.Case) *breach.Finding {
	at := start.AddDate(0, 0, day)
	n := breach.NoticeHead{
		ID: breach.NoticeID(source, key), Revision: 1, Source: source, Key: key, URL: "https://www.example/" + key, Title: title,
		Publisher: breach.Publisher{Name: "架空物流", Code: "9399"}, Published: at, FirstSeen: at, SeenAt: at,
	}
	if c.Stage == "" {
		c.Stage = breach.StageFirst
	}
	if c.LeakStatus == "" {
		c.LeakStatus = breach.LeakUnknown
	}
	c.Vectors = []breach.Vector{c.PrimaryVector}
	return &breach.Finding{ID: breach.FindingID(n.ID, 1, "r"), Notice: n, IsBreach: true, Basis: "text", Severity: c.Severity, PrimaryVector: c.PrimaryVector, Cases: []breach.Case{c}}
}

func ptr[T any](v T) *T { return &v }

func TestNumberedReportsAreOneIncidentAndTellWhatMoved(t *testing.T) {
	w := newWorld(t)
	title := "ランサムウェア感染によるシステム障害の発生に関するお知らせ"
	expect(t, w.tell(finding("tdnet", "1", title+"（第１報）", 0,
		breach.Case{PrimaryVector: breach.Ransomware, Severity: breach.Critical, ReportNo: ptr(1), LeakStatus: breach.LeakUnderInvestigation, ServiceDisrupted: true})),
		"new critical")
	expect(t, w.tell(finding("tdnet", "2", title+"【第二報】", 5,
		breach.Case{PrimaryVector: breach.Ransomware, Severity: breach.Critical, ReportNo: ptr(2), Stage: breach.StageUpdate, LeakStatus: breach.LeakConfirmed, AffectedCount: ptr(int64(58000))})),
		"update critical: leak_status under_investigation→confirmed, affected_count →58000, report_no 1→2, stage first→update, title "+title+"（第１報）→"+title+"【第二報】")
	expect(t, w.tell(finding("tdnet", "3", "システム障害に関する調査結果のご報告（最終報）", 60,
		breach.Case{PrimaryVector: breach.UnauthorizedAccess, Severity: breach.Info, Stage: breach.StageFinal})),
		"update critical: stage update→final, title "+title+"【第二報】→システム障害に関する調査結果のご報告（最終報）")
	last := w.alerts.alerts[2].Incident
	if len(last.Members) != 3 || *last.Facts.AffectedCount != 58000 || last.Facts.PrimaryVector != breach.Ransomware || last.ID != w.alerts.alerts[0].Incident.ID || last.Revision != 3 {
		t.Errorf("incident after the final report: %+v", last)
	}
}

func TestAnotherFirstReportOfThePublisherIsAnotherIncident(t *testing.T) {
	w := newWorld(t)
	c := breach.Case{PrimaryVector: breach.Misdelivery, Severity: breach.Low}
	expect(t, w.tell(finding("ir", "1", "メール誤送信に関するお知らせ", 0, c)), "new low")
	expect(t, w.tell(finding("ir", "2", "メール誤送信に関するお知らせ", 3, c)), "new low")
	if a := w.alerts.alerts; a[0].Incident.ID == a[1].Incident.ID {
		t.Error("two misdeliveries became one incident")
	}
}

func TestTheSameNoticeAgainMovesNothing(t *testing.T) {
	w := newWorld(t)
	f := finding("ir", "1", "不正アクセスに関するお知らせ", 0, breach.Case{PrimaryVector: breach.UnauthorizedAccess, Severity: breach.High})
	expect(t, w.tell(f), "new high")
	expect(t, w.tell(f))
	edited := *f
	edited.Notice.Revision, edited.ID = 2, breach.FindingID(f.Notice.ID, 2, "r")
	expect(t, w.tell(&edited))
	expect(t, w.tell(f))
}

func TestTheDocumentBehindATitleIsAnUpdateOfWhatItMoves(t *testing.T) {
	w := newWorld(t)
	f := finding("tdnet", "1", "不正アクセスに関するお知らせ（第１報）", 0, breach.Case{PrimaryVector: breach.UnauthorizedAccess, Severity: breach.High, ReportNo: ptr(1)})
	f.Basis = "title"
	expect(t, w.tell(f), "new high")
	read := finding("tdnet", "1", "不正アクセスに関するお知らせ（第１報）", 0, breach.Case{PrimaryVector: breach.Ransomware, Severity: breach.Critical, ServiceDisrupted: true})
	read.Notice.Revision = 2
	expect(t, w.tell(read), "escalation critical: severity high→critical, primary_vector unauthorized_access→ransomware, service_disrupted false→true")
	none := finding("tdnet", "1", "不正アクセスに関するお知らせ（第１報）", 0, breach.Case{})
	none.Notice.Revision, none.IsBreach, none.Cases = 3, false, nil
	expect(t, w.tell(none), "withdrawn critical: is_breach true→false")
	expect(t, w.tell(none))
}

func TestAWithdrawalAtTheSourceIsTold(t *testing.T) {
	w := newWorld(t)
	c := breach.Case{PrimaryVector: breach.UnauthorizedAccess, Severity: breach.High}
	f := finding("tdnet", "1", "不正アクセスに関するお知らせ", 0, c)
	expect(t, w.tell(f), "new high")
	gone := finding("tdnet", "1", "不正アクセスに関するお知らせ", 1, c)
	gone.Notice.Revision, gone.Notice.Withdrawn = 2, true
	expect(t, w.tell(gone), "withdrawn high: withdrawn false→true")
	back := finding("tdnet", "1", "不正アクセスに関するお知らせ", 2, c)
	back.Notice.Revision = 3
	expect(t, w.tell(back), "update high: withdrawn true→false")
}

func TestTheBacklogIsSilentAndItsFollowUpIsNot(t *testing.T) {
	w := newWorld(t)
	old := finding("tdnet", "1", "不正アクセスに関するお知らせ（第１報）", 0, breach.Case{PrimaryVector: breach.UnauthorizedAccess, Severity: breach.High, ReportNo: ptr(1)})
	old.Notice.Backlog = true
	expect(t, w.tell(old))
	expect(t, w.tell(finding("tdnet", "2", "不正アクセスに関するお知らせ（第２報）", 9, breach.Case{PrimaryVector: breach.UnauthorizedAccess, Severity: breach.High, ReportNo: ptr(2), Stage: breach.StageUpdate})),
		"update high: report_no 1→2, stage first→update, title 不正アクセスに関するお知らせ（第１報）→不正アクセスに関するお知らせ（第２報）")
}

func TestOneEventSeenThroughTwoSourcesIsOneIncident(t *testing.T) {
	w := newWorld(t)
	c := breach.Case{PrimaryVector: breach.Ransomware, Severity: breach.Critical}
	expect(t, w.tell(finding("tdnet", "a/140120261102500001.pdf", "サイバー攻撃に関するお知らせ", 0, c)), "new critical")
	expect(t, w.tell(finding("ir", "b/140120261102500001.pdf", "サイバー攻撃に関するお知らせ", 40, c)))
	news := finding("news", "c", "架空物流、ランサム被害", 1, c)
	news.Notice.Publisher = breach.Publisher{}
	news.Cases[0].Victim = "株式会社架空物流"
	expect(t, w.tell(news))
	later := finding("news", "d", "架空物流、ランサム被害", 90, c)
	later.Notice.Publisher, later.Cases[0].Victim = breach.Publisher{}, "架空物流"
	expect(t, w.tell(later), "new critical")
}

func TestACorrectionJoinsTheNoticeThatItQuotes(t *testing.T) {
	w := newWorld(t)
	first := breach.Case{PrimaryVector: breach.Misconfiguration, Severity: breach.Medium, AffectedCount: ptr(int64(420))}
	expect(t, w.tell(finding("tdnet", "0", "フィッシング詐欺にご注意ください", 0, breach.Case{PrimaryVector: breach.Impersonation, Severity: breach.Low})), "new low")
	expect(t, w.tell(finding("tdnet", "1", "個人情報の公開状態に関するお知らせ", 1, first)), "new medium")
	corrected := breach.Case{PrimaryVector: breach.Misconfiguration, Severity: breach.Medium, AffectedCount: ptr(int64(402)), LeakStatus: breach.LeakSuspected}
	got := w.tell(finding("tdnet", "2", "（訂正）「個人情報の公開状態に関するお知らせ」の一部訂正について", 2, corrected))
	if len(got) != 1 || !strings.HasPrefix(got[0], "update medium: leak_status unknown→suspected, affected_count 420→402") {
		t.Errorf("told %q", got)
	}
}

func TestTheWatchListMatchesNamesNotPartsOfWords(t *testing.T) {
	entry := breach.WatchlistEntry{Name: "見本通運株式会社", Aliases: []string{"Mihon", "ミホン"}, Tags: []string{"supplier"}}
	for name, test := range map[string]struct {
		publisher, victim, third string
		want                     string
	}{
		"the publisher in another legal form":    {publisher: "（株）見本通運", want: "publisher"},
		"a full-width alias":                     {publisher: "ＭＩＨＯＮ", want: "publisher"},
		"a victim":                               {publisher: "見本新聞", victim: "見本通運", want: "victim"},
		"a processor within a longer phrase":     {publisher: "他社", third: "委託先の見本通運株式会社", want: "third_party"},
		"an alias inside a longer Latin word":    {publisher: "Mihonbashi"},
		"an alias inside a longer katakana word": {publisher: "ミホンバシ"},
		"nobody":                                 {publisher: "他社"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, entry)
			f := finding("ir", "1", "お知らせ", 0, breach.Case{PrimaryVector: breach.Malware, Severity: breach.High, Victim: test.victim, ThirdParty: test.third})
			f.Notice.Publisher = breach.Publisher{Name: test.publisher}
			w.tell(f)
			got := ""
			if m := w.alerts.alerts[0].Incident.Watchlist; len(m) > 0 {
				got = m[0].On
			}
			if got != test.want {
				t.Errorf("matched on %q, want %q", got, test.want)
			}
		})
	}
}

func TestAnyOrderRepetitionAndCrashTellsEachAlertOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		random := rapid.Bool()
		w.store.failSave = func() error {
			if random.Draw(rt, "save fails") {
				return errors.New("disk full")
			}
			return nil
		}
		findings := map[string]*breach.Finding{}
		for i := range rapid.IntRange(1, 6).Draw(rt, "notices") {
			for revision := 1; revision <= rapid.IntRange(1, 2).Draw(rt, "revisions"); revision++ {
				no := i + 1
				f := finding("s", fmt.Sprint(i), fmt.Sprintf("不正アクセス被害に関するお知らせ（第%d報）", no), i, breach.Case{
					PrimaryVector: breach.UnauthorizedAccess, Severity: rapid.SampledFrom(breach.Severities()).Draw(rt, "severity"),
					ReportNo: &no, Stage: breach.StageUpdate, AffectedCount: ptr(int64(rapid.IntRange(1, 3).Draw(rt, "count"))),
				})
				f.Notice.Revision = revision
				f.ID = breach.FindingID(f.Notice.ID, revision, "r")
				findings[f.ID] = f
			}
		}
		ids := slices.Sorted(maps.Keys(findings))
		deliveries := rapid.SliceOfN(rapid.SampledFrom(ids), 1, 20).Draw(rt, "deliveries")
		for _, id := range append(deliveries, ids...) {
			for w.tracker.Handle(context.Background(), findings[id]) != nil {
				// the stream delivers again until the handler is done
			}
		}
		revisions := map[string]int{}
		for _, a := range w.alerts.alerts {
			if got := a.Incident.Revision; got <= revisions[a.Incident.ID] {
				rt.Fatalf("revision %d of incident %s after %d", got, a.Incident.ID, revisions[a.Incident.ID])
			}
			revisions[a.Incident.ID] = a.Incident.Revision
		}
		told := len(w.alerts.alerts)
		w.store.failSave = func() error { return nil }
		for _, id := range ids {
			if err := w.tracker.Handle(context.Background(), findings[id]); err != nil {
				rt.Fatal(err)
			}
		}
		if len(w.alerts.alerts) != told {
			rt.Fatalf("a repetition told %d more", len(w.alerts.alerts)-told)
		}
	})
}

func TestAnAuthoritysActIsOfTheOneItActsAgainst(t *testing.T) {
	w := newWorld(t)
	act := func(key, victim string, day int) *breach.Finding {
		f := finding("ppc", key, "個人情報の保護に関する法律に基づく行政上の対応について", day, breach.Case{PrimaryVector: breach.UnauthorizedAccess, Severity: breach.High, Victim: victim, Stage: breach.StageFinal})
		f.Notice.Publisher, f.Notice.Action = breach.Publisher{Name: "個人情報保護委員会"}, breach.ActionGuidance
		return f
	}
	expect(t, w.tell(act("1", "株式会社架空物流", 0)), "new high")
	expect(t, w.tell(act("2", "株式会社見本電機", 20)), "new high")
	// It may also tell of a mishap of its own.
	expect(t, w.tell(act("3", "当委員会", 40)), "new high")
	for i, want := range []string{"株式会社架空物流", "株式会社見本電機", "個人情報保護委員会"} {
		if got := w.alerts.alerts[i].Incident.Publisher.Name; got != want {
			t.Errorf("the incident is of %q, want %q", got, want)
		}
	}
}

func TestANameWithTheMarketsPrefixIsTheSameOrganisation(t *testing.T) {
	w := newWorld(t)
	c := breach.Case{PrimaryVector: breach.Ransomware, Severity: breach.High, ReportNo: ptr(1)}
	first := finding("tdnet", "1", "ランサムウェア被害に関するお知らせ（第１報）", 0, c)
	first.Notice.Publisher = breach.Publisher{Name: "Ｇ－架空データ", Code: "130A"}
	expect(t, w.tell(first), "new high")
	c.ReportNo, c.Stage = ptr(2), breach.StageUpdate
	second := finding("ir", "2", "ランサムウェア被害に関するお知らせ（第２報）", 4, c)
	second.Notice.Publisher = breach.Publisher{Name: "株式会社架空データ"}
	if got := w.tell(second); len(got) != 1 || !strings.HasPrefix(got[0], "update high") {
		t.Errorf("told %q", got)
	}
}

func TestAnAlertThatCouldNotBePublishedIsToldByTheNextTry(t *testing.T) {
	w := newWorld(t)
	f := finding("ir", "1", "不正アクセスに関するお知らせ", 0, breach.Case{PrimaryVector: breach.UnauthorizedAccess, Severity: breach.High})
	w.alerts.fail = errors.New("no answer from the stream")
	if err := w.tracker.Handle(context.Background(), f); err == nil || breach.IsPermanent(err) {
		t.Fatalf("Handle = %v, want an error that heals", err)
	}
	w.alerts.fail = nil
	expect(t, w.tell(f), "new high")
	expect(t, w.tell(f))
}

func TestWhatCannotBeTrackedIsADeadLetter(t *testing.T) {
	w := newWorld(t)
	for name, f := range map[string]*breach.Finding{
		"no notice":        {ID: "f", IsBreach: true, Cases: []breach.Case{{}}},
		"no case":          {ID: "f", IsBreach: true, Notice: breach.NoticeHead{ID: "n", Revision: 1}},
		"a broken dossier": finding("ir", "1", "不正アクセスに関するお知らせ", 0, breach.Case{}),
	} {
		w.store.values["dossier:code:9399"], w.store.revisions["dossier:code:9399"] = []byte("{"), 1
		if err := w.tracker.Handle(context.Background(), f); !breach.IsPermanent(err) {
			t.Errorf("%s: Handle = %v, want a permanent error", name, err)
		}
	}
}

func TestWhatNamesNobodyIsJoinedByItsTitleAlone(t *testing.T) {
	w := newWorld(t)
	nameless := func(key, title string, day int, c breach.Case) *breach.Finding {
		f := finding("feed", key, title, day, c)
		f.Notice.Publisher = breach.Publisher{}
		return f
	}
	c := breach.Case{PrimaryVector: breach.UnauthorizedAccess, Severity: breach.High, ReportNo: ptr(1)}
	expect(t, w.tell(nameless("1", "会員サイトへの不正アクセスについて（第１報）", 0, c)), "new high")
	expect(t, w.tell(nameless("2", "予約サイトへの不正アクセスについて（第１報）", 1, c)), "new high")
	c.ReportNo, c.Stage = ptr(2), breach.StageUpdate
	if got := w.tell(nameless("3", "会員サイトへの不正アクセスについて（第２報）", 6, c)); len(got) != 1 || !strings.HasPrefix(got[0], "update high: report_no 1→2") {
		t.Errorf("told %q", got)
	}
	expect(t, w.tell(nameless("4", "一部業務の再開について（第２報）", 7, c)), "new high")
}
