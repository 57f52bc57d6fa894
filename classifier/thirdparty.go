package classifier

import (
	"bytes"
	"slices"
	"strings"

	"oshirase/breach"
)

// tie is how a name is bound to the publisher and to what happened.
type tie struct {
	name   string
	page   *page
	where  span // the sentence that binds it best
	rel    int  // it works for the publisher, or the publisher uses it
	ev     int  // it happened there, or they told of it
	kind   relation
	legal  bool
	quoted bool
	named  bool // it is called a processor and has a name beyond doubt
	again  bool // the processor's own processor
	news   bool // told by somebody else, whose victim keeps shops and runs services too
	spoke  bool // they told the publisher of it
}

type relation int

const (
	unrelated relation = iota
	used
	provider
	worker
)

// The names of what the model learns from ties: each kind of relation with how
// surely it happened there, then what else a tie may be.
var (
	relationNames = [...]string{unrelated: "named", used: "used", provider: "named provider", worker: "named processor"}
	eventNames    = [...]string{"", ", may be struck", ", is struck"}
	tieFlags      = [...]string{"named told the publisher", "named in news", "named and sure", "none named"}
)

func tieSignals() []string {
	var out []string
	for _, kind := range relationNames {
		for _, ev := range eventNames {
			out = append(out, partySignal+kind+ev)
		}
		out = append(out, partySignal+kind+" with a legal form")
	}
	for _, flag := range tieFlags {
		out = append(out, partySignal+flag)
	}
	return out
}

// signalTies calls yield with the number, among tieSignals, of each that holds.
func (f *facts) signalTies(yield func(int)) {
	const each = len(eventNames) + 1
	for i := range f.ties {
		t := &f.ties[i]
		yield(int(t.kind)*each + t.ev)
		if t.legal {
			yield(int(t.kind)*each + len(eventNames))
		}
		for flag, holds := range [...]bool{t.spoke, t.news, f.mayBeThird(t)} {
			if holds {
				yield(len(relationNames)*each + flag)
			}
		}
	}
	if len(f.ties) == 0 {
		yield(len(relationNames)*each + len(tieFlags) - 1)
	}
}

func (t *tie) score() int {
	n := 2*t.rel + 2*t.ev
	if t.legal {
		n++
	}
	if t.again {
		n++
	}
	return n
}

// maxTieSentences bounds how many sentences are searched for names.
const maxTieSentences = 60

// readThirdParty names at whose place it happened: of all names in the text the
// one that is most surely both a processor, provider or tool of the publisher
// and the place of the incident.
func (f *facts) readThirdParty(v *view) {
	if f.Victim != "" || f.hasVector(breach.ThirdParty) != f.tiedAsThird {
		f.readTies(v)
	}
	ties, best := f.ties, -1
	for i := range ties {
		if f.mayBeThird(&ties[i]) && (best < 0 || ties[i].score() > ties[best].score()) {
			best = i
		}
	}
	if best < 0 {
		if f.PrimaryVector == breach.Misconfiguration || f.PrimaryVector == breach.UnknownVector {
			f.readNamedCloud(v)
		}
		return
	}
	t := &ties[best]
	if t.kind > used && !f.hasVector(breach.ThirdParty) {
		if f.r.judges(breach.ThirdParty) {
			return // the model saw this tie, and all else
		}
		f.addThirdParty(t)
	}
	f.ThirdParty = t.name
	f.ev.add("third_party", t.page, t.where)
}

func (f *facts) addThirdParty(t *tie) {
	if f.PrimaryVector == breach.UnknownVector {
		f.Vectors = f.Vectors[:0]
		f.PrimaryVector = breach.ThirdParty
	}
	f.Vectors = append(f.Vectors, breach.ThirdParty)
	f.ev.add("vectors", t.page, t.where)
}

// mayBeThird reports whether a tie is sure enough. Where the text does not say
// that it happened at another's, only one that does the publisher's work and at
// whose place it happened is, or a tool on which a stolen account or a wrong
// setting was.
func (f *facts) mayBeThird(t *tie) bool {
	switch {
	case f.hasVector(breach.ThirdParty):
		return t.rel >= 3 || t.rel == 2 && t.ev >= 1 || t.legal && t.ev >= 2
	case t.kind == worker && t.named:
		return true
	case t.kind == worker, t.kind != unrelated && !(t.news && t.kind == provider && !t.spoke) && t.legal && t.ev >= 2:
		return t.ev >= 1
	}
	return t.kind == used && (t.quoted || t.legal) && t.ev >= 1 && f.hasVector(breach.Misconfiguration, breach.AccountTakeover, breach.Phishing, breach.UnauthorizedAccess, breach.VulnerabilityExploit, breach.UnknownVector)
}

// readTies collects the names of the view and what binds each, which depends on
// whether it happened at another's and on who was hit.
func (f *facts) readTies(v *view) {
	f.tiedAsThird = f.hasVector(breach.ThirdParty)
	r := v.r
	others := r.reportsOnOthers()
	publisher := r.n.Publisher.Name
	var out []tie
	last := "" // the name that 同社 of the next sentence means
	read := func(p *page, i int) {
		s := p.sentences[i].span
		if last != "" && r.toldIn(p, i) && bytes.Contains(p.folded.text[s.start:s.end], []byte("同社")) {
			out = mergeTie(out, tie{name: last, page: p, where: s, ev: 2})
		}
		if !japanese(p.folded.text[s.start:s.end]) {
			out = addEnglish(out, p, s, publisher, others)
			return
		}
		last = ""
		b := r.bondsIn(p, s)
		if !b.any && (!p.has(r.c.k.told, s) && !p.has(r.c.k.place, s) && p != &r.title || !mayBeLegal.in(p.folded.text[s.start:s.end])) {
			return
		}
		whose, owner := mention{}, -1 // the company whose product may follow
		named := r.mentions(p, s)
		for j, m := range named {
			if j+1 < len(named) && named[j+1].quoted && named[j+1].before == m.after && !m.incorporated && !m.quoted {
				continue // what the quoted one is: 保管サービス「架空」
			}
			t, ok := f.tieOf(p, i, m, b, others)
			if ok && owner >= 0 && m.quoted && whose.after <= m.before && bytes.Equal(p.folded.text[whose.after:m.before], []byte("の")) {
				out[owner].ev = max(out[owner].ev, t.ev)
				continue
			}
			if !ok || sameOrganisation(t.name, publisher) && !(others && t.kind == worker) {
				continue
			}
			out = mergeTie(out, t)
			if t.legal {
				whose, owner = m, slices.IndexFunc(out, func(o tie) bool { return sameOrganisation(o.name, t.name) })
			}
			if t.rel > 0 {
				last = t.name
			}
		}
	}
	if v.title != nil {
		for i := range v.title.sentences {
			read(v.title, i)
		}
	}
	for i := v.lo; i < min(v.hi, v.lo+maxTieSentences); i++ {
		if !r.repeated[i] {
			read(&r.text, i)
		}
	}
	f.ties = out
}

func mergeTie(ties []tie, t tie) []tie {
	i := slices.IndexFunc(ties, func(o tie) bool { return sameOrganisation(o.name, t.name) })
	if i < 0 {
		return append(ties, t)
	}
	o := &ties[i]
	if t.rel > o.rel {
		o.rel, o.kind, o.page, o.where = t.rel, t.kind, t.page, t.where
	}
	o.ev, o.again, o.named = max(o.ev, t.ev), o.again || t.again, o.named || t.named
	if t.legal && !o.legal {
		o.name, o.legal = t.name, true
	}
	return ties
}

// japanese reports whether t is a sentence of Japanese: it has kana.
func japanese(t []byte) bool {
	return bytes.Contains(t, []byte{0xE3, 0x81}) || bytes.Contains(t, []byte{0xE3, 0x82}) || bytes.Contains(t, []byte{0xE3, 0x83})
}

// ourselves are companies that have no name.
var ourselves = newLexicon("当社", "弊社", "同社", "自社", "他社", "本社", "各社", "御社", "貴社", "両社", "小社")

// tieOf reads what binds one mention.
func (f *facts) tieOf(p *page, i int, m mention, b bonds, others bool) (tie, bool) {
	r := f.r
	s := p.sentences[i].span
	own := p.folded.text[m.start:m.end]
	if !m.incorporated && !m.quoted && ourselves.whole(own) {
		return tie{}, false
	}
	t := tie{page: p, where: s, news: others, legal: m.incorporated || bytes.HasSuffix(own, []byte("社")), quoted: m.quoted}
	if b.any {
		t.kind, t.again = r.leading(p, s, m, b, others && !f.hasVector(breach.ThirdParty))
		if after, again := r.following(p, s, m, b); after > t.kind {
			t.kind, t.again = after, again
		}
	}
	if t.kind == unrelated && !t.legal && !m.quoted {
		return t, false
	}
	t.named = t.kind == worker && (m.incorporated || m.quoted) && r.called(p, s, m)
	t.ev = r.stricken(p, s, m, r.toldIn(p, i))
	rest := p.folded.text[m.after:s.end]
	t.spoke = comingFrom.at(rest) >= 0 && p.has(r.c.k.told, span{m.after, s.end}) && authorities.ends([]byte(r.n.Publisher.Name)) < 0
	if t.kind == unrelated && m.quoted && f.hasVector(breach.ThirdParty) && !ownBefore.in(p.folded.text[max(s.start, m.before-45):m.before]) {
		if t.spoke {
			t.kind = provider
		}
	}
	if others && !r.called(p, s, m) && (bytes.HasPrefix(rest, []byte("は")) || t.kind < worker && t.ev < 2 && bytes.HasPrefix(rest, []byte("が"))) {
		t.kind = unrelated // who runs a shop and tells of it
	}
	switch t.kind {
	case worker:
		t.rel = 3
	case provider, used:
		t.rel = 2
	case unrelated:
		if !t.legal || t.ev < 2 || others && bytes.HasPrefix(rest, []byte("は")) {
			return t, false
		}
	}
	sounds := m.incorporated || m.quoted || r.soundsLikeName(p, m.span) || t.kind >= provider && r.foreign(p, m.span)
	if !sounds && f.Victim == "" || r.helps(p, s, m, t.kind) {
		return t, false
	}
	t.name = trimName(strings.TrimSuffix(p.line(m.span), "様")) + p.longVowel(m.end)
	return t, (sounds || sameOrganisation(t.name, f.Victim)) && (m.incorporated || isName(t.name) || t.kind == worker && r.namedByTrade(p, m.span) || m.quoted && !nobody.MatchString(t.name))
}

// toldIn reports whether sentence i of p tells of something that happened.
func (r *reading) toldIn(p *page, i int) bool {
	if p == &r.text {
		return r.incidentIn(i, i+1) || p.has(r.c.k.disrupted, p.sentences[i].span)
	}
	return p.hasAny(p.events, p.sentences[i].span)
}
