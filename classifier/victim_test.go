package classifier

import "testing"

func TestTheVictimIsAnOrganisationByName(t *testing.T) {
	c := byRules(t)
	for _, s := range []struct{ name, text, victim string }{
		{"behind a trade", "創薬の架空バイオファーマは19日、研究所のサーバーが不正アクセスを受け、患者872人の氏名が流出したと発表した。", "架空バイオファーマ"},
		{"behind a place and a trade", "長浜市の金属加工業、有限会社架空プレシジョンは4月26日、サーバーが不正アクセスを受け、顧客の氏名が流出したと公表した。", "有限会社架空プレシジョン"},
		{"with its seat in brackets", "架空食品(静岡市)は7日、サーバーがランサムウェアに感染し、製造を止めていると発表した。", "架空食品"},
		{"at which it happened", "架空病院でランサムウェアの被害が続き、22日で10日目となった。患者の情報が流出した可能性がある。", "架空病院"},
		{"a long vowel at its end", "測量機器の株式会社架空エナジーは30日、サーバーが不正アクセスを受け、顧客の氏名が流出したと発表した。", "株式会社架空エナジー"},
		{"a town", "架空ヶ原市は27日、職員が市民42人の名簿を紛失したと発表した。", "架空ヶ原市"},
		{"a long sentence", "カクウテックは、顧客向けの予約管理のサーバーが6月3日の未明から不正アクセスを受け、登録していた利用者およそ4,200人の氏名と住所と電話番号が外部に流出した可能性があり、専門会社とともに範囲の調査を続けているほか、警察にも相談しているとした上で、対象の利用者には個別に連絡すると発表した。", "カクウテック"},
		{"Latin words before Japanese", "Mihon Foods株式会社は7日、サーバーが不正アクセスを受け、会員の氏名が流出したと発表した。", "Mihon Foods株式会社"},
		{"a machine", "工場では工作機械がランサムウェアに感染して止まり、社員の氏名が流出した。", ""},
		{"a kind of body", "市民病院は24日、患者3人の検査結果を別の患者に誤って渡したと発表した。", ""},
		{"a person", "看護師が患者26人の写真の入ったスマートフォンを紛失した。", ""},
		{"a thing", "封筒が別の世帯に誤配達され、3人の氏名が知られた。", ""},
		{"a deed", "侵入は5月3日で、会員1,200人の氏名が流出した。", ""},
		{"English, a place", "A hotel in Hakone has apologised after its server was hacked and names of guests leaked.", ""},
		{"English, behind a trade", "Noodle chain Mihon-ya said Friday that names of members were stolen by hackers.", "Mihon-ya"},
	} {
		t.Run(s.name, func(t *testing.T) {
			n := notice("", s.text)
			n.Publisher.Name = ""
			f := c.Classify(n)
			if len(f.Cases) != 1 {
				t.Fatalf("%d cases", len(f.Cases))
			}
			if got := f.Cases[0].Victim; got != s.victim {
				t.Errorf("%q befell %q, want %q", s.text, got, s.victim)
			}
		})
	}
}
