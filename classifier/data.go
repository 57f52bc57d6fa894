package classifier

import (
	"slices"
	"strings"

	"oshirase/breach"
)

func containsAny(s string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// readData lists the kinds of data touched and those the notice excludes. The
// scope of an exclusion is the list that its predicate ends.
func (f *facts) readData(v *view) {
	f.DataTypes = []breach.DataType{}
	r, k := v.r, &v.r.c.k
	for i, d := range breach.DataTypes() {
		in, out := false, false
		v.each(k.data[i], func(p *page, m mark) {
			if p.in == "text" && r.repeated[m.sent] {
				return
			}
			switch r.judgeData(p, m) {
			case dataIn:
				in = true
				f.ev.add("data_types", p, p.around(m))
			case dataOut:
				out = true
				f.ev.add("excluded_data_types", p, p.around(m))
			}
		})
		switch {
		case in:
			f.DataTypes = append(f.DataTypes, d)
		case out:
			f.ExcludedDataTypes = append(f.ExcludedDataTypes, d)
		}
	}
}

type dataSay int

const (
	dataNothing dataSay = iota
	dataIn
	dataOut
)

func (r *reading) judgeData(p *page, m mark) dataSay {
	k := &r.c.k
	s := p.sentences[m.sent]
	clause := p.clauses[m.clause]
	after := span{m.end, clause.end}
	if p.folded.text[m.start] < 0x80 && p.has(k.excluded, clause) {
		return dataOut
	}
	if e, ok := p.first(k.excluded, after); ok {
		if ab, has := p.first(k.abuse, span{m.end, e.end}); has && ab.start <= e.start {
			ok = false
		}
		if ok && !p.has(k.possible, span{e.end, clause.end}) {
			return dataOut
		}
	}
	if p.in == "text" && p.has(k.hypothetical, clause) && !p.has(k.found, s.span) && !p.has(k.possible, s.span) {
		return dataNothing
	}
	if p.has(k.background, span{s.start, m.start}) {
		return dataNothing
	}
	if advice(string(p.folded.text[m.end:clause.end])) {
		return dataNothing
	}
	return dataIn
}

// advice reports whether a clause asks the reader for something: what it names
// is the reader's, not what leaked.
func advice(t string) bool {
	return containsAny(t, "ください", "下さい", "お願い", "ご注意", "ご確認頂", "ご確認いただ", "ご変更")
}
