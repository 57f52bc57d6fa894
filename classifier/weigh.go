package classifier

import (
	"bytes"
	"slices"
	"strings"

	"oshirase/breach"
)

// hint is what speaks for or against a figure as the count of those touched.
type hint int

const (
	hintData         hint = iota // their data are named right after it: N人の氏名
	hintShare                    // N人分
	hintTouched                  // its clause tells of a loss or of those concerned
	hintNear                     // its sentence does
	hintTotal                    // 合計
	hintBiggest                  // no other that may be touched is larger
	hintTwice                    // it is told more than once
	hintTitle                    // it stands in the title
	hintGroup                    // the group is named that it counts
	hintFew                      // one or two, as often are those who act
	hintRounded                  // about so many
	hintPart                     // うち, behind its whole
	hintWhole                    // of all, some of whom may be touched: 発送した1,846通のうち
	hintPopulation               // of all of a kind, with a later figure of those touched among them
	hintAfter                    // of what came after: N名に謝罪, N件を回収
	hintThing                    // neither people nor records: 3万件の試行
	hintActing                   // they do something: 2名で点検
	hintAside                    // its sentence imagines, or tells of nothing like a leak
	hintReceived                 // something went to them
	hintShown                    // it showed them to each other
	hintSpared                   // they were not touched
	hintDenied                   // its clause denies
	hintSheets                   // sheets and letters
	hintCompanies                // companies
	hintSafe                     // an attack that no data left by
	hintMimicked                 // others used the name, nothing was broken into
	hintQuiet                    // an attack, and nothing told of a leak yet
	hintDigest                   // several incidents are told of
	hintSheetsLost               // sheets and letters were lost or went astray
	hintCompaniesOwn             // what was kept of the companies was touched
	hintNamed                    // its sentence names data
	hintPeople                   // people are counted
	hintVague                    // no vector is told that touches data
	hintSum                      // it is the sum of others
	hintDistinct                 // each is counted once, or the count is closed: 重複を除くと, (確定)
	hintGross                    // 延べ
	hintBracket                  // in brackets behind people: 5,000名分(8,635件)
	hintSheetsBeside             // sheets and letters, and people as well
	hintHeld                     // an attack, and the sentence denies
	hintBackground               // its sentence looks back at another matter
	hintBeforePeople             // people stand in brackets behind it: 240件(198人)
	hintSize                     // all that a body has: 従業員350名の会社
	hintStaff                    // the staff through whom it happened
	hintViewers                  // they could see what was of others
	hints
)

// hintNames are what the hints are called in a model.
var hintNames = [hints]string{
	hintData:         "their data named",
	hintShare:        "of shares",
	hintTouched:      "touched in its clause",
	hintNear:         "touched in its sentence",
	hintTotal:        "is a total",
	hintBiggest:      "is the largest",
	hintTwice:        "told twice",
	hintTitle:        "in the title",
	hintGroup:        "of a group",
	hintFew:          "is one or two",
	hintRounded:      "is rounded",
	hintPart:         "is a part",
	hintWhole:        "of a whole",
	hintPopulation:   "of a population",
	hintAfter:        "of what came after",
	hintThing:        "of things",
	hintActing:       "of those who act",
	hintAside:        "aside",
	hintReceived:     "of those who received",
	hintShown:        "shown to each other",
	hintSpared:       "spared",
	hintDenied:       "denied",
	hintSheets:       "of sheets",
	hintCompanies:    "of companies",
	hintSafe:         "of a safe attack",
	hintMimicked:     "of mimicry",
	hintQuiet:        "of a quiet attack",
	hintDigest:       "in a digest",
	hintSheetsLost:   "of sheets lost",
	hintCompaniesOwn: "of companies touched",
	hintNamed:        "with data",
	hintPeople:       "of people",
	hintVague:        "with no vector",
	hintSum:          "is a sum of others",
	hintDistinct:     "counts each once",
	hintGross:        "counts often",
	hintBracket:      "in brackets",
	hintSheetsBeside: "of sheets beside people",
	hintHeld:         "of a denied attack",
	hintBackground:   "of another matter",
	hintBeforePeople: "before people in brackets",
	hintSize:         "of a body's size",
	hintStaff:        "of the staff of it",
	hintViewers:      "of viewers",
}

// maxWeighed bounds the figures that are weighed against each other.
const maxWeighed = 300

// hints reads what speaks for and against c among all of list.
func (f *facts) hints(v *view, list []candidate, c *candidate) (has [hints]bool) {
	k := &f.r.c.k
	p, t := c.page, c.page.folded.text
	s, clause := p.sentences[c.sent], p.clauses[c.clause]
	clause.end = max(clause.end, c.end)
	after := span{c.end, max(c.end, min(s.end, c.end+36))}
	same := func(is func(d *candidate) bool) bool {
		return slices.ContainsFunc(list, func(d candidate) bool { return is(&d) })
	}
	has[hintData] = c.data
	has[hintShare] = strings.HasSuffix(c.unit, "分") || hasPrefixAt(t, int(c.end), len(t), "分")
	has[hintTouched] = p.has(k.countTouched, clause)
	has[hintNear] = p.leaks(k, s.span) || p.has(k.countTouched, s.span)
	has[hintBiggest] = !c.idle() && !same(func(d *candidate) bool { return d.value > c.value && !d.idle() })
	has[hintTwice] = same(func(d *candidate) bool { return d.value == c.value && (d.page != c.page || d.start != c.start) })
	has[hintTitle] = c.inTitle
	has[hintGroup] = c.population != ""
	has[hintFew] = c.value <= 2 && !c.data && !has[hintShare]
	has[hintRounded] = c.about()
	has[hintPart] = c.partOf && partInside(k, list, c)
	has[hintWhole] = ofAll(k, c)
	has[hintPopulation] = populationOnly(k, list, c)
	if m, ok := p.first(k.countAfter, after); ok && m.start-c.end <= 18 && !bytes.Contains(t[c.end:m.start], []byte("、")) {
		has[hintAfter] = true
	}
	has[hintThing] = c.thing && !c.data
	has[hintActing] = c.acting && !c.data
	has[hintAside] = c.aside
	has[hintStaff] = c.staff
	has[hintSize] = sizeWords.at(t[c.end:]) >= 0
	has[hintBeforePeople] = c.kind != unitPeople && same(func(d *candidate) bool { return d.kind == unitPeople && opens(c, d) })
	has[hintBackground] = c.before
	mutual := f.hasVector(breach.Misdelivery) && v.any(k.countMutual)
	has[hintReceived] = c.received && !c.data && !mutual
	has[hintShown] = c.received && mutual
	has[hintViewers] = !mutual && !c.data && beside(p, k.countViewer, c)
	has[hintSpared] = c.spared
	has[hintDenied] = p.has(k.negated, span{c.end, max(c.end, s.end)}) && !p.has(k.possible, clause)
	has[hintHeld] = has[hintDenied] && f.attackOnly()
	has[hintSheets] = c.kind == unitThings
	has[hintCompanies] = c.kind == unitOrganisations
	has[hintSafe] = f.LeakStatus == breach.LeakDenied && f.attackOnly()
	has[hintMimicked] = f.PrimaryVector == breach.Impersonation
	has[hintQuiet] = f.attackOnly() && (f.LeakStatus == breach.LeakUnknown || f.LeakStatus == breach.LeakUnderInvestigation)
	has[hintDigest] = f.r.several || v.any(k.countSeveral)
	has[hintSheetsBeside] = has[hintSheets] && same(func(d *candidate) bool {
		return d.kind != unitThings && d.kind != unitOrganisations && !d.acting && !d.thing && !d.aside
	})
	has[hintTotal] = c.total && !has[hintSheetsBeside]
	has[hintSheetsLost] = has[hintSheets] && f.hasVector(breach.LostOrStolen, breach.Misdelivery)
	has[hintCompaniesOwn] = has[hintCompanies] && (has[hintShare] || c.data)
	has[hintNamed] = f.r.namesData(c)
	has[hintPeople] = c.kind == unitPeople
	has[hintVague] = !f.hasVector(breach.LostOrStolen, breach.Misdelivery, breach.Misconfiguration, breach.Insider, breach.CredentialStuffing, breach.WebSkimming) && f.LeakStatus != breach.LeakConfirmed && f.LeakStatus != breach.LeakSuspected
	has[hintGross] = c.gross
	has[hintBracket] = c.kind != unitPeople && bracketed(list, c)
	has[hintSum] = sumOfOthers(list, c)
	has[hintDistinct] = once(t[max(s.start, c.start-45):max(s.start, c.start)]) || hasPrefixAt(t, int(c.end), len(t), "(確定")
	return has
}

// sizeWords stand behind the size of a body.
var sizeWords = newLexicon("の当社", "の弊社", "の同社", "の会社", "の企業", "の法人", "の当院", "の本学", "の当校", "の病院", "の学校", "の大学", "の小学校", "の中学校", "の高校", "の町", "の村", "の組合", "の団体", "の中小", "を擁", "を抱え", "が働", "が在籍", "が勤務", "が暮ら", "規模の", "ほどの会社", " company", "-person company")

// beside reports whether a mark of kind stands at the figure: right behind it, or
// before it with a particle and a qualifier between.
func beside(p *page, kind int, c *candidate) bool {
	s := p.sentences[c.sent]
	if m, ok := p.first(kind, span{c.end, max(c.end, min(s.end, c.end+60))}); ok && m.start-c.end <= stuck {
		return true
	}
	return slices.ContainsFunc(p.within(kind, span{max(s.start, c.lead-75), c.lead}), func(m mark) bool {
		return c.lead-m.end <= stuck && !bytes.ContainsAny(p.folded.text[m.end:c.lead], "0123456789")
	})
}

// idle reports whether a figure counts what cannot have been touched.
func (c *candidate) idle() bool { return (c.thing || c.acting) && !c.data || c.aside || c.spared }

// about reports whether a figure is no exact one.
func (c *candidate) about() bool { return c.approx || c.rounded > 1 }

var onceWords = newLexicon("重複を除", "重複を差し引", "重複分を除", "名寄せ", "実人数", "実際の人数", "実際の件数", "実際は", "実数", "実質", "正味")

// once reports whether the words before a figure tell that each is counted once.
func once(before []byte) bool {
	if !onceWords.in(before) { // most often
		return false
	}
	for _, w := range onceWords.words {
		if i := bytes.LastIndex(before, []byte(w)); i >= 0 && !bytes.ContainsAny(before[i:], "0123456789") {
			return true
		}
	}
	return false
}

// bracketed reports whether a figure stands in brackets behind one of people:
// 5,000名分(8,635件), 2,974名(カード3,318件).
func bracketed(list []candidate, c *candidate) bool {
	return slices.ContainsFunc(list, func(d candidate) bool { return d.kind == unitPeople && opens(&d, c) })
}

// opens reports whether b stands in a bracket that opens right behind a.
func opens(a, b *candidate) bool {
	if a.page != b.page || a.end >= b.lead || b.lead-a.end > 36 {
		return false
	}
	gap := bytes.TrimPrefix(bytes.TrimLeft(a.page.folded.text[a.end:b.lead], " "), []byte("分"))
	return bytes.HasPrefix(gap, []byte("(")) && !bracketEnds.in(gap)
}

var bracketEnds = newLexicon(")", "、", "内訳")

// sumOfOthers reports whether a figure is the sum of two or more of one sentence
// or list near it.
func sumOfOthers(list []candidate, c *candidate) bool {
	var sum int64
	n := 0
	for i := range list {
		d := &list[i]
		if d.page == c.page && d.value < c.value && d.kind == c.kind && d.sent-c.sent <= 3 && c.sent-d.sent <= groupReach && (n == 0 || d.value != list[i-1].value) {
			sum += d.value
			n++
		}
	}
	return n > 1 && sum == c.value
}

// ofValue are the hints that hold for a figure wherever it is told again.
var ofValue = []hint{hintTotal, hintSum, hintDistinct, hintPart, hintPopulation, hintBracket}

// allHints reads the hints of every figure of list.
func (f *facts) allHints(v *view, list []candidate) [][hints]bool {
	each := make([][hints]bool, len(list))
	for i := range list {
		each[i] = f.hints(v, list, &list[i])
	}
	all := slices.Clone(each)
	for i := range list {
		for j := range list {
			if list[j].value != list[i].value {
				continue
			}
			for _, h := range ofValue {
				all[i][h] = all[i][h] || each[j][h]
			}
		}
	}
	return all
}

// nextLine reports whether b stands in the line below a's, both short.
func nextLine(a, b *candidate) bool {
	if a.page != b.page || b.sent != a.sent+1 || a.kind != b.kind {
		return false
	}
	s, u := a.page.sentences[a.sent], a.page.sentences[b.sent]
	return s.line && u.line && s.end-s.start <= 120 && u.end-u.start <= 120
}

// hintWeights were set by hand, in thousandths of a logit. Learning begins with
// them, and without a model they judge.
var hintWeights = [hints]int32{
	hintData:         800,
	hintShare:        200,
	hintTouched:      400,
	hintNear:         400,
	hintTotal:        1000,
	hintBiggest:      800,
	hintTwice:        600,
	hintTitle:        -400,
	hintGroup:        200,
	hintFew:          -800,
	hintRounded:      -600,
	hintPart:         -1000,
	hintWhole:        -800,
	hintPopulation:   -800,
	hintAfter:        -200,
	hintThing:        -1600,
	hintActing:       -2400,
	hintAside:        -600,
	hintReceived:     -600,
	hintShown:        200,
	hintSpared:       -600,
	hintDenied:       -1000,
	hintSheets:       -400,
	hintCompanies:    -1600,
	hintSafe:         -3000,
	hintMimicked:     -1400,
	hintQuiet:        -400,
	hintDigest:       -2000,
	hintSheetsLost:   600,
	hintCompaniesOwn: 200,
	hintNamed:        600,
	hintPeople:       200,
	hintVague:        -400,
	hintSum:          1200,
	hintDistinct:     2000,
	hintGross:        200,
	hintBracket:      -1200,
	hintSheetsBeside: -1600,
	hintHeld:         -1000,
	hintBackground:   -1800,
	hintBeforePeople: -1200,
	hintSize:         -4000,
	hintStaff:        -3000,
	hintViewers:      -1600,
}
