package extract_test

import (
	"net/url"
	"testing"
	"time"

	"oshirase/breach"
	"oshirase/extract"
)

func TestTheCommissionsListIsReadByItsMarkup(t *testing.T) {
	base, err := url.Parse("https://www.ppc.go.jp/information/")
	if err != nil {
		t.Fatal(err)
	}
	body := `<!DOCTYPE html><html lang="ja"><head><meta charset="UTF-8"></head><body>
<ul class="nav"><li><a href="/">ホーム</a></li></ul>
<ul class="news-list">
<li><time class="news-date" datetime="2026-11-20">2026年11月20日</time> <div class="news-label-wrap"><span class="news-label">報道発表</span></div> <div class="news-text"><a href="/news/press/2026/261120/">架空商事株式会社に対する個人情報の保護に関する法律に基づく勧告について</a></div></li>
<li><time class="news-date" datetime="2026-11-19">2026年11月19日</time> <div class="news-label-wrap"><span class="news-label">お知らせ</span></div> <div class="news-text"><a href="/aboutus/minutes/">第999回個人情報保護委員会を開催しました</a></div></li>
</ul></body></html>`
	list, err := extract.PPC([]byte(body), "text/html; charset=UTF-8", base, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Items) != 2 {
		t.Fatalf("%d rows: %+v", len(list.Items), list.Items)
	}
	first := list.Items[0]
	if first.URL != "https://www.ppc.go.jp/news/press/2026/261120/" || first.Label != "報道発表" || first.Action != breach.ActionRecommendation || first.Published.Format(time.DateOnly) != "2026-11-20" {
		t.Errorf("row %+v", first)
	}
	if !list.Items[1].Routine {
		t.Errorf("a meeting is no routine: %+v", list.Items[1])
	}
}
