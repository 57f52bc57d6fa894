package classifier

import (
	"bytes"
	"time"
	"unicode/utf8"
)

// moment is a date, or the begin or end of a period, as it stands in the text.
type moment struct {
	span
	year, month, day int // 0 where not told; day 0 is a month
	clock            string
	explicitYear     bool
	sent, clause     int32
	// to is the end of a period that this moment begins.
	to *moment
}

const maxMoments = 2000

var eras = []struct {
	name string
	base int
}{{"令和", 2018}, {"平成", 1988}, {"昭和", 1925}, {"r", 2018}, {"h", 1988}}

// dateStart are the bytes that a date may begin with: digits, the letters of
// months and of r8.11.3, and the first bytes of the eras.
var dateStart = func() (set [256]bool) {
	for _, b := range []byte("0123456789rhjfmasond\xE4\xE5\xE6") {
		set[b] = true
	}
	return set
}()

// eraAt reports whether an era begins at i; most letters share its first byte.
func eraAt(t []byte, i int) bool {
	if i+2 >= len(t) {
		return false
	}
	switch [3]byte{t[i], t[i+1], t[i+2]} {
	case [3]byte{0xE4, 0xBB, 0xA4}, [3]byte{0xE5, 0xB9, 0xB3}, [3]byte{0xE6, 0x98, 0xAD}: // 令 平 昭
		return true
	}
	return false
}

var englishMonths = newLexicon("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")

// readMoments finds the dates of the text and resolves their years: from the
// nearest date before that has one, else from the day of publication.
func (r *reading) readMoments() {
	r.whenSeen = r.whenSeen[:0]
	p := &r.text
	t := p.folded.text
	year, month := 0, 0
	if !r.n.Published.IsZero() {
		year, month = r.n.Published.In(tokyo).Year(), int(r.n.Published.In(tokyo).Month())
	}
	stated := 0
	last := moment{}
	for i := 0; i < len(t) && len(r.whenSeen) < maxMoments; {
		b := t[i]
		if !dateStart[b] || b >= 0x80 && !eraAt(t, i) {
			i++
			if b >= 0xE0 && b < 0xF0 {
				i += 2 // the rest of a letter
			}
			continue
		}
		m, ok := dateAt(t, i)
		if !ok {
			i++
			for b < 0x80 && i < len(t) && asciiWord(t[i]) {
				i++
			}
			continue
		}
		switch {
		case m.explicitYear:
			stated = m.year
		case m.month > 0 && stated > 0:
			m.year = stated
		case m.month > 0 && year > 0:
			m.year = year
			if m.month > month+1 {
				m.year--
			}
		case m.month == 0 && last.month > 0:
			m.year, m.month = last.year, last.month
		case m.month == 0 && year > 0:
			m.year, m.month = year, month
		}
		i = int(m.end)
		if m.month == 0 {
			continue
		}
		m.sent = int32(p.sentenceAt(m.start))
		m.clause = int32(p.clauseAt(int(m.sent), m.start))
		r.whenSeen = append(r.whenSeen, m)
		// A bound (8月21日以降) is not where the story stands.
		if !bound(t[m.end:]) || last.month == 0 {
			last = m
		}
	}
	r.joinPeriods()
}

func bound(t []byte) bool {
	for _, w := range []string{"以降", "以前", "以後", "まで", "より前", "から"} {
		if bytes.HasPrefix(t, []byte(w)) {
			return true
		}
	}
	return false
}

// maxJoin is how many bytes may stand between the two ends of a period.
const maxJoin = 24

// joinPeriods makes one period of two dates that ~ or から join.
func (r *reading) joinPeriods() {
	t := r.text.folded.text
	out := r.whenSeen[:0]
	for i := 0; i < len(r.whenSeen); i++ {
		m := r.whenSeen[i]
		if i+1 < len(r.whenSeen) {
			next := r.whenSeen[i+1]
			if next.start-m.end <= maxJoin && next.sent == m.sent && joins(string(t[m.end:next.start])) {
				m.to = &moment{span: next.span, year: next.year, month: next.month, day: next.day, clock: next.clock}
				m.end = next.end
				i++
			}
		}
		out = append(out, m)
	}
	r.whenSeen = out
}

func joins(gap string) bool {
	switch gap {
	case "~", " ~ ", "-", " - ", "から", "より", "から同", "~同", "から翌", " to ", " and ", "頃から", "ごろから", "から、", "~翌":
		return true
	}
	return containsAny(gap, "~") && len(gap) <= 12
}

// dateAt reads a date that begins at i.
func dateAt(t []byte, i int) (moment, bool) {
	b := t[i]
	if b >= 'a' && b <= 'z' {
		if i > 0 && asciiWord(t[i-1]) {
			return moment{}, false
		}
		if m, ok := englishDate(t, i); ok {
			return m, true
		}
		if b != 'r' && b != 'h' {
			return moment{}, false
		}
	} else if !(b >= '0' && b <= '9') && b != 0xE4 && b != 0xE5 && b != 0xE6 {
		return moment{}, false
	}
	if b >= '0' && b <= '9' && i > 0 && (asciiWord(t[i-1]) || t[i-1] == '.' || t[i-1] == ',' || t[i-1] == '/' || t[i-1] == '-') {
		return moment{}, false
	}
	m := moment{span: span{start: int32(i)}}
	j := i
	for _, e := range eras {
		if !hasPrefixAt(t, i, len(t), e.name) {
			continue
		}
		k := skipBlanks(t, i+len(e.name), len(t))
		n, k2 := shortNumber(t, k, 2)
		if k2 == k && hasPrefixAt(t, k, len(t), "元") {
			n, k2 = 1, k+len("元")
		}
		if k2 > k && (hasPrefixAt(t, k2, len(t), "年") || len(e.name) == 1 && k2 < len(t) && t[k2] == '.') {
			m.year, m.explicitYear = e.base+n, true
			j = k2 + 1
			if hasPrefixAt(t, k2, len(t), "年") {
				j = k2 + len("年")
			}
		}
		break
	}
	if m.year == 0 {
		if !(b >= '0' && b <= '9') {
			return moment{}, false
		}
		n, k := shortNumber(t, i, 4)
		switch {
		case k-i == 4 && n >= 1990 && n <= 2099 && hasPrefixAt(t, skipBlanks(t, k, len(t)), len(t), "年"):
			m.year, m.explicitYear = n, true
			j = skipBlanks(t, k, len(t)) + len("年")
		case k-i == 4 && n >= 1990 && n <= 2099 && k < len(t) && (t[k] == '/' || t[k] == '.' || t[k] == '-'):
			return slashed(t, m, n, k)
		}
	}
	return japaneseDate(t, m, j)
}

// japaneseDate reads M月D日, D日 or M/D from j on; m may have the year.
func japaneseDate(t []byte, m moment, j int) (moment, bool) {
	j = skipBlanks(t, j, len(t))
	n, k := shortNumber(t, j, 2)
	if k == j {
		return moment{}, false
	}
	k = skipBlanks(t, k, len(t))
	switch {
	case hasPrefixAt(t, k, len(t), "月") && n >= 1 && n <= 12:
		m.month = n
		k += len("月")
		m.end = int32(k)
		j = skipBlanks(t, k, len(t))
		if d, e := shortNumber(t, j, 2); e > j && d >= 1 && d <= 31 && hasPrefixAt(t, skipBlanks(t, e, len(t)), len(t), "日") {
			m.day = d
			m.end = int32(skipBlanks(t, e, len(t)) + len("日"))
		} else if !m.explicitYear && hasPrefixAt(t, k, len(t), "期") {
			return moment{}, false
		}
	case hasPrefixAt(t, k, len(t), "日") && !m.explicitYear && n >= 1 && n <= 31:
		if lasting(n, t[k+len("日"):]) {
			return moment{}, false
		}
		m.day = n
		m.end = int32(k + len("日"))
	case !m.explicitYear && k < len(t) && t[k] == '/' && n >= 1 && n <= 12:
		d, e := shortNumber(t, k+1, 2)
		if e == k+1 || d < 1 || d > 31 || e < len(t) && (asciiWord(t[e]) || t[e] == '/') {
			return moment{}, false
		}
		m.month, m.day = n, d
		m.end = int32(e)
	default:
		return moment{}, false
	}
	m.readClock(t)
	return m, true
}

var notDays = newLexicon("間", "以内", "以上", "後に", "後の", "後、", "前に", "前の", "前から", "目", "程度", "ほど", "も早", "でも早", "当たり", "あたり", "平均", "につき")

// lasting reports whether what follows n日 makes it a length of time or each day:
// 3日後に, 1日も早く, 1日2回. A clock (1日9時) does not.
func lasting(n int, t []byte) bool {
	if notDays.at(t) >= 0 {
		return true
	}
	_, digits := shortNumber(t, 0, 4)
	return n == 1 && digits > 0 && !hasPrefixAt(t, digits, len(t), "時") && !hasPrefixAt(t, digits, len(t), ":")
}

func slashed(t []byte, m moment, year, k int) (moment, bool) {
	sep := t[k]
	mon, e := shortNumber(t, k+1, 2)
	if e == k+1 || mon < 1 || mon > 12 {
		return moment{}, false
	}
	m.year, m.month, m.explicitYear = year, mon, true
	m.end = int32(e)
	if e < len(t) && t[e] == sep {
		if d, e2 := shortNumber(t, e+1, 2); e2 > e+1 && d >= 1 && d <= 31 {
			m.day = d
			m.end = int32(e2)
		}
	} else if sep != '/' {
		return moment{}, false
	}
	m.readClock(t)
	return m, true
}

func englishDate(t []byte, i int) (moment, bool) {
	n := englishMonths.at(t[i:])
	if n < 0 {
		return moment{}, false
	}
	name := englishMonths.words[n]
	j := i + len(name)
	if j >= len(t) || t[j] != ' ' {
		return moment{}, false
	}
	d, e := shortNumber(t, j+1, 4)
	m := moment{span: span{int32(i), int32(e)}, month: n + 1}
	switch {
	case e == j+1:
		return moment{}, false
	case e-j-1 == 4 && d >= 1990 && d <= 2099:
		m.year, m.explicitYear = d, true
		return m, true
	case d < 1 || d > 31:
		return moment{}, false
	}
	m.day = d
	if e+1 < len(t) && t[e] == ',' && t[e+1] == ' ' {
		if y, e2 := shortNumber(t, e+2, 4); e2 == e+6 && y >= 1990 && y <= 2099 {
			m.year, m.explicitYear, m.end = y, true, int32(e2)
		}
	}
	return m, true
}

// readClock reads 午後6時頃, 18時00分 or 18:00 after a date and its weekday.
func (m *moment) readClock(t []byte) {
	j := int(m.end)
	if j < len(t) && t[j] == '(' {
		if _, n := utf8.DecodeRune(t[j+1:]); j+1+n < len(t) && t[j+1+n] == ')' {
			j += n + 2
		}
	}
	j = skipBlanks(t, j, len(t))
	add, half := 0, false
	switch {
	case hasPrefixAt(t, j, len(t), "午前"):
		j, half = j+len("午前"), true
	case hasPrefixAt(t, j, len(t), "午後"):
		j, add, half = j+len("午後"), 12, true
	}
	h, e := shortNumber(t, j, 2)
	if e == j || h > 24 {
		return
	}
	min, end := 0, 0
	switch {
	case hasPrefixAt(t, e, len(t), "時"):
		end = e + len("時")
		if hasPrefixAt(t, end, len(t), "間") {
			return
		}
		if v, e2 := shortNumber(t, end, 2); e2 > end && hasPrefixAt(t, e2, len(t), "分") {
			min, end = v, e2+len("分")
		} else if hasPrefixAt(t, end, len(t), "半") {
			min, end = 30, end+len("半")
		}
	case e < len(t) && t[e] == ':':
		v, e2 := shortNumber(t, e+1, 2)
		if e2 != e+3 {
			return
		}
		min, end = v, e2
	default:
		return
	}
	if half && h < 12 {
		h += add
	}
	if h > 24 || min > 59 {
		return
	}
	m.clock = string(appendTwo(append(appendTwo(make([]byte, 0, len("15:04")), h), ':'), min))
	m.end = int32(end)
}

func shortNumber(t []byte, i, most int) (int, int) {
	n, j := 0, i
	for j < len(t) && j-i < most && t[j] >= '0' && t[j] <= '9' {
		n = n*10 + int(t[j]-'0')
		j++
	}
	if j < len(t) && t[j] >= '0' && t[j] <= '9' {
		return 0, i
	}
	return n, j
}

// iso writes the moment as breach.Date does.
func (m *moment) iso() string {
	out := make([]byte, 0, len("2006-01-02T15:04"))
	switch {
	case m.year > 0:
		if m.day > 0 && time.Date(m.year, time.Month(m.month), m.day, 0, 0, 0, 0, time.UTC).Day() != m.day {
			return ""
		}
		out = appendTwo(appendTwo(out, m.year/100), m.year%100)
	case m.day > 0:
		out = append(out, '-')
	default:
		return ""
	}
	out = appendTwo(append(out, '-'), m.month)
	if m.day > 0 {
		out = appendTwo(append(out, '-'), m.day)
		if m.clock != "" {
			out = append(append(out, 'T'), m.clock...)
		}
	}
	return string(out)
}

// appendTwo writes two digits.
func appendTwo(out []byte, n int) []byte { return append(out, byte('0'+n/10%10), byte('0'+n%10)) }
