package classifier

import (
	"bytes"
	"strings"
)

type unitKind int

const (
	unitOther unitKind = iota
	unitPeople
	unitRecords
	unitHouseholds
	unitAccounts
	unitOrganisations
	unitThings // sheets, letters: each stands for a person where nothing else is counted
)

var kindNames = [...]string{"nothing", "people", "records", "households", "accounts", "organisations", "things"}

type counter struct {
	word string
	kind unitKind
}

// units are the counters that figures are read with, the longer first where one
// begins another.
var units = []counter{
	{"人分", unitPeople}, {"名分", unitPeople}, {"名様", unitPeople}, {"人余り", unitPeople}, {"名余り", unitPeople},
	{"人", unitPeople}, {"名", unitPeople}, {"方分", unitPeople},
	{"件分", unitRecords}, {"件", unitRecords}, {"レコード", unitRecords}, {"口座", unitRecords}, {"契約分", unitRecords}, {"契約", unitRecords},
	{"世帯", unitHouseholds}, {"軒", unitHouseholds}, {"戸", unitHouseholds}, {"家庭", unitHouseholds}, {"家族", unitHouseholds}, {"アカウント", unitAccounts}, {"会員", unitAccounts}, {"id", unitAccounts},
	{"社", unitOrganisations}, {"団体", unitOrganisations}, {"事業所", unitOrganisations}, {"事業者", unitOrganisations}, {"組合", unitOrganisations}, {"か所", unitOrganisations}, {"施設", unitOrganisations}, {"法人", unitOrganisations}, {"校", unitOrganisations}, {"店舗", unitOrganisations}, {"店", unitOrganisations}, {"農場", unitOrganisations}, {"組織", unitOrganisations}, {"者(", unitPeople}, {"者", unitOrganisations},
	{"のお客様", unitPeople}, {"の利用者", unitPeople}, {"の会員", unitPeople}, {"のアカウント", unitAccounts}, {"のアドレス", unitRecords}, {"のメールアドレス", unitRecords},
	{"枚", unitThings}, {"通", unitThings}, {"組", unitThings}, {"先", unitThings}, {"票", unitThings}, {"部", unitThings}, {"冊", unitThings},
}

// notCounted are beginnings of other words after a unit: 3人組, 1名前, 2社員.
var notCounted = map[string]*lexicon{
	"人": newLexicon("組", "目", "称", "暮らし", "乗り", "部屋", "口", "用", "月"),
	"件": newLexicon("名"), "名": newLexicon("前", "義", "称", "刺", "証"), "社": newLexicon("員", "内", "会", "長"),
	"通": newLexicon("り", "常", "知", "信", "じ", "販", "学", "話", "過", "勤", "貨", "帳", "用", "告", "報"), "組": newLexicon("合", "織", "み", "込"),
	"枚": newLexicon("方", "数"), "先": newLexicon("月", "日", "週", "生", "般", "程", "ほど", "着", "行"), "部": newLexicon("分", "門", "署", "長", "品", "屋", "員", "会"),
	"契約": newLexicon("書", "者", "社員", "期間", "年"), "校": newLexicon("舎", "長", "庭"), "会員": newLexicon("制", "(無料", "(有料", "になる", "登録", "限定", "規約"), "票": newLexicon("差"),
	"戸": newLexicon("建", "棟", "別"), "者": newLexicon("協議", "間", "択一", "会談", "面談"), "組織": newLexicon("的", "犯"), "店": newLexicon("長", "員", "内", "頭", "名"), "冊": newLexicon("子"),
}

var unitWords = func() *lexicon {
	words := make([]string, len(units))
	for i, u := range units {
		words[i] = u.word
	}
	return newLexicon(words...)
}()

// roundedWords stand after a number or its counter.
var roundedWords = newLexicon("余り", "あまり", "超", "強", "弱", "以上", "ほど", "程度", "あまりの")

// unit reads the counter after a number.
func (r *reading) unit(p *page, f *figure) bool {
	t := p.folded.text
	j := int(f.numEnd)
	if w := roundedWords.at(t[j:]); w >= 0 {
		j += len(roundedWords.words[w])
		f.approx = true
	}
	k := skipBlanks(t, j, len(t))
	if k < len(t) && t[k] == '\n' && j == int(f.numEnd) && f.start > 0 && t[f.start-1] != '\n' { // a wrapped line
		k++
	}
	if i := unitWords.at(t[k:]); i >= 0 {
		u := units[i]
		end := k + len(u.word)
		if other := notCounted[u.word]; other != nil && other.at(t[end:]) >= 0 || u.word == "id" && asciiWordAt(t, end) ||
			u.word == "組" && strings.HasSuffix(string(t[max(0, f.start-3):f.start]), "年") {
			return false
		}
		f.unit, f.kind, f.end = strings.TrimSuffix(u.word, "("), u.kind, int32(end)
		if u.word == "者(" {
			f.end--
		}
		f.approx = f.approx || roundedWords.at(t[end:]) >= 0
		return true
	}
	if totalCell(t, f) {
		f.unit, f.kind, f.total = "合計", unitPeople, true
		return true
	}
	if r.numberOf(p, f) {
		return true
	}
	if f.numEnd > f.start && j < len(t) && t[j] != '-' && !dayOf(t, int(f.start)) {
		return r.englishUnit(p, f, k)
	}
	return false
}

// totalCell reports whether a figure without a counter ends a table's row of totals:
// 合計 24,917.
func totalCell(t []byte, f *figure) bool {
	if n := int(f.numEnd); n < len(t) && t[n] != '\n' {
		return false
	}
	head := bytes.TrimRight(t[max(0, f.start-24):f.start], " :")
	if totalNouns.ends(head) < 0 {
		return false
	}
	rows := t[max(0, f.start-300):f.start]
	return countedRows.in(rows) && !moneyRows.in(rows)
}

// What the rows above a total count, and what shows that they count money.
var (
	countedRows = newLexicon("名", "人", "件", "様", "員", "顧客", "患者", "学生", "退職者")
	moneyRows   = newLexicon("円", "売上", "費用", "損害額", "金額", "利益", "予算")
)
