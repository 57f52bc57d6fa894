package classifier

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWhereItHappenedIsToldByWhatTheyDo(t *testing.T) {
	c := byRules(t)
	for _, s := range []struct{ name, text, want string }{
		{"handed over in other words", "会報の発送をお任せしている株式会社みほん堂より、サーバーが不正アクセスを受け、会員の氏名が流出したとの連絡がありました。", "株式会社みほん堂"},
		{"does the work", "施設の検針を請け負う架空メーターの社員が、氏名と住所を記した名簿を紛失しました。", "架空メーター"},
		{"hiragana in the name", "予約の受付を委託した株式会社旅と架空研究所において、不正アクセスにより氏名が漏えいしました。", "株式会社旅と架空研究所"},
		{"the legal form behind", "窓口の運営を担当する例示ビジネス株式会社の従業員が、利用者の氏名と住所を持ち出し、漏えいさせました。", "例示ビジネス株式会社"},
		{"a provider in brackets", "当社サイトの入力補助サービス（提供：株式会社例示フォーム）が改ざんされ、カード番号が漏えいした可能性があります。", "株式会社例示フォーム"},
		{"a company called so", "診療予約のシステムを提供する架空メディ社から、不正アクセスを受け患者の氏名が漏えいしたとの報告がありました。", "架空メディ社"},
		{"what they did is in the next sentence", "封入の作業を例示発送株式会社に委託しておりました。同社のサーバーが不正アクセスを受け、氏名が漏えいしました。", "例示発送株式会社"},
		{"a service used", "当館が利用しております宿泊予約サイト「架空ステイ」の管理画面に第三者が不正にログインし、氏名が閲覧された可能性があります。", "架空ステイ"},
		{"who examines is none", "当社のサーバーが不正アクセスを受け、氏名が漏えいしました。調査会社の株式会社例示リサーチに調査を委託しております。", ""},
		{"the publisher's own shop", "当社が運営する「架空ストア」が不正アクセスを受け、氏名が漏えいした可能性があります。", ""},
		{"who uses it", "当社のサーバーが不正アクセスを受け、当社の仕組みを利用する株式会社例示の氏名が漏えいした可能性があります。", ""},
		{"a survey is work too", "満足度調査を委託しておりました株式会社例示リサーチのサーバーが不正アクセスを受け、氏名が漏えいしました。", "株式会社例示リサーチ"},
		{"hiragana in a name without its legal form", "提供元の見ほんソフトによると、サーバーが不正アクセスを受け、委託先で氏名が漏えいした。", "見ほんソフト"},
		{"a verb right before the name", "当協会が記録の入力を頼んだ架空計測のサーバーが不正アクセスを受け、選手の氏名が漏えいした可能性があります。ご迷惑をおかけし、深くお詫び申し上げます。", "架空計測"},
		{"the company and not its product", "当社が利用しております株式会社例示テックの「例示ナビ」において、同社から、不正アクセスにより応募者の氏名が漏えいしたとの連絡を受けました。", "株式会社例示テック"},
		{"a subsidiary is none", "当社の連結子会社で、学習塾のシステムを手がける株式会社例示スクールのサーバーが不正アクセスを受け、氏名が漏えいしました。", ""},
		{"where data is kept", "当協会がサイトを置いている架空データセンターが不正アクセスを受け、委託先で会員の氏名が漏えいしました。", "架空データセンター"},
		{"work handed to the same company", "架空プリントがランサムウェアに感染した問題で、同社に通知の発送を委託していた例示市は、市民の氏名が漏えいした可能性があると発表した。", "架空プリント"},
		{"a quoted name that ends as other nouns do", "配信を請け負う「架空メール」のサーバーが不正アクセスを受け、当店の会員の氏名が漏えいしました。", "架空メール"},
		{"the client's own name", "例示商事は、例示商事の業務委託先が使用していた認証情報を不正に取得され、サーバーに侵入されて氏名が漏えいしたと発表した。", ""},
		{"its product in brackets", "通知の発送を委託している株式会社例示便（「例示ポスト」を運営）において不正アクセスが発生し、氏名が漏えいしました。", "株式会社例示便"},
		{"a name that ends in its trade", "契約者向けサイトの構築を任せたミホンデータへの不正アクセスにより、会員の氏名が漏えいしました。", "ミホンデータ"},
		{"a noun and what it is called", "当社が利用している人事労務クラウド「例示ポケット」の提供元が不正アクセスを受け、社員の氏名が漏えいしました。", "例示ポケット"},
		{"accountants", "決算をお願いしております税理士法人れいじ会計から、パソコンが遠隔操作を受け、氏名が漏えいしたとの連絡がありました。", "税理士法人れいじ会計"},
		{"English, its provider", "Personal data of workers leaked after an intruder got into the systems of its payroll provider, Mihon Payroll. We apologize.", "Mihon Payroll"},
		{"English, told by", "We have been told by Mihon Mailing Co., Ltd., to which we entrust the mailing of bills, that its server was hacked and names of our customers leaked.", "Mihon Mailing Co., Ltd."},
		{"English, a role before", "Our contractor, Reiji Data K.K., reported that names of our customers leaked through unauthorized access to its server.", "Reiji Data K.K."},
		{"English, a victim's trade", "Our company, the operator of Reiji Mall, suffered unauthorized access and names of customers leaked.", ""},
		{"English, who does its work", "Names of patients leaked after Mihon Post, which prints and mails its reminders, was hacked. We apologize.", "Mihon Post"},
		{"English, told the town", "Mihon Forms, based in Sendai, told the town that its server was hacked and names of residents leaked.", "Mihon Forms"},
		{"English, where ours is kept", "Mihon Data Centre Co., Ltd., where the server of our portal is housed, was attacked with ransomware, and names of tenants may have leaked.", "Mihon Data Centre Co., Ltd."},
		{"English, whose part we use", "We were told by Mihon Cart, the company whose checkout widget we use, that its script had been changed and card numbers were copied.", "Mihon Cart"},
		{"English, an outside company", "Our hotline is run by an outside company, Reiji Compliance Services, whose server was hacked, and names of employees leaked.", "Reiji Compliance Services"},
		{"English, a place", "Names of customers leaked when a laptop was stolen from a car in Kyoto, where the driver had parked.", ""},
		{"English, who told", "Our server was hacked and names of customers leaked. We learned this through Mihon Watch, a service for breached passwords.", ""},
		{"English, the vendor", "A stolen token let an intruder read names of customers. The vendor, Tokyo-based Mihon Desk, told its clients.", "Mihon Desk"},
	} {
		t.Run(s.name, func(t *testing.T) {
			f := c.Classify(notice("個人情報の漏えいについて", s.text))
			if len(f.Cases) != 1 {
				t.Fatalf("%d cases", len(f.Cases))
			}
			if got := f.Cases[0].ThirdParty; got != s.want {
				t.Errorf("third party %q, want %q", got, s.want)
			}
		})
	}
}

// TestNamesMayStandAnyhow puts names, brackets and what ties them in any order.
func TestNamesMayStandAnyhow(t *testing.T) {
	c := byRules(t)
	pieces := []string{
		"株式会社例示便", "例示商事株式会社", "(株)見本", "架空社", "架空ポスト", "見ほんソフト", "同社", "当社の", "Reiji Data K.K.", " our provider, ",
		"「例示ポスト」", "「", "」", "『見本』", "（", "）", "（以下「例示」という。）", "（提供：",
		"委託先の", "再委託先である", "を委託している", "を運営", "を提供する", "が利用する", "の", "が", "において", "から", "に", "は", "、", "。", "\n",
		"サーバーが不正アクセスを受け", "氏名が漏えいした", "との連絡を受けた", "10名", "様", "さん",
	}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 30).Draw(t, "text"), "")
		n := notice("委託先における個人情報の漏えいについて", "委託先のサーバーが不正アクセスを受け、氏名が漏えいしました。"+text)
		f := c.Classify(n)
		checkFinding(t, n, &f)
	})
}
