package classifier

import (
	"strings"
	"testing"
)

func TestTheDeskForQuestionsIsFound(t *testing.T) {
	c := shipped(t)
	const hacked = "当社のサーバーが第三者による不正アクセスを受け、お客様の氏名が漏えいしました。\n"
	for _, s := range []struct{ name, text, want string }{
		{"under a heading", hacked + "【本件に関するお問い合わせ先】\n架空商事株式会社　お客様相談室\n電話番号：0120-000-000（平日9:00～17:00）\n", "0120-000-000"},
		{"full width", hacked + "お問い合わせ窓口\nＴＥＬ　０３－００００－００００\n", "０３－００００－００００"},
		{"a mail address", hacked + "お問い合わせ先：support@example.jp\n", "support@example.jp"},
		{"a number elsewhere", hacked + "法人番号は1234567890123です。\n", ""},
		{"no number", hacked + "お問い合わせ窓口は改めてご案内いたします。\n", ""},
	} {
		t.Run(s.name, func(t *testing.T) {
			f := c.Classify(notice("不正アクセスに関するお知らせ", s.text))
			if len(f.Cases) != 1 {
				t.Fatalf("%d cases", len(f.Cases))
			}
			k := f.Cases[0]
			if got := k.Contact; s.want == "" && got != "" || !strings.Contains(got, s.want) {
				t.Errorf("contact %q, want %q", got, s.want)
			}
			if k.DataTypes == nil || len(k.DataTypes) != 1 {
				t.Errorf("the desk's own data are taken for leaked: %v", k.DataTypes)
			}
		})
	}
}
