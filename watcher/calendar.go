package watcher

import (
	"sync"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/jp"
)

// tokyo is Japan's time, which has no summer time.
var tokyo = time.FixedZone("JST", 9*60*60)

// holidays answers under a lock: the library's own table of equinoxes is
// written while it is asked.
var holidays = struct {
	sync.Mutex
	cal.Calendar
}{Calendar: cal.Calendar{Holidays: jp.Holidays}}

// TradingDay reports whether the TSE is open on the day of t in Japan: no
// weekend, no public holiday, and not from 31 December to 3 January
// (https://www.jpx.co.jp/english/corporate/about-jpx/calendar/).
func TradingDay(t time.Time) bool {
	t = t.In(tokyo)
	switch t.Weekday() {
	case time.Saturday, time.Sunday:
		return false
	}
	if t.Month() == time.December && t.Day() == 31 || t.Month() == time.January && t.Day() <= 3 {
		return false
	}
	holidays.Lock()
	defer holidays.Unlock()
	// The calendar reads the date in the zone of its argument.
	actual, observed, _ := holidays.IsHoliday(time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, cal.DefaultLoc))
	return !actual && !observed
}

// disclosed is the hour in Japan by which every trading day has had disclosures:
// most come at 15:00 and after.
const disclosed = 17

// lastDisclosed is the beginning of the latest trading day, in Japan, whose
// disclosures must be there by now.
func lastDisclosed(now time.Time) time.Time {
	now = now.In(tokyo)
	day := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, tokyo)
	if now.Hour() < disclosed {
		day = day.AddDate(0, 0, -1)
	}
	for !TradingDay(day) {
		day = day.AddDate(0, 0, -1)
	}
	return day
}
