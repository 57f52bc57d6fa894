package classifier

import (
	"slices"
	"strings"
	"testing"

	"oshirase/breach"
)

func TestWhatOthersDidIsReadFromWhatFollowsThem(t *testing.T) {
	c := byRules(t)
	for _, s := range []struct{ text, want, without string }{
		{"発送を任せている印刷会社の社員が、名簿を入れた鞄を置き忘れました。", "processor by staff, goes wrong", "processor acts, goes wrong"},
		{"制作会社が公開の設定を誤り、申込者の氏名が表示されました。", "processor acts, goes wrong", "processor acts, mends"},
		{"保守会社が不審な通信に気付き、回線を外しました。氏名が漏えいした可能性があります。", "processor acts, mends", "processor is guilty"},
		{"配送業者のトラックから書類の箱が落ち、氏名が見られる状態でした。", "processor is guilty", "processor is asked"},
		{"サーバーが攻撃を受け、氏名が漏えいしました。保守業者に調査を依頼しています。", "processor is asked, mends", "processor is guilty"},
		{"名簿の入力を頼んだ団体において、氏名を記した紙を紛失しました。", "processor as place, goes wrong", "bare outsider as place, goes wrong"},
		{"侵入には保守業者のアカウントが用いられ、氏名が漏えいしました。", "processor by account", "processor by staff, goes wrong"},
		{"委託先ではなく当社のサーバーに侵入され、氏名が漏えいしました。", "processor is not meant", "processor is guilty"},
		{"輸送会社様でランサムウェアの被害が発生しました。", "outsider of a trade as place, goes wrong", "bare outsider as place, goes wrong"},
		{"当社の職員が宛先を誤り、氏名を記した文書を送りました。", "none named", "outsider is guilty"},
		{"株式会社例示の職員が宛先を誤り、氏名を記した文書を送りました。", "named, is struck", "outsider is guilty"},
		{"発送を委託している株式会社例示便のサーバーが不正アクセスを受け、氏名が漏えいしました。", "named processor, is struck", "none named"},
	} {
		var got []string
		for _, name := range c.Signals(&breach.Notice{Text: s.text}, true) {
			if IsParty(name) {
				got = append(got, strings.TrimPrefix(name, partySignal))
			}
		}
		holds := func(part string) bool {
			return slices.ContainsFunc(got, func(name string) bool { return strings.HasPrefix(name, part) })
		}
		if !holds(s.want) || holds(s.without) {
			t.Errorf("%s\n\twant %q and not %q of %q", s.text, s.want, s.without, got)
		}
	}
}
