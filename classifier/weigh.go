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
	hintBiggest                  // no other is larger
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
	hints
)

// hintWeights were set on the labelled notices; a step of one changes few headlines.
var hintWeights = [hints]int{
	hintData:         4,
	hintShare:        1,
	hintTouched:      2,
	hintNear:         2,
	hintTotal:        5,
	hintBiggest:      4,
	hintTwice:        3,
	hintTitle:        -2,
	hintGroup:        1,
	hintFew:          -4,
	hintRounded:      -3,
	hintPart:         -5,
	hintWhole:        -4,
	hintAfter:        -1,
	hintPopulation:   -4,
	hintThing:        -8,
	hintActing:       -6,
	hintAside:        -3,
	hintReceived:     -3,
	hintShown:        1,
	hintSpared:       -3,
	hintDenied:       -5,
	hintSheets:       -2,
	hintSheetsLost:   3,
	hintSheetsBeside: -8,
	hintCompanies:    -8,
	hintCompaniesOwn: 1,
	hintSafe:         -6,
	hintMimicked:     -7,
	hintQuiet:        -2,
	hintDigest:       -10,
	hintNamed:        3,
	hintPeople:       1,
	hintVague:        -2,
	hintSum:          6,
	hintDistinct:     10,
	hintGross:        1,
	hintBracket:      -6,
	hintHeld:         -5,
}

// bias is what a figure weighs by itself, slack how much lighter than the
// heaviest one that still leads with it.
const (
	bias  = 1
	slack = 6
)

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
	has[hintBiggest] = !same(func(d *candidate) bool { return d.value > c.value })
	has[hintTwice] = same(func(d *candidate) bool { return d.value == c.value && (d.page != c.page || d.start != c.start) })
	has[hintTitle] = c.inTitle
	has[hintGroup] = c.population != ""
	has[hintFew] = c.value <= 2
	has[hintRounded] = c.approx || c.rounded > 1
	has[hintPart] = c.partOf && partInside(k, list, c)
	has[hintWhole] = ofAll(k, c)
	has[hintPopulation] = populationOnly(k, list, c)
	if m, ok := p.first(k.countAfter, after); ok && m.start-c.end <= 18 && !bytes.Contains(t[c.end:m.start], []byte("、")) {
		has[hintAfter] = true
	}
	has[hintThing] = c.thing && !c.data
	has[hintActing] = c.acting && !c.data
	has[hintAside] = c.aside
	mutual := f.hasVector(breach.Misdelivery) && v.any(k.countMutual)
	has[hintReceived] = c.received && !c.data && !mutual
	has[hintShown] = c.received && mutual
	has[hintSpared] = c.spared
	has[hintDenied] = p.has(k.negated, span{c.end, max(c.end, s.end)}) && !p.has(k.possible, clause)
	has[hintHeld] = has[hintDenied] && f.attackOnly()
	has[hintSheets] = c.kind == unitThings
	has[hintCompanies] = c.kind == unitOrganisations
	has[hintSafe] = f.LeakStatus == breach.LeakDenied && f.attackOnly()
	has[hintMimicked] = f.PrimaryVector == breach.Impersonation
	has[hintQuiet] = f.attackOnly() && (f.LeakStatus == breach.LeakUnknown || f.LeakStatus == breach.LeakUnderInvestigation)
	has[hintDigest] = f.r.isDigest() || v.any(k.countSeveral)
	has[hintSheetsBeside] = has[hintSheets] && same(func(d *candidate) bool {
		return d.kind != unitThings && d.kind != unitOrganisations && !d.acting && !d.thing && !d.aside
	})
	has[hintTotal] = c.total && !has[hintSheetsBeside]
	has[hintSheetsLost] = has[hintSheets] && f.hasVector(breach.LostOrStolen, breach.Misdelivery)
	has[hintCompaniesOwn] = has[hintCompanies] && (has[hintShare] || c.data)
	has[hintNamed] = slices.ContainsFunc(f.r.dataHits, func(h dataHit) bool { return h.page == p && h.sent == c.sent })
	has[hintPeople] = c.kind == unitPeople
	has[hintVague] = !f.hasVector(breach.LostOrStolen, breach.Misdelivery, breach.Misconfiguration, breach.Insider, breach.CredentialStuffing, breach.WebSkimming) && f.LeakStatus != breach.LeakConfirmed && f.LeakStatus != breach.LeakSuspected
	has[hintGross] = c.gross
	has[hintBracket] = c.kind != unitPeople && bracketed(list, c)
	has[hintSum] = sumOfOthers(list, c)
	has[hintDistinct] = once(t[max(s.start, c.start-45):max(s.start, c.start)]) || hasPrefixAt(t, int(c.end), len(t), "(確定")
	return has
}

// once reports whether the words before a figure tell that each is counted once.
func once(before []byte) bool {
	for _, w := range []string{"重複を除", "重複を差し引", "実人数", "実数", "実質"} {
		if i := bytes.LastIndex(before, []byte(w)); i >= 0 && !bytes.ContainsAny(before[i:], "0123456789") {
			return true
		}
	}
	return false
}

// bracketed reports whether a figure stands in brackets behind one of people:
// 5,000名分(8,635件), 2,974名(カード3,318件).
func bracketed(list []candidate, c *candidate) bool {
	t := c.page.folded.text
	return slices.ContainsFunc(list, func(d candidate) bool {
		if d.page != c.page || d.kind != unitPeople || d.end >= c.lead || c.lead-d.end > 36 {
			return false
		}
		gap := strings.TrimPrefix(strings.TrimLeft(string(t[d.end:c.lead]), " "), "分")
		return strings.HasPrefix(gap, "(") && !containsAny(gap, ")", "、", "内訳")
	})
}

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

// weights tells what each figure weighs.
func (f *facts) weights(v *view, list []candidate) []int {
	all := make([][hints]bool, len(list))
	for i := range list {
		all[i] = f.hints(v, list, &list[i])
	}
	weighed := make([]int, len(list))
	for i := range list {
		has := all[i]
		for j := range list {
			for _, h := range ofValue {
				has[h] = has[h] || list[j].value == list[i].value && all[j][h]
			}
		}
		weighed[i] = bias
		for h, is := range has {
			if is {
				weighed[i] += hintWeights[h]
			}
		}
	}
	return weighed
}

// heaviest finds the figure that the signs speak for most, -1 where none does,
// among those of which none weighs much less. Those of one row or list share what
// speaks for any of them.
func (f *facts) heaviest(v *view, list []candidate) (near []candidate, lead int) {
	list = list[:min(len(list), maxWeighed)]
	weighed := f.weights(v, list)
	share := func(i, j int) {
		if nextOf(f.r, list[i], list[j]) || nextLine(list[i], list[j]) {
			weighed[i] = max(weighed[i], weighed[j])
			weighed[j] = weighed[i]
		}
	}
	for i := 1; i < len(list); i++ {
		share(i-1, i)
	}
	for i := len(list) - 1; i > 0; i-- {
		share(i-1, i)
	}
	best := 1
	for _, w := range weighed {
		best = max(best, w)
	}
	lead = -1
	for i, w := range weighed {
		if w < max(1, best-slack) {
			continue
		}
		if w == best && (lead < 0 || list[i].value > near[lead].value) {
			lead = len(near)
		}
		near = append(near, list[i])
	}
	return near, lead
}

// nextLine reports whether b stands in the line below a's, both short.
func nextLine(a, b candidate) bool {
	if a.page != b.page || b.sent != a.sent+1 || a.kind != b.kind {
		return false
	}
	s, u := a.page.sentences[a.sent], a.page.sentences[b.sent]
	return s.line && u.line && s.end-s.start <= 120 && u.end-u.start <= 120
}
