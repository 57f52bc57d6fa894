package classifier

import (
	"slices"
	"strings"
	"testing"

	"oshirase/breach"
	"oshirase/classifier/learned"
)

// kindsOf reads a text as the body of a plain notice and returns what it names
// as touched and as excluded, blank separated in the vocabulary's order.
func kindsOf(t *testing.T, c *Classifier, text string) (in, out string) {
	t.Helper()
	lead := "当社のサーバーが第三者による不正アクセスを受け、個人情報が漏えいした可能性があります。\n"
	f := c.Classify(notice("不正アクセスに関するお知らせ", lead+text))
	if len(f.Cases) == 0 {
		t.Fatalf("no case in %q", text)
	}
	join := func(list []breach.DataType) string {
		s := make([]string, len(list))
		for i, d := range list {
			s[i] = string(d)
		}
		return strings.Join(s, " ")
	}
	return join(f.Cases[0].DataTypes), join(f.Cases[0].ExcludedDataTypes)
}

// By the rules alone: what a model makes of mentions is measured, not told line by
// line.
func TestKindsOfDataAreThoseTouchedAndNotThoseNamedOtherwise(t *testing.T) {
	c := shipped(t).WithModel(nil)
	for _, s := range []struct{ name, text, in, out string }{
		{"a plain list", "流出した可能性のある情報は、氏名、住所、電話番号、生年月日です。", "name address phone birth_date", ""},
		{"full width, blanks and middle dots", "対象情報：氏　名・住所・ＴＥＬ番号・Ｅメール", "name address phone email", ""},
		{"an excluded list in a sentence of its own", "氏名とメールアドレスが含まれます。なお、クレジットカード情報、パスワードは含まれておりません。", "name email", "card_number password"},
		{"an exclusion in brackets belongs to what stands in them", "氏名、住所（電話番号は含まれておりません）が漏えいしました。", "name address", "phone"},
		{"an exclusion after brackets takes them in", "クレジットカード情報（カード番号、有効期限）は流出しておりません。氏名が流出しました。", "name", "card_number card_expiry"},
		{"only these, those not", "漏えいしたのは氏名及び住所のみで、電話番号は含まれておりません。", "name address", "phone"},
		{"nothing but these", "氏名、メールアドレス以外の情報は含まれておりません。", "name email", ""},
		{"all but one", "クレジットカード情報を除くお客様の氏名、住所が漏えいしました。", "name address", "card_number"},
		{"not held at all", "氏名が流出した可能性があります。クレジットカード情報は当社では保有しておりません。", "name", "card_number"},
		{"a heading over what was spared", "流出した情報：氏名、住所\n影響のない情報：電話番号、生年月日\n", "name address", "phone birth_date"},
		{"lines under such a heading", "■閲覧された情報\n・氏名\n■閲覧されていない情報\n・住所\n・電話番号\n", "name", "address phone"},
		{"what the sentence says of something else", "氏名、住所など10件で、電話番号は含まれておりません。", "name address", "phone"},
		{"what the data stand on was not touched", "お名前が流出しました。住所や電話番号を書いた用紙は含まれておりません。", "name", "address phone"},
		{"strangers exclude nothing", "氏名、生年月日を記した一覧を、無関係の会社に送っておりました。", "name birth_date", ""},
		{"questions of customers", "お名前が流出しました。\nQ. 住所や電話番号は大丈夫ですか。\n", "name", ""},
		{"the address of a page", "お名前が、推測できるアドレスで公開されておりました。", "name", ""},
		{"an unknown field beside one kind", "お名前と物件の評価額が記載されておりました。", "name other", ""},
		{"a denial that leaves it possible", "氏名、住所の流出は確認されておりませんが、その可能性を完全に否定することはできません。", "name address", ""},
		{"items as lines under a heading", "■漏えいした可能性のある情報\n・氏名\n・生年月日\n・学籍番号\n", "name birth_date other", ""},
		{"a table", "項目　件数\n氏名　187件\n住所　59件\n生年月日　20件\n", "name address birth_date", ""},
		{"an unknown field in a list", "氏名、減免区分、電話番号が記載されていました。", "name phone other", ""},
		{"the contact block", "会員様の氏名が流出しました。\n【お問い合わせ先】\n住所：東京都千代田区1-1\n電話番号：03-0000-0000（受付時間 9:00～17:00）\nメールアドレス：info@example.com\n", "name", ""},
		{"the form that asks", "会員様の氏名が流出しました。お問い合わせの際は、ご住所と電話番号をお知らせください。", "name", ""},
		{"advice on passwords", "会員様の氏名が流出しました。他のサービスと同じパスワードをお使いの場合は、パスワードの変更をお願いいたします。", "name", ""},
		{"how the attack works", "他社から流出したIDとパスワードを試すパスワードリスト攻撃でした。メールアドレスが閲覧された可能性があります。", "email", ""},
		{"forged mail", "差出人の氏名は実在しますが、メールアドレスが当社のものと異なります。", "", ""},
		{"questions that are never asked", "お客様の住所が流出しました。当社からお電話でクレジットカード番号をお聞きすることはございません。", "address", ""},
		{"whether", "氏名や住所が含まれているかどうかを確認しております。", "", ""},
		{"special care", "患者様の氏名、病名、検査結果、保険証の写しが含まれていました。", "name health id_document", ""},
		{"scans of a system are not of patients", "外部機関によるWebアプリケーション診断を受けました。漏えいしたのは会社名と担当者名です。", "name business_info", ""},
		{"cards", "漏えいした情報は、カード名義、クレジットカード番号、有効期限、セキュリティコードです。", "name card_number card_expiry card_security_code", ""},
		{"logins", "ログインID、ハッシュ化されたパスワード、会員番号が閲覧された可能性があります。", "password login_id other", ""},
		{"staff", "従業員の氏名、社員番号、所属部署、給与振込口座番号が流出しました。", "name bank_account employment", ""},
		{"officers are no field", "役員・社員情報、氏名が流出しました。", "name employment", ""},
		{"a service's own ID of its members", "流出したのは、ツバメID、メールアドレス、氏名です。", "name email login_id", ""},
		{"an ID of something else", "流出したのは、氏名、端末のデバイスIDです。", "name other", ""},
		{"mail of a mailbox", "当該アカウントの過去の送受信メールが閲覧された可能性があります。", "other", ""},
		{"in English", "Names, postal addresses, phone numbers and dates of birth may have been leaked, but credit card numbers were not affected.", "name address phone birth_date", "card_number"},
		{"none of it in English", "Names may have been exposed. No credit card information was accessed.", "name", "card_number"},
		{"English, two kinds of addresses in a row", "The names, e-mail addresses and postal addresses of members were stolen.", "name address email", ""},
		{"English, bare nouns in brackets", "Contacts of our clients (name, company, e-mail, telephone) were exported.", "name phone email business_info", ""},
		{"English, the same nouns beside no list", "Names were leaked. We informed everyone by e-mail, and by telephone.", "name", ""},
		{"English, an unknown field in a list", "The screens that were seen show name, class and telephone number.", "name phone other", ""},
		{"English, a noun that is no field", "Names were leaked on the way to school, the company said.", "name", ""},
		{"English, a no speaks of what follows it", "The server held names and drawings, but no passwords, and was copied.", "name business_info", "password"},
		{"English, an exception is not denied", "The files hold no personal information other than names, and were copied.", "name", ""},
		{"English, masked", "Names were viewed; card numbers are masked.", "name", "card_number"},
		{"English, kept by others", "Names were viewed. Card data is handled by a payment company.", "name", "card_number"},
		{"English, where letters went", "Letters showing names were delivered to wrong addresses.", "name", ""},
		{"English, a weak lock", "Names could be read because the server was open without a password.", "name", ""},
		{"English, payroll and the one who runs it", "Our payroll provider was hacked, and names were leaked.", "name", ""},
		{"English, payslips", "Payslips of workers, with names, were leaked.", "name employment", ""},
	} {
		t.Run(s.name, func(t *testing.T) {
			if in, out := kindsOf(t, c, s.text); in != s.in || out != s.out {
				t.Errorf("%q:\n touched  %q, want %q\n excluded %q, want %q", s.text, in, s.in, out, s.out)
			}
		})
	}
}

func TestADocumentGoneAstrayIsOther(t *testing.T) {
	c := shipped(t)
	for text, want := range map[string]bool{
		"氏名、住所です。証券番号や保険金額等は内側に別工程で印字しており、対象外です。": false,
		"個人情報を含む文書を誤って別の方に送付しました。":                true,
		"B様の納入通知書を誤ってA様に送付し、個人情報が漏えいしました。":        true,
		"氏名が記載された個人情報を含む文書を誤って別の方に送付しました。":        false, // told in detail
		"会議の案内を誤って別の方に送りましたが、個人情報は含まれておりませんでした。":  false,
	} {
		f := c.Classify(notice("文書の誤送付について", text))
		got := len(f.Cases) > 0 && slices.Contains(f.Cases[0].DataTypes, breach.DataOther)
		if got != want {
			t.Errorf("%s: other %v, want %v", text, got, want)
		}
	}
}

func TestTheCardOfATamperedCheckoutKeepsItsProofBesideWhatTheModelFinds(t *testing.T) {
	m := &learned.Model{Outputs: []string{OutputData}, Bias: []int32{1}}
	f := shipped(t).WithModel(m).Classify(notice("通販サイトについて", "当社通販サイトの決済ページが改ざんされ、入力された情報が漏えいした可能性があります。お問い合わせの際は、お名前をお知らせください。"))
	if len(f.Cases) != 1 || !slices.Contains(f.Cases[0].DataTypes, breach.DataCardNumber) || !slices.Contains(f.Cases[0].DataTypes, breach.DataName) {
		t.Fatalf("cases %+v", f.Cases)
	}
	for _, q := range f.Cases[0].Evidence["data_types"] {
		if strings.Contains(q.Text, "改ざん") {
			return
		}
	}
	t.Errorf("no proof of the card among %+v", f.Cases[0].Evidence["data_types"])
}
