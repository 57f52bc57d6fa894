package classifier

import "oshirase/breach"

// leakSay is what one sentence says of a leak.
type leakSay int

const (
	sayNothing leakSay = iota
	sayAttributive
	sayInvestigating
	sayDenied
	saySuspected
	sayConfirmed
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
	titleSay := sayNothing
	couldSee, seen, seenOn := 0, mark{}, &r.text
	for _, kind := range []int{k.leakNoun, k.leakAct, k.leakViewed, k.leakDelivered} {
		v.each(kind, func(p *page, m mark) {
			if p.in == "text" && r.repeated[m.sent] {
				return
			}
			s := r.judgeLeak(p, m, kind)
			if p.in == "text" && s == sayConfirmed && r.heading(m) {
				s = sayAttributive
			}
			if s == sayConfirmed && kind == k.leakViewed && r.couldBeSeen(p, m) {
				couldSee++
				if couldSee == 1 {
					seen, seenOn = m, p
				}
				return
			}
			if s == sayConfirmed && kind == k.leakAct && f.PrimaryVector == breach.LostOrStolen {
				return // taking the medium out of the house is how it got lost
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
	if couldSee > 0 && (f.hasVector(breach.Misconfiguration, breach.Misdelivery) || said[saySuspected]+said[sayDenied] == 0) {
		note(seenOn, seen, sayConfirmed)
	}
	fraud := f.PrimaryVector == breach.Phishing && v.any(r.c.m.kind("detail/BEC"))
	kept := (f.PrimaryVector == breach.Insider || f.PrimaryVector == breach.LostOrStolen) && said[sayDenied] > 0
	switch {
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
	case said[sayDenied] > 0 && said[sayInvestigating] > 0, said[sayDenied] > 0 && v.stillExamined():
		choose(breach.LeakUnderInvestigation, sayDenied)
	case said[sayDenied] > 0:
		choose(breach.LeakDenied, sayDenied)
	case said[sayInvestigating] > 0:
		choose(breach.LeakUnderInvestigation, sayInvestigating)
	case titleSay == saySuspected:
		f.LeakStatus = breach.LeakSuspected
	case titleSay >= sayAttributive && titleSay != sayDenied && titleSay != sayInvestigating:
		choose(breach.LeakConfirmed, sayAttributive)
	case said[sayAttributive] > 0:
		choose(breach.LeakConfirmed, sayAttributive)
	case f.hasVector(breach.UnauthorizedAccess, breach.Ransomware, breach.VulnerabilityExploit) && v.stillExamined() && v.asksForData():
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
	if p.has(k.hypothetical, span{clause.start, m.start}) ||
		p.has(k.hypothetical, clause) && !p.has(k.found, clause) && !p.has(k.possible, rest) {
		return sayNothing
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
	if say == sayConfirmed && kind == k.leakNoun && !english {
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
	neg, hasNeg := p.first(k.negated, where)
	pos, hasPos := p.first(k.possible, where)
	inv, hasInv := p.first(k.investigating, where)
	_, gone := p.first(k.deniedPossible, where)
	switch {
	case gone:
		return sayDenied
	case hasPos && hasInv && inv.start > pos.start && inv.start-pos.end < 60:
		return sayInvestigating
	case hasPos && !(hasNeg && neg.end <= pos.start && !english):
		return saySuspected
	case hasPos:
		return saySuspected
	case hasInv && !(hasNeg && neg.start < inv.start):
		return sayInvestigating
	case hasNeg:
		return sayDenied
	}
	if hasAbuse {
		return sayNothing
	}
	if p.has(k.found, where) || p.has(k.past, where) {
		return sayConfirmed
	}
	return sayNothing
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
	for _, w := range []string{"した情報", "したデータ", "した個人", "した顧客", "した疑", "情報の", "情報は", "等に関", "に関する", "について", "した原因", "したお客様", "させてしまった", "していること", "してしまったこと", "した責任"} {
		if len(after) >= len(w) && after[:len(w)] == w {
			return true
		}
	}
	return false
}

// openPossibility finds a sentence that leaves a leak possible without naming
// it again: 可能性を否定できない.
func (v *view) openPossibility() span {
	for _, m := range v.in(v.r.c.k.possible) {
		p := &v.r.text
		s := p.sentences[m.sent]
		tail := string(p.folded.text[m.end:min(s.end, m.end+60)])
		if containsAny(tail, "否定", "払拭", "排除") && containsAny(tail, "できな", "できません", "できず", "出来な", "難し", "困難", "に至") {
			return p.around(m)
		}
	}
	return span{}
}

// stillExamined reports whether the text says that the matter of the leak or
// its extent is being examined.
func (v *view) stillExamined() bool {
	p := &v.r.text
	for _, m := range v.in(v.r.c.k.investigating) {
		s := p.sentences[m.sent]
		t := string(p.folded.text[max(s.start, m.start-90):min(s.end, m.end+6)])
		if containsAny(t, "影響範囲", "影響の範囲", "情報", "データ", "流出", "漏えい", "範囲", "精査", "被害の", "information", "data", "matter", "extent") {
			return true
		}
	}
	return false
}

// asksForData reports whether what is examined is data.
func (v *view) asksForData() bool {
	p := &v.r.text
	for _, m := range v.in(v.r.c.k.investigating) {
		s := p.sentences[m.sent]
		t := string(p.folded.text[s.start:s.end])
		if containsAny(t, "情報", "データ", "流出", "漏えい", "information", "data") {
			return true
		}
	}
	return false
}
