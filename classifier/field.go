package classifier

import (
	"strings"
	"unicode/utf8"

	"oshirase/breach"
)

// fieldEnds are the endings of words that name a field of a record. They are
// asked only of items of a list of data, where 学籍番号 and 減免の理由 need no
// rule of their own.
var fieldEnds = []string{
	"番号", "コード", "id", "日", "日時", "期間", "額", "金額", "残高", "点数", "内容", "履歴", "歴", "状況", "区分", "種別", "等級", "結果",
	"理由", "成績", "構成", "年齢", "学年", "本文", "画像", "回答", "使用量", "記録", "関係", "続柄", "属性", "地域", "資格", "身長", "体重", "サイズ", "料金", "校名", "学科", "学部", "学科名", "クラス", "水量", "種類",
}

var fieldEndWords = newLexicon(fieldEnds...)

// generalItems are items that name no field: they stand for the whole list, or
// for data that the rules already know.
var generalItems = []string{"個人情報", "お客様情報", "顧客情報", "会員情報", "当該", "以下", "対象", "上記", "下記", "本件", "同日", "当日", "翌日", "本日", "事案", "調査", "発覚", "漏えい", "流出", "公表", "月", "年", "万"}

// maxItem bounds an item of a list in bytes.
const maxItem = 45

// otherField finds an item beside known data that names a field outside the
// vocabulary.
func (r *reading) otherField(hits []dataHit) (span, *page, bool) {
	for i := 0; i < len(hits); {
		j := i
		for j+1 < len(hits) && hits[j+1].page == hits[i].page && hits[j+1].sent == hits[i].sent {
			j++
		}
		if s, ok := otherItem(hits[i : j+1]); ok {
			return s, hits[i].page, true
		}
		i = j + 1
	}
	return span{}, nil, false
}

func otherItem(hits []dataHit) (span, bool) {
	known, kinds := 0, map[breach.DataType]bool{}
	for _, h := range hits {
		if h.say == dataIn {
			known++
			kinds[h.kind] = true
		}
	}
	if len(kinds) < 2 {
		return span{}, false
	}
	p := hits[0].page
	// One item beyond the known ones on either side still belongs to the list.
	s := p.sentences[hits[0].sent]
	from, to := s.start, min(s.end, hits[len(hits)-1].end+2*maxItem)
	found := span{}
	ok := false
	eachItem(p.folded.text, from, to, func(item span) bool {
		near := false
		for _, h := range hits {
			if h.start < item.end && item.start < h.end {
				return true // known
			}
			if h.say == dataIn && (h.end <= item.start && item.start-h.end <= 12 || item.end <= h.start && h.start-item.end <= 12) {
				near = true
			}
		}
		if !near {
			return true
		}
		text := trimItem(string(p.folded.text[item.start:min(item.end, item.start+4*maxItem)]))
		if text == "" || len(text) > maxItem || text[0] >= '0' && text[0] <= '9' || !fieldEndWords.mayEnd([]byte(text)) || containsAny(text, generalItems...) {
			return true
		}
		for _, e := range fieldEnds {
			if strings.HasSuffix(text, e) && (text != e || len(e) > 6 || e == "年齢" || e == "学年" || e == "成績") && !containsAny(text, "を", "が、", "した", "され") {
				found, ok = item, true
				return false
			}
		}
		return true
	})
	return found, ok
}

// eachItem calls f for the items of t[from:to], parted by commas, dots,
// brackets and conjunctions, until it returns false.
func eachItem(t []byte, from, to int32, f func(span) bool) {
	start := from
	for i := from; i <= to; {
		n := int32(0)
		if i < to {
			n = separator(t[i:to])
			if n == 0 {
				_, w := utf8.DecodeRune(t[i:to])
				i += int32(w)
				continue
			}
		}
		if i > start && !f(span{start, i}) {
			return
		}
		if i == to {
			return
		}
		i += n
		start = i
	}
}

var separators = newLexicon("、", "・", "及び", "および", "並びに", "ならびに", "または", "又は", "と、", "。", "「", "」", "のほか", "以外に")

func separator(t []byte) int32 {
	switch t[0] {
	case ',', '/', '(', ')', '\n', ':', ';':
		return 1
	case 0xE3, 0xE5, 0xE4: // the first bytes of separators
		if w := separators.at(t); w >= 0 {
			return int32(len(separators.words[w]))
		}
	}
	return 0
}

// trimItem cuts what follows the noun of a list's last item: など, の個人情報,
// です, が….
func trimItem(s string) string {
	s = strings.TrimSpace(s)
	for _, w := range []string{"など", "等", "といった", "の個人情報", "の情報", "です", "である", "であり", "が", "は", "を", "に", "のみ", "も"} {
		if i := strings.Index(s, w); i > 0 {
			s = s[:i]
		}
	}
	return s
}
