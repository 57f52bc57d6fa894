package classifier

import (
	"slices"
	"strings"
	"testing"

	"oshirase/breach"
)

func TestWhatComesAfterIsKnownByItsHeading(t *testing.T) {
	c := byRules(t)
	for _, s := range []struct {
		name, text string
		later      string // a letter a sentence: x under a heading of what comes after
	}{
		{"numbered", "1.経緯\nサーバーに侵入されました。\n2.再発防止策\n(1)教育\n不審なメールの訓練を行います。\n3.影響\n業務に影響はございません。", "..xxx.."},
		{"marked", "■原因\n設定の誤りです。\n■お客様へのお願い\n当社を装うメールにご注意ください。\n■お問い合わせ\n窓口 03-0000-0000", "..xxxx"},
		{"English", "1. What happened\nA server of our online shop was accessed by an unauthorized third party on May 5.\n2. Inquiries\nPlease call our desk, which is open on weekdays from nine to five.", "..xx"},
		{"both in one heading", "1.事案の概要と再発防止策\n名簿を紛失しました。", ".."},
		{"a bracket before the title", "【重要】不正アクセスに関するお詫びとお願い\n当社のサーバーが不正アクセスを受け、会員の個人情報が漏えいしました。", ".."},
		{"contact before another heading", "■お問い合わせ先\n広報課\n【不正アクセスについて】\n当社のサーバーが不正アクセスを受けました。", "xx.."},
		{"no heading", "再発防止策を講じてまいります。名簿を紛失しました。", ".."},
	} {
		t.Run(s.name, func(t *testing.T) {
			r := c.pool.Get().(*reading)
			defer c.pool.Put(r)
			r.open(notice("", s.text), false)
			var got strings.Builder
			for _, later := range r.later {
				got.WriteByte(map[bool]byte{true: 'x', false: '.'}[later])
			}
			if got.String() != s.later {
				t.Errorf("%q: %s, want %s", s.text, got.String(), s.later)
			}
		})
	}
}

func TestMeasuresAndAdviceAreNotTheIncident(t *testing.T) {
	f := byRules(t).Classify(notice("患者様の名簿の紛失について", `令和13年6月3日、当院の職員が患者様42名の氏名と住所の名簿を紛失したことが判明しました。
■再発防止策
ランサムウェアや不正アクセスによる情報漏えいにも備え、システムを点検します。
■お願い
偽サイトやフィッシングメールにご注意ください。個人情報が漏えいした可能性がある場合はご連絡ください。`))
	if len(f.Cases) != 1 {
		t.Fatalf("%d cases", len(f.Cases))
	}
	if got := f.Cases[0]; !slices.Equal(got.Vectors, []breach.Vector{breach.LostOrStolen}) || got.LeakStatus != breach.LeakUnknown {
		t.Errorf("vectors %v, leak %s", got.Vectors, got.LeakStatus)
	}
}
