package classifier

import (
	"bytes"
	"slices"

	"oshirase/breach"
)

// current drops the figures that another one replaces: earlier ones that the
// notice corrects, and rounded ones whose exact figure is told. A step that would
// leave none is not taken.
func (f *facts) current(v *view, all []candidate) []candidate {
	k := &v.r.c.k
	list := slices.Clone(all)
	drop := func(gone func(c *candidate) bool) {
		kept := 0
		for i := range list {
			if list[i].gone = gone(&list[i]); !list[i].gone {
				kept++
			}
		}
		if kept == 0 || kept == len(list) {
			return
		}
		kept = 0
		for i := range list {
			if !list[i].gone {
				list[kept] = list[i]
				kept++
			}
		}
		list = list[:kept]
	}
	other := func(is func(d *candidate) bool) bool {
		for i := range list {
			if is(&list[i]) {
				return true
			}
		}
		return false
	}
	for i := range list {
		list[i].dropped = corrected(k, &list[i])
	}
	for i := range list { // those told of apart from all among whom they are some stay
		c := &list[i]
		c.dropped = c.dropped || wholeBody(k, c) && !other(func(d *candidate) bool {
			return d.value == c.value && d.start != c.start && !d.dropped && !wholeBody(k, d)
		})
	}
	freeParts(list)
	drop(func(c *candidate) bool { return !c.inTitle && c.start >= v.r.older })
	drop(func(c *candidate) bool {
		return c.dropped || other(func(d *candidate) bool { return d.dropped && d.value == c.value })
	})
	if last := lastReport(list); last >= 0 {
		drop(func(c *candidate) bool { return c.reportNo() > 0 && c.reportNo() < last })
	}
	drop(func(c *candidate) bool {
		return (c.approx || c.rounded > 1) && other(func(d *candidate) bool { return !d.inTitle && roundsTo(d, c) })
	})
	return list
}

// attackOnly reports whether all that happened is an attack from outside that
// need not have touched any data.
func (f *facts) attackOnly() bool {
	return f.hasVector(breach.Ransomware, breach.Malware, breach.UnauthorizedAccess, breach.VulnerabilityExploit, breach.DDoS, breach.Defacement, breach.AccountTakeover, breach.CredentialStuffing) &&
		!f.hasVector(breach.LostOrStolen, breach.Misdelivery, breach.Misconfiguration, breach.Insider)
}

// partInside reports whether a part (うち…) stands behind its whole, and the
// whole was touched.
func partInside(k *kinds, all []candidate, part *candidate) bool {
	return slices.ContainsFunc(all, func(c candidate) bool {
		return c.page == part.page && c.start < part.start && part.sent-c.sent <= 2 && c.value >= part.value && !c.partOf && !ofAll(k, &c)
	})
}

// ofAll reports whether a figure is of all, some of whom may be touched:
// 発送した1,846通のうち.
func ofAll(k *kinds, c *candidate) bool {
	p := c.page
	s, clause := p.sentences[c.sent], p.clauses[c.clause]
	if m, ok := p.first(k.countWhole, span{c.end, max(c.end, min(s.end, c.end+36))}); ok && m.start-c.end <= 6 && !p.leaks(k, span{clause.start, c.lead}) {
		return true
	}
	return slices.ContainsFunc(p.within(k.countWholeBefore, span{max(s.start, c.lead-30), c.lead}), func(m mark) bool {
		return c.lead-m.end <= 6 || m.end > c.lead
	})
}

// reportNo is the number of the report that a line tells the figure of:
// 第3報(7月11日) 最大31,500件; 0 where none.
func (c *candidate) reportNo() int {
	s := c.page.sentences[c.sent]
	if !s.line {
		return 0
	}
	head := c.page.folded.text[s.start:max(s.start, c.start)]
	i := bytes.Index(head[:min(len(head), 9)], []byte("第"))
	if i < 0 {
		return 0
	}
	number, digits := head[i+len("第"):], 0
	for digits < len(number) && number[digits] >= '0' && number[digits] <= '9' {
		digits++
	}
	if !bytes.HasPrefix(number[digits:], []byte("報")) {
		return 0
	}
	n := 0
	for _, b := range number[:digits] {
		n = n*10 + int(b-'0')
	}
	return n
}

func lastReport(list []candidate) int {
	last := -1
	for i := range list {
		last = max(last, list[i].reportNo())
	}
	return last
}

// populationOnly reports whether a figure is of all of a kind, and a later one
// of those among them that the leak touched: 画面を開いた方は1,913名です。そのうち別の方の
// 情報が表示されたのは268名です。
func populationOnly(k *kinds, list []candidate, c *candidate) bool {
	p := c.page
	head := span{p.clauses[c.clause].start, max(c.lead, p.clauses[c.clause].start)}
	if !hasPrefixAt(p.folded.text, int(c.end), len(p.folded.text), "のうち") {
		head.end = max(head.end, p.clauses[c.clause].end)
	}
	if c.data || p.leaks(k, head) || thoseTouched.in(p.folded.text[head.start:head.end]) {
		return false
	}
	return slices.ContainsFunc(list, func(d candidate) bool {
		return d.partOf && d.page == p && d.start > c.start && d.sent-c.sent <= 1 && p.leaks(k, span{max(p.sentences[d.sent].start, d.lead-90), p.sentences[d.sent].end})
	})
}

var thoseTouched = newLexicon("対象", "該当", "影響", "被害", "紛失", "不明")

// corrected reports whether the words around a figure give it up for another.
func corrected(k *kinds, c *candidate) bool {
	p := c.page
	s := p.sentences[c.sent]
	if m, ok := p.first(k.countSuperseded, span{c.end, max(c.end, min(s.end, c.end+45))}); ok && m.start-c.end <= 15 && !closes(p.folded.text[m.end:]) {
		return true
	}
	if m, ok := p.first(k.countSuperseded, span{c.end, max(c.end, min(s.end, c.end+150))}); ok {
		gap := p.folded.text[c.end:m.start]
		if bytes.Contains(gap, []byte("」")) && !bytes.Contains(gap, []byte("「")) && !bytes.ContainsAny(gap, "0123456789") {
			return true // the figure stands in what was said before
		}
	}
	after := bytes.TrimLeft(p.folded.text[c.end:max(c.end, min(s.end, c.end+75))], "」』) ")
	if arrows.at(after) >= 0 {
		return true
	}
	if changedFrom.at(after) >= 0 && changed.in(after) {
		return true
	}
	for _, m := range p.within(k.countPreliminary, span{max(s.start, c.lead-36), c.lead}) {
		if !bytes.ContainsAny(p.folded.text[m.end:c.lead], "0123456789") {
			return true
		}
	}
	if m, ok := p.first(k.countSuperseded, span{c.end, max(c.end, min(s.end, c.end+90))}); ok && but(p.folded.text[m.end:]) && !bytes.ContainsAny(p.folded.text[c.end:m.start], "0123456789") {
		return true // とお知らせしておりましたが
	}
	return false
}

var (
	changedFrom = newLexicon("から", "より", "を「")
	changed     = newLexicon("訂正", "修正", "変更", "見直", "更新", "改め")
	ofTouched   = newLexicon("対象", "該当", "影響", "可能性", "不正", "紛失")
)

// arrows lead from a figure to the one that replaces it.
var arrows = newLexicon("→", "⇒", "->")

// but reports whether t goes on to something else: とご説明して|おりましたが.
func but(t []byte) bool {
	for _, w := range []string{"おり", "い", "まし", "た"} {
		t = bytes.TrimPrefix(t, []byte(w))
	}
	return bytes.HasPrefix(t, []byte("が"))
}

// closes reports whether a sentence ends here: 4,118件が流出したと発表した。 corrects
// nothing.
func closes(t []byte) bool {
	return len(t) == 0 || bytes.HasPrefix(t, []byte("。")) || t[0] == '\n' || t[0] == ' '
}

// wholeBody reports whether a figure is of all members or the like, of whom some
// are touched: 当社の会員様(約30万名)のうち、漏えいしたのは….
func wholeBody(k *kinds, c *candidate) bool {
	p := c.page
	s := p.sentences[c.sent]
	after := p.folded.text[c.end:max(c.end, min(s.end, c.end+30))]
	i := bytes.Index(after, []byte("のうち"))
	if i < 0 || bytes.ContainsAny(after[:i], "0123456789、。") {
		return false
	}
	head := span{s.start, c.start}
	return !p.leaks(k, head) && !ofTouched.in(p.folded.text[head.start:head.end]) &&
		p.leaks(k, span{c.end, s.end})
}

// freeParts frees a part from a whole that is given up: 当初最大10万人とされたうち
// 5,836人 is the whole itself.
func freeParts(list []candidate) {
	for i := 1; i < len(list); i++ {
		if a, b := &list[i-1], &list[i]; a.dropped && b.partOf && a.page == b.page && a.sent == b.sent {
			g := *b.figure
			g.partOf = false
			b.figure = &g
		}
	}
}

// roundsTo reports whether c is d rounded.
func roundsTo(d, c *candidate) bool {
	if d.value == c.value || d.approx || d.rounded >= c.rounded && c.rounded > 1 {
		return false
	}
	unit, off := max(c.rounded, trailing(c.value)), max(d.value-c.value, c.value-d.value)
	return unit > 1 && off < unit && off*20 < c.value
}

// trailing is the largest power of ten, at most a tenth of n, that divides n.
func trailing(n int64) int64 {
	unit := int64(1)
	for n%(unit*10) == 0 && unit*10 <= n/10 {
		unit *= 10
	}
	return unit
}
