package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// cursor reads a narrowed text from i on. Each reading method moves i past what
// it read, or leaves it where it was and says no.
type cursor struct {
	s string
	i int
}

func (c *cursor) rest() string { return c.s[c.i:] }

func (c *cursor) take(prefix string) bool {
	if strings.HasPrefix(c.rest(), prefix) {
		c.i += len(prefix)
		return true
	}
	return false
}

func (c *cursor) spaces() {
	for {
		r, size := utf8.DecodeRuneInString(c.rest())
		if size == 0 || !unicode.IsSpace(r) {
			return
		}
		c.i += size
	}
}

// number reads low to high digits that no further digit follows.
func (c *cursor) number(low, high int) (value int, ok bool) {
	n := 0
	for n < high && c.i+n < len(c.s) && isDigit(rune(c.s[c.i+n])) {
		value = value*10 + int(c.s[c.i+n]-'0')
		n++
	}
	if n < low || c.i+n < len(c.s) && isDigit(rune(c.s[c.i+n])) {
		return 0, false
	}
	c.i += n
	return value, true
}

// word reads ASCII letters, in lower case.
func (c *cursor) word() string {
	n := 0
	for c.i+n < len(c.s) {
		b := c.s[c.i+n]
		if (b < 'A' || b > 'Z') && (b < 'a' || b > 'z') {
			break
		}
		n++
	}
	w := strings.ToLower(c.s[c.i : c.i+n])
	c.i += n
	return w
}

// try runs read and goes back when it says no.
func (c *cursor) try(read func() bool) bool {
	at := c.i
	if read() {
		return true
	}
	c.i = at
	return false
}

// alone reports that no letter or digit follows: 2026年 is a year, 2026年度 and
// 2026年3月期 are not.
func (c *cursor) alone() bool {
	for _, r := range c.rest() {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return false
		}
	}
	return true
}

// date reads a date at the cursor.
func (c *cursor) date() (d calendar, ok bool) {
	for _, form := range []func() (calendar, bool){c.compact, c.numeric, c.era, c.english, c.asctime} {
		if c.try(func() bool { d, ok = form(); return ok && d.valid() }) {
			return d, true
		}
	}
	return calendar{}, false
}

// compact reads 20261120, and stands before the clock of 20261120103000.
func (c *cursor) compact() (calendar, bool) {
	n := 0
	for c.i+n < len(c.s) && isDigit(rune(c.s[c.i+n])) {
		n++
	}
	if n != 8 && n != 12 && n != 14 {
		return calendar{}, false
	}
	digits := func(from, to int) (v int) {
		for _, b := range []byte(c.s[c.i+from : c.i+to]) {
			v = v*10 + int(b-'0')
		}
		return v
	}
	d := calendar{digits(0, 4), digits(4, 6), digits(6, 8)}
	c.i += 8
	return d, d.month > 0 && d.day > 0
}

// numeric reads year, month and day in this order, separated by 年月日, slashes,
// dots or hyphens, and 2026年11月 and 2026年.
func (c *cursor) numeric() (d calendar, ok bool) {
	if c.try(func() bool { d.year, ok = c.number(4, 4); return ok }) {
		return c.afterYear(d, true, 1)
	}
	if d.year, ok = c.number(2, 2); !ok {
		return d, false
	}
	d.year += 2000
	return c.afterYear(d, false, 2) // 17.5.1 is a version
}

// afterYear reads what follows a year. whole is false for a year that alone
// makes no date; least is how many digits month and day must have.
func (c *cursor) afterYear(d calendar, whole bool, least int) (calendar, bool) {
	c.spaces()
	sep := ""
	for _, s := range []string{"年", "/", ".", "-"} {
		if c.take(s) {
			sep = s
			break
		}
	}
	if sep == "" {
		return d, false
	}
	full := c.try(func() bool {
		var ok bool
		c.spaces()
		if d.month, ok = c.number(least, 2); !ok || d.month == 0 {
			return false
		}
		c.spaces()
		return true
	})
	if !full {
		d.month = 0
		return d, whole && sep == "年"
	}
	second := sep
	if sep == "年" {
		second = "月"
	}
	full = c.try(func() bool {
		var ok bool
		if !c.take(second) {
			return false
		}
		c.spaces()
		if d.day, ok = c.number(least, 2); !ok || d.day == 0 {
			return false
		}
		c.try(func() bool { c.spaces(); return c.take("日") })
		// 10.0.0.1 and 03-12-34-5678 are no dates.
		return sep == "年" || !c.continues(sep)
	})
	if full {
		return d, true
	}
	d.day = 0
	if sep == "年" {
		c.take("月")
		return d, whole
	}
	return d, whole && !c.continues(sep) // 2026/11, where nothing follows
}

// continues reports a separator and a further digit: a longer number.
func (c *cursor) continues(sep string) bool {
	rest, ok := strings.CutPrefix(c.rest(), sep)
	return ok && rest != "" && isDigit(rune(rest[0]))
}

// Eras by the year before their first.
var eras = map[string]int{"令和": 2018, "平成": 1988, "昭和": 1925, "r": 2018, "h": 1988, "s": 1925}

// era reads 令和8年11月20日, 令和元年, R8.11.20, R08/11/20.
func (c *cursor) era() (d calendar, ok bool) {
	before, kanji := 0, false
	for _, name := range []string{"令和", "平成", "昭和"} {
		if c.take(name) {
			before, kanji = eras[name], true
		}
	}
	if !kanji {
		if before, ok = eras[c.word()]; !ok {
			return d, false
		}
		c.take(".")
	}
	c.spaces()
	if c.take("元") {
		d.year = before + 1
	} else {
		n, ok := c.number(1, 2)
		if !ok || n == 0 {
			return d, false
		}
		d.year = before + n
	}
	d, ok = c.afterYear(d, kanji, 1)
	return d, ok && (kanji || d.day > 0)
}

var months = map[string]int{
	"jan": 1, "january": 1, "feb": 2, "february": 2, "mar": 3, "march": 3, "apr": 4, "april": 4,
	"may": 5, "jun": 6, "june": 6, "jul": 7, "july": 7, "aug": 8, "august": 8, "sep": 9, "sept": 9,
	"september": 9, "oct": 10, "october": 10, "nov": 11, "november": 11, "dec": 12, "december": 12,
}

// english reads 20 Nov 2026, 20-Nov-26, November 20th, 2026 and November 2026.
func (c *cursor) english() (d calendar, ok bool) {
	dayFirst := c.try(func() bool { d.day, ok = c.number(1, 2); return ok })
	if dayFirst {
		c.ordinal()
		c.separator()
	}
	if d.month = months[c.word()]; d.month == 0 {
		return d, false
	}
	c.take(".")
	c.separator()
	if !dayFirst {
		c.try(func() bool {
			d.day, ok = c.number(1, 2)
			return ok
		})
		if d.day > 0 {
			c.ordinal()
			c.separator()
		}
	}
	if c.try(func() bool { d.year, ok = c.number(4, 4); return ok }) {
		return d, true
	}
	if !dayFirst {
		return d, false
	}
	d.year, ok = c.number(2, 2)
	d.year += 2000
	return d, ok
}

func (c *cursor) ordinal() {
	c.try(func() bool {
		switch c.word() {
		case "st", "nd", "rd", "th":
			return true
		}
		return false
	})
}

func (c *cursor) separator() {
	c.spaces()
	for _, s := range []string{",", "-", "/"} {
		if c.take(s) {
			break
		}
	}
	c.spaces()
}

// asctime reads Nov 20 15:04:05 2026; its clock lies inside the date, so the
// cursor ends before the clock, which in reads, and the year is looked ahead.
func (c *cursor) asctime() (d calendar, ok bool) {
	if d.month = months[c.word()]; d.month == 0 {
		return d, false
	}
	c.spaces()
	if d.day, ok = c.number(1, 2); !ok {
		return d, false
	}
	ahead := *c
	if _, ok = ahead.clock(); !ok {
		return d, false
	}
	ahead.spaces()
	if d.year, ok = ahead.number(4, 4); !ok {
		return d, false
	}
	return d, true
}
