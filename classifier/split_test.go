package classifier

import (
	"slices"
	"strings"
	"testing"

	"oshirase/breach"
)

// several are made-up texts with the number of incidents in them; victims are
// those that the text names.
var several = []struct {
	name, title, text string
	cases             int
	victims           []string
	primary           []breach.Vector
}{
	{"a blog with a heading for each company", "", `見本重工も 不正アクセスで情報流出

今週も被害の話が続きます。見本重工の共有ツールに第三者からの不正アクセスがあり、顧客の情報が外部に流出しました。

見本空港会社

見本空港会社は5/20、同ツールから運航に関する資料が流出したと発表しました。

例示ウェブ(9999) 不正アクセスによるシステム障害

例示ウェブは5/7、ホームページが改ざんされ、別サイトへ誘導される事例があったと公表しました。

原因

更新が滞り、WordPressの脆弱性を突かれたということです。

架空ゲームス ランサムウェアの調査結果

ランサムウェアの被害に遭った架空ゲームスは4/13、調査結果の第4報を公表しました。社内のファイルが暗号化されました。`,
		3, []string{"見本重工", "例示ウェブ", "架空ゲームス"}, []breach.Vector{breach.UnauthorizedAccess, breach.Defacement, breach.Ransomware}},
	{"the items of a weekly review", "", `日本インシデント週報(2026/11/16-11/22)
・製造 見本精機の欧州子会社がランサムウェアに感染。従業員の情報が流出した可能性を公表した。
・見本学園大学 学内サーバーへの不正アクセスを確認、第一報を公表した。授業は続いている。
・架空市 職員がUSBメモリを紛失。市民120名の氏名と住所が入っていた。`,
		3, []string{"見本精機", "見本学園大学", "架空市"}, []breach.Vector{breach.Ransomware, breach.UnauthorizedAccess, breach.LostOrStolen}},
	{"paragraphs with a company each", "", `2026年11月も、国内の企業でランサムウェア感染の被害が相次いでいます。
見本ビールホールディングスは9月末に攻撃を受け、ランサムウェアでシステム障害が起きました。受注と出荷が止まり、中旬に一部を再開しています。
例示文具は10月19日に感染を検知し、物流システムが止まって受注ができない状態が続いています。`,
		2, []string{"見本ビールホールディングス", "例示文具"}, nil},
	{"shops one after the other, a diary between them", "", `弊社が運営する「見本堂ショッピングサイト」のシステムの一部の脆弱性をついた第三者の不正アクセスにより、ペイメントアプリケーションの改ざんが行われたため。
2026年1月2日~2026年6月14日に「見本堂ショッピングサイト」でカード決済をされたお客様4,636名の情報が漏洩した可能性があります。
2026年7月19日、カード会社から漏洩の懸念について連絡を受け、弊社が運営する「例示ダイレクト」でのカード決済を停止いたしました。
弊社が運営する「例示ダイレクト」のシステムの脆弱性をついた不正アクセスにより、ペイメントアプリケーションの改ざんが行われたため。
朝の便で砂漠の町に着いた。
宿の主人が迎えに来てくれた。
茶を飲み、地図を広げる。
らくだに乗って砂丘へ向かう。
日が沈むと星が出た。
夕食は煮込みとパン。
翌朝は早く起きて空港へ。
搭乗口は一つしかない。
機内では眠っていた。
9月21日(水):管理部署の社員がリース契約を更新しようとしたところ、個人情報の入ったパソコンの紛失が判明しました。`,
		3, []string{"見本堂ショッピングサイト", "例示ダイレクト", ""}, []breach.Vector{breach.WebSkimming, breach.WebSkimming, breach.LostOrStolen}},
	{"one attack with many clients is one", "", `見本物流 顧客企業に被害 ランサムウェア感染
通販物流の見本物流は9月12日から、サーバーがランサムウェアに感染し、障害が続いている。同社の倉庫管理システムを利用している各社で出荷遅延が相次ぐ事態となっている。
例示電機が運営する「例示ショップ」では、見本物流の倉庫管理システムを利用しており、13日に顧客情報が漏えいした可能性があることが分かった。
また架空堂では、見本物流と提携しており、影響の範囲を調べている。`,
		1, []string{"見本物流"}, []breach.Vector{breach.Ransomware}},
	{"circled items of a list", "令和5年度 個人情報の漏えい事案一覧", `令和5年度に発生した事案は次の3件です。
①5月、保育課の職員が通知を別の世帯に誤って送付した。2世帯分。
②8月、図書館で利用者9人分の名簿を紛失した。
③11月、広報課が講座の案内を誤送信し、31件のメールアドレスが他の受信者に表示された。`,
		3, nil, nil},
	{"a list of what leaked is one", "不正アクセスによる情報漏えいについて", `当社のサーバーが5月2日に不正アクセスを受け、次の情報が漏えいしました。
①会員の氏名 1,200件
②会員の住所 1,100件
③応募者の氏名 80件`,
		1, nil, nil},
	{"numbered headings of an English notice are one", "Notice and Apology Regarding Leakage of Customer Information", `Mihon Foods Co., Ltd.
Notice and Apology Regarding Leakage of Customer Information

1. Sequence of events
On May 22, 2031 a server of our online shop was accessed by a third party, and customer information may have been leaked.

2. Cause
A weakness in part of the system was exploited, and the page was altered.

3. Why the announcement was delayed
We waited for the result of the investigation into the unauthorized access, which ended on August 10.

4. State of service
Card payment was suspended on May 22 because of the attack.`,
		1, []string{""}, []breach.Vector{breach.VulnerabilityExploit}},
	{"circled items without a verb at the end", "今週の個人情報漏えい事故3件", `今週公表された事故から3つ。
①見本潟市:児童手当の現況届4世帯分を別の世帯に誤送付。職員が回収した。
②青葉計器(測定機器):代理店146社への案内をTOで誤送信し、メールアドレスが漏えい。
③架空医療大:学生52人の名簿を食堂の委託会社へ誤送信。氏名と検査結果が漏えいした。
いずれも悪用は確認されていない。`,
		3, []string{"見本潟市", "青葉計器", "架空医療大"}, []breach.Vector{breach.Misdelivery, breach.Misdelivery, breach.Misdelivery}},
	{"a chronicle", "2月に県内で公表された個人情報の漏えい事故 一覧", `2日 見本大病院 検査報告書6人分を別の病院に誤って配送し、個人情報が漏えいした。
9日 青葉住宅公社 システムの改修を誤り、入居者41人の氏名が他の入居者の画面に表示された。
17日 架空信金 外訪の担当者が顧客の氏名を記したメモを紛失した。`,
		3, nil, []breach.Vector{breach.Misdelivery, breach.Misconfiguration, breach.LostOrStolen}},
	{"numbered sections of a titled notice are one", "当社サーバーへの不正アクセスに関する調査結果のお知らせ", `当社は、2031年9月17日に公表した不正アクセスについて、調査を終えましたので下記のとおりご報告いたします。
1.侵入の経緯
九州営業所の録画装置から侵入され、サーバーが暗号化されました。
2.窃取の範囲
お客様1,240名の氏名が外部に送信され、漏えいしたことが判明しました。
3.再発防止
侵入の経路を閉じ、監視を強めております。`,
		1, nil, []breach.Vector{breach.Ransomware}},
	{"an English round-up of named organisations", "Weekly Japan incident digest", `Four incidents in Japan this week.
Confectionery maker Mihon Foods said ransomware stopped two plants.
Kakuu Staffing Co., Ltd., an agency in Kobe, mailed payslips of 73 workers to the wrong addresses.
The University of Reiji reported unauthorized access to a mailbox after phishing.`,
		3, []string{"Mihon Foods", "Kakuu Staffing Co., Ltd", "University of Reiji"}, []breach.Vector{breach.Ransomware, breach.Misdelivery, breach.AccountTakeover}},
	{"an aside on another's incident is none", "", `見本文具株式会社は2026年10月19日、ランサムウェアによるサイバー攻撃でシステム障害が起きたと公表しました。受注と出荷が止まっています。直近では例示ビールも同様の被害を公表しています。`,
		1, []string{"見本文具株式会社"}, nil},
	{"earlier reports pasted below are one", "当社サーバーへの不正アクセスについて（第3報）", `当社サーバーへの不正アクセスについて（第3報）
当社は、2026年11月2日に第三者による不正アクセスを確認しました。個人情報が漏えいした可能性があります。
当社サーバーへの不正アクセスについて（第2報）
当社は、第三者による不正アクセスについて調査を続けております。
当社サーバーへの不正アクセスについて（第1報）
当社は、第三者による不正アクセスを受けました。`,
		1, nil, nil},
	{"the steps of one attack are one", "ランサムウェア被害について", `当社はランサムウェアによる攻撃を受けました。
・11月2日 サーバーの異常を検知しました。
・11月3日 不正アクセスを受けたことを確認しました。
・11月4日 株式会社見本セキュリティの協力により、情報が流出した可能性を確認しました。`,
		1, nil, nil},
}

func TestIncidentsOfATextAreToldApart(t *testing.T) {
	c := shipped(t)
	for _, s := range several {
		t.Run(s.name, func(t *testing.T) {
			n := notice(s.title, s.text)
			if s.title == "" {
				n.Publisher.Name = ""
			}
			f := c.Classify(n)
			if len(f.Cases) != s.cases {
				t.Fatalf("%d cases, want %d: %+v", len(f.Cases), s.cases, f.Cases)
			}
			for i, v := range s.victims {
				if f.Cases[i].Victim != v {
					t.Errorf("case %d befell %q, want %q", i, f.Cases[i].Victim, v)
				}
			}
			for i, v := range s.primary {
				if f.Cases[i].PrimaryVector != v {
					t.Errorf("case %d: vector %s, want %s", i, f.Cases[i].PrimaryVector, v)
				}
			}
		})
	}
}

func TestClientsOfAProcessorAreListed(t *testing.T) {
	c := byRules(t)
	i := slices.IndexFunc(several, func(s struct {
		name, title, text string
		cases             int
		victims           []string
		primary           []breach.Vector
	}) bool {
		return strings.HasPrefix(s.name, "one attack with many clients")
	})
	n := notice("", several[i].text)
	n.Publisher.Name = ""
	got := c.Classify(n).Cases[0]
	if got.ThirdParty != "見本物流" || !slices.Equal(got.Clients, []string{"例示電機", "架空堂"}) {
		t.Errorf("processor %q, clients %q", got.ThirdParty, got.Clients)
	}
}

// processors are sentences of notices with the name that an analyst takes from
// them; "" where they name nobody.
var processors = []struct{ text, want string }{
	{"当社が発送業務を委託している株式会社見本運輸のサーバーが不正アクセスを受け、氏名が漏えいした可能性があります。", "株式会社見本運輸"},
	{"業務委託先である株式会社見本システムズにおいて、ランサムウェア感染が発生し、個人情報が漏えいした可能性があります。", "株式会社見本システムズ"},
	{"当市が健診業務を委託する一般財団法人見本健診協会が不正アクセスを受け、個人情報が漏えいしました。", "一般財団法人見本健診協会"},
	{"再委託先の例示ビジネスサービス株式会社の社員が個人情報を含むUSBメモリを紛失しました。", "例示ビジネスサービス株式会社"},
	{"当社が利用しているクラウドサービス「サンプルフォーム」の提供元が不正アクセスを受け、応募者の情報が漏えいした可能性があります。", "サンプルフォーム"},
	{"当社の委託先が不正アクセスを受け、個人情報が漏えいした可能性があります。", ""},
	{"委託先の社員が、個人情報の入った書類を誤って別の方に送付しました。", ""},
	{"このたび、当社が会員の皆様への案内の発送に関する業務を委託している株式会社見本シス\nテムズのサーバーが不正アクセスを受け、氏名が漏えいした可能性があります。", "株式会社見本システムズ"},
	{"当社における原因の調査の結果、今回の不正アクセスについては、業務委託先の管理者ア\nカウントには多要素認証が設定されておらず、個人情報が漏えいした可能性があります。", ""},
	{"印刷業務を株式会社例示印刷に委託しておりましたが、同社のネットワークがランサムウェアに感染し、個人情報が漏えいしました。", "株式会社例示印刷"},
}

func TestTheProcessorIsNamed(t *testing.T) {
	c := shipped(t)
	for _, s := range processors {
		f := c.Classify(notice("個人情報の漏えいについて", s.text))
		if len(f.Cases) != 1 || !slices.Contains(f.Cases[0].Vectors, breach.ThirdParty) || f.Cases[0].ThirdParty != s.want {
			t.Errorf("%s: %+v", s.text, f.Cases)
		}
	}
}
