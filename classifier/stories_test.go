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
	{"clients of a processor that tell of it day after day", "", `倉庫を営む見本物流は4月2日より、第三者から攻撃を受けてサーバーがランサムウェアに感染し、システム障害が続いている。
見本物流によると、4月2日午前8時頃にサーバーの障害を検知し、取引先とのネットワークを遮断した。
雑貨店を展開する例示堂の「れいじ市場」では、見本物流の倉庫管理システムを利用している。3日に、見本物流よりサイバー攻撃を受けたとの報告を受けた。顧客の氏名、住所が漏えいした恐れがある。
架空書店が運営する「かくう書房」では、見本物流の倉庫管理システムを利用しており、5日には顧客情報漏えいの可能性があることが分かった。`,
		func(c *breach.Case) string {
			return wrong(c.PrimaryVector == breach.Ransomware, "vector", c.Victim == "見本物流", "victim "+c.Victim, slices.Equal(c.Clients, []string{"例示堂", "架空書店"}), "clients",
				c.LeakStatus == breach.LeakSuspected, "leak", c.Stage == breach.StageUpdate, "stage "+string(c.Stage), c.ServiceDisrupted, "disrupted")
		}},
	{"the same told on one day", "", `見本物流は4月2日、第三者から攻撃を受けてサーバーがランサムウェアに感染したと発表した。
雑貨店を展開する例示堂の「れいじ市場」では、見本物流の倉庫管理システムを利用している。顧客の氏名、住所が漏えいした恐れがある。
架空書店が運営する「かくう書房」では、見本物流の倉庫管理システムを利用しており、顧客情報漏えいの可能性がある。`,
		func(c *breach.Case) string {
			return wrong(len(c.Clients) == 2, "clients", c.Stage == breach.StageFirst, "stage "+string(c.Stage))
		}},
	{"a lost computer that the passes of a staff were made on", "", `3月4日、当社施設管理課の社員が、以前に導入した当該パソコンの契約を更新しようとしたところ、紛失が判明。直ちに所在の調査を開始しました。
3月20日、当該パソコンは「みほんモール従業員証」の作成用として導入し、店舗で働く従業員の個人情報が保存されている可能性があることが判明しました。`,
		func(c *breach.Case) string {
			return wrong(c.PrimaryVector == breach.LostOrStolen, "vector", c.Victim == "みほんモール", "victim "+c.Victim, slices.Equal(c.DataTypes, []breach.DataType{breach.DataEmployment}), "data", !c.ServiceDisrupted, "disrupted")
		}},
	{"documents taken from a system", "", `例示通信は5月20日、同社の情報共有ツールに不正アクセスがあり、顧客の情報が流出したと発表した。会議システムから設計の資料がダウンロードされた。当初の報道では顧客は数社とされていた。`,
		func(c *breach.Case) string {
			return wrong(!c.ServiceDisrupted, "disrupted", c.Stage == breach.StageUpdate, "stage "+string(c.Stage))
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
