package classifier

import (
	"slices"
	"testing"

	"oshirase/breach"
)

// longStories are made-up texts of the kinds that a monitor meets as whole
// pages: an article beside an advertisement, a full story told months later, a
// long notice with questions and answers. Each is held against every cell that
// an analyst fills in.
var longStories = []struct {
	name, title, text string
	want              func(c *breach.Case) string
}{
	{"an explanatory article that ends in an advertisement", "", `見本運輸株式会社で不正ログイン?原因と対策を解説!
見本運輸株式会社は2026年7月24日に、会員サービス「みほんメンバーズ」において不正ログインが確認されたと発表しました。
見本運輸株式会社のみほんメンバーズとは?
荷物の受け取り日時をスマートフォンで変更できる便利なサービスです。
見本運輸株式会社で発生した不正ログイン
2026年7月23日に不審なIPアドレスからのアクセスが3万件ほど確認されたようです。その中で顧客アカウント3,467件が不正ログインを受けた可能性があると見られています。
パスワードリスト型攻撃によるもので、他のサービスから入手したリストが使われたと見られています。氏名、電話番号、住所が流出した可能性があります。
認証を取得して外部にアピール
プライバシーマークの取得なら株式会社例示にお任せください。お問い合わせはこちら。`,
		func(c *breach.Case) string {
			return wrong(c.PrimaryVector == breach.CredentialStuffing, "vector", c.Victim == "見本運輸株式会社", "victim "+c.Victim,
				c.AffectedCount != nil && *c.AffectedCount == 3467, "attempts are not people", c.Severity == breach.High, "severity",
				slices.Contains(c.ATTACK, "T1110.004"), "technique", !c.ServiceDisrupted, "disrupted")
		}},
	{"the whole story of an attack, told from its report", "", `例示文具は2026年12月12日、同年10月に発生したランサムウェア攻撃とそれに伴う個人情報流出について調査報告書を公表した。
報告書によると、攻撃者は6月5日、業務委託先が使用していた認証情報を不正に取得し、社内ネットワークへのアクセスに成功した。管理者アカウントには多要素認証が設定されておらず、これが侵入を許す要因となった。
10月19日、攻撃者は複数のサーバーに対してランサムウェアを展開し、ファイルの暗号化を実行すると同時に、バックアップデータの削除を行った。受注や出荷といった主要業務が停止した。
調査の結果、個人情報約74万件が流出したことが判明した。氏名、住所、電話番号が含まれる一方、クレジットカード情報の流出は確認されていない。
例示文具は個人情報保護委員会への報告を行い、捜査当局とも連携している。`,
		func(c *breach.Case) string {
			return wrong(c.PrimaryVector == breach.Ransomware, "vector", slices.Contains(c.Vectors, breach.AccountTakeover), "way in", slices.Contains(c.Vectors, breach.ThirdParty), "third party",
				c.Victim == "例示文具", "victim "+c.Victim, c.LeakStatus == breach.LeakConfirmed, "leak", c.Severity == breach.Critical, "severity",
				slices.Contains(c.ATTACK, "T1486") && slices.Contains(c.ATTACK, "T1490"), "techniques", c.ServiceDisrupted, "disrupted",
				c.SeverityReason != "", "reason")
		}},
	{"a long notice with questions and answers and advice", "不正アクセスによるお客様情報漏えいの可能性に関するお詫びとお知らせ（第2報）", `2026年11月20日
お客様各位
架空商事株式会社
不正アクセスによるお客様情報漏えいの可能性に関するお詫びとお知らせ（第2報）
当社が運営するサーバーが第三者による不正アクセスを受け、お客様の個人情報が漏えいした可能性があることが判明いたしました。深くお詫び申し上げます。
1. 経緯
・11月2日 サーバーの異常を検知しました。
・11月3日 ネットワークから遮断し、外部の専門機関に調査を依頼しました。
2. 対象
お客様1,250名の氏名、住所、電話番号
クレジットカード情報、マイナンバーは含まれておりません。
3. お客様へのお願い
当社を装った不審なメールやSMSが届く可能性があります。添付ファイルを開いたり、リンク先でパスワードを入力したりしないようご注意ください。
4. 再発防止策
委託先の管理を徹底し、脆弱性診断、ランサムウェア対策、標的型攻撃メール訓練を実施してまいります。
Q1 USBメモリの紛失などはありますか。
A1 ございません。
Q2 DDoS攻撃を受けたのですか。
A2 サービスの停止を狙った攻撃は確認されておりません。
お問い合わせ窓口 0120-000-000（平日9時～17時）`,
		func(c *breach.Case) string {
			return wrong(slices.Equal(c.Vectors, []breach.Vector{breach.UnauthorizedAccess}), "vectors", c.LeakStatus == breach.LeakSuspected, "leak",
				c.AffectedCount != nil && *c.AffectedCount == 1250, "count", c.Severity == breach.High, "severity", c.ThirdParty == "", "third party",
				c.ReportNo != nil && *c.ReportNo == 2, "report number", !slices.Contains(c.DataTypes, breach.DataCardNumber), "cards")
		}},
}

func TestLongTextsAreOneStory(t *testing.T) {
	c := byRules(t)
	for _, s := range longStories {
		t.Run(s.name, func(t *testing.T) {
			n := notice(s.title, s.text)
			if s.title == "" {
				n.Publisher.Name = ""
			}
			f := c.Classify(n)
			if len(f.Cases) != 1 {
				t.Fatalf("%d cases: %+v", len(f.Cases), f.Cases)
			}
			if bad := s.want(&f.Cases[0]); bad != "" {
				t.Errorf("wrong: %s\n%+v", bad, f.Cases[0])
			}
		})
	}
}
