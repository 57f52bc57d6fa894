package classifier

import (
	"bytes"
	"math"
	"strings"

	"oshirase/breach"
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

// readLeak reads the leak status: every leak word is judged by the predicate
// that follows it in its clause, else in its sentence, and the statements are
// then weighed against each other.
func (f *facts) readLeak(v *view) {
	r, k := v.r, &v.r.c.k
	var said [sayConfirmed + 1]int
	var at [sayConfirmed + 1]mark
	var on [sayConfirmed + 1]*page
	note := func(p *page, m mark, s leakSay) {
		if s == sayNothing {
			return
		}
		if said[s] == 0 {
			at[s], on[s] = m, p
		}
		said[s]++
	}
	fraud := f.PrimaryVector == breach.Phishing && v.any(k.deceit)
	left := false // something is said of data leaving, beyond being looked at
	titleSay := sayNothing
	weak := 0      // of the suspected, those that only describe a noun
	fresh := false // the newest of pasted reports speaks of the leak itself
	if r.older < math.MaxInt32 {
		for _, kind := range []int{k.leakNoun, k.leakAct, k.leakViewed, k.leakDelivered} {
			for _, m := range v.in(kind) {
				fresh = fresh || m.start < r.older && r.judgeLeak(&r.text, m, kind) > sayAttributive
			}
		}
	}
	claims := 0 // what the attackers boast of
	couldSee, seen, seenOn := 0, mark{}, &r.text
	for _, kind := range []int{k.leakNoun, k.leakAct, k.leakViewed, k.leakDelivered} {
		v.each(kind, func(p *page, m mark) {
			if p.in == "text" && (r.repeated[m.sent] || fresh && m.start >= r.older) {
				return
			}
			s := r.judgeLeak(p, m, kind)
			if s == saySuspected && p.in == "text" && bytes.HasPrefix(p.folded.text[m.end:], []byte("した可能性のある")) {
				weak++
			}
			if p.in == "text" && s >= sayPast && r.heading(m) {
				s = sayAttributive
			}
			if s >= sayPast && p.in == "text" && r.claimed(p, m) {
				claims++
				return
			}
			if s >= sayPast && kind == k.leakViewed && r.couldBeSeen(p, m) {
				couldSee++
				if couldSee == 1 {
					seen, seenOn = m, p
				}
				return
			}
			if s >= sayPast && kind == k.leakAct && f.PrimaryVector == breach.LostOrStolen {
				return // taking the medium out of the house is how it got lost
			}
			if fraud && !dataWord(string(p.folded.text[p.sentences[m.sent].start:p.sentences[m.sent].end])) {
				return // it was money that flowed out
			}
			if kind != k.leakViewed && s > sayAttributive {
				left = true
			}
			if p.in == "title" {
				titleSay = max(titleSay, s)
				if s == sayAttributive && said[sayAttributive] == 0 {
					at[sayAttributive], on[sayAttributive] = m, p
				}
				return
			}
			note(p, m, s)
		})
	}
	choose := func(status breach.LeakStatus, s leakSay) {
		f.LeakStatus = status
		if on[s] != nil {
			f.ev.add("leak_status", on[s], on[s].around(at[s]))
		}
	}
	open := v.openPossibility()
	mistake := f.hasVector(breach.Misdelivery) && said[sayDenied] == 0 && said[saySuspected] == 0
	if said[sayConfirmed] == 0 && titleSay == saySuspected && said[saySuspected] > 0 {
		said[sayPast] = 0 // the title is the careful word
	}
	if said[sayConfirmed] == 0 && said[saySuspected] > 2*said[sayPast] {
		said[sayPast] = 0 // a slip of the pen among hedges
	}
	if said[sayPast] > 0 {
		if said[sayConfirmed] == 0 {
			at[sayConfirmed], on[sayConfirmed] = at[sayPast], on[sayPast]
		}
		said[sayConfirmed] += said[sayPast]
	}
	if couldSee > 0 && titleSay != saySuspected && (f.hasVector(breach.Misconfiguration, breach.Misdelivery) || said[saySuspected]+said[sayDenied] == 0) {
		note(seenOn, seen, sayConfirmed)
	}
	kept := (f.PrimaryVector == breach.Insider || f.PrimaryVector == breach.LostOrStolen) && said[sayDenied] > 0
	switch {
	case f.PrimaryVector == breach.Impersonation && said[sayConfirmed] == 0 && said[sayDenied] > 0:
		choose(breach.LeakDenied, sayDenied)
	case weak > 0 && weak == said[saySuspected] && said[sayConfirmed] == 0 && titleSay == sayAttributive && said[sayAttributive] > 0 && v.any(k.stageFinal):
		choose(breach.LeakConfirmed, sayAttributive) // boilerplate for those concerned, under a title that states it
	case f.PrimaryVector == breach.Impersonation && said[sayConfirmed]+said[sayDenied] == 0 && titleSay == sayNothing:
		f.LeakStatus = breach.LeakUnknown // what a fake may take is no leak
	case f.PrimaryVector == breach.Insider && !left && said[sayConfirmed] > 0 && said[saySuspected] == 0:
		f.LeakStatus = breach.LeakUnknown // looked at by one's own, not said to have left
	case couldSee > 0 && said[sayConfirmed]+said[sayDenied] == 0 && titleSay == saySuspected:
		f.LeakStatus = breach.LeakSuspected
		f.ev.add("leak_status", seenOn, seenOn.around(seen))
	case fraud && said[saySuspected]+said[sayDenied] == 0:
		f.LeakStatus = breach.LeakUnknown
	case kept && said[saySuspected] == 0 && !v.stillExamined():
		choose(breach.LeakDenied, sayDenied)
	case f.PrimaryVector == breach.LostOrStolen && said[saySuspected]+said[sayInvestigating] == 0 && said[sayConfirmed] < 2:
		f.LeakStatus = breach.LeakUnknown
	case said[sayConfirmed] > 0:
		choose(breach.LeakConfirmed, sayConfirmed)
	case said[saySuspected] > 0:
		choose(breach.LeakSuspected, saySuspected)
	case mistake && len(r.text.text) > 0:
		choose(breach.LeakConfirmed, sayAttributive)
	case said[sayDenied] > 0 && open.start < open.end:
		f.LeakStatus = breach.LeakSuspected
		f.ev.add("leak_status", &r.text, open)
	case said[sayDenied] > 0 && v.any(k.stageFinal) && !v.stillExamined():
		choose(breach.LeakDenied, sayDenied)
	case said[sayDenied] > 0 && said[sayInvestigating] > 0, said[sayDenied] > 0 && v.stillExamined():
		choose(breach.LeakUnderInvestigation, sayDenied)
	case said[sayDenied] > 0:
		choose(breach.LeakDenied, sayDenied)
	case said[sayInvestigating] > 0:
		choose(breach.LeakUnderInvestigation, sayInvestigating)
	case open.start < open.end && claims+said[sayAttributive] == 0 && titleSay == sayNothing:
		f.LeakStatus = breach.LeakSuspected
		f.ev.add("leak_status", &r.text, open)
	case titleSay == saySuspected, claims > 0 && titleSay < sayPast:
		f.LeakStatus = breach.LeakSuspected
	case titleSay == sayAttributive || titleSay >= sayPast:
		choose(breach.LeakConfirmed, sayAttributive)
	case said[sayAttributive] > 0:
		choose(breach.LeakConfirmed, sayAttributive)
	case f.hasVector(breach.UnauthorizedAccess, breach.Ransomware, breach.VulnerabilityExploit, breach.Defacement, breach.Malware, breach.AccountTakeover) && v.stillExamined() && v.asksForData():
		f.LeakStatus = breach.LeakUnderInvestigation
	default:
		f.LeakStatus = breach.LeakUnknown
	}
}

// heading reports whether m stands in a heading or in the repeated title, which
// names the matter and states nothing.
func (r *reading) heading(m mark) bool {
	s := r.text.sentences[m.sent]
	if !s.line || s.end-s.start > 300 {
		return false
	}
	t := string(r.text.folded.text[s.start:s.end])
	return containsAny(t, "お知らせ", "わび", "ご報告", "について", "に関する")
}

// couldBeSeen reports whether a viewing word tells of what others could do, not
// of what they did.
func (r *reading) couldBeSeen(p *page, m mark) bool {
	s := p.sentences[m.sent]
	t := string(p.folded.text[m.start:min(s.end, m.end+18)])
	return containsAny(t, "状態", "可能", "でき", "得る", "うる")
}

// judgeLeak says what the sentence of the leak word m states.
func (r *reading) judgeLeak(p *page, m mark, kind int) leakSay {
	k := &r.c.k
	s := p.sentences[m.sent]
	clause := p.clauses[m.clause]
	rest := span{m.end, max(clause.end, m.end)}
	if p.has(k.background, span{s.start, m.start}) {
		return sayNothing
	}
	english := p.folded.text[m.start] < 0x80
	if english {
		rest = clause
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
	say := r.predicate(p, rest, english)
	if say == sayNothing && rest.end < s.end && !english {
		say = r.predicate(p, span{m.end, s.end}, false)
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
	if say >= sayPast && kind == k.leakNoun && !english {
		// 流出した情報は…含まれる: the leak is presumed there, not told.
		if r.attributive(p, m, rest) {
			return sayAttributive
		}
	}
	return say
}

// predicate reads what the words after a leak word state.
func (r *reading) predicate(p *page, where span, english bool) leakSay {
	k := &r.c.k
	abuse, hasAbuse := p.first(k.abuse, where)
	if hasAbuse && coordinated(string(p.folded.text[where.start:abuse.start])) {
		hasAbuse = false // 漏えいや不正利用は…: one predicate for both
	}
	if hasAbuse {
		where.end = abuse.start
	}
	t := string(p.folded.text[where.start:where.end])
	neg, hasNeg := p.outside(k.negated, where)
	pos, hasPos := p.outside(k.possible, where)
	inv, hasInv := p.outside(k.investigating, where)
	_, gone := p.first(k.deniedPossible, where)
	if !english && asks(t) || hasInv && !(hasNeg && neg.start < inv.start) && !hasPos {
		if p.heading(where) {
			return sayNothing // 情報流出の有無: the title of what follows
		}
		if resolved(t) || strings.Contains(t, "監視") {
			return sayNothing // over, or only watched from now on
		}
		return sayInvestigating
	}
	switch {
	case gone:
		return sayDenied
	case hasPos && hasInv && inv.start > pos.start && inv.start-pos.end < 60:
		if resolved(t) {
			return sayNothing
		}
		return sayInvestigating
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

// happened reports whether a possibility is of something past, which a condition
// before it does not make imagined.
func (r *reading) happened(p *page, m mark) bool {
	c := p.clauses[m.clause]
	if p.folded.text[m.start] < 0x80 {
		return containsAny(string(p.folded.text[c.start:c.end]), "may have", "might have", "could have been")
	}
	after := string(p.folded.text[m.end:min(max(m.end, c.end), m.end+36)])
	for _, w := range []string{"した可能性", "された可能性", "した疑い", "されたおそれ", "したおそれ", "している可能性", "されている可能性"} {
		if strings.HasPrefix(after, w) {
			return true
		}
	}
	return false
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
		if !inBrackets(string(p.folded.text[where.start:m.start])) {
			return m, true
		}
	}
	return mark{}, false
}

// asks reports whether what follows a leak word leaves open whether it happened.
func asks(t string) bool {
	if !strings.Contains(t, "か") { // all words but one hold it
		return strings.Contains(t, "有無")
	}
	return containsAny(t, "有無", "かどうか", "か否か", "なかったか", "ないか確認", "ないかを", "ないか調", "ないかどう", "していないか", "されたか調", "されたか確認", "されたかについて", "したか調", "したか確認")
}

// resolved reports whether an examination is told of as over: 調査した結果….
func resolved(t string) bool {
	return containsAny(t, "した結果", "の結果", "したところ", "ましたが", "いたが", "ていましたが", "終え", "完了し")
}

// earlier reports whether the clause of m repeats what an earlier notice said,
// to correct it: 当初、漏えいの可能性があるとお知らせしておりましたが.
func (r *reading) earlier(p *page, m mark) bool {
	k := &r.c.k
	c := p.clauses[m.clause]
	s := p.sentences[m.sent]
	return p.has(k.countSuperseded, span{m.end, c.end}) && (p.has(k.countPreliminary, span{s.start, m.start}) || c.end < s.end)
}

// cause reports whether the leak word tells how the attackers came by a
// password, not what they took.
func (r *reading) cause(p *page, m mark) bool {
	c := p.clauses[m.clause]
	head := string(p.folded.text[c.start:m.start])
	for _, w := range []string{"パスワード", "パスワード情報", "認証情報", "アカウント情報", "id・パスワード", "idとパスワード"} {
		if strings.HasSuffix(head, w+"が") || strings.HasSuffix(head, w+"の") {
			return containsAny(head, "原因") || containsAny(string(p.folded.text[m.end:max(m.end, c.end)]), "ため、", "ため。", "ことが原因", "ことにより", "に悪用", "を悪用")
		}
	}
	return false
}

// dataWord reports whether a sentence speaks of data at all.
func dataWord(t string) bool {
	return containsAny(t, "情報", "データ", "名簿", "アドレス", "ファイル", "メール", "data", "information")
}

// leakVerb reports whether an English leak word is a verb form; a noun (the
// leak) only names the matter.
func (r *reading) leakVerb(p *page, m mark) bool {
	w := string(p.folded.text[m.start:min(int32(len(p.folded.text)), m.end+8)])
	return strings.HasPrefix(w, "leaked") || strings.HasPrefix(w, "leaking") || strings.HasPrefix(w, "exfiltrated") || strings.HasPrefix(w, "breach exposed")
}

// englishNoun reads the clause of a leak named by a noun.
func (r *reading) englishNoun(p *page, clause span) leakSay {
	k := &r.c.k
	switch {
	case p.has(k.investigating, clause):
		return sayInvestigating
	case p.has(k.possible, clause):
		return saySuspected
	case p.has(k.negated, clause):
		return sayDenied
	case p.has(k.found, clause):
		return sayConfirmed
	}
	return sayAttributive
}

// coordinated reports whether what stands between a leak word and a word of
// abuse joins the two.
func coordinated(gap string) bool {
	return len(gap) <= 36 && containsAny(gap, "や", "及び", "および", "・", "、", "または", "又は", "並びに", "ならびに") &&
		!containsAny(gap, "情報の", "おらず", "ません", "ない")
}

// attributive reports whether the leak word only describes the noun after it.
func (r *reading) attributive(p *page, m mark, rest span) bool {
	after := string(p.folded.text[m.end:min(rest.end, m.end+24)])
	for _, w := range []string{"した情報", "したデータ", "した個人", "した顧客", "した疑", "情報の", "情報は", "等に関", "に関する", "について", "した原因", "したお客様", "させてしまった", "していること", "してしまったこと", "した責任", "のお知らせ", "の件", "のお詫び", "のおわび", "事案", "事故", "の経緯", "の原因", "による", "等の件"} {
		if len(after) >= len(w) && after[:len(w)] == w {
			return true
		}
	}
	return false
}
