package classifier

import (
	"strconv"
	"unicode/utf8"

	"oshirase/breach"
)

// readReport reads the number of the report (第n報) and the stage.
func (f *facts) readReport(v *view) {
	k := &v.r.c.k
	no, on, where := 0, &v.r.text, span{}
	if v.title != nil {
		no, where = reportNumber(v.title.folded.text, 0, len(v.title.folded.text))
		on = v.title
	}
	if no == 0 && v.hi > v.lo {
		// The head of the text repeats the title; further down, other notices
		// are quoted.
		end := int(v.where.end)
		if v.title != nil {
			end = min(end, int(v.where.start)+reportHead)
		}
		no, where = reportNumber(v.r.text.folded.text, int(v.where.start), end)
		on = &v.r.text
	}
	if no > 0 {
		f.ReportNo = &no
		f.ev.add("report_no", on, where)
	}
	f.Stage = breach.StageFirst
	stage := func(kind int, s breach.Stage) bool {
		found := false
		v.each(kind, func(p *page, m mark) {
			if !found && !(p.in == "text" && v.r.repeated[m.sent]) {
				f.ev.add("stage", p, p.around(m))
				found = true
			}
		})
		if found {
			f.Stage = s
		}
		return found
	}
	if f.Stage == breach.StageFirst && stage(k.stageFinal, breach.StageFinal) {
		return
	}
	if stage(k.stageUpdate, breach.StageUpdate) {
		return
	}
	if no > 1 {
		f.Stage = breach.StageUpdate
	}
}

// reportHead is how far into a text the number of its own report may stand, in
// bytes, where the title has none.
const reportHead = 900

var kanjiDigit = map[rune]int{'〇': 0, '一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}

// reportNumber finds 第n報, n報 in brackets, or Report No. n in t[from:to].
func reportNumber(t []byte, from, to int) (int, span) {
	if to > len(t) {
		to = len(t)
	}
	for i := from; i < to; i++ {
		switch {
		case t[i] == 0xE7 && i+3 <= to && string(t[i:i+3]) == "第":
			j := skipBlanks(t, i+3, to)
			n, j := smallNumber(t, j, to)
			j = skipBlanks(t, j, to)
			if n > 0 && j+3 <= to && (string(t[j:j+3]) == "報" || string(t[j:j+3]) == "版") {
				if quotedEarlier(t, j+3, to) {
					continue
				}
				return n, span{int32(i), int32(j + 3)}
			}
		case t[i] == 'r' && hasPrefixAt(t, i, to, "report no"):
			j := i + len("report no")
			for j < to && (t[j] == '.' || t[j] == ' ') {
				j++
			}
			if n, j := smallNumber(t, j, to); n > 0 {
				return n, span{int32(i), int32(j)}
			}
		}
	}
	return 0, span{}
}

// quotedEarlier reports whether what follows a report's number tells that it
// was an earlier one, or one report of somebody else.
func quotedEarlier(t []byte, i, to int) bool {
	after := string(t[i:min(to, i+36)])
	return containsAny(after, "にて", "でお知らせ", "を既に", "がありま", "で公表", "を公表しました", "でご報告しま", "において", "から", "では", "時点で", "に引き続", "に続")
}

func hasPrefixAt(t []byte, i, to int, s string) bool {
	return i+len(s) <= to && string(t[i:i+len(s)]) == s
}

func skipBlanks(t []byte, i, to int) int {
	for i < to && t[i] == ' ' {
		i++
	}
	return i
}

// smallNumber reads one to two digits or kanji digits with 十.
func smallNumber(t []byte, i, to int) (int, int) {
	j := i
	for j < to && t[j] >= '0' && t[j] <= '9' && j-i < 3 {
		j++
	}
	if j > i {
		n, err := strconv.Atoi(string(t[i:j]))
		if err != nil || n > 99 {
			return 0, i
		}
		return n, j
	}
	total, digit, any := 0, 0, false
	for j < to && j-i < 12 {
		r, n := utf8.DecodeRune(t[j:to])
		if r == '十' {
			total += max(1, digit) * 10
			digit = 0
		} else if d, ok := kanjiDigit[r]; ok {
			digit = d
		} else {
			break
		}
		any = true
		j += n
	}
	if !any || total+digit > 99 {
		return 0, i
	}
	return total + digit, j
}
