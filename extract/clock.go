package extract

import (
	"strings"
	"time"
	"unicode/utf8"
)

// clock is a time of day; zone is nil where none is told.
type clock struct {
	hour, minute, second int
	zone                 *time.Location
}

// clock reads the time that may follow a date, past a weekday and brackets.
func (c *cursor) clock() (t clock, ok bool) {
	ok = c.try(func() bool {
		if len(c.rest()) >= 4 && isDigit(rune(c.rest()[0])) && c.i > 0 && isDigit(rune(c.s[c.i-1])) {
			return c.compactClock(&t)
		}
		c.weekday()
		c.try(func() bool { return c.take("T") || c.take("t") })
		c.spaces()
		return c.hours(&t)
	})
	return t, ok
}

// compactClock reads the rest of 202611201030 or 20261120103000.
func (c *cursor) compactClock(t *clock) bool {
	two := func() int {
		if c.i+2 > len(c.s) || !isDigit(rune(c.s[c.i])) || !isDigit(rune(c.s[c.i+1])) {
			return 0
		}
		v := int(c.s[c.i]-'0')*10 + int(c.s[c.i+1]-'0')
		c.i += 2
		return v
	}
	t.hour, t.minute, t.second = two(), two(), two()
	return t.hour < 24 && t.minute < 60 && t.second < 60
}

// weekday reads ( 金 ), （金曜日）, "Fri," and the like.
func (c *cursor) weekday() {
	c.try(func() bool {
		c.spaces()
		c.take(",")
		c.spaces()
		open := c.take("(") || c.take("[") || c.take("〔")
		r, size := utf8.DecodeRuneInString(c.rest())
		switch {
		case strings.ContainsRune("日月火水木金土祝", r) && size > 1:
			c.i += size
			_ = c.take("曜日") || c.take("曜")
			_ = c.take("・祝") || c.take("祝")
		default:
			switch w := c.word(); {
			case len(w) >= 3 && strings.Contains(" monday tuesday wednesday thursday friday saturday sunday tues weds thurs ", " "+w):
				c.take(".")
			default:
				return false
			}
		}
		c.spaces()
		closed := c.take(")") || c.take("]") || c.take("〕")
		return open == closed
	})
	c.spaces()
	c.take(",")
}

// hours reads 10:00, 10:00:30.5, 午後3時30分, 3:30 PM and the zone behind.
func (c *cursor) hours(t *clock) bool {
	afternoon, morning := c.take("午後"), c.take("午前")
	c.spaces()
	var ok bool
	if t.hour, ok = c.number(1, 2); !ok {
		return false
	}
	switch {
	case c.take(":"):
		if t.minute, ok = c.number(2, 2); !ok {
			return false
		}
		c.try(func() bool {
			if !c.take(":") {
				return false
			}
			t.second, ok = c.number(2, 2)
			return ok
		})
		c.fraction()
	case c.take("時"):
		c.try(func() bool {
			c.spaces()
			t.minute, ok = c.number(1, 2)
			return ok && c.take("分")
		})
		if c.take("半") {
			t.minute = 30
		}
	default:
		return false
	}
	c.try(func() bool {
		c.spaces()
		w := strings.ReplaceAll(c.word(), ".", "")
		afternoon, morning = afternoon || w == "pm", morning || w == "am"
		return w == "pm" || w == "am"
	})
	if (afternoon || morning) && t.hour > 12 || t.hour > 24 || t.minute > 59 || t.second > 60 {
		return false
	}
	if t.hour == 24 && (t.minute > 0 || t.second > 0) {
		return false
	}
	if afternoon && t.hour < 12 {
		t.hour += 12
	} else if morning && t.hour == 12 {
		t.hour = 0
	}
	c.try(func() bool { t.zone = c.zone(); return t.zone != nil })
	return true
}

// fraction skips the fraction of a second.
func (c *cursor) fraction() {
	c.try(func() bool {
		if !c.take(".") && !c.take(",") {
			return false
		}
		_, ok := c.number(1, 9)
		return ok
	})
}

// zones are the names that dates carry, in seconds east of Greenwich. A name
// with two meanings has the one of RFC 2822 (CST) or, failing that, the one
// that feeds read from Japan use (IST: India).
var zones = map[string]int{
	"z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0,
	"jst": 9 * 3600, "kst": 9 * 3600, "hkt": 8 * 3600, "sgt": 8 * 3600, "pht": 8 * 3600, "awst": 8 * 3600,
	"wib": 7 * 3600, "ist": 5*3600 + 1800, "msk": 3 * 3600, "eet": 2 * 3600, "eest": 3 * 3600,
	"cet": 3600, "cest": 2 * 3600, "bst": 3600, "west": 3600,
	"est": -5 * 3600, "edt": -4 * 3600, "cst": -6 * 3600, "cdt": -5 * 3600,
	"mst": -7 * 3600, "mdt": -6 * 3600, "pst": -8 * 3600, "pdt": -7 * 3600,
	"acst": 9*3600 + 1800, "aest": 10 * 3600, "aedt": 11 * 3600, "nzst": 12 * 3600, "nzdt": 13 * 3600,
}

// zone reads Z, +09:00, +0900, GMT+9, JST, (JST); nil where the text goes on
// with something else.
func (c *cursor) zone() *time.Location {
	c.spaces()
	bracket := c.take("(")
	at := c.i
	name := c.word()
	seconds, known := zones[name]
	if name != "" && !known {
		return nil
	}
	if name == "" || seconds == 0 {
		if offset, ok := c.offset(name != ""); ok {
			seconds, known = offset, true
		}
	}
	if !known || c.i == at || bracket && !c.take(")") {
		return nil
	}
	return time.FixedZone("", seconds)
}

// offset reads +09:00, +0900, +09 and, behind GMT or UTC, +9.
func (c *cursor) offset(named bool) (seconds int, ok bool) {
	ok = c.try(func() bool {
		sign := 1
		switch {
		case c.take("+"):
		case c.take("-"):
			sign = -1
		default:
			return false
		}
		hour, minute := 0, 0
		if v, four := c.number(4, 4); four {
			hour, minute = v/100, v%100
		} else if v, two := c.number(2, 2); two {
			hour = v
			c.try(func() bool {
				if !c.take(":") {
					return false
				}
				v, ok := c.number(2, 2)
				minute = v
				return ok
			})
		} else if v, one := c.number(1, 1); one && named {
			hour = v
		} else {
			return false
		}
		seconds = sign * (hour*3600 + minute*60)
		return hour <= 14 && minute < 60
	})
	return seconds, ok
}
