package classifier

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// Where names of organisations end and how long one may be, in letters.
const maxName = 30

// nameRuneOf reports whether a name may hold r; hiragana ends a name, as do
// blanks, brackets and marks.
func nameRuneOf(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x30A1 && r <= 0x30FE || r == '々' || r == '〇' ||
		r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '&' || r == '-' || r == '.' || r == '・' || r == '\''
}

// nameRun returns the run of name letters that begins at i.
func nameRun(t []byte, i, end int32) span {
	s, letters := span{i, i}, 0
	for s.end < end && letters < maxName {
		if b := t[s.end]; b >= 0xE5 && b <= 0xE9 { // kanji, all of them
			s.end += 3
			letters++
			continue
		}
		r, n := letterAt(t[s.end:end])
		if !nameRuneOf(r) {
			break
		}
		s.end += int32(n)
		letters++
	}
	return s
}

// letterAt is utf8.DecodeRune for a folded text, which is valid and mostly of
// letters of three bytes.
func letterAt(t []byte) (rune, int) {
	if t[0] < utf8.RuneSelf {
		return rune(t[0]), 1
	}
	if t[0]&0xF0 == 0xE0 && len(t) >= 3 {
		return rune(t[0]&0x0F)<<12 | rune(t[1]&0x3F)<<6 | rune(t[2]&0x3F), 3
	}
	return utf8.DecodeRune(t)
}

// openers are what a sentence or an item may begin with before its subject.
var openers = newLexicon("また", "一方", "さらに", "更に", "なお", "このほか", "そのほか", "同じく", "このうち", "次に", "最後に", "続いて", "加えて", "ほかにも", "さて", "、", ",", " ", "・", "■", "●", "○", "◆", "◇", "□", "▼", "▽", "◎", "★", "☆", "→", "*", "-", "•", "※", "①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨", "▸", "【", "「", "『", "[", "(", ")", "]", "】")

// skipOpening passes conjunctions, bullets, numbers and dates at the head of a
// sentence.
func skipOpening(t []byte, i, end int32) int32 {
	for i < end {
		rest := t[i:end]
		if w := openers.at(rest); w >= 0 {
			i += int32(len(openers.words[w]))
			continue
		}
		if n := dateLength(rest); n > 0 {
			i += int32(n)
			continue
		}
		return i
	}
	return i
}

// dateLength measures a number with what makes it a date, a time or the number
// of an item: 7月5日には, 2022年, 14日, 3.; 0 where none begins.
func dateLength(t []byte) int {
	i := 0
	for i < len(t) && (t[i] >= '0' && t[i] <= '9' || i > 0 && (t[i] == '/' || t[i] == ':' || t[i] == '.' || t[i] == ')')) {
		i++
	}
	if i == 0 {
		return 0
	}
	dated := t[i-1] == '.' || t[i-1] == ')' || bytesAny(t[:i], '/', ':')
	if !dated {
		for _, w := range []string{"年", "月", "日", "時", "分", "件目", "事案目"} {
			if bytes.HasPrefix(t[i:], []byte(w)) {
				dated = true
				i += len(w)
				break
			}
		}
	}
	if !dated {
		return 0
	}
	for _, p := range []string{"には", "に", "の", "は", "頃", "ごろ", "夜", "朝"} {
		if bytes.HasPrefix(t[i:], []byte(p)) {
			return i + len(p)
		}
	}
	return i
}

func bytesAny(t []byte, any ...byte) bool {
	for _, b := range t {
		for _, a := range any {
			if a == b {
				return true
			}
		}
	}
	return false
}

// subjectParticles make what stands before them the subject of a sentence.
var subjectParticles = newLexicon("は", "が", "では", "でも", "も", "において", "の", "、", " ", "(", "「", "様", "さま", "で", "から", "に")

// leadingName returns the organisation that s begins with, and the particle
// after it.
func (r *reading) leadingName(p *page, s span) (span, string) {
	t := p.folded.text
	i := skipOpening(t, s.start, s.end)
	for hop := 0; hop < 4; hop++ {
		n := nameRun(t, i, s.end)
		if n.end == n.start {
			return span{}, ""
		}
		if isEnglish(t, n, s.end) {
			if name := r.englishSubject(p, i, s.end); name.end > name.start {
				return name, " "
			}
			return span{}, ""
		}
		particle := particleAt(t, n.end, s.end)
		leads := (particle == "の" || particle == " ") && r.leadsOn(p, n)
		if leads && particle == "の" {
			if name, after := r.nameAt(p, skipOpening(t, n.end+3, s.end), s.end); after != "" {
				return name, after
			}
		}
		if r.organisation(p, n) {
			return n, particle
		}
		if leads {
			i = skipOpening(t, n.end+int32(len(particle)), s.end)
			continue
		}
		return span{}, ""
	}
	return span{}, ""
}

// nameAt returns the organisation that begins at i, where a subject's particle
// follows it.
func (r *reading) nameAt(p *page, i, end int32) (span, string) {
	n := nameRun(p.folded.text, i, end)
	after := particleAt(p.folded.text, n.end, end)
	switch after {
	case "は", "が", "も", "でも", "では", "において":
		if n.end > n.start && r.organisation(p, n) {
			return n, after
		}
	}
	return span{}, ""
}

func particleAt(t []byte, i, end int32) string {
	if i == end {
		return "\n"
	}
	found := ""
	for _, w := range subjectParticles.beginnings(t[i:end]) {
		if w := subjectParticles.words[w]; len(w) > len(found) && bytes.HasPrefix(t[i:end], []byte(w)) {
			found = w
		}
	}
	return found
}

var tradesAndPlaces = newLexicon("メーカ", "大手", "企業", "会社", "業", "事業者", "市", "県", "都", "府", "区", "町", "部品", "機器", "製造", "医療", "金融", "流通", "小売", "教育", "自治体", "大学")

// leadsOn reports whether n is a trade or a place that only leads to a name:
// 化学品メーカーのダイセル.
func (r *reading) leadsOn(p *page, n span) bool {
	return tradesAndPlaces.ends(p.folded.text[n.start:n.end]) >= 0
}

// organisation reports whether the run n can be the name of an organisation:
// long enough, no word of the matter itself and no common noun.
func (r *reading) organisation(p *page, n span) bool {
	letters, solid := 0, 0
	for i := n.start; i < n.end; {
		c, w := utf8.DecodeRune(p.folded.text[i:n.end])
		letters++
		if c >= 0x4E00 || c >= 0x30A1 && c <= 0x30FA || c >= 'a' && c <= 'z' {
			solid++
		}
		i += int32(w)
	}
	if letters < 2 || solid < 2 {
		return false
	}
	if first := p.folded.text[n.start]; first >= '0' && first <= '9' {
		return false
	}
	k := &r.c.k
	if p.touchesAny(p.events, n) || p.touchesAny(p.data, n) {
		return false
	}
	// Common nouns in a row (顧客情報, 一部従業員) are one; beside anything else
	// they are part of a name (見本データ).
	covered := n.start
	for _, m := range p.from(k.notName, n.start) {
		if m.start > covered {
			break
		}
		if m.end <= n.end {
			covered = max(covered, m.end)
		}
	}
	return covered < n.end
}

// plainName strips the legal form, so that one organisation is known by both
// ways of writing it.
func plainName(t []byte) string {
	return strings.TrimSpace(legalForms.Replace(string(t)))
}

var legalForms = strings.NewReplacer("株式会社", "", "有限会社", "", "合同会社", "", "(株)", "", "(有)", "", "一般社団法人", "", "公益財団法人", "", "一般財団法人", "", "公益社団法人", "", "学校法人", "", "医療法人", "", "国立大学法人", "", "独立行政法人", "", "社会福祉法人", "")

// wholeName is n as printed, with the long vowel at its end that folding drops.
func (p *page) wholeName(n span) string {
	name := p.line(n)
	if strings.HasPrefix(p.orig[p.finish(int(n.end)):], "ー") {
		name += "ー"
	}
	return name
}

// touches reports whether a mark of kind lies partly or wholly in n.
func (p *page) touches(kind int, n span) bool {
	list := p.marks[kind]
	if len(list) == 0 || list[0].start >= n.end { // most often
		return false
	}
	before := len(list) - len(marksFrom(list, n.end))
	return list[before-1].end > n.start
}

// touchesAny reports whether a mark of one of kinds lies partly or wholly in n.
func (p *page) touchesAny(kinds []int, n span) bool {
	return slices.ContainsFunc(kinds, func(kind int) bool { return p.touches(kind, n) })
}

// inQuotation reports whether offset at stands in a quoted sentence, where
// somebody else is speaking; a short 「…」 only sets off a name or a word.
func (p *page) inQuotation(at int32) bool {
	const far, sentence = 600, 20 * 3
	t := p.folded.text[max(0, at-far):at]
	open := len(t) - 1
	for open >= 2 && !((t[open] == 0x8C || t[open] == 0x8D) && t[open-1] == 0x80 && t[open-2] == 0xE3) { // 「 or 」
		open--
	}
	if open < 2 || t[open] == 0x8D {
		return false
	}
	open -= 2
	end := bytes.Index(p.folded.text[at:min(len(p.folded.text), int(at)+far)], []byte("」"))
	return end < 0 || len(t)-open+end >= sentence
}
