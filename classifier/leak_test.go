package classifier

import (
	"testing"

	"oshirase/breach"
)

func TestTheLeakIsAsSureAsTheNoticeSays(t *testing.T) {
	c := byRules(t)
	const hacked = "当社のサーバーが第三者による不正アクセスを受けました。"
	const (
		yes, maybe, no, open, unknown = breach.LeakConfirmed, breach.LeakSuspected, breach.LeakDenied, breach.LeakUnderInvestigation, breach.LeakUnknown
	)
	for _, s := range []struct {
		name, text string
		want       breach.LeakStatus
	}{
		{"found", hacked + "調査の結果、個人情報の漏えいが判明しました。", yes},
		{"told as past", hacked + "お客様の個人情報が流出しました。", yes},
		{"on a leak site", hacked + "窃取された情報がリークサイトに掲載されていることを確認しました。", yes},
		{"taken", hacked + "データの一部が外部に持ち出されたことを確認しました。", yes},
		{"a possibility", hacked + "個人情報が漏えいした可能性があります。", maybe},
		{"a possibility found", hacked + "個人情報が漏えいした可能性があることが判明しました。", maybe},
		{"a fear", hacked + "お客様情報が漏えいしたおそれがございます。", maybe},
		{"not ruled out", hacked + "情報が外部に流出した可能性を完全には否定できません。", maybe},
		{"not ruled out in other words", hacked + "情報流出の可能性を排除できない状況です。", maybe},
		{"a small possibility", hacked + "情報が流出した可能性は極めて低いと考えております。", maybe},
		{"seemingly", hacked + "一部の情報が流出した模様です。", maybe},
		{"denied, yet not ruled out", hacked + "現時点で情報の流出は確認されておりませんが、可能性を否定することはできません。", maybe},
		{"denied, yet not ruled out in the next sentence", hacked + "情報の流出は確認されておりません。ただし、その可能性を完全に否定できるものではありません。", maybe},
		{"a possibility for those who used it", hacked + "期間中にカード決済をご利用いただいた場合、カード情報が漏えいした可能性があります。", maybe},
		{"an open possibility in English", "A mailbox of our staff was accessed by an outsider. It held messages with names of guests. We cannot rule out that they were read.", maybe},
		{"what the attackers boast of", hacked + "攻撃者は、顧客データを窃取したと主張しております。", maybe},
		{"what they boast of, and it is so", hacked + "攻撃者は情報を窃取したと主張しており、当社の情報が窃取されたことを確認しました。", yes},
		{"staff posted it", "当院の職員が、患者さん3名の氏名と病名を個人のSNSに書き込んでいたことが分かりました。", yes},
		{"nothing of the kind was seen", hacked + "記録を調べたところ、お客様の情報が持ち出された跡は見当たりませんでした。", no},
		{"denied", hacked + "個人情報の漏えいは確認されておりません。", no},
		{"English, any leak is examined", "Our servers were accessed by an unauthorized third party. The extent of the impact, including any leak of information, is being investigated.", open},
		{"denied as a fact", hacked + "情報が漏えいした事実はございません。", no},
		{"no trace", hacked + "情報が外部に流出した形跡は認められませんでした。", no},
		{"no possibility", hacked + "個人情報が流出した可能性はありません。", no},
		{"no possibility found", hacked + "個人情報が流出した可能性は確認されておりません。", no},
		{"not leaked, found", hacked + "調査の結果、個人情報は漏えいしていないことを確認しました。", no},
		{"examined, and none found", hacked + "情報漏えいの有無を調査した結果、漏えいの事実は確認されませんでした。", no},
		{"first feared, then none", hacked + "当初、情報漏えいの可能性があるとお知らせしておりましたが、調査の結果、漏えいはなかったことを確認しました。", no},
		{"whether, under examination", hacked + "個人情報の漏えいの有無については現在調査中です。", open},
		{"whether, not clear", hacked + "情報流出の有無は現時点で明らかになっておりません。", open},
		{"whether, not determined", hacked + "個人情報が流出したかどうかはまだ特定できていません。", open},
		{"denied while examined", hacked + "現時点で情報漏えいは確認されておりませんが、引き続き調査を行っております。", open},
		{"whether it leaked, still looked at", hacked + "情報の漏えいがなかったか引き続き調べています。", open},
		{"an earlier report pasted below", "【4月24日更新】\n調査が完了いたしました。情報の漏えいはございませんでした。\n\n【4月15日掲載】\n" + hacked + "情報漏えいの有無については調査中です。", no},
		{"brackets deny their own", hacked + "漏えいした情報は5名の氏名、住所（電話番号の記載はありません）であることが判明しました。", yes},
		{"traces", hacked + "ファイルの一部が外部に送信された痕跡が見つかりました。", maybe},
		{"no traces", hacked + "データが外部に送信された痕跡は確認されておりません。", no},
		{"only abuse is denied", "個人情報が漏えいしました。" + hacked + "なお、現時点で不正利用などの二次被害は確認されておりません。", yes},
		{"abuse and leak denied together", hacked + "情報の漏えいや不正利用は確認されておりません。", no},
		{"the legal report", hacked + "個人情報保護委員会へ漏えい等報告を行いました。", unknown},
		{"measures against leaks", hacked + "情報漏えい防止策を強化してまいります。", unknown},
		{"if it should leak", hacked + "万一、情報の漏えいが判明した場合は速やかに公表いたします。", unknown},
		{"open to all", "当社サイトの設定の誤りにより、お客様の個人情報が第三者から閲覧できる状態になっていました。", yes},
		{"perhaps open", "当社サイトの設定の誤りにより、お客様の個人情報が第三者に閲覧された可能性があります。", maybe},
		{"mailed astray", "説明会の案内メールを送る際、BCCとすべきところを誤ってTOに48名の宛先を入れて送信しました。", yes},
		{"lost, nothing said", "患者様の氏名が入ったUSBメモリを紛失しました。", unknown},
		{"lost, denied", "患者様の氏名が入ったUSBメモリを紛失しました。現時点で情報の漏えいは確認されておりません。", no},
		{"data left alone", hacked + "お客様の情報への影響はございません。", no},
		{"data left alone, and the search goes on", hacked + "お客様の情報への影響があったかどうかは調査中です。", open},
		{"not out, in plain words", hacked + "利用者の情報は漏れておりません。", no},
		{"feared before, and withdrawn", hacked + "8月の公表では情報が漏えいしたおそれがあるとしておりましたが、情報の漏えいは確認されませんでした。", no},
		{"thought not to have leaked", hacked + "県は情報の漏えいには至らなかったとみている。", no},
		{"cannot deny it", hacked + "お名前が外部に漏れたことを否定できない状況です。", maybe},
		{"whether, in plain words", hacked + "お客様の情報が持ち出されたかは分かっておりません。", open},
		{"how they came in", hacked + "管理を任せた社員のパスワードが漏れていたことが原因です。", unknown},
		{"data stolen, no thing", hacked + "従業員の給与明細の写しが盗まれていたことが判明しました。", yes},
		{"known, and nothing further found", hacked + "顧客名簿が流出しました。新たな流出は見つかっておりません。", yes},
		{"what leaked is known, other data is not part of it", hacked + "流出したのはお名前で、カード番号は含まれておりません。", yes},
		{"perhaps seen, no word for data", hacked + "控えの綴りが開いており、通りがかりの方の目に触れたおそれがございます。", maybe},
		{"anybody could open it", "当会の設定の誤りにより、申し込みの一覧を置いたフォルダーが、リンクを知る人なら誰でも開ける状態になっていたことが判明しました。", yes},
		{"sold by staff", "弊社の派遣社員が、お客様のお名前とご住所を書き写し、名簿業者に売り渡していたことが判明しました。", yes},
		{"told by staff", "当院の看護師が業務と関係なく患者さんの記録を開き、その病名を自分の母親に話していたため、懲戒処分としました。", yes},
		{"on the thieves' page", hacked + "図面の一部が闇サイトに載ったことも確かめております。", yes},
		{"in the picture", "当園が動画サイトに載せた行事の動画に、園児の名簿が映り込んでおりました。誤って公開したものです。", yes},
		{"data got out by a mail fraud", "当社の社員がビジネスメール詐欺に遭い、偽の依頼に応じて取引先の名簿のデータを社外に流出させたことを確認しました。", yes},
		{"English, done", "Our company was subject to unauthorized access. We confirmed that customer data was leaked.", yes},
		{"English, maybe", "Our company was subject to unauthorized access. Customer information may have been leaked.", maybe},
		{"English, none", "Our company was subject to unauthorized access. No leak of customer information has been confirmed.", no},
		{"English, whether", "Our company was subject to unauthorized access. We are investigating whether any customer information was leaked.", open},
		{"English, whether, not known", "Our servers were accessed by an intruder. We do not yet know whether names of customers were copied.", open},
		{"English, none found, and the search goes on", "Our servers were accessed by an intruder. No evidence of a leak of data has been found so far, but the investigation is continuing.", open},
		{"English, copied", "An intruder reached our server and copied files with customer data.", yes},
		{"English, not this but that", "Our company was subject to unauthorized access. An intruder had copied the records of 58 customers, not of 72 as first thought.", yes},
		{"English, could be seen by anyone", "Our company was subject to unauthorized access. A folder with names of guests had been left open, and the list could be viewed by anyone.", yes},
		{"English, unlikely", "Our company was subject to unauthorized access. An intruder reached our server. It is unlikely that customer data was copied.", maybe},
		{"English, cannot say", "Our company was subject to unauthorized access. An outsider opened a mailbox of our staff. We cannot say that messages with names were not read.", maybe},
		{"English, a gang's boast", "The Akatsuki gang has put our company on its leak site and says it holds 40 gigabytes of data. Our server was hacked.", maybe},
		{"English, taken off the network", "Our server was accessed by an intruder, and was taken off the network. Whether data was touched is being examined.", open},
	} {
		t.Run(s.name, func(t *testing.T) {
			f := c.Classify(notice("お知らせとお詫び", s.text))
			if len(f.Cases) != 1 {
				t.Fatalf("%d cases", len(f.Cases))
			}
			if got := f.Cases[0].LeakStatus; got != s.want {
				t.Errorf("%q: %s, want %s: %v", s.text, got, s.want, f.Cases[0].Evidence["leak_status"])
			}
		})
	}
}

func TestTheTitleIsTheCarefulWord(t *testing.T) {
	c := shipped(t)
	const text = "当社サイトの設定の誤りにより、お客様の個人情報が閲覧できる状態になっていました。"
	for title, want := range map[string]breach.LeakStatus{
		"個人情報漏えいの可能性に関するお詫び": breach.LeakSuspected,
		"個人情報漏えいに関するお詫び":     breach.LeakConfirmed,
	} {
		f := c.Classify(notice(title, text))
		if got := f.Cases[0].LeakStatus; got != want {
			t.Errorf("%s: %s, want %s", title, got, want)
		}
	}
}
