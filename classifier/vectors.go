package classifier

import (
	"bytes"
	"slices"

	"oshirase/breach"
)

// primacy orders the vectors by what an analyst names first where several are
// told: ransomware before its way in, the specific before the general.
var primacy = []breach.Vector{
	breach.Ransomware, breach.WebSkimming, breach.CredentialStuffing, breach.Malware,
	breach.Insider, breach.LostOrStolen, breach.DDoS, breach.Misdelivery, breach.AccountTakeover,
	breach.Phishing, breach.Defacement, breach.VulnerabilityExploit, breach.Misconfiguration,
	breach.Impersonation, breach.UnauthorizedAccess, breach.ThirdParty,
}

// attacks are the vectors that need somebody who means harm from outside.
var attacks = []breach.Vector{
	breach.Ransomware, breach.WebSkimming, breach.CredentialStuffing, breach.Malware, breach.DDoS,
	breach.AccountTakeover, breach.Phishing, breach.Defacement, breach.VulnerabilityExploit, breach.UnauthorizedAccess,
}

// statesMethod reports whether v says how an attacker got in or what he did, so
// that unauthorized_access, the name for an unstated method, adds nothing.
func statesMethod(v breach.Vector) bool {
	return v != breach.UnauthorizedAccess && slices.Contains(attacks, v)
}

// deniable are the vectors whose words a notice also uses to say that it was
// not so; a slip is told by what was not done, so its words may stand before a
// negation.
var deniable = map[breach.Vector]bool{
	breach.Ransomware: true, breach.Malware: true, breach.UnauthorizedAccess: true, breach.DDoS: true,
	breach.Defacement: true, breach.WebSkimming: true,
}

// accountedFor are vectors that the first one explains: beside it their words are
// mostly another telling of the same, so they stand only beyond doubt.
var accountedFor = map[breach.Vector][]breach.Vector{
	breach.Ransomware:           {breach.Malware, breach.LostOrStolen},
	breach.CredentialStuffing:   {breach.AccountTakeover},
	breach.AccountTakeover:      {breach.CredentialStuffing},
	breach.VulnerabilityExploit: {breach.AccountTakeover},
	breach.Impersonation:        {breach.AccountTakeover, breach.Phishing, breach.Defacement},
	breach.Misdelivery:          {breach.Misconfiguration, breach.LostOrStolen},
	breach.Misconfiguration:     {breach.Misdelivery},
	breach.LostOrStolen:         {breach.Misdelivery},
	breach.Insider:              {breach.LostOrStolen},
}

// namesIntrusion reports whether v is how an intrusion was done or what it ended in,
// so that it comes before unauthorized_access. A taken account may stand beside
// that: who got in by one may have gone further by ways unknown.
func namesIntrusion(v breach.Vector) bool {
	return v == breach.VulnerabilityExploit || v == breach.Ransomware
}

// sign is how much a text speaks for one vector.
type sign struct {
	score int
	first int32 // where it is first told; the title is before the text
	page  *page
	mark  mark
}

func (f *facts) readVectors(v *view) {
	signs := f.collectSigns(v, false)
	if len(signs) == 0 {
		signs = f.collectSigns(v, true) // all that is told is told as background
	}
	if len(signs) == 0 && v.title == nil {
		signs = f.headSigns(v)
	}
	resolve(signs)
	f.signs = signs
	for _, vec := range primacy {
		s := signs[vec]
		if s == nil {
			continue
		}
		f.Vectors = append(f.Vectors, vec)
		f.ev.add("vectors", s.page, s.page.around(s.mark))
		if len(f.Why) < maxWhy {
			f.Why = append(f.Why, v.r.hit(s.page, s.mark, "for"))
		}
	}
	if len(f.Vectors) == 0 {
		f.Vectors = append(f.Vectors, breach.UnknownVector)
	}
	if i := slices.IndexFunc(f.Vectors, func(x breach.Vector) bool { return x != breach.ThirdParty }); i > 0 {
		f.Vectors[0], f.Vectors[i] = f.Vectors[i], f.Vectors[0]
	}
	f.choosePrimary(signs)
	f.PrimaryVector = f.Vectors[0]
	if s := signs[f.PrimaryVector]; s != nil {
		f.ev.add("primary_vector", s.page, s.page.around(s.mark))
	}
	f.attack = f.hasVector(attacks...)
}

// collectSigns collects what speaks for each vector; recalled takes what is told of
// the past as well.
func (f *facts) collectSigns(v *view, recalled bool) map[breach.Vector]*sign {
	signs := map[breach.Vector]*sign{}
	for _, vec := range breach.Vectors() {
		v.each(v.r.c.k.vector[vec], func(p *page, m mark) {
			w := v.r.weigh(p, m, vec, recalled)
			if w <= 0 {
				return
			}
			s := signs[vec]
			if s == nil {
				at := m.start
				if p == v.title {
					at -= 1 << 20
				}
				s = &sign{first: at, page: p, mark: m}
				signs[vec] = s
			}
			s.score += w
		})
	}
	return signs
}

// headSigns takes the attack from the head of a text on several incidents, or
// from its title, for those of which the text only says that they happened.
func (f *facts) headSigns(v *view) map[breach.Vector]*sign {
	signs := map[breach.Vector]*sign{}
	r := v.r
	for _, vec := range primacy {
		if vec == breach.ThirdParty {
			continue
		}
		kind := r.c.k.vector[vec]
		if m, ok := r.text.first(kind, v.head); ok {
			signs[vec] = &sign{score: 1, first: m.start, page: &r.text, mark: m}
			break
		}
		if list := r.title.marks[kind]; len(list) > 0 {
			signs[vec] = &sign{score: 1, first: -1, page: &r.title, mark: list[0]}
			break
		}
	}
	return signs
}

// weigh says how much a hit counts: nothing where its sentence imagines,
// speaks of things in general, or tells of another's incident as background.
func (r *reading) weigh(p *page, m mark, vec breach.Vector, recalled bool) int {
	k := &r.c.k
	w := max(1, r.c.m.rules[m.rule].Weight)
	if p.in == "title" {
		return w * 3
	}
	if int(m.sent) < len(r.repeated) && r.repeated[m.sent] || r.inAftermath(p, m.sent) {
		return 0
	}
	s := p.sentences[m.sent]
	clause := p.clauses[m.clause]
	if p.has(k.hypothetical, clause) && !state(p.folded.text[m.start:s.end]) || p.has(k.generic, span{s.start, m.end}) && vec != breach.ThirdParty {
		return 0
	}
	if p.asks(s.span) {
		return 0
	}
	if vec == breach.Malware && p.shown(m) {
		return 0
	}
	if deniable[vec] {
		neg, ok := p.first(k.negated, span{m.end, clause.end})
		if ok && neg.start-m.end < 60 && !p.has(k.possible, span{m.end, neg.start}) {
			between := span{m.end, neg.start}
			if !p.has(k.past, between) || containsAny(string(p.folded.text[between.start:between.end]), "形跡", "痕跡", "事実") {
				return 0
			}
		}
	}
	if !recalled && p.has(k.background, span{s.start, m.end}) {
		return 0
	}
	return w
}

// shown reports whether m stands in words that a screen or a caller put up, such
// as the false alarm of a support scam.
func (p *page) shown(m mark) bool {
	t := p.folded.text
	head := t[max(0, int(m.start)-240):m.start]
	if lastIn(head, "「") <= lastIn(head, "」") {
		return false
	}
	_, after, closed := bytes.Cut(t[m.end:min(len(t), int(m.end)+300)], []byte("」"))
	return closed && containsAny(string(after[:min(len(after), 60)]), "表示", "警告", "画面", "音声", "と言", "と告げ", "と案内")
}

// resolve drops what another vector explains.
func resolve(signs map[breach.Vector]*sign) {
	drop := func(gone breach.Vector, by ...breach.Vector) {
		if signs[gone] == nil {
			return
		}
		for _, b := range by {
			if signs[b] != nil {
				delete(signs, gone)
				return
			}
		}
	}
	strong := func(v breach.Vector, than ...breach.Vector) bool {
		s := signs[v]
		if s == nil {
			return false
		}
		for _, o := range than {
			if signs[o] != nil && signs[o].score > s.score {
				return false
			}
		}
		return true
	}
	// unauthorized_access is the name for an unstated method.
	drop(breach.UnauthorizedAccess, breach.Ransomware, breach.Malware, breach.WebSkimming, breach.CredentialStuffing,
		breach.AccountTakeover, breach.VulnerabilityExploit, breach.Phishing, breach.DDoS, breach.Defacement)
	if strong(breach.LostOrStolen, breach.Misdelivery) {
		drop(breach.UnauthorizedAccess, breach.LostOrStolen)
		drop(breach.Insider, breach.LostOrStolen)
	}
	if strong(breach.Misdelivery, breach.UnauthorizedAccess) {
		drop(breach.UnauthorizedAccess, breach.Misdelivery)
	}
	drop(breach.Malware, breach.Ransomware)
	drop(breach.Misconfiguration, breach.Ransomware, breach.WebSkimming, breach.CredentialStuffing, breach.AccountTakeover,
		breach.VulnerabilityExploit, breach.UnauthorizedAccess, breach.Insider, breach.LostOrStolen)
	drop(breach.Impersonation, breach.Ransomware, breach.Malware, breach.AccountTakeover, breach.Phishing, breach.WebSkimming,
		breach.CredentialStuffing, breach.UnauthorizedAccess, breach.VulnerabilityExploit, breach.Defacement)
	drop(breach.Impersonation, breach.DDoS)
	drop(breach.AccountTakeover, breach.CredentialStuffing)
	drop(breach.Defacement, breach.WebSkimming, breach.Ransomware)
	if s := signs[breach.Misdelivery]; s != nil {
		if m := signs[breach.Misconfiguration]; m != nil && m.score <= s.score {
			delete(signs, breach.Misconfiguration)
		}
	}
}

// choosePrimary puts the vector first that the text leads with, where the
// order of primacy alone would mislead.
func (f *facts) choosePrimary(signs map[breach.Vector]*sign) {
	front := func(v breach.Vector) {
		if i := slices.Index(f.Vectors, v); i > 0 {
			f.Vectors = slices.Insert(slices.Delete(f.Vectors, i, i+1), 0, v)
		}
	}
	first := f.Vectors[0]
	if first == breach.Malware && signs[breach.AccountTakeover] != nil && signs[breach.AccountTakeover].score > signs[breach.Malware].score {
		front(breach.AccountTakeover)
	}
	if weak := signs[breach.VulnerabilityExploit]; first == breach.AccountTakeover && weak != nil && weak.first < signs[first].first {
		front(breach.VulnerabilityExploit) // the accounts were what the weak point gave away
	}
	if lured := signs[breach.Phishing]; first == breach.AccountTakeover && lured != nil && lured.first < 0 && signs[first].first >= 0 {
		front(breach.Phishing) // the title names the deceit, the account was its means
	}
	if first == breach.Misdelivery && signs[breach.Misconfiguration] != nil && signs[breach.Misconfiguration].score > signs[breach.Misdelivery].score {
		front(breach.Misconfiguration)
	}
}
