package classifier

import (
	"bytes"
)

// leakSay is what one sentence says of a leak.
type leakSay int

const (
	sayNothing leakSay = iota
	sayAttributive
	sayInvestigating
	sayDenied
	saySuspected
	sayPast      // told as past, not as a finding
	sayConfirmed // found, confirmed, posted
)

// heading reports whether m stands in a heading or in the repeated title, which
// names the matter and states nothing.
func (r *reading) heading(m mark) bool {
	s := r.text.sentences[m.sent]
	if !s.line || s.end-s.start > 300 {
		return false
	}
	return headingWords.in(r.text.folded.text[s.start:s.end])
}

var (
	headingWords = newLexicon("お知らせ", "わび", "ご報告", "について", "に関する")
	possibly     = newLexicon("状態", "可能", "でき", "得る", "うる", "誰でも", "誰もが", "だれでも", "だれもが", "誰にでも", "どなたでも")
)

// couldBeSeen reports whether a viewing word tells of what others could do, not
// of what they did.
func (r *reading) couldBeSeen(p *page, m mark) bool {
	s := p.sentences[m.sent]
	if p.folded.text[m.start] < 0x80 {
		return openEnglish.at(p.folded.text[m.start:]) >= 0
	}
	return possibly.in(p.folded.text[m.start:min(s.end, m.end+18)])
}

// judgeLeak says what the sentence of the leak word m states.
func (r *reading) judgeLeak(p *page, m mark, kind int) leakSay {
	k := &r.c.k
	s := p.sentences[m.sent]
	clause := p.clauses[m.clause]
	rest := span{m.end, max(clause.end, m.end)}
	if p.has(k.background, span{s.start, m.start}) || r.inAftermath(p, m.sent) {
		return sayNothing
	}
	english := p.folded.text[m.start] < 0x80
	if english {
		rest = clause
	}
	written := false
	if english {
		says := r.englishClauseOf(p, m.clause)
		written = says.latin
		switch {
		case !written:
		case says.saidBefore:
			return sayNothing // what an earlier notice said
		case says.cannotTell:
			return saySuspected
		case kind == k.leakViewed && openEnglish.at(p.folded.text[m.start:]) >= 0:
			return r.couldSee(p, m, clause)
		}
	}
	if p.has(k.hypothetical, clause) && r.happened(p, m) {
		return saySuspected // カードを利用された場合、漏えいした可能性があります
	}
	if p.has(k.hypothetical, span{clause.start, m.start}) ||
		p.has(k.hypothetical, clause) && !p.has(k.found, clause) && !p.has(k.possible, rest) {
		return sayNothing
	}
	if r.earlier(p, m) || r.cause(p, m) {
		return sayNothing
	}
	if english && kind == k.leakNoun && !r.leakVerb(p, m) {
		if p.has(k.investigating, s.span) || bytes.HasSuffix(p.folded.text[s.start:m.start], []byte("any ")) && !p.has(k.negated, s.span) {
			return sayInvestigating // including any leak, is being examined
		}
		return r.englishNoun(p, clause)
	}
	if written {
		return r.englishPredicate(p, m, kind, clause)
	}
	say := r.predicate(p, m, rest, english)
	if say == sayNothing && rest.end < s.end && !english {
		say = r.predicate(p, m, span{m.end, s.end}, false)
		if say == sayDenied || say == sayInvestigating {
			say = sayNothing // another clause's predicate
		}
	}
	if say == sayNothing {
		if kind == k.leakDelivered {
			return sayConfirmed
		}
		if p.has(k.generic, s.span) && p.in == "text" {
			return sayNothing
		}
		return sayAttributive
	}
	if say == sayDenied && !english {
		switch {
		case presumed.at(p.folded.text[m.end:max(m.end, s.end)]) >= 0:
			return sayPast
		case further.in(p.folded.text[max(s.start, m.start-30):m.start]):
			return sayNothing
		}
	}
	if say >= sayPast && kind == k.leakNoun && !english {
		// 流出した情報は…含まれる: the leak is presumed there, not told.
		if r.attributive(p, m, rest) {
			return sayAttributive
		}
	}
	return say
}

var (
	// presumed follows a leak word that is taken for granted: 流出したのは氏名で、住所は含まれない.
	presumed = newLexicon("たのは", "したのは", "れたのは", "されたのは", "ていたのは", "していたのは", "されていたのは")
	// further is before a leak that is denied beside one that is known.
	further = newLexicon("新たな", "さらなる", "更なる", "追加の", "それ以上の", "これ以上の", "対策後", "措置後", "停止後")
)

// predicate reads what the words after the leak word m state.
func (r *reading) predicate(p *page, m mark, where span, english bool) leakSay {
	k := &r.c.k
	abuse, hasAbuse := p.first(k.abuse, where)
	if hasAbuse && coordinated(p.folded.text[where.start:abuse.start]) {
		hasAbuse = false // 漏えいや不正利用は…: one predicate for both
	}
	if hasAbuse {
		where.end = abuse.start
	}
	t := p.folded.text[where.start:where.end]
	neg, hasNeg := p.outside(k.negated, span{min(m.start, where.start), where.end}) // 漏れておりません: it begins within the word
	if hasNeg && ofItems.at(p.folded.text[neg.start:]) >= 0 {
		hasNeg = false // other data is no part of it
	}
	pos, hasPos := p.outside(k.possible, where)
	inv, hasInv := p.outside(k.investigating, where)
	_, gone := p.first(k.deniedPossible, where)
	if !english && (leftOpen.in(t) || !hasPos && askedOf.in(t)) || hasInv && !(hasNeg && neg.start < inv.start) && !hasPos {
		if p.heading(where) {
			return sayNothing // 情報流出の有無: the title of what follows
		}
		if doneWith.in(t) || bytes.Contains(t, []byte("監視")) {
			return sayNothing // over, or only watched from now on
		}
		return sayInvestigating
	}
	switch {
	case gone:
		return sayDenied
	case hasPos && hasInv && inv.start > pos.start && inv.start-pos.end < 60:
		if doneWith.in(t) {
			return sayNothing
		}
		return sayInvestigating
	case hasPos && hasNeg && neg.end <= pos.start && pos.start-neg.end < 12 && believed.at(p.folded.text[pos.start:]) >= 0:
		return sayDenied // 漏えいはないとみている
	case hasPos:
		return saySuspected
	case hasNeg:
		return sayDenied
	}
	if hasAbuse {
		return sayNothing
	}
	switch {
	case p.has(k.found, where):
		return sayConfirmed
	case p.has(k.past, where):
		return sayPast
	}
	return sayNothing
}

var (
	mayHave = newLexicon("may have", "might have", "could have been")
	ofPast  = newLexicon("した可能性", "された可能性", "した疑い", "されたおそれ", "したおそれ", "している可能性", "されている可能性")
)

// happened reports whether a possibility is of something past, which a condition
// before it does not make imagined.
func (r *reading) happened(p *page, m mark) bool {
	c := p.clauses[m.clause]
	if p.folded.text[m.start] < 0x80 {
		return mayHave.in(p.folded.text[c.start:c.end])
	}
	return ofPast.at(p.folded.text[m.end:min(max(m.end, c.end), m.end+36)]) >= 0
}

// heading reports whether where ends a line without a verb.
func (p *page) heading(where span) bool {
	t := p.folded.text[where.start:where.end]
	return len(t) < 30 && (bytes.HasSuffix(t, []byte("有無")) || bytes.HasSuffix(t, []byte("有無について"))) && p.sentences[p.sentenceAt(where.start)].line
}

// outside is the first mark of kind in where that no bracket opened there
// encloses; what stands in brackets is said of their own.
func (p *page) outside(kind int, where span) (mark, bool) {
	for _, m := range p.within(kind, where) {
		if !inBrackets(p.folded.text[where.start:m.start]) {
			return m, true
		}
	}
	return mark{}, false
}

var (
	// leftOpen follows a leak word where it is left open whether it happened.
	leftOpen = newLexicon("有無", "かどうか", "か否か", "なかったか", "ないか確認", "ないかを", "ないか調", "ないかどう", "ていないか", "されたか調", "されたか確認", "されたかについて", "したか調", "したか確認")
	// askedOf does so where no possibility is told beside it.
	askedOf = newLexicon("たかは", "たかに", "たかを", "たかの", "たかどう", "たか分", "たかわ", "たか、")
	// believed is a possibility that only says what is thought to be so.
	believed = newLexicon("とみ", "と見", "とみられ", "と思", "と推測", "模様", "もよう")
	// ofItems begins a negation that says of an item that it is none of the list.
	ofItems = newLexicon("含まれ", "対象外", "除く", "除き", "除いた", "以外")
	// doneWith tells of an examination that is over: 調査した結果….
	doneWith = newLexicon("した結果", "の結果", "したところ", "ましたが", "いたが", "ていましたが", "終え", "完了し")
)

// earlier reports whether the clause of m repeats what an earlier notice said,
// to correct it: 当初、漏えいの可能性があるとお知らせしておりましたが.
func (r *reading) earlier(p *page, m mark) bool {
	k := &r.c.k
	c := p.clauses[m.clause]
	s := p.sentences[m.sent]
	if tail := p.folded.text[m.end:max(m.end, s.end)]; len(tail) < 240 && saidThen.in(tail) && before.in(p.folded.text[max(s.start, m.start-240):m.start]) && !p.has(k.found, span{m.end, c.end}) {
		return true
	}
	return p.has(k.countSuperseded, span{m.end, c.end}) && (p.has(k.countPreliminary, span{s.start, m.start}) || c.end < s.end)
}

var (
	// saidThen follows what an earlier report said, before says which.
	saidThen = newLexicon("としておりました", "としていました", "としていた", "と言っていた", "とお知らせしておりました", "とお知らせしていました", "とお伝えしておりました", "とお伝えしていました", "をお伝えしておりました", "ご報告しておりました", "と公表していた", "と発表していた", "と公表しておりました", "と説明していた")
	before   = newLexicon("公表", "発表", "報で", "報から", "報まで", "報では", "報告", "当初", "前回", "先の", "先に", "時点")
)

// cause reports whether the leak word tells how the attackers came by a
// password or a key, of this or another service, not what they took with it.
func (r *reading) cause(p *page, m mark) bool {
	c := p.clauses[m.clause]
	head := p.folded.text[max(c.start, m.start-120):m.start]
	if elsewhere.in(head[max(0, len(head)-45):]) && (keys.in(head) || keys.in(p.folded.text[m.end:max(m.end, min(c.end, m.end+60))])) {
		return true
	}
	return ofKeys.ends(head) >= 0 && (bytes.Contains(head, []byte("原因")) || ofStaff.in(head) || causing.in(p.folded.text[m.end:max(m.end, c.end)]))
}

var (
	// A key, or an account's, that its staff gave away, or that others lost (elsewhere).
	keys      = newLexicon("パスワード", "認証情報", "ID", "id", "アカウント", "組み合わせ", "合言葉", "ログイン情報", "鍵", "password", "credential")
	ofStaff   = newLexicon("管理画面", "管理者", "管理用", "職員", "社員", "従業員", "担当", "保守", "技術者", "店長", "委託", "開発")
	causing   = newLexicon("ため、", "ため。", "ことが原因", "ことにより", "に悪用", "を悪用")
	elsewhere = newLexicon("他から", "よそ", "他のサービス", "別のサービス", "他社", "外部サイト", "外部のサイト", "別のサイト", "他のサイト", "他サイト", "過去に")
	ofKeys    = newLexicon("パスワードが", "パスワードの", "パスワードを", "パスワードは", "パスワード情報が", "パスワード情報の", "認証情報が", "認証情報の", "認証情報を", "アカウント情報が", "アカウント情報の", "アカウントが", "アカウントを", "ログイン情報が", "ログイン情報を", "合言葉が", "合言葉を", "鍵が", "鍵を", "管理者権限を", "トークンが", "トークンを", "暗証番号を")
)

// dataWords are in a sentence that speaks of data at all.
var dataWords = newLexicon("情報", "データ", "名簿", "アドレス", "ファイル", "メール", "data", "information")

var (
	joinsAbuse = newLexicon("や", "及び", "および", "・", "、", "または", "又は", "並びに", "ならびに")
	partsAbuse = newLexicon("情報の", "おらず", "ません", "ない")
)

// coordinated reports whether what stands between a leak word and a word of
// abuse joins the two.
func coordinated(gap []byte) bool { return len(gap) <= 36 && joinsAbuse.in(gap) && !partsAbuse.in(gap) }

// describing follows a leak word that only describes the noun after it.
var describing = newLexicon("した情報", "したデータ", "した個人", "した顧客", "した疑", "情報の", "情報は", "等に関", "に関する", "について", "した原因", "したお客様", "させてしまった", "していること", "してしまったこと", "した責任", "のお知らせ", "の件", "のお詫び", "のおわび", "事案", "事故", "の経緯", "の原因", "による", "等の件")

// attributive reports whether the leak word only describes the noun after it.
func (r *reading) attributive(p *page, m mark, rest span) bool {
	return describing.at(p.folded.text[m.end:min(rest.end, m.end+24)]) >= 0
}
