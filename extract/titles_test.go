package extract

import (
	"testing"
	"unicode/utf8"
)

func TestATitleIsFreedOfDatesAndMarksThatComeAndGo(t *testing.T) {
	tests := []struct{ title, date, want string }{
		{"■ 2026.11.20 NEW 当社サーバへの不正アクセスについて", "2026.11.20", "当社サーバへの不正アクセスについて"},
		{"[2026/11/20] お詫びとご報告", "2026/11/20", "お詫びとご報告"},
		{"2026年11月20日（金） お詫びとご報告", "2026年11月20日（金）", "お詫びとご報告"},
		{"２０２６年１１月２０日　お詫びとご報告", "２０２６年１１月２０日", "お詫びとご報告"},
		{"2026年11月18日付の報道について", "2026年11月20日", "2026年11月18日付の報道について"},
		{"2026年11月20日付の報道について", "2026年11月20日", "2026年11月20日付の報道について"},
		{"2026年11月20日開催の株主総会", "2026年11月20日", "2026年11月20日開催の株主総会"},
		{"2027年3月期 決算短信", "2026年11月20日", "2027年3月期 決算短信"},
		{"お詫びとご報告 NEW", "", "お詫びとご報告"},
		{"【NEW】お詫びとご報告", "", "お詫びとご報告"},
		{"NEW 2027年3月期 決算短信", "", "2027年3月期 決算短信"},
		{"NEW STORE OPEN", "", "NEW STORE OPEN"},
		{"Newニンテンドー", "", "Newニンテンドー"},
		{"【重要】お詫びとご報告", "", "【重要】お詫びとご報告"},
		{"11月20日 お詫びとご報告", "11月20日", "お詫びとご報告"},
		{"2026.11.20", "2026.11.20", ""},
		{"■", "", "■"},
		{"", "", ""},
	}
	for _, tt := range tests {
		if got := bareTitle(tt.title, tt.date); got != tt.want {
			t.Errorf("bareTitle(%q, %q) = %q, want %q", tt.title, tt.date, got, tt.want)
		}
	}
}

func FuzzBareTitle(f *testing.F) {
	f.Add("■ 2026.11.20 NEW 当社サーバへの不正アクセスについて", "2026.11.20")
	f.Add("NEW\xff", "１１月２０日")
	f.Fuzz(func(t *testing.T, title, date string) {
		title = fold(title)
		got := bareTitle(title, date)
		if len(got) > len(title) {
			t.Errorf("%q grew to %q", title, got)
		}
		if utf8.ValidString(title) && !utf8.ValidString(got) {
			t.Errorf("%q was cut to %q", title, got)
		}
	})
}
