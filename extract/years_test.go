package extract

import (
	"strings"
	"testing"
)

func TestADayWithoutAYearIsFound(t *testing.T) {
	tests := map[string]monthDay{
		"11月20日":            {11, 20},
		"１１月２０日（金）":         {11, 20},
		"[11/20]":           {11, 20},
		"11.20（金）":          {11, 20},
		"■ 1月5日 お知らせ":       {1, 5},
		"2月30日":             {},
		"13月1日":             {},
		"2026年11月20日":       {},
		"11/20/2026":        {},
		"3.11について":          {},
		"バージョン 1.2":         {},
		"電話 03-1234-5678":   {},
		"":                  {},
		"11月":               {},
		"受付 11月20日から11月30日": {11, 20},
	}
	for text, want := range tests {
		if got := findMonthDay(text); got != want {
			t.Errorf("findMonthDay(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestTheYearOfADayComesFromAHeadingTheAddressOrTheOrder(t *testing.T) {
	list := func(days ...string) string {
		var b strings.Builder
		b.WriteString(`<ul class="n">`)
		for _, d := range days {
			b.WriteString("<li><b>" + d + `</b><a href="/` + d + `">お知らせの表題` + d + "</a></li>")
		}
		return b.String() + "</ul>"
	}
	tests := map[string]struct{ address, html, want string }{
		"newest first over New Year":            {"/news/", list("1月19日", "12月24日", "11月30日"), "2026-01-19 2025-12-24 2025-11-30"},
		"oldest first over New Year":            {"/news/", list("11月30日", "12月24日", "1月19日"), "2025-11-30 2025-12-24 2026-01-19"},
		"one day ahead":                         {"/news/", list("11月25日", "11月1日"), "2026-11-25 2026-11-01"},
		"later in the year than today":          {"/news/", list("12月1日", "11月1日"), "2025-12-01 2025-11-01"},
		"a heading":                             {"/news/", "<h2>2024年</h2>" + list("3月1日", "1月1日"), "2024-03-01 2024-01-01"},
		"a heading by the era":                  {"/news/", "<h2>令和元年</h2>" + list("12月1日"), "2019-12-01"},
		"a heading of a fiscal year":            {"/news/", "<h3>令和7年度</h3>" + list("3月1日", "12月1日"), "2026-03-01 2025-12-01"},
		"a heading of another kind":             {"/news/", "<h2>お知らせ</h2>" + list("3月1日"), "2026-03-01"},
		"the address":                           {"/news/2024/", list("12月1日", "3月1日"), "2024-12-01 2024-03-01"},
		"the query":                             {"/news.php?year=2024", list("12月1日"), "2024-12-01"},
		"rows with years between those without": {"/news/", list("3月1日", "2024年12月30日", "12月1日"), "2026-03-01 2024-12-30 2024-12-01"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			l, err := Page([]byte("<!DOCTYPE html><html><body>"+tt.html+"</body></html>"), "text/html; charset=utf-8", mustURL(t, "https://mihon.example"+tt.address), Selectors{Row: "ul.n > li", Date: "b"}, readAt)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, it := range l.Items {
				got = append(got, it.Published.Format("2006-01-02"))
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("got %s, want %s", s, tt.want)
			}
		})
	}
}
