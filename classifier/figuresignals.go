package classifier

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"oshirase/breach"
)

// figureSignals numbers what speaks for a figure, for a sum of figures, or for
// none as the answer to how many were touched. Each field is the first number of
// a run.
type figureSignals struct {
	first                                                        int32
	hint, kind, unit, digits, then, ends, before, after, says    int32
	larger, smaller, behind, ahead, certainty, others            int32
	sum, sumOf, sumParts, sumOthers, sumThen                     int32
	none, noneLeak, nonePrimary, noneVector, noneStage, noneData int32
	noneFigures, noneAttack, noneTells, noneOthers               int32
	one, oneLeak, onePrimary, oneVector, oneData, oneFigures     int32
	oneSaid, oneOthers                                           int32
	kindOf                                                       []int32 // by kind of mark: its place in before and after
}

// What follows a figure, the longer first where one begins another; one number more
// stands for all else.
var thenWords = newLexicon("様分の", "名分の", "人分の", "件分の", "分の", "分が", "分を", "分は", "分に", "分で", "分、", "分。", "分(", "様の", "様が", "様を", "様に", "様は", "様へ", "様から", "様で", "様分", "様、",
	"です", "でした", "であ", "とな", "と判明", "に上", "に及", "にのぼ", "について", "につき", "に関する", "に対し", "に係る", "のうち", "のお名前", "のお客", "のお", "のご", "のメールアドレス", "のアドレス", "のカード", "の皆様", "の患者", "の方", "の名前", "の名簿", "の住所", "の従業員", "の職員", "の社員", "の生徒", "の個人", "の情報", "の会員", "の顧客", "の氏名", "から", "より", "も、", "及び", "および", "並びに", "未満", "以上", "程度", "余り", "ずつ", "だけ", "のみ", "いずれ", "で、氏名", "で、お名前", "全員", "として", "ほど", "に謝罪", "におわび", "に届", "が開", "が届", "分漏", "へ誤", "に誤", "に送",
	"の", "が", "を", "に", "は", "へ", "で", "と", "も", "や", "、", "。", "(", ")", "」", "・", "/", ":")

// What stands before a figure, the longer first where one ends another.
var endWords = newLexicon("アドレス", "少なくとも", "データ", "さらに", "それぞれ", "新たに", "残り", "残る", "同じ", "別の", "ほか", "うち", "件数", "人数", "氏名", "情報", "会員", "顧客", "患者", "累計", "延べ",
	"は", "が", "を", "に", "の", "で", "と", "も", "、", "。", "(", "「", ":", "・", "た", "る", "者", "方", "様", "数", "報", "客", "員", "徒", "童", "全", "計", "他", "各")

// How two figures of one sentence compare.
const (
	figureLess = iota
	figureSame
	figureMore
)

var comparisons = [...]string{"smaller", "equal", "larger"}

const (
	figureFirst = iota
	figureLast
	figureLine
	figurePartNext
	figureAtMost
	figureAftermath
)

var figureOthers = [...]string{"first of all", "last of all", "in a line", "its part follows", "at most", "among measures"}

const (
	sumEqual = iota
	sumPart
	sumTotal
	sumThing
	sumMixed
	sumOneGroup
	sumGroups
	sumNoGroup
	sumBig
	sumTold
	sumLess
	sumOverlap
	sumRounded
	sumAll
)

var sumOthers = [...]string{"of equals", "with a part", "with a total", "of things", "of kinds", "of one group", "of groups", "of no group", "mostly one", "is told", "less than told", "of kinds of data", "of rounded figures", "of all figures"}

// That an answer is a sum, none, or the one that words tell of.
const (
	signalSum  = "sum"
	signalNone = "none"
	signalOne  = "one"
)

// Counts in signals stop here.
const (
	maxDigits, maxOthers, maxParts, maxFiguresTold = 7, 3, 5, 6
)

var certainties = [...]string{"possible", "confirmed", "total"}

func newFigureSignals(m *machine, concepts []string, add func(name string), next func() int32) (s figureSignals) {
	s.first = next()
	run := func(format string, names ...string) int32 {
		at := next()
		for _, n := range names {
			add(fmt.Sprintf(format, n))
		}
		return at
	}
	upTo := func(n int) (out []string) {
		for i := range n + 1 {
			out = append(out, fmt.Sprint(i))
		}
		return out
	}
	s.hint = run("figure %s", hintNames[:]...)
	s.kind = run("figure counts %s", kindNames[:]...)
	var words []string
	for _, u := range units {
		words = append(words, u.word)
	}
	s.unit = run("figure in %s", append(words, "English")...)
	s.digits = run("figure of digits %s", upTo(maxDigits)...)
	s.then = run("figure then %s", append(thenWords.words[:len(thenWords.words):len(thenWords.words)], "other")...)
	s.ends = run("figure after %s", append(endWords.words[:len(endWords.words):len(endWords.words)], "nothing", "other")...)
	var kinds []string
	data := int32(-1)
	for _, name := range m.names {
		at := int32(len(kinds))
		if strings.HasPrefix(name, "data/") {
			if name = "data"; data < 0 {
				data = at
			}
			at = data
		}
		if int(at) == len(kinds) {
			kinds = append(kinds, name)
		}
		s.kindOf = append(s.kindOf, at)
	}
	s.before = run("before figure %s", kinds...)
	s.after = run("behind figure %s", kinds...)
	s.says = run("figure with %s", concepts...)
	s.larger = run("figures larger %s", upTo(maxOthers)...)
	s.smaller = run("figures smaller %s", upTo(maxOthers)...)
	s.behind = run("figure behind a %s", comparisons[:]...)
	s.ahead = run("figure ahead of a %s", comparisons[:]...)
	s.certainty = run("figure is %s", certainties[:]...)
	s.others = run("figure %s", figureOthers[:]...)
	s.sum = run("%s", signalSum)
	s.sumOf = run("sum by %s", sumNames[:]...)
	s.sumParts = run("sum of %s", upTo(maxParts)...)
	s.sumOthers = run("sum %s", sumOthers[:]...)
	s.sumThen = run("sum, each then %s", append(thenWords.words[:len(thenWords.words):len(thenWords.words)], "other")...)
	s.none = run("%s", signalNone)
	s.noneLeak = run("none, leak %s", strs(breach.LeakStatuses())...)
	s.nonePrimary = run("none, primary %s", strs(breach.Vectors())...)
	s.noneVector = run("none, vector %s", strs(breach.Vectors())...)
	s.noneStage = run("none, stage %s", strs(breach.Stages())...)
	s.noneData = run("none, data %s", strs(breach.DataTypes())...)
	s.noneFigures = run("none, figures %s", upTo(maxFiguresTold)...)
	s.noneAttack = run("none, attack only, leak %s", strs(breach.LeakStatuses())...)
	s.noneTells = run("none, tells %s", kinds...)
	s.noneOthers = run("none, %s", noneOthers[:]...)
	s.one = run("%s", signalOne)
	s.oneLeak = run("one, leak %s", strs(breach.LeakStatuses())...)
	s.onePrimary = run("one, primary %s", strs(breach.Vectors())...)
	s.oneVector = run("one, vector %s", strs(breach.Vectors())...)
	s.oneData = run("one, data %s", strs(breach.DataTypes())...)
	s.oneFigures = run("one, figures %s", upTo(maxFiguresTold)...)
	s.oneSaid = run("one, said %s", upTo(maxOthers)...)
	s.oneOthers = run("one, %s", oneOthers[:]...)
	return s
}

// weighByHand is what each signal weighs where no model has learned of it, in
// thousandths of a logit; names is how many signals there are.
func (s *figureSignals) weighByHand(names int) []int32 {
	w := make([]int32, names-int(s.first))
	set := func(id, weight int32) { w[id-s.first] = weight }
	for h, weight := range hintWeights {
		set(s.hint+int32(h), weight)
	}
	set(s.none, -100)
	set(s.one, -3000)
	set(s.onePrimary+index(breach.Vectors(), breach.Misdelivery), 4000)
	set(s.oneOthers+oneOfMany, -4000)
	set(s.oneOthers+oneInDigest, -4000)
	for n := 1; n <= maxFiguresTold; n++ {
		set(s.oneFigures+int32(n), -4000)
	}
	for _, how := range []int32{sumByGroup, sumByKind, sumByRow, sumByLines} {
		set(s.sumOf+how, 1200)
	}
	set(s.sumOf+sumByRow, 3000)
	set(s.noneOthers+noneTitleOnly, -2000)
	set(s.noneOthers+noneUntold, 500)
	set(s.noneAttack+index(breach.LeakStatuses(), breach.LeakDenied), 1000)
	set(s.sumOthers+sumRounded, -hintWeights[hintRounded])
	for _, other := range []int32{sumTold, sumTotal, sumPart, sumThing, sumMixed, sumOverlap} {
		set(s.sumOthers+other, -2000)
	}
	return w
}

func strs[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// index is the place of v in list, as the signals of list are numbered.
func index[T comparable](list []T, v T) int32 {
	for i, x := range list {
		if x == v {
			return int32(i)
		}
	}
	return 0
}

// addFigure collects what speaks for the figure at i.
func (f *facts) addFigure(b *bag, list []candidate, i int, has *[hints]bool) {
	s := &f.r.c.signals.figures
	c := &list[i]
	p, t := c.page, c.page.folded.text
	sentence := p.sentences[c.sent]
	for h, is := range has {
		if is {
			b.add(s.hint + int32(h))
		}
	}
	b.add(s.kind + int32(c.kind))
	b.add(s.unit + unitIndex(c, t))
	digits := int32(0)
	for n := c.value; n > 0 && digits < maxDigits; n /= 10 {
		digits++
	}
	b.add(s.digits + digits)
	b.add(s.then + c.then())
	end := endWords.ends(bytes.TrimRight(t[:c.lead], " "))
	switch {
	case c.lead <= sentence.start:
		end = len(endWords.words)
	case end < 0:
		end = len(endWords.words) + 1
	}
	b.add(s.ends + int32(end))
	for _, at := range p.kindsIn(c.clause) {
		k := &p.inClause[at]
		if k.soonest <= c.lead {
			b.add(s.before + s.kindOf[k.kind])
		}
		if k.latest >= c.end {
			b.add(s.after + s.kindOf[k.kind])
		}
	}
	for _, concept := range p.said[c.sent].list(b.list[:0]) {
		b.add(s.says + concept)
	}
	f.addPlace(b, list, i)
	b.add(s.certainty + index(certainties[:], c.certainty))
	if c.atMost {
		b.add(s.others + figureAtMost)
	}
	if f.r.inAftermath(p, c.sent) {
		b.add(s.others + figureAftermath)
	}
	if sentence.line {
		b.add(s.others + figureLine)
	}
}

// then is the place in thenWords of what follows a figure.
func (c *candidate) then() int32 {
	if at := thenWords.at(c.page.folded.text[c.end:]); at >= 0 {
		return int32(at)
	}
	return int32(len(thenWords.words))
}

// addPlace collects how the figure at i stands among the others.
func (f *facts) addPlace(b *bag, list []candidate, i int) {
	s := &f.r.c.signals.figures
	c := &list[i]
	larger, smaller := int32(0), int32(0)
	for j := range list {
		d := &list[j]
		switch {
		case larger == maxOthers && smaller == maxOthers || d.value == c.value || hasValue(list[:j], d.value):
		case d.value > c.value:
			larger = min(larger+1, maxOthers)
		default:
			smaller = min(smaller+1, maxOthers)
		}
	}
	b.add(s.larger + larger)
	b.add(s.smaller + smaller)
	compare := func(d *candidate) int32 {
		switch {
		case d.value < c.value:
			return figureLess
		case d.value > c.value:
			return figureMore
		}
		return figureSame
	}
	if i == 0 {
		b.add(s.others + figureFirst)
	} else if d := &list[i-1]; d.page == c.page && d.sent == c.sent {
		b.add(s.behind + compare(d))
	}
	if i == len(list)-1 {
		b.add(s.others + figureLast)
	} else if d := &list[i+1]; d.page == c.page && d.sent == c.sent {
		b.add(s.ahead + compare(d))
		if d.partOf {
			b.add(s.others + figurePartNext)
		}
	}
}

// hasValue reports whether a figure of list has the value.
func hasValue(list []candidate, value int64) bool {
	for i := range list {
		if list[i].value == value {
			return true
		}
	}
	return false
}

// unitIndex is the place of a figure's unit among those of Japanese; the last
// stands for all that English counts.
func unitIndex(c *candidate, t []byte) int32 {
	if t[c.end-1] < 0x80 && c.unit != "id" {
		return int32(len(units))
	}
	for i := range units {
		if strings.TrimSuffix(units[i].word, "(") == c.unit && units[i].kind == c.kind {
			return int32(i)
		}
	}
	return int32(len(units))
}

// addSum collects what speaks for the sum of list[parts].
func (f *facts) addSum(b *bag, list []candidate, has [][hints]bool, s *sumOfParts) {
	n := &f.r.c.signals.figures
	b.add(n.sum)
	for h := range sumNames {
		if s.how&(1<<h) != 0 {
			b.add(n.sumOf + int32(h))
		}
	}
	b.add(n.sumParts + int32(min(len(s.parts), maxParts)))
	set := func(other int32, is bool) {
		if is {
			b.add(n.sumOthers + other)
		}
	}
	first := &list[s.parts[0]]
	groups, most := 0, int64(0)
	for i, at := range s.parts {
		c := &list[at]
		most = max(most, c.value)
		fresh, equal := true, false
		for _, before := range s.parts[:i] {
			fresh = fresh && list[before].population != c.population
			equal = equal || list[before].value == c.value
		}
		if fresh {
			groups++
		}
		set(sumEqual, equal)
		set(sumPart, c.partOf)
		set(sumTotal, c.total || has[at][hintDistinct] || has[at][hintSum])
		set(sumThing, c.kind == unitThings || c.kind == unitOrganisations)
		set(sumMixed, c.kind != first.kind)
		set(sumNoGroup, c.population == "")
	}
	then := first.then()
	if !slices.ContainsFunc(s.parts, func(at int) bool { return list[at].then() != then }) {
		b.add(n.sumThen + then)
	}
	set(sumAll, len(s.parts) == len(list))
	set(sumOneGroup, groups == 1)
	set(sumGroups, groups == len(s.parts))
	set(sumBig, most*2 > s.value)
	set(sumOverlap, !slices.ContainsFunc(s.parts, func(at int) bool { return !f.r.countsData(&list[at]) }))
	set(sumRounded, !slices.ContainsFunc(s.parts, func(at int) bool { return !list[at].about() }))
	set(sumTold, hasValue(list, s.value))
	for i := range list {
		set(sumLess, list[i].value > s.value)
	}
}
