package classifier

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"oshirase/breach"
)

func containsAny(s string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// dataHit is one mention of a kind of data.
type dataHit struct {
	mark
	page *page
	kind breach.DataType
	at   int32 // of kind in the vocabulary
	next int32 // of the mentions, the one behind it
	hint bool
	say  dataSay
	why  reasons
}

// dataFrom lists the kinds of data that p names from offset at on. It is asked for
// each of many figures, and such a list may be long.
func (r *reading) dataFrom(p *page, at int32) []dataHit {
	lo, _ := slices.BinarySearchFunc(r.dataHits, at, func(h dataHit, at int32) int {
		return cmp.Or(cmp.Compare(h.page.in, p.in), cmp.Compare(h.start, at))
	})
	list := r.dataHits[lo:]
	n, _ := slices.BinarySearchFunc(list, p, func(h dataHit, p *page) int {
		if h.page == p {
			return -1
		}
		return 1
	})
	return list[:n]
}

type dataSay int

const (
	dataNothing dataSay = iota
	dataIn
	dataOut
)

// readData lists the kinds of data touched and those the notice excludes. By the
// rules, a mention counts where its sentence, its list or the heading above it
// speaks of what leaked or was held; a model may judge otherwise.
func (f *facts) readData(v *view) {
	f.DataTypes = []breach.DataType{}
	hits := f.r.findData(v)
	in, out := f.readDataByRules(v, hits)
	f.readHints(v, hits)
	f.weighData(hits, in)
	for _, d := range breach.DataTypes() {
		switch {
		case in[d]:
			f.DataTypes = append(f.DataTypes, d)
		case out[d]:
			f.ExcludedDataTypes = append(f.ExcludedDataTypes, d)
		}
	}
}

// findData finds the mentions of all kinds of data, in the order of the text.
func (r *reading) findData(v *view) []dataHit {
	k := &r.c.k
	hits := r.dataHits[:0]
	told := 0
	for i := range breach.DataTypes() {
		told += len(v.in(k.data[i]))
	}
	hits = slices.Grow(hits, told)
	for i, d := range breach.DataTypes() {
		v.each(k.data[i], func(p *page, m mark) {
			if p.in == "text" && r.repeated[m.sent] {
				return
			}
			hits = append(hits, dataHit{mark: m, page: p, kind: d, at: int32(i)})
		})
	}
	slices.SortStableFunc(hits, func(a, b dataHit) int {
		if a.page == b.page {
			return cmp.Compare(a.start, b.start)
		}
		return cmp.Compare(a.page.in, b.page.in)
	})
	for i := range hits {
		hits[i].next = int32(i) + 1
	}
	r.dataHits, r.denial = hits, denial{}
	return hits
}

// readDataByRules judges every mention, and tells which kinds were touched and
// which excluded by the rules alone.
func (f *facts) readDataByRules(v *view, hits []dataHit) (in, out map[breach.DataType]bool) {
	in, out = map[breach.DataType]bool{}, map[breach.DataType]bool{}
	for i := range hits {
		if listed(hits, &hits[i]) {
			hits[i].why |= 1 << reasonListed
		}
	}
	for i := range hits {
		h := &hits[i]
		h.why |= f.reasonsFor(hits, h)
		if f.tried(hits, i) {
			h.why |= 1 << reasonTried
		}
		if toldInFull(hits, i) {
			h.why |= 1 << reasonInFull
		}
		switch h.say = f.judgeData(h); h.say {
		case dataIn:
			in[h.kind] = true
			f.ev.add("data_types", h.page, h.page.around(h.mark))
		case dataOut:
			out[h.kind] = true
			f.ev.add("excluded_data_types", h.page, h.page.around(h.mark))
		}
	}
	f.r.readItems(hits)
	if !in[breach.DataOther] {
		f.otherListed(hits, in)
	}
	f.readUnnamed(v, in)
	if f.LeakStatus != breach.LeakConfirmed && f.LeakStatus != breach.LeakSuspected && (f.PrimaryVector == breach.Impersonation || f.PrimaryVector == breach.DDoS ||
		f.LeakStatus != breach.LeakUnderInvestigation && (f.PrimaryVector == breach.Phishing || f.PrimaryVector == breach.Defacement)) {
		clear(in) // what a fake asks for, what served the fraud
	}
	if f.PrimaryVector == breach.WebSkimming && len(in) == 0 && !out[breach.DataCardNumber] &&
		(f.LeakStatus == breach.LeakConfirmed || f.LeakStatus == breach.LeakSuspected) {
		in[breach.DataCardNumber] = true // what a tampered checkout takes
		f.ev["data_types"] = f.ev["primary_vector"]
	}
	return in, out
}

// readUnnamed adds other for personal information that is not told in detail:
// in a document that went astray, or beside business data that is named.
func (f *facts) readUnnamed(v *view, in map[breach.DataType]bool) {
	r, k := v.r, &v.r.c.k
	kind := k.fieldDocument
	switch {
	case len(in) == 0:
	case in[breach.DataBusinessInfo] && len(in) == 1, in[breach.DataBusinessInfo] && in[breach.DataEmployment] && len(in) == 2:
		kind = k.fieldPersonal
	default:
		return
	}
	if len(in) == 0 && f.LeakStatus != breach.LeakConfirmed && f.LeakStatus != breach.LeakSuspected {
		return
	}
	denied := false
	v.each(k.fieldPersonal, func(p *page, m mark) { denied = denied || r.excludes(p, m, nil) })
	if denied {
		return
	}
	v.each(kind, func(p *page, m mark) {
		if in[breach.DataOther] || p.in == "text" && (r.repeated[m.sent] || p.has(k.hypothetical, p.clauses[m.clause])) {
			return
		}
		if kind == k.fieldPersonal && !r.supports(p, m) {
			return
		}
		in[breach.DataOther] = true
		f.findUnnamed(p, p.around(m))
	})
}

// findUnnamed notes where other data are told by no mention.
func (f *facts) findUnnamed(p *page, where span) {
	f.unnamed = dataPlace{page: p, where: where, score: 1}
	f.ev.add("data_types", p, where)
}

// secrets are what attackers also use and forge, so that their names stand in
// tales of method as well.
var secrets = []breach.DataType{breach.DataPassword, breach.DataLoginID, breach.DataEmail, breach.DataName, breach.DataOther, breach.DataCardNumber, breach.DataBankAccount}

// lossVectors are those where data leave the keeper's hands whether anybody sees
// them or not.
var lossVectors = []breach.Vector{breach.LostOrStolen, breach.Misdelivery, breach.Misconfiguration, breach.Insider}

// judgeData is what the rules make of the reasons.
func (f *facts) judgeData(h *dataHit) dataSay {
	why := h.why
	loss := f.hasVector(lossVectors...)
	switch {
	case why.has(reasonExcluded), !loss && why.has(reasonLeakDenied):
		return dataOut
	case why.has(reasonCausal), why.has(reasonTried), why.has(reasonBackground), why.has(reasonAdvice), why.has(reasonPrinted), why.has(reasonWhether),
		!why.has(reasonTitle) && why.has(reasonHypothetical) && !why.has(reasonFound) && !why.has(reasonPossible),
		why.has(reasonAsked) && !why.has(reasonInFull) && !why.has(reasonBracket),
		why.has(reasonForm) && !why.has(reasonLeak),
		slices.Contains(secrets, h.kind) && why.has(reasonMethod) && (!why.has(reasonLeakClause) || why.has(reasonMethodClause)) && !why.has(reasonListed),
		f.LeakStatus == breach.LeakDenied && !loss && !why.has(reasonStated):
		return dataNothing
	case why.has(reasonTitle), why.has(reasonLeak), why.has(reasonListed), why.has(reasonContainer), why.has(reasonHeaded):
		return dataIn
	}
	return dataNothing
}

// keyVectors are those in which keys are what the attacker came with.
var keyVectors = []breach.Vector{breach.AccountTakeover, breach.CredentialStuffing, breach.Defacement, breach.Ransomware, breach.DDoS}

// tried reports whether hit i is a key that opened or should have opened an
// account, by itself or beside the address that goes with it.
func (f *facts) tried(hits []dataHit, i int) bool {
	h := &hits[i]
	p, k := h.page, &f.r.c.k
	key := func(d breach.DataType) bool { return slices.Contains(secrets[:2], d) }
	switch {
	case key(h.kind):
	case h.kind == breach.DataEmail && i+1 < len(hits) && key(hits[i+1].kind) && hits[i+1].page == p && hits[i+1].clause == h.clause:
	default:
		return false
	}
	if !slices.Contains(keyVectors, f.PrimaryVector) && !p.has(k.fieldTried, p.clauses[h.clause]) {
		return false
	}
	for j := max(0, i-3); j < min(len(hits), i+4); j++ {
		if o := &hits[j]; o.page == p && o.clause == h.clause && !key(o.kind) && o.kind != breach.DataEmail {
			return false
		}
	}
	return true
}

// leaks reports whether a leak word stands in where.
func (p *page) leaks(k *kinds, where span) bool {
	return p.has(k.leakNoun, where) || p.has(k.leakAct, where) || p.has(k.leakViewed, where) || p.has(k.leakDelivered, where)
}

// maxHeadings is how many lines above an item its heading may stand.
const maxHeadings = 14

// supports reports whether the sentence of m, or the heading of the list that
// it is an item of, speaks of data held or leaked.
func (r *reading) supports(p *page, m mark) bool {
	k := &r.c.k
	s := p.sentences[m.sent]
	if p.leaks(k, s.span) || p.has(k.fieldContainer, s.span) {
		return true
	}
	return s.line && r.headOf(p, m) == headsData
}

// headOf is what the heading of the list says that the line of m is an item of.
func (r *reading) headOf(p *page, m mark) uint8 {
	for j := int(m.sent) - 1; j >= max(0, int(m.sent)-maxHeadings); j-- {
		if h := r.listHeading(p, j); h != headsNothing {
			return h
		}
		if !p.sentences[j].line {
			break
		}
	}
	return headsNothing
}

// What a line says of the list below it; headsUnread where nobody asked yet.
const (
	headsUnread = iota
	headsNothing
	headsForm
	headsData
	headsSpared
)

// listHeading reads sentence j of p as the heading of a list. The answer is kept:
// each item of a long list asks for the same lines.
func (r *reading) listHeading(p *page, j int) uint8 {
	if len(p.heads) != len(p.sentences) {
		p.heads = slices.Grow(p.heads[:0], len(p.sentences))[:len(p.sentences)]
		clear(p.heads)
	}
	if p.heads[j] == headsUnread {
		k, s := &r.c.k, p.sentences[j].span
		switch {
		case p.sentences[j].line && s.end-s.start < headingLine && p.has(k.fieldSpared, s):
			p.heads[j] = headsSpared
		case p.has(k.fieldForm, s):
			p.heads[j] = headsForm
		case p.leaks(k, s) || p.has(k.fieldContainer, s):
			p.heads[j] = headsData
		default:
			p.heads[j] = headsNothing
		}
	}
	return p.heads[j]
}

// maxGap is how many bytes may stand between two items of a list.
const maxGap = 60

// listed reports whether h stands in a list with data of another sort; an ID beside
// its password is one sort.
func listed(hits []dataHit, h *dataHit) bool {
	first := int(h.next) - 3 // the second before h
	if h.hint {
		first++
	}
	for j := max(first, 0); j < min(int(h.next)+2, len(hits)); j++ {
		o := &hits[j]
		if o == h || o.page != h.page || sortOf(o.kind) == sortOf(h.kind) {
			continue
		}
		a, b := o, h
		if j >= int(h.next) {
			a, b = h, o
		}
		if b.start < a.end || b.start-a.end > maxGap {
			continue
		}
		if gap := string(a.page.folded.text[a.end:b.start]); len(gap) <= 30 && joinsList(gap) || describesItem(gap) {
			return true
		}
	}
	return false
}

func sortOf(d breach.DataType) breach.DataType {
	if d == breach.DataLoginID {
		return breach.DataPassword
	}
	return d
}

// toldInFull reports whether hit i stands in a list of three kinds or more, which
// a notice gives of what it holds to be concerned, though it still asks whether
// it leaked.
func toldInFull(hits []dataHit, i int) bool {
	n := 1
	for j := max(0, i-2); j < min(len(hits), i+3); j++ {
		if hits[j].page == hits[i].page && hits[j].clause == hits[i].clause && hits[j].kind != hits[i].kind && hits[j].why.has(reasonListed) {
			n++
		}
	}
	return n > 2
}

// describesItem reports whether what parts two kinds of data is a comma and a
// description of the second: 、サイトが発行する中継用の.
func describesItem(gap string) bool {
	return len(gap) <= maxGap && strings.HasSuffix(gap, "の") && (strings.HasPrefix(gap, "、") || strings.HasPrefix(gap, "・")) && !containsAny(gap, "。", "は", "を", "ため")
}

func joinsList(gap string) bool {
	return containsAny(gap, "、", "・", ",", "/", "や", "と", "及び", "および", "並びに", "または", "又は", " and ") && !containsAny(gap, "。", "が、", "ため")
}

// causal reports whether a secret is named as the attackers' way in:
// パスワードが漏えいしていたため….
func (r *reading) causal(p *page, m mark) bool {
	c := p.clauses[m.clause]
	t, head := p.folded.text[m.end:max(m.end, c.end)], p.folded.text[c.start:m.start]
	return keepersOwn.ends(head) >= 0 || takenKey.in(t) && keepersStaff.in(head) || wayIn.in(t)
}

var (
	keepersOwn   = newLexicon("管理画面の", "管理者の", "管理用の")
	takenKey     = newLexicon("窃取され", "詐取され", "盗まれ", "推測され", "入力し")
	keepersStaff = newLexicon("職員", "従業員", "社員", "教員", "担当者", "管理者")
	wayIn        = newLexicon("ため、", "ため。", "ことが原因", "ことにより", "を悪用", "に悪用", "を用い", "を使")
)

// printed reports whether what follows is the value itself, as in a contact
// block: 電話番号:03-…, 住所 〒….
func printed(t []byte) bool {
	t = bytes.TrimLeft(t[:min(len(t), 48)], " ")
	rest := bytes.TrimLeft(t, ": ")
	if bytes.HasPrefix(rest, []byte("〒")) || bytes.HasPrefix(rest, []byte("http")) {
		return true
	}
	if len(rest) == len(t) { // no colon
		return false
	}
	digits := 0
	for i := 0; i < len(rest) && i < 24; i++ {
		switch b := rest[i]; {
		case b >= '0' && b <= '9':
			digits++
		case b == '@':
			return true
		case b == '-' && digits >= 2:
			return true
		case b >= 0x80:
			return false
		}
	}
	return digits >= 9
}
