package classifier

import (
	"bytes"
	"unicode/utf8"
)

// deed is what an organisation other than the publisher did, or what was done to
// it, by the words that follow its noun: 印刷会社の機械で, 保守業者に連絡し.
type deed int

const (
	deedActs    deed = iota // 業者が
	deedTopic               // 業者は
	deedAt                  // 業者において
	deedStaff               // 業者の社員が
	deedPlace               // 業者のサーバーに
	deedFault               // 業者の設定の誤り
	deedBy                  // 業者による
	deedServes              // 業者が運営する
	deedAccount             // 業者のIDで
	deedOf                  // 業者の and anything else
	deedTells               // 業者から報告
	deedFrom                // 業者から
	deedSays                // 業者によると
	deedAsked               // 業者に調査を依頼
	deedGiven               // 業者に渡した
	deedToward              // 業者に
	deedThrough             // 業者を経由して
	deedDenied              // 業者ではなく, 業者を装い
	deedOther
	deeds
)

var deedNames = [deeds]string{
	deedActs: "acts", deedTopic: "as topic", deedAt: "as place", deedStaff: "by staff", deedPlace: "in its systems", deedFault: "by fault",
	deedBy: "as cause", deedServes: "serves", deedAccount: "by account", deedOf: "owns", deedTells: "tells", deedFrom: "as source", deedSays: "explains",
	deedAsked: "is asked", deedGiven: "is given", deedToward: "as aim", deedThrough: "as way", deedDenied: "is not meant", deedOther: "is named",
}

// guilty reports whether a deed is that of the one it happened at.
func (d deed) guilty() bool { return d <= deedBy }

// outcome is what the words after an organisation tell of.
type outcome int

const (
	nothingTold outcome = iota
	mended              // it looked, repaired or told
	wentWrong
	outcomes
)

var outcomeNames = [outcomes]string{"", ", mends", ", goes wrong"}

// bondKind is how a common noun is bound to the publisher: not, by its trade, or
// by what it does for it.
type bondKind int

const (
	anyOutsider bondKind = iota
	byNothing            // 業者
	byTrade              // 運送会社
	byWork               // 委託先, 封入を任せた業者
	bondKinds
)

var bondNames = [bondKinds]string{"outsider", "bare outsider", "outsider of a trade", "processor"}

// guiltySigns is where the signs of guilt begin among those of deeds.
const guiltySigns = int(bondKinds) * int(deeds) * int(outcomes)

// deedSet holds what is told of organisations that have a common noun for a name:
// bond, deed and outcome, then by bond whether one is guilty of what went wrong.
type deedSet [(guiltySigns + int(bondKinds) + 63) / 64]uint64

func (s *deedSet) add(i int)      { s[i>>6] |= 1 << (i & 63) }
func (s *deedSet) has(i int) bool { return s[i>>6]&(1<<(i&63)) != 0 }

func (s *deedSet) note(b bondKind, d deed, o outcome) {
	s.add((int(b)*int(deeds)+int(d))*int(outcomes) + int(o))
	if d.guilty() && o == wentWrong {
		s.add(guiltySigns + int(b))
	}
}

// deedSignals are the names of what the model learns from a deedSet.
func deedSignals() []string {
	var out []string
	for _, b := range bondNames {
		for _, d := range deedNames {
			for _, o := range outcomeNames {
				out = append(out, partySignal+b+" "+d+o)
			}
		}
	}
	for _, b := range bondNames {
		out = append(out, partySignal+b+" is guilty")
	}
	return out
}

// signal calls yield with the number, among deedSignals, of each that holds.
func (s *deedSet) signal(yield func(int)) {
	for i := range guiltySigns + int(bondKinds) {
		if s.has(i) {
			yield(i)
		}
	}
}

// maxOutsiders bounds how many nouns of a case are read.
const maxOutsiders = 120

// readDeeds reads what the text tells of organisations that it only calls by a
// common noun.
func (f *facts) readDeeds(v *view) {
	r, read := f.r, 0
	v.each(r.c.k.outsider, func(p *page, m mark) {
		if read++; read > maxOutsiders {
			return
		}
		s := p.sentences[m.sent].span
		d := r.deedAfter(p, m.end, s.end)
		o := r.outcomeAfter(p, m, s.end)
		f.deeds.note(anyOutsider, d, o)
		f.deeds.note(r.bondOf(p, s, m), d, o)
	})
}

// bondOf reads what stands before a common noun.
func (r *reading) bondOf(p *page, s span, m mark) bondKind {
	const nearBond = 3 * 14
	k, t := &r.c.k, p.folded.text
	where := span{max(s.start, m.start-nearBond), m.start}
	for _, kind := range [...]int{k.entrusts, k.serves, k.provides, k.uses} {
		if list := p.within(kind, where); len(list) > 0 && !notBetween.in(t[list[len(list)-1].end:m.start]) {
			return byWork
		}
	}
	for _, role := range p.within(k.role, span{max(s.start, m.start-3*6), m.end}) {
		if role.end == m.end {
			return byWork
		}
	}
	c, _ := utf8.DecodeLastRune(t[s.start:m.start])
	if c >= 0x4E00 && c <= 0x9FFF || c >= 0x30A1 && c <= 0x30FE {
		return byTrade
	}
	return byNothing
}

// What follows a common noun for an organisation.
var (
	sides       = newLexicon("側", "様", "さま", "さん", "の方", "など", "等", "各社", "担当")
	notMeant    = newLexicon("ではな", "ではあ", "ではご", "でもな", "とは関係", "に不審", "にも不審", "にもな", "になりすま", "を名乗", "と名乗", "を装", "をかた", "を騙")
	staffOfIt   = newLexicon("社員", "従業員", "職員", "従業者", "スタッフ", "担当者", "作業員", "運転手", "ドライバ", "配達員", "検針員", "調査員", "技術者", "オペレ", "アルバイト", "派遣", "店員", "店長", "営業", "係員", "技師", "要員", "代表", "責任者", "警備員", "相談員", "エンジニア", "パート")
	faultOfIt   = newLexicon("ミス", "誤", "不手際", "手違い", "設定", "不備", "不具合", "不調", "過失", "間違", "取り違え", "都合", "作業", "改修", "更新", "機械", "プログラム")
	accountOfIt = newLexicon("アカウント", "id", "認証情報", "パスワード", "管理者", "接続", "回線", "vpn", "権限", "鍵", "トークン")
	placedAt    = newLexicon("において", "におきまして", "における", "にて", "内で", "内の", "では", "で")
	explained   = newLexicon("によると", "によれば", "の説明", "の話", "に確認", "に確か")
	causedBy    = newLexicon("による", "により")
	asTopic     = newLexicon("は")
	wayThrough  = newLexicon("を経由", "経由", "を通じ", "を介し", "を踏み台")
	asking      = newLexicon("調査", "依頼", "確認", "相談", "連絡", "問合せ", "要請", "求め", "指導", "申し入れ", "指示", "尋ね", "聞")
	giving      = newLexicon("渡", "預け", "送", "提供", "委託", "任せ", "引き", "発注", "頼", "届け", "開示", "共有")
	goneWrong   = newLexicon("誤", "忘れ", "漏", "紛失", "設定", "持ち出", "持ち帰", "落と", "落ち", "撮影", "書き込", "せず", "まま", "取り違", "盗", "侵入", "感染", "攻撃", "被害", "不正", "暗号化", "流出", "売", "渡し", "ミス", "原因", "改ざん", "なくし", "なくなっ", "見つかって", "所在", "行方", "ずれ", "入れ替", "閲覧", "投稿", "公開", "障害", "怠", "だまされ", "応じ", "奪")
	mending     = newLexicon("確認", "調査", "調べ", "解析", "気付", "気づ", "検知", "発見", "復旧", "遮断", "駆除", "修正", "通報", "連絡", "対応", "再構築", "交換", "点検", "回収", "説明", "指摘", "見つけ", "直し", "直した", "止め", "通知", "知らせ")
)

// deedAfter reads the words from at to the end of the sentence.
func (r *reading) deedAfter(p *page, at, end int32) deed {
	k, t := &r.c.k, p.folded.text
	at = pastSides(t, at, end)
	rest := t[at:end]
	within := func(letters int) []byte { return rest[:min(len(rest), 3*letters)] }
	switch {
	case notMeant.in(within(12)):
		return deedDenied
	case (asSubject.at(rest) >= 0 || placedAt.at(rest) >= 0) && r.serves(p, at, end):
		return deedServes
	case explained.at(rest) >= 0:
		return deedSays
	case ofIt.at(rest) >= 0:
		switch {
		case accountOfIt.in(within(15)):
			return deedAccount
		case staffOfIt.in(within(9)):
			return deedStaff
		case faultOfIt.in(within(11)):
			return deedFault
		case p.has(k.place, span{at, min(end, at+3*20)}):
			return deedPlace
		}
		return deedOf
	case wayThrough.at(rest) >= 0:
		return deedThrough
	case causedBy.at(rest) >= 0:
		return deedBy
	case asSubject.at(rest) >= 0:
		return deedActs
	case asTopic.at(rest) >= 0:
		return deedTopic
	case placedAt.at(rest) >= 0:
		return deedAt
	case comingFrom.at(rest) >= 0:
		if p.has(k.told, span{at, end}) {
			return deedTells
		}
		return deedFrom
	case toward.at(rest) >= 0:
		switch {
		case asking.in(within(12)):
			return deedAsked
		case giving.in(within(20)):
			return deedGiven
		}
		return deedToward
	}
	return deedOther
}

// pastSides passes what may stand between an organisation and its particle.
func pastSides(t []byte, at, end int32) int32 {
	for range 3 {
		if w := sides.at(t[at:end]); w >= 0 {
			at += int32(len(sides.words[w]))
		} else if at < end && t[at] == '(' {
			shut := bytes.IndexByte(t[at:min(end, at+3*20)], ')')
			if shut < 0 {
				return at
			}
			at += int32(shut) + 1
		}
	}
	return at
}

// serves reports whether the verb that follows is one of somebody's work.
func (r *reading) serves(p *page, at, end int32) bool {
	where := span{at, min(end, at+3*24)}
	return p.has(r.c.k.serves, where) || p.has(r.c.k.provides, where)
}

// outcomeAfter reads what the words behind m tell of, its own clause first.
func (r *reading) outcomeAfter(p *page, m mark, end int32) outcome {
	const far = 3 * 60
	end = min(end, m.end+far)
	clause := p.folded.text[m.end:max(m.end, min(end, p.clauses[m.clause].end))]
	switch {
	case goneWrong.in(clause):
		return wentWrong
	case mending.in(clause):
		return mended
	case p.hasAny(p.events, span{m.end, end}):
		return wentWrong
	}
	return nothingTold
}
