package classifier

import (
	"os"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"oshirase/breach"
)

// compiledRules is the classifier with the shipped rules, made once: compiling costs
// more than most tests, and a Classifier may be shared.
var compiledRules = sync.OnceValues(func() (*Classifier, error) {
	return New(Config{Rules: os.DirFS("../configs/rules")})
})

func shipped(t testing.TB) *Classifier {
	t.Helper()
	c, err := compiledRules()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// byRules is the classifier without the model: what is read in a line or two is
// the grammar's work, and a model learned from whole notices may weigh against it.
func byRules(t testing.TB) *Classifier {
	t.Helper()
	return shipped(t).WithModel(nil)
}

// speaks reports whether the rule hits in s, read as the field that the rule is
// limited to.
func speaks(c *Classifier, rule *Rule, s string) bool {
	in := rule.In
	if in == "" {
		in = "text"
	}
	var p page
	c.m.run(&p, in, s, false)
	for _, m := range p.marks[c.m.kinds[rule.For]] { // beside it, what was held back may be a hint
		if c.m.rules[m.rule].Rule == rule {
			return true
		}
	}
	return false
}

func TestEveryExampleOfEveryRuleIsTrue(t *testing.T) {
	c := shipped(t)
	examples := 0
	for _, compiled := range c.m.rules {
		rule := compiled.Rule
		for _, s := range rule.Examples {
			examples++
			if !speaks(c, rule, s) {
				t.Errorf("%s:%d: rule %s does not speak on its example %q", rule.file, rule.line, rule.ID, s)
			}
		}
		for _, s := range rule.Counter {
			examples++
			if speaks(c, rule, s) {
				t.Errorf("%s:%d: rule %s speaks on its counter-example %q", rule.file, rule.line, rule.ID, s)
			}
		}
	}
	if examples < 100 {
		t.Errorf("only %d examples were tried", examples)
	}
}

func notice(title, text string) *breach.Notice {
	n := &breach.Notice{Text: text}
	n.ID, n.Revision, n.Source, n.Title = "n", 1, "test", title
	n.Publisher.Name = "架空商事株式会社"
	return n
}

// stories are made-up notices, each with what a careful analyst reads.
var stories = []struct {
	name, title, text string
	want              func(f *breach.Finding) string // what is wrong
}{
	{"a ransomware attack that stopped the shipping", "ランサムウェア感染によるシステム障害について（第２報）",
		"当社の物流システムがランサムウェアに感染し、受注および出荷業務を停止しております。お客様の個人情報の漏えいの有無は現在調査中です。個人情報保護委員会および警察に報告しました。",
		func(f *breach.Finding) string {
			c := f.Cases[0]
			return wrong(c.PrimaryVector == breach.Ransomware, "vector", c.Severity == breach.Critical, "severity", c.LeakStatus == breach.LeakUnderInvestigation, "leak",
				c.ReportNo != nil && *c.ReportNo == 2, "report number", c.ServiceDisrupted, "disrupted", len(c.ReportedTo) == 2, "reported to", c.AffectedCount == nil, "no count")
		}},
	{"a mail to many in TO", "メール誤送信による個人情報の漏えいについて",
		"説明会の案内メールを送る際、BCCとすべきところを誤ってTOに宛先を入れて送信し、48名のメールアドレスが互いに見える状態となりました。",
		func(f *breach.Finding) string {
			c := f.Cases[0]
			return wrong(c.PrimaryVector == breach.Misdelivery, "vector", c.Severity == breach.Low, "severity", c.AffectedCount != nil && *c.AffectedCount == 48, "count",
				len(c.DataTypes) == 1 && c.DataTypes[0] == breach.DataEmail, "data types")
		}},
	{"cards behind a tampered checkout", "不正アクセスによるクレジットカード情報漏えいの可能性について",
		"ペイメントアプリケーションが改ざんされ、お客様のクレジットカード番号、有効期限、セキュリティコード（最大２，４２６件）が漏えいした可能性があります。",
		func(f *breach.Finding) string {
			c := f.Cases[0]
			return wrong(c.PrimaryVector == breach.WebSkimming, "vector", c.Severity == breach.Critical, "severity", c.LeakStatus == breach.LeakSuspected, "leak",
				c.AffectedCount != nil && *c.AffectedCount == 2426, "count")
		}},
	{"no leak, said plainly", "不正アクセスに関するお知らせ",
		"当社のサーバーが第三者による不正アクセスを受けました。調査の結果、個人情報の漏えいは確認されておりません。",
		func(f *breach.Finding) string {
			return wrong(f.Cases[0].LeakStatus == breach.LeakDenied, "leak")
		}},
	{"a processor was hit", "業務委託先における不正アクセスについて",
		"当社が発送業務を委託している株式会社見本運輸のサーバーが不正アクセスを受け、お客様の氏名および住所が漏えいした可能性があります。",
		func(f *breach.Finding) string {
			c := f.Cases[0]
			return wrong(c.ThirdParty == "株式会社見本運輸", "third party "+c.ThirdParty, c.LeakStatus == breach.LeakSuspected, "leak")
		}},
	{"an English notice", "Notice Regarding Unauthorized Access and Possible Leak of Personal Information",
		"Our server was accessed without authorization by a third party on November 3, 2026. Personal information of 1,234 customers, including names and email addresses, may have been leaked. We have reported the incident to the police.",
		func(f *breach.Finding) string {
			return wrong(f.Cases[0].LeakStatus == breach.LeakSuspected, "leak "+string(f.Cases[0].LeakStatus), f.Cases[0].AffectedCount != nil && *f.Cases[0].AffectedCount == 1234, "count")
		}},
}

// wrong names the conditions that do not hold.
func wrong(pairs ...any) string {
	var list []string
	for i := 0; i < len(pairs); i += 2 {
		if !pairs[i].(bool) {
			list = append(list, pairs[i+1].(string))
		}
	}
	return strings.Join(list, ", ")
}

func TestANoticeIsReadAsAnAnalystReadsIt(t *testing.T) {
	c := shipped(t)
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			f := c.Classify(notice(s.title, s.text))
			if !f.IsBreach || len(f.Cases) == 0 {
				t.Fatalf("taken for no incident: %+v", f.Why)
			}
			if bad := s.want(&f); bad != "" {
				t.Errorf("wrong: %s\n%+v", bad, f.Cases[0])
			}
		})
	}
}

func TestTitlesWithWordsOfTheFieldAreNoIncidents(t *testing.T) {
	c := shipped(t)
	for _, title := range []string{
		"腫瘍溶解ウイルス製剤の国内第２相臨床試験における投与開始のお知らせ", "架空サイバーセキュリティ株式会社の株式の取得（子会社化）に関するお知らせ",
		"当社工場における排水の流出に関するお知らせ", "ランサムウェア対策ソリューションの提供開始に関するお知らせ", "中小企業向けサイバー攻撃対策セミナー、来月開催",
		"2027年３月期第２四半期決算短信〔日本基準〕（連結）", "不適切な資金流出に関する調査結果のお知らせ", "検査データの改ざんに関するお知らせ",
		"2026年第３四半期の不正アクセス相談件数、前期比で１割増 - 見本機構", "情報セキュリティ基本方針の改定について",
	} {
		if f := c.Classify(notice(title, "")); f.IsBreach {
			t.Errorf("an incident: %s: %+v", title, f.Why)
		}
	}
	for _, title := range []string{
		"当社サーバーへの不正アクセスに関するお知らせ（第１報）", "海外連結子会社におけるランサムウェア被害の発生に関するお知らせ", "個人情報漏えいの可能性に関するお知らせとお詫び",
		"（訂正）「不正アクセスによる個人情報漏えいに関するお知らせ」の一部訂正について", "Notice Regarding Unauthorized Access",
	} {
		if f := c.Classify(notice(title, "")); !f.IsBreach || f.Severity == "" || f.Basis != "title" {
			t.Errorf("no incident: %s: %+v", title, f.Why)
		}
		if !c.Screen(title) {
			t.Errorf("the screen holds back: %s", title)
		}
	}
	for _, title := range []string{"利用規約の改定に関するお知らせ", "映画の試写会のご案内", "決算短信"} {
		if c.Screen(title) {
			t.Errorf("the screen lets through: %s", title)
		}
	}
}

func checkFinding(t interface{ Fatalf(string, ...any) }, n *breach.Notice, f *breach.Finding) {
	field := map[string]string{"title": n.Title, "text": n.Text}
	quotes := func(q breach.Quote) {
		if q.Start < 0 || q.End > len(field[q.In]) || q.Start > q.End {
			t.Fatalf("quote outside of the %s: %+v", q.In, q)
		}
		if utf8.ValidString(field[q.In]) && field[q.In][q.Start:q.End] != q.Text {
			t.Fatalf("quote %q is not what stands at %d: %q", q.Text, q.Start, field[q.In][q.Start:q.End])
		}
		if !utf8.ValidString(q.Text) {
			t.Fatalf("quote is not UTF-8: %q", q.Text)
		}
	}
	if f.IsBreach != (len(f.Cases) > 0) {
		t.Fatalf("breach %v with %d cases", f.IsBreach, len(f.Cases))
	}
	for _, c := range f.Cases {
		if c.Severity.Rank() < 0 || c.PrimaryVector == "" {
			t.Fatalf("severity %q, vector %q", c.Severity, c.PrimaryVector)
		}
		for _, list := range c.Evidence {
			for _, q := range list {
				quotes(q)
			}
		}
		for _, n := range c.Counts {
			quotes(n.Quote)
		}
	}
}

var fragments = []string{"当社のサーバーが", "第三者による不正アクセスを受け、", "個人情報の漏えい", "が漏洩した可能性", "があります。", "は確認されておりません。", "12,345名", "１２万３千件", "約７４万件",
	"ランサムウェア", "LockBit", "委託先の株式会社見本", "2026年11月3日", "令和8年11月3日", "\n", "　", "氏名、住所、", "クレジットカード番号", "を含みません。", "セミナー", "第２報", "\xff", "①㈱髙﨑", "</script>"}

func TestAnyTextGivesASoundFinding(t *testing.T) {
	c := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		n := notice(strings.Join(rapid.SliceOfN(rapid.SampledFrom(fragments), 0, 6).Draw(t, "title"), ""),
			strings.Join(rapid.SliceOfN(rapid.SampledFrom(fragments), 0, 60).Draw(t, "text"), ""))
		f, again := c.Classify(n), c.Classify(n)
		checkFinding(t, n, &f)
		a, errA := f.Event()
		b, errB := again.Event()
		if errA != nil || errB != nil || string(a.Data) != string(b.Data) {
			t.Fatalf("the same notice gives another finding: %v %v", errA, errB)
		}
	})
}

func FuzzClassify(f *testing.F) {
	for _, s := range stories {
		f.Add(s.title, s.text)
	}
	c := shipped(f)
	f.Fuzz(func(t *testing.T, title, text string) {
		n := notice(title, text)
		got := c.Classify(n)
		checkFinding(t, n, &got)
	})
}

func TestSpellingsDoNotMatter(t *testing.T) {
	c := shipped(t)
	variants := strings.NewReplacer("漏えい", "漏洩", "1", "１", "2", "２", "(", "（", ")", "）")
	for _, s := range stories[:5] {
		a := c.Classify(notice(s.title, s.text))
		b := c.Classify(notice(variants.Replace(s.title), variants.Replace(s.text)))
		x, y := a.Cases[0], b.Cases[0]
		if x.PrimaryVector != y.PrimaryVector || x.LeakStatus != y.LeakStatus || x.Severity != y.Severity || (x.AffectedCount == nil) != (y.AffectedCount == nil) {
			t.Errorf("%s: %+v became %+v", s.name, x, y)
		}
	}
}

func TestUserRulesAreLayeredOver(t *testing.T) {
	c, err := New(Config{Rules: os.DirFS("../configs/rules"), Extra: os.DirFS("testdata/extra")})
	if err != nil {
		t.Fatal(err)
	}
	if c.Digest() == shipped(t).Digest() {
		t.Error("the digest does not tell the user's rules")
	}
	f := c.Classify(notice("", "当社の架空装置がグレムリン症候群に見舞われ、顧客情報が流出しました。"))
	if !f.IsBreach || f.PrimaryVector != breach.Malware {
		t.Errorf("the user's rule is not heard: %+v", f)
	}
}
