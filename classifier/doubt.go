package classifier

import "bytes"

// claimed reports whether the sentence of m tells what the attackers say, and
// not what was found to be so.
func (r *reading) claimed(p *page, m mark) bool {
	s := p.sentences[m.sent]
	t := string(p.folded.text[s.start:s.end])
	return containsAny(t, "と主張", "を主張", "と称して", "という声明", "旨の声明", "claims to have", "claimed to have", "claims that it", "claimed that it", "says it has", "saying it has", "that it has taken", "that it had taken", "to have taken", "to have stolen", "says that it") &&
		!containsAny(t, "事実を確認", "ことを確認", "一致", "we have confirmed", "confirmed that")
}

// openPossibility finds a sentence that leaves a leak possible without naming
// it again: 可能性を否定できない.
func (v *view) openPossibility() span {
	for _, m := range v.in(v.r.c.k.possible) {
		p := &v.r.text
		s := p.sentences[m.sent]
		tail := string(p.folded.text[m.end:min(s.end, m.end+60)])
		if before := string(p.folded.text[s.start:m.start]); bytes.HasPrefix(p.folded.text[m.start:], []byte("rule")) && containsAny(before, "cannot", "can not", "not been able", "unable", "could not") {
			return p.around(m)
		}
		if containsAny(tail, "否定", "払拭", "排除") && containsAny(tail, "できな", "できません", "できず", "出来な", "難し", "困難", "に至", "できるもの", "するもの", "しきれ", "し切れ") {
			return p.around(m)
		}
	}
	return span{}
}

// stillExamined reports whether the text says that the matter of the leak or
// its extent is being examined.
func (v *view) stillExamined() bool {
	over := v.any(v.r.c.k.stageFinal) // what was begun then is done
	p := &v.r.text
	for _, m := range v.in(v.r.c.k.investigating) {
		if m.start >= v.r.older {
			break
		}
		s := p.sentences[m.sent]
		if resolved(string(p.folded.text[m.end:max(m.end, min(s.end, m.end+60))])) {
			continue
		}
		if over && !containsAny(string(p.folded.text[m.start:m.end]), "中", "続") {
			continue
		}
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
