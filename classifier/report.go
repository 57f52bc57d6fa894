package classifier

import (
	"bytes"
	"regexp"
	"strconv"
	"unicode/utf8"

	"oshirase/breach"
)

// readReport reads the number of the report (第n報) and the stage.
func (f *facts) readReport(v *view) {
	no, on, where := 0, &v.r.text, span{}
	if v.title != nil {
		no, where = reportNumber(v.title, 0, int32(len(v.title.folded.text)), false)
		on = v.title
	}
	if no == 0 && v.title != nil {
		no, where = titleNumber(v.title)
	}
	if no == 0 && v.hi > v.lo {
		// The head of the text repeats the title; further down, other notices
		// are quoted.
		end := v.where.end
		if v.title != nil {
			end = min(end, v.where.start+reportHead)
		}
		no, where = reportNumber(&v.r.text, v.where.start, end, v.title == nil)
		on = &v.r.text
		if no == 0 && v.r.reportsOnOthers() {
			no, where = v.publishedNumber()
		}
	}
	if no > 0 {
		f.ReportNo = &no
		f.ev.add("report_no", on, where)
	}
	f.readStage(v, no)
}

const smallDigits = `([0-9]{1,2}|[一二三四五六七八九十]{1,3})`

// titleNumbers are other ways of numbering the notices of one matter in their
// titles: 続報その3, at the end (その2) or (2), 第2回報告, Update 3.
var titleNumbers = []struct {
	cue     *lexicon // the pattern needs one of these
	pattern *regexp.Regexp
}{
	{newLexicon("続報", "追報", "報告"), regexp.MustCompile(`(?:続報|追報|経過報告|報告)(?:その|第|no\.?|[ (・:-])*` + smallDigits + `(?:[)】 \]]|$)`)},
	{newLexicon("その"), regexp.MustCompile(`その ?` + smallDigits + `[)】\]]* *$`)},
	{newLexicon("(", "【", "["), regexp.MustCompile(`[(【\[](?:no\.? ?|#|続)?` + smallDigits + `[)】\]] *$`)},
	{newLexicon("第"), regexp.MustCompile(`第 ?` + smallDigits + ` ?(?:回|次|弾)? ?(?:の)?(?:報告|続報|ご報告|お知らせ|中間報告|経過報告)`)},
	{reportNouns, regexp.MustCompile(`\b(?:update|report|notice|follow-up|bulletin|announcement|statement|release) ?(?:no\. ?|number |#)?([0-9]{1,2})(?:[):\]]|$| ?-)`)},
	{newLexicon("st ", "nd ", "rd ", "th "), regexp.MustCompile(`\b([0-9]{1,2})(?:st|nd|rd|th) (?:report|notice|update|bulletin|announcement|statement|release|follow-up)`)},
}

var numeral = newLexicon("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")

func titleNumber(p *page) (int, span) {
	t := p.folded.text
	if !numeral.in(t) {
		return 0, span{}
	}
	for _, n := range titleNumbers {
		if !n.cue.in(t) {
			continue
		}
		m := n.pattern.FindSubmatchIndex(t)
		if m == nil || quoteOpen(t[:m[2]]) {
			continue
		}
		if n, _ := smallNumber(t, m[2], m[3]); n > 0 {
			return n, span{int32(m[2]), int32(m[3])}
		}
	}
	return 0, span{}
}

// anyReport is a numbered report, whoever's it is.
var anyReport = regexp.MustCompile(`第 ?` + smallDigits + ` ?報`)

// published is the number of the report that news tell of, in its head.
var published = regexp.MustCompile(`第 ?` + smallDigits + ` ?報(?:を(?:公表|発表|公開|出|掲載|まとめ)(?:し|いたし)?た?|として|で(?:、|明らか)|となる)`)

// publishedNumber is none where a later report is named too: the text then
// looks back on a series of them.
func (v *view) publishedNumber() (int, span) {
	from, t := int(v.where.start), v.r.text.folded.text[v.where.start:v.where.end]
	head := t[:min(len(t), reportHead)]
	m := published.FindSubmatchIndex(head)
	if m == nil {
		return 0, span{}
	}
	n, _ := smallNumber(head, m[2], m[3])
	for _, other := range anyReport.FindAllSubmatchIndex(t, -1) {
		if later, _ := smallNumber(t, other[2], other[3]); later > n {
			return 0, span{}
		}
	}
	return n, span{int32(from + m[2]), int32(from + m[3])}
}

// readStage tells whether the notice is the first of its matter, builds on an
// earlier one, or ends it.
func (f *facts) readStage(v *view, no int) {
	k := &v.r.c.k
	f.Stage = breach.StageFirst
	if f.PrimaryVector == breach.Insider && v.title != nil && containsAny(string(v.title.folded.text), "処分", "懲戒") {
		return // a disciplinary notice tells its matter once
	}
	for _, s := range []struct {
		kind  int
		stage breach.Stage
	}{{k.stageFinal, breach.StageFinal}, {k.stageUpdate, breach.StageUpdate}} {
		v.each(s.kind, func(p *page, m mark) {
			if p.in == "text" && (v.r.repeated[m.sent] || p.has(k.hypothetical, p.clauses[m.clause]) || p.has(k.background, span{p.sentences[m.sent].start, m.start})) {
				return
			}
			if f.Stage == breach.StageFirst {
				f.Stage = s.stage
			}
			if f.Stage == s.stage {
				f.ev.add("stage", p, p.around(m))
			}
		})
		if f.Stage != breach.StageFirst {
			return
		}
	}
	if no > 1 || v.questions() {
		f.Stage = breach.StageUpdate
	}
}

// questions reports whether the text is a page of questions and answers, which
// goes with a notice that came before.
func (v *view) questions() bool {
	t := v.r.text.folded.text[v.where.start:v.where.end]
	return len(t) > 3 && t[0] == 'q' && (t[1] == ' ' || t[1] == '.' || t[1] == ':' || t[1] >= '0' && t[1] <= '9')
}

// reportHead is how far into a text the number of its own report may stand, in
// bytes, where the title has none.
const reportHead = 900

func kanjiDigit(r rune) (int, bool) {
	switch r {
	case '〇':
		return 0, true
	case '一':
		return 1, true
	case '二':
		return 2, true
	case '三':
		return 3, true
	case '四':
		return 4, true
	case '五':
		return 5, true
	case '六':
		return 6, true
	case '七':
		return 7, true
	case '八':
		return 8, true
	case '九':
		return 9, true
	}
	return 0, false
}

// ordinals are the English numbers of reports.
var ordinals = []string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}

// numerals are the ordinals in figures.
var numerals = []string{"1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th"}

// reportNumber finds the number of the report itself in from to to: 第n報 or
// n報 in a heading or in brackets, Report No. n, or (Second Report). In a digest
// (told) the notice is spoken of, so its quoted title has the number.
func reportNumber(p *page, from, to int32, told bool) (int, span) {
	t := p.folded.text
	end := int(to)
	for i := int(from); i < end; i++ {
		n, j := 0, i
		switch b := t[i]; {
		case b == 0xE7 && hasPrefixAt(t, i, end, "第"):
			n, j = smallNumber(t, skipBlanks(t, i+3, end), end)
		case (b == '(' && !hasPrefixAt(t, i, end, "(no") || b == 0xE3 && t[i+1] == 0x80 && hasPrefixAt(t, i, end, "【")) && i+4 < end:
			n, j = smallNumber(t, i+1+2*int(b>>7), end)
		case b == 'r' && hasPrefixAt(t, i, end, "report "):
			if n, j := englishReport(t, i+len("report "), end); n > 0 {
				return n, span{int32(i), int32(j)}
			}
			if n, s := englishOrdinal(p, i, end); n > 0 && !quoteOpen(t[max(int(from), i-200):i]) {
				return n, s
			}
			continue
		case b == '(' && hasPrefixAt(t, i, end, "(no"):
			if n, j := englishReport(t, i+1, end); n > 0 && hasPrefixAt(t, j, end, ")") && !quoteOpen(t[max(int(from), i-200):i]) {
				return n, span{int32(i + 1), int32(j)}
			}
			continue
		case b >= 'a' && b <= 'u' && reportNouns.mayStart(t[i:]) && i > 2 && t[i-1] == ' ':
			if n, s := englishOrdinal(p, i, end); n > 0 && !quoteOpen(t[max(int(from), i-200):i]) {
				return n, s
			}
			continue
		default:
			if b >= 0xE0 {
				i += 2 // the rest of a letter
			}
			continue
		}
		j = skipBlanks(t, j, end)
		if n == 0 || !hasPrefixAt(t, j, end, "報") && !hasPrefixAt(t, j, end, "版") || hasPrefixAt(t, j+3, end, "告") {
			continue
		}
		j += 3
		if told && i >= 3 && (t[i-1] == '(' || hasPrefixAt(t, i-3, end, "【")) || p.ownNumber(int32(i), int32(j)) {
			return n, span{int32(i), int32(j)}
		}
	}
	return 0, span{}
}

// quoteOpen reports whether a quotation begins in t and does not end.
func quoteOpen(t []byte) bool {
	return lastIn(t, "「") > lastIn(t, "」") || bytes.Count(t, []byte(`"`))%2 == 1
}

func englishReport(t []byte, i, to int) (int, int) {
	for _, w := range []string{"no.", "no", "number", "#"} {
		if hasPrefixAt(t, i, to, w) {
			return smallNumber(t, skipBlanks(t, i+len(w), to), to)
		}
	}
	return 0, i
}

var reportNouns = newLexicon("report", "notice", "update", "announcement", "bulletin", "statement", "release", "follow-up")

// englishOrdinal reads Third Report, 2nd Notice and the like in a title or in
// brackets; i is where the noun begins. In running text it is an earlier one.
func englishOrdinal(p *page, i, to int) (int, span) {
	t := p.folded.text
	end := i
	for _, w := range reportNouns.words {
		if hasPrefixAt(t, i, to, w) && !asciiWordAt(t, i+len(w)) {
			end = i + len(w)
		}
	}
	if end == i || p.in != "title" && !hasPrefixAt(t, end, to, ")") {
		return 0, span{}
	}
	for k, w := range ordinals {
		for _, o := range []string{w, numerals[k]} {
			if s := i - 1 - len(o); s >= 0 && string(t[s:i-1]) == o && (s == 0 || !asciiWord(t[s-1])) {
				return k + 1, span{int32(s), int32(end)}
			}
		}
	}
	return 0, span{}
}

// ownNumber reports whether the number at i to j is the notice's own: in its
// title, in a heading, or set apart by brackets. In running text it is a number
// of an earlier report, or of a report made to somebody.
func (p *page) ownNumber(i, j int32) bool {
	t := p.folded.text
	if quotedEarlier(t, int(j), len(t)) {
		return false
	}
	if p.in == "title" {
		return true
	}
	s := p.sentences[p.sentenceAt(i)]
	before, after := t[s.start:i], t[j:min(s.end, j+30)]
	switch {
	case bytes.HasSuffix(before, []byte("(")) && bytes.HasPrefix(after, []byte(")")), bytes.HasSuffix(before, []byte("【")):
		return !quoteOpen(before)
	case s.line && len(before) < headingLine && !bytes.Contains(before, []byte("、")):
		return len(after) == 0 || !containsAny(string(after), "、", "を", "が", "は")
	}
	for _, w := range []string{"をお知らせ", "をご報告", "として", "となりま", "になりま", "です"} {
		if bytes.HasPrefix(after, []byte(w)) {
			return !bytes.Contains(after, []byte("した")) && containsAny(string(before), "本書", "本件", "本報", "今回", "本お知らせ", "以下", "次のとおり") || len(before) < 30 && !bytes.Contains(after, []byte("した"))
		}
	}
	return false
}

// quotedEarlier reports whether what follows a report's number tells that it
// was an earlier one, or one report of somebody else.
func quotedEarlier(t []byte, i, to int) bool {
	after := string(t[i:min(to, i+48)])
	return containsAny(after, "にて", "でお知らせ", "を既に", "がありま", "で公表", "を公表しました", "を公表いたしました", "でご報告しま", "でご報告いた", "において", "から", "では", "時点で", "に引き続", "に続", "」を公表", "」に", "」の", "」で", "以降", "までに", "のとおり", "の通り")
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
		} else if d, ok := kanjiDigit(r); ok {
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
