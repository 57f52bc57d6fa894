package classifier

import "unicode/utf8"

// maxHeadline is how long a heading of a section may be, in bytes of folded text.
const maxHeadline = 100

var (
	// aftermathHeads stand in headings of what is done, asked and offered after an
	// incident; ownHeads in those that tell of it as well.
	aftermathHeads = newLexicon("再発防止", "今後の対応", "今後の対策", "今後について", "今後の予定", "今後の取", "お願い", "問合せ", "連絡先", "相談窓口", "ご注意", "注意事項", "二次被害", "業績", "改善策", "質問",
		"prevention", "inquir", "enquir", "contact", "what you can do", "what we ask", "request", "outlook", "help desk", "financial", "measures to prevent")
	ownHeads = newLexicon("経緯", "概要", "原因", "範囲", "項目", "状況", "内容", "漏えい", "流出", "事実", "事案", "cause", "overview", "outline", "what happened", "information involved")
)

// markAftermath notes which sentences of the text stand below such a heading, up to
// the next of its kind: measures and advice name other attacks and data than those of
// the incident.
func (r *reading) markAftermath() {
	p := &r.text
	r.later = append(r.later[:0], make([]bool, len(p.sentences))...)
	open := rune(0) // what the heading of the aftermath begins with
	for i, s := range p.sentences {
		if mark := p.headline(i); mark != 0 {
			t := p.folded.text[s.start:s.end]
			switch {
			case ownHeads.in(t) || p.touchesAny(r.c.k.eventKinds, s.span):
				open = 0
			case aftermathHeads.in(t):
				open = mark
			case mark == open:
				open = 0
			}
		}
		r.later[i] = open != 0
	}
}

// inAftermath reports whether sentence sent of p stands below such a heading.
func (r *reading) inAftermath(p *page, sent int32) bool { return p == &r.text && r.later[sent] }

// headline returns what sentence i begins with, 1 for any number, where it is a
// heading: a short line of its own, numbered or marked; else 0.
func (p *page) headline(i int) rune {
	s := p.sentences[i]
	if !s.line || s.end-s.start > maxHeadline || i > 0 && p.sentences[i-1].block == s.block || i+1 < len(p.sentences) && p.sentences[i+1].block == s.block {
		return 0
	}
	t := p.folded.text[s.start:s.end]
	c, _ := utf8.DecodeRune(t)
	switch {
	case c >= '0' && c <= '9':
		return 1
	case c == '(' || headMarks.at(t) >= 0:
		return c
	}
	return 0
}

var headMarks = newLexicon("■", "●", "◆", "◇", "□", "【", "〈", "《", "<", "▼", "○", "◎", "〇", "▽", "[")
