package extract

import (
	"strings"
	"time"
	"unicode/utf8"

	"oshirase/breach"
)

// maxDateText bounds how much of a text is searched for a date, in bytes: date
// cells are short, and a caller that scans a page asks for each cell.
const maxDateText = 400

// foundDate is a date in a text: what stood before and after it is the caller's.
type foundDate struct {
	time      time.Time
	precision breach.Precision
	// start and end are byte offsets in the narrowed text that was searched.
	start, end int
}

// parseDate finds the first date in s and reads it. It knows ISO 8601 and
// RFC 3339 (seconds optional), RFC 822 and 2822 with zone names, asctime, and
// what Japanese pages print: 2026年11月20日, 2026/11/20 10:00, 2026.11.20, 26.11.20,
// 令和8年11月20日, R8.11.20, 20261120, in full-width digits too, with weekdays, labels
// and marks around. A time without a zone is in loc; a date without a time is
// midnight in loc with day precision; 2026年11月 alone has month precision. The
// result is in loc. ok is false when s holds no date: 11月20日 without a year
// and 11/20/2026, which two countries read differently, are none.
func parseDate(s string, loc *time.Location) (t time.Time, p breach.Precision, ok bool) {
	f, ok := findDate(narrowText(s), loc)
	return f.time, f.precision, ok
}

// narrowText prepares a text for findDate.
func narrowText(s string) string {
	if len(s) > maxDateText {
		cut := maxDateText
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut]
	}
	return strings.Map(narrow, strings.ToValidUTF8(s, "\uFFFD"))
}

// findDate finds the first date in a narrowed text.
func findDate(s string, loc *time.Location) (foundDate, bool) {
	if loc == nil {
		loc = time.UTC
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if starts := dateStart(r) && (i == 0 || !joins(s[:i], r)); starts {
			c := &cursor{s: s, i: i}
			if d, ok := c.date(); ok {
				if f, ok := d.in(c, loc); ok {
					f.start, f.end = i, c.i
					return f, true
				}
			}
		}
		i += size
		if isDigit(r) { // a date does not begin inside a number
			for i < len(s) && s[i] >= '0' && s[i] <= '9' {
				i++
			}
		}
	}
	return foundDate{}, false
}

func dateStart(r rune) bool {
	return isDigit(r) || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '令' || r == '平' || r == '昭'
}

// joins reports whether a token that starts with r continues what s ends with.
func joins(s string, r rune) bool {
	last, _ := utf8.DecodeLastRuneInString(s)
	letter := func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }
	if isDigit(r) {
		return isDigit(last) || last == '.' && len(s) > 1 && s[len(s)-2] >= '0' && s[len(s)-2] <= '9'
	}
	return letter(r) && letter(last)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// calendar is a date as printed. month or day is 0 where only the year or the
// month is told.
type calendar struct{ year, month, day int }

// valid years span what a notice can carry: 昭和 to the century after this.
func (d calendar) valid() bool {
	if d.year < 1926 || d.year > 2199 {
		return false
	}
	if d.month == 0 {
		return true
	}
	if d.month < 1 || d.month > 12 {
		return false
	}
	last := time.Date(d.year, time.Month(d.month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return d.day >= 0 && d.day <= last
}

// in reads the clock that may follow the date and places both in loc.
func (d calendar) in(c *cursor, loc *time.Location) (foundDate, bool) {
	if !d.valid() {
		return foundDate{}, false
	}
	switch {
	case d.month == 0:
		return foundDate{time: time.Date(d.year, 1, 1, 0, 0, 0, 0, loc), precision: breach.PrecisionYear}, c.alone()
	case d.day == 0:
		return foundDate{time: time.Date(d.year, time.Month(d.month), 1, 0, 0, 0, 0, loc), precision: breach.PrecisionMonth}, c.alone()
	}
	clock, ok := c.clock()
	if !ok {
		return foundDate{time: time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, loc), precision: breach.PrecisionDay}, true
	}
	zone := loc
	if clock.zone != nil {
		zone = clock.zone
	}
	t := time.Date(d.year, time.Month(d.month), d.day, clock.hour, clock.minute, clock.second, 0, zone)
	return foundDate{time: t.In(loc), precision: breach.PrecisionMinute}, true
}
