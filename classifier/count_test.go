package classifier

import (
	"strconv"
	"strings"
	"testing"
)

// told reads the headline of a notice; "" when none is told.
func told(c *Classifier, title, text string) string {
	f := c.Classify(notice(title, text))
	if len(f.Cases) == 0 {
		return "no case"
	}
	if n := f.Cases[0].AffectedCount; n != nil {
		return strconv.FormatInt(*n, 10)
	}
	return ""
}

func TestTheHeadlineIsTheNoticesOwnTotal(t *testing.T) {
	c := shipped(t)
	const hacked = "当社のサーバーが第三者による不正アクセスを受けました。"
	const lost = "業務で使用していたUSBメモリを紛失しました。"
	const astray = "メールを誤送信しました。"
	for _, s := range []struct{ name, text, want string }{
		{"digits with commas", hacked + "お客様12,345名の個人情報が漏えいしました。", "12345"},
		{"full width", hacked + "お客様１２，３４５名の個人情報が漏えいしました。", "12345"},
		{"a comma of its own kind", hacked + "お客様１２，３４５名様分の個人情報が漏えいしました。", "12345"},
		{"万 with digits after it", hacked + "約1万2,345件の個人情報が流出した可能性があります。", "12345"},
		{"万 with a fraction", hacked + "約7.6万件の個人情報が流出した可能性があります。", "76000"},
		{"億", hacked + "最大1.74億件の会員情報が流出した可能性があります。", "174000000"},
		{"億 and 万", hacked + "1億2,345万件の会員情報が流出した可能性があります。", "123450000"},
		{"千", hacked + "約2万8千人分の個人情報が流出した可能性があります。", "28000"},
		{"kanji", lost + "患者様三百二十名の氏名が記録されていました。", "320"},
		{"kanji and 万", lost + "患者様四万六千名の氏名が記録されていました。", "46000"},
		{"kanji by place", lost + "患者様二八〇名の氏名が記録されていました。", "280"},
		{"kanji by place with a comma", lost + "患者様二、二六〇名の氏名が記録されていました。", "2260"},
		{"the last row of a table", hacked + "漏えいのおそれがある情報\n地方公共団体　9団体　201,377件\n金融機関　4社　68,904件\n合計　13者　270,281件\n", "270281"},
		{"special-care data are a part", hacked + "漏えいした可能性がある個人情報：7,001件（うち要配慮個人情報　12件）", "7001"},
		{"without those counted twice", hacked + "個人情報が漏えいしたお客様は、重複を除くと2,210名です（延べ3,015件）。", "2210"},
		{"an earlier figure in a clause", hacked + "個人情報3,000件が漏えいした可能性があるとお知らせしておりましたが、精査したところ2,871件でした。", "2871"},
		{"all members before those touched", hacked + "当社の会員様（約30万名）のうち、氏名が漏えいした可能性のある方は5,006名です。", "5006"},
		{"those touched before a part", hacked + "情報が漏えいした会員様（3,000名）のうち、カード番号が漏えいした方は120名です。", "3000"},
		{"places in a row", hacked + "漏えいした個人情報は、A支店の会員412名、B支店の会員233名、C支店の会員108名です。", "753"},
		{"users a day", hacked + "1日に約2,000名が利用するサービスで、氏名が漏えいしたお客様は64名でした。", "64"},
		{"those who asked", hacked + "個人情報820件が漏えいしました。1,200名のお客様からお問い合わせをいただきました。", "820"},
		{"one person", "別の患者様一名の検査結果を誤ってお渡ししました。", "1"},
		{"households", lost + "1,204世帯の住所が記録されていました。", "1204"},
		{"accounts", hacked + "3,467アカウントの情報が閲覧された可能性があります。", "3467"},
		{"IDs", hacked + "会員ID 5,120件が不正ログインされ、情報が閲覧された可能性があります。", "5120"},
		{"more than", lost + "46万人余りの市民の個人情報が入っていました。", "460000"},
		{"a range leads with its end", hacked + "約2万5000人から3万人の個人情報が流出した可能性があります。", "30000"},
		{"a total beside its parts", hacked + "漏えいした可能性があるのは、会員様1,200名、従業員300名、合計1,500名の情報です。", "1500"},
		{"a total before a larger figure", "サーバーに不正アクセスがあり、情報が流出しました。氏名が流出した方は合計520名です。住所も流出した方は、610件のうち一部です。", "520"},
		{"teachers whose accounts were taken", "本学教員4名のメールアカウントが第三者に不正にアクセスされ、学生の氏名を含むメールが閲覧されました。", ""},
		{"parts after the total", hacked + "対象は1,500名です。内訳は、会員様1,200名、従業員300名です。", "1500"},
		{"parts in brackets", hacked + "個人情報1,500件（会員様1,200件、従業員300件）が漏えいしました。", "1500"},
		{"parts and no total", hacked + "会員様1,200名、従業員300名の個人情報が漏えいしました。", "1500"},
		{"parts as lines", hacked + "■漏えいした可能性のある個人情報\n・患者様　1,200名\n・職員　300名\n・学生　45名\n", "1545"},
		{"rounded first, exact later", hacked + "顧客情報（約3,800人分）と社員情報（約2,600人分）が流出した可能性があります。内訳は顧客3,841名分、社員2,603名分です。", "6444"},
		{"a part of the people", hacked + "会員様10,000名の情報が流出しました。うち250名はカード番号を含みます。", "10000"},
		{"records beside the people", hacked + "5,000名分（8,635件）の個人情報が流出しました。", "5000"},
		{"the members are not those touched", "会員数約500万人の当社サービスが不正アクセスを受け、1,234名の個人情報が漏えいしました。", "1234"},
		{"attempts", hacked + "不正なログインの試行は約30万件で、うち713件のアカウントで不正ログインが成立し、個人情報が閲覧された可能性があります。", "713"},
		{"attempts after the figure", hacked + "約30万件の試行があり、713名の個人情報が閲覧された可能性があります。", "713"},
		{"followers", "当社の公式SNSアカウント（フォロワー数12万人）が乗っ取られ、顧客15名の氏名が漏えいしました。", "15"},
		{"mails sent", "職員のメールアカウントが不正アクセスを受け、迷惑メール24,000件が送信されました。アドレス帳の120名のメールアドレスが漏えいした可能性があります。", "120"},
		{"inquiries", hacked + "個人情報1,024件が漏えいしました。現在までに35件のお問い合わせをいただいております。", "1024"},
		{"a team", hacked + "個人情報820件が漏えいしました。外部の専門家を含む25名の体制で調査しております。", "820"},
		{"suspended accounts", hacked + "個人情報820件が漏えいしました。不正に利用された4,000件のアカウントは停止しました。", "820"},
		{"those who opened it", astray + "顧客名簿（310名分の氏名）を添付しており、5名が開封しました。", "310"},
		{"those it went to", astray + "45名の氏名と住所を含むファイルを、取引先1,200名に送信しました。", "45"},
		{"in TO, those it went to are those shown", "説明会の案内メールを送る際、BCCとすべきところを誤ってTOに入れ、参加予定者132名に送信しました。", "132"},
		{"a later figure corrects", hacked + "当初、漏えいした可能性のある件数は最大10万件と公表しておりましたが、調査の結果、5,836件と判明しました。", "5836"},
		{"corrected the other way", hacked + "第1報で1,200件とお知らせしましたが、その後の調査で3,450件の個人情報が漏えいしたことが判明しました。", "3450"},
		{"a figure given up by an arrow of words", hacked + "個人情報の件数を12,233,087件から12,231,954件に訂正します。", "12231954"},
		{"corrected in quotation marks", hacked + "第1報でお知らせした件数「最大45,900件」を「38,204件」に訂正いたします。流出した情報は氏名です。", "38204"},
		{"an earlier report pasted below", "【6月12日更新】\n調査が完了し、外部に持ち出された会員情報は9,120件と確定いたしました。\n\n【5月19日掲載】\n" + hacked + "最大で1万3千件の会員情報が流出した可能性がございます。", "9120"},
		{"one place a line", hacked + "下記の方の氏名が漏えいした可能性がございます。\n・北の館　4,120名\n・森の館　3,870名\n・湯の館　1,350名\n原因は調査中です。", "9340"},
		{"one kind of data a line", hacked + "下記の情報が漏えいしました。\n・氏名　187名\n・住所　59名\n・生年月日　20名\n", "187"},
		{"those not touched", hacked + "500名の個人情報が漏えいしました。その他の会員様9,000名は対象外です。", "500"},
		{"phone numbers and hours", hacked + "個人情報の漏えいは現在調査中です。\nお客様相談窓口 0120-000-000（平日9:00～17:00、担当者3名）", ""},
		{"years, amounts and clock", hacked + "2026年11月3日15時30分に検知しました。被害額は1,200万円です。個人情報の漏えいは調査中です。", ""},
		{"servers", hacked + "サーバー12台とパソコン300台が暗号化され、情報の漏えいは調査中です。", ""},
		{"clauses of a law", hacked + "個人情報の保護に関する法律第26条第1項に基づき、個人情報保護委員会へ報告しました。", ""},
		{"workforce", "従業員350名の当社は、不正アクセスを受け、個人情報の漏えいの有無を調査しています。", ""},
		{"up to", hacked + "最大で延べ約42万人分の個人情報が漏えいした可能性があります。", "420000"},
		{"English", "Our server was accessed without authorization. Personal information of approximately 1.5 million customers may have been leaked. We received 300 inquiries.", "1500000"},
		{"English parts", "Our servers were hit by a ransomware attack. Personal data of 6,456 employees, 1,931 business partners and 91 customers was leaked.", "8478"},
		{"English, counted by a noun of its own", "Our company was subject to unauthorized access. Names of 24,906 policyholders may have been leaked.", "24906"},
		{"English, after its noun", "Our company was subject to unauthorized access.\nNumber of accounts logged into by the attacker: 5,318\nPersonal information may have been viewed.", "5318"},
		{"of all that were sent", astray + "健診のご案内を発送した2,310通のうち、41通に別の方の結果票が入っていました。", "41"},
		{"of all who took part", "講座に出席した64人のうち27人の本名が、他の参加者の画面に表示されました。", "27"},
		{"those who opened the page", astray + "その時間にページを開かれた方は1,420名です。そのうち別の方の情報が表示されたのは215名分でした。", "215"},
		{"sheets where nothing else is counted", "記入済みのアンケート用紙およそ320枚を紛失いたしました。お名前とご住所が書かれていました。", "320"},
		{"sheets beside people", astray + "患者様6名分の報告書、合わせて14枚を別の薬局にファクシミリで送信しました。氏名が記載されていました。", "6"},
		{"families that applied", "申込フォームの設定を誤り、応募された48組の氏名と電話番号が他の応募者から閲覧できる状態でした。", "48"},
		{"contracts", hacked + "3,120契約分の契約名義と住所が第三者に取得されました。", "3120"},
		{"two as it is said of people", "検査結果を取り違え、お二人にそれぞれ別の方の氏名と結果を記載した書類を誤って送付しました。", "2"},
		{"staff that checks", astray + "お客様18名の氏名が記載されていました。今後は2名で確認いたします。", "18"},
		{"staff whose account was taken", "従業員1名のメールアカウントに不正アクセスがあり、お客様の情報を閲覧された可能性があります。", ""},
		{"not one", "パスワードリスト攻撃による不正ログインを受けました。大量の試行がありましたが、ログインに至ったものは1件もなく、お客様情報の漏えいはございません。", ""},
		{"groups joined by a word", hacked + "在校生31人と修了生72人の氏名が流出しました。", "103"},
		{"clients, each with its own", "印刷会社がランサムウェアの被害を受け、顧客の氏名が漏えいした可能性があります。東の信金は約2万3千人分、西の共済は約7千人分に上ります。", "30000"},
		{"corrected by a verb of its own", hacked + "不正なログインが認められた件数を584件から671件へ訂正いたします。氏名が閲覧された可能性があります。", "671"},
		{"a history of reports", hacked + "漏えいした会員情報の件数は次のとおりです。\n第1報(5月6日) 最大 21,000件\n第2報(5月30日) 最大 25,500件\n第3報(本日) 22,418件(確定)\n", "22418"},
		{"news that announces", hacked + "会員情報1万3,084件が流出したと発表した。利用者は約20万人。", "13084"},
		{"fake sites", "当社を装った偽の通販サイトが3件見つかりました。不正に入手された個人情報ではありません。", ""},
		{"homes by their own counter", lost + "1,140軒分の住所が記録されていました。", "1140"},
		{"shops", hacked + "飲食店2,214店の店主の氏名が流出しました。", "2214"},
		{"a counter on the next line", hacked + "氏名が漏えいした可能性のあるお客様の人数は調査の結果、約47万2千\n件分と確認されましたのでお知らせいたします。", "472000"},
		{"a noun behind の", hacked + "お名前とご住所が漏えいしたのは最大284のお客様です。", "284"},
		{"one, politely", "患者様お一人の検査結果を、別の患者様に誤ってお渡ししました。", "1"},
		{"an arrow corrects", hacked + "氏名が漏えいした会員様の数：第1報 412名 → 精査の結果 389名", "389"},
		{"wrong and right in brackets", hacked + "氏名が漏えいしたお客様の数を訂正します。\n（誤）1,480名\n（正）1,902名\n", "1902"},
		{"those who could see", "共有の設定を誤り、相談者38名の氏名が、職員412名が閲覧できる状態になっていました。", "38"},
		{"a group of friends", "職員が患者16名の氏名の写った画面を、友人24人のグループに送りました。", "16"},
		{"people in brackets", hacked + "氏名を含む記録2,745件（2,511名分）が漏えいしました。", "2511"},
		{"a part told at length", hacked + "氏名が漏えいしたのは6,140名、うち実際にポイントを使われた方は352名です。", "6140"},
		{"English, stored and not stores", "Our server was hacked. Names and addresses of 1,234 customers stored on the server were leaked.", "1234"},
		{"English, whose mailboxes", "Our server was hacked. Intruders read three staff mailboxes, and names of 310 customers were leaked.", "310"},
		{"English, of them", "Our server was hacked. Of our members' records with names and addresses, 1,112 of them were viewed.", "1112"},
		{"English, a label", "Our server was hacked and names were leaked. Total: 83,500 people.", "83500"},
		{"a total without a counter", hacked + "漏えいした可能性のある情報は次のとおりです。\nお客様 22,075 氏名・電話番号\n従業員・退職者 2,842 氏名・住所\n合計 24,917\n", "24917"},
		{"English, whom a label names", "Our server was hacked and answers were stolen.\nPassengers concerned: approximately 19,840\nItems: name, e-mail address\nServers: 14", "19840"},
		{"English, a total under a label", "Our server was hacked and the following were leaked.\n• Employees and retired employees: 2,385\n• Family members: 576\nTotal: 2,961\n", "2961"},
		{"English, the year of a date", "Our server was hacked and personal information may have been leaked.\nOctober 31, 2031\nDear tenants,\nwe apologise.", ""},
		{"English, a day before a count", "Our server was hacked. On October 31, 203 members had their names viewed.", "203"},
		{"English, money under a label", "Our server was hacked and names were leaked.\nTotal damage: 12,000 yen\nCustomer desk: 0120-123-456\nStores affected: 14\n", ""},
		{"money in a total", hacked + "氏名が漏えいした可能性があります。\n損害額 3,000円\n合計 5,000\n", ""},
		{"English, a noun of two", "Our platform was hacked. Up to 680,000 house-hunters may have had their names viewed.", "680000"},
		{"English, a single one", "A referral letter of a single patient with name and diagnosis was faxed to a wrong office.", "1"},
		{"English, spelled out", "A teacher lost a folder with the names and grades of twenty-six pupils on the way home.", "26"},
		{"English, of ours", "Our contractor's server was hacked. Names and addresses of about 54,000 of our policyholders may have been leaked.", "54000"},
		{"English, two adjectives", "Our server was hacked. Names of 318 present and former employees were leaked.", "318"},
		{"an English date is no count", "Our server was hacked on October 6 and personal information was leaked.", ""},
		{"English, mailboxes of staff are no people", "Three staff mailboxes were accessed by an outsider, and names of 64 guests were leaked.", "64"},
		{"English, log-ins that succeeded", "Intruders tried passwords leaked elsewhere on our members' accounts. Out of some 40,000 attempts, 713 succeeded. Names may have been viewed.", "713"},
		{"of all, told of apart from those of them", "メールの添付を誤り、申込者31人分の氏名が別の会社に届きました。31人のうち2人には、その会社から連絡がありました。", "31"},
		{"as was first told", "保険証の誤送付について、件数は当初の発表どおり57件です。氏名と生年月日が記載されていました。", "57"},
		{"businesses", hacked + "お取引のある1,208事業者の代表者の氏名と連絡先が漏えいしました。", "1208"},
		{"families by their own counter", "申込みの画面に、ほかの61家族のお名前とお子様の年齢が表示されていました。", "61"},
		{"English, records by their names", "Our server was hacked. About 5,200 names and e-mail addresses were leaked.", "5200"},
	} {
		t.Run(s.name, func(t *testing.T) {
			if got := told(c, "個人情報の漏えいに関するお知らせ", s.text); got != s.want {
				t.Errorf("%q: %q, want %q", s.text, got, s.want)
			}
		})
	}
}

// Here the model, which learned from whole notices, sees it otherwise.
func TestTheHeadlineByRulesAlone(t *testing.T) {
	c := byRules(t)
	for _, s := range []struct{ name, text, want string }{
		{"both certainties", "当社のサーバーが第三者による不正アクセスを受けました。15,649名の情報の流出を確認し、最大約39万人の情報が流出した可能性があります。", "390000"},
		{"denied after an attack", "サーバーがランサムウェアに感染しました。会員2,950名の氏名について、外部への流出は確認されておりません。", ""},
	} {
		t.Run(s.name, func(t *testing.T) {
			if got := told(c, "個人情報の漏えいに関するお知らせ", s.text); got != s.want {
				t.Errorf("%q: %q, want %q", s.text, got, s.want)
			}
		})
	}
}

func TestAFigureOnALineOfItsOwnCountsNothingOfTheNext(t *testing.T) {
	for _, above := range []string{"", "対策の見直しも\n"} {
		f := shipped(t).Classify(notice("個人情報の漏えいに関するお知らせ", "当社のサーバーが不正アクセスを受け、お客様260名の氏名が漏えいしました。\n"+above+"1,480\n会員になると続きを読めます。"))
		for _, c := range f.Cases[0].Counts {
			if c.Value != 260 {
				t.Errorf("counted below %q: %+v", above, c)
			}
		}
	}
}

func TestATitleAloneTellsItsFigure(t *testing.T) {
	c := shipped(t)
	for title, want := range map[string]string{
		"個人情報約7万4千件の漏えいについて":          "74000",
		"第３四半期における不正アクセスによる情報漏えいについて": "",
		"USBメモリ紛失、患者264名の個人情報":        "264",
	} {
		if got := told(c, title, ""); got != want {
			t.Errorf("%s: %q, want %q", title, got, want)
		}
	}
}

// One person is often told of without a figure. The rules by themselves see that only
// where something went astray, and no figure is told beside.
func TestOnePersonIsToldOfWithoutAFigure(t *testing.T) {
	c := shipped(t).WithModel(nil)
	for _, s := range []struct{ name, text, want string }{
		{"what went to another", "窓口で、別の患者様の検査結果の用紙を誤ってお渡ししました。用紙には氏名と病名が記載されていました。", "1"},
		{"of one name", "証明書を同姓同名の方に誤って交付しました。氏名と住所が記載されていました。", "1"},
		{"English", "We mailed the lab report of one patient to another patient by mistake. It shows the name and the illness.", "1"},
		{"a figure beside", "封入を誤り、別の患者様の検査結果の用紙38名分をお送りしました。氏名と病名が記載されていました。", "38"},
		{"some, and how many is not told", "一部の会員様に、別の会員様の氏名を記載したメールを誤って複数回お送りしました。", ""},
		{"an attack", "当社のサーバーが第三者による不正アクセスを受け、お客様の情報の漏えいを調査しています。", ""},
	} {
		t.Run(s.name, func(t *testing.T) {
			if got := told(c, "個人情報の漏えいに関するお知らせ", s.text); got != s.want {
				t.Errorf("%q: %q, want %q", s.text, got, s.want)
			}
		})
	}
}

func TestATitleTellsOfOnePersonWhateverIsPastedBelow(t *testing.T) {
	title := "個人情報の漏えいに関するお知らせ（当院の外来の窓口における検査結果の用紙の取り違え、別の患者様の用紙の誤交付について）"
	text := "【4月24日更新】\n用紙を回収しました。\n【4月15日掲載】\n検査結果の用紙を誤ってお渡ししました。用紙には氏名と病名が記載されていました。"
	if got := told(shipped(t).WithModel(nil), title, text); got != "1" {
		t.Errorf("%q, want 1", got)
	}
}

// A sentence of many short lines is cut for its length, between a figure and the words
// that belong before it.
func TestAFigureLiesInItsSentence(t *testing.T) {
	text := "Our server was hacked and names leaked.\n" + strings.Repeat("Passengers concerned 1: about approximately 4\n", 500)
	if f := shipped(t).Classify(notice("", text)); len(f.Cases) != 1 {
		t.Errorf("%d cases, want 1", len(f.Cases))
	}
}
