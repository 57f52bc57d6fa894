package classifier

import (
	"cmp"
	"slices"

	"oshirase/breach"
)

// The topics of rules for words that name a kind of data, and for those that may.
const dataTopic, hintTopic = "data/", "hint/"

// before reports whether h stands before offset at of p, as they are read: the text
// before the title.
func (h *dataHit) before(p *page, at int32) bool {
	return h.page == p && h.start < at || h.page.in < p.in
}

// readHints lists what may name a kind of data: words that are right too seldom for a
// rule to stand by, and those that a rule for data names but its unless held back.
// The rules alone take none of them for data; the model weighs them as it weighs
// mentions, beside which none is kept.
func (f *facts) readHints(v *view, hits []dataHit) {
	r := f.r
	hints := r.hints[:0]
	for i, d := range breach.DataTypes() {
		v.each(r.c.k.hint[i], func(p *page, m mark) {
			if p.in != "text" || !r.repeated[m.sent] {
				hints = append(hints, dataHit{mark: m, page: p, kind: d, at: int32(i), hint: true})
			}
		})
	}
	slices.SortStableFunc(hints, func(a, b dataHit) int {
		return cmp.Or(cmp.Compare(a.page.in, b.page.in), cmp.Compare(a.start, b.start))
	})
	kept := hints[:0]
	next := 0
	for _, h := range hints {
		for next < len(hits) && hits[next].before(h.page, h.start) {
			next++
		}
		if len(kept) == maxDataWeighed {
			break
		}
		if h.next = int32(next); !named(hits, &h) {
			kept = append(kept, h)
		}
	}
	r.hints = kept
	for i := range kept {
		h := &kept[i]
		h.why = f.reasonsFor(hits, h)
		if listed(hits, h) {
			h.why |= 1 << reasonListed
		}
	}
}

// named reports whether a mention of its kind stands where h does.
func named(hits []dataHit, h *dataHit) bool {
	for i := max(0, int(h.next)-3); i < min(int(h.next)+3, len(hits)); i++ {
		if o := &hits[i]; o.page == h.page && o.kind == h.kind && o.start < h.end && h.start < o.end {
			return true
		}
	}
	return false
}
