package classifier

import (
	"bytes"
	"slices"
	"strings"
)

// sumOfParts is several figures that may add up to those touched.
type sumOfParts struct {
	value int64
	how   uint32 // a bit for each of sumNames that found it
	parts []int  // in the order of the text
}

// How figures are found that may add up.
const (
	sumByGroup     = iota // each of another group, in one sentence or list
	sumByKind             // disjoint sets of data: 氏名のみ3件、氏名・メールアドレス7件
	sumByRow              // one behind the other: 在校生29人、修了生74人
	sumByJoin             // those joined by a word: 在校生29人と修了生74人
	sumByLines            // one place or group a line
	sumByDataLines        // one a line, with kinds of data, which may overlap
	sumBySentence         // all of one unit in a sentence
	sumByPeople           // all people and records of a sentence
	sumByRun              // of sentences that follow one another
	sumByItems            // the first of each item of a list
	sumByPair             // two neighbours
)

var sumNames = [...]string{"groups", "kinds", "row", "joined row", "lines", "lines of data", "sentence", "people of a sentence", "run", "items", "pair"}

const (
	// groupReach is how many sentences apart the figures of different groups may
	// stand, where each is a line of a list; in running text they share a sentence
	// or follow one another.
	groupReach = 6
	// itemReach is how many sentences an item of a list may take, pairReach those
	// from one neighbour to the next.
	itemReach, pairReach = 4, 3
	// maxAdded bounds the figures that are tried together.
	maxAdded = 60
)

// sums finds the figures of list that may add up to those touched.
func (f *facts) sums(list []candidate) (out []sumOfParts) {
	list = list[:min(len(list), maxAdded)]
	put := func(how int, parts []int) {
		if len(parts) < 2 {
			return
		}
		for i := range out {
			if slices.Equal(out[i].parts, parts) {
				out[i].how |= 1 << how
				return
			}
		}
		s := sumOfParts{how: 1 << how, parts: slices.Clone(parts)}
		for _, i := range parts {
			s.value += list[i].value
		}
		out = append(out, s)
	}
	var parts []int
	run := func(how int, next func(a, b *candidate) bool) {
		parts = parts[:0]
		for i := range list {
			if n := len(parts); n > 0 && !next(&list[parts[n-1]], &list[i]) {
				put(how, parts)
				parts = parts[:0]
			}
			parts = append(parts, i)
		}
		put(how, parts)
	}
	for i := range list {
		parts = groupsWith(list, i, parts[:0])
		put(sumByGroup, parts)
	}
	run(sumByKind, func(a, b *candidate) bool {
		return a.page == b.page && a.sent == b.sent && a.kind == b.kind && a.page.only(a.sent)
	})
	run(sumByRow, func(a, b *candidate) bool { return a.kind == b.kind && nextOf(f.r, a, b) != "" })
	run(sumByJoin, func(a, b *candidate) bool { return a.kind == b.kind && saysAnd(nextOf(f.r, a, b)) })
	run(sumByLines, func(a, b *candidate) bool { return nextLine(a, b) && !f.r.namesData(a) && !f.r.namesData(b) })
	run(sumByDataLines, nextLine)
	run(sumBySentence, func(a, b *candidate) bool { return a.page == b.page && a.sent == b.sent && a.kind == b.kind })
	run(sumByPeople, func(a, b *candidate) bool {
		return a.page == b.page && a.sent == b.sent && !a.impersonal() && !b.impersonal() && !b.partOf
	})
	run(sumByRun, func(a, b *candidate) bool {
		return a.page == b.page && b.sent-a.sent <= 1 && a.kind == b.kind && !b.partOf
	})
	parts = parts[:0]
	for i := range list {
		c := &list[i]
		s := c.page.sentences[c.sent]
		if c.inTitle || c.partOf || c.kind == unitOrganisations || itemMarks.at(c.page.folded.text[s.start:s.end]) < 0 {
			continue
		}
		if n := len(parts); n > 0 {
			last := list[parts[n-1]].sent
			if last == c.sent {
				continue
			}
			if c.sent-last > itemReach {
				put(sumByItems, parts)
				parts = parts[:0]
			}
		}
		parts = append(parts, i)
	}
	put(sumByItems, parts)
	for i := 1; i < len(list); i++ {
		if a, b := &list[i-1], &list[i]; a.page == b.page && b.sent-a.sent <= pairReach && (a.kind == b.kind || a.sent == b.sent) && !b.partOf {
			put(sumByPair, []int{i - 1, i})
		}
	}
	return out
}

// itemMarks begin an item of a list.
var itemMarks = newLexicon("・", "①", "②", "③", "④", "⑤", "(", "■", "-", "1", "2", "3", "4", "5", "●", "○", "*", "◆", "◇", "ア", "イ", "ウ", "▼", "▽", "◎", "★", "□", "▲", "※")

// impersonal reports whether neither people nor their records are counted.
func (c *candidate) impersonal() bool { return c.kind == unitThings || c.kind == unitOrganisations }

// namesData reports whether the sentence of a figure names kinds of data.
func (r *reading) namesData(c *candidate) bool {
	hits := r.dataFrom(c.page, c.page.sentences[c.sent].start)
	return len(hits) > 0 && hits[0].sent == c.sent
}

// countsData reports whether the line of a figure has nothing but kinds of data
// before it: such lines tell of the same people.
func (r *reading) countsData(c *candidate) bool {
	at := c.page.sentences[c.sent].start
	for _, h := range r.dataFrom(c.page, at) {
		if h.start >= c.lead {
			break
		}
		if h.start >= at && h.end <= c.lead {
			if !onlyMarks(c.page.folded.text[at:h.start]) {
				return false
			}
			at = h.end
		}
	}
	return at > c.page.sentences[c.sent].start && onlyMarks(c.page.folded.text[at:max(at, c.lead)])
}

// onlyMarks reports whether t has no letters.
func onlyMarks(t []byte) bool {
	return strings.Trim(string(t), " ・、,/:()-=0123456789.") == ""
}

// only reports whether a sentence tells of sets that do not overlap.
func (p *page) only(sent int32) bool {
	s := p.sentences[sent]
	return containsAny(string(p.folded.text[s.start:s.end]), "のみ", "だけの", "only")
}

// groupsWith finds the figures of different groups of one enumeration that the
// figure at lead is one of.
func groupsWith(list []candidate, lead int, parts []int) []int {
	l := &list[lead]
	if l.population == "" {
		return nil
	}
	for i := range list {
		c := &list[i]
		if i == lead {
			parts = append(parts, i)
			continue
		}
		if c.population == "" || c.page != l.page || c.total || c.partOf || c.impersonal() || c.population == l.population || otherThing(c, l) ||
			slices.ContainsFunc(parts, func(j int) bool { return list[j].population == c.population }) {
			continue
		}
		reach := int32(1)
		if c.page.sentences[c.sent].line && l.page.sentences[l.sent].line {
			reach = groupReach
		}
		if c.sent-l.sent <= reach && l.sent-c.sent <= reach {
			parts = append(parts, i)
		}
	}
	return parts
}

// otherThing reports whether two figures of one sentence belong to different things
// told: those who could see, and those seen.
func otherThing(a, b *candidate) bool {
	if a.sent != b.sent {
		return false
	}
	if a.start > b.start {
		a, b = b, a
	}
	gap := string(a.page.folded.text[a.end:max(a.end, b.lead)])
	return containsAny(gap, "が、", "のうち", "に対し", " with ", " of the ")
}

// saysAnd reports whether what stands between two groups is a word for and.
func saysAnd(between string) bool { return strings.Trim(between, "、・,") != "" }

// nextOf is what stands between a and b where b is the next group behind a in a
// row: と, 及び, 、 and the like. It is empty where b is not.
func nextOf(r *reading, a, b *candidate) string {
	t := a.page.folded.text
	if a.page != b.page || a.start == b.start || b.lead < a.end || b.lead-a.end > 60 || b.partOf || b.total {
		return ""
	}
	gap := string(t[a.end:b.lead])
	for _, h := range r.dataFrom(a.page, a.end) {
		if h.start >= b.lead {
			break
		}
		if h.end <= b.lead {
			return ""
		}
	}
	gap = strings.TrimPrefix(strings.TrimPrefix(gap, "分"), "様")
	rest, between := "", ""
	for _, w := range []string{"と、", "と", "、", "及び", "および", "並びに", "ならびに", "や", "・", ",", " and"} {
		if after, ok := strings.CutPrefix(gap, w); ok {
			rest, between = after, w
			break
		}
	}
	if between == "" || containsAny(rest, "うち", "内訳", "。", "のみ", "いずれ", "そこから", "残", "から", "当初", "今回", "訂正", "(", ")", ";", "また", "が", "を", "で", "。", "、") {
		return ""
	}
	topic := strings.HasSuffix(rest, "は") || strings.HasSuffix(rest, "が")
	if topic && !bytes.HasSuffix(t[:a.lead], []byte("は")) && (between != "、" || !bytes.Contains(t[a.page.sentences[a.sent].start:a.start], []byte("は"))) {
		return ""
	}
	return between
}
