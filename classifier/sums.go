package classifier

import (
	"bytes"
	"slices"
	"strings"
)

// groupReach is how many sentences apart the figures of different groups may
// stand, where each is a line of a list; in running text they share a sentence
// or follow one another.
const groupReach = 6

// groupsWith finds the figures of different groups of one enumeration that lead
// is one of.
func groupsWith(_ *reading, all []candidate, lead candidate) []candidate {
	if lead.population == "" {
		return nil
	}
	seen := map[string]bool{lead.population: true}
	parts := []candidate{lead}
	for _, c := range all {
		if c.population == "" || seen[c.population] || c.page != lead.page || c.total || c.partOf || c.kind == unitThings || c.kind == unitOrganisations || otherThing(c, lead) {
			continue
		}
		reach := int32(1)
		if c.page.sentences[c.sent].line && lead.page.sentences[lead.sent].line {
			reach = groupReach
		}
		if c.sent-lead.sent > reach || lead.sent-c.sent > reach {
			continue
		}
		seen[c.population] = true
		parts = append(parts, c)
	}
	return parts
}

// otherThing reports whether two figures of one sentence belong to different things
// told: those who could see, and those seen.
func otherThing(a, b candidate) bool {
	if a.sent != b.sent {
		return false
	}
	if a.start > b.start {
		a, b = b, a
	}
	gap := string(a.page.folded.text[a.end:max(a.end, b.lead)])
	return containsAny(gap, "が、", "のうち", "に対し", " with ", " of the ")
}

// kindsWith finds three or more figures of lead's sentence that tell of disjoint
// sets of data: 氏名のみ3件、氏名・メールアドレス7件.
func kindsWith(_ *reading, all []candidate, lead candidate) []candidate {
	s := lead.page.sentences[lead.sent]
	if !containsAny(string(lead.page.folded.text[s.start:s.end]), "のみ", "だけの", "only") {
		return nil
	}
	parts := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool {
		return c.sent != lead.sent || c.page != lead.page || c.kind != lead.kind
	})
	if len(parts) < 3 {
		return nil
	}
	return parts
}

// rowWith finds the figures that follow one another with lead, each of another
// group and none of a kind of data: 在校生29人と修了生74人, A支店の会員412名、B支店の会員233名.
func rowWith(r *reading, all []candidate, lead candidate) []candidate {
	return runWith(all, lead, func(a, b candidate) bool { return a.kind == b.kind && nextOf(r, a, b) })
}

// linesWith finds the figures of a list with one place or group a line that lead
// is one of: ・海辺の館 4,120名. Lines that count a kind of data overlap, and are not
// added.
func linesWith(r *reading, all []candidate, lead candidate) []candidate {
	ofData := func(c candidate) bool {
		return slices.ContainsFunc(r.dataHits, func(h dataHit) bool { return h.page == c.page && h.sent == c.sent })
	}
	return runWith(all, lead, func(a, b candidate) bool { return nextLine(a, b) && !ofData(a) && !ofData(b) })
}

// runWith finds the run of figures, each next to the one before, that lead is in.
func runWith(all []candidate, lead candidate, next func(a, b candidate) bool) []candidate {
	var parts []candidate
	for _, c := range all {
		if n := len(parts); n > 0 && !next(parts[n-1], c) {
			if slices.ContainsFunc(parts, func(d candidate) bool { return d.page == lead.page && d.start == lead.start }) {
				break
			}
			parts = parts[:0]
		}
		parts = append(parts, c)
	}
	if len(parts) < 2 || !slices.ContainsFunc(parts, func(d candidate) bool { return d.page == lead.page && d.start == lead.start }) {
		return nil
	}
	return parts
}

// nextOf reports whether b is the next group behind a in a row.
func nextOf(r *reading, a, b candidate) bool {
	t := a.page.folded.text
	if a.page != b.page || a.start == b.start || b.lead < a.end || b.lead-a.end > 60 || b.partOf || b.total {
		return false
	}
	gap := string(t[a.end:b.lead])
	for _, h := range r.dataHits {
		if h.page == a.page && h.start >= a.end && h.end <= b.lead {
			return false
		}
	}
	gap = strings.TrimPrefix(strings.TrimPrefix(gap, "分"), "様")
	rest, ok := "", false
	for _, w := range []string{"と、", "と", "、", "及び", "および", "並びに", "ならびに", "や", "・", ",", " and"} {
		if rest, ok = strings.CutPrefix(gap, w); ok {
			break
		}
	}
	if !ok || containsAny(rest, "うち", "内訳", "。", "のみ", "いずれ", "そこから", "残", "から", "当初", "今回", "訂正", "(", ")", ";", "また", "が", "を", "で", "。", "、") {
		return false
	}
	topic := strings.HasSuffix(rest, "は") || strings.HasSuffix(rest, "が")
	return !topic || bytes.HasSuffix(t[:a.lead], []byte("は")) || strings.HasPrefix(gap, "、") && bytes.Contains(t[a.page.sentences[a.sent].start:a.start], []byte("は"))
}
