package classifier

import (
	"strings"
	"testing"
)

func TestADateHasTheRoleOfItsOwnClause(t *testing.T) {
	c := byRules(t)
	for _, s := range []struct{ name, text, want string }{
		{"who was told stands before the date", "当社通販サイトが不正アクセスを受けました。監督官庁である個人情報保護委員会には2031年7月20日に報告済みであり、また、所轄警察署にも2031年8月7日被害申告しております。",
			"reported_ppc 2031-07-20, reported_police 2031-08-07"},
		{"two days of one sentence", "2031年7月19日、カード会社から漏えいの懸念について連絡を受け、2031年7月20日当社通販サイトのカード決済を停止しました。サイトは不正アクセスを受けていました。",
			"known 2031-07-19, contained 2031-07-20"},
		{"a day inside what was published", "架空商事は2031年12月12日、10月に発生した不正アクセスの報告書を公表した。", "published 2031-12-12, intrusion 2031-10"},
		{"told to the police, then restored", "架空商事は不正アクセスを受け、2031年5月1日に警察に相談し、5月2日に復旧した。", "reported_police 2031-05-01, restored 2031-05-02"},
		{"neither how long nor how often", "架空商事は2031年5月12日、不正アクセスを受けたと公表した。3日後に再開し、1日2回点検しており、1日も早く復旧させる。", "published 2031-05-12"},
		{"the first at nine", "架空商事は2031年5月に不正アクセスを受け、1日9時に検知した。", "intrusion 2031-05, detected 2031-05-01T09:00"},
		{"orders are taken again", "架空商事は不正アクセスを受け、2031年5月3日に注文受付を再開した。", "restored 2031-05-03"},
		{"not restored yet", "架空商事のサーバーが第三者による不正アクセスを受けました。2031年4月25日、システムが障害を起こし、まだ復旧していません。", "other 2031-04-25"},
	} {
		t.Run(s.name, func(t *testing.T) {
			f := c.Classify(notice("不正アクセスについて", s.text))
			if len(f.Cases) != 1 {
				t.Fatalf("%d cases", len(f.Cases))
			}
			var got []string
			for _, d := range f.Cases[0].Dates {
				got = append(got, d.Role+" "+d.From)
			}
			if got := strings.Join(got, ", "); got != s.want {
				t.Errorf("dates %s, want %s", got, s.want)
			}
		})
	}
}
