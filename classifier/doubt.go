package classifier

import "bytes"

var (
	claimWords = newLexicon("と主張", "を主張", "と称して", "という声明", "旨の声明", "との記事", "という記事", "旨の記事", "と報じ", "との報道", "という投稿", "との投稿", "との書き込み", "という書き込み", "とする書き込み", "とする英語の書き込み", "claims to have", "claimed to have", "claims that it", "claimed that it", "says it has", "saying it has", "that it has taken", "that it had taken", "to have taken", "to have stolen", "says that it")
	borneOut   = newLexicon("事実を確認", "ことを確認", "一致", "we have confirmed", "confirmed that")
	unableTo   = newLexicon("cannot", "can not", "not been able", "unable", "could not")
	ruledOut   = newLexicon("否定", "払拭", "排除")
	impossible = newLexicon("できな", "できません", "できず", "出来な", "難し", "困難", "に至", "できるもの", "するもの", "しきれ", "し切れ")
	// leftOpenEnglish begin what an English text cannot exclude.
	leftOpenEnglish = newLexicon("cannot be excluded", "cannot exclude", "cannot be denied", "cannot deny", "could not be excluded", "not be ruled", "no position to", "unable to say", "say with certainty", "said with certainty")
	underWay        = newLexicon("中", "続")
	ofTheLeak       = newLexicon("影響範囲", "影響の範囲", "情報", "データ", "流出", "漏えい", "範囲", "精査", "被害の", "information", "data", "matter", "extent", "leak")
	dataOrLeak      = newLexicon("情報", "データ", "流出", "漏えい", "information", "data")
)

// claimed reports whether the sentence of m tells what the attackers say, and
// not what was found to be so.
func (r *reading) claimed(p *page, m mark) bool {
	t := p.folded.text[p.sentences[m.sent].start:p.sentences[m.sent].end]
	return claimWords.in(t) && !borneOut.in(t)
}

// openPossibility finds a sentence that leaves a leak possible without naming
// it again: 可能性を否定できない.
func (v *view) openPossibility() span {
	for _, m := range v.in(v.r.c.k.possible) {
		p := &v.r.text
		s := p.sentences[m.sent]
		tail := p.folded.text[m.end:min(s.end, m.end+60)]
		if bytes.HasPrefix(p.folded.text[m.start:], []byte("rule")) && unableTo.in(p.folded.text[s.start:m.start]) {
			return p.around(m)
		}
		if ruledOut.in(tail) && impossible.in(tail) || leftOpenEnglish.at(p.folded.text[m.start:]) >= 0 {
			return p.around(m)
		}
	}
	return span{}
}

// stillExamined reports whether the text says that the matter of the leak or
// its extent is being examined.
func (v *view) stillExamined() bool {
	final := v.any(v.r.c.k.stageFinal) // what was begun then is done
	p := &v.r.text
	for _, m := range v.in(v.r.c.k.investigating) {
		if m.start >= v.r.older {
			break
		}
		s := p.sentences[m.sent]
		if doneWith.in(p.folded.text[m.end:max(m.end, min(s.end, m.end+60))]) || final && !underWay.in(p.folded.text[m.start:m.end]) {
			continue
		}
		about := span{max(s.start, m.start-90), min(s.end, m.end+6)}
		if allLatin(p.folded.text[m.start:m.end]) {
			about = s.span
		}
		if ofTheLeak.in(p.folded.text[about.start:about.end]) {
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
		if dataOrLeak.in(p.folded.text[s.start:s.end]) {
			return true
		}
	}
	return false
}
