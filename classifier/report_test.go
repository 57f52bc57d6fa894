package classifier

import (
	"strconv"
	"testing"

	"oshirase/breach"
)

func TestTheNumberIsTheReportsOwn(t *testing.T) {
	c := shipped(t)
	const body = "当社のサーバーが第三者による不正アクセスを受けました。情報の漏えいは調査中です。"
	for _, s := range []struct{ name, title, text, want string }{
		{"full width in brackets", "不正アクセスに関するお知らせ（第２報）", body, "2"},
		{"kanji", "不正アクセスに関するお知らせ（第一報）", body, "1"},
		{"twelve in kanji", "不正アクセスに関するお知らせ（第十二報）", body, "12"},
		{"blanks inside", "不正アクセスに関するお知らせ 【第 13 報】", body, "13"},
		{"without 第", "不正アクセスに関するお知らせ（3報）", body, "3"},
		{"a version", "不正アクセスに関するお知らせ（第4版）", body, "4"},
		{"in the head of the text", "不正アクセスに関するお知らせ", "2026年11月3日\n架空商事株式会社\n不正アクセスに関するお知らせ（第３報）\n" + body, "3"},
		{"an earlier one is named", "不正アクセスに関するお知らせ（第３報）", "11月1日に公表した「不正アクセスに関するお知らせ（第２報）」の続報です。" + body, "3"},
		{"only an earlier one is named", "不正アクセスに関する調査結果", "11月1日に公表した「不正アクセスに関するお知らせ（第２報）」についてご報告します。" + body, ""},
		{"a report to the authority", "不正アクセスに関するお知らせ", body + "個人情報保護委員会へ第一報を報告しました。", ""},
		{"what the processor said", "不正アクセスに関するお知らせ", "11月1日に委託先から第一報がありました。" + body, ""},
		{"what news tell of", "架空商事に不正アクセス", "架空商事は3日、第3報で、サーバーが第三者による不正アクセスを受けたと公表した。第2報では調査中としていた。", "3"},
		{"news that look back on a series", "架空商事に不正アクセス", "架空商事のサーバーが第三者による不正アクセスを受けた。第一報で、サーバーを止めたと公表していた。第二報では調査結果が出ている。", ""},
		{"not numbered", "不正アクセスに関するお知らせ（続報）", body, ""},
		{"a quarter is no number", "第３四半期における不正アクセスに関するお知らせ", body, ""},
		{"a third party is no number", "不正アクセスに関する第三者委員会の報告書", body, ""},
		{"English", "Notice Regarding Unauthorized Access (Report No. 2)", "Our company was subject to unauthorized access by a third party.", "2"},
		{"English in brackets", "Notice Concerning Unauthorized Access (No. 3)", "Our company was subject to unauthorized access by a third party.", "3"},
		{"English in figures", "Notice (2nd Report): Unauthorized Access", "Our company was subject to unauthorized access by a third party.", "2"},
		{"an earlier one in English", "Unauthorized Access", "Our company was subject to unauthorized access by a third party, as told in the second report of May 3.", ""},
		{"a follow-up in a row", "不正アクセスに関するお知らせ（続報その3）", body, "3"},
		{"the second at the end", "不正アクセスに関するお知らせ（2）", body, "2"},
		{"second and last", "不正アクセスに関するお知らせ（第２報・最終報）", body, "2"},
		{"a report of a turn", "不正アクセスに関する第2回報告", body, "2"},
		{"a number of cases is none", "個人情報の漏えいについて（2件）", body, ""},
		{"a year is none", "不正アクセスに関する報告（2026）", body, ""},
		{"English, an update", "Unauthorized Access to Our Server - Update 4", "Our company was subject to unauthorized access by a third party.", "4"},
		{"English, before its subject", "Third Report on Unauthorized Access", "Our company was subject to unauthorized access by a third party, as told in the second report of May 3.", "3"},
		{"English in words", "Notice Regarding Unauthorized Access (Third Report)", "Our company was subject to unauthorized access by a third party.", "3"},
	} {
		t.Run(s.name, func(t *testing.T) {
			f := c.Classify(notice(s.title, s.text))
			if len(f.Cases) != 1 {
				t.Fatalf("%d cases", len(f.Cases))
			}
			got := ""
			if n := f.Cases[0].ReportNo; n != nil {
				got = strconv.Itoa(*n)
			}
			if got != s.want {
				t.Errorf("number %q, want %q", got, s.want)
			}
		})
	}
}

func TestTheStageIsWhatTheNoticeDoesNotWhatItPromises(t *testing.T) {
	c := byRules(t)
	const hacked = "当社のサーバーが第三者による不正アクセスを受けました。"
	for _, s := range []struct {
		name, title, text string
		want              breach.Stage
	}{
		{"a first notice that promises", "不正アクセスに関するお知らせ", hacked + "調査が完了次第、改めて調査結果をお知らせいたします。", breach.StageFirst},
		{"a first notice with an end in sight", "不正アクセスに関するお知らせ", hacked + "原因の調査には時間を要する見込みです。続報は判明次第お知らせします。", breach.StageFirst},
		{"found and told", "不正アクセスに関するお知らせ", hacked + "漏えいの可能性があることが判明しましたのでお知らせします。", breach.StageFirst},
		{"news of a first notice", "架空商事に不正アクセス", "架空商事は8月30日、サーバーが不正アクセスを受けたと発表した。", breach.StageFirst},
		{"a numbered first", "不正アクセスに関するお知らせ（第１報）", hacked, breach.StageFirst},
		{"a numbered second", "不正アクセスに関するお知らせ（第２報）", hacked, breach.StageUpdate},
		{"続報", "不正アクセスに関するお知らせ（続報）", hacked, breach.StageUpdate},
		{"an earlier notice by its date", "不正アクセスに関するお知らせ", "2026年10月5日付で公表しましたとおり、" + hacked + "調査は続いております。", breach.StageUpdate},
		{"an earlier notice by its title", "不正アクセスについて", "10月5日に公表しました「不正アクセスに関するお知らせ」につきまして、現在の状況をお知らせします。" + hacked, breach.StageUpdate},
		{"service is back", "不正アクセスによるサービス停止からの復旧について", hacked + "サービスを再開しました。", breach.StageUpdate},
		{"questions and answers", "不正アクセスに関するFAQ", "Q 原因は何ですか。 A " + hacked, breach.StageUpdate},
		{"the investigation is done", "不正アクセスに関するお知らせ", hacked + "11月11日、第三者調査機関による調査が完了しました。", breach.StageFinal},
		{"its report was received", "不正アクセスに関するお知らせ", hacked + "外部専門機関から最終報告書を受領しました。", breach.StageFinal},
		{"it is over, with a word between", "不正アクセスに関するお知らせ", hacked + "専門会社による調査が先月終わりました。", breach.StageFinal},
		{"its report is quoted", "不正アクセスに関するお詫び", hacked + "6月30日に届いた報告書によりますと、番号が外へ送られた可能性があるとのことでした。", breach.StageFinal},
		{"results are promised", "不正アクセスに関するお知らせ", hacked + "最終の調査結果は5月中旬を目途に公表いたします。", breach.StageFirst},
		{"what was told last week", "メールアカウントの不正利用のその後", "先週お伝えしたメールアカウントの不正アクセスについて、その後わかったことをお知らせします。", breach.StageUpdate},
		{"what was lost is back", "紛失したタブレットの発見について", "10月1日にお知らせしたタブレット端末の紛失について、端末が見つかりました。氏名が入っていました。", breach.StageFinal},
		{"results in the title", "不正アクセスに関する調査結果および再発防止策について", hacked, breach.StageFinal},
		{"a last report", "不正アクセスに関するお知らせ（最終報）", hacked, breach.StageFinal},
		{"an interim report", "不正アクセスに関する調査の中間報告", hacked + "引き続き調査を進めてまいります。", breach.StageUpdate},
		{"a committee is set up", "不正アクセスに関する調査委員会の設置について", hacked, breach.StageFirst},
		{"English, first", "Notice Regarding Unauthorized Access", "Our company was subject to unauthorized access by a third party. The investigation is ongoing.", breach.StageFirst},
		{"English, further", "Notice Regarding Unauthorized Access (Update)", "As announced on October 5, a third party gained unauthorized access to our server.", breach.StageUpdate},
		{"English, a first statement is named", "Intruder in our network", "Our server was accessed by an intruder. In our first statement we saw no sign of a leak.", breach.StageUpdate},
		{"English, the examiner is done", "Notice", "Our server was accessed by an intruder. A forensic firm finished its work in July.", breach.StageFinal},
		{"English, an update of software", "Unauthorized Access", "Our server was accessed by an intruder after a software update in April.", breach.StageFirst},
		{"English, last", "Notice Regarding Unauthorized Access", "Our company was subject to unauthorized access by a third party. The investigation has been completed.", breach.StageFinal},
	} {
		t.Run(s.name, func(t *testing.T) {
			f := c.Classify(notice(s.title, s.text))
			if len(f.Cases) != 1 {
				t.Fatalf("%d cases", len(f.Cases))
			}
			if got := f.Cases[0].Stage; got != s.want {
				t.Errorf("%s, want %s: %v", got, s.want, f.Cases[0].Evidence["stage"])
			}
		})
	}
}
