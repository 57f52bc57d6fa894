package classifier

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"oshirase/breach"
)

// Limits on what may be a heading or an item, in bytes of folded text.
const (
	maxHeading = 60 * 3
	maxEntry   = 600 * 3
)

// bySection finds headings that name an organisation and what befell it.
func (r *reading) bySection(bool) []stretch {
	p := &r.text
	var segs []stretch
	for i, s := range p.sentences {
		if !s.line || s.end-s.start > maxHeading || r.repeated[i] || i+1 >= len(p.sentences) || p.sentences[i+1].line && p.sentences[i+1].end-p.sentences[i+1].start < 24 {
			continue
		}
		if !r.incidentIn(i, i+1) && !p.has(r.c.k.disrupted, s.span) || bulletStart(p.folded.text[s.start:s.end]) {
			continue
		}
		name, _ := r.leadingName(p, s.span)
		if name.end == name.start {
			continue
		}
		if n := len(segs); n > 0 {
			segs[n-1].hi = i
		}
		segs = append(segs, stretch{lo: i, hi: len(p.sentences), name: name, key: plainName(p.folded.text[name.start:name.end])})
	}
	return segs
}

var (
	bullets   = newLexicon("・", "■", "●", "○", "◆", "◇", "□", "▼", "▽", "◎", "★", "☆", "→", "*", "-", "•")
	itemWords = newLexicon("事案", "事例", "ケース", "番号", "no.", "【事案", "(事案", "incident ", "case ")
)

// bulletStart reports whether a line begins as an item of a list.
func bulletStart(t []byte) bool {
	return bullets.at(t) >= 0 || numberStart(t) > 0
}

// numberStart measures the number of an item, such as 1. (2) or 事案3:; 0 where
// none begins.
func numberStart(t []byte) int {
	i := 0
	if w := itemWords.at(t); w >= 0 {
		i = len(itemWords.words[w])
	}
	word := i > 0
	open := !word && i < len(t) && (t[i] == '(' || t[i] == '[')
	if open {
		i++
	}
	from := i
	for i < len(t) && i-from < 2 && t[i] >= '0' && t[i] <= '9' {
		i++
	}
	if i == from || i >= len(t) {
		return 0
	}
	switch {
	case open && (t[i] == ')' || t[i] == ']'), word, !open && (t[i] == '.' || t[i] == ')') && (i+1 >= len(t) || t[i+1] < '0' || t[i+1] > '9'):
		return i + 1
	case !open && t[i] == ' ':
		return i + 1
	}
	return 0
}

// byItem finds the items of a list that each tell of an incident.
func (r *reading) byItem(digest bool) []stretch {
	p := &r.text
	var segs []stretch
	var weak []int // items of a digest that have the shape of an incident, but no word for one
	named := 0
	for i := 0; i < len(p.sentences); i++ {
		s := p.sentences[i]
		if !r.itemAt(i, digest) {
			continue
		}
		hi := i + 1
		for hi < len(p.sentences) && !r.itemAt(hi, digest) && (p.sentences[hi].block == s.block || digest && r.runsOn(hi)) && p.sentences[hi].end-s.start < maxEntry {
			hi++
		}
		where := span{s.start, p.sentences[hi-1].end}
		seg := stretch{lo: i, hi: hi}
		name, particle := r.leadingName(p, s.span)
		hasName := name.end > name.start && (particle != "" || digest && hasPrefixAt(p.folded.text, int(name.end), len(p.folded.text), ":"))
		if !r.ownEvent(i, hi, where, digest) && !(digest && r.soundsIncident(i, hi)) && !(digest && hasName && len(p.marks[r.c.k.incidentTold]) > 0 && p.has(r.c.k.incidentTold, where)) {
			if !digest || !r.tallied(where) {
				continue
			}
			weak = append(weak, len(segs))
		}
		if hasName {
			seg.name, seg.key = name, plainName(p.folded.text[name.start:name.end])
			named++
		}
		segs = append(segs, seg)
		i = hi - 1
	}
	switch {
	case digest && 2*len(weak) > len(segs):
		for _, i := range slices.Backward(weak) {
			segs = slices.Delete(segs, i, i+1)
		}
		return segs
	case digest:
		return segs
	case named == len(segs) && named > 1:
		return segs
	}
	return nil
}

// tallied reports whether an item counts people or papers, as the items of a
// list of incidents do.
func (r *reading) tallied(where span) bool {
	p := &r.text
	if where.end-where.start < 45 || p.has(r.c.k.hypothetical, where) {
		return false
	}
	t := p.folded.text[where.start:where.end]
	for i := 1; i < len(t); i++ {
		if t[i-1] >= '0' && t[i-1] <= '9' && tallies.at(t[i:]) >= 0 {
			return true
		}
	}
	return false
}

var tallies = newLexicon("人", "名", "件", "世帯", "枚", "通", "冊", "部", " people", " person", " customer", " pupil", " student", " house", " card", " member")

// itemAt reports whether sentence i begins an item of a list; in a digest that
// may be numbered inside a paragraph, or headed by brackets.
func (r *reading) itemAt(i int, digest bool) bool {
	p := &r.text
	s := p.sentences[i]
	t := p.folded.text[s.start:s.end]
	inside := i > 0 && p.sentences[i-1].block == s.block
	switch {
	case digest && (p.circled(s.start) || countStart.at(t) >= 0):
		return true
	case !inside:
		return bulletStart(t) || digest && (bytes.HasPrefix(t, []byte("【")) || dayStart(t))
	}
	return digest && bulletStart(bytes.TrimLeft(t, " "))
}

// countStart begins what a digest tells of one after the other.
var countStart = newLexicon("〔1", "〔2", "〔3", "〔4", "〔5", "〔6", "(a)", "(b)", "(c)", "(d)", "(e)", "(ア)", "(イ)", "(ウ)", "(エ)", "その1", "その2", "その3", "その4", "1本目", "2本目", "3本目", "1件目", "2件目", "3件目", "1つ目", "2つ目", "3つ目", "一つ目", "二つ目", "三つ目", "一、", "二、", "三、", "四、", "例1", "例2", "例3", "第1回", "第2回", "第3回", "▸")

// dayStart reports whether a line begins with a day or a month, as the entries of a
// chronicle do: 12/26 朝, 2日, 2018年9月.
func dayStart(t []byte) bool {
	n := dateLength(t)
	return n > 0 && n < len(t) && !bytes.HasSuffix(t[:n], []byte("."))
}

// circled reports whether what is printed at folded offset i is a number in a
// circle, which folding turns into a plain one.
func (p *page) circled(i int32) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(p.orig[p.start(int(i)):], " \u3000\n\r\t"))
	return r >= '①' && r <= '⑳' || r >= '❶' && r <= '❿'
}

// runsOn reports whether sentence i goes on with the item before it: it begins
// no other item.
func (r *reading) runsOn(i int) bool {
	s := r.text.sentences[i]
	t := r.text.folded.text[s.start:s.end]
	return !bulletStart(t) && !bytes.HasPrefix(t, []byte("【"))
}

// ownEvent reports whether an item states an event with a subject, a day or a
// number of its own, as the lines of a table of data do not.
func (r *reading) ownEvent(lo, hi int, where span, digest bool) bool {
	p := &r.text
	if where.end-where.start < 45 || !r.incidentIn(lo, hi) {
		return false
	}
	if p.has(r.c.k.hypothetical, p.sentences[lo].span) {
		return false
	}
	return digest || r.dayIn(where) || p.has(r.c.k.past, where) || strings.HasSuffix(string(p.folded.text[where.start:where.end]), "可能性。")
}

// soundsIncident reports whether sentences lo to hi by themselves tell of an incident,
// by what the model learned.
func (r *reading) soundsIncident(lo, hi int) bool {
	sc := r.c.scorer
	if sc == nil || !sc.known[sc.output[OutputIncident]] {
		return false
	}
	b := r.gather(nil, window{lo, hi}, false)
	b.answer(r.c.signals, r.ruled)
	return sc.one(b, sc.output[OutputIncident]) > 0
}

// bySubject finds sentences in which an organisation that has nothing to do
// with the one before is hit as well.
func (r *reading) bySubject(digest bool) []stretch {
	p, k := &r.text, &r.c.k
	var segs []stretch
	for i, s := range p.sentences {
		if s.line && s.end-s.start < 60 || r.repeated[i] {
			continue
		}
		name, particle := r.leadingName(p, s.span)
		if name.end == name.start || particle == "" || particle == "、" || particle == "に" || particle == "から" {
			continue
		}
		if !r.incidentIn(i, i+1) && !p.has(k.disrupted, s.span) && !containsAny(string(p.folded.text[s.start:s.end]), "被害", "感染", "攻撃") && !(digest && r.soundsIncident(i, i+1)) {
			continue
		}
		also := particle == "も" || particle == "でも" || bytes.Contains(p.folded.text[name.end:min(s.end, name.end+45)], []byte("も"))
		if !digest && !also && !p.has(k.past, s.span) || p.has(k.hypothetical, s.span) || p.has(k.aside, s.span) {
			continue
		}
		key := plainName(p.folded.text[name.start:name.end])
		if len(segs) == 0 {
			segs = append(segs, stretch{lo: i, hi: len(p.sentences), name: name, key: key})
			continue
		}
		last := &segs[len(segs)-1]
		newBlock := p.sentences[i-1].block != s.block
		if !(digest || also && r.dayIn(s.span) || also && newBlock) || len(segs) == maxCases {
			continue
		}
		if key == last.key || r.names(last.lo, i, key) || r.names(i, i+1, last.key) || !digest && p.has(k.relation, s.span) {
			continue
		}
		last.hi = i
		segs = append(segs, stretch{lo: i, hi: len(p.sentences), name: name, key: key})
	}
	return segs
}

// apart is how many sentences that tell of nothing stand between two matters.
const apart = 8

// byMatter finds matters that a page prints one after the other without a word
// between them: shops of different names, ransomware after a tampered shop, or
// an incident after a long piece about something else. A notice with a title of
// its own is not searched so.
func (r *reading) byMatter(bool) []stretch {
	if len(r.title.marks[r.c.k.incidentTitle]) > 0 {
		return nil
	}
	p, k := &r.text, &r.c.k
	var segs []stretch
	var shops []string
	quiet := 0
	for i, s := range p.sentences {
		if r.repeated[i] {
			continue
		}
		told := r.tells(s.span)
		shop := p.shop(s.span)
		if !told && shop.end == shop.start {
			if quiet++; quiet == apart && len(segs) > 0 {
				segs[len(segs)-1].hi = i
			}
			continue
		}
		key := string(p.folded.text[shop.start:shop.end])
		found := told && p.has(k.found, s.span) && r.dayIn(s.span)
		fresh := len(segs) == 0 || quiet >= apart && found && !r.sameKind(segs[len(segs)-1].lo, i, s.span)
		if !fresh {
			last := &segs[len(segs)-1]
			other := key != "" && key != last.key && !r.names(last.lo, i, key)
			fresh = other && len(shops) > 0 || last.key != "" && p.has(k.vector[breach.Ransomware], s.span) && p.has(k.found, s.span) && !r.names(i, i+1, last.key) && p.sentences[i-1].block != s.block
			if !fresh && other {
				last.key, last.name = key, shop
			}
		}
		if fresh {
			if n := len(segs); n > 0 {
				segs[n-1].hi = min(segs[n-1].hi, i)
			}
			segs = append(segs, stretch{lo: i, hi: len(p.sentences), key: key, name: shop})
		}
		if key != "" {
			shops = append(shops, key)
		}
		quiet = 0
	}
	return segs
}

// sameKind reports whether one of the vectors of where is told in sentences lo
// to hi as well.
func (r *reading) sameKind(lo, hi int, where span) bool {
	p := &r.text
	before := span{p.sentences[lo].start, p.sentences[hi].start}
	for _, kind := range r.c.k.methods {
		if p.has(kind, where) && p.has(kind, before) {
			return true
		}
	}
	return false
}

// shop returns the name in brackets after 弊社が運営する in s.
func (p *page) shop(s span) span {
	const runs, open = "運営する", "「"
	t := p.folded.text[s.start:s.end]
	i := bytes.Index(t, []byte(runs))
	if i < 0 || !containsAny(string(t[max(0, i-36):i]), "弊社", "当社", "当店", "当会", "当法人", "小社") {
		return span{}
	}
	from := i + len(runs)
	j := bytes.Index(t[from:min(len(t), from+60)], []byte(open))
	if j < 0 {
		return span{}
	}
	from += j + len(open)
	n := bytes.Index(t[from:], []byte("」"))
	if n < 4 || n > maxName*3 {
		return span{}
	}
	return span{s.start + int32(from), s.start + int32(from+n)}
}
