package classifier

import (
	"bytes"
	"unicode/utf8"
)

// fieldEnds are the endings of words that name a field of a record. They are
// asked only of items of a list of data, where 学籍番号 and 減免の理由 need no
// rule of their own.
var fieldEnds = newLexicon(
	"番号", "コード", "id", "日", "日時", "期間", "額", "金額", "残高", "点数", "内容", "履歴", "歴", "状況", "区分", "種別", "等級", "結果",
	"理由", "成績", "構成", "年齢", "学年", "本文", "画像", "回答", "使用量", "記録", "関係", "続柄", "属性", "地域", "資格", "身長", "体重", "サイズ", "料金", "校名", "学科", "学部", "学科名", "クラス", "水量", "種類",
)

// generalItems are items that name no field: they stand for the whole list, or
// for data that the rules already know.
var generalItems = newLexicon("同じ", "カナ", "フリガナ", "ローマ字", "確認", "無関係", "処分", "勧告", "ふりがな", "個人情報", "お客様情報", "顧客情報", "会員情報", "当該", "以下", "対象", "上記", "下記", "本件", "同日", "当日", "翌日", "本日", "事案", "調査", "発覚", "漏えい", "流出", "公表", "万")

// maxItem bounds an item of a list in bytes.
const maxItem = 45

// listItem is an item of a list of data that no rule knows.
type listItem struct {
	whole, noun span
	text        []byte   // the noun, in its page
	beside      *dataHit // the nearest data
	// What the rules read of it. near: data touched stands right beside it. taken:
	// it names one more field.
	near, field, plain, joined, bare, and, general, figure, ends, behind, taken bool
}

// Items stand at most so many bytes from data: to be taken by the rules, and to be
// weighed at all.
const nearItem, farItem = 12, 24

// readItems reads the items of the sentences that hold data, in order, as many as
// are weighed.
func (r *reading) readItems(hits []dataHit) []listItem {
	items := r.items[:0]
	for i, j := 0, 0; i < len(hits) && len(items) < maxDataWeighed; i = j {
		for j = i + 1; j < len(hits) && hits[j].page == hits[i].page && hits[j].sent == hits[i].sent; j++ {
		}
		list := hits[i:j]
		p := list[0].page
		// Items beyond the known ones on either side still belong to the list.
		s := p.sentences[list[0].sent]
		from, to := s.start, min(s.end, list[len(list)-1].end+2*maxItem)
		eachItem(p.folded.text, from, to, func(whole span) bool {
			if it, ok := readItem(list, whole); ok {
				items = append(items, it)
			}
			return len(items) < maxDataWeighed
		})
	}
	r.items = items
	return items
}

// readItem reads an item of the sentence of hits; false where it is data that the
// rules know, or stands by none.
func readItem(hits []dataHit, whole span) (it listItem, ok bool) {
	p := hits[0].page
	far := int32(farItem + 1)
	for i := range hits {
		h := &hits[i]
		if h.start < whole.end && whole.start < h.end {
			if whole.start = afterAnd(p.folded.text, h.end, whole.end); whole.start < 0 {
				return it, false
			}
			it.and = true
		}
		gap := whole.start - h.end
		if whole.end <= h.start {
			gap = h.start - whole.end
		}
		if gap < 0 {
			continue
		}
		it.near = it.near || h.say == dataIn && gap <= nearItem
		if gap < far {
			it.beside, far = h, gap
		}
	}
	if it.beside == nil {
		return it, false
	}
	t := p.folded.text
	long := t[whole.start:min(whole.end, whole.start+4*maxItem)]
	inner := bytes.TrimLeft(long, " \n")
	at := whole.start + int32(len(long)-len(inner))
	raw := bytes.TrimRight(inner, " \n")
	text := trimItem(raw)
	if len(text) == 0 || len(text) > maxItem {
		return it, false
	}
	it.whole, it.noun, it.text = whole, span{at, at + int32(len(text))}, text
	it.field, it.plain, it.joined = namesField(text), plainNoun(text), joints.ends(t[:whole.start]) >= 0
	it.bare, it.ends, it.behind = len(text) == len(raw), endsList(raw[len(text):]), whole.start > hits[0].end
	it.general, it.figure = generalItems.in(text), text[0] >= '0' && text[0] <= '9'
	it.taken = it.near && !it.general && !it.figure && (it.field || it.plain && it.joined && (it.bare || it.behind && it.ends))
	return it, true
}

// afterAnd is where the item goes on that is joined to data ending at i by a
// particle: 氏名と評価額. It is -1 where none is.
func afterAnd(t []byte, i, end int32) int32 {
	for _, w := range []string{"と", "や"} {
		if n := i + int32(len(w)); n < end && string(t[i:n]) == w {
			return n
		}
	}
	return -1
}

// namesField reports whether an item ends like a field of a record.
func namesField(text []byte) bool {
	for _, i := range fieldEnds.ending(text) {
		e := fieldEnds.words[i]
		if e == "id" && len(text) > 2 && text[len(text)-3] >= 'a' && text[len(text)-3] <= 'z' {
			continue // the company said
		}
		if bytes.HasSuffix(text, []byte(e)) && (len(text) != len(e) || len(e) > 6 || e == "年齢" || e == "学年" || e == "成績") && !verbal.in(text) {
			return true
		}
	}
	return false
}

var (
	// verbal is in what is no noun.
	verbal = newLexicon("を", "が、", "した", "され")
	// joints join the items of a list.
	joints = newLexicon("、", "・", "と", "及び", "および", "並びに", "や", "(", ",", "/", ":")

	listPredicates    = newLexicon("など", "等", "といった", "の個人情報", "の情報", "です", "である", "であり", "のみ")
	notListPredicates = newLexicon("に", "を記", "を含")
	keptOrTaken       = newLexicon("流出", "漏", "含ま", "記載", "記さ", "載っ", "書かれ", "閲覧", "見られ", "表示", "盗", "取得", "窃取", "持ち出", "保存", "入って", "入った", "記録", "印字", "見え", "外部", "第三者", "対象", "渡", "残って", "知られ", "格納", "登録", "収め", "綴", "手書き", "付いて", "並ん", "並ぶ", "抜き", "抜か", "流れ", "該当", "写って", "映って", "写り", "映り", "伝え", "送ら", "送って", "売ら")
)

// endsList reports whether what follows an item is how a list of data goes on to
// its predicate, and not a clause of its own.
func endsList(after []byte) bool {
	if listPredicates.at(after) >= 0 {
		return true
	}
	return notListPredicates.at(after) < 0 && len(after) <= 4*maxItem/3 && keptOrTaken.in(after)
}

// notFieldEnds are the endings of nouns that are whoever or whatever has the
// data, and not data.
var notFieldEnds = newLexicon("様", "方", "者", "名", "人", "件", "社", "円", "日", "分", "台", "年", "月", "市", "町", "村", "県", "府", "省", "庁", "部", "課", "署", "室", "局", "会", "院", "所", "校", "園",
	"センタ", "サーバ", "システム", "パソコン", "端末", "サービス", "サイト", "本人", "ページ", "員", "患者", "生徒", "児童", "学生", "お客", "顧客", "家族", "保護者", "ファイル", "データ", "データベース", "フォルダ", "メモリ", "媒体", "書類", "全て", "すべて", "一部", "今回", "現在", "時点", "通", "枚", "冊", "箱", "以上", "以下", "未満", "程度", "情報", "個人", "組", "世帯", "回", "店", "銀行", "大学", "協会", "法人", "工場", "とおり", "次", "株式会社", "万", "千", "約", "計", "以降", "以前", "前後", "期間", "合計", "のみ", "うち", "一覧", "名簿", "リスト", "欄", "台帳", "申込書", "写し", "控え", "用紙", "番号", "カナ", "アドレス", "画像")

// plainNoun reports whether an item is a noun of few letters, which in a list of
// known data is one more of them: 器具の型番.
func plainNoun(text []byte) bool {
	if len(text) < 6 || len(text) > maxItem || notFieldEnds.ends(text) >= 0 {
		return false
	}
	for i := 0; i < len(text); {
		c, n := letterAt(text[i:])
		switch {
		case c < utf8.RuneSelf, c == '。', c == '※', c == '・', c == '●', c == '■', c == '「', c == '」':
			return false
		case c >= 'ぁ' && c <= 'ん':
			if c != 'の' && !(i == 0 && (c == 'お' || c == 'ご')) {
				return false
			}
		}
		i += n
	}
	return true
}

// eachItem calls f for the items of t[from:to], parted by commas, dots,
// brackets and conjunctions, until it returns false.
func eachItem(t []byte, from, to int32, f func(span) bool) {
	start := from
	for i := from; i < to; {
		n := separator(t[i:to])
		if n == 0 {
			_, w := letterAt(t[i:to])
			i += int32(w)
			continue
		}
		if i > start && !f(span{start, i}) {
			return
		}
		i += n
		start = i
	}
	if to > start {
		f(span{start, to})
	}
}

// separators part the items of a list.
var separators = newLexicon("、", "・", "及び", "および", "並びに", "ならびに", "または", "又は", "と、", "。", "「", "」", "のほか", "以外に", ",", "/", "(", ")", "\n", ":", ";")

// separator measures the separator that t begins with; 0 where none does.
func separator(t []byte) int32 {
	if w := separators.at(t); w >= 0 {
		return int32(len(separators.words[w]))
	}
	return 0
}

// behindNoun follows the noun of a list's last item.
var behindNoun = newLexicon("など", "等", "といった", "の個人情報", "の情報", "です", "である", "であり", "が", "は", "を", "に", "のみ", "も")

// trimItem cuts what follows the noun of a list's last item: など, の個人情報,
// です, が…. A word that the item begins with is part of it, wherever it comes again.
func trimItem(t []byte) []byte {
	own := behindNoun.at(t)
	for i := 0; i < len(t); {
		_, n := letterAt(t[i:])
		if w := behindNoun.at(t[i:]); w >= 0 && w != own {
			return t[:i]
		}
		i += n
	}
	return t
}
