package classifier

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// How far into a sentence its subject is looked for, in bytes, and among how many
// nouns with a subject's particle.
const maxSubject, maxTopics = 300, 5

// actor names the organisation that sentence i of p tells of as its subject, in the
// third person: 化学商社、架空ケミカルスは19日、…と発表した。 It is empty where none is named:
// where people, things, places or the publisher itself are the subject.
func (r *reading) actor(p *page, i int) string {
	s := p.sentences[i].span
	if !r.incidentIn(i, i+1) && !tellsPublicly.in(p.folded.text[s.start:s.end]) {
		return ""
	}
	t := p.folded.text[s.start:min(s.end, s.start+maxSubject)]
	if t[0] < utf8.RuneSelf {
		if n := nameRun(t, 0, int32(len(t))); isEnglish(t, n, int32(len(t))) {
			if name := r.englishSubject(p, s.start, s.end); name.end > name.start {
				return p.line(name)
			}
			return ""
		}
	}
	for at, topics := 0, 0; topics < maxTopics; topics++ {
		n := topicAt(t[at:])
		if n < 0 {
			break
		}
		at += n
		if name := r.properName(p, p.nameBefore(s.start, s.start+int32(at)), p.folded.text[s.start+int32(at):s.end]); name != "" {
			return name
		}
		at += len("は")
	}
	return r.actorAt(p, i)
}

// actorAt names the organisation at the head of sentence i, where something
// happened at it or to what it has: 架空ロジでランサムウェアの被害が続き.
func (r *reading) actorAt(p *page, i int) string {
	s := p.sentences[i].span
	name, particle := r.leadingName(p, s)
	switch particle {
	case "で", "では", "でも", "も", "の", "において":
		return r.properName(p, name, p.folded.text[name.end:s.end])
	}
	return ""
}

// tellsPublicly are words of those who report of an organisation.
var tellsPublicly = newLexicon("発表", "公表", "明らかに", "謝罪", "陳謝", "が分かった", "がわかった", "判明", "announced", "said", "disclosed")

// topicAt is where the first は or が of t stands, -1 where there is none.
func topicAt(t []byte) int {
	ha, ga := bytes.Index(t, []byte("は")), bytes.Index(t, []byte("が"))
	if ha < 0 || ga >= 0 && ga < ha {
		return ga
	}
	return ha
}

// nameBefore is the run of name letters, or what stands in quotation marks, before
// the particle at end, without a bracket between.
func (p *page) nameBefore(start, end int32) span {
	t := p.folded.text
	if end > start && t[end-1] == ')' {
		open := bytes.LastIndexByte(t[start:end], '(')
		if open < 0 {
			return span{}
		}
		end = start + int32(open)
	}
	if head, ok := bytes.CutSuffix(t[start:end], []byte("」")); ok {
		open := bytes.LastIndex(head, []byte("「"))
		if open < 0 {
			return span{}
		}
		return span{start + int32(open+len("「")), start + int32(len(head))}
	}
	n := span{end, end}
	for n.start > start {
		c, size := utf8.DecodeLastRune(t[start:n.start])
		if latin := c == ' ' && n.start-start > 1 && n.start < end && asciiWord(t[n.start]) && asciiWord(t[n.start-2]); !latin && !nameRuneOf(c) {
			break // Mihon Foods株式会社 is one name
		}
		n.start -= int32(size)
	}
	return n
}

// properName is n as printed where it is the name of an organisation and no noun:
// by its form, by the kind of body that it ends with, or, where the sentence reports of
// it, by the script of a brand or a date right behind it, which is enough where nobody
// is known to publish the text. after is what follows it.
func (r *reading) properName(p *page, n span, after []byte) string {
	if n.end-n.start < 6 || n.end-n.start > 3*maxName || !r.organisation(p, n) {
		return ""
	}
	name := trimName(p.wholeName(n))
	folded := p.folded.text[n.start:n.end]
	if nobody.MatchString(name) {
		return ""
	}
	if forms.at(folded) >= 0 || companyForms.ends(folded) >= 0 {
		return name
	}
	if !isName(name) || noActors.ends(folded) >= 0 || ownBodies.at(folded) >= 0 || generic(folded) {
		return ""
	}
	rest := bytes.TrimPrefix(after, []byte("は"))
	rest = bytes.TrimPrefix(rest, []byte("、"))
	dated := len(rest) < len(after) && len(rest) > 0 && rest[0] >= '0' && rest[0] <= '9'
	told := tellsPublicly.in(after)
	topic := bytes.HasPrefix(after, []byte("は"))
	if bodies.ends(folded) >= 0 || (brand(name) || topic && trades.ends(folded) >= 0) && told || dated && (told || r.n.Publisher.Name == "") {
		return name
	}
	return ""
}

// brand reports whether a name has a run of katakana or Latin capitals of some length,
// as names that were made up for a firm.
func brand(name string) bool {
	run, longest := 0, 0
	for _, c := range name {
		if unicode.In(c, unicode.Katakana) || c == 'ー' || c < utf8.RuneSelf && unicode.IsUpper(c) {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest >= 4
}

// generic reports whether a name is a kind of body alone: 市民病院, 県教育委員会, 水道局.
func generic(t []byte) bool {
	for again := true; again; {
		again = false
		if w := owners.at(t); w >= 0 && len(owners.words[w]) < len(t) {
			t, again = t[len(owners.words[w]):], true
		}
	}
	for _, kinds := range []*lexicon{bodies, trades} {
		if w := kinds.ends(t); w >= 0 && len(kinds.words[w]) == len(t) {
			return true
		}
	}
	return false
}

var (
	// bodies are what names of organisations begin or end with, the longer first
	// where one ends the other.
	bodies = newLexicon("法人", "(株)", "(有)", "教育委員会", "教委", "観光協会", "協会", "社会福祉協議会", "協議会", "連合会", "連盟", "振興会", "商工会", "会議所", "学会", "後援会", "生協", "農協", "組合", "信用金庫", "信金", "信組", "銀行", "証券", "大学院", "大学", "短大", "高校", "高等学校", "中学校", "小学校", "特別支援学校", "専門学校", "学校", "学園", "学院", "幼稚園", "保育園", "保育所", "こども園", "病院", "医院", "クリニック", "診療所", "薬局", "図書館", "博物館", "美術館", "資料館", "体育館", "公民館", "水族館", "動物園", "消防本部", "消防局", "消防署", "警察署", "警察", "水道局", "交通局", "教育局", "税務署", "保健所", "市役所", "役場", "市", "町", "村", "県", "区", "府", "都", "庁", "省", "局", "機構", "財団", "公社", "公団", "基金", "ホールディングス", "hd", "商店", "書店", "新聞社", "出版社", "製作所", "工務店", "研究所", "総研", "神社")
	// trades end names, and nouns for things as well: where the sentence reports of
	// what は follows, they end a name.
	trades = newLexicon("酒造", "醸造", "製紙", "製鉄", "製粉", "製麺", "製菓", "製油", "交易", "貿易", "物産", "水産", "農園", "牧場", "鉄道", "電鉄", "バス", "交通", "航空", "海運", "放送", "テレビ", "ホテル", "旅館", "グループ", "屋", "堂", "社", "印刷", "商事", "工業", "物流", "運輸", "運送", "産業", "商会", "通信", "電機", "電子", "製薬", "薬品", "食品", "建設", "不動産", "信託", "保険", "倉庫", "警備", "企画", "設計", "計測", "精機", "精工", "技研", "化学", "金属", "興業", "興産", "林業", "急行", "鉄工", "紡績", "電力", "ガス", "石油", "自動車", "機械", "寺", "園", "館", "塾", "店", "センタ", "委員会")
	// forms begin names, companyForms end them.
	companyForms = newLexicon("株式会社", "有限会社", "合同会社")
	forms        = newLexicon("株式会社", "有限会社", "合同会社", "一般社団法人", "一般財団法人", "公益社団法人", "公益財団法人", "社会福祉法人", "医療法人", "学校法人", "国立大学法人", "独立行政法人", "npo法人", "(株)", "(有)")
	// owners stand before a kind of body and do not name it.
	owners = newLexicon("市立", "町立", "村立", "県立", "区立", "都立", "府立", "道立", "国立", "公立", "私立", "市民", "町民", "県民", "市", "町", "村", "県", "区", "府", "都", "道", "国", "同", "元", "地元", "総合", "中央", "本", "検証", "調査", "第三者", "データ", "給食", "共同", "保健福祉", "外部", "特別", "会", "大手", "老舗", "専門", "民間", "地方", "独立行政")
	// ownBodies begin what the publisher calls itself and what is told again.
	ownBodies = newLexicon("当", "本会", "本校", "本学", "本院", "弊", "同", "両", "各", "他", "第", "約", "計", "延べ", "うち", "一部", "全")
	// noActors end what is no organisation: people, days, things and deeds.
	noActors = newLexicon("者", "員", "師", "士", "長", "官", "生", "人", "客", "様", "氏", "児", "徒", "頭", "方", "子", "隊", "班", "係", "課", "部", "室", "職", "日", "月", "年", "時", "分", "件", "名", "サイト", "システム", "サーバ", "ページ", "アカウント", "アプリ", "メール", "画面", "端末", "装置", "機器", "製品", "内", "上", "中", "先", "元", "側", "間", "前", "後", "書", "票", "表", "簿", "証", "報", "金", "費", "料", "額", "数", "量", "率", "点", "性", "的", "化", "力", "法", "策", "案", "題", "因", "果", "響", "況", "歩", "況", "版", "了", "例", "産", "問", "覧", "帳", "こと", "会社", "発表会", "事務局", "フィッシング", "ハッカーグループ", "攻撃グループ", "業務", "作業", "期間", "経路", "手口", "被害", "侵入", "流出", "停止", "出荷", "受注", "発送", "配送", "予約", "申込", "開催", "操作", "理由", "結論", "ツール", "スタッフ", "プレイヤ", "アルバイト", "ドライバ", "オーナ", "メーカ", "ユーザ", "メンバ", "アンケート", "キャンペーン", "イベント", "セミナ", "ラリ", "サービス", "住宅", "商品", "名札", "封筒", "会場", "庁舎", "大会")
)
