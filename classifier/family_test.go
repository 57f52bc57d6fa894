package classifier

import "testing"

func TestAGroupIsNamedByTheWordsThatIntroduceIt(t *testing.T) {
	c := shipped(t)
	const locked = "当社のサーバーがランサムウェアに感染し、ファイルが暗号化されました。"
	const lockedEN = "Our servers were infected with ransomware and files were encrypted. "
	for _, s := range []struct{ name, text, want string }{
		{"a known name anywhere", locked + "画面には「LockBit 3.0」の文字が残されていました。", "lockbit"},
		{"in katakana", locked + "ロックビットによる犯行とみられます。", "lockbit"},
		{"an unknown group", locked + "「Gray Heron」を名乗る集団が犯行を認めています。", "gray heron"},
		{"an unknown tool", locked + "使われたのは「Mizuchi」と呼ばれるランサムウェアです。", "mizuchi"},
		{"an unknown group's site", locked + "盗んだとするファイルが「Onibi」のリークサイトに掲載されました。", "onibi"},
		{"signed on the screen", locked + "脅迫文には「Onibi」の署名がありました。", "onibi"},
		{"unnamed stays unnamed", locked + "海外のハッカー集団によるものとみられます。", ""},
		{"a system in brackets is none", locked + "暗号化されたのは基幹システム「ミホン」のデータです。", ""},
		{"a common word away from the attack", "カオス理論の研究室のサーバーです。" + locked, ""},
		{"English, an unknown group", lockedEN + "A group calling itself Gray Heron claimed the attack.", "gray heron"},
		{"English, a leak site", lockedEN + "Files were shown on the leak site of Onibi.", "onibi"},
		{"English, a word that begins alike", lockedEN + "We continue to work on the recovery.", ""},
	} {
		t.Run(s.name, func(t *testing.T) {
			f := c.Classify(notice("ランサムウェア感染について", s.text))
			if len(f.Cases) != 1 {
				t.Fatalf("%d cases", len(f.Cases))
			}
			if got := f.Cases[0].RansomwareFamily; got != s.want {
				t.Errorf("family %q, want %q", got, s.want)
			}
		})
	}
}

func TestAGroupBesideLockedFilesIsRansomware(t *testing.T) {
	c := shipped(t)
	f := c.Classify(notice("サイバー攻撃によるシステム障害について", "当社のサーバーがサイバー攻撃を受け、ファイルが開けない状態です。画面には「Akira」の名が表示されていました。"))
	if len(f.Cases) != 1 || f.Cases[0].RansomwareFamily != "akira" {
		t.Errorf("got %+v", f.Cases)
	}
}
