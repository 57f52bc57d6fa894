package classifier

import (
	"bytes"
	"slices"

	"oshirase/breach"
)

// maxEnglishGap is how many bytes may stand between an English item of a list and
// the data beside it: ", customer " before number, " and the desired hourly "
// before wage.
const maxEnglishGap = 34

// maxEnglishNoun is how long, in bytes, a noun beyond that gap may be.
const maxEnglishNoun = 12

// listedNoun finds a noun that names a field outside the vocabulary, in a list
// beside data that was touched: name, customer number and class. In Japanese the
// ending of the item tells it; an English field needs a noun of the rules, since
// any noun may follow a comma.
func (r *reading) listedNoun(hits []dataHit) (span, *page, bool) {
	k := &r.c.k
	lo, hi := 0, 0 // the hits of one sentence
	for i := range hits {
		h := &hits[i]
		p := h.page
		if i == hi {
			for lo = i; hi < len(hits) && hits[hi].page == p && hits[hi].sent == h.sent; hi++ {
			}
		}
		if h.say != dataIn || p.folded.text[h.start] >= 0x80 {
			continue
		}
		s := p.sentences[h.sent]
		from, to := max(s.start, h.start-maxEnglishGap-maxEnglishNoun), min(s.end, h.end+maxEnglishGap+maxEnglishNoun)
		if i > 0 && hits[i-1].page == p {
			from = max(from, hits[i-1].end)
		}
		if i+1 < len(hits) && hits[i+1].page == p {
			to = min(to, hits[i+1].start)
		}
		for _, m := range p.within(k.fieldNoun, span{from, max(from, to)}) {
			if m.clause != h.clause || ofKnown(hits[lo:hi], m) || !besides(p, h.span, m.span) || r.excludes(p, m, hits) {
				continue
			}
			return m.span, p, true
		}
	}
	return span{}, nil, false
}

// ofKnown reports whether m is part of data that the rules know, such as the
// number of a phone number, ends it (bank account number) or leads to it (results
// of blood tests). hits are those of its sentence.
func ofKnown(hits []dataHit, m mark) bool {
	for _, h := range hits {
		if h.start <= m.end && m.start <= h.end+1 || m.end < h.start && string(h.page.folded.text[m.end:h.start]) == " of " {
			return true
		}
	}
	return false
}

// besides reports whether item and data stand beside each other in a list.
func besides(p *page, data, item span) bool {
	t := p.folded.text
	if item.start > data.end {
		gap := t[data.end:item.start]
		return len(gap) <= maxEnglishGap && englishJoint(gap) && endsItem(t[item.end:])
	}
	if data.start <= item.end {
		return false
	}
	gap := t[item.end:data.start]
	return len(gap) <= maxEnglishGap && englishJoint(gap) && gap[0] != ':'
}

var (
	jointWords = newLexicon(", ", " and ", " or ", "/", " as well as ", " along with ", " together with ", " (", ": ")
	// predicate are the words with which a list is over and something is told.
	predicate = newLexicon(" was ", " were ", " is ", " are ", " has ", " have ", " had ", " may ", " which ", " who ", " that ", " said", " to ", " by ", " on ", " at ", " from ", " but ", " because ", " after ", " when ", ".", ";")
	itemEnds  = newLexicon(",", ".", ";", ")", "/", "\n", " and ", " or ", " of ", " for ", " were ", " was ", " is ", " are ", " may ", " might ", " could ", " in ", " had ", " have ", " has ", " that ", " which ", " on ", " from ", " belonging ", " could be", " stored", " shown", " registered", " as well", " along", " to ")
)

// englishJoint reports whether gap joins two items of a list, with at most a few
// words of the second.
func englishJoint(gap []byte) bool {
	return jointWords.at(gap) >= 0 && !predicate.in(gap) && bytes.Count(gap, []byte(" ")) <= 5
}

// endsItem reports whether t goes on as behind an item of a list.
func endsItem(t []byte) bool { return len(t) == 0 || itemEnds.at(t) >= 0 }

// otherListed adds other where a list of data has an item that no rule knows.
func (f *facts) otherListed(hits []dataHit, in map[breach.DataType]bool) {
	items := f.r.items
	var where span
	var on *page
	i := slices.IndexFunc(items, func(it listItem) bool { return it.taken })
	ok := i >= 0
	if ok {
		where, on = items[i].whole, items[i].beside.page
	} else {
		where, on, ok = f.r.listedNoun(hits)
	}
	if ok {
		in[breach.DataOther] = true
		f.findUnnamed(on, where)
	}
}
