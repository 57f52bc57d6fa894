// Package notifiertest holds what the tests of all channels share: example
// alerts, golden files, and [Run], the conformance suite that every channel
// passes.
//
// A new channel calls [Run] with a [Suite] that opens it against a real server
// in the test process, and renders [Alerts] into golden files with [Golden].
package notifiertest

import (
	"time"

	"oshirase/breach"
	"oshirase/notifier"
)

// Tokyo is the time zone of the examples, without a zone database.
var Tokyo = time.FixedZone("JST", 9*60*60)

// Now is the time of telling in the examples.
var Now = time.Date(2026, 11, 24, 15, 30, 44, 0, Tokyo)

// Example is an alert with a name that can be a file's.
type Example struct {
	Name  string
	Alert *breach.Alert
}

// Alerts are examples of every kind, made up.
func Alerts() []Example {
	return []Example{
		{"new-ransomware", newRansomware()},
		{"escalation-with-changes", escalation()},
		{"new-title-only", titleOnly()},
		{"update-english-notice", englishNotice()},
		{"withdrawn", withdrawn()},
		{"taken-back", takenBack()},
		{"ops-broken", ops(false)},
		{"ops-healed", ops(true)},
		{"ops-heartbeat", heartbeat()},
		{"test", notifier.Sample(Now)},
	}
}

func ptr[T any](v T) *T { return &v }

func quote(text string) []breach.Quote {
	return []breach.Quote{{Text: text, In: "text", Start: 0, End: len(text)}}
}

func head(source, key, url, title string, published time.Time) breach.NoticeHead {
	return breach.NoticeHead{
		ID: breach.NoticeID(source, key), Revision: 1, Source: source, Key: key, URL: url, Title: title,
		Publisher: breach.Publisher{Name: "架空商事", Code: "9876"}, Published: published,
		PublishedPrecision: breach.PrecisionMinute, FirstSeen: published.Add(41 * time.Second),
		SeenAt: published.Add(41 * time.Second), Language: "ja", DocumentState: breach.DocumentFetched,
	}
}

func incidentAlert(kind breach.AlertKind, revision int, n breach.NoticeHead, facts breach.Case, earlier ...breach.NoticeHead) *breach.Alert {
	in := &breach.Incident{
		Revision: revision, Publisher: n.Publisher, Title: n.Title, Facts: facts,
		OpenedAt: n.SeenAt, UpdatedAt: n.SeenAt,
	}
	for _, e := range append(earlier, n) {
		in.Members = append(in.Members, breach.Member{Notice: e, Stage: facts.Stage, Link: "opened"})
	}
	in.ID = breach.IncidentID(in.Members[0].Notice.ID, 0)
	in.OpenedAt = in.Members[0].Notice.SeenAt
	return &breach.Alert{
		ID: breach.AlertID(in.ID, revision, kind), Kind: kind, CreatedAt: n.SeenAt.Add(time.Second),
		Severity: facts.Severity, PrimaryVector: facts.PrimaryVector, Notice: n, Incident: in,
	}
}

func newRansomware() *breach.Alert {
	n := head("tdnet", "140120261124500001", "https://disclosure.example/inbs/140120261124500001.pdf",
		"当社グループのシステムに対するランサムウェア攻撃について（第1報）", Now.Add(-44*time.Second))
	a := incidentAlert(breach.AlertNew, 1, n, breach.Case{
		PrimaryVector: breach.Ransomware, Vectors: []breach.Vector{breach.Ransomware, breach.VulnerabilityExploit},
		ATTACK: []string{"T1486", "T1190"}, Severity: breach.High,
		SeverityReason: "high (a): ransomware in the internal network, leak possible or examined",
		LeakStatus:     breach.LeakSuspected, AffectedCount: ptr[int64](12000),
		Counts: []breach.Count{
			{Value: 12000, Unit: "名", Certainty: "possible", Approx: true, AtMost: true, Population: "お客様"},
			{Value: 310, Unit: "社", Certainty: "possible", Population: "取引先"},
		},
		DataTypes:         []breach.DataType{breach.DataName, breach.DataAddress, breach.DataPhone, breach.DataEmail},
		ExcludedDataTypes: []breach.DataType{breach.DataCardNumber, breach.DataMyNumber},
		ReportNo:          ptr(1), Stage: breach.StageFirst, ServiceDisrupted: true,
		ReportedTo: []breach.Authority{breach.AuthorityPPC, breach.AuthorityPolice},
		Dates: []breach.Date{
			{Role: "intrusion", From: "2026-11-18T02:10"}, {Role: "detected", From: "2026-11-22T06:40"},
			{Role: "published", From: "2026-11-24"},
		},
		Products: []string{"VPN装置"},
		Evidence: map[string][]breach.Quote{
			"primary_vector":    quote("サーバー内のファイルが暗号化され、ランサムウェアによる攻撃であることを確認いたしました。"),
			"leak_status":       quote("お客様の個人情報が外部に流出した可能性を否定できません。"),
			"affected_count":    quote("対象となる可能性のあるお客様は最大で約12,000名です。"),
			"service_disrupted": quote("受注及び出荷業務を停止しております。"),
		},
	})
	return a
}

func escalation() *breach.Alert {
	first := head("tdnet", "140120261118500001", "https://disclosure.example/inbs/140120261118500001.pdf",
		"当社グループのシステムに対するランサムウェア攻撃について（第1報）", time.Date(2026, 11, 18, 16, 0, 0, 0, Tokyo))
	n := head("tdnet", "140120261124500002", "https://disclosure.example/inbs/140120261124500002.pdf",
		"ランサムウェア攻撃による個人情報の漏えいについて（第2報）", Now.Add(-44*time.Second))
	a := incidentAlert(breach.AlertEscalation, 2, n, breach.Case{
		PrimaryVector: breach.Ransomware, Vectors: []breach.Vector{breach.Ransomware, breach.ThirdParty},
		ATTACK: []string{"T1486"}, Severity: breach.Critical, SeverityReason: "critical (a): ransomware or an intrusion stopped a core business operation",
		LeakStatus: breach.LeakConfirmed, AffectedCount: ptr[int64](58000),
		Counts: []breach.Count{{Value: 58000, Unit: "名", Certainty: "confirmed", Approx: true}},
		DataTypes: []breach.DataType{breach.DataName, breach.DataAddress, breach.DataPhone, breach.DataEmail,
			breach.DataBankAccount},
		ReportNo: ptr(2), Stage: breach.StageUpdate, ServiceDisrupted: true, ThirdParty: "サンプル物流株式会社",
		RansomwareFamily: "lockbit", ReportedTo: []breach.Authority{breach.AuthorityPPC, breach.AuthorityPolice},
		Evidence: map[string][]breach.Quote{
			"leak_status":    quote("調査の結果、お客様の個人情報が外部に流出していたことが判明いたしました。"),
			"affected_count": quote("流出が確認されたお客様は約58,000名です。"),
			"third_party":    quote("当社が配送業務を委託しているサンプル物流株式会社のシステムを経由して侵入されました。"),
		},
	}, first)
	a.Changes = []breach.Change{
		{Field: "severity", From: "high", To: "critical"},
		{Field: "leak_status", From: "suspected", To: "confirmed"},
		{Field: "affected_count", From: "12000", To: "58000"},
		{Field: "third_party", From: "", To: "サンプル物流株式会社"},
	}
	a.Incident.Watchlist = []breach.WatchlistMatch{
		{Name: "架空商事", Tags: []string{"supplier"}, On: "code"},
		{Name: "サンプル物流", Tags: []string{"logistics", "tier-1"}, On: "third_party"},
	}
	return a
}

func titleOnly() *breach.Alert {
	n := head("tdnet", "140120261124500003", "https://disclosure.example/inbs/140120261124500003.pdf",
		"不正アクセスによる情報流出の可能性に関するお知らせ", Now.Add(-44*time.Second))
	n.Publisher = breach.Publisher{Name: "アクメ電子", Code: "130A"}
	n.DocumentState = breach.DocumentPending
	return incidentAlert(breach.AlertNew, 1, n, breach.Case{
		PrimaryVector: breach.UnauthorizedAccess, Vectors: []breach.Vector{breach.UnauthorizedAccess},
		Severity: breach.Medium, LeakStatus: breach.LeakSuspected, DataTypes: []breach.DataType{},
		Stage: breach.StageFirst,
		Evidence: map[string][]breach.Quote{
			"primary_vector": {{Text: "不正アクセス", In: "title", Start: 0, End: 18}},
		},
	})
}

func englishNotice() *breach.Alert {
	first := head("acme-ir", "https://acme.example/ir/1", "https://acme.example/ir/news/1",
		"Notice of an E-mail Sent to Wrong Recipients", time.Date(2026, 11, 20, 0, 0, 0, 0, Tokyo))
	n := head("acme-ir", "https://acme.example/ir/2", "https://acme.example/ir/news/2?lang=en&from=top",
		"Notice of an E-mail Sent to Wrong Recipients (Final Report)", time.Date(2026, 11, 24, 0, 0, 0, 0, Tokyo))
	for _, h := range []*breach.NoticeHead{&first, &n} {
		h.Publisher = breach.Publisher{Name: "Acme Electronics & Sons"}
		h.Language, h.PublishedPrecision = "en", breach.PrecisionDay
	}
	n.SeenAt = Now.Add(-3 * time.Minute)
	a := incidentAlert(breach.AlertUpdate, 2, n, breach.Case{
		PrimaryVector: breach.Misdelivery, Vectors: []breach.Vector{breach.Misdelivery}, Severity: breach.Low,
		LeakStatus: breach.LeakConfirmed, AffectedCount: ptr[int64](82),
		Counts:    []breach.Count{{Value: 82, Unit: "people", Certainty: "confirmed"}},
		DataTypes: []breach.DataType{breach.DataEmail}, Stage: breach.StageFinal,
		Evidence: map[string][]breach.Quote{
			"affected_count": quote("The e-mail addresses of 82 customers were visible to the other recipients."),
		},
	}, first)
	a.Changes = []breach.Change{
		{Field: "stage", From: "first", To: "final"},
		{Field: "data_types", From: "email,name", To: "email"},
		{Field: "title", From: first.Title, To: n.Title},
	}
	return a
}

func withdrawn() *breach.Alert {
	n := titleOnly().Notice
	n.Withdrawn, n.Revision, n.DocumentState = true, 2, breach.DocumentFailed
	a := incidentAlert(breach.AlertWithdrawn, 2, n, titleOnly().Incident.Facts)
	a.Changes = []breach.Change{{Field: "withdrawn", From: "false", To: "true"}}
	return a
}

// takenBack is of a title whose document turned out to report no incident.
func takenBack() *breach.Alert {
	n := titleOnly().Notice
	n.Revision, n.DocumentState = 2, breach.DocumentFetched
	a := incidentAlert(breach.AlertWithdrawn, 2, n, titleOnly().Incident.Facts)
	a.Incident.Withdrawn = true
	a.Changes = []breach.Change{{Field: "is_breach", From: "true", To: "false"}}
	return a
}

func ops(healed bool) *breach.Alert {
	a := &breach.Alert{
		Kind: breach.AlertOps, CreatedAt: Now.Add(-time.Second), Severity: breach.Medium,
		Ops: &breach.OpsEvent{Subject: "security-feed", Reason: "status_4xx", Healed: healed,
			Message: `source "security-feed": fetch: 403 from feed.example: ask its operator, or set robots: ignore if you may`},
	}
	if healed {
		a.Severity = breach.Info
		a.Ops.Message = `source "security-feed" answers again after 3 h 12 min; 4 rows were caught up`
	}
	a.ID = breach.OpsAlertID(a.Ops.Subject, a.Ops.Reason, "2026-11-24")
	return a
}

func heartbeat() *breach.Alert {
	return &breach.Alert{
		ID: breach.OpsAlertID("oshirase", "heartbeat", "2026-11-24"), Kind: breach.AlertOps, CreatedAt: Now, Severity: breach.Info,
		Ops: &breach.OpsEvent{Subject: "oshirase", Reason: "heartbeat",
			Message: "the monitor lives: 12 of 13 sources are well, not: acme-ir (not_found); in the last day 4120 polls, 312 notices, 3 alerts"},
	}
}
