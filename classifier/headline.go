package classifier

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// headline chooses the number that the notice leads with: a stated total, else
// the sum over different groups, else the largest figure, people before
// records. by are the figures that it rests on; astray tells of a misdelivery.
func headline(v *view, all []candidate, astray bool) (value int64, by []candidate, ok bool) {
	usable := usable(v, all, astray)
	if len(usable) == 0 {
		return 0, nil, false
	}
	text := slices.DeleteFunc(slices.Clone(usable), func(c candidate) bool { return c.inTitle })
	if len(text) == 0 {
		return usable[0].value, usable[:1], true
	}
	// Of things sent astray, those with personal data are the ones that count.
	for _, c := range text {
		s := c.page.sentences[c.sent]
		if astray && c.partOf && containsAny(string(c.page.folded.text[max(s.start, c.start-45):c.start]), "個人情報") {
			return c.value, []candidate{c}, true
		}
	}
	for _, c := range text {
		s := c.page.sentences[c.sent]
		if containsAny(string(c.page.folded.text[max(s.start, c.start-45):c.start]), "重複を除", "重複を差し引", "実人数") {
			return c.value, []candidate{c}, true
		}
	}
	// A group told of inside another (うち…) is not the whole.
	whole := slices.DeleteFunc(slices.Clone(text), func(c candidate) bool { return c.partOf })
	if len(whole) == 0 {
		whole = text
	}
	if c, ok := statedTotal(whole); ok {
		return c.value, []candidate{c}, true
	}
	if sum, parts, ok := groupSum(whole); ok {
		return sum, parts, true
	}
	people := slices.DeleteFunc(slices.Clone(whole), func(c candidate) bool { return c.kind != unitPeople })
	pick := whole
	if len(people) > 0 {
		// People beside records of the same things: people count.
		mp, mr := slices.MaxFunc(people, byValue), slices.MaxFunc(whole, byValue)
		if mp.value == mr.value || mp.value*20 >= mr.value && !confirmedRecords(whole, mp) {
			pick = people
		}
	}
	if sum, parts, ok := disjointSum(pick); ok {
		return sum, parts, true
	}
	if sum, parts, ok := placesSum(pick); ok {
		return sum, parts, true
	}
	if sum, parts, ok := lineSum(v.r, pick); ok {
		return sum, parts, true
	}
	m := slices.MaxFunc(pick, byValue)
	return m.value, []candidate{m}, true
}

func byValue(a, b candidate) int { return cmp.Compare(a.value, b.value) }

// usable drops the figures that cannot lead: of organisations, of those that a
// mail went to (unless it showed them to each other), earlier ones that the
// notice corrects, those said to be untouched, and rounded ones whose exact
// figure is told. A step that would leave none is not taken.
func usable(v *view, all []candidate, astray bool) []candidate {
	k := &v.r.c.k
	list := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return c.kind == unitOrganisations })
	drop := func(gone func(c *candidate) bool) {
		kept := slices.DeleteFunc(slices.Clone(list), func(c candidate) bool { return gone(&c) })
		if len(kept) > 0 {
			list = kept
		}
	}
	var direct []candidate
	for _, c := range list {
		if !c.received && !(c.inTitle && slices.ContainsFunc(list, func(d candidate) bool { return d.received && d.value == c.value })) {
			direct = append(direct, c)
		}
	}
	if len(direct) == 0 && !(astray && v.any(k.countMutual)) {
		return nil
	}
	if parts := !slices.ContainsFunc(direct, func(c candidate) bool { return !c.partOf }); len(direct) > 0 && !(parts && astray && v.any(k.countMutual)) {
		list = direct
	}
	for i := range list {
		list[i].dropped = corrected(k, &list[i])
	}
	freeParts(list)
	drop(func(c *candidate) bool { return !c.inTitle && c.start >= v.r.older })
	drop(func(c *candidate) bool { return c.dropped })
	drop(func(c *candidate) bool { return c.spared })
	exact := slices.Clone(list)
	drop(func(c *candidate) bool {
		return (c.approx || c.rounded > 1) && slices.ContainsFunc(exact, func(d candidate) bool { return !d.inTitle && roundsTo(&d, c) })
	})
	return list
}

// corrected reports whether the words around a figure give it up for another.
func corrected(k *kinds, c *candidate) bool {
	p := c.page
	s := p.sentences[c.sent]
	if m, ok := p.first(k.countSuperseded, span{c.end, max(c.end, min(s.end, c.end+45))}); ok && m.start-c.end <= 15 {
		return true
	}
	if m, ok := p.first(k.countSuperseded, span{c.end, max(c.end, min(s.end, c.end+150))}); ok {
		gap := p.folded.text[c.end:m.start]
		if bytes.Contains(gap, []byte("」")) && !bytes.Contains(gap, []byte("「")) && !bytes.ContainsAny(gap, "0123456789") {
			return true // the figure stands in what was said before
		}
	}
	after := strings.TrimLeft(string(p.folded.text[c.end:max(c.end, min(s.end, c.end+75))]), "」』) ")
	if (strings.HasPrefix(after, "から") || strings.HasPrefix(after, "より") || strings.HasPrefix(after, "を「")) && containsAny(after, "訂正", "修正", "変更", "見直", "更新", "改め") {
		return true
	}
	for _, m := range p.within(k.countPreliminary, span{max(s.start, c.lead-36), c.lead}) {
		if !bytes.ContainsAny(p.folded.text[m.end:c.lead], "0123456789") {
			return true
		}
	}
	if m, ok := p.first(k.countSuperseded, span{c.end, max(c.end, min(s.end, c.end+90))}); ok && bytes.HasPrefix(p.folded.text[m.end:], []byte("が")) && !bytes.ContainsAny(p.folded.text[c.end:m.start], "0123456789") {
		return true // とお知らせしておりましたが
	}
	return wholeBody(k, c)
}

// wholeBody reports whether a figure is of all members or the like, of whom some
// are touched: 当社の会員様(約30万名)のうち、漏えいしたのは….
func wholeBody(k *kinds, c *candidate) bool {
	p := c.page
	s := p.sentences[c.sent]
	after := string(p.folded.text[c.end:max(c.end, min(s.end, c.end+30))])
	i := strings.Index(after, "のうち")
	if i < 0 || strings.ContainsAny(after[:i], "0123456789") || containsAny(after[:i], "、", "。") {
		return false
	}
	head := span{s.start, c.start}
	return !p.leaks(k, head) && !containsAny(string(p.folded.text[head.start:head.end]), "対象", "該当", "影響", "可能性", "不正", "紛失") &&
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

// statedTotal finds the figure that the notice calls the total, or that is the
// sum of others.
func statedTotal(whole []candidate) (candidate, bool) {
	biggest := slices.MaxFunc(whole, byValue)
	totals := slices.DeleteFunc(slices.Clone(whole), func(c candidate) bool { return !c.total })
	if len(totals) > 0 {
		if m := slices.MaxFunc(totals, byValue); m.value*2 >= biggest.value {
			return m, true
		}
	}
	var sum int64
	for _, c := range whole {
		if c.value < biggest.value && c.sent == biggest.sent && c.kind == biggest.kind {
			sum += c.value
		}
	}
	return biggest, sum == biggest.value
}

// confirmedRecords reports whether a figure of records larger than p is stated
// as leaked.
func confirmedRecords(all []candidate, p candidate) bool {
	return slices.ContainsFunc(all, func(c candidate) bool {
		return c.kind != unitPeople && c.value > p.value && c.certainty != "total" && p.certainty == "total"
	})
}

// groupReach is how many sentences apart the figures of different groups may
// stand, where each is a line of a list; in running text they share a sentence
// or follow one another.
const groupReach = 6

// groupSum adds up figures of different groups of one enumeration, where no
// total is told.
func groupSum(all []candidate) (int64, []candidate, bool) {
	biggest := slices.MaxFunc(all, byValue)
	seen := map[string]bool{}
	var sum int64
	var parts []candidate
	for _, c := range all {
		if c.population == "" || seen[c.population] || c.page != biggest.page {
			continue
		}
		reach := int32(1)
		if c.page.sentences[c.sent].line && biggest.page.sentences[biggest.sent].line {
			reach = groupReach
		}
		if c.sent-biggest.sent > reach || biggest.sent-c.sent > reach {
			continue
		}
		seen[c.population] = true
		sum += c.value
		parts = append(parts, c)
	}
	if len(parts) < 2 || !slices.ContainsFunc(parts, func(c candidate) bool { return c.start == biggest.start }) {
		return 0, nil, false
	}
	return sum, parts, true
}

// disjointSum adds up three or more figures of one sentence that tell of
// disjoint sets of data: 氏名のみ3件、氏名・メールアドレス7件.
func disjointSum(all []candidate) (int64, []candidate, bool) {
	biggest := slices.MaxFunc(all, byValue)
	var sum int64
	var parts []candidate
	for _, c := range all {
		if c.sent == biggest.sent && c.page == biggest.page && c.kind == biggest.kind {
			sum += c.value
			parts = append(parts, c)
		}
	}
	if len(parts) < 3 {
		return 0, nil, false
	}
	s := biggest.page.sentences[biggest.sent]
	if !containsAny(string(biggest.page.folded.text[s.start:s.end]), "のみ", "だけの", "only") {
		return 0, nil, false
	}
	return sum, parts, true
}

// placesSum adds up three or more figures that follow one another with a like
// noun before each: A支店の会員412名、B支店の会員233名、C支店の会員108名.
func placesSum(all []candidate) (int64, []candidate, bool) {
	biggest := slices.MaxFunc(all, byValue)
	var sum int64
	var parts []candidate
	for _, c := range all {
		if c.sent != biggest.sent || c.page != biggest.page || c.kind != biggest.kind {
			continue
		}
		if n := len(parts); n > 0 {
			gap := string(c.page.folded.text[parts[n-1].end:max(parts[n-1].end, c.start)])
			t := c.page.folded.text[:parts[n-1].start]
			if len(gap) > 45 || len(gap) < 9 || !strings.HasPrefix(gap, "、") || strings.Count(gap, "、") > 1 || !bytes.HasSuffix(t, []byte(gap[len(gap)-6:])) {
				return 0, nil, false
			}
		}
		sum += c.value
		parts = append(parts, c)
	}
	return sum, parts, len(parts) >= 3
}

// lineSum adds up the figures of a list with one place or group a line:
// ・海辺の館 4,120名. Lines that count a kind of data overlap, and are not added.
func lineSum(r *reading, all []candidate) (int64, []candidate, bool) {
	biggest := slices.MaxFunc(all, byValue)
	var sum int64
	var parts []candidate
	for _, c := range all {
		if c.page != biggest.page || c.kind != biggest.kind {
			continue
		}
		s := c.page.sentences[c.sent]
		if !s.line || s.end-s.start > 120 || slices.ContainsFunc(r.dataHits, func(h dataHit) bool { return h.page == c.page && h.sent == c.sent }) {
			continue
		}
		if n := len(parts); n > 0 && c.sent != parts[n-1].sent+1 {
			if slices.ContainsFunc(parts, func(o candidate) bool { return o.start == biggest.start }) {
				break
			}
			sum, parts = 0, nil
		}
		sum += c.value
		parts = append(parts, c)
	}
	if len(parts) < 2 || !slices.ContainsFunc(parts, func(c candidate) bool { return c.start == biggest.start }) {
		return 0, nil, false
	}
	return sum, parts, true
}
