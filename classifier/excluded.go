package classifier

import (
	"bytes"
	"slices"
	"sort"
)

// excludes reports whether the predicate after m (in English anywhere in its
// clause) says that the data is not part of the incident.
func (r *reading) excludes(p *page, m mark, hits []dataHit) bool {
	k := &r.c.k
	clause := p.clauses[m.clause]
	if r.spared(p, m) {
		return true
	}
	if p.folded.text[m.start] < 0x80 {
		return r.excludesEnglish(p, m, clause)
	}
	for at := m.end; ; {
		e, ok := p.first(k.excluded, span{at, clause.end})
		if !ok {
			return p.outsideScope(k.excluded, m, hits)
		}
		at = e.end
		gap := p.folded.text[m.end:e.start]
		if inBrackets(gap) {
			continue // said of something else in brackets
		}
		if bytes.HasSuffix(gap, []byte("こと")) && !bytes.HasSuffix(gap, []byte("たこと")) {
			return false // お聞きすることはございません: never done
		}
		if ownPredicates.in(gap) || otherTopic(gap) {
			return false // the list has its own predicate
		}
		if ab, has := p.first(k.abuse, span{m.end, e.end}); has && ab.start <= e.start {
			return false
		}
		but := exceptWords.in(p.folded.text[e.start:e.end])
		if but && exceptOf.in(gap) {
			continue // of another noun
		}
		if but && (p.has(k.excluded, span{e.end, clause.end}) || p.has(k.negated, span{e.end, clause.end})) {
			return false // nothing but this
		}
		return !r.reopened(p, m, e, hits)
	}
}

// spared reports whether m is an item of a list of what was not touched: behind
// its heading on the same line, or on a line below.
func (r *reading) spared(p *page, m mark) bool {
	s := p.sentences[m.sent]
	if p.has(r.c.k.fieldSpared, span{s.start, m.start}) {
		return true
	}
	return s.line && r.headOf(p, m) == headsSpared
}

// otherTopic reports whether gap, which parts a list of data from an exclusion,
// closes what it says of the list and goes on to speak of something else:
// 氏名、住所など10件で、カード番号は含まれない.
func otherTopic(gap []byte) bool {
	for _, w := range listEnds {
		i := bytes.Index(gap, w)
		if i >= 0 && !listTopics.in(gap[:i]) && nextTopics.in(gap[i+len(w):]) {
			return true
		}
	}
	return false
}

var (
	listEnds   = [][]byte{[]byte("で、"), []byte("認め、"), []byte("、別の")}
	nextTopics = newLexicon("は", "も", "を")
)

// outsideScope reports whether m belongs to a topic that the rest of its sentence
// declares untouched: 証券番号は内側に印字しており、対象外です.
func (p *page) outsideScope(excluded int, m mark, hits []dataHit) bool {
	s := p.sentences[m.sent]
	topic := p.topic(m)
	if topic < 0 {
		return false
	}
	e, ok := p.first(excluded, span{topic, s.end})
	return ok && e.start-topic <= maxTopic && !p.dataBetween(hits, topic, e.start)
}

// maxTopic is how many bytes may stand between a topic and what is said of it.
const maxTopic = 240

// listTopics end the noun that a sentence goes on to speak of; noTopic is between
// it and an item that is not part of it.
var (
	listTopics = newLexicon("は", "については", "につきまして", "に関して", "も")
	noTopic    = newLexicon("が", "を", "で", "。", "(", ")", "した", "する", "され")
)

// maxListed is how many bytes of a list may stand between one of its items and
// the mark of the topic.
const maxListed = 90

// topic returns where the topic that m ends or stands in a list of ends, or -1.
func (p *page) topic(m mark) int32 {
	s := p.sentences[m.sent]
	t := p.folded.text[m.end:max(m.end, min(s.end, m.end+maxListed))]
	first := listTopics.index(t)
	if first < 0 {
		return -1
	}
	first += len(listTopics.words[listTopics.at(t[first:])])
	if noTopic.in(t[:first]) {
		return -1
	}
	return m.end + int32(first)
}

// dataBetween reports whether another kind of data is named from from to to.
func (p *page) dataBetween(hits []dataHit, from, to int32) bool {
	i := sort.Search(len(hits), func(i int) bool { return hits[i].page.in > p.in || hits[i].page == p && hits[i].start >= from })
	return i < len(hits) && hits[i].page == p && hits[i].end <= to
}

// denial is what the leak words of one sentence say, kept for all the data that
// the sentence names.
type denial struct {
	page           *page
	sent           int32
	denied, stated int32 // where the last leak denied and the last one told begin
}

// leakDenied reports whether the leak that the sentence of m speaks of after m
// is denied there: 氏名、住所が外部に送信された痕跡は認められませんでした.
func (r *reading) leakDenied(p *page, m mark, hits []dataHit) bool {
	d := r.denialOf(p, m.sent)
	if d.denied < m.end || d.stated >= m.end || d.denied-m.end > maxTopic {
		return false
	}
	if ownPredicates.in(p.folded.text[m.end:d.denied]) || p.has(r.c.k.possible, span{d.denied, p.sentences[m.sent].end}) && r.reopened(p, m, mark{span: span{d.denied, d.denied}}, hits) {
		return false
	}
	return true
}

// ownPredicates show that a list of data has a predicate before the one in
// question.
var ownPredicates = newLexicon("であり", "です", "のみで", "だけで", "だけが", "のみが", "でした", "が対象で", "となり", "を認め", "が含まれる", "が含まれます", "が含まれており", "が含まれていま")

var (
	exceptWords = newLexicon("以外", "除")
	exceptOf    = newLexicon("を", "が", "は", "で")
)

func (r *reading) denialOf(p *page, sent int32) denial {
	if r.denial.page != p || r.denial.sent != sent {
		r.denial = r.readDenial(p, sent)
	}
	return r.denial
}

func (r *reading) readDenial(p *page, sent int32) denial {
	k := &r.c.k
	s := p.sentences[sent].span
	d := denial{page: p, sent: sent, denied: -1, stated: -1}
	for _, kind := range []int{k.leakNoun, k.leakAct, k.leakViewed, k.leakDelivered} {
		for _, m := range p.within(kind, s) {
			m.sent, m.clause = sent, int32(p.clauseAt(int(sent), m.start))
			switch say := r.judgeLeak(p, m, kind); {
			case say == sayDenied:
				d.denied = max(d.denied, m.start)
			case say > sayDenied || say == sayInvestigating:
				d.stated = max(d.stated, m.start)
			}
		}
	}
	return d
}

// reopened reports whether the sentence goes on to leave possible what e denied:
// …の流出は確認されておりませんが、可能性を否定できません.
func (r *reading) reopened(p *page, m, e mark, hits []dataHit) bool {
	k := &r.c.k
	s := p.sentences[m.sent]
	open, ok := p.first(k.possible, span{e.end, s.end})
	if !ok || p.has(k.deniedPossible, span{e.end, s.end}) {
		return false
	}
	return !slices.ContainsFunc(hits, func(h dataHit) bool {
		return h.page == p && h.start >= e.end && h.end <= open.start // of other data
	})
}

// inBrackets reports whether a bracket opened in gap is still open at its end.
func inBrackets(gap []byte) bool {
	depth, first := 0, bytes.IndexByte(gap, '(')
	if first < 0 { // most often
		return false
	}
	for _, b := range gap[first:] {
		switch b {
		case '(':
			depth++
		case ')':
			depth = max(0, depth-1)
		}
	}
	return depth > 0
}
