package demo

import "time"

// notice is one made-up notice of the sample world.
type notice struct {
	place    place
	code     string // TDnet: five characters
	name     string // TDnet: the short name as the list prints it
	label    string
	title    string
	oldTitle string   // TDnet: the title before a retitle
	lines    []string // the document; empty: the row links an empty one
	ago      time.Duration
	phase    int  // 0: there from the start; 1: published after [World.Advance]
	deleted  bool // TDnet: the row lost its link
	// tells is the kind of alert that the notice must raise: "new", "update" or
	// empty.
	tells string
}

// place is where in the world a notice stands.
type place int

const (
	atTSE place = iota
	atPPC
	atIR
	atFeed
)

// notices are the ones that matter, each kind of trap included; the TSE's list
// is filled up with ordinary disclosures.
var notices = []notice{
	{
		place: atTSE, code: "93990", name: "架空物流", ago: 50 * time.Minute, tells: "new",
		title: "ランサムウェア感染によるシステム障害の発生に関するお知らせ（第１報）",
		lines: []string{
			"株式会社架空物流は、本日未明、当社の倉庫管理システムのサーバーがランサムウェア「LockBit」に感染し、システム障害が発生したことを確認いたしました。",
			"これに伴い、現在、商品の受注および出荷業務を停止しております。",
			"お客様の個人情報を含む情報の漏えいの有無については、現在調査中です。",
			"本件につきましては、個人情報保護委員会への報告を行い、警察にも相談しております。",
			"お客様ならびに関係者の皆様に多大なるご迷惑とご心配をおかけしますことを深くお詫び申し上げます。",
		},
	},
	{
		place: atTSE, code: "93990", name: "架空物流", ago: 0, phase: 1, tells: "update",
		title: "ランサムウェア感染によるシステム障害の発生に関するお知らせ（第２報）",
		lines: []string{
			"株式会社架空物流が公表いたしました、ランサムウェア感染によるシステム障害につきまして、調査の進捗をお知らせいたします。",
			"外部専門機関の調査の結果、お客様の個人情報58,000名分が漏えいしたことを確認いたしました。",
			"漏えいした情報は、氏名、住所、電話番号およびメールアドレスです。クレジットカード情報は含まれておりません。",
			"受注および出荷業務は引き続き停止しております。",
			"個人情報保護委員会への報告および警察への被害届の提出を行いました。",
		},
	},
	{
		place: atTSE, code: "130A0", name: "Ｇ－サンプル通販", ago: 35 * time.Minute, tells: "new",
		title: "業務委託先における不正アクセスによる個人情報漏えいの可能性に関するお知らせ",
		lines: []string{
			"当社が会員向けメールの配信業務を委託する株式会社見本システムズのサーバーが、第三者による不正アクセスを受けました。",
			"当社のお客様12,345名の氏名およびメールアドレスが漏えいした可能性があります。",
			"クレジットカード情報およびパスワードは含まれておりません。",
			"当社は個人情報保護委員会に報告いたしました。",
		},
	},
	// Traps: words of the field in titles that tell of no incident.
	{place: atTSE, code: "45990", name: "Ｇ－見本バイオ", ago: 65 * time.Minute, title: "腫瘍溶解ウイルス製剤の国内第２相臨床試験における投与開始のお知らせ"},
	{place: atTSE, code: "30990", name: "例示ＨＤ", ago: 70 * time.Minute, title: "架空サイバーセキュリティ株式会社の株式の取得（子会社化）に関するお知らせ"},
	{place: atTSE, code: "49990", name: "仮想化学", ago: 75 * time.Minute, title: "当社工場における排水の流出に関するお知らせ"},
	{place: atTSE, code: "20990", name: "ｉ見本指数", ago: 80 * time.Minute, title: "有価証券報告書の適正性に関する確認書", deleted: true},
	{place: atTSE, code: "60990", name: "例題商事", ago: 90 * time.Minute, title: "2027年３月期第２四半期決算短信〔日本基準〕（連結）の公表時期のお知らせ", oldTitle: "2027年３月期第２四半期決算の公表時期のお知らせ"},

	{
		place: atPPC, label: "お知らせ", tells: "new",
		title: "電子メールの誤送信による個人情報の漏えいについて",
		lines: []string{
			"当委員会の職員が、説明会の参加者に電子メールを送信する際、宛先をBCCに設定すべきところ、誤ってTOに設定して送信し、参加者24名のメールアドレスが互いに見える状態となりました。",
			"受信者の皆様にはお詫びのうえ、当該メールの削除をお願いし、削除を確認しております。",
		},
	},
	{
		place: atPPC, label: "お知らせ", title: "個人情報保護法ガイドライン（通則編）の一部改正について",
		lines: []string{"個人情報の保護に関する法律についてのガイドライン（通則編）の一部を改正しました。改正の内容は次のとおりです。"},
	},
	{
		place: atPPC, label: "会議資料", title: "第999回個人情報保護委員会を開催しました",
		lines: []string{"議題（１）令和８年度第２四半期における監視・監督権限の行使状況の概要について"},
	},

	{
		place: atIR, label: "お知らせ", tells: "new",
		title: "弊社ECサイトへの不正アクセスによるクレジットカード情報漏えいの可能性に関するお詫びとお知らせ",
		lines: []string{
			"このたび、弊社が運営する「アクメ電子オンラインショップ」におきまして、第三者による不正アクセスを受け、お客様のクレジットカード情報（3,210件）が漏えいした可能性があることが判明いたしました。",
			"弊社サイトのシステムの一部の脆弱性をついたことによる第三者の不正アクセスにより、ペイメントアプリケーションの改ざんが行われたことが原因です。",
			"漏えいした可能性のある情報は、カード名義人名、クレジットカード番号、有効期限、セキュリティコードです。",
			"個人情報保護委員会への報告を行い、所轄警察署にも被害申告をいたしました。カード決済は停止しております。",
		},
	},
	{
		place: atIR, label: "IR", title: "ランサムウェア対策ソリューション「アクメ・シールド」の提供開始について",
		lines: []string{"アクメ電子株式会社は、企業をランサムウェアの脅威から守る新サービス「アクメ・シールド」の提供を開始いたします。"},
	},

	{
		place: atFeed, tells: "new",
		title: "患者情報1200人分入りのUSBメモリを紛失 - 見本市民病院",
		lines: []string{
			"見本市民病院は、患者1200人分の個人情報を保存したUSBメモリを紛失したことを明らかにした。",
			"紛失したUSBメモリには、患者の氏名、生年月日、診断名などが保存されていた。",
			"現時点で情報の不正利用などの被害は確認されていないという。",
		},
	},
	{
		place: atFeed, title: "中小企業向けサイバー攻撃対策セミナー、来月開催",
		lines: []string{"架空商工会議所は、中小企業の経営者を対象に、ランサムウェアなどのサイバー攻撃への備えを学ぶセミナーを来月開催する。"},
	},
	{
		place: atFeed, title: "2026年第３四半期の不正アクセス相談件数、前期比で１割増 - 見本機構",
		lines: []string{"見本機構は、2026年第３四半期に寄せられた不正アクセスに関する相談の件数をまとめた。相談は412件で、前の四半期から１割増えた。"},
	},
}
