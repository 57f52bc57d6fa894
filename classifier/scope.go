package classifier

import "sort"

// holds reports whether a word of the condition's set stands in its scope
// around k. A word that k itself holds does not count, unless it is longer.
func (p *page) holds(c condition, k mark) bool {
	if len(p.hits[c.set]) == 0 {
		return false
	}
	where := p.scopeOf(c.scope, k)
	return anyOutside(p.hits[c.set], where, k.span)
}

func (p *page) scopeOf(c scope, k mark) span {
	s := p.sentences[k.sent]
	switch c.kind {
	case "clause":
		return p.clauses[k.clause]
	case "sentence":
		return s.span
	case "rest":
		return span{k.start, s.end}
	case "head":
		return span{s.start, k.end}
	case "next":
		end := s.end
		if int(k.sent)+1 < len(p.sentences) {
			end = p.sentences[k.sent+1].end
		}
		return span{s.start, end}
	case "paragraph":
		return p.paragraph(int(k.sent))
	case "before":
		return span{max(s.start, k.start-c.n), k.end}
	case "after":
		return span{k.start, min(s.end, k.end+c.n)}
	case "window":
		return span{max(s.start, k.start-c.n), min(s.end, k.end+c.n)}
	}
	return span{0, int32(len(p.text))}
}

// maxParagraph bounds how far a paragraph reaches, in sentences each way.
const maxParagraph = 12

func (p *page) paragraph(si int) span {
	s := p.sentences
	lo, hi := si, si
	for lo > 0 && si-lo < maxParagraph && s[lo-1].block == s[si].block {
		lo--
	}
	for hi+1 < len(s) && hi-si < maxParagraph && s[hi+1].block == s[si].block {
		hi++
	}
	return span{s[lo].start, s[hi].end}
}

// anyOutside reports whether a span of sorted list lies in where and not in k.
func anyOutside(list []span, where, k span) bool {
	_, ok := firstOutside(list, where, k)
	return ok
}

func firstOutside(list []span, where, k span) (span, bool) {
	i := sort.Search(len(list), func(i int) bool { return list[i].start >= where.start })
	for ; i < len(list) && list[i].end <= where.end; i++ {
		if !k.has(list[i]) {
			return list[i], true
		}
	}
	return span{}, false
}

// from lists the marks of kind that begin at or after offset at.
func (p *page) from(kind int, at int32) []mark {
	list := p.marks[kind]
	lo, hi := 0, len(list)
	for lo < hi {
		if mid := int(uint(lo+hi) >> 1); list[mid].start < at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return list[lo:]
}

// first returns the first mark of kind inside where, and whether there is one.
func (p *page) first(kind int, where span) (mark, bool) {
	for _, m := range p.from(kind, where.start) {
		if m.start >= where.end {
			break
		}
		if m.end <= where.end {
			return m, true
		}
	}
	return mark{}, false
}

// within lists the marks of kind that lie inside where.
func (p *page) within(kind int, where span) []mark {
	list := p.from(kind, where.start)
	for i := range list {
		if list[i].end > where.end {
			return list[:i]
		}
	}
	return list
}

// has reports whether a mark of kind lies inside where.
func (p *page) has(kind int, where span) bool {
	list := p.from(kind, where.start)
	for i := range list {
		if list[i].start >= where.end {
			return false
		}
		if list[i].end <= where.end {
			return true
		}
	}
	return false
}
