package extract

import (
	"testing"
	"time"

	"oshirase/breach"
)

var tokyo = time.FixedZone("JST", 9*3600)

func TestADateIsReadHoweverAPagePrintsIt(t *testing.T) {
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, tokyo) }
	at := func(h, m int) time.Time { return time.Date(2026, 11, 20, h, m, 0, 0, tokyo) }
	tests := []struct {
		in        string
		want      time.Time
		precision breach.Precision
	}{
		{"2026.11.20", day(2026, 11, 20), breach.PrecisionDay},
		{"2026/11/20", day(2026, 11, 20), breach.PrecisionDay},
		{"2026-11-20", day(2026, 11, 20), breach.PrecisionDay},
		{"2026年11月20日", day(2026, 11, 20), breach.PrecisionDay},
		{"2026年 7月 6日", day(2026, 7, 6), breach.PrecisionDay},
		{"２０２６年１１月２０日（金）", day(2026, 11, 20), breach.PrecisionDay},
		{"令和8年11月20日", day(2026, 11, 20), breach.PrecisionDay},
		{"令和元年5月1日", day(2019, 5, 1), breach.PrecisionDay},
		{"平成３１年４月３０日", day(2019, 4, 30), breach.PrecisionDay},
		{"R7.10.19", day(2025, 10, 19), breach.PrecisionDay},
		{"R07/10/19", day(2025, 10, 19), breach.PrecisionDay},
		{"25.10.19", day(2025, 10, 19), breach.PrecisionDay},
		{"06/01/02", day(2006, 1, 2), breach.PrecisionDay},
		{"20261120", day(2026, 11, 20), breach.PrecisionDay},
		{"■[2026.11.20] NEW", day(2026, 11, 20), breach.PrecisionDay},
		{"公開日：2026年11月20日", day(2026, 11, 20), breach.PrecisionDay},
		{"November 20, 2026", day(2026, 11, 20), breach.PrecisionDay},
		{"Nov. 20th, 2026", day(2026, 11, 20), breach.PrecisionDay},
		{"20 Nov 2026", day(2026, 11, 20), breach.PrecisionDay},
		{"20-Nov-26", day(2026, 11, 20), breach.PrecisionDay},
		{"2026年11月", day(2026, 11, 1), breach.PrecisionMonth},
		{"2026/11", day(2026, 11, 1), breach.PrecisionMonth},
		{"November 2026", day(2026, 11, 1), breach.PrecisionMonth},
		{"2026年", day(2026, 1, 1), breach.PrecisionYear},
		{"2026年3月期 決算短信（2026.11.20）", day(2026, 11, 20), breach.PrecisionDay},

		{"2026/11/20 10:00", at(10, 0), breach.PrecisionMinute},
		{"2026年11月20日（金）10時30分", at(10, 30), breach.PrecisionMinute},
		{"2026年11月20日 午後3時半", at(15, 30), breach.PrecisionMinute},
		{"2026.11.20 Fri 3:30 PM", at(15, 30), breach.PrecisionMinute},
		{"2026-11-20T14:31+09:00", at(14, 31), breach.PrecisionMinute},
		{"2026-11-20T05:31:00Z", at(14, 31), breach.PrecisionMinute},
		{"2026-11-20T05:31:00.123Z", at(14, 31), breach.PrecisionMinute},
		{"2026-11-20 14:31:00 JST", at(14, 31), breach.PrecisionMinute},
		{"20261120143100", at(14, 31), breach.PrecisionMinute},
		{"Fri, 20 Nov 2026 14:31:00 +0900", at(14, 31), breach.PrecisionMinute},
		{"Fri, 20 Nov 2026 14:31:00 JST", at(14, 31), breach.PrecisionMinute},
		{"Fri, 20 Nov 2026 14:31:00 +0900 (JST)", at(14, 31), breach.PrecisionMinute},
		{"Fri, 20 Nov 2026 05:31:00 GMT", at(14, 31), breach.PrecisionMinute},
		{"Fri, 20 Nov 2026 14:31:00 GMT+9", at(14, 31), breach.PrecisionMinute},
		{"Fri, 20 Nov 26 00:31 EST", at(14, 31), breach.PrecisionMinute},
		{"Fri, 20 Nov 2026 14:31:00", at(14, 31), breach.PrecisionMinute},
		{"Fri Nov 20 14:31:00 2026", at(14, 31), breach.PrecisionMinute},
		{"Fri Nov 20 14:31:00 JST 2026", at(14, 31), breach.PrecisionMinute},
		{"2026/11/20 14:31 NEW", at(14, 31), breach.PrecisionMinute},
		{"2026/11/19 24:00", at(0, 0), breach.PrecisionMinute},
		{"2026年11月20日 25:00", day(2026, 11, 20), breach.PrecisionDay},
	}
	for _, tt := range tests {
		got, precision, ok := parseDate(tt.in, tokyo)
		if !ok || !got.Equal(tt.want) || precision != tt.precision {
			t.Errorf("parseDate(%q) = %v %q %v, want %v %q", tt.in, got, precision, ok, tt.want, tt.precision)
		}
	}
}

func TestWhatLooksLikeADateIsNone(t *testing.T) {
	for _, in := range []string{
		"", "お知らせ", "11月20日", "11/20/2026", "20/11/2026", "2026年度", "2026年3月期 決算短信", "2026", "26",
		"10.0.0.1", "25.10.19.4", "03-12-3456", "03-1234-5678", "iOS 17.5.1", "第12回", "2026.13.01", "2026/02/30",
		"H.264", "CVE-2026-8452", "1234567", "123456789", "ISO/IEC 27001:2022", "may 2026 be better",
	} {
		if got, precision, ok := parseDate(in, tokyo); ok {
			t.Errorf("parseDate(%q) = %v %q, want none", in, got, precision)
		}
	}
}

func TestADateWithoutAZoneIsInTheSourcesZone(t *testing.T) {
	newYork := time.FixedZone("", -5*3600)
	got, _, ok := parseDate("2026/11/20 10:00", newYork)
	if want := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC); !ok || !got.Equal(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, _, _ := parseDate("2026/11/20 10:00", nil); !got.Equal(time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("without a zone at all: %v", got)
	}
}
