package classifier

import "oshirase/breach"

// onePlace is where a notice tells of one person touched without a figure.
type onePlace struct {
	page *page
	mark mark
}

// oneTold is the first place that tells of one person touched: 別の患者様の診断書, A様の.
// A mail that showed those it went to to each other is never of one.
func (v *view) oneTold() (one onePlace, ok bool) {
	if v.any(v.r.c.k.countMutual) {
		return one, false
	}
	v.each(v.r.c.k.countOne, func(p *page, m mark) {
		if !ok && (p.in == "title" || m.start < v.r.older) && !p.has(v.r.c.k.hypothetical, p.clauses[m.clause]) {
			one, ok = onePlace{p, m}, true
		}
	})
	return one, ok
}

const (
	oneInTitle = iota
	oneOfMany
	oneOfSome
	oneInDigest
	oneNoData
	oneAttackOnly
)

var oneOthers = [...]string{"in the title", "of many", "of some", "several incidents", "no data", "attack only"}

// addOne collects what speaks for one person touched.
func (f *facts) addOne(b *bag, v *view, list []candidate) {
	s, k := &f.r.c.signals.figures, &f.r.c.k
	b.add(s.one)
	b.add(s.oneLeak + index(breach.LeakStatuses(), f.LeakStatus))
	b.add(s.onePrimary + index(breach.Vectors(), f.PrimaryVector))
	for _, v := range f.Vectors {
		b.add(s.oneVector + index(breach.Vectors(), v))
	}
	for _, d := range f.DataTypes {
		b.add(s.oneData + index(breach.DataTypes(), d))
	}
	if len(f.DataTypes) == 0 {
		b.add(s.oneOthers + oneNoData)
	}
	b.add(s.oneFigures + int32(min(len(list), maxFiguresTold)))
	b.add(s.oneSaid + int32(min(len(v.in(k.countOne)), maxOthers)))
	if v.title != nil && len(v.title.marks[k.countOne]) > 0 {
		b.add(s.oneOthers + oneInTitle)
	}
	switch n := len(v.in(k.countMany)); {
	case n > 1:
		b.add(s.oneOthers + oneOfMany)
	case n > 0:
		b.add(s.oneOthers + oneOfSome)
	}
	if f.r.several {
		b.add(s.oneOthers + oneInDigest)
	}
	if f.attackOnly() {
		b.add(s.oneOthers + oneAttackOnly)
	}
}
