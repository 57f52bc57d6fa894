package classifier

import "unicode/utf8"

// kanaNames appends names of s with hiragana in them, which is told from grammar
// only behind what ties a name and before the noun that names of organisations
// end in: 開発した架空のりものソフト, 提供元の見ほんネット社.
func (r *reading) kanaNames(out []mention, p *page, s span) []mention {
	k := &r.c.k
	t := p.folded.text
	if !p.has(k.orgSuffix, s) {
		return out
	}
	for _, kind := range [...]int{k.role, k.entrusts, k.serves, k.provides, k.uses} {
		for _, m := range p.within(kind, s) {
			from := s.end - int32(len(pastEnding(t[m.end:s.end])))
			if from >= s.end || particles.at(t[from:s.end]) >= 0 || honorificPrefix.at(t[from:s.end]) >= 0 {
				continue
			}
			run := span{from, kanaRun(t, from, s.end)}
			for _, tail := range p.within(k.orgSuffix, run) {
				after := t[tail.end:s.end]
				if tail.start > from && tail.end <= run.end && hasHiragana(t[from:tail.start]) && (len(after) == 0 || particles.at(after) >= 0 || honorifics.at(after) >= 0) {
					out = append(out, mention{span: span{from, tail.end}, before: from, after: tail.end})
					break
				}
			}
		}
	}
	return out
}

var honorificPrefix = newLexicon("お", "ご")

// maxKanaName bounds such a name in letters.
const maxKanaName = 16

// kanaRun is where a run of name letters and hiragana that begins at i ends;
// particles end it.
func kanaRun(t []byte, i, end int32) int32 {
	behind := false // a letter that is no hiragana, where は or に is a particle
	for letters := 0; i < end && letters < maxKanaName; letters++ {
		r, n := utf8.DecodeRune(t[i:end])
		named := nameRuneOf(r)
		if !named && (r < 'ぁ' || r > 'ん' || r == 'を' || r == 'の' || behind && particles.at(t[i:end]) >= 0) {
			break
		}
		behind = named
		i += int32(n)
	}
	return i
}

func hasHiragana(t []byte) bool {
	for len(t) > 0 {
		r, n := utf8.DecodeRune(t)
		if r >= 'ぁ' && r <= 'ん' {
			return true
		}
		t = t[n:]
	}
	return false
}
