package classifier

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// mention is a place of a sentence that may name an organisation or a service.
type mention struct {
	span
	before, after int32 // where what leads to it ends, and what follows begins
	incorporated  bool  // it has its legal form beside it
	quoted        bool
}

var (
	legalWords = newLexicon("株式会社", "有限会社", "合同会社", "合資会社", "一般社団法人", "一般財団法人", "公益社団法人", "公益財団法人", "社会福祉法人", "医療法人", "学校法人", "特定非営利活動法人", "npo法人", "税理士法人", "弁護士法人", "監査法人", "社会保険労務士法人", "独立行政法人", "国立大学法人", "公立大学法人", "協同組合", "(株)", "(有)")
	honorifics = newLexicon("様", "さま", "さん", "殿", "側", "社", "御中")

	// quotesOpen and quotesClose are the brackets that names stand in.
	quotesOpen  = newLexicon("「", "『", "“", `"`, "【")
	quotesClose = [...]string{"」", "』", "”", `"`, "】"}
	// noQuotedName is in brackets that hold no name.
	noQuotedName = newLexicon("。", "、", "を", "について", "に関する", "お知らせ", "可能性", "のある", "です", "ます", "した", "から", "ない", "が", "当社", "://", ".jp", ".com", ".example")
	leadsToAlias = newLexicon("以下", "以下、")
)

const maxQuoted = 22 * 3

// mentions lists what may be names in s: what stands in brackets, beside a
// legal form, or as a run of kanji, katakana and Latin letters. The list is valid
// until the next call.
func (r *reading) mentions(p *page, s span) []mention {
	t := p.folded.text
	out := r.named[:0]
	for i := s.start; i < s.end; {
		if t[i] == 0xE3 && t[i+1] == 0x81 { // hiragana, which no name begins with
			i += 3
			continue
		}
		letter := firstKey(t[i:s.end])
		if quotesOpen.mayBegin(letter) {
			if n, open := quotedAt(t, i, s.end); open > 0 {
				if n.end > n.start {
					if leadsToAlias.ends(t[s.start:i]) < 0 {
						out = append(out, mention{span: n, before: i, after: n.end + open, quoted: true, incorporated: legalWords.in(t[n.start:n.end])})
					}
					i = n.end + open
				} else {
					i += open
				}
				continue
			}
		}
		if w := legalWords.beginning(t[i:s.end], letter); w >= 0 {
			m := prefixed(t, i, i+int32(len(legalWords.words[w])), s.end)
			out, i = append(out, m), max(m.end, i+1)
			continue
		}
		run := nameRun(t, i, s.end)
		if run.end == run.start {
			_, n := letterAt(t[i:s.end])
			i += int32(n)
			continue
		}
		m := mention{span: run, before: run.start, after: run.end}
		if at := legalWords.index(t[run.start:run.end]); at >= 0 {
			w := run.start + int32(at)
			form := w + int32(len(legalWords.words[legalWords.at(t[w:run.end])]))
			m.end, m.after, m.incorporated = form, form, true
			if form < run.end && r.introduces(p, span{run.start, w}) {
				m = prefixed(t, w, form, s.end)
			}
		} else if bytes.HasPrefix(t[run.end:s.end], []byte("(株)")) {
			m.end, m.after, m.incorporated = run.end+5, run.end+5, true
		} else {
			m.start = r.pastRole(p, run)
			m.before = m.start
		}
		out, i = append(out, m), max(m.end, run.start+1)
	}
	out = r.kanaNames(out, p, s)
	for i := range out {
		out[i].after = afterName(t, out[i].after, s.end)
	}
	r.named = out
	return out
}

// quotedAt returns what the brackets that open at i hold, where that is short
// enough for a name, and the length of a bracket; 0 where none opens.
func quotedAt(t []byte, i, end int32) (span, int32) {
	q := quotesOpen.at(t[i:end])
	if q < 0 {
		return span{}, 0
	}
	n := int32(len(quotesOpen.words[q]))
	inner := t[i+n : min(end, i+n+maxQuoted)]
	at := bytes.Index(inner, []byte(quotesClose[q]))
	if at <= 0 || noQuotedName.in(inner[:at]) {
		return span{}, n
	}
	return span{i + n, i + n + int32(at)}, n
}

// prefixed is the name whose legal form stands from to to. Hiragana belongs to
// it at its head or after a single letter, where other letters follow:
// 株式会社つつじ振興, 株式会社旅とデータ研究所.
func prefixed(t []byte, from, to, end int32) mention {
	run := nameRun(t, to, end)
	e := run.end
	if utf8.RuneCount(t[run.start:run.end]) < 2 && noKanaName.at(t[e:end]) < 0 {
		kana := e
		for kana < end && kana-e < 8*3 {
			r, n := utf8.DecodeRune(t[kana:end])
			if r < 'ぁ' || r > 'ん' {
				break
			}
			kana += int32(n)
		}
		if more := nameRun(t, kana, end); kana > e && more.end > more.start {
			e = more.end
		} else if kana > e {
			e = beforeParticle(t, e, kana)
		}
	}
	return mention{span: span{from, e}, before: from, after: e, incorporated: true}
}

// noKanaName are particles that no name begins with behind its legal form.
var noKanaName = newLexicon("は", "で", "を")

// beforeParticle is where a name in hiragana ends before the particle that
// follows it.
func beforeParticle(t []byte, from, to int32) int32 {
	for i := from + 2*3; i < to; i += 3 {
		if particles.at(t[i:to]) >= 0 {
			return i
		}
	}
	return to
}

var particles = newLexicon("が", "は", "に", "の", "を", "で", "と", "へ", "から", "より", "も", "や")

// introduces reports whether n is what stands before a name without a
// particle: a role or a trade.
func (r *reading) introduces(p *page, n span) bool {
	return n.end == n.start || r.pastRole(p, n) > n.start || r.leadsOn(p, n)
}

// pastRole is where a run goes on after the role that it begins with:
// 委託先架空物流.
func (r *reading) pastRole(p *page, n span) int32 {
	at := n.start
	for _, m := range p.within(r.c.k.role, n) {
		if m.end <= n.end {
			at = max(at, m.end)
		}
	}
	return at
}

// afterName passes the brackets and the honorific that follow a name.
func afterName(t []byte, i, end int32) int32 {
	for range 3 {
		if w := honorifics.at(t[i:end]); w >= 0 {
			i += int32(len(honorifics.words[w]))
		}
		if i >= end || t[i] != '(' {
			return i
		}
		shut := bytes.IndexByte(t[i:min(end, i+150)], ')')
		if shut < 0 {
			return i
		}
		i += int32(shut) + 1
	}
	return i
}

// longVowel is the ー at the end of a printed word, which folding takes away.
func (p *page) longVowel(end int32) string {
	if strings.HasPrefix(p.orig[p.finish(int(end)):], "ー") {
		return "ー"
	}
	return ""
}

// soundsLikeName reports whether a bare run of letters is a name rather than a
// noun: it ends as organisations do, is called 〜社, or is foreign.
func (r *reading) soundsLikeName(p *page, n span) bool {
	t := p.folded.text
	if bytes.HasSuffix(t[n.start:n.end], []byte("会社")) || !r.organisation(p, n) {
		return false
	}
	if bytes.HasSuffix(t[n.start:n.end], []byte("社")) || bytes.HasPrefix(t[n.end:], []byte("社")) {
		return n.end-n.start >= 3*3
	}
	common := r.commonTail(p, n)
	for _, m := range p.within(r.c.k.orgSuffix, n) {
		if m.end == n.end && m.start >= n.start+2*3 && !common {
			return true
		}
	}
	return false
}

// tradeEnds are common nouns that names of companies end in as well.
var tradeEnds = newLexicon("システム", "データ", "情報", "メール", "サーバ", "印刷")

// namedByTrade reports whether n is a name before a common noun that tells its
// trade: 架空システム, ハナミズキ情報.
func (r *reading) namedByTrade(p *page, n span) bool {
	w := tradeEnds.ends(p.folded.text[n.start:n.end])
	if w < 0 {
		return false
	}
	n.end -= int32(len(tradeEnds.words[w]))
	return n.end-n.start >= 2*3 && r.foreign(p, n)
}

// minForeign is how many letters a foreign word has at least.
const minForeign = 3

// foreign reports whether n holds a word in katakana or Latin letters that is
// no common noun.
func (r *reading) foreign(p *page, n span) bool {
	t := p.folded.text
	for i := n.start; i < n.end; {
		from, letters := i, 0
		in := foreignScript(t[i:n.end])
		for i < n.end && foreignScript(t[i:n.end]) == in {
			_, size := letterAt(t[i:n.end])
			i += int32(size)
			letters++
		}
		if in != noScript && letters >= minForeign && !p.covered(r.c.k.commonWord, span{from, i}) {
			return r.organisation(p, n) && !r.commonTail(p, n)
		}
	}
	return false
}

func foreignScript(t []byte) script {
	switch r, _ := letterAt(t); {
	case r >= 'ァ' && r <= 'ヺ' || r == 'ー':
		return katakana
	case r >= 'a' && r <= 'z':
		return latin
	}
	return noScript
}

// covered reports whether marks of kind make up all of n.
func (p *page) covered(kind int, n span) bool {
	at := n.start
	for _, m := range p.within(kind, n) {
		if m.start <= at {
			at = max(at, m.end)
		}
	}
	return at >= n.end
}

// commonTail reports whether n is made of nouns for trades and services alone,
// or ends in such a service: 信託銀行, 予約管理システム.
func (r *reading) commonTail(p *page, n span) bool {
	covered := n.start
	for _, m := range p.within(r.c.k.orgSuffix, n) {
		if m.start <= covered {
			covered = max(covered, m.end)
		}
	}
	return covered == n.end || namesService(p.folded.text[n.start:n.end])
}

// namesService reports whether a noun ends in what a service is for and what it
// is: 予約管理システム, 業務用アプリ.
func namesService(noun []byte) bool {
	w := services.ends(noun)
	if w < 0 {
		return false
	}
	noun = bytes.TrimSuffix(noun, []byte(services.words[w]))
	return servedEnds.ends(noun) >= 0 || servedEnds.ends(bytes.TrimSuffix(noun, []byte("用"))) >= 0
}

var (
	services   = newLexicon("サービス", "システム", "クラウド", "センタ", "ツール", "ソフト", "サイト", "サーバ", "アプリ", "データ", "ネット", "メール", "カード")
	servedEnds = newLexicon("管理", "作成", "支援", "補助", "配信", "予約", "代行", "運営", "保守", "決済", "認証", "販売", "発送", "配送", "印刷", "検索", "提供", "採用", "応募", "連絡", "通知", "診療", "勤怠", "給与", "会計", "在庫", "物流", "受注", "受発注", "情報", "学習", "教育", "相談", "保育", "カルテ", "投票", "申請", "共有", "業務", "基幹", "会員", "顧客", "入力", "変換", "翻訳", "集計", "抽選", "型")
)
