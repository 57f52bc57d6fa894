package classifier

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mayBeLegal is in every sentence that has a legal form, or a name that ends in 社.
var mayBeLegal = newLexicon("社", "法人", "組合", "(株)", "(有)")

// bonds are the kinds of words in a sentence that bind a name to the publisher.
type bonds struct{ entrusts, serves, provides, uses, role, any bool }

func (r *reading) bondsIn(p *page, s span) bonds {
	k := &r.c.k
	b := bonds{entrusts: p.has(k.entrusts, s), serves: p.has(k.serves, s), provides: p.has(k.provides, s), uses: p.has(k.uses, s), role: p.has(k.role, s)}
	b.any = b.entrusts || b.serves || b.provides || b.uses || b.role
	return b
}

// endings are, one after the other, what may stand between the stem of a verb and
// the noun it belongs to.
var endings = [...]*lexicon{
	newLexicon("を"),
	newLexicon("し", "す", "いたし", "致し", "頂い", "いただい", "う", "っ", "る", "わせ", "んで", "い"),
	newLexicon("て", "で"),
	newLexicon("い", "おり", "き", "もらっ", "いただい", "頂い"),
	newLexicon("る", "た", "ます", "ました", "いる", "おる", "う", "ていた", "ていたし", "ている", "ております", "ておりました", "ておる"),
	newLexicon("中の", "先の", "元の"),
	newLexicon("、"),
}

// pastEnding is what of gap follows the ending of a verb.
func pastEnding(gap []byte) []byte {
	for _, l := range endings {
		if w := l.at(gap); w >= 0 {
			gap = gap[len(l.words[w]):]
		}
	}
	return gap
}

// linking are the words that may stand, beside nouns, between that and the name.
var linking = newLexicon("のは", "の", "である", "となる", "、同じく", "同じく", "した")

// linksName reports whether gap holds but nouns and such words, and at its end
// perhaps the bracket that the name stands in.
func linksName(gap []byte) bool {
	for len(gap) > 0 {
		if w := linking.at(gap); w >= 0 {
			gap = gap[len(linking.words[w]):]
			continue
		}
		r, n := utf8.DecodeRune(gap)
		if len(gap) == n && (r == '(' || r == '「') {
			return true
		}
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '・' || r == 'ー' || r == '-' || unicode.In(r, unicode.Han, unicode.Katakana)) {
			return false
		}
		gap = gap[n:]
	}
	return true
}

// attributive are the endings of a verb that a noun may follow at once.
var attributive = newLexicon("う", "る", "た", "だ", "む")

// keeps are verbs of use whose object is kept at the name, not used by it:
// データを置いている架空クラウド.
var keeps = newLexicon("置", "載せ")

const near = 3 * 45

// maxBetween is more bytes than an ending and what links it to the name take
// together, notBetween letters that neither has.
const maxBetween = 3 * 40

var notBetween = newLexicon("が", "に", "へ", "。", "」", ")")

// leading reads the words before a mention: 発送を委託している架空物流,
// 再委託先の架空物流, 利用しているクラウド「架空」.
func (r *reading) leading(p *page, s span, m mention, b bonds, others bool) (relation, bool) {
	k := &r.c.k
	t := p.folded.text
	where := span{max(s.start, m.before-near), m.before}
	best, again := unrelated, false
	for _, c := range [...]struct {
		here bool
		kind int
		rel  relation
	}{{b.entrusts, k.entrusts, worker}, {b.serves, k.serves, worker}, {b.provides, k.provides, provider}, {b.uses, k.uses, used}} {
		if !c.here || c.rel <= best {
			continue
		}
		list := p.within(c.kind, where)
		if len(list) == 0 {
			continue
		}
		last := list[len(list)-1]
		if c.kind == k.uses && bytes.HasSuffix(t[where.start:last.start], []byte("を")) && keeps.at(t[last.start:last.end]) < 0 {
			continue // the name is of who uses it
		}
		if c.kind == k.provides && m.quoted && (others || bytes.HasSuffix(t[where.start:last.start], []byte("が"))) {
			continue // a victim's own shop
		}
		gap := t[last.end:m.before]
		if len(gap) > maxBetween || notBetween.in(gap) {
			continue
		}
		if last.end == m.before && !m.quoted && attributive.ends(t[last.start:last.end]) < 0 {
			continue
		}
		if gap = pastEnding(gap); len(gap) <= 20*3 && linksName(gap) {
			best = c.rel
		}
	}
	if !b.role {
		return best, again
	}
	if list := p.within(k.role, where); len(list) > 0 {
		last := list[len(list)-1]
		switch strings.Trim(string(t[last.end:m.before]), " 、:(「・") {
		case "", "の", "である", "は", "となる", "が", "さんの", "側の", "にあたる", "に当たる":
			if role := t[last.start:last.end]; !others || called(role) && !bytes.Contains(role, []byte("運営")) {
				best = worker
			}
			again = bytes.HasPrefix(t[last.start:last.end], []byte("再"))
		}
	}
	return best, again
}

// What follows a name at once.
var (
	toward     = newLexicon("に", "へ")
	notTo      = newLexicon("において", "にて", "による", "によ", "に対", "への", "には")
	comingFrom = newLexicon("から", "より")
	asSubject  = newLexicon("が")
	ofIt       = newLexicon("の")
	asUsed     = newLexicon("を", "という", "と呼")
	throughIt  = newLexicon("の", "を", "上")
	through    = newLexicon("を通じ", "経由", "を介し")
	ownBefore  = newLexicon("当社の", "弊社の", "当社が提供", "自社の")
)

// authorities are the ends of names of those whom companies report to.
var authorities = newLexicon("省", "庁", "委員会", "財務局", "産業局", "通信局")

// sameThen is where a sentence goes on to tell of what was handed to the same
// company, or -1: 架空プリントが攻撃を受けた問題で、同社に発送を委託していた.
func sameThen(rest []byte) int32 { return int32(bytes.Index(rest, []byte("同社に"))) }

// following reads the words after a mention: 架空物流に発送を委託,
// 架空ソフトが提供する, 架空ソフトから提供を受け.
func (r *reading) following(p *page, s span, m mention, b bonds) (relation, bool) {
	k := &r.c.k
	t := p.folded.text
	rest := t[m.after:s.end]
	in := func(here bool, kind int, letters int32) bool {
		return here && p.has(kind, span{m.after, min(s.end, m.after+3*letters)})
	}
	own := func() bool { return ownBefore.in(t[max(s.start, m.before-45):m.before]) }
	if ofIt.at(rest) >= 0 && (in(b.role, k.role, 8) || in(b.entrusts, k.entrusts, 8)) && !m.quoted {
		return unrelated, false // 架空商事の委託先が使っていた: the client's name
	}
	switch {
	case b.entrusts && toward.at(rest) >= 0 && notTo.at(rest) < 0 && in(true, k.entrusts, 28):
		handed, _ := p.first(k.entrusts, span{m.after, s.end})
		return worker, bytes.HasPrefix(t[handed.start:handed.end], []byte("再"))
	case b.entrusts && sameThen(rest) >= 0 && p.has(k.entrusts, span{m.after + sameThen(rest), min(s.end, m.after+sameThen(rest)+3*28)}):
		return worker, false
	case m.quoted && bytes.HasPrefix(rest, []byte("の提供")) && in(b.role, k.role, 6):
		return provider, false
	case comingFrom.at(rest) >= 0 && in(b.uses, k.uses, 8), asSubject.at(rest) >= 0 && in(b.serves, k.serves, 20):
		return worker, false
	case asSubject.at(rest) >= 0 && in(b.provides, k.provides, 12) && !own():
		return provider, false
	case (asUsed.at(rest) >= 0 && in(b.uses, k.uses, 8) || ofIt.at(rest) >= 0 && in(b.uses, k.uses, 16)) && !own(),
		m.quoted && throughIt.at(rest) >= 0 && through.in(rest[:min(len(rest), 20*3)]):
		return used, false
	}
	return unrelated, false
}

var (
	examinedBy   = newLexicon("による調査")
	helpersAfter = newLexicon("に調査", "に原因調査", "に解析", "の協力を得", "の支援", "と連携", "と協力", "に相談", "に報告し", "へ報告し", "に届", "に通報")
)

// helps reports whether the name is of those who examine or advise, or of the
// publisher's own group.
func (r *reading) helps(p *page, s span, m mention, kind relation) bool {
	k := &r.c.k
	before := func(letters int32) span { return span{max(s.start, m.before-3*letters), m.before} }
	after := p.folded.text[m.after:min(s.end, m.after+36)]
	return p.has(k.helper, before(10)) || p.has(k.group, before(40)) && !p.has(k.entrusts, before(40)) ||
		kind < provider && examinedBy.in(after) || helpersAfter.in(after)
}

// called reports whether a mention is called a processor or a provider, not
// only known by its trade.
func (r *reading) called(p *page, s span, m mention) bool {
	list := p.within(r.c.k.role, span{max(s.start, m.before-24), m.before})
	if len(list) == 0 {
		return false
	}
	role := list[len(list)-1]
	return called(p.folded.text[role.start:role.end])
}

func called(role []byte) bool {
	return bytes.HasSuffix(role, []byte("先")) || bytes.HasSuffix(role, []byte("元")) || containsAny(string(role), "委託", "受託", "請負", "提供", "運営")
}
